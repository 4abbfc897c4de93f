"""Passages of a document that stand in earlier documents of a corpus, whatever the paragraph borders are there.

How a corpus is worked on, in memory here (`collapse_repeated_passages`) and with Beam in `beam.passages`: the anchors
of all documents are joined by their hashes (`anchors`), those of later documents with the first in document order. That
one gives an `Excerpt` of its text around the places where they meet, and `drop_passages` compares the texts themselves.

That everything removed stands in text that is kept: what a document loses stands in an earlier one, as that one was
received. Each character of it was kept there, or lost for the same reason: then it stands in a still earlier document.
The order of documents is total, and the first loses nothing, so every such way ends in text that is kept. Where the
ways of two neighbours part, because the earlier document lost one and kept the other, a passage begins or ends: that is
between paragraphs or sentences of one of the documents, never within a word.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from beam_textclean.transforms.duplicates.across.anchors import find_anchors, find_meetings, gram_size
from beam_textclean.transforms.duplicates.across.matches import find_matches
from beam_textclean.transforms.duplicates.across.passage_ends import cut_match
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import cut_between, touching, whole_span
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.paragraphs import Span
from beam_textclean.transforms.duplicates.reading.streams import TextOffsets, TextStream
from beam_textclean.transforms.records import Change, Cleaned, apply_changes

# An excerpt goes so many times the shortest passage beyond the places where two documents meet. A passage that goes
# on farther has further anchors there.
_MARGIN = 2


class Excerpt(NamedTuple):
    """A stretch of an earlier document that may stand in a later one.

    Attributes:
        document: The id of the earlier document.
        start: The first code point of the stretch in it.
        text: The stretch.
        borders: Places in the folded stretch where paragraphs of the earlier document start or end.
        meetings: Places in the later document's stream, and in the folded stretch, where both may hold the same.
    """

    document: str
    start: int
    text: str
    borders: tuple[int, ...]
    meetings: tuple[tuple[int, int], ...]


class _Piece(NamedTuple):
    """A part of a paragraph that goes: its places, the excerpt it stands in, and the place there."""

    start: int
    end: int
    source: "_Source"
    kept: int


class _Source:
    """An excerpt, folded."""

    def __init__(self, excerpt: Excerpt, config: DuplicatesConfig) -> None:
        self.excerpt = excerpt
        self.content = fold_run(excerpt.text, config)
        self._config = config
        self._offsets: TextOffsets | None = None

    def span(self, start: int, end: int) -> Span:
        """Give the code points between two places, in the earlier document."""
        if self._offsets is None:
            self._offsets = TextOffsets(self.excerpt.text, self._config)
        return self.excerpt.start + self._offsets.gap(start)[1], self.excerpt.start + self._offsets.gap(end)[0]


def collapse_repeated_passages(documents: Sequence[tuple[str, str]], config: DuplicatesConfig) -> list[Cleaned]:
    r"""Remove the passages that stand in an earlier document of a corpus held in memory.

    Args:
        documents: Ids and texts, in document order.
        config: Its `min_passage` says how long a passage is, its `folds` which differences do not count.

    Returns:
        For each document its text without the passages, and one change for each piece of a paragraph removed.
        `Change.detail` holds `kept_id`, `kept_start` and `kept_end`: where it stands in the earlier document, in code
        points of the text given.

    >>> article = "Le Pentagone n'utilisera pas l'aéroport. Le Royaume-Uni va déployer 600 militaires."
    >>> quoting = f"Une dépêche de jeudi. {article}C'est nouveau."
    >>> _, cleaned = collapse_repeated_passages([("1", article), ("2", quoting)], DuplicatesConfig(min_passage=60))
    >>> cleaned.text
    "Une dépêche de jeudi. C'est nouveau."
    >>> cleaned.changes[0].detail
    {'kept_id': '1', 'kept_start': 0, 'kept_end': 83}
    """
    if not documents:
        return []
    streams = [TextStream(text, config) for _, text in documents]
    anchors = [find_anchors(stream.content, config.min_passage) for stream in streams]
    numbers = np.repeat(np.arange(len(anchors)), [len(places) for _, places in anchors])
    meetings = find_meetings(
        np.concatenate([hashes for hashes, _ in anchors]), numbers, np.concatenate([places for _, places in anchors])
    )
    excerpts: list[list[Excerpt]] = [[] for _ in documents]
    for number, source, pairs in meetings.by_pair():
        excerpts[number] += cut_excerpts(streams[source], documents[source][0], pairs, config)
    return [drop_passages(text, found, config) for (_, text), found in zip(documents, excerpts, strict=True)]


def cut_excerpts(
    stream: TextStream, document: str, meetings: Iterable[tuple[int, int]], config: DuplicatesConfig
) -> Iterator[Excerpt]:
    """Cut out of an earlier document what a later one may hold too.

    Args:
        stream: The text of the earlier document.
        document: Its id.
        meetings: Places in the stream of the later document, and in this one's.
        config: Its `min_passage` says how far an excerpt goes beyond a meeting.

    Yields:
        Excerpts that do not overlap, in the order of the text.
    """
    margin = _MARGIN * config.min_passage
    longest = gram_size(config.min_passage) + margin
    groups: list[list[tuple[int, int]]] = []
    for meeting in sorted(meetings, key=lambda meeting: (meeting[1], meeting[0])):
        if not groups or groups[-1][-1][1] + longest < meeting[1] - margin:
            groups.append([])
        groups[-1].append(meeting)
    for group in groups:
        start = stream.between_characters(max(group[0][1] - margin, 0), -1)
        end = stream.between_characters(min(group[-1][1] + longest, len(stream.content)), 1)
        yield _excerpt(stream, document, start, end, group)


def _excerpt(stream: TextStream, document: str, start: int, end: int, group: Sequence[tuple[int, int]]) -> Excerpt:
    begin, stop = stream.gap(stream.paragraph_at(start), start)[1], stream.gap(stream.paragraph_at(end - 1), end)[0]
    borders = stream.starts[bisect_left(stream.starts, start) : bisect_right(stream.starts, end)]
    return Excerpt(
        document,
        begin,
        stream.text[begin:stop],
        tuple(border - start for border in borders),
        tuple((place, source_place - start) for place, source_place in group),
    )


def whole_excerpt(text: str, document: str, config: DuplicatesConfig) -> Excerpt:
    """Give the excerpt by which a copy of a whole document loses what the first one kept."""
    stream = TextStream(text, config)
    start = stream.paragraphs[0][0] if stream.paragraphs else 0
    return Excerpt(document, start, text[start:], tuple(stream.starts), ((0, 0),))


def drop_passages(text: str, excerpts: Iterable[Excerpt], config: DuplicatesConfig) -> Cleaned:
    """Remove the passages of a document that stand in excerpts of earlier ones.

    Every passage is as long as the texts are the same, cut back as `cut_match` says.

    Args:
        text: The document.
        excerpts: Stretches of earlier documents, in document order: what stands in several is removed for the first.
        config: What counts as the same, and how long a passage is.

    Returns:
        The text without the passages, and one change for each piece of a paragraph.
    """
    sources = [_Source(excerpt, config) for excerpt in excerpts]
    if not sources:
        return Cleaned(text)
    document = _Document(text, config)
    changes = tuple(document.changes(sources))
    return Cleaned(apply_changes(text, changes), changes)


class _Document:
    """A document that may lose passages."""

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        self._stream = TextStream(text, config)
        self._config = config

    def changes(self, sources: Iterable[_Source]) -> Iterator[Change]:
        stream = self._stream
        removed = {
            paragraph: list(pieces)
            for paragraph, pieces in groupby(self._pieces(sources), lambda piece: stream.paragraph_at(piece.start))
        }
        if not removed:
            return
        count = len(stream.paragraphs)
        first_kept = next((index for index in range(count) if not self._is_whole(index, removed.get(index, []))), count)
        for paragraph, pieces in removed.items():
            yield from self._paragraph_changes(paragraph, pieces, first_kept)

    def _pieces(self, sources: Iterable[_Source]) -> Iterator[_Piece]:
        """Give what goes, paragraph by paragraph. What stands in several sources goes for the first of them."""
        stream = self._stream
        passages: list[_Piece] = []
        owners = np.full(len(stream.content), -1, np.int32)  # for each byte, the passage that it goes with
        for source in sources:
            excerpt = source.excerpt
            for match in find_matches(stream.content, source.content, excerpt.meetings, self._config.min_passage):
                for start, end in cut_match(stream, match, excerpt.borders, self._config):
                    free = owners[start:end]
                    free[free < 0] = len(passages)
                    passages.append(_Piece(start, end, source, match.source + start - match.start))
        joints = np.union1d(np.flatnonzero(np.diff(owners)) + 1, stream.starts)
        for start, end in pairwise(joints.tolist()):
            if owners[start] >= 0:
                passage = passages[owners[start]]
                yield _Piece(start, end, passage.source, passage.kept + start - passage.start)

    def _is_whole(self, paragraph: int, pieces: list[_Piece]) -> bool:
        size = self._stream.starts[paragraph + 1] - self._stream.starts[paragraph]
        return sum(piece.end - piece.start for piece in pieces) == size

    def _paragraph_changes(self, paragraph: int, pieces: list[_Piece], first_kept: int) -> Iterator[Change]:
        """Turn the pieces removed of one paragraph into changes; pieces that touch share the white space around."""
        stream = self._stream
        if self._is_whole(paragraph, pieces):
            runs = [(pieces, whole_span(stream.text, stream.paragraphs, paragraph, first_kept))]
        else:
            runs = [(run, self._part_span(paragraph, run[0].start, run[-1].end)) for run in touching(pieces)]
        for run, (start, end) in runs:
            joints = [stream.gap(paragraph, piece.start)[1] for piece in run[1:]]
            for piece, (piece_start, piece_end) in zip(run, pairwise([start, *joints, end]), strict=True):
                kept_start, kept_end = piece.source.span(piece.kept, piece.kept + piece.end - piece.start)
                yield Change(
                    "corpus_duplicates",
                    "passage",
                    piece_start,
                    piece_end,
                    stream.text[piece_start:piece_end],
                    "",
                    {"kept_id": piece.source.excerpt.document, "kept_start": kept_start, "kept_end": kept_end},
                )

    def _part_span(self, paragraph: int, start: int, end: int) -> Span:
        """Give the span to remove for a part of a paragraph, so that no white space is left where it was cut."""
        stream = self._stream
        if start == stream.starts[paragraph]:
            return stream.paragraphs[paragraph][0], stream.gap(paragraph, end)[1]
        before, begin = stream.gap(paragraph, start)
        if end == stream.starts[paragraph + 1]:
            return before, stream.paragraphs[paragraph][1]
        finish, after = stream.gap(paragraph, end)
        return cut_between(stream.text, (before, begin), (finish, after))
