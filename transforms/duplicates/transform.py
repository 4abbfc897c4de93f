"""`CollapseDuplicateParagraphs`: the duplicates pass over a PCollection, within each document or across all of them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import apache_beam as beam

from beam_textclean.transforms.documents import CleanDocuments, CleanedDocuments, DocumentTransform
from beam_textclean.transforms.duplicates.across.corpus import Corpus, OrderBy
from beam_textclean.transforms.duplicates.across.near_copies import minhash
from beam_textclean.transforms.duplicates.beam.copies import DropCopies
from beam_textclean.transforms.duplicates.beam.fingerprint_index import FingerprintIndex
from beam_textclean.transforms.duplicates.beam.passages import DropRepeatedPassages
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.within.collapse import collapse_duplicate_paragraphs
from beam_textclean.transforms.elements import check_id
from beam_textclean.transforms.errors import InvalidOption, check_config
from beam_textclean.transforms.records import Cleaned

_DEFAULT = DuplicatesConfig()
_SCOPES = ("document", "corpus")


@dataclass(eq=False, repr=False)
class CollapseDuplicateParagraphs(DocumentTransform):
    r"""Remove later copies of paragraphs within each document, and with ``scope="corpus"`` across all documents.

    It accepts str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and returns the same kind
    with nothing but the text touched.

    Across a corpus the first copy by (`order_by`, id, digest of id and text, position) is kept. So the result is the
    same for any bundling and any number of workers. Documents that are equal in id and text are copies of each other,
    of which one keeps its paragraphs. Each window is a corpus of its own. What is removed within a document is the step
    ``duplicates``; there is no such step where the unit is the document. What is removed across the corpus is the step
    ``corpus_duplicates``, with the rules ``exact``, ``near``, ``passage``, ``against`` and ``boilerplate``.

    Args:
        config: Which paragraphs, or documents, may be collapsed, and what counts as the same.
        scope: ``"document"`` or ``"corpus"``.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id. A corpus needs one; the key of a pair is its id.
        order_by: Across a corpus, the field that puts documents in order, or a function that returns something to
            compare for each element; the id if it is not given.
        against: A PCollection of reference documents, with texts and ids in the same fields. What one of them holds is
            removed from the corpus; they are neither emitted nor changed, and their texts are compared as they are.
            Or a `FingerprintIndex` of earlier corpora.

    Raises:
        InvalidOption: Another scope; an option about a corpus without the scope ``"corpus"``; near-duplicates across a
            corpus without the extra ``near``, or with an index.
        IndexMismatch: The index has other fingerprints.

    >>> text = "Le Pentagone n'utilisera pas l'aéroport de Kaboul pour des frappes."
    >>> pages = [("page 1", text), ("page 2", "Kaboul, jeudi\n\n" + text)]
    >>> dict(pages | CollapseDuplicateParagraphs(scope="corpus"))["page 2"]
    'Kaboul, jeudi'
    """

    config: DuplicatesConfig = _DEFAULT
    scope: str = "document"
    field: str = "text"
    id_field: str = "id"
    order_by: OrderBy | None = None
    against: beam.PCollection[Any] | FingerprintIndex | None = None

    def __post_init__(self) -> None:
        check_config(self.config, DuplicatesConfig)
        if self.scope not in _SCOPES:
            raise InvalidOption(f"the scope {self.scope!r} is not one of {', '.join(map(repr, _SCOPES))}")
        if self.order_by is not None and self.scope != "corpus":
            raise InvalidOption("order_by says which document of a corpus comes first; it needs scope='corpus'")
        if not isinstance(self.against, beam.PCollection | FingerprintIndex | None):
            raise InvalidOption(
                f"against is a PCollection of documents, not {type(self.against).__name__}; or it is a FingerprintIndex"
            )
        if self.against is not None and self.scope != "corpus":
            raise InvalidOption("against is what a corpus is held against; it needs scope='corpus'")
        if self.scope != "corpus" and (name := _corpus_option(self.config)):
            raise InvalidOption(f"{name}={getattr(self.config, name)!r} is about a corpus; it needs scope='corpus'")
        if isinstance(self.against, FingerprintIndex):
            self.against.check(self.config)
        if self.against is not None and self.config.unit == "passage":
            raise InvalidOption("against is about paragraphs or documents; unit is 'passage'")
        if self.config.near is not None and self.scope == "corpus":
            minhash()  # reports a package that is missing

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        if self.scope == "document":
            clean = partial(_collapse, config=self.config)
            step = CleanDocuments(clean, field=self.field, id_field=self.id_field)
            return documents | "CleanDocuments" >> self._with_own_options(step)
        check_id(documents.element_type, self.id_field)
        windows = documents.windowing.windowfn
        if windows.is_merging():
            raise InvalidOption(
                f"scope='corpus' takes each window as a corpus, and {type(windows).__name__} merge as documents come; "
                "give FixedWindows, SlidingWindows, GlobalWindows or others that do not merge"
            )
        return self._collapse_corpus(documents)

    def _collapse_corpus(self, documents: beam.PCollection[Any]) -> Any:
        index = self.against if isinstance(self.against, FingerprintIndex) else None
        reference = None if isinstance(self.against, FingerprintIndex) else self.against
        corpus = Corpus(self.config, self.field, self.id_field, self.order_by, index.knows if index else None)
        also = (self.order_by,) if isinstance(self.order_by, str) else ()
        collapse = partial(_collapse_of_corpus, corpus=corpus)
        step = CleanDocuments(collapse, also=also, field=self.field, id_field=self.id_field)
        # Only the first step meets elements that nobody has looked at, so only it can reject one.
        within = documents | "CollapseWithin" >> step.with_changes().with_error_handler(self.error_handler)
        if self.config.unit == "passage":
            across = within.documents | "DropRepeatedPassages" >> DropRepeatedPassages(corpus, self.changes_wanted)
        else:
            drop = DropCopies(corpus, self.changes_wanted, reference, self.error_handler)
            across = within.documents | "DropCopies" >> drop
        if not self.changes_wanted:
            return across.documents
        changes = (within.changes, across.changes) | "FlattenChanges" >> beam.Flatten()
        return CleanedDocuments(across.documents, changes)


def _corpus_option(config: DuplicatesConfig) -> str | None:
    """Return the name of an option that needs a corpus and does not have its default, or None."""
    names = ("unit", "boilerplate")
    return next((name for name in names if getattr(config, name) != getattr(_DEFAULT, name)), None)


def _collapse(text: str, element: Any, config: DuplicatesConfig) -> Cleaned:
    return collapse_duplicate_paragraphs(text, config)


def _collapse_of_corpus(text: str, element: Any, corpus: Corpus) -> Cleaned:
    """Collapse within a document, after a check of what the corpus needs of it."""
    corpus.place(element)
    if corpus.config.unit == "document":
        return Cleaned(text)
    return collapse_duplicate_paragraphs(text, corpus.config)
