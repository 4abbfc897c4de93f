"""What needs its place: copies that are kept, because of what would be left without them.

- A block is removed as a whole or kept as a whole: where all that would be left of it, or of one of its lines, is marks
  (``>``, a bullet, a number, a time, who speaks, tags, the bars of a table), it is kept.
- A section is never emptied: where a label would be left with nothing under it, what is under it is kept; or the label
  is removed too, where the copy that is kept has the same label.
- A few paragraphs that are copies of some in another section belong to theirs: of two sections each needs its own.
- What somebody says is kept where nothing beside it is removed; so is a short line of a text that is set in lines.

Keeping more than was decided is always safe: nothing that is removed names it as its copy.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import compress, pairwise

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.folding import count_characters
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import is_in_capitals
from beam_textclean.transforms.duplicates.reading.paragraphs import Span
from beam_textclean.transforms.duplicates.reading.places import needs_neighbours
from beam_textclean.transforms.duplicates.within.pieces import Copies, Piece

_TAGS = re.compile(r"<[^<>]*>|\[/?\w+[^\[\]]*\]|\\\w+")
_SPEAKER = re.compile(r"\s*[^\W\d_][\w.'’-]{0,20}(?: [\w.'’-]{1,20}){0,3}\s?[:：]")
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LONG = 400  # characters from which on neighbours are a copy by themselves, in whatever section they are
# A longer copy is a sequence of so many paragraphs and bytes that are removed, with at most so much between two of them
# that is kept, and as little between what they are copies of, in the same order.
_PARAGRAPHS = 3
_BYTES = 1000
_PARAGRAPHS_BETWEEN = 5
_BYTES_BETWEEN = 800
# From a text that is said twice as a whole so many bytes are removed, and one byte of so many.
_TEXT = 400
_SHARE = 3


def keep_needed(text: FoldedText, copies: Copies) -> Copies:
    """Return the copies that may be removed without damage to what is left.

    Args:
        text: The text.
        copies: What was found to be a copy.
    """
    framed = {paragraph for paragraph, pieces in _by_paragraph(text, copies) if _is_frame(text, paragraph, pieces)}
    copies = _without(text, copies, framed)
    removed = _whole(text, copies)
    kept_spans = _kept_spans(text, copies)
    longer = _in_longer_copies(text, kept_spans)
    needed = {
        paragraph
        for group in _groups(removed)
        if longer.isdisjoint(group) and _needs_place(text, group, kept_spans)
        for paragraph in group
    }
    copies = _without(text, copies, needed)
    return _with_sections(text, copies, removed - needed, longer)


def _groups(removed: Set[int]) -> Iterator[range]:
    """Yield the paragraphs that are removed in groups of neighbours."""
    for first in sorted(removed):
        if first - 1 not in removed:
            end = first
            while end in removed:
                end += 1
            yield range(first, end)


def _needs_place(text: FoldedText, group: range, kept_spans: Mapping[int, Span]) -> bool:
    """Return whether neighbours that are removed belong where they are: to who speaks, or to their section."""
    if len(group) == 1 and needs_neighbours(text, group[0]):
        return True
    if sum(count_characters(text.folded[paragraph]) for paragraph in group) >= _LONG:
        return False
    source = text.paragraph_at(kept_spans[group[0]][0])
    own, other = text.label_above(group[0]), text.label_above(source)
    is_section = own == group[0] - 1 and (group.stop == len(text.folded) or text.is_label(group.stop))
    if is_section and own is not None and other == source - 1 and text.folded[own] == text.folded[other]:
        own, other = text.label_above(own), text.label_above(other)  # the section is a copy: what is it a part of?
    return own is not None and other is not None and own != other


def _by_paragraph(text: FoldedText, copies: Copies) -> Iterator[tuple[int, list[Piece]]]:
    pieces: dict[int, list[Piece]] = {}
    for piece in copies.pieces:
        pieces.setdefault(text.paragraph_at(piece.start), []).append(piece)
    yield from pieces.items()


def _without(text: FoldedText, copies: Copies, kept: Set[int]) -> Copies:
    """Return copies but for those in paragraphs that are kept."""
    if not kept:
        return copies
    return Copies(
        {copy: source for copy, source in copies.paragraphs.items() if copy not in kept},
        [piece for piece in copies.pieces if text.paragraph_at(piece.start) not in kept],
    )


def _whole(text: FoldedText, copies: Copies) -> set[int]:
    """Return the paragraphs that are removed as a whole."""
    return {
        *copies.paragraphs,
        *(
            paragraph
            for paragraph, pieces in _by_paragraph(text, copies)
            if sum(piece.end - piece.start for piece in pieces) == len(text.folded[paragraph])
        ),
    }


def _is_frame(text: FoldedText, paragraph: int, pieces: Sequence[Piece]) -> bool:
    """Return whether only marks would be left of a paragraph, or of one of its lines."""
    if sum(piece.end - piece.start for piece in pieces) == len(text.folded[paragraph]):
        return False
    start, end = text.paragraphs[paragraph]
    is_kept = bytearray(b"\1" * (end - start))
    for piece in pieces:
        first, last = text.visible_span(piece.start, piece.end)
        is_kept[first - start : last - start] = bytes(last - first)
    place = 0
    left = []
    for line in text.text[start:end].splitlines(keepends=True):
        rest = "".join(compress(line, is_kept[place : place + len(line)]))
        place += len(line)
        left.append(rest)
        if len(rest) < len(line) and rest.strip() and _is_mark(rest):
            return True
    return all(map(_is_mark, left))


def _is_mark(rest: str) -> bool:
    """Return whether what is left of a line has no words of its own."""
    return not _WORD.search(_SPEAKER.sub("", _TAGS.sub("", rest), count=1) if ":" in rest else _TAGS.sub("", rest))


def _with_sections(text: FoldedText, copies: Copies, removed: Set[int], longer: Set[int]) -> Copies:
    """Keep what is under a label that is kept, or remove the label with it."""
    emptied = list(_emptied(text, removed))
    if not emptied:
        return copies
    kept_spans = _kept_spans(text, copies)
    needed = {paragraph for span in kept_spans.values() for paragraph in text.paragraphs_in(*span)}
    kept: set[int] = set()
    labels: dict[int, int] = {}
    for label, body in emptied:
        source = text.paragraph_at(kept_spans[body[0]][0]) - 1
        is_same = 0 <= source < label and text.folded[source] == text.folded[label] and source not in removed
        is_in_list = label > 0 and label - 1 not in removed and text.is_label(label - 1)
        if _is_speaker(text, label):
            kept.update(body)
        elif is_same and label not in needed and not is_in_list:
            labels[label] = source
        elif body[0] not in longer:
            kept.update(body)
    copies = _without(text, copies, kept)
    return Copies({**copies.paragraphs, **labels}, copies.pieces)


def _kept_spans(text: FoldedText, copies: Copies) -> dict[int, Span]:
    """Return, for each paragraph of which something is removed, the places from the first to the last that is kept."""
    spans = {copy: (text.starts[source], text.starts[source + 1]) for copy, source in copies.paragraphs.items()}
    for paragraph, pieces in _by_paragraph(text, copies):
        spans[paragraph] = pieces[0].kept, max(pieces[0].kept_end, pieces[-1].kept_end)
    return spans


def _in_longer_copies(text: FoldedText, kept_spans: Mapping[int, Span]) -> set[int]:
    """Return the paragraphs that are removed as parts of a longer copy, rather than as the body of a section."""
    sizes = [len(text.folded[paragraph]) for paragraph in kept_spans]
    if sum(sizes) >= _TEXT and _SHARE * sum(sizes) >= len(text.stream) and _is_in_order(kept_spans):
        return set(kept_spans)
    found: set[int] = set()
    for sequence in _sequences(kept_spans):
        kept = sum(len(text.paragraphs_in(*kept_spans[paragraph])) for paragraph in sequence)
        size = sum(len(text.folded[paragraph]) for paragraph in sequence)
        if max(len(sequence), kept) >= _PARAGRAPHS and size >= _BYTES:
            found.update(sequence)
    return found


def _is_in_order(kept_spans: Mapping[int, Span]) -> bool:
    """Return whether nearly all that is removed follows each other as what is kept for it does."""
    starts = [kept_spans[paragraph][0] for paragraph in sorted(kept_spans)]
    return 10 * sum(one < other for one, other in pairwise(starts)) >= 9 * (len(starts) - 1)


def _sequences(kept_spans: Mapping[int, Span]) -> list[list[int]]:
    """Return the paragraphs of which something is removed, in groups that follow each other in both places."""
    sequences: list[list[int]] = []
    for paragraph in sorted(kept_spans):
        before = sequences[-1][-1] if sequences else paragraph
        between = kept_spans[paragraph][0] - kept_spans[before][1]
        if not 0 < paragraph - before <= _PARAGRAPHS_BETWEEN + 1 or not 0 <= between <= _BYTES_BETWEEN:
            sequences.append([])
        sequences[-1].append(paragraph)
    return sequences


def _is_speaker(text: FoldedText, label: int) -> bool:
    """Return whether a label names who speaks, as in a play: all in capitals, with a full stop."""
    start, end = text.paragraphs[label]
    return is_in_capitals(text.text[start:end]) and text.is_sentence(label)


def _emptied(text: FoldedText, removed: Set[int]) -> Iterator[tuple[int, range]]:
    """Yield the labels that would be kept with nothing under them, and what is removed there."""
    count = len(text.folded)
    for first in sorted(removed):
        label = first - 1
        if first == 0 or label in removed or not text.is_label(label):
            continue
        end = first
        while end < count and end in removed:
            end += 1
        if end == count or text.is_label(end):
            yield label, range(first, end)
