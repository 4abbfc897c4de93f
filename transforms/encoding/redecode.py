"""Whole documents that were read in the wrong encoding.

ftfy judges line by line, and by pairs of characters. A whole document shows more. If all of it can be encoded in some
encoding, and the bytes are UTF-8 throughout, that is not an accident. And where the letters of a text fit the alphabet
of no language, but the same bytes in another encoding fit one completely, they were read wrongly.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby

from beam_textclean.transforms.encoding.alphabets import alphabets
from beam_textclean.transforms.encoding.detect import COMMON_ENCODINGS, detect_encoding
from beam_textclean.transforms.encoding.edits import Edit, apply_edits, compose, narrow
from beam_textclean.transforms.encoding.misread import misread

_HEAD = 4096  # characters that decide whether bytes of another encoding were read as windows-1252
_FEWEST_LETTERS = 8  # beyond ASCII, that tell enough
_OTHER_SCRIPT = 0.05  # share of letters beyond ASCII from which on the text is in another script, if it is any
_LATIN = 0.02  # the same for Latin script
_LATIN_CHANGED = 0.004  # share of letters that the other reading must change
_OF_ONE_LETTER = 10  # times that it must be changed if it is the only one
_IN_WORDS = 0.9  # of the letters of another script that must be next to others of it
_WESTERN = 0.95  # of the letters beyond ASCII by which a text is in a language of windows-1252
_WESTERN_WORDS = 0.02  # share of common western words that no text in another Latin alphabet has
_COVERED = 0.98  # of the letters beyond ASCII that must be in the alphabet; the rest are foreign names

# In Russian as windows-1252 some words are such variants, где and беда.
_FEWEST_VARIANTS = 3  # of one letter, àáâ, that make a list
_LISTED = 0.5  # of the letters beyond ASCII that are in such lists where a text is not Cyrillic or the like

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Signs that no language has between two letters, but which are letters in other encodings.
_SIGNS = frozenset("¡¢£¤¥¦¨©¬¯°±²³´¶¸¹¼½¾")
_SIGN_IN_WORD = re.compile(f"[{''.join(sorted(_SIGNS))}]" + r"(?<=[^\W\d_].)(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = frozenset("\xa0\xad«»‹›‘’‚“”„–—…•·°§©®™€")
_ASCII = bytes(range(0x80))
_NO_LETTERS = bytes(code for code in range(0x100) if not chr(code).isalpha() or code > 0x7F)


def redecode(text: str) -> list[Edit]:
    """Find the edits that undo the wrong reading of a whole document, also a twofold one.

    Args:
        text: A document.

    Returns:
        Edits of the rule ``mojibake`` where UTF-8 was read as another encoding, ``legacy_bytes`` where bytes of another
        encoding were read as windows-1252; none where the document shows neither.
    """
    edits: list[Edit] = []
    while found := _redecode_once(text):
        edits = compose(edits, found, text)
        text = apply_edits(text, found)
    return edits


def _redecode_once(text: str) -> list[Edit]:
    if text.isascii():
        return []
    found = misread(text)
    if found:
        return found
    meant = None if "\ufffd" in text else _as_legacy(text)
    return list(_line_edits(text, meant, "legacy_bytes")) if meant is not None and meant != text else []


def _as_legacy(text: str) -> str | None:
    """Read a document again whose bytes, of another encoding, were read as windows-1252 or Latin-1."""
    for read_as in "sloppy-windows-1252", "latin-1":
        try:
            head = text[:_HEAD].encode(read_as)
        except UnicodeEncodeError:
            continue
        beyond = head.translate(None, _ASCII)
        if len(beyond) < _FEWEST_LETTERS:
            return None
        share = len(beyond) / (len(beyond) + len(head.translate(None, _NO_LETTERS)))
        counts = {bytes([byte]).decode(read_as): beyond.count(byte) for byte in set(beyond)}
        if share < _LATIN or _fits_western(text[:_HEAD], counts) or _lists_letters(text[:_HEAD]):
            return None
        encoding = None
        if share >= _OTHER_SCRIPT and not _is_mostly_western(text[:_HEAD]):
            encoding = _other_script(head)
        if encoding is None and not _has_western_words(text[:_HEAD]):
            encoding = _other_alphabet(head, read_as)
        if encoding is None:
            return None
        try:
            meant = text.encode(read_as).decode(encoding)
        except UnicodeError:
            return None
        # Stateful encodings swallow newlines: such a text was not in one of them.
        return meant if meant.count("\n") == text.count("\n") else None
    return None


def _fits_western(head: str, counts: Mapping[str, int]) -> bool:
    """Return whether one language of windows-1252 has the letters of a text, except those of a few foreign names."""
    if not _SIGNS.isdisjoint(counts) and _SIGN_IN_WORD.search(head):
        return False
    letters = {character: count for character, count in counts.items() if character.isalpha() and character not in "µƒ"}
    most = sum(letters.values())
    return any(
        letters.keys() <= alphabet.keys()
        or sum(count for letter, count in letters.items() if letter in alphabet) > _WESTERN * most
        for alphabet in alphabets().western.values()
    )


def _lists_letters(head: str) -> bool:
    """Return whether most letters beyond ASCII come from lists of letters, such as àáâãäå in a program."""
    letters = [character for character in _NOT_ASCII.findall(head) if character.isalpha()]
    runs = (list(run) for _, run in groupby(letters, key=_base_letter))
    listed = sum(len(run) for run in runs if len(set(run)) >= _FEWEST_VARIANTS)
    return listed > _LISTED * len(letters)


def _base_letter(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()


def _is_mostly_western(head: str) -> bool:
    """Return whether the frequent western words of a text outnumber its words beyond ASCII."""
    words = _WORD.findall(head.lower())
    ascii_words = [word for word in words if word.isascii()]
    western = sum(word in alphabets().western_words for word in ascii_words)
    return western > len(words) - len(ascii_words)


def _has_western_words(head: str) -> bool:
    """Return whether the words of a text are western, as in texts that mix languages and fit no single alphabet."""
    if _SIGN_IN_WORD.search(head):
        return False
    words = _WORD.findall(head.lower())
    return sum(word in alphabets().western_words for word in words) > _WESTERN_WORDS * len(words)


def _other_script(head: bytes) -> str | None:
    """Find the encoding in which bytes are a text in another script than Latin."""
    encoding = detect_encoding(head)[0]
    if encoding not in COMMON_ENCODINGS:
        return None
    meant = head.decode(encoding, "ignore")
    beyond = sum(unicodedata.category(character)[0] in "LM" for character in _NOT_ASCII.findall(meant))
    for script in alphabets().scripts.values():
        if sum(len(run[0]) for run in script.finditer(meant) if len(run[0]) > 1) > _IN_WORDS * beyond:
            return encoding
    return None


def _other_alphabet(head: bytes, read_as: str) -> str | None:
    """Find the encoding of single bytes in which bytes fit a Latin alphabet."""
    letters = len(head.translate(None, _NO_LETTERS))
    best = (0.0, "")
    beyond = head.translate(None, _ASCII)
    counts = {byte: beyond.count(byte) for byte in set(beyond)}
    for encodings, alphabet in alphabets().legacy.values():
        for encoding in encodings:
            meant = {bytes([byte]).decode(encoding, "replace"): count for byte, count in counts.items()}
            inside = {letter: count for letter, count in meant.items() if letter in alphabet}
            total = sum(count for letter, count in meant.items() if letter not in _PUNCTUATION)
            changed = {
                letter: count for letter, count in inside.items() if letter.encode(encoding).decode(read_as) != letter
            }
            if (
                sum(inside.values()) < _COVERED * total
                or (len(changed) < 2 and sum(changed.values()) < _OF_ONE_LETTER)
                or sum(changed.values()) < _LATIN_CHANGED * letters
            ):
                continue
            score = sum(alphabet[letter] * count for letter, count in inside.items()) / total
            best = max(best, (score, encoding))
    return best[1] or None


def _line_edits(before: str, after: str, rule: str) -> Iterator[Edit]:
    """Narrow a change of the whole document; both have the same number of lines."""
    offset = 0
    for left, right in zip(before.split("\n"), after.split("\n"), strict=True):
        if left != right:
            yield from narrow(left, right, rule, offset)
        offset += len(left) + 1
