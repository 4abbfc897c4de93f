"""`NormalizeEncoding`: the encoding pass over a PCollection of documents."""

from collections.abc import Mapping
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


class NormalizeEncoding(DocumentTransform):
    """Decode the bytes of documents, or repair texts that were read wrongly, by `normalize_encoding`.

    Takes str, bytes, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind
    with a str as text and nothing else touched. (A NamedTuple or dataclass that declares its text as bytes goes on as a
    row type with a str there; declare it ``bytes | str`` to keep the type.)

    Beam's coders refuse a text with a lone surrogate, which JSON may hold, as soon as a step gives one out. Where there
    may be such, call `normalize_encoding` in the step that parses the JSON.

    Args:
        config: What is repaired.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id, by which changes and errors name a document.
        declared_field: A field of the record that may hold the charset that was declared for the document, such as
            that of an HTTP header; it is believed only where the bytes decode by it.

    >>> [("page 1", "l'été".encode("latin-1"))] | NormalizeEncoding()
    [('page 1', "l'été")]
    """

    def __init__(
        self,
        config: EncodingConfig = _DEFAULT,
        field: str = "text",
        id_field: str = "id",
        declared_field: str | None = None,
    ) -> None:
        super().__init__()
        check_config(config, EncodingConfig)
        self._config = config
        self._field = field
        self._id_field = id_field
        self._declared_field = declared_field

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        clean = partial(_normalize, config=self._config, declared_field=self._declared_field)
        also = () if self._declared_field is None else (self._declared_field,)
        step = CleanDocuments(clean, (str, bytes), also, self._field, self._id_field)
        return documents | "CleanDocuments" >> self._with_own_options(step)

    def _options(self) -> Mapping[str, object]:
        return {
            "config": self._config,
            "field": self._field,
            "id_field": self._id_field,
            "declared_field": self._declared_field,
        }


def _normalize(data: bytes | str, element: Any, config: EncodingConfig, declared_field: str | None) -> Cleaned:
    declared = None if declared_field is None else value_of(element, declared_field)
    return normalize_encoding(data, config, declared)
