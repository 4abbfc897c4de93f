"""`NormalizeEncoding`: the encoding pass over a PCollection of documents."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import apache_beam as beam

from beam_textclean.transforms.documents import CleanDocuments, DocumentTransform
from beam_textclean.transforms.elements import value_of
from beam_textclean.transforms.encoding.config import EncodingConfig
from beam_textclean.transforms.encoding.normalize import normalize_encoding
from beam_textclean.transforms.errors import check_config
from beam_textclean.transforms.records import Cleaned

_DEFAULT = EncodingConfig()


@dataclass(eq=False, repr=False)
class NormalizeEncoding(DocumentTransform):
    """Decode the bytes of documents, or repair texts that were read wrongly, by `normalize_encoding`.

    It accepts str, bytes, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and returns the same
    kind with a str as text and nothing else touched. (A NamedTuple or dataclass that declares its text as bytes becomes
    a row type with a str there; declare it ``bytes | str`` to keep the type.)

    Beam's coders refuse a text with a lone surrogate, which JSON may hold, as soon as a step emits one. Where such
    texts may occur, call `normalize_encoding` in the step that parses the JSON.

    Args:
        config: What is repaired.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id, by which changes and errors name a document.
        declared_field: A field of a record that may hold the charset that was declared for the document, such as
            that of an HTTP header; it is used only where the bytes decode by it.

    Raises:
        InvalidOption: The configuration is of another type.

    >>> [("page 1", "l'été".encode("latin-1"))] | NormalizeEncoding()
    [('page 1', "l'été")]
    """

    config: EncodingConfig = _DEFAULT
    field: str = "text"
    id_field: str = "id"
    declared_field: str | None = None

    def __post_init__(self) -> None:
        check_config(self.config, EncodingConfig)

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        clean = partial(_normalize, config=self.config, declared_field=self.declared_field)
        also = () if self.declared_field is None else (self.declared_field,)
        step = CleanDocuments(clean, (str, bytes), also, self.field, self.id_field)
        return documents | "CleanDocuments" >> self._with_own_options(step)


def _normalize(data: bytes | str, element: Any, config: EncodingConfig, declared_field: str | None) -> Cleaned:
    declared = None if declared_field is None else value_of(element, declared_field)
    return normalize_encoding(data, config, declared)
