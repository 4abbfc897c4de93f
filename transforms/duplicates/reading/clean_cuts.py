"""Where a text may be cut: between sentences, with every sign on the side that it belongs to."""

import re
import unicodedata

from beam_textclean.transforms.code_and_markup import LINE_BREAKS
from beam_textclean.transforms.duplicates.reading.folding import IGNORED, NOTE
from beam_textclean.transforms.duplicates.reading.paragraphs import Span

_QUOTES_AND_DASHES = frozenset("\"'-–—")
_BINDS_NEXT = _QUOTES_AND_DASHES | frozenset("([{«“‘„‚‹’‐‑/,@#&+=_")
_CLOSING = frozenset(",.;:!?…)]}»”’›%，。；：！？、")
# Backticks and tildes would be a fence at the beginning of a line.
_BINDS_PREVIOUS = _CLOSING | frozenset("/‐‑_`~")
_SIGN = re.compile(rf"{NOTE}|\S")
_NO_GAP, _BLANK, _LINE_BREAK = range(3)


def has_line_break(white_space: str) -> bool:
    """Return whether white space goes over the end of a line."""
    return any(character in LINE_BREAKS for character in white_space)


def is_clean_cut(before: str, gap: str, after: str) -> bool:
    """Return whether a text may be cut between two visible characters: between sentences, never within one or a word.

    Args:
        before: The character before the cut.
        gap: White space at the cut.
        after: The character after it.

    Returns:
        True where a sentence or a heading may end.

    >>> is_clean_cut(".", "", "L"), is_clean_cut("e", "", "L"), is_clean_cut("e", " ", "q"), is_clean_cut("e", "", ",")
    (True, True, False, False)
    """
    if len(gap.splitlines()) > 1 or gap.endswith(tuple(LINE_BREAKS)):
        return True
    if unicodedata.combining(after):
        return False
    if before in _BINDS_NEXT or after in _BINDS_PREVIOUS or (not gap and after in _QUOTES_AND_DASHES):
        return False
    if not (before.isalnum() and after.isalnum()):
        return True
    return not after.islower() if gap else after.isupper() and not before.isupper()


def part_signs(stretch: str) -> Span:
    r"""Part what a fold leaves out between two characters: each sign belongs to the side that it touches.

    A sign touches the side that less parts it from: nothing, blanks, or a line break. Where both are alike, closing
    signs belong to what is before, opening ones and those set apart (a dash, a bullet) to what follows. The mark of a
    note belongs to the sentence before it, unless it begins a line.

    Args:
        stretch: What is between two characters that are compared: white space, and what is left out.

    Returns:
        The gap between the two sides, in code points of the stretch: white space, or empty.

    >>> part_signs(".[7] « "), part_signs(" — "), part_signs(" !\n"), part_signs("\n[7] ")
    ((4, 5), (0, 1), (2, 3), (0, 1))
    """
    blanks = _SIGN.sub(lambda sign: "." * len(sign[0]), stretch)
    breaks = [place for place, character in enumerate(blanks) if character in LINE_BREAKS]
    white = [place for place, character in enumerate(blanks) if character != "."]
    end = 0
    for sign in _SIGN.finditer(stretch):
        if sign[0] in IGNORED:
            continue
        place = sign.end() - len(sign[0].lstrip())
        before = _distance(bool(white and white[0] < place), bool(breaks and breaks[0] < place))
        after = _distance(bool(white and white[-1] > place), bool(breaks and breaks[-1] > place))
        if not _belongs_before(sign[0], before, after):
            return end, place
        end = sign.end()
    return end, len(stretch)


def _distance(has_white_space: bool, has_break: bool) -> int:
    return _LINE_BREAK if has_break else _BLANK if has_white_space else _NO_GAP


def _belongs_before(sign: str, before: int, after: int) -> bool:
    if len(sign) > 1:
        return before < _LINE_BREAK
    category = unicodedata.category(sign)
    if category.startswith("M"):  # written over what is before
        return True
    if before != after:
        return before < after
    if category in ("Ps", "Pi"):
        return False
    return before == _NO_GAP or sign in _CLOSING or category in ("Pe", "Pf")
