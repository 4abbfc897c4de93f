"""How encodings spell UTF-8, and where in a text such spellings begin."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs
import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.encoding.odd_pairs import MULTIBYTE, NOT_IDEOGRAPHS, beginnings_of_utf_8

# What UTF-8 is wrongly read as. The sloppy ones read C1 characters from bytes without a meaning, as browsers do.
SINGLE = (
    *("latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253"),
    *("sloppy-windows-1254", "sloppy-windows-1257", "iso8859-2", "mac-roman", "cp437", "cp850", "cp866", "koi8-r"),
    *("sloppy-windows-1256", "sloppy-windows-1255", "sloppy-windows-1258", "iso8859-15", "iso8859-5", "cp852"),
    *("cp857", "koi8-u", "mac-cyrillic"),
)
_NEARLY_ALL = 0.95  # characters beyond ASCII
_RUN = 12  # characters that show whether a line is worth more than a glance
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_IN_WORD = re.compile(r"[\u4e00-\u9fff](?:(?<![^\x00-\x7f].)(?![^\x00-\x7f])|(?<=[A-Za-z].))")
_WINDOW, _MOSTLY_ASCII = 200, 0.7  # characters around the first one, and the share of ASCII among them
_PLANE = 0x10000
_AT_ONCE = 1 << 16  # characters, and the rest of their line


class Spelling(NamedTuple):
    """How an encoding spells UTF-8.

    Attributes:
        encoding: The encoding.
        sequences: One or more characters of UTF-8.
        letters: The letters that are beyond ASCII in the encoding.
    """

    encoding: str
    sequences: re.Pattern[str]
    letters: frozenset[str]


def is_spelled(text: str) -> bool:
    """Return whether nearly all characters of a text beyond ASCII are UTF-8 as one encoding spells it.

    >>> is_spelled("Ã©tÃ©, lâ€™eau"), is_spelled("été")
    (True, False)
    """
    beyond = "".join(_NOT_ASCII.findall(text))
    return bool(beyond) and any(
        len(beyond) - len(spelling(encoding).sequences.sub("", beyond)) >= _NEARLY_ALL * len(beyond)
        for encoding in SINGLE
    )


def suspicious_lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Find the lines that may be damaged.

    Yields:
        Where they begin and end, and bits for the encodings that may spell UTF-8 in them: `SINGLE`, then `MULTIBYTE`.
    """
    yield from _lines_of_lone_ideographs(text)
    for start, bits in _first_neighbours(text):
        if possible := _possible(text[start : start + _RUN], bits):
            end = text.find("\n", start)
            yield text.rfind("\n", 0, start) + 1, len(text) if end < 0 else end, possible


def _first_neighbours(text: str) -> Iterator[tuple[int, int]]:
    """Find the first two characters beyond ASCII of each line that are neighbours, and bits for what may spell so.

    Those that are one character further on are tried, too.
    """
    leads, others = _bits()
    end = 0
    while end < len(text):
        start, end = end, text.find("\n", end + _AT_ONCE) + 1 or len(text)
        codes = np.frombuffer(text[start:end].encode("utf-32-le", "surrogatepass"), np.uint32)
        beyond = codes > 0x7F
        places = (beyond[:-1] & beyond[1:]).nonzero()[0]
        lines = (codes == ord("\n")).nonzero()[0].searchsorted(places)
        places = places[np.diff(lines, prepend=-1) > 0]
        places = np.concatenate([places, places + 1])  # a quotation mark may be before the damage
        found = leads.take(codes[places], mode="clip") & others.take(codes.take(places + 1, mode="clip"), mode="clip")
        for place, bits in zip(places[found != 0].tolist(), found[found != 0].tolist(), strict=True):
            yield start + place, bits & _SINGLE_BITS or _MULTIBYTE_BITS


