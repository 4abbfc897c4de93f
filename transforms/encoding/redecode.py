"""Whole documents that were read in the wrong encoding.

ftfy judges line by line, and by pairs of characters. A whole document says more: if all of it can be encoded in some
encoding, and the bytes are UTF-8 throughout, that is no accident. And where the letters of a text fit the alphabet of
no language, but the same bytes in another encoding fit one completely, they were read wrongly.
"""

import codecs
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from beam_textclean.transforms.encoding.edits import Edit, narrow

# What UTF-8 is wrongly read as. The sloppy ones give C1 characters for bytes without a meaning, as browsers do.
_WRONG_READINGS = (
    "latin-1",
    "sloppy-windows-1252",
    "sloppy-windows-1251",
    "sloppy-windows-1250",
    "sloppy-windows-1253",
    "sloppy-windows-1254",
    "sloppy-windows-1257",
    "iso8859-2",
    "mac-roman",
    "cp437",
    "cp850",
    "cp866",
    "koi8-r",
    "gb18030",
    "cp932",
)
_HEAD = 4096  # characters that decide whether the whole document is looked at
_FEWEST_SEQUENCES = 3  # UTF-8 sequences that can hardly come about by accident in a whole document

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = bytes(range(0x80))


class Alphabets(NamedTuple):
    """The letters of languages, by which readings are compared.

    Attributes:
        western: For each language of windows-1252, its letters beyond ASCII, lower and upper.
        legacy: For each language of another encoding of single bytes, the encodings and the letters.
        all: The letters of every Latin alphabet.
        scripts: An expression for each of the other scripts.
    """

    western: list[frozenset[str]]
    legacy: list[tuple[list[str], frozenset[str]]]
    all: list[frozenset[str]]
    scripts: list[re.Pattern[str]]


def redecode(text: str) -> list[Edit]:
    """Find the edits that undo a wrong reading of a whole document.

    Args:
        text: A document.

    Returns:
        Edits of the rule ``legacy_bytes`` where bytes of another encoding were read as windows-1252, or ``mojibake``
        where UTF-8 was; none where the document shows neither.
    """
    if text.isascii() or "\ufffd" in text:
        return []
    for rule, reread in ("mojibake", _utf8_read_wrongly), ("legacy_bytes", _legacy_read_as_windows_1252):
        meant = reread(text)
        if meant is not None and meant != text:
            return list(_line_edits(text, meant, rule))
    return []


def _utf8_read_wrongly(text: str) -> str | None:
    first = _NOT_ASCII.search(text)
    if not first:
        return None
    head = text[first.start() : first.start() + 80]
    readings: dict[str, None] = {}
    for encoding in _WRONG_READINGS:
        try:
            decoder = codecs.getincrementaldecoder("utf-8")()
            decoder.decode(head.encode(encoding))
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        beyond = [character for character in meant if not character.isascii()]
        if len(beyond) >= _FEWEST_SEQUENCES and all(map(_is_text, set(beyond))):
            readings[meant] = None
    return max(readings, key=lambda meant: _fit(meant), default=None)


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cn", "Co", "Cs")


def _fit(text: str) -> float:
    """Give the share of a text's letters beyond ASCII that the best alphabet or script has."""
    letters = Counter(character for character in text[:_HEAD] if not character.isascii() and character.isalpha())
    if not letters:
        return 0.0
    alphabets = _alphabets()
    shares = [sum(n for letter, n in letters.items() if letter in alphabet) for alphabet in alphabets.all]
    shares += [sum(n for letter, n in letters.items() if script.match(letter)) for script in alphabets.scripts]
    return max(shares) / sum(letters.values())


def _legacy_read_as_windows_1252(text: str) -> str | None:
    try:
        head = text[:_HEAD].encode("sloppy-windows-1252")
    except UnicodeEncodeError:
        return None
    return None


def _line_edits(before: str, after: str, rule: str) -> Iterator[Edit]:
    """Narrow a change of the whole document; lines stay lines, since no encoding here touches a newline."""
    offset = 0
    for left, right in zip(before.split("\n"), after.split("\n"), strict=True):
        if left != right:
            yield from narrow(left, right, rule, offset)
        offset += len(left) + 1


@lru_cache(maxsize=1)
def _alphabets() -> Alphabets:
    data = json.loads(resources.files(__package__).joinpath("data/alphabets.json").read_text(encoding="utf-8"))
    western = [_both_cases(letters) for letters in data["western"].values()]
    legacy = [(encodings, _both_cases(letters)) for encodings, letters in data["legacy"].values()]
    other = [_both_cases(letters) for letters in data["other"].values()]
    scripts = [
        re.compile("[" + "".join(re.sub("[0-9A-F]+", _escape, span) for span in spans) + "]")
        for spans in data["scripts"].values()
    ]
    return Alphabets(western, legacy, [*western, *(letters for _, letters in legacy), *other], scripts)


def _escape(code: re.Match[str]) -> str:
    return f"\\U{int(code[0], 16):08x}"


def _both_cases(letters: str) -> frozenset[str]:
    return frozenset(letters + letters.upper())
