"""`CollapseDuplicateParagraphs`: the duplicates pass over a PCollection, within each document or across all of them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from beam_textclean.transforms.documents import (
    CleanDocuments,
    CleanedDocuments,
    CountingDoFn,
    DocumentChange,
    DocumentTransform,
    document_changes,
)
from beam_textclean.transforms.duplicates.collapse import collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.corpus import Corpus, OrderBy
from beam_textclean.transforms.duplicates.corpus_near import FindNearCopies, join_losers
from beam_textclean.transforms.duplicates.corpus_passages import DropRepeatedPassages
from beam_textclean.transforms.duplicates.near import minhash
from beam_textclean.transforms.duplicates.removal import Dropped
from beam_textclean.transforms.duplicates.units import drop_units, fingerprint_units
from beam_textclean.transforms.elements import check_element_type, check_id, id_of, text_of, with_text
from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.records import Cleaned

_DEFAULT = DuplicatesConfig()
_SCOPES = ("document", "corpus")


class CollapseDuplicateParagraphs(DocumentTransform):
    r"""Remove later copies of paragraphs within each document, and with ``scope="corpus"`` across all documents.

    Takes str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind with
    nothing but the text touched.

    Across a corpus the copy that stays is the first by (`order_by`, id, digest of the text, position), so that the
    result is the same for any bundling and any number of workers; documents that are equal in id and text are copies
    of each other, of which one keeps its paragraphs. Windows are corpora of their own. Its changes have the step
    ``corpus_duplicates`` and the rules ``exact``, ``near``, ``passage``, ``against`` and ``boilerplate``; the first
    part, within each document, is the step ``duplicates``. Where the unit is the document there is no first part.

    Args:
        config: Which paragraphs, or documents, may be collapsed, and what counts as the same.
        scope: ``"document"`` or ``"corpus"``.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id. A corpus needs one; the key of a pair is its id.
        order_by: Across a corpus, the field that puts documents in order, or a function that gives something to
            compare for each element; the id if it is not given.
        against: A PCollection of reference documents, with texts and ids in the same fields. What stands in one of them
            goes from the corpus; they are not put out, nor changed. Copies are searched as they stand there.

    Raises:
        InvalidOption: Another scope; what is about a corpus without a corpus; near-duplicates without the extra
            ``near``.

    >>> text = "Le Pentagone n'utilisera pas l'aéroport de Kaboul pour des frappes."
    >>> pages = [("page 1", text), ("page 2", "Kaboul, jeudi\n\n" + text)]
    >>> dict(pages | CollapseDuplicateParagraphs(scope="corpus"))["page 2"]
    'Kaboul, jeudi'
    """

    def __init__(
        self,
        config: DuplicatesConfig = _DEFAULT,
        scope: str = "document",
        field: str = "text",
        id_field: str = "id",
        order_by: OrderBy | None = None,
        against: beam.PCollection[Any] | None = None,
    ) -> None:
        super().__init__()
        if scope not in _SCOPES:
            raise InvalidOption(f"the scope {scope!r} is not one of {', '.join(map(repr, _SCOPES))}")
        if order_by is not None and scope != "corpus":
            raise InvalidOption("order_by says which document of a corpus comes first; it needs scope='corpus'")
        if against is not None and scope != "corpus":
            raise InvalidOption("against is what a corpus is held against; it needs scope='corpus'")
        if scope != "corpus" and (name := _corpus_option(config)):
            raise InvalidOption(f"{name}={getattr(config, name)!r} is about a corpus; it needs scope='corpus'")
        if against is not None and config.unit == "passage":
            raise InvalidOption("against is about paragraphs or documents; unit is 'passage'")
        if config.near is not None:
            minhash()  # a package that is missing is told now
        self._config = config
        self._scope = scope
        self._field = field
        self._id_field = id_field
        self._order_by = order_by
        self._against = against

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        if self._scope == "document":
            clean = partial(_collapse, config=self._config)
            step = CleanDocuments(clean, field=self._field, id_field=self._id_field)
            return documents | "CleanDocuments" >> self._with_own_options(step)
        check_id(documents.element_type, self._id_field)
        return self._collapse_corpus(documents)

    def _collapse_corpus(self, documents: beam.PCollection[Any]) -> Any:
        corpus = Corpus(self._config, self._field, self._id_field, self._order_by)
        also = (self._order_by,) if isinstance(self._order_by, str) else ()
        step = CleanDocuments(corpus.collapse, also=also, field=self._field, id_field=self._id_field)
        # Only the first step meets elements that nobody has looked at, so only it can reject one.
        within = documents | "CollapseWithin" >> step.with_changes().with_error_handler(self.error_handler)
        if self._config.unit == "passage":
            passages = DropRepeatedPassages(corpus, self.changes_wanted)
            across = within.documents | "DropRepeatedPassages" >> passages
        else:
            across = self._drop_losers(corpus, within.documents)
        if not self.changes_wanted:
            return across.documents
        changes = (within.changes, across.changes) | "FlattenChanges" >> beam.Flatten()
        return CleanedDocuments(across.documents, changes)

    def _drop_losers(self, corpus: Corpus, documents: beam.PCollection[Any]) -> CleanedDocuments:
        document_type = documents.element_type
        losers = self._losers(corpus, documents)
        keyed = documents | "KeyByDocument" >> beam.ParDo(_KeyByDocument(corpus)).with_output_types(
            tuple[bytes, tuple[document_type, int]]  # type: ignore[valid-type]
        )
        drop = beam.ParDo(_DropLosers(corpus, self.changes_wanted)).with_outputs("changes", main="documents")
        across = {"documents": keyed, "losers": losers} | "JoinByDocument" >> beam.CoGroupByKey() | "DropLosers" >> drop
        across.documents.element_type = document_type
        across.changes.element_type = DocumentChange
        return CleanedDocuments(across.documents, across.changes)

    def _losers(self, corpus: Corpus, documents: beam.PCollection[Any]) -> beam.PCollection[Any]:
        """Give the units that go, by the key of their document."""
        copies = documents | "FingerprintUnits" >> beam.FlatMap(corpus.copies)
        if self._against is not None:
            check_element_type(self._against.element_type, self._field, (str,))
            check_id(self._against.element_type, self._id_field)
            if self._against.windowing.windowfn != documents.windowing.windowfn:
                raise InvalidOption("against and the documents need the same windows, which are corpora of their own")
            fingerprint = beam.FlatMap(corpus.reference_copies)
            if self.error_handler is not None:
                fingerprint = fingerprint.with_error_handler(self.error_handler)
            reference = self._against | "FingerprintReference" >> fingerprint
            copies = (copies, reference) | "FlattenCopies" >> beam.Flatten()
        copies = copies | "GroupByDigest" >> beam.GroupByKey()
        losers = copies | "FindLosers" >> beam.FlatMap(corpus.losers)
        if self._config.near is None:
            return losers | "DropDigests" >> beam.Values()
        near = {"copies": copies, "documents": documents} | "FindNearCopies" >> FindNearCopies(corpus)
        joined = {"copies": losers, "near": near} | "JoinByDigest" >> beam.CoGroupByKey()
        return joined | "JoinLosers" >> beam.FlatMap(join_losers)

    def _options(self) -> Mapping[str, object]:
        return {
            "config": self._config,
            "scope": self._scope,
            "field": self._field,
            "id_field": self._id_field,
            "order_by": self._order_by,
            "against": self._against is not None,
        }


class _KeyByDocument(beam.DoFn):
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def process(self, element: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[tuple[bytes, Any]]:
        # Grouping sets the timestamp to the end of the window: the document's own has to travel with it.
        yield self._corpus.key(element), (element, timestamp.micros)


class _DropLosers(CountingDoFn):
    def __init__(self, corpus: Corpus, changes_wanted: bool) -> None:
        self._corpus = corpus
        self._changes_wanted = changes_wanted

    def process(self, joined: tuple[bytes, Mapping[str, Any]], window: Any = beam.DoFn.WindowParam) -> Iterator[Any]:
        """Yield the document, or all the documents that are equal in id and text."""
        corpus = self._corpus
        losers = {(start, end): Dropped(start, end, detail, rule) for start, end, rule, detail in joined[1]["losers"]}
        documents = list(joined[1]["documents"])
        if len(documents) > 1:  # which of them comes first must not depend on which arrives first
            documents.sort(key=lambda document: (corpus.place(document[0]), repr(document)))
        for number, (element, micros) in enumerate(documents):
            time_and_window = (Timestamp(micros=micros), (window,))
            text, changes = self._without(element, losers)
            yield WindowedValue(with_text(element, corpus.field, text) if changes else element, *time_and_window)
            if self._changes_wanted:
                for change in document_changes(id_of(element, corpus.id_field), changes):
                    yield TaggedOutput("changes", WindowedValue(change, *time_and_window))
            if number == 0 and len(documents) > 1:  # the others lose what the first one kept
                losers = self._all_units(element) | losers

    def _without(self, element: Any, losers: dict[tuple[int, int], Dropped]) -> Cleaned:
        cleaned = drop_units(text_of(element, self._corpus.field), list(losers.values()), self._corpus.config)
        self.count_changes(cleaned.changes)
        return cleaned

    def _all_units(self, element: Any) -> dict[tuple[int, int], Dropped]:
        _, name = self._corpus.place(element)
        return {
            (start, end): Dropped(start, end, {"kept_id": name, "kept_start": start, "kept_end": end}, "exact")
            for _, start, end in fingerprint_units(text_of(element, self._corpus.field), self._corpus.config)
        }


def _corpus_option(config: DuplicatesConfig) -> str | None:
    """Give the name of an option that a corpus is needed for and that is not as it is by default."""
    names = ("unit", "near", "boilerplate")
    return next((name for name in names if getattr(config, name) != getattr(_DEFAULT, name)), None)


def _collapse(text: str, element: Any, config: DuplicatesConfig) -> Cleaned:
    return collapse_duplicate_paragraphs(text, config)
