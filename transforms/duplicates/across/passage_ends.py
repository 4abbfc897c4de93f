"""Cut a stretch that a text shares with another one back to what may be taken out of it."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from beam_textclean.transforms.duplicates.across.matches import Match
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.clean_cuts import has_line_break, is_clean_cut
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.paragraphs import CLOSING


class _Part(NamedTuple):
    """What a stretch holds of a paragraph."""

    paragraph: int
    start: int
    end: int


def cut_match(
    text: FoldedText, match: Match, borders: Sequence[int], config: DuplicatesConfig
) -> Iterator[tuple[int, int]]:
    """Cut a match back to passages.

    A passage begins and ends with a paragraph or a sentence; or where the other text has a paragraph border and this
    one has lost it. Its ends are prose. Code and tables are removed only within a longer copy, between paragraphs of
    prose that are together as long; fenced code never is. Parts of paragraphs with less than `min_characters` are kept,
    and so is one shorter paragraph at the end that does not end a sentence: it may belong to what follows.

    Args:
        text: The text that may lose the match.
        match: Places in its stream, and in the other one.
        borders: Places of the other stream where its paragraphs start or end, ascending.
        config: Says how long paragraphs and passages must be.

    Yields:
        Start and end of each passage that is left with `min_passage` characters.
    """
    start, end = _first_cut(text, match, borders), _last_cut(text, match, borders)
    if end - start < config.min_passage:
        return
    first, last = text.paragraph_at(start), text.paragraph_at(end - 1)
    parts = [
        _Part(paragraph, max(start, text.starts[paragraph]), min(end, text.starts[paragraph + 1]))
        for paragraph in range(first, last + 1)
    ]
    for is_fenced, stretch in groupby(parts, key=lambda part: part.paragraph in text.fenced):
        if is_fenced:
            continue
        for run in _between_prose(text, list(stretch)):
            passage = _without_scraps(text, run, config.min_characters)
            if passage and text.characters(passage[0].start, passage[-1].end) >= config.min_passage:
                yield passage[0].start, passage[-1].end


def _first_cut(text: FoldedText, match: Match, borders: Sequence[int]) -> int:
    paragraph = text.paragraph_at(match.start)
    if match.start == text.starts[paragraph]:
        return match.start
    sentences = text.sentence_starts(paragraph)
    index = bisect_left(sentences, match.start)
    own = sentences[index] if index < len(sentences) else text.starts[paragraph + 1]
    for number in range(bisect_left(borders, match.source), len(borders)):
        place = match.start + borders[number] - match.source
        if place >= own or _is_lost_border(text, paragraph, place):
            return min(own, place)
    return own


def _last_cut(text: FoldedText, match: Match, borders: Sequence[int]) -> int:
    paragraph = text.paragraph_at(match.end - 1)
    if match.end == text.starts[paragraph + 1]:
        return match.end
    sentences = text.sentence_starts(paragraph)
    index = bisect_right(sentences, match.end)
    own = sentences[index - 1] if index else text.starts[paragraph]
    for number in reversed(range(bisect_right(borders, match.source + match.end - match.start))):
        place = match.start + borders[number] - match.source
        if place <= own or _is_lost_border(text, paragraph, place):
            return max(own, place)
    return own


def _is_lost_border(text: FoldedText, paragraph: int, place: int) -> bool:
    """Return whether a paragraph may be cut at a border of the other text: nothing or a line break is left of it."""
    before, after = text.gap(paragraph, place)
    if before > after:
        return False
    white_space = text.text[before:after]
    # A letter may be written as two code points.
    last = unicodedata.normalize("NFC", text.text[max(before - 2, 0) : before])[-1]
    if not is_clean_cut(last, white_space, text.text[after]):
        return False
    return not white_space or has_line_break(white_space) or last in CLOSING


def _between_prose(text: FoldedText, parts: list[_Part]) -> list[list[_Part]]:
    """Return the runs that begin and end with prose, and hold no code or table longer than all their prose."""
    runs: list[tuple[int, int, int]] = []  # the first part, the one after the last, characters of prose
    for number, part in enumerate(parts):
        if not text.is_prose(part.paragraph):
            continue
        runs.append((number, number + 1, text.characters(part.start, part.end)))
        while len(runs) > 1:
            (first, middle, before), (following, end, after) = runs[-2:]
            if text.characters(parts[middle - 1].end, parts[following].start) > before + after:
                break
            runs[-2:] = [(first, end, before + after)]
    return [parts[first:end] for first, end, _ in runs]


def _without_scraps(text: FoldedText, parts: list[_Part], min_characters: int) -> list[_Part]:
    """Leave out, at both ends, what is too little to cut a paragraph for, and a heading of what is kept."""
    first, end = 0, len(parts)
    if _is_scrap(text, parts[0], min_characters):
        first += 1
    while first < end and not text.is_prose(parts[first].paragraph):
        first += 1
    may_introduce = True  # one heading for what is kept, be it new or code
    while first < end:
        last = parts[end - 1]
        if not text.is_prose(last.paragraph):
            may_introduce = True
        elif may_introduce and (_is_scrap(text, last, min_characters) or _is_heading(text, last, min_characters)):
            may_introduce = False
        else:
            break
        end -= 1
    return parts[first:end]


def _is_scrap(text: FoldedText, part: _Part, min_characters: int) -> bool:
    start, end = text.starts[part.paragraph : part.paragraph + 2]
    return part.end - part.start < end - start and text.characters(part.start, part.end) < min_characters


def _is_heading(text: FoldedText, part: _Part, min_characters: int) -> bool:
    """Return whether a paragraph is one like "Example:" or "2. Results", and something follows."""
    if part.end == len(text.stream) or text.characters(part.start, part.end) >= min_characters:
        return False
    return not text.is_sentence(part.paragraph)
