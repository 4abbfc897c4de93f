"""The house of docs/design.md: who may import whom, and that every folder is shipped."""

import ast
import inspect
import runpy
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import setuptools

import beam_textclean.transforms
from beam_textclean.pipelines import passes

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path.relative_to(ROOT) for folder in ("transforms", "pipelines") for path in (ROOT / folder).rglob("*.py")
)
TRANSFORMS = [path for path in MODULES if path.parts[0] == "transforms"]
PASSES = passes.NAMES

# Beside these, nothing below transforms/ may import Beam, and of these each is about Beam alone.
BEAM_MODULES = {
    "transforms/elements.py",
    "transforms/documents.py",
    *(
        f"transforms/duplicates/beam/{name}.py"
        for name in ("copies", "emit", "fingerprint_index", "near_copies", "passages")
    ),
    *(f"transforms/{name}/transform.py" for name in PASSES),
}


def import_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(("beam_textclean", *parts[: -1 if parts[-1] == "__init__" else None]))


def all_imports(path: Path) -> Iterator[str]:
    """Give what a module imports anywhere in it, `from a import b` as "a.b"."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", TRANSFORMS, ids=str)
def test_transforms_never_import_pipelines_and_passes_never_import_each_other(path: Path) -> None:
    forbidden = ["beam_textclean.pipelines"]
    if path.parts[1] in PASSES:
        forbidden += [f"beam_textclean.transforms.{name}" for name in PASSES if name != path.parts[1]]
    assert not [name for name in all_imports(path) if name.startswith(tuple(forbidden))]


ROOMS = {
    "reading": ["across", "within", "beam", "transform"],
    "within": ["across", "beam", "transform"],
    "across": ["within", "beam", "transform"],
    "beam": ["within", "transform"],
}
"""The rooms of the duplicates pass, and what each of them does not know."""


@pytest.mark.parametrize("path", [path for path in TRANSFORMS if "duplicates" in path.parts], ids=str)
def test_the_rooms_of_the_duplicates_pass_import_downwards_only(path: Path) -> None:
    forbidden = tuple(f"beam_textclean.transforms.duplicates.{room}." for room in ROOMS.get(path.parts[2], ()))
    assert not [name for name in all_imports(path) if f"{name}.".startswith(forbidden)]


@pytest.mark.parametrize("path", TRANSFORMS, ids=str)
def test_the_logic_of_the_passes_imports_no_beam(path: Path) -> None:
    imports_beam = any(name.split(".")[0] == "apache_beam" for name in all_imports(path))
    assert imports_beam == (path.as_posix() in BEAM_MODULES)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_annotations_are_evaluated_so_that_beam_can_check_them(path: Path) -> None:
    assert "__future__.annotations" not in list(all_imports(path))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in {"utils", "util", "common", "helpers", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_public_classes_and_functions_live_under_the_name_they_are_imported_by(path: Path) -> None:
    if path.stem == "__main__":
        return
    module = import_module(import_name(path))
    own = [
        value for name, value in vars(module).items() if not name.startswith("_") and inspect.getmodule(value) is module
    ]
    assert all(value.__module__ == import_name(path) for value in own if hasattr(value, "__module__"))
    for value in own:
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), f"{value.__qualname__} says what it is"


def test_setup_lists_exactly_the_packages_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    metadata: dict[str, object] = {}
    monkeypatch.setattr(setuptools, "setup", metadata.update)
    runpy.run_path(str(ROOT / "setup.py"))
    folders = {import_name(path.parent / "__init__.py") for path in MODULES}
    assert set(metadata["packages"]) == folders  # type: ignore[call-overload]


def test_a_new_file_is_there_without_installing_again() -> None:
    folder = Path(next(iter(beam_textclean.transforms.__path__)))
    if "site-packages" in folder.parts:
        pytest.skip("installed as a copy")
    assert folder.resolve() == ROOT / "transforms", "install with: pip install -e '.[test]'"
