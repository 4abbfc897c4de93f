"""Where sentences end: the places within a paragraph where a part of it can be taken out."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from beam_textclean.transforms.code_and_markup import LINE_BREAKS
from beam_textclean.transforms.duplicates.reading.paragraphs import Span

# A sentence ends with its mark and what closes after it, and white space follows but in Chinese and Japanese; or with a
# colon or semicolon at the end of a line; or with a line of nothing but signs, which parts what is around it.
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔।])(?P<mark>[.!?…؟۔।]+)(?:[\"'”’)\]]|\s?»)*(?=(?P<gap>\s+)\S)"
    r"|(?<![。！？])[。！？]+[」』）”’»]*(?=(?P<narrow_gap>\s*)\S)"
    rf"|[:;：；](?=(?P<line_gap>[^\S{LINE_BREAKS}]*[{LINE_BREAKS}]\s*)\S)"
    rf"|(?<=[{LINE_BREAKS}])[^\S{LINE_BREAKS}]*[^\w\s]+(?=(?P<rule_gap>[^\S{LINE_BREAKS}]*[{LINE_BREAKS}]\s*)\S)"
)
_NO_WORD = re.compile(r"\W")
_LONG = 5  # characters of a word that is no abbreviation; those of one less are none if all are capitals, or none
_CLOSING = frozenset(')]»”"')
_UNFINISHED = frozenset(",،、，-‐–—/([{«“‘„&+=")
_NEVER_FIRST = frozenset(",.;:!?…)]}»”%。，；：！？、」』）")


def sentence_gaps(text: str) -> list[Span]:
    """Find what lies between the sentences of a paragraph.

    When in doubt there is no gap: a full stop after a short word may be that of an abbreviation, one before a
    lower-case letter or a digit too, and a line may have been broken for want of room.

    Args:
        text: A paragraph.

    Returns:
        The spans from the end of one sentence to the start of the next, in code points: white space, or empty.

    >>> text = "Selon M. Kirby, le départ est proche. Il partira en mai. 650 soldats restent."
    >>> [(text[:start][-7:], text[end:][:6]) for start, end in sentence_gaps(text)]
    [('proche.', 'Il par')]
    """
    gaps = set(_line_gaps(text))
    for end in _SENTENCE_END.finditer(text):
        start, stop = end.span(end.lastgroup or 0)  # the gap is the last group that took part
        if end["rule_gap"] or (
            _begins_sentence(text[stop], end["mark"]) and (end["mark"] != "." or _ends_sentence(text, end.start()))
        ):
            gaps.add((start, stop))
    return sorted(gaps)


def _line_gaps(text: str) -> Iterator[Span]:
    """Yield the gaps between lines that were not broken for want of room: the next word would have had its place."""
    lines = []  # start and end of what is visible
    place = 0
    for line in text.splitlines(keepends=True):
        if visible := line.strip():
            start = place + line.index(visible)
            lines.append((start, start + len(visible)))
        place += len(line)
    width = max((end - start for start, end in lines), default=0)
    for (start, end), (next_start, next_end) in pairwise(lines):
        word = text[next_start:next_end].split(maxsplit=1)[0]
        has_room = end - start + len(word) < width
        if has_room and text[end - 1] not in _UNFINISHED and _begins_sentence(word[0], None):
            yield end, next_start


def _begins_sentence(character: str, mark: str | None) -> bool:
    if character.islower() or character in _NEVER_FIRST or unicodedata.combining(character):
        return False
    return not (mark == "." and character.isdigit())


def _ends_sentence(text: str, stop: int) -> bool:
    """Return whether a full stop ends a sentence rather than an abbreviation."""
    if text[stop - 1 : stop] in _CLOSING:
        return True
    # Letters may be written as two code points.
    word = _NO_WORD.split(unicodedata.normalize("NFC", text[max(stop - 2 * _LONG, 0) : stop]))[-1]
    return len(word) >= _LONG or (len(word) == _LONG - 1 and word in (word.lower(), word.upper()))
