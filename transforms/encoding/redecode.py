"""Texts that were read in the wrong encoding, once or several times.

ftfy judges pairs of characters. Lines, and the document that they are in, show more: what is UTF-8 throughout as some
encoding spells it is not so by accident, and letters that make no words in one encoding and only words in another were
read in the wrong one.
"""

from beam_textclean.transforms.encoding.edits import Edit, apply_edits, compose
from beam_textclean.transforms.encoding.legacy import legacy_bytes
from beam_textclean.transforms.encoding.misread import misread

_MOST_READINGS = 6


def redecode(text: str, *, odd: bool = True) -> list[Edit]:
    """Find the edits that undo wrong readings, also a twofold one, or several in one document.

    Args:
        text: A document.
        odd: It may hold words that no language has, by the first look.

    Returns:
        Edits of the rule ``mojibake`` where UTF-8 was read as another encoding, ``legacy_bytes`` where bytes of another
        encoding were read as windows-1252 or the like; none where the document shows neither.
    """
    edits: list[Edit] = []
    for _ in range(_MOST_READINGS):
        if text.isascii():
            break
        found = (misread(text) if odd else []) or legacy_bytes(text, odd=odd)
        if not found:
            break
        edits = compose(edits, found, text)
        text = apply_edits(text, found)
        odd = True
    return edits
