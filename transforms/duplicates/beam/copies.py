"""Copies of units across a corpus, over PCollections.

Digests are shuffled, and the duplicates to remove among their copies; documents are not. The duplicates of a document
come to it by its key, as a side input. One thing a document cannot know by itself: which of several that are equal in
id and text it is. Such documents show in the copies of their units, where each place is there several times. They, and
no others, are grouped.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import apache_beam as beam
from apache_beam.pvalue import AsMultiMap, TaggedOutput
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.typehints import Tuple

from beam_textclean.transforms.documents import CleanedDocuments, DocumentChange
from beam_textclean.transforms.duplicates.across.corpus import Corpus, Detail
from beam_textclean.transforms.duplicates.across.fingerprints import drop_units, fingerprint_units
from beam_textclean.transforms.duplicates.beam.emit import EmitDoFn, placed_at
from beam_textclean.transforms.duplicates.beam.near_copies import FindNearCopies, join_duplicates
from beam_textclean.transforms.duplicates.reading.cutting import Dropped
from beam_textclean.transforms.elements import check_element_type, check_id, text_of
from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.records import Cleaned

# What comes to a document by its key: whether it is there several times, and the units to remove.
_Span: TypeAlias = tuple[int, int, str, Detail]
_ForDocument: TypeAlias = tuple[bool, list[_Span]]


class DropCopies(beam.PTransform[Any, Any]):
    """Remove from every document the units that are kept elsewhere; returns `CleanedDocuments`.

    Args:
        corpus: How the documents are told apart and put in order, and what of them is compared.
        changes_wanted: Whether there is anything among the changes.
        against: A PCollection of reference documents.
        error_handler: Receives the bad documents of the reference.
    """

    def __init__(
        self,
        corpus: Corpus,
        changes_wanted: bool,
        against: beam.PCollection[Any] | None = None,
        error_handler: ErrorHandler | None = None,
    ) -> None:
        super().__init__()
        self._corpus = corpus
        self._changes_wanted = changes_wanted
        self._against = against
        self._error_handler = error_handler

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Find the duplicates, and bring them to the documents."""
        corpus = self._corpus
        document_type = documents.element_type
        for_documents = (
            self._duplicates(documents)
            | "GroupByDocument" >> beam.GroupByKey()
            | "GatherDuplicates" >> beam.Map(_gather)
        )
        # A multimap, which has one value for each key here, is looked up; a dict would be read whole by every worker.
        drop = beam.ParDo(_DropDuplicates(corpus, self._changes_wanted), AsMultiMap(for_documents))
        single = documents | "DropDuplicates" >> drop.with_outputs("changes", "repeated", main="documents")
        single.repeated.element_type = Tuple[bytes, Tuple[document_type, int, Any]]
        drop_repeated = beam.ParDo(_DropRepeated(corpus, self._changes_wanted))
        again = (
            single.repeated
            | "GroupRepeated" >> beam.GroupByKey()
            | "DropRepeated" >> drop_repeated.with_outputs("changes", main="documents")
        )
        for outputs in single, again:
            outputs.documents.element_type = document_type
            outputs.changes.element_type = DocumentChange
        return CleanedDocuments(
            (single.documents, again.documents) | "FlattenDocuments" >> beam.Flatten(),
            (single.changes, again.changes) | "FlattenChanges" >> beam.Flatten(),
        )

    def _duplicates(self, documents: beam.PCollection[Any]) -> beam.PCollection[Any]:
        """Return the units to remove, by the key of their document."""
        corpus = self._corpus
        copies = documents | "FingerprintUnits" >> beam.FlatMap(corpus.copies)
        if self._against is not None:
            reference = self._reference_copies(self._against, documents)
            copies = (copies, reference) | "FlattenCopies" >> beam.Flatten()
        copies = copies | "GroupByDigest" >> beam.GroupByKey()
        duplicates = copies | "FindDuplicates" >> beam.FlatMap(corpus.losers)
        if corpus.config.near is not None:
            near = {"copies": copies, "documents": documents} | "FindNearCopies" >> FindNearCopies(corpus)
            duplicates = (
                (duplicates, near)
                | "FlattenNear" >> beam.Flatten()
                | "JoinByDigest" >> beam.GroupByKey()
                | "JoinDuplicates" >> beam.FlatMap(join_duplicates)
            )
        return duplicates | "DropDigests" >> beam.Values()

    def _reference_copies(self, reference: beam.PCollection[Any], documents: beam.PCollection[Any]) -> Any:
        corpus = self._corpus
        check_element_type(reference.element_type, corpus.field, (str,))
        check_id(reference.element_type, corpus.id_field)
        if reference.windowing.windowfn != documents.windowing.windowfn:
            raise InvalidOption("against and the documents need the same windows, which are corpora of their own")
        fingerprint = beam.FlatMap(corpus.reference_copies)
        if self._error_handler is not None:
            fingerprint = fingerprint.with_error_handler(self._error_handler)
        return reference | "FingerprintReference" >> fingerprint


