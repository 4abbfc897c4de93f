"""Passages that repeat across a corpus: the steps of `passages` over a PCollection.

Anchors go by their hashes to shards, where each later document meets the first one in document order that has the same
anchor. So a passage that n documents hold makes n - 1 meetings, not n². The meetings of a later document are
gathered and sent to the earlier documents; these answer with excerpts, which the later document compares with its own
text. What many documents share costs no memory: shards and earlier documents read what comes to them one by one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import apache_beam as beam
import numpy as np
from apache_beam.utils.windowed_value import WindowedValue

from beam_textclean.transforms.documents import CleanedDocuments, DocumentChange
from beam_textclean.transforms.duplicates.across.anchors import find_anchors
from beam_textclean.transforms.duplicates.across.corpus import Corpus, no_order
from beam_textclean.transforms.duplicates.across.passages import Excerpt, cut_excerpts, drop_passages, whole_excerpt
from beam_textclean.transforms.duplicates.beam.emit import EmitDoFn, placed_at
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.elements import text_of

# Anchors are packed, a bundle's together, into so many shards. A worker sorts one of them at a time; it has 1.2 million
# anchors of a corpus of 1 TB.
_SHARD_BITS = 14

_BUNDLE = 1 << 20  # anchors held together at most
_ANCHOR = np.dtype([("hash", "<u8"), ("place", "<i8")])

# What puts a document in order, its name, its key.
_Place: TypeAlias = tuple[Any, str, bytes]
_Packs: TypeAlias = list[tuple[_Place, bytes]]
_Pairs: TypeAlias = tuple[tuple[int, int], ...]
# What comes to an earlier document: its own order, name and text, or the key of a later one and where both meet.
_TextOrRequest: TypeAlias = tuple[tuple[Any, str, str] | None, tuple[bytes, _Pairs] | None]

_Value = TypeVar("_Value")


class DropRepeatedPassages(beam.PTransform[Any, Any]):
    """Remove from every document the passages that an earlier one holds; returns `CleanedDocuments`.

    Args:
        corpus: How the documents are told apart and put in order.
        changes_wanted: Whether there is anything among the changes.
    """

    def __init__(self, corpus: Corpus, changes_wanted: bool) -> None:
        super().__init__()
        self._corpus = corpus
        self._changes_wanted = changes_wanted

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Join the documents by anchors, then by excerpts of their texts."""
        corpus = self._corpus
        document_type = documents.element_type
        requests = (
            documents
            | "FindAnchors" >> beam.ParDo(_FindAnchors(corpus)).with_output_types(tuple[int, _Packs])
            | "GroupByShard" >> beam.GroupByKey()
            | "FindMeetings" >> beam.FlatMap(_meetings)
            | "GroupByLaterDocument" >> beam.GroupByKey()
            | "AskEarlierDocuments" >> beam.FlatMap(_requests)
        )
        texts = documents | "KeyTexts" >> beam.FlatMap(_text, corpus)
        excerpts = (
            (texts, requests)
            | "FlattenTextsAndRequests" >> beam.Flatten()
            | "GroupByEarlierDocument" >> beam.GroupByKey()
            | "CutExcerpts" >> beam.FlatMap(_excerpts, corpus.config)
        )
        keyed = documents | "KeyDocuments" >> beam.ParDo(_KeyDocuments(corpus)).with_output_types(
            tuple[bytes, tuple[document_type, int]]  # type: ignore[valid-type]
        )
        drop = beam.ParDo(_DropPassages(corpus, self._changes_wanted)).with_outputs("changes", main="documents")
        joined = {"documents": keyed, "excerpts": excerpts} | "JoinByLaterDocument" >> beam.CoGroupByKey()
        cleaned = joined | "DropPassages" >> drop
        cleaned.documents.element_type = document_type
        cleaned.changes.element_type = DocumentChange
        return CleanedDocuments(cleaned.documents, cleaned.changes)


