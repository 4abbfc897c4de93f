"""Passages of a document that are in earlier documents of a corpus, whatever the paragraph borders are there.

How a corpus is worked on, in memory here (`collapse_repeated_passages`) and with Beam in `beam.passages`: the anchors
of all documents are joined by their hashes (`anchors`), those of later documents with the first in document order. That
one gives an `Excerpt` of its text around the places where they meet, and `drop_passages` compares the texts themselves.

Everything removed is in text that is kept. What a document loses is in an earlier one, as that one was received. Each
character of it was kept there, or lost for the same reason: then it is in a still earlier document. The order of
documents is total, and the first loses nothing, so every such way ends in text that is kept. Where the ways of two
neighbours part, because the earlier document lost one and kept the other, a passage begins or ends: that is between
paragraphs or sentences of one of the documents, never within a word.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from beam_textclean.transforms.duplicates.across.anchors import find_anchors, find_meetings, gram_size
from beam_textclean.transforms.duplicates.across.matches import find_matches
from beam_textclean.transforms.duplicates.across.passage_ends import cut_match
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Detail, Removal, changes_of, without
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.records import Cleaned

# An excerpt reaches so many times the shortest passage beyond the places where two documents meet. A longer passage
# has further anchors there.
_MARGIN = 2


class Excerpt(NamedTuple):
    """A stretch of an earlier document that a later one may hold.

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


class _Passage(NamedTuple):
    """A passage that is removed: its places, the excerpt that holds it, and the place there."""

    start: int
    end: int
    excerpt: Excerpt
    source: FoldedText
    kept: int


def collapse_repeated_passages(documents: Sequence[tuple[str, str]], config: DuplicatesConfig) -> list[Cleaned]:
    r"""Remove the passages that an earlier document of a corpus holds, in memory.

    Args:
        documents: Ids and texts, in document order.
        config: Its `min_passage` says how long a passage is, its `folds` which differences do not count.

    Returns:
        For each document its text without the passages, and one change for each piece of a paragraph removed.
        `Change.detail` holds `kept_id`, `kept_start` and `kept_end`: where it is in the earlier document, in code
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
    texts = [FoldedText(text, config) for _, text in documents]
    anchors = [find_anchors(text.stream, config.min_passage) for text in texts]
    numbers = np.repeat(np.arange(len(anchors)), [len(places) for _, places in anchors])
    meetings = find_meetings(
        np.concatenate([hashes for hashes, _ in anchors]), numbers, np.concatenate([places for _, places in anchors])
    )
    excerpts: list[list[Excerpt]] = [[] for _ in documents]
    for number, source, pairs in meetings.by_pair():
        excerpts[number] += cut_excerpts(texts[source], documents[source][0], pairs, config)
    return [drop_passages(text, found, config) for (_, text), found in zip(documents, excerpts, strict=True)]


def cut_excerpts(
    text: FoldedText, document: str, meetings: Iterable[tuple[int, int]], config: DuplicatesConfig
) -> Iterator[Excerpt]:
    """Cut out of an earlier document what a later one may hold too.

    Args:
        text: The earlier document.
        document: Its id.
        meetings: Places in the stream of the later document, and in that of this one.
        config: Its `min_passage` says how far an excerpt reaches beyond a meeting.

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
        start = text.between_characters(max(group[0][1] - margin, 0), -1)
        end = text.between_characters(min(group[-1][1] + longest, len(text.stream)), 1)
        yield _excerpt(text, document, start, end, group)


def _excerpt(text: FoldedText, document: str, start: int, end: int, group: Sequence[tuple[int, int]]) -> Excerpt:
    begin, stop = text.visible_span(start, end)
    borders = text.starts[bisect_left(text.starts, start) : bisect_right(text.starts, end)]
    return Excerpt(
        document,
        begin,
        text.text[begin:stop],
        tuple(border - start for border in borders),
        tuple((place, source_place - start) for place, source_place in group),
    )


def whole_excerpt(text: str, document: str, config: DuplicatesConfig) -> Excerpt:
    """Return the excerpt by which a copy of a whole document loses what the first one kept."""
    folded = read_text(text, config)
    start = folded.paragraphs[0][0] if folded.paragraphs else 0
    return Excerpt(document, start, text[start:], tuple(folded.starts), ((0, 0),))


def drop_passages(text: str, excerpts: Iterable[Excerpt], config: DuplicatesConfig) -> Cleaned:
    """Remove the passages of a document that are in excerpts of earlier ones.

    Every passage is as long as the texts are the same, cut back as `cut_match` says.

    Args:
        text: The document.
        excerpts: Stretches of earlier documents, in document order: what several hold is removed for the first.
        config: What counts as the same, and how long a passage is.

    Returns:
        The text without the passages, and one change for each piece of a paragraph.
    """
    excerpts = list(excerpts)
    if not excerpts:
        return Cleaned(text)
    document = read_text(text, config)
    passages = list(_passages(document, excerpts, config))
    changes = tuple(changes_of(document, list(_removals(document, passages)), "corpus_duplicates"))
    return Cleaned(without(text, changes), changes)


def _passages(document: FoldedText, excerpts: Iterable[Excerpt], config: DuplicatesConfig) -> Iterator[_Passage]:
    """Yield what a document shares with excerpts, which may overlap."""
    for excerpt in excerpts:
        source = FoldedText(excerpt.text, config)
        for match in find_matches(document.stream, source.stream, excerpt.meetings, config.min_passage):
            for start, end in cut_match(document, match, excerpt.borders, config):
                yield _Passage(start, end, excerpt, source, match.source + start - match.start)


def _removals(document: FoldedText, passages: Sequence[_Passage]) -> Iterator[Removal]:
    """Yield what is removed, paragraph by paragraph. What is in several passages is removed for the first of them."""
    owners = np.full(len(document.stream), -1, np.int32)  # for each byte, the passage that it is removed with
    for number, (start, end, *_) in enumerate(passages):
        free = owners[start:end]
        free[free < 0] = number
    joints = np.union1d(np.flatnonzero(np.diff(owners)) + 1, document.starts)
    for start, end in pairwise(joints.tolist()):
        if owners[start] >= 0:
            yield Removal(start, end, "passage", _detail(passages[owners[start]], start, end))


def _detail(passage: _Passage, start: int, end: int) -> Detail:
    """Name, in the earlier document, what the places start:end of a passage are a copy of."""
    shift = passage.kept - passage.start
    first, last = passage.source.visible_span(start + shift, end + shift)
    document, offset = passage.excerpt.document, passage.excerpt.start
    return {"kept_id": document, "kept_start": offset + first, "kept_end": offset + last}
