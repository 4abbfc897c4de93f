"""Characters that texts hardly have together, but damage has: a capital and a sign, a box and a letter.

Nearly all texts have no such pair, and need no second look for words that were read in the wrong encoding.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

_SIGNS = "¡¢£¤¥¦¨©¬®¯°±²³´µ¶¸¹º¼½¾¿ª×÷„†‡ˆ‰‹›˜•€™š∂∏∫≠≤≥∞∆◊˘˙˚˛˝ˇ∙πΩ§"
_KINDS = {
    "small": "abcdefghijklmnopqrstuvwxyz",
    "capital": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "c1": "".join(map(chr, range(0x80, 0xA0))),
    "sign": "".join(sorted(set(_SIGNS) - set("š"))),
    "latin_small": "".join(filter(str.islower, map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]))),
    "latin_capital": "".join(filter(str.isupper, map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]))),
    "box": "".join(map(chr, range(0x2500, 0x25A1))) + "⌠⌡√≈ƒ‚",  # the last ones in MacRoman
    "script_capital": "".join(filter(str.isupper, map(chr, range(0x370, 0x530)))),  # Greek and Cyrillic
    # The letters of Arabic and Hebrew are no capitals, either.
    "script_small": "".join(
        [*filter(str.islower, map(chr, range(0x370, 0x530))), *map(chr, [*range(0x5B0, 0x5F5), *range(0x621, 0x700)])]
    ),
    "dash": "–—",
    "a_with_hat": "ÂÃĂ",
    "quote": "“”‘’…»«\xad",
    "space": " \xa0",
}
_SCRIPTS = ("script_capital", "script_small")
_PAIRS = (
    *(("small", kind) for kind in ("sign", "latin_capital", *_SCRIPTS, "a_with_hat")),
    *(("capital", kind) for kind in _SCRIPTS),
    *((kind, "small") for kind in _SCRIPTS),
    *((kind, "sign") for kind in ("latin_small", "latin_capital", "a_with_hat", *_SCRIPTS, "sign", "dash", "quote")),
    *(("box", kind) for kind in ("small", "latin_small", "latin_capital", "sign", *_SCRIPTS)),
    *((kind, "box") for kind in ("small", "latin_small", "latin_capital", "sign", "quote", *_SCRIPTS)),
    *(("latin_small", kind) for kind in ("latin_capital", "a_with_hat")),
    *(("a_with_hat", kind) for kind in ("quote", "space", "latin_small", "latin_capital")),
    *((kind, latin) for kind in _SCRIPTS for latin in ("latin_small", "latin_capital")),
    ("script_small", "script_capital"),
    ("script_capital", "dash"),
    ("latin_capital", "quote"),
    *(("lead", kind) for kind in ("small", "capital")),
    *((kind, "lead") for kind in ("small", "capital")),
)
# Of frequent characters.
_FIRST_BYTES = frozenset([*range(0xC2, 0xC6), 0xC8, 0xCE, 0xD0, 0xD1, 0xD8, 0xD9, 0xE0, *range(0xE2, 0xF1)])
_IDEOGRAPHS = range(0x4E00, 0xA000)
#: What else UTF-8 becomes in the encodings of two bytes: characters for private use, and kana of half the width.
NOT_IDEOGRAPHS = (*range(0xE000, 0xE800), *range(0xFF61, 0xFFA0))
#: The encodings of two bytes that UTF-8 is wrongly read in.
MULTIBYTE = ("gb18030", "cp932")
_PLANE = 0x10000

Mask: TypeAlias = npt.NDArray[np.bool_]


class OddPairs(NamedTuple):
    """Which characters of the first plane are odd together.

    Attributes:
        pairs: The first halves and the second halves of odd pairs.
        latin: The Latin letters beyond ASCII, of which three together are odd.
        c1: The C1 controls, which are odd beside anything.
        ideographs: The Chinese characters.
        leads: Those characters that begin as UTF-8 does, where it is read in a Chinese or Japanese encoding.
    """

    pairs: list[tuple[Mask, Mask]]
    latin: Mask
    c1: Mask
    ideographs: Mask
    leads: Mask


@lru_cache(maxsize=1)
def odd_pairs() -> OddPairs:
    """Return what is odd together."""
    kinds = {kind: np.zeros(_PLANE, np.bool_) for kind in (*_KINDS, "lead")}
    for kind, characters in _KINDS.items():
        for others in kinds.values():  # of two kinds the later one counts
            others[list(map(ord, characters))] = False
        kinds[kind][list(map(ord, characters))] = True
    ideographs = np.zeros(_PLANE, np.bool_)
    ideographs[_IDEOGRAPHS] = True
    kinds["lead"][beginnings_of_utf_8(_FIRST_BYTES, (*_IDEOGRAPHS, *NOT_IDEOGRAPHS))] = True
    beside: dict[str, Mask] = {}
    for first, second in _PAIRS:
        beside[first] = beside.get(first, False) | kinds[second]
    latin = kinds["latin_small"] | kinds["latin_capital"] | kinds["a_with_hat"]
    return OddPairs(
        [(kinds[first], seconds) for first, seconds in beside.items()], latin, kinds["c1"], ideographs, kinds["lead"]
    )


def beginnings_of_utf_8(first_bytes: Iterable[int], code_points: Iterable[int]) -> list[int]:
    """Return the code points whose one or two bytes in Chinese or Japanese begin a character of UTF-8.

    Args:
        first_bytes: The bytes with which that may begin.
        code_points: Those that are asked for.
    """
    spelled = [bytes([first, *second]) for first in first_bytes for second in ((), *zip(range(0x80, 0xC0)))]
    found = {
        ord(character)
        for encoding in MULTIBYTE
        for data in spelled
        for character in data.decode(encoding, "ignore")
        if character.encode(encoding) == data
    }
    return sorted(found.intersection(code_points))