class _FindAnchors(beam.DoFn):
    """Emit the anchors of documents by shards, those of a bundle together."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def start_bundle(self) -> None:
        self._shards: dict[tuple[Any, int], _Packs] = defaultdict(list)
        self._size = 0

    def process(self, element: Any, window: Any = beam.DoFn.WindowParam) -> Iterator[Any]:
        corpus = self._corpus
        text = read_text(text_of(element, corpus.field), corpus.config)
        hashes, places = find_anchors(text.stream, corpus.config.min_passage)
        packed = np.empty(len(hashes), _ANCHOR)
        packed["hash"], packed["place"] = hashes, places
        packed.sort(order="hash")
        shards = packed["hash"] >> np.uint64(64 - _SHARD_BITS)
        edges = np.flatnonzero(np.diff(shards, prepend=np.uint64(1 << _SHARD_BITS), append=np.uint64(1 << _SHARD_BITS)))
        document = (*corpus.place(element), corpus.key(element))
        for start, end in pairwise(edges.tolist()):
            self._shards[window, int(shards[start])].append((document, packed[start:end].tobytes()))
        self._size += len(hashes)
        if self._size > _BUNDLE:
            yield from self._packs()
            self.start_bundle()

    def finish_bundle(self) -> Iterator[Any]:
        yield from self._packs()

    def _packs(self) -> Iterator[WindowedValue]:
        for (window, shard), packs in self._shards.items():
            yield WindowedValue((shard, packs), window.max_timestamp(), (window,))


def _meetings(group: tuple[int, Iterable[_Packs]]) -> Iterator[tuple[bytes, tuple[bytes, _Pairs]]]:
    """Yield, by the key of the later document, where it meets an earlier one."""
    first: dict[int, tuple[_Place, int]] = {}
    for document, anchors in _unpacked(group[1]):
        for gram, place in anchors:
            if gram not in first or _comes_first((document, place), first[gram]):
                first[gram] = document, place
    for document, anchors in _unpacked(group[1]):
        meetings = defaultdict(list)
        for gram, place in anchors:
            source, source_place = first[gram]
            if source[2] != document[2]:
                meetings[source[2]].append((place, source_place))
        for key, pairs in meetings.items():
            yield document[2], (key, tuple(pairs))


def _unpacked(bundles: Iterable[_Packs]) -> Iterator[tuple[_Place, list[tuple[int, int]]]]:
    for packs in bundles:
        for document, data in packs:
            yield document, np.frombuffer(data, _ANCHOR).tolist()


def _requests(group: tuple[bytes, Iterable[tuple[bytes, _Pairs]]]) -> Iterator[tuple[bytes, _TextOrRequest]]:
    """Gather where a later document meets each earlier one, by the key of that one."""
    key, meetings = group
    gathered: dict[bytes, set[tuple[int, int]]] = defaultdict(set)
    for source, pairs in meetings:
        gathered[source].update(pairs)
    for source, found in gathered.items():
        yield source, (None, (key, tuple(sorted(found))))


def _text(element: Any, corpus: Corpus) -> Iterator[tuple[bytes, _TextOrRequest]]:
    yield corpus.key(element), ((*corpus.place(element), text_of(element, corpus.field)), None)


def _excerpts(
    group: tuple[bytes, Iterable[_TextOrRequest]], config: DuplicatesConfig
) -> Iterator[tuple[bytes, tuple[_Place, Excerpt]]]:
    """Answer, by the key of the later document, with what it may hold of this earlier one."""
    key, values = group
    folded: FoldedText | None = None
    for _, request in values:
        if request is None:
            continue
        if folded is None:
            # Copies equal in id and text differ in their order alone.
            order, name, text = _sorted([text for text, _ in values if text is not None])[0]
            folded = FoldedText(text, config)
        later, pairs = request
        for excerpt in cut_excerpts(folded, name, pairs, config):
            yield later, ((order, name, key), excerpt)


class _KeyDocuments(beam.DoFn):
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def process(self, element: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[tuple[bytes, Any]]:
        # Grouping sets the timestamp to the end of the window: the document's own has to travel with it.
        yield self._corpus.key(element), (element, timestamp.micros)


class _DropPassages(EmitDoFn):
    def process(self, joined: tuple[bytes, Mapping[str, Any]], window: Any = beam.DoFn.WindowParam) -> Iterator[Any]:
        """Yield the document, or all the documents that are equal in id and text."""
        corpus = self._corpus
        answers = _sorted(joined[1]["excerpts"], key=lambda answer: (answer[0], answer[1].start))
        excerpts = [excerpt for _, excerpt in answers]
        documents = list(joined[1]["documents"])
        if len(documents) > 1:  # which of them comes first must not depend on which arrives first
            documents = _sorted(documents, key=lambda document: (corpus.place(document[0]), repr(document)))
        for number, (element, micros) in enumerate(documents):
            received = text_of(element, corpus.field)
            cleaned = drop_passages(received, excerpts, corpus.config)
            yield from self.emit(element, cleaned, placed_at(micros, window))
            if number == 0 and len(documents) > 1:  # the others lose what the first one kept
                excerpts.append(whole_excerpt(received, corpus.place(element)[1], corpus.config))


def _comes_first(one: tuple[_Place, int], other: tuple[_Place, int]) -> bool:
    try:
        return one < other
    except TypeError as error:
        raise no_order(error) from error


def _sorted(values: Iterable[_Value], key: Callable[[_Value], Any] | None = None) -> list[_Value]:
    """Sort what begins with a place in the order of documents."""
    try:
        return sorted(values, key=key)  # type: ignore[type-var, arg-type]
    except TypeError as error:
        raise no_order(error) from error
