"""Whether a word is known: the inflected forms of a language as a Bloom filter, a few bits for each.

A filter never forgets a word; it takes one in a hundred unknown words for a known one, which errs on the safe side:
what seems to be a word is not taken for a typo everywhere. See B. H. Bloom, "Space/time trade-offs in hash coding with
allowable errors", 1970; the hashes of a word are two halves of one digest, combined after A. Kirsch and M.
Mitzenmacher, "Less hashing, same performance", 2006.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from hashlib import blake2b

from beam_textclean.transforms.typos.languages import DATA

# With ten bits for a word and seven hashes 0.8 % of the unknown words seem to be known.
_BITS_PER_WORD = 10
_HASHES = 7


class Lexicon:
    """The words of a language.

    Args:
        bits: A filter made by `bloom_filter`.

    >>> lexicon = Lexicon(bloom_filter(["servant", "sevrant"]))
    >>> "sevrant" in lexicon, "sevrnat" in lexicon
    (True, False)
    """

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    def __contains__(self, word: str) -> bool:
        return all(self._bits[place >> 3] >> (place & 7) & 1 for place in _places(word, 8 * len(self._bits)))


def bloom_filter(words: Collection[str]) -> bytes:
    """Make the filter of some words, in lower case; the same words give the same bytes."""
    bits = bytearray(-(-_BITS_PER_WORD * len(words) // 8) or 1)
    for word in words:
        for place in _places(word, 8 * len(bits)):
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


@cache
def lexicons(kind: str = "words") -> Mapping[str, Lexicon]:
    """Read the lexicons that are shipped, by language, once a process.

    Args:
        kind: ``words`` for all words, ``common`` for those found two times or more in ten million words.
    """
    ending = f"_{kind}.bloom"
    found = sorted((file for file in DATA.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)
    return {file.name[:2]: Lexicon(file.read_bytes()) for file in found}


def is_known(word: str) -> bool:
    """Return whether a word, in lower case, is a word or a name in any language that has a lexicon.

    >>> is_known("sevrant"), is_known("sevrnat")
    (True, False)
    """
    return any(word in lexicon for lexicon in lexicons().values())


def is_common(word: str, language: str) -> bool:
    """Return whether a word, in lower case, is a common one of a language; where there is no lexicon, any may be.

    >>> is_common("garde", "fr"), is_common("sevrant", "fr")
    (True, False)
    """
    return language not in lexicons("common") or word in lexicons("common")[language]


def _places(word: str, size: int) -> Iterator[int]:
    digest = int.from_bytes(blake2b(word.encode(), digest_size=16).digest(), "little")
    first, second = digest & (1 << 64) - 1, digest >> 64
    return ((first + i * second) % size for i in range(_HASHES))
