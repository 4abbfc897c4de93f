"""Cut a stretch that a text shares with another one back to what may be taken out of it."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from beam_textclean.transforms.duplicates.across.matches import Match
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import has_line_break, is_clean_cut
from beam_textclean.transforms.duplicates.reading.paragraphs import CLOSING, SENTENCE_ENDS
from beam_textclean.transforms.duplicates.reading.streams import TextStream


class _Part(NamedTuple):
    """What a stretch holds of a paragraph."""

    paragraph: int
    start: int
    end: int


def cut_match(
    stream: TextStream, match: Match, borders: Sequence[int], config: DuplicatesConfig
) -> Iterator[tuple[int, int]]:
    """Cut a match back to passages.

    A passage begins and ends with a paragraph or a sentence; or where the other text has a paragraph border and this
    one has lost it. At its ends stands prose. Code and tables go only within a longer copy, between paragraphs of prose
    that are together as long; fenced code never goes. Parts of paragraphs with less than `min_characters` stay, and so
    does one shorter paragraph at the end that ends no sentence: it may belong to what follows.

    Args:
        stream: The text that may lose the match.
        match: Places in this stream, and in the other one.
        borders: Places of the other stream where its paragraphs start or end, ascending.
        config: Says how long paragraphs and passages must be.

    Yields:
        Start and end of each passage that is left with `min_passage` characters.
    """
    start, end = _first_cut(stream, match, borders), _last_cut(stream, match, borders)
    if end - start < config.min_passage:
        return
    first, last = stream.paragraph_at(start), stream.paragraph_at(end - 1)
    parts = [
        _Part(paragraph, max(start, stream.starts[paragraph]), min(end, stream.starts[paragraph + 1]))
        for paragraph in range(first, last + 1)
    ]
    for is_fenced, stretch in groupby(parts, key=lambda part: part.paragraph in stream.fenced):
        if is_fenced:
            continue
        for run in _between_prose(stream, list(stretch)):
            passage = _without_scraps(stream, run, config.min_characters)
            if passage and stream.characters(passage[0].start, passage[-1].end) >= config.min_passage:
                yield passage[0].start, passage[-1].end


def _first_cut(stream: TextStream, match: Match, borders: Sequence[int]) -> int:
    paragraph = stream.paragraph_at(match.start)
    if match.start == stream.starts[paragraph]:
        return match.start
    sentences = stream.sentence_starts(paragraph)
    index = bisect_left(sentences, match.start)
    own = sentences[index] if index < len(sentences) else stream.starts[paragraph + 1]
    for number in range(bisect_left(borders, match.source), len(borders)):
        place = match.start + borders[number] - match.source
        if place >= own or _is_lost_border(stream, paragraph, place):
            return min(own, place)
    return own


def _last_cut(stream: TextStream, match: Match, borders: Sequence[int]) -> int:
    paragraph = stream.paragraph_at(match.end - 1)
    if match.end == stream.starts[paragraph + 1]:
        return match.end
    sentences = stream.sentence_starts(paragraph)
    index = bisect_right(sentences, match.end)
    own = sentences[index - 1] if index else stream.starts[paragraph]
    for number in reversed(range(bisect_right(borders, match.source + match.end - match.start))):
        place = match.start + borders[number] - match.source
        if place <= own or _is_lost_border(stream, paragraph, place):
            return max(own, place)
    return own


def _is_lost_border(stream: TextStream, paragraph: int, place: int) -> bool:
    """Tell whether a paragraph may be cut where the other text has a border: nothing or a line break is left of it."""
    before, after = stream.gap(paragraph, place)
    if before > after:
        return False
    white_space = stream.text[before:after]
    # A letter may be written as two code points.
    last = unicodedata.normalize("NFC", stream.text[max(before - 2, 0) : before])[-1]
    if not is_clean_cut(last, white_space, stream.text[after]):
        return False
    return not white_space or has_line_break(white_space) or last in CLOSING


def _between_prose(stream: TextStream, parts: list[_Part]) -> list[list[_Part]]:
    """Give the runs that begin and end with prose, and hold no code or table longer than all their prose."""
    runs: list[tuple[int, int, int]] = []  # the first part, the one after the last, characters of prose
    for number, part in enumerate(parts):
        if not stream.is_prose(part.paragraph):
            continue
        runs.append((number, number + 1, stream.characters(part.start, part.end)))
        while len(runs) > 1:
            (first, middle, before), (following, end, after) = runs[-2:]
            if stream.characters(parts[middle - 1].end, parts[following].start) > before + after:
                break
            runs[-2:] = [(first, end, before + after)]
    return [parts[first:end] for first, end, _ in runs]


def _without_scraps(stream: TextStream, parts: list[_Part], min_characters: int) -> list[_Part]:
    """Leave out, at both ends, what is too little to cut a paragraph for, and a heading of what stays."""
    first, end = 0, len(parts)
    if _is_scrap(stream, parts[0], min_characters):
        first += 1
    while first < end and not stream.is_prose(parts[first].paragraph):
        first += 1
    may_introduce = True  # one heading for what stays, be it new or code
    while first < end:
        last = parts[end - 1]
        if not stream.is_prose(last.paragraph):
            may_introduce = True
        elif may_introduce and (_is_scrap(stream, last, min_characters) or _is_heading(stream, last, min_characters)):
            may_introduce = False
        else:
            break
        end -= 1
    return parts[first:end]


def _is_scrap(stream: TextStream, part: _Part, min_characters: int) -> bool:
    start, end = stream.starts[part.paragraph : part.paragraph + 2]
    return part.end - part.start < end - start and stream.characters(part.start, part.end) < min_characters


def _is_heading(stream: TextStream, part: _Part, min_characters: int) -> bool:
    """Tell whether a paragraph is one like "Example:" or "2. Results", and something follows."""
    if part.end == len(stream.content) or stream.characters(part.start, part.end) >= min_characters:
        return False
    start, end = stream.paragraphs[part.paragraph]
    return stream.text[start:end].rstrip()[-1] not in SENTENCE_ENDS
