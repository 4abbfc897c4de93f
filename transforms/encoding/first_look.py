"""A first look at a text: whether it can hold a word that was read in the wrong encoding.

Damage puts characters next to each other that texts hardly have together: a capital and a sign, a box and a letter, a
small letter and a capital beyond ASCII. Nearly all texts have no such pair, and need no second look.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

_CHUNK = 1 << 16  # characters at a time
_SIGNS = "¡¢£¤¥¦¨©¬®¯°±²³´µ¶¸¹º¼½¾¿ª×÷‚„ƒ†‡ˆ‰‹›˜•€™š∂√∫≈≠≤≥∞∆◊˘˙˚˛˝ˇ∙πΩ§"
_KINDS = {
    "other": "",
    "small": "abcdefghijklmnopqrstuvwxyz",
    "capital": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "c1": "".join(map(chr, range(0x80, 0xA0))),
    "sign": "".join(sorted(set(_SIGNS) - set("š"))),
    "latin_small": "".join(filter(str.islower, map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]))),
    "latin_capital": "".join(filter(str.isupper, map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]))),
    "box": "".join(map(chr, range(0x2500, 0x25A1))) + "⌠⌡",
    "greek_cyrillic": "".join(filter(str.isalpha, map(chr, range(0x370, 0x530)))),
    "arabic_hebrew": "".join(map(chr, [*range(0x5B0, 0x5F5), *range(0x621, 0x700)])),
    "dash": "–—",
    "a_with_hat": "ÂÃ",
    "quote": "“”‘’…»«\xa0\xad",
    "space": " ",
}
_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_IDEOGRAPH, _LEAD = len(_KINDS), len(_KINDS) + 1  # the second ones are the first bytes of UTF-8, as GBK spells it
_PAIRS = (
    *(("small", kind) for kind in ("sign", "latin_capital", "greek_cyrillic", "arabic_hebrew", "a_with_hat")),
    *(("capital", kind) for kind in ("greek_cyrillic", "arabic_hebrew")),
    *((kind, "small") for kind in ("greek_cyrillic", "arabic_hebrew")),
    *((kind, "sign") for kind in ("latin_small", "latin_capital", "a_with_hat", "greek_cyrillic", "arabic_hebrew")),
    *((kind, "sign") for kind in ("sign", "dash", "box")),
    *(("box", kind) for kind in ("small", "latin_small", "latin_capital", "greek_cyrillic")),
    *((kind, "box") for kind in ("small", "latin_small", "latin_capital", "greek_cyrillic", "sign")),
    *(("latin_small", kind) for kind in ("latin_capital", "a_with_hat")),
    *(("a_with_hat", kind) for kind in ("quote", "space", "sign")),
    *(("latin_capital", kind) for kind in ("quote",)),
)
_FIRST_BYTES = frozenset([*range(0xC3, 0xC6), 0xCE, 0xD0, 0xD1, *range(0xE2, 0xF1)])  # of frequent characters
_LEADS = 0.15  # share of such ideographs in damaged text


def may_be_damaged(text: str) -> bool:
    r"""Return whether a text can hold words that were read in a wrong encoding.

    >>> may_be_damaged("déjà vu"), may_be_damaged("dÃ©jÃ\xa0 vu"), may_be_damaged("perchÈ no")
    (False, True, True)
    """
    kinds, suspicious, latin = _tables()
    for start in range(0, len(text), _CHUNK):
        chunk = text[max(0, start - 2) : start + _CHUNK]
        codes = np.frombuffer(chunk.encode("utf-32-le", "surrogatepass"), np.uint32)
        found = kinds.take(codes)
        if suspicious.take((found[:-1] << 4) | found[1:]).any():
            return True
        letters = latin.take(found)
        if (letters[:-2] & letters[1:-1] & letters[2:]).any():
            return True
        leads = np.count_nonzero(found == _LEAD)
        if leads > _LEADS * np.count_nonzero(found >= _IDEOGRAPH):
            return True
    return False


@lru_cache(maxsize=1)
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return the kind of every code point, which pairs of kinds are suspicious, and which kinds are Latin letters."""
    kinds = np.zeros(0x110000, np.uint8)
    for kind, characters in _KINDS.items():
        kinds[[ord(character) for character in characters]] = _NUMBER[kind]
    kinds[0x4E00:0xA000] = _IDEOGRAPH
    for code in [*range(0x4E00, 0xA000), *range(0xFF61, 0xFFA0), *range(0xE000, 0xE800)]:
        for encoding in ("gb18030", "cp932"):
            data = chr(code).encode(encoding, "ignore")
            begins = len(data) == 1 or (len(data) == 2 and 0x80 <= data[1] <= 0xBF)
            if begins and data[0] in _FIRST_BYTES:
                kinds[code] = _LEAD
    suspicious = np.zeros(256, np.bool_)
    for first, second in _PAIRS:
        suspicious[_NUMBER[first] << 4 | _NUMBER[second]] = True
    suspicious[[_NUMBER["c1"] << 4 | kind for kind in range(16)]] = True
    suspicious[[kind << 4 | _NUMBER["c1"] for kind in range(16)]] = True
    for kind in ("small", "capital"):
        suspicious[_NUMBER[kind] << 4 | _LEAD] = suspicious[_LEAD << 4 | _NUMBER[kind]] = True
    latin = np.zeros(16, np.bool_)
    latin[[_NUMBER["latin_small"], _NUMBER["latin_capital"], _NUMBER["a_with_hat"]]] = True
    return kinds, suspicious, latin
