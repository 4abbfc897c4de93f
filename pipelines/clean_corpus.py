"""`CleanCorpus`: all passes over a PCollection of documents."""

from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam

from beam_textclean.pipelines.passes import PASSES, STEPS, CleanConfig
from beam_textclean.transforms.documents import CleanedDocuments, DocumentTransform
from beam_textclean.transforms.duplicates.across.corpus import OrderBy
from beam_textclean.transforms.duplicates.beam.fingerprint_index import FingerprintIndex
from beam_textclean.transforms.errors import check_config

_DEFAULT = CleanConfig()


@dataclass(eq=False, repr=False)
class CleanCorpus(DocumentTransform):
    """Repair encodings, fix typos and collapse duplicate paragraphs in the documents of a corpus.

    It accepts str, bytes, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and returns the same
    kind with a cleaned str as text and nothing else touched.

    To undo the cleaning of a document, sort its changes by step, in the order of `STEPS`, then by number, and pass them
    to `revert_changes`. (For a document of bytes the result is the decoded text.) Each document needs an id of its own
    for that.

    Args:
        config: Which passes to make, and their options.
        scope: ``"corpus"`` collapses paragraphs across all documents, which then need ids; ``"document"`` within each.
        languages: The languages of the typo pass, in place of those of the configuration.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id.
        order_by: The field, or a function of the element, that says which document of a corpus comes first; the id if
            it is not given.
        against: A PCollection of reference documents that were cleaned before, or a `FingerprintIndex` of them: what
            they hold is removed from the corpus; see `CollapseDuplicateParagraphs`.

    Raises:
        InvalidOption: Another scope, or an option about a corpus without the scope ``"corpus"``.
        UnknownLanguage: One of the languages has no tables.

    >>> pages = [("page 1", "En sevrant à nos côtés, ils ont aidé.".encode()), ("page 2", "L'Ã©tÃ©.".encode())]
    >>> sorted(pages | CleanCorpus(languages=("fr",)))
    [('page 1', 'En servant à nos côtés, ils ont aidé.'), ('page 2', "L'été.")]
    """

    config: CleanConfig = _DEFAULT
    scope: str = "corpus"
    languages: str | tuple[str, ...] | None = None
    field: str = "text"
    id_field: str = "id"
    order_by: OrderBy | None = None
    against: beam.PCollection[Any] | FingerprintIndex | None = None

    #: The steps whose changes a document may have, in the order in which they are made.
    STEPS: ClassVar = STEPS

    def __post_init__(self) -> None:
        check_config(self.config, CleanConfig)
        if self.languages is None:
            self.languages = self.config.languages
        self._passes()  # an option that one of them refuses is refused here

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Make the passes; see `DocumentTransform` for what is returned."""
        passes = self._passes()
        changes = []
        for each in self.config.chosen():
            step = passes[each.name].with_error_handler(self.error_handler)
            if self.changes_wanted:
                documents, changes_made = documents | each.transform_name >> step.with_changes()
                changes.append(changes_made)
            else:
                documents = documents | each.transform_name >> step
        if not self.changes_wanted:
            return documents
        return CleanedDocuments(documents, changes | "FlattenChanges" >> beam.Flatten())

    def _passes(self) -> dict[str, DocumentTransform]:
        """Make the transform of every pass: its options are its part of the configuration, and those it shares."""
        passes = {}
        for each in PASSES:
            transform = each.transform()
            names = {option.name for option in self.options()} & {option.name for option in transform.options()}
            shared = {name: getattr(self, name) for name in names}
            passes[each.name] = transform(**shared | {"config": getattr(self.config, each.name)})
        return passes
