"""`CleanCorpus`: the three passes over a PCollection of documents."""

from collections.abc import Mapping
from typing import Any

import apache_beam as beam

from beam_textclean.pipelines.configuration import CleanConfig
from beam_textclean.transforms.documents import CleanedDocuments, DocumentTransform
from beam_textclean.transforms.duplicates.across.corpus import OrderBy
from beam_textclean.transforms.duplicates.transform import CollapseDuplicateParagraphs
from beam_textclean.transforms.encoding.transform import NormalizeEncoding
from beam_textclean.transforms.errors import check_config
from beam_textclean.transforms.typos.transform import FixTypos

_DEFAULT = CleanConfig()


class CleanCorpus(DocumentTransform):
    """Normalise the encoding, fix typos and collapse duplicate paragraphs of the documents of a corpus.

    Takes str, bytes, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind
    with a cleaned str as text and nothing else touched.

    To undo the cleaning of a document, sort its changes by pass, in the order of `STEPS`, then by number, and give them
    to `revert_changes`. (For a document of bytes that gives the decoded text.) Documents must have ids of their own for
    that.

    Args:
        config: Which passes, and what they may do.
        scope: ``"corpus"`` collapses paragraphs across all documents, which then need ids; ``"document"`` within each.
        languages: The languages of the typo pass, in place of those of the configuration.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id.
        order_by: The field, or a function of the element, that says which document of a corpus comes first; the id if
            it is not given.
        against: A PCollection of reference documents, cleaned before: what stands there goes from the corpus; see
            `CollapseDuplicateParagraphs`.

    Raises:
        InvalidOption: Another scope, or what is about a corpus without a corpus.
        UnknownLanguage: One of the languages has no tables.

    >>> pages = [("page 1", "En sevrant à nos côtés, ils ont aidé.".encode()), ("page 2", "L'Ã©tÃ©.".encode())]
    >>> sorted(pages | CleanCorpus(languages=("fr",)))
    [('page 1', 'En servant à nos côtés, ils ont aidé.'), ('page 2', "L'été.")]
    """

    #: The steps whose changes a document may have, in the order in which they are made.
    STEPS = ("encoding", "typos", "duplicates", "corpus_duplicates")

    def __init__(
        self,
        config: CleanConfig = _DEFAULT,
        scope: str = "corpus",
        languages: str | tuple[str, ...] | None = None,
        field: str = "text",
        id_field: str = "id",
        order_by: OrderBy | None = None,
        against: beam.PCollection[Any] | None = None,
    ) -> None:
        super().__init__()
        check_config(config, CleanConfig)
        self._config = config
        self._scope = scope
        self._languages = config.languages if languages is None else languages
        self._field = field
        self._id_field = id_field
        self._order_by = order_by
        self._against = against
        self._passes()  # an option that one of them refuses is refused here

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Make the passes; see `DocumentTransform` for what is returned."""
        changes = []
        for name, transform in self._passes().items():
            step = transform.with_error_handler(self.error_handler)
            if self.changes_wanted:
                documents, changes_made = documents | name >> step.with_changes()
                changes.append(changes_made)
            else:
                documents = documents | name >> step
        if not self.changes_wanted:
            return documents
        return CleanedDocuments(documents, changes | "FlattenChanges" >> beam.Flatten())

    def _passes(self) -> dict[str, DocumentTransform]:
        config = self._config
        where: dict[str, Any] = {"field": self._field, "id_field": self._id_field}
        passes: dict[str, DocumentTransform] = {
            "encoding": NormalizeEncoding(config.encoding, **where),
            "typos": FixTypos(self._languages, config.typos, **where),
            "duplicates": CollapseDuplicateParagraphs(
                config.duplicates, self._scope, order_by=self._order_by, against=self._against, **where
            ),
        }
        return {type(passes[name]).__name__: passes[name] for name in config.passes}

    def _options(self) -> Mapping[str, object]:
        return {
            "config": self._config,
            "scope": self._scope,
            "languages": self._languages,
            "field": self._field,
            "id_field": self._id_field,
            "order_by": self._order_by,
            "against": self._against is not None,
        }
