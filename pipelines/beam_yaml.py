"""The transforms for Beam YAML: rows in, rows out, and options that YAML can hold.

``beam_yaml_providers.yaml``, beside this module, lists them as Beam YAML wants it. Beam YAML shows the docstrings and
the types of the parameters as help. It needs ``apache-beam[yaml]``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.yaml.yaml_errors import map_errors_to_standard_format

from beam_textclean.pipelines.clean_corpus import CleanCorpus
from beam_textclean.pipelines.configuration import config_from_mapping
from beam_textclean.transforms import CollapseDuplicateParagraphs, FixTypos, NormalizeEncoding
from beam_textclean.transforms.documents import CleanedDocuments, DocumentChange, DocumentTransform
from beam_textclean.transforms.errors import InvalidOption


def clean_corpus(
    options: Mapping[str, Any] | None = None,
    scope: str = "corpus",
    field: str = "text",
    id_field: str = "id",
    order_by: str | None = None,
    changes: str | None = None,
    error_handling: Mapping[str, Any] | None = None,
) -> "CleanRows":
    """Normalise the encoding, fix typos and collapse duplicate paragraphs of the documents of a corpus.

    Args:
        options: What a configuration file of the command holds: passes, languages, encoding, typos, duplicates.
        scope: "corpus" collapses paragraphs across all documents, "document" within each.
        field: The field of the text.
        id_field: The field of the id.
        order_by: The field that says which document of a corpus comes first; the id if it is not given.
        changes: A name for a further output, with a row for each change.
        error_handling: Where to send rows that cannot be cleaned, as in ``output: rejected``.
    """
    config = config_from_mapping(options or {})
    return CleanRows(CleanCorpus(config, scope, None, field, id_field, order_by), changes, error_handling)


def normalize_encoding(
    options: Mapping[str, Any] | None = None,
    field: str = "text",
    id_field: str = "id",
    declared_field: str | None = None,
    changes: str | None = None,
    error_handling: Mapping[str, Any] | None = None,
) -> "CleanRows":
    """Decode bytes of any encoding and repair what was decoded wrongly.

    Args:
        options: The options of `EncodingConfig`.
        field: The field of the text; str or bytes.
        id_field: The field of the id, by which changes and errors name a document.
        declared_field: The field that may hold the charset that was declared for the document.
        changes: A name for a further output, with a row for each change.
        error_handling: Where to send rows that cannot be cleaned, as in ``output: rejected``.
    """
    config = config_from_mapping({"encoding": options or {}}).encoding
    return CleanRows(NormalizeEncoding(config, field, id_field, declared_field), changes, error_handling)


def fix_typos(
    languages: str | Sequence[str] = "auto",
    options: Mapping[str, Any] | None = None,
    field: str = "text",
    id_field: str = "id",
    language_field: str | None = None,
    changes: str | None = None,
    error_handling: Mapping[str, Any] | None = None,
) -> "CleanRows":
    """Correct the typos that the tables of a document's language name.

    Args:
        languages: "auto", or the codes of the languages to clean.
        options: The options of `TyposConfig`.
        field: The field of the text.
        id_field: The field of the id, by which changes and errors name a document.
        language_field: The field that may hold the language of the document.
        changes: A name for a further output, with a row for each change.
        error_handling: Where to send rows that cannot be cleaned, as in ``output: rejected``.
    """
    config = config_from_mapping({"typos": options or {}}).typos
    return CleanRows(FixTypos(languages, config, field, id_field, language_field), changes, error_handling)


def collapse_duplicate_paragraphs(
    options: Mapping[str, Any] | None = None,
    scope: str = "document",
    field: str = "text",
    id_field: str = "id",
    order_by: str | None = None,
    changes: str | None = None,
    error_handling: Mapping[str, Any] | None = None,
) -> "CleanRows":
    """Remove later copies of paragraphs within each document, or across all of them.

    Args:
        options: The options of `DuplicatesConfig`.
        scope: "document" or "corpus".
        field: The field of the text.
        id_field: The field of the id.
        order_by: The field that says which document of a corpus comes first; the id if it is not given.
        changes: A name for a further output, with a row for each change.
        error_handling: Where to send rows that cannot be cleaned, as in ``output: rejected``.
    """
    config = config_from_mapping({"duplicates": options or {}}).duplicates
    collapse = CollapseDuplicateParagraphs(config, scope, field, id_field, order_by)
    return CleanRows(collapse, changes, error_handling)


class ChangeRow(NamedTuple):
    """A `DocumentChange` as a row: the same fields, and `detail` as a JSON object."""

    id: str | None
    number: int
    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    detail: str


class CleanRows(beam.PTransform[Any, Any]):
    """A transform with the outputs of Beam YAML: ``good``, the changes, and bad rows in Beam YAML's form for errors.

    Args:
        transform: Cleans the rows.
        changes: The name of the output with the changes, if they are wanted.
        error_handling: The name of the output with the bad rows, as ``output``; without it they fail the job.

    Raises:
        InvalidOption: An output has no name, or one that is taken.
    """

    def __init__(
        self, transform: DocumentTransform, changes: str | None = None, error_handling: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._transform = transform
        self._changes = changes
        self._rejected = _output_name(error_handling)
        names = ["good", *(name for name in (changes, self._rejected) if name is not None)]
        if len(set(names)) < len(names) or not all(isinstance(name, str) and name for name in names):
            raise InvalidOption(f"outputs need names of their own; these are {', '.join(map(repr, names))}")

    def expand(self, rows: beam.PCollection[Any]) -> Any:
        """Clean the rows; gives the outputs by name."""
        if self._rejected is None:
            return self._outputs(rows | self._transform.with_changes())
        with ErrorHandler("DescribeRejected" >> map_errors_to_standard_format(rows.element_type)) as handler:
            cleaned = rows | self._transform.with_changes().with_error_handler(handler)
        return self._outputs(cleaned) | {self._rejected: handler.output()}

    def _outputs(self, cleaned: CleanedDocuments) -> dict[str, Any]:
        if self._changes is None:
            return {"good": cleaned.documents}
        return {"good": cleaned.documents, self._changes: cleaned.changes | "MakeChangeRows" >> beam.Map(_change_row)}


def _output_name(error_handling: Mapping[str, Any] | None) -> str | None:
    if error_handling is None:
        return None
    if (
        list(error_handling) != ["output"]
        or not isinstance(error_handling["output"], str)
        or not error_handling["output"]
    ):
        raise InvalidOption(
            f"error_handling: {dict(error_handling)!r} is not the name of an output; write output: NAME"
        )
    return error_handling["output"]


def _change_row(change: DocumentChange) -> ChangeRow:
    return ChangeRow(*change[:-1], json.dumps(dict(change.detail)))
