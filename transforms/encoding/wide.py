"""UTF-16 and UTF-32 without a byte order mark.

UTF-16 has the high bytes of its characters at one parity: NULs, or the one byte that a script has there. Bytes that are
valid UTF-8 are UTF-16 only where that shows throughout; scattered control characters do not make it so. Bytes that are
not UTF-8 are also UTF-16 where this, unlike single bytes, makes common letters of one script and no control characters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

#: Control characters that text hardly has in any encoding of single bytes. ESC and white space are not among them.
CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_NOT_CONTROLS = bytes(code for code in range(0x100) if code not in CONTROLS)

_SAMPLE = 8000
_FEWEST_CONTROLS = 50  # bytes per control character, at most, in UTF-16 that is valid UTF-8, or short
_FEWEST_BYTES = 16  # of UTF-16 without control characters
_HIGH_BYTES = 0.85  # share of the bytes at one parity that are the high bytes of a script or NULs
# High bytes of the scripts whose UTF-16 may be valid UTF-8: Greek to Arabic, India to Georgia, Ethiopia, Khmer.
_SCRIPTS = frozenset([0x03, 0x04, 0x05, 0x06, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x12, 0x17])
_LATIN = (0x01, 0x02, 0x1E, 0x20)  # of Latin letters beyond Latin-1 and of punctuation
_OF_IDEOGRAPHS = bytes([0, 0x30, *range(0x4E, 0xA0), 0xFF])  # high bytes of ASCII, kana, ideographs, full-width signs
_KANA, _BESIDE_IDEOGRAPHS = 0x30, 0.5  # the high byte of kana, and the share of these and of ASCII beside ideographs
_FEWEST_JAPANESE = 8  # characters
_RARE = range(0xA0, 0xAC)  # high bytes of scripts that hardly any text is in, such as Bamum
_ASCII_WORDS = re.compile(rb"[A-Z ]?[a-z ,.;:]{5,}")
_MOSTLY_WORDS = 0.4  # share of the bytes in such runs, which single bytes make and UTF-16 does not
_SHORT = 10  # characters of which one may be foreign
_WHITE_SPACE = frozenset(b"\t\n\r")  # single letters between tabs or on lines of their own are not UTF-16
_FEWEST_CHARACTERS = 4  # of a script
_COMPARED = 500  # characters by which the scripts are counted
_FOREIGN = 0.1  # share of characters that may be of another script; in the wrong order they are all over Unicode
# The lead bytes of the characters that texts mostly have, by the encodings that put these first: random pairs of bytes
# are common characters in one of four cases.
_COMMON = {"euc_kr": (0xB0, 0xC8), "gb2312": (0xB0, 0xD7), "euc_jp": (0xB0, 0xCF), "big5": (0xA4, 0xC6)}
_COMMON_SHARE = 0.8


def read_wide(data: bytes, *, is_utf_8: bool) -> tuple[str, str] | None:
    r"""Read bytes as UTF-16 or UTF-32 without a mark, if they are.

    Args:
        data: A document.
        is_utf_8: Whether it is valid UTF-8, too.

    Returns:
        The text and the encoding, or None.

    >>> read_wide("Привет".encode("utf-16-le"), is_utf_8=True)
    ('Привет', 'utf-16-le')
    >>> read_wide(b"a\x00bx", is_utf_8=True)
    """
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    enough = controls * _FEWEST_CONTROLS > len(sample) or (len(sample) >= _FEWEST_BYTES and not is_utf_8)
    if len(data) % 2 or not enough:
        return None
    readings = [(0.0, encoding) for encoding in _utf_32(data)] or [
        (foreign, encoding)
        for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0))
        if (foreign := _foreign(sample, encoding, high, is_utf_8=is_utf_8)) <= _FOREIGN
    ]
    for _, encoding in sorted(readings):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def _utf_32(data: bytes) -> list[str]:
    """Return the orders in which the high halves of all characters are zero, or those of an emoji."""
    found = []
    for encoding, (first, second) in {"utf-32-le": (3, 2), "utf-32-be": (0, 1)}.items():
        highest, high = data[first:_SAMPLE:4], data[second:_SAMPLE:4]
        if highest and len(data) % 4 == 0 and not any(highest) and max(high) <= 0x10 and 2 * high.count(0) >= len(high):
            found.append(encoding)
    return found


def _foreign(sample: bytes, encoding: str, high: int, *, is_utf_8: bool) -> float:
    """Return which share of UTF-16 is in another script than most of it; 1 where it is not UTF-16."""
    highs, lows = sample[high::2], sample[1 - high :: 2]
    if 0 not in lows and highs.count(0) >= _HIGH_BYTES * len(highs):
        return 0.0
    if is_utf_8 and (not _are_of_one_script(highs, lows) or _WHITE_SPACE.issuperset(highs)):
        return 1.0
    rare = sum(byte in _RARE for byte in highs) > len(highs) // 2
    if not is_utf_8 and (rare or sum(map(len, _ASCII_WORDS.findall(sample))) > _MOSTLY_WORDS * len(sample)):
        return 1.0
    text = sample[: 2 * _COMPARED].decode(encoding, "ignore")
    beyond = [character for character in text if character > "\x7f"]
    kinds = Counter(map(unicodedata.category, beyond))
    letters = [character for character in beyond if unicodedata.category(character)[0] in "LM"]
    bad = sum(kinds[kind] for kind in ("Cc", "Cn", "Co", "Cs")) + len(text.encode().translate(None, _NOT_CONTROLS))
    if bad * 50 > len(text) or len(beyond) > 2 * len(letters):
        return 1.0
    ideographs = [letter for letter in letters if unicodedata.name(letter, "").startswith(("CJK", "HANGUL"))]
    if not is_utf_8 and not _are_common(ideographs):
        return 1.0
    scripts = Counter(map(_script, letters))
    scripts.pop("LATIN", None)
    signs = max(0, len(beyond) - len(letters) - kinds["Po"] - kinds["Zs"] // 2)
    return (scripts.total() - max(scripts.values(), default=0) + signs) / max(_SHORT, len(text))


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC") else name


def _are_of_one_script(highs: bytes, lows: bytes) -> bool:
    """Return whether bytes are the high bytes of one script, of ASCII beside it, and of some punctuation."""
    if len(highs) < _FEWEST_CHARACTERS:
        return False
    kana = highs.count(_KANA) if len(highs) >= _FEWEST_JAPANESE and 0 in highs and 0 not in lows else 0
    if kana > 1 and not highs.translate(None, _OF_IDEOGRAPHS):
        return kana + highs.count(0) >= _BESIDE_IDEOGRAPHS * len(highs)
    latin = sum(map(highs.count, _LATIN))
    if highs.count(0) * 2 >= len(highs) and highs.count(0) + latin >= _HIGH_BYTES * len(highs):
        return True
    most = max(_SCRIPTS, key=highs.count)
    return highs.count(most) > 0 and highs.count(most) + highs.count(0) >= _HIGH_BYTES * len(highs)


def _are_common(ideographs: Sequence[str]) -> bool:
    """Return whether characters of Chinese, Japanese or Korean are mostly the common ones of one language."""
    best = 0
    for encoding, (first, last) in _COMMON.items():
        leads = [character.encode(encoding, "replace")[0] for character in ideographs]
        best = max(best, sum(first <= lead <= last for lead in leads))
    return best >= _COMMON_SHARE * len(ideographs)