def _gather(group: tuple[bytes, Iterable[_Span | None]]) -> tuple[bytes, _ForDocument]:
    """Return, for a document, whether it is there several times, and its duplicates in order.

    If it is, either a unit that it keeps says so, by None, or each of its duplicates is there as often.
    """
    key, spans = group
    duplicates: dict[tuple[int, int], _Span] = {}
    is_repeated = False
    for span in spans:
        is_repeated = is_repeated or span is None or span[:2] in duplicates
        if span is not None:
            duplicates[span[:2]] = span
    return key, (is_repeated, [duplicates[place] for place in sorted(duplicates)])


class _DropDuplicates(EmitDoFn):
    """Emit each document that is there once without its duplicates; send the others on, with theirs."""

    def process(self, element: Any, for_documents: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[Any]:
        key = self._corpus.key(element)
        is_repeated, duplicates = next(iter(for_documents[key]), (False, []))
        if is_repeated:
            yield TaggedOutput("repeated", (key, (element, timestamp.micros, duplicates)))
        else:
            yield from self.emit(element, _without(element, map(_dropped, duplicates), self._corpus))


class _DropRepeated(EmitDoFn):
    """Emit, of documents equal in id and text, the first without its duplicates, the others without all units."""

    def process(
        self, group: tuple[bytes, Iterable[tuple[Any, int, list[_Span]]]], window: Any = beam.DoFn.WindowParam
    ) -> Iterator[Any]:
        corpus = self._corpus
        # Which of them comes first must not depend on which arrives first.
        first: Any = min(_order(document, corpus) for document in group[1])
        for document in group[1]:
            element, micros, spans = document
            duplicates = {span[:2]: _dropped(span) for span in spans}
            if _order(document, corpus) == first:
                first = None
            else:  # the others lose what the first one keeps
                duplicates = _all_units(element, corpus) | duplicates
            yield from self.emit(element, _without(element, duplicates.values(), corpus), placed_at(micros, window))


def _order(document: tuple[Any, int, list[_Span]], corpus: Corpus) -> tuple[Any, str]:
    return corpus.place(document[0]), repr(document[:2])


def _all_units(element: Any, corpus: Corpus) -> dict[tuple[int, int], Dropped]:
    _, name = corpus.place(element)
    return {
        (start, end): Dropped(start, end, {"kept_id": name, "kept_start": start, "kept_end": end}, "exact")
        for _, start, end in fingerprint_units(text_of(element, corpus.field), corpus.config)
    }


def _without(element: Any, duplicates: Iterable[Dropped], corpus: Corpus) -> Cleaned:
    return drop_units(text_of(element, corpus.field), list(duplicates), corpus.config)


def _dropped(span: _Span) -> Dropped:
    start, end, rule, detail = span
    return Dropped(start, end, detail, rule)
