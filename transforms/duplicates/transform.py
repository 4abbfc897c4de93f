"""`CollapseDuplicateParagraphs`: the duplicates pass over a PCollection, within each document or across all of them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

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
from beam_textclean.transforms.duplicates.fingerprints import fingerprint_paragraphs
from beam_textclean.transforms.duplicates.removal import Dropped, drop_paragraphs
from beam_textclean.transforms.elements import check_id, id_of, text_of, value_of, with_text
from beam_textclean.transforms.errors import InvalidOption, MissingField, WrongElementType
from beam_textclean.transforms.records import Cleaned

_DEFAULT = DuplicatesConfig()
_SCOPES = ("document", "corpus")
_KEY_BYTES = 16

#: What puts documents in order: the name of a field of records, or a function of the element.
OrderBy: TypeAlias = str | Callable[[Any], Any]

# A copy of a paragraph: the place of its document in the order, the name and the key of the document, the span.
_Copy: TypeAlias = tuple[Any, str, bytes, int, int]
# A paragraph that goes: its span, and where the copy is that stays. (A `Dropped` as Beam's coders like it.)
_Loser: TypeAlias = tuple[int, int, dict[str, str | int]]


class CollapseDuplicateParagraphs(DocumentTransform):
    r"""Remove later copies of paragraphs within each document, and with ``scope="corpus"`` across all documents.

    Takes str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind with
    nothing but the text touched.

    Across a corpus the copy that stays is the first by (`order_by`, id, digest of the text, position), so that the
    result is the same for any bundling and any number of workers; documents that are equal in id and text are copies
    of each other, of which one keeps its paragraphs. Windows are corpora of their own. Its changes have the step
    ``corpus_duplicates``; the first part, within each document, is the step ``duplicates``.

    Args:
        config: Which paragraphs may be collapsed, and what counts as the same.
        scope: ``"document"`` or ``"corpus"``.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id. A corpus needs one; the key of a pair is its id.
        order_by: Across a corpus, the field that puts documents in order, or a function that gives something to
            compare for each element; the id if it is not given.

    Raises:
        InvalidOption: Another scope, or an order without a corpus.

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
    ) -> None:
        super().__init__()
        if scope not in _SCOPES:
            raise InvalidOption(f"the scope {scope!r} is not one of {', '.join(map(repr, _SCOPES))}")
        if order_by is not None and scope != "corpus":
            raise InvalidOption("order_by says which document of a corpus comes first; it needs scope='corpus'")
        self._config = config
        self._scope = scope
        self._field = field
        self._id_field = id_field
        self._order_by = order_by

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        if self._scope == "document":
            clean = partial(_collapse, config=self._config)
            step = CleanDocuments(clean, field=self._field, id_field=self._id_field)
            return documents | "CleanDocuments" >> self._with_own_options(step)
        check_id(documents.element_type, self._id_field)
        return self._collapse_corpus(documents)

    def _collapse_corpus(self, documents: beam.PCollection[Any]) -> Any:
        corpus = _Corpus(self._config, self._field, self._id_field, self._order_by)
        also = (self._order_by,) if isinstance(self._order_by, str) else ()
        step = CleanDocuments(corpus.collapse, also=also, field=self._field, id_field=self._id_field)
        # Only the first step meets elements that nobody has looked at, so only it can reject one.
        within = documents | "CollapseWithin" >> step.with_changes().with_error_handler(self.error_handler)
        document_type = within.documents.element_type

        losers = (
            within.documents
            | "FingerprintParagraphs" >> beam.FlatMap(corpus.copies)
            | "GroupByDigest" >> beam.GroupByKey()
            | "FindLosers" >> beam.FlatMap(_losers)
        )
        keyed = within.documents | "KeyByDocument" >> beam.ParDo(_KeyByDocument(corpus)).with_output_types(
            tuple[bytes, tuple[document_type, int]]  # type: ignore[valid-type]
        )
        drop = beam.ParDo(_DropLosers(corpus, self.changes_wanted)).with_outputs("changes", main="documents")
        across = {"documents": keyed, "losers": losers} | "JoinByDocument" >> beam.CoGroupByKey() | "DropLosers" >> drop
        across.documents.element_type = document_type
        across.changes.element_type = DocumentChange
        if not self.changes_wanted:
            return across.documents
        changes = (within.changes, across.changes) | "FlattenChanges" >> beam.Flatten()
        return CleanedDocuments(across.documents, changes)

    def _options(self) -> Mapping[str, object]:
        return {
            "config": self._config,
            "scope": self._scope,
            "field": self._field,
            "id_field": self._id_field,
            "order_by": self._order_by,
        }


