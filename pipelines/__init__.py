"""Whole cleaning jobs: one document, a corpus in a Beam pipeline, or files by the command line.

What a name needs is imported when it is first used (PEP 562): `clean_text` and `CleanConfig` never import Beam, and the
help of the command imports neither Beam nor the passes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from beam_textclean.pipelines.clean_text import clean_text

if TYPE_CHECKING:
    from beam_textclean.pipelines.clean_corpus import CleanCorpus
    from beam_textclean.pipelines.configuration import config_from_mapping
    from beam_textclean.pipelines.passes import CleanConfig

__all__ = ["CleanConfig", "CleanCorpus", "clean_text", "config_from_mapping"]

# The module of each other name.
_MODULES = {"CleanConfig": "passes", "CleanCorpus": "clean_corpus", "config_from_mapping": "configuration"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
