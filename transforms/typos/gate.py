"""The gate: a document as lower-case Latin-1 words, fast enough to look at every document for typos.

A document is encoded to Latin-1, where every code point is one byte, and one table of 256 bytes folds case and makes
everything that is no letter a space. So the words of the document are one `bytes.split` away, a table of typos is
searched with one set intersection, and a position in the folded bytes is a position in the text. Letters outside
Latin-1 become spaces too: the languages with tables need none in their typos, and `protected.py` looks at the text
itself before anything is changed.
"""

from collections.abc import Iterator

_SPACE = ord(" ")


def _folded_byte(byte: int) -> int:
    letter = chr(byte)
    return ord(letter.lower()) if letter.isalpha() else _SPACE


_FOLD = bytes(map(_folded_byte, range(256)))


def fold(text: str) -> bytes:
    """Fold a text to lower-case Latin-1 letters and spaces, one byte for each code point, a space at both ends.

    Args:
        text: Any text.

    Returns:
        ``len(text) + 2`` bytes; the code point ``i`` of the text is at ``i + 1``.

    >>> fold("L’Été, déjà 2 fois").decode("latin-1")
    ' l été  déjà   fois '
    """
    # "?" stands for what Latin-1 lacks and is folded to a space like any other punctuation.
    return b" " + text.encode("latin-1", "replace").translate(_FOLD) + b" "


def occurrences(folded: bytes, word: bytes) -> Iterator[int]:
    """Yield where a word, or words joined by single spaces, stands in a text, as code points of the text.

    >>> list(occurrences(fold("le chat, le chien, élève"), b"le"))
    [0, 9]
    """
    # Searched without the spaces around it: a needle of rarer letters is found faster.
    found = folded.find(word)
    while found >= 0:
        end = found + len(word)
        if folded[found - 1] == folded[end] == _SPACE:
            yield found - 1
        found = folded.find(word, end)
