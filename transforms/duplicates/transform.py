"""`CollapseDuplicateParagraphs`: the duplicates pass over a PCollection, within each document or across all of them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import apache_beam as beam

from beam_textclean.transforms.documents import CleanDocuments, CleanedDocuments, DocumentTransform
from beam_textclean.transforms.duplicates.across.corpus import Corpus, OrderBy
from beam_textclean.transforms.duplicates.across.near_copies import minhash
from beam_textclean.transforms.duplicates.beam.copies import DropCopies
from beam_textclean.transforms.duplicates.beam.passages import DropRepeatedPassages
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.within.collapse import collapse_duplicate_paragraphs
from beam_textclean.transforms.elements import check_id
from beam_textclean.transforms.errors import InvalidOption, check_config
from beam_textclean.transforms.records import Cleaned

_DEFAULT = DuplicatesConfig()
_SCOPES = ("document", "corpus")


class CollapseDuplicateParagraphs(DocumentTransform):
    r"""Remove later copies of paragraphs within each document, and with ``scope="corpus"`` across all documents.

    Takes str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind with
    nothing but the text touched.

    Across a corpus the copy that stays is the first by (`order_by`, id, digest of id and text, position), so that the
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
        InvalidOption: Another scope; what is about a corpus without a corpus; near-duplicates across a corpus without
            the extra ``near``.

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
        check_config(config, DuplicatesConfig)
        if scope not in _SCOPES:
            raise InvalidOption(f"the scope {scope!r} is not one of {', '.join(map(repr, _SCOPES))}")
        if order_by is not None and scope != "corpus":
            raise InvalidOption("order_by says which document of a corpus comes first; it needs scope='corpus'")
        if against is not None and not isinstance(against, beam.PCollection):
            raise InvalidOption(f"against is a PCollection of documents, not {type(against).__name__}")
        if against is not None and scope != "corpus":
            raise InvalidOption("against is what a corpus is held against; it needs scope='corpus'")
        if scope != "corpus" and (name := _corpus_option(config)):
            raise InvalidOption(f"{name}={getattr(config, name)!r} is about a corpus; it needs scope='corpus'")
        if against is not None and config.unit == "passage":
            raise InvalidOption("against is about paragraphs or documents; unit is 'passage'")
        if config.near is not None and scope == "corpus":
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
        windows = documents.windowing.windowfn
        if windows.is_merging():
            raise InvalidOption(
                f"scope='corpus' takes each window as a corpus, and {type(windows).__name__} merge as documents come; "
                "give FixedWindows, SlidingWindows, GlobalWindows or others that do not merge"
            )
        return self._collapse_corpus(documents)

    def _collapse_corpus(self, documents: beam.PCollection[Any]) -> Any:
        corpus = Corpus(self._config, self._field, self._id_field, self._order_by)
        also = (self._order_by,) if isinstance(self._order_by, str) else ()
        step = CleanDocuments(corpus.collapse, also=also, field=self._field, id_field=self._id_field)
        # Only the first step meets elements that nobody has looked at, so only it can reject one.
        within = documents | "CollapseWithin" >> step.with_changes().with_error_handler(self.error_handler)
        if self._config.unit == "passage":
            across = within.documents | "DropRepeatedPassages" >> DropRepeatedPassages(corpus, self.changes_wanted)
        else:
            drop = DropCopies(corpus, self.changes_wanted, self._against, self.error_handler)
            across = within.documents | "DropCopies" >> drop
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
            "against": self._against is not None,
        }


def _corpus_option(config: DuplicatesConfig) -> str | None:
    """Give the name of an option that a corpus is needed for and that is not as it is by default."""
    names = ("unit", "boilerplate")
    return next((name for name in names if getattr(config, name) != getattr(_DEFAULT, name)), None)


def _collapse(text: str, element: Any, config: DuplicatesConfig) -> Cleaned:
    return collapse_duplicate_paragraphs(text, config)
