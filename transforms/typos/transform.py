"""`FixTypos`: the typo pass over a PCollection of documents."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import apache_beam as beam

from beam_textclean.transforms.documents import CleanDocuments, DocumentTransform
from beam_textclean.transforms.elements import value_of
from beam_textclean.transforms.records import Cleaned
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.fix import fix_typos
from beam_textclean.transforms.typos.languages import available_languages, check_languages

_DEFAULT = TyposConfig()


class FixTypos(DocumentTransform):
    """Correct the typos of documents that the tables of their language name, by `fix_typos`.

    Takes str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and gives the same kind with
    nothing but the text touched.

    Args:
        languages: ``"auto"``, or the codes of the languages to clean.
        config: Dictionaries of your own, words never to change.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id, by which changes and errors name a document.
        language_field: A field of the record that may hold the language of the document ("fr", "fr-CA"). It wins over
            what the text looks like: the document is cleaned by the tables of that language if `languages` allow it,
            and left alone if they do not or if there are none. An empty field says nothing.

    Raises:
        UnknownLanguage: One of the languages has no tables.

    >>> ["Ils ont risqué leur vie en sevrant à nos côtés."] | FixTypos(("fr",))
    ['Ils ont risqué leur vie en servant à nos côtés.']
    """

    def __init__(
        self,
        languages: str | Sequence[str] = "auto",
        config: TyposConfig = _DEFAULT,
        field: str = "text",
        id_field: str = "id",
        language_field: str | None = None,
    ) -> None:
        super().__init__()
        self._languages = check_languages(languages)
        self._config = config
        self._field = field
        self._id_field = id_field
        self._language_field = language_field

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        clean = partial(_fix, languages=self._languages, config=self._config, language_field=self._language_field)
        also = () if self._language_field is None else (self._language_field,)
        step = CleanDocuments(clean, (str,), also, self._field, self._id_field)
        return documents | "CleanDocuments" >> self._with_own_options(step)

    def _options(self) -> Mapping[str, object]:
        return {
            "languages": "auto" if self._languages is None else ",".join(self._languages),
            "config": self._config,
            "field": self._field,
            "id_field": self._id_field,
            "language_field": self._language_field,
        }


def _fix(
    text: str, element: Any, languages: tuple[str, ...] | None, config: TyposConfig, language_field: str | None
) -> Cleaned:
    declared = None if language_field is None else value_of(element, language_field)
    if not declared:
        return fix_typos(text, languages or "auto", config)
    language = str(declared).replace("_", "-").partition("-")[0].lower()
    if language not in (languages or available_languages()):
        return Cleaned(text)
    return fix_typos(text, (language,), config)