class _Corpus(NamedTuple):
    """How the documents of a corpus are told apart and put in order."""

    config: DuplicatesConfig
    field: str
    id_field: str
    order_by: OrderBy | None

    def collapse(self, text: str, element: Any) -> Cleaned:
        """Collapse within a document, after a look at what the corpus needs of it."""
        self.place(element)
        return collapse_duplicate_paragraphs(text, self.config)

    def place(self, element: Any) -> tuple[Any, str]:
        """Give what puts a document in order, and its id as a string."""
        document_id = id_of(element, self.id_field)
        if document_id is None:
            raise MissingField(f"there is no id in {self.id_field!r}; across a corpus every document needs one")
        if self.order_by is None:
            return document_id, str(document_id)
        order = value_of(element, self.order_by) if isinstance(self.order_by, str) else self.order_by(element)
        if order is None or order != order:  # None and NaN have no place in an order
            raise WrongElementType(f"order_by gives {order!r}, which cannot be put in order")
        return order, str(document_id)

    def key(self, element: Any) -> bytes:
        """Digest id and text: ids may repeat, and what is found in one text must not be cut out of another."""
        digest = hashlib.blake2b(repr(id_of(element, self.id_field)).encode(), digest_size=_KEY_BYTES)
        digest.update(b"\0" + text_of(element, self.field).encode())
        return digest.digest()

    def copies(self, element: Any) -> Iterator[tuple[bytes, _Copy]]:
        """Give every paragraph of a document that may be collapsed, by its digest."""
        order, name = self.place(element)
        key = self.key(element)
        for digest, start, end in fingerprint_paragraphs(text_of(element, self.field), self.config):
            yield digest, (order, name, key, start, end)


def _losers(group: tuple[bytes, Iterable[_Copy]]) -> Iterator[tuple[bytes, _Loser]]:
    """Of the copies of one paragraph all but those in the document that comes first, by the key of their document."""
    _, copies = group
    try:
        _, kept_name, kept_key, kept_start, kept_end = min(copies)
    except TypeError as error:
        raise WrongElementType(f"the documents cannot be put in order: {error}") from error
    for _, _, key, start, end in copies:
        if key != kept_key:
            yield key, (start, end, _kept(kept_name, kept_start, kept_end))


class _KeyByDocument(beam.DoFn):
    def __init__(self, corpus: _Corpus) -> None:
        self._corpus = corpus

    def process(self, element: Any, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[tuple[bytes, Any]]:
        # Grouping sets the timestamp to the end of the window: the document's own has to travel with it.
        yield self._corpus.key(element), (element, timestamp.micros)


class _DropLosers(CountingDoFn):
    def __init__(self, corpus: _Corpus, changes_wanted: bool) -> None:
        self._corpus = corpus
        self._changes_wanted = changes_wanted

    def process(self, joined: tuple[bytes, Mapping[str, Any]], window: Any = beam.DoFn.WindowParam) -> Iterator[Any]:
        """Yield the document, or all the documents that are equal in id and text."""
        corpus = self._corpus
        losers = {(start, end): Dropped(start, end, detail) for start, end, detail in joined[1]["losers"]}
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
                losers = self._all_paragraphs(element) | losers

    def _without(self, element: Any, losers: dict[tuple[int, int], Dropped]) -> Cleaned:
        text = text_of(element, self._corpus.field)
        cleaned = drop_paragraphs(text, list(losers.values()), "corpus_duplicates", "exact")
        self.count_changes(cleaned.changes)
        return cleaned

    def _all_paragraphs(self, element: Any) -> dict[tuple[int, int], Dropped]:
        fingerprints = fingerprint_paragraphs(text_of(element, self._corpus.field), self._corpus.config)
        _, name = self._corpus.place(element)
        return {(start, end): Dropped(start, end, _kept(name, start, end)) for _, start, end in fingerprints}


def _kept(name: str, start: int, end: int) -> dict[str, str | int]:
    return {"kept_id": name, "kept_start": start, "kept_end": end}


def _collapse(text: str, element: Any, config: DuplicatesConfig) -> Cleaned:
    return collapse_duplicate_paragraphs(text, config)
