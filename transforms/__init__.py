"""Clean text: pure functions, and the Beam transforms of nearly the same names.

A name is imported when it is first used (PEP 562): the functions never import Beam, and the help of the command imports
neither.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from beam_textclean.transforms.moved_modules import import_by_earlier_paths

import_by_earlier_paths()

if TYPE_CHECKING:
    from beam_textclean.transforms.documents import CleanedDocuments, DocumentChange
    from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
    from beam_textclean.transforms.duplicates.beam.fingerprint_index import FingerprintIndex
    from beam_textclean.transforms.duplicates.transform import CollapseDuplicateParagraphs
    from beam_textclean.transforms.encoding import EncodingConfig, normalize_encoding, repair_text
    from beam_textclean.transforms.encoding.transform import NormalizeEncoding
    from beam_textclean.transforms.errors import (
        ChangesDoNotFit,
        DamagedIndex,
        IncompleteLanguage,
        IndexMismatch,
        InvalidOption,
        InvalidRule,
        MissingField,
        TextCleanError,
        UndecodableText,
        UnknownLanguage,
        WrongElementType,
    )
    from beam_textclean.transforms.records import Change, Cleaned, apply_changes, revert_changes
    from beam_textclean.transforms.typos import (
        LearnConfig,
        TypoProposal,
        TyposConfig,
        available_languages,
        fix_typos,
        learn_typos,
    )
    from beam_textclean.transforms.typos.transform import FixTypos, LearnTypos

__all__ = [
    "Change",
    "ChangesDoNotFit",
    "Cleaned",
    "CleanedDocuments",
    "CollapseDuplicateParagraphs",
    "DamagedIndex",
    "DocumentChange",
    "DuplicatesConfig",
    "EncodingConfig",
    "FingerprintIndex",
    "FixTypos",
    "IncompleteLanguage",
    "IndexMismatch",
    "InvalidOption",
    "InvalidRule",
    "LearnConfig",
    "LearnTypos",
    "MissingField",
    "NormalizeEncoding",
    "TextCleanError",
    "TypoProposal",
    "TyposConfig",
    "UndecodableText",
    "UnknownLanguage",
    "WrongElementType",
    "apply_changes",
    "available_languages",
    "collapse_duplicate_paragraphs",
    "fix_typos",
    "learn_typos",
    "normalize_encoding",
    "repair_text",
    "revert_changes",
]

# The module of each name.
_MODULES = {
    "Change": "records",
    "ChangesDoNotFit": "errors",
    "Cleaned": "records",
    "CleanedDocuments": "documents",
    "CollapseDuplicateParagraphs": "duplicates.transform",
    "DamagedIndex": "errors",
    "DocumentChange": "documents",
    "DuplicatesConfig": "duplicates",
    "EncodingConfig": "encoding",
    "FingerprintIndex": "duplicates.beam.fingerprint_index",
    "FixTypos": "typos.transform",
    "IncompleteLanguage": "errors",
    "IndexMismatch": "errors",
    "InvalidOption": "errors",
    "InvalidRule": "errors",
    "LearnConfig": "typos",
    "LearnTypos": "typos.transform",
    "MissingField": "errors",
    "NormalizeEncoding": "encoding.transform",
    "TextCleanError": "errors",
    "TypoProposal": "typos",
    "TyposConfig": "typos",
    "UndecodableText": "errors",
    "UnknownLanguage": "errors",
    "WrongElementType": "errors",
    "apply_changes": "records",
    "available_languages": "typos",
    "collapse_duplicate_paragraphs": "duplicates",
    "fix_typos": "typos",
    "learn_typos": "typos",
    "normalize_encoding": "encoding",
    "repair_text": "encoding",
    "revert_changes": "records",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
