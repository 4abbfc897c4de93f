"""Whole cleaning jobs: one document, a corpus in a Beam pipeline, or files by the command line.

`clean_text` and `CleanConfig` never import Beam; a name that needs it is imported when it is first used (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.configuration import config_from_mapping
from beam_textclean.pipelines.passes import CleanConfig

if TYPE_CHECKING:
    from beam_textclean.pipelines.clean_corpus import CleanCorpus

__all__ = ["CleanConfig", "CleanCorpus", "clean_text", "config_from_mapping"]

_WITH_BEAM = {"CleanCorpus": "clean_corpus"}


def __getattr__(name: str) -> Any:
    if name not in _WITH_BEAM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WITH_BEAM[name]}"), name)


def __dir__() -> list[str]:
    return __all__
