"""Lines with words that no language has: the mark of bytes that were read in the wrong encoding.

A word is odd that has a sign between two letters, a capital beyond ASCII behind a small letter, three letters beyond
ASCII together, or letters of two scripts. A line is odd where such words outnumber the ordinary ones beyond ASCII: a
single odd word may be a slip, or written on purpose.
"""

import re
from collections.abc import Iterator

from beam_textclean.transforms.encoding.letter_case import has_odd_case

_FEWEST = 2  # odd words in a line, if it holds other words beyond ASCII or ASCII words
_WINDOW = 400  # characters that show which letters are the rarer ones
# Signs that are letters in other encodings. Quotation marks, dashes and the ellipsis often touch letters on both sides.
_SIGNS = "\x80-\x9f¡-¬®-³µ¶¸-¿×÷‚ƒ„†‡ˆ‰‹•˜›∂√∫≈◊˘˙˚˛˝ˇ∙"
_CAPITALS = "À-ÖØ-ÞŠŒŽŸĂĄĆČĎĐĘĚŁŃŇŐŘŚŞŢŤŮŰŹŻĞİĀĒĢĪĶĻŅŌŖŪ"
_LETTERS = "À-ÖØ-öø-žŸ"
# The set comes first, so that ASCII is passed over at once.
_ODD = re.compile(
    f"[{_SIGNS}“”{_CAPITALS}{_LETTERS}](?:"
    f"(?<=[A-Za-z][{_SIGNS}“”])(?<!¨)(?=[a-z])|(?<=[A-Za-z]¨)(?=[b-df-hj-np-tv-xz])"
    f"|(?<=[a-z][{_CAPITALS}])(?<!\\\\[abfnrtv][{_CAPITALS}])"  # but "\\tÖ" is a tab
    f"|(?<=[{_LETTERS}])[{_LETTERS}]{{2}}"
    f"|(?<=[{_SIGNS}])[{_SIGNS}](?=[^\\W\\d_]|[{_SIGNS}])|(?<=[\x80-\x9f]))"
)
_OTHER = "\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff"
_OTHER_LETTER = re.compile(f"[{_OTHER}]")
_MIXED_BY_OTHER = re.compile(f"[{_OTHER}](?:(?<=[A-Za-z].)|(?=[A-Za-z]))")
_MIXED_BY_ASCII = re.compile(f"[A-Za-z](?:(?<=[{_OTHER}].)|(?=[{_OTHER}]))")
_EMOJI = "\u2600"  # beyond which are signs that are no words, and Chinese
_JOINED = re.compile(r"[a-z][A-Z][a-z]")
_SPLIT = re.compile(r"[.,;:!?()\[\]/\"'’=<>|_\-\xa0]+")


def odd_lines(text: str) -> list[tuple[int, int]]:
    r"""Find the lines, from where to where, whose words beyond ASCII are mostly odd.

    >>> odd_lines("Le café noir\nest fermŽ en ŽtŽ\nà Orléans")
    [(13, 29)]
    """
    patterns = [_ODD]
    other = _OTHER_LETTER.search(text)
    if other:
        window = text[max(0, other.start() - _WINDOW // 2) : other.start() + _WINDOW // 2]
        mostly_ascii = 2 * len(window.encode("ascii", "ignore")) > len(window)
        patterns.append(_MIXED_BY_OTHER if mostly_ascii else _MIXED_BY_ASCII)
    found = {line for pattern in patterns for line in _lines_of(text, pattern)}
    return sorted(line for line in found if _is_odd(text[slice(*line)]))


def _lines_of(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    match = pattern.search(text)
    while match:
        end = text.find("\n", match.start())
        end = len(text) if end < 0 else end
        yield text.rfind("\n", 0, match.start()) + 1, end
        match = pattern.search(text, end)


def _is_odd(line: str) -> bool:
    words = [word for token in line.split() if not token.isascii() for word in _SPLIT.split(token)]
    words = [word for word in words if any(character > "\x7f" and character < _EMOJI for character in word)]
    odd = sum(is_odd_word(word) for word in words)
    ordinary = len(words) - odd
    return odd > ordinary or (odd >= _FEWEST and 2 * odd >= ordinary)


def is_odd_word(word: str) -> bool:
    """Return whether no language has a word; several that were joined, as in menus, are not one."""
    return not _JOINED.search(word) and (bool(_ODD.search(word) or _MIXED_BY_OTHER.search(word)) or has_odd_case(word))