def _lines_of_lone_ideographs(text: str) -> Iterator[tuple[int, int, int]]:
    """Find the lines of ASCII in which single Chinese characters are in words: mang茅."""
    first = _IDEOGRAPH.search(text)
    window = text[max(0, first.start() - _WINDOW) : first.start() + _WINDOW] if first else ""
    if not first or len(window.encode("ascii", "ignore")) < _MOSTLY_ASCII * len(window):
        return
    match = _IN_WORD.search(text)
    while match:
        start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if match[0] in _multibyte_leads():
            yield start, end, _MULTIBYTE_BITS
        match = _IN_WORD.search(text, end)


@lru_cache(maxsize=1)
def _multibyte_leads() -> frozenset[str]:
    """Return the characters whose one or two bytes in Chinese or Japanese are the first of a character of UTF-8."""
    asked_for = (*range(0x3040, 0x3100), *range(0x4E00, 0xA000), *NOT_IDEOGRAPHS)
    return frozenset(map(chr, beginnings_of_utf_8(range(0xC2, 0xF5), asked_for)))


def _possible(head: str, bits: int) -> int:
    """Return bits for those of the encodings in which some characters begin with UTF-8."""
    run = re.match(r"[^\x00-\x7f]+", head)
    found = 0
    for number, encoding in enumerate((*SINGLE, *MULTIBYTE)):
        if bits >> number & 1:
            data = b""
            for character in run[0] if run else "":
                try:
                    data += b"\x98" if character == "\ufffd" else character.encode(encoding)
                except UnicodeEncodeError:
                    break
            try:
                data.decode()
            except UnicodeDecodeError as error:
                if error.reason != "unexpected end of data":
                    continue
            found |= (len(data) > 1) << number
    return found


_SINGLE_BITS = (1 << len(SINGLE)) - 1
_MULTIBYTE_BITS = sum(1 << number for number in range(len(SINGLE), len(SINGLE) + len(MULTIBYTE)))


@cache
def spelling(encoding: str) -> Spelling:
    """Return how an encoding of single bytes spells UTF-8."""

    def of(first: int, last: int) -> str:
        return _class(first, last, encoding)

    other = of(0x80, 0xBF)
    sequences = "|".join(
        (
            of(0xC2, 0xDF) + other,
            of(0xE0, 0xE0) + of(0xA0, 0xBF) + other,
            of(0xED, 0xED) + of(0x80, 0x9F) + other,
            _class(0xE1, 0xEF, encoding, without=0xED) + other + other,
            of(0xF0, 0xF0) + of(0x90, 0xBF) + other + other,
        )
    )
    letters = frozenset(filter(str.isalpha, _characters(range(0x80, 0x100), encoding)))
    return Spelling(encoding, re.compile(f"(?:{sequences})+"), letters)


def _class(first: int, last: int, encoding: str, without: int | None = None) -> str:
    characters = _characters((code for code in range(first, last + 1) if code != without), encoding)
    return "[" + re.escape("".join(characters)) + "]" if characters else r"(?!)"


def _characters(codes: Iterable[int], encoding: str) -> list[str]:
    """Return what an encoding of single bytes has at some codes, without what it leaves undefined."""
    return [character for code in codes if (character := bytes([code]).decode(encoding, "ignore"))]


@lru_cache(maxsize=1)
def _bits() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return for each character bits for the encodings in which it begins, or continues, a character of UTF-8.

    Each has the bit of all encodings of two bytes where it begins one in any of them, as what follows may be anything.
    """
    leads, others = np.zeros(_PLANE, np.uint32), np.zeros(_PLANE, np.uint32)
    for number, encoding in enumerate(SINGLE):
        for table, codes in (leads, range(0xC2, 0xF5)), (others, range(0x80, 0xC0)):
            table[list(map(ord, _characters(codes, encoding)))] |= np.uint32(1 << number)
    others[0xFFFD] |= np.uint32(1 << SINGLE.index("sloppy-windows-1251"))  # what it leaves undefined
    leads[list(map(ord, _multibyte_leads()))] |= np.uint32(_MULTIBYTE_BITS)
    others |= np.uint32(_MULTIBYTE_BITS)
    return leads, others
