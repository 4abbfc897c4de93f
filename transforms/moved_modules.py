"""Import paths that modules had before they moved, so that programs written for them continue to work.

Pickles made by such programs name these paths, too.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_DUPLICATES = "beam_textclean.transforms.duplicates"
_TYPOS = "beam_textclean.transforms.typos"
_PIPELINES = "beam_textclean.pipelines"

MOVED = {
    f"{_DUPLICATES}.collapse": f"{_DUPLICATES}.within.collapse",
    f"{_DUPLICATES}.corpus": f"{_DUPLICATES}.across.corpus",
    f"{_DUPLICATES}.fingerprints": f"{_DUPLICATES}.across.fingerprints",
    f"{_DUPLICATES}.near": f"{_DUPLICATES}.across.near_copies",
    f"{_DUPLICATES}.paragraphs": f"{_DUPLICATES}.reading.paragraphs",
    f"{_DUPLICATES}.passages": f"{_DUPLICATES}.across.passages",
    f"{_DUPLICATES}.removal": f"{_DUPLICATES}.reading.cutting",
    f"{_DUPLICATES}.units": f"{_DUPLICATES}.across.fingerprints",
    f"{_PIPELINES}.byte_streams": f"{_PIPELINES}.formats.byte_streams",
    f"{_PIPELINES}.clean_files": f"{_PIPELINES}.file_job.clean_files",
    f"{_PIPELINES}.command_line": f"{_PIPELINES}.command.command_line",
    f"{_PIPELINES}.explain": f"{_PIPELINES}.command.explain",
    f"{_PIPELINES}.inputs": f"{_PIPELINES}.file_job.inputs",
    f"{_PIPELINES}.learn_typos": f"{_PIPELINES}.file_job.learn_typos",
    f"{_PIPELINES}.plan": f"{_PIPELINES}.file_job.plan",
    f"{_PIPELINES}.undo": f"{_PIPELINES}.file_job.undo",
    f"{_TYPOS}.form": f"{_TYPOS}.letter_case",
    f"{_TYPOS}.gate": f"{_TYPOS}.first_look",
}
"""Each earlier path, and the module that is imported instead."""


class _MovedModule(Loader):
    def create_module(self, spec: ModuleSpec) -> None:
        """Return None: Python makes an empty module, which `exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace it by the module that has its code."""
        sys.modules[module.__name__] = import_module(MOVED[module.__name__])


class _MovedModules(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, _MovedModule()) if name in MOVED else None


def import_by_earlier_paths() -> None:
    """Make the paths of `MOVED` importable."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(_MovedModules())
