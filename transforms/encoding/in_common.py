"""What all characters of a text beyond ASCII have in common: the alphabet and the encoding that have all of them.

Nearly every text shows at this one look that nobody read it in the wrong encoding.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs
import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.encoding.alphabets import alphabets, latin_alphabets

#: The characters by which a whole document is judged.
HEAD = 4096
#: The encodings that whole documents were wrongly read in.
READ_AS = ("sloppy-windows-1252", "latin-1")

_PLANE = 0x10000
_LATIN = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if code not in (0xD7, 0xF7)]
_DOT = {"\u0307"}  # in the small letter of İ
_NOT_OF_A_LANGUAGE = frozenset("µƒ")
#: Signs that no language has between two letters, but which are letters in other encodings.
SIGNS = frozenset("¡¢£¤¥¦¨©¬¯°±²³´¶¸¹¼½¾")
SIGN_IN_WORD = re.compile(f"[{''.join(sorted(SIGNS))}](?:(?<=[^\\W\\d_].)(?=[^\\W\\d_]))")


class InCommon(NamedTuple):
    """What all characters of a text beyond ASCII have in common.

    Attributes:
        alphabet: Its Latin letters are in one alphabet.
        encoding: They are in one of `READ_AS`.
        western: Its letters that are in these are of one language of windows-1252.
        no_sign: None is one of `SIGNS`.
    """

    alphabet: bool
    encoding: bool
    western: bool
    no_sign: bool


def in_common(text: str) -> InCommon:
    """Return what all characters of a text beyond ASCII have in common.

    >>> in_common("été à Besançon")
    InCommon(alphabet=True, encoding=True, western=True, no_sign=True)
    >>> in_common("Šø ©"), in_common("мир")[:2]
    (InCommon(alphabet=False, encoding=True, western=False, no_sign=False), (True, False))
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return in_common_of(codes[codes > 0x7F])


def in_common_of(codes: npt.NDArray[np.uint32]) -> InCommon:
    """Return what `in_common` does for the code points of characters beyond ASCII."""
    bits, *groups = _bits()
    common = int(np.bitwise_and.reduce(bits.take(codes, mode="clip")))
    return InCommon(*(common & group != 0 for group in groups))


def is_plain(head: str, common: InCommon) -> bool:
    """Return whether the head of a document shows by itself that it was not read in one wrong encoding of single bytes.

    >>> [is_plain(head, in_common(head)) for head in ("été", "citt\u0155 č piů", "l¹d")]
    [True, False, False]
    """
    if not common.alphabet:
        return False
    return not common.encoding or (common.western and (common.no_sign or not SIGN_IN_WORD.search(head)))


@lru_cache(maxsize=1)
def _bits() -> tuple[npt.NDArray[np.uint64], int, int, int, int]:
    """Return for each character of the first plane bits for what it fits, and which bits are alphabets and so on.

    The last one, which is not a character, stands for those of the other planes: they have no letters of these.
    """
    known = latin_alphabets()
    languages = [alphabet.keys() | _NOT_OF_A_LANGUAGE for alphabet in alphabets().western.values()]
    encodings = [bytes(range(0x80, 0x100)).decode(read_as, "ignore") for read_as in READ_AS]
    letters = frozenset(filter(str.isalpha, "".join(encodings)))
    unfit = [
        *(frozenset(letter for letter in _LATIN if not set(letter.lower()) - _DOT <= alphabet) for alphabet in known),
        *(letters - language for language in languages),
        SIGNS,
    ]
    bits = np.full(_PLANE, (1 << len(unfit)) - 1, np.uint64)
    for number, characters in enumerate(unfit):
        bits[list(map(ord, characters))] &= ~np.uint64(1 << number)
    for number, encoding in enumerate(encodings, len(unfit)):
        bits[[*range(0x80), *map(ord, encoding)]] |= np.uint64(1 << number)
    of_alphabets = (1 << len(known)) - 1
    of_languages = ((1 << len(languages)) - 1) << len(known)
    of_encodings = ((1 << len(encodings)) - 1) << len(unfit)
    return bits, of_alphabets, of_encodings, of_languages, 1 << len(unfit) - 1
