"""Who may import whom below pipelines/: command -> file_job -> formats; what stages share, none of them owns."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "pipelines"
MODULES = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*.py"))
STAGES = {"clean_block", "decide_copies", "compare_texts", "write_block"}


def imported(path):
    """The modules below pipelines/ that a module imports."""
    tree = ast.parse((FOLDER / path).read_text(encoding="utf-8"))
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    start = "beam_textclean.pipelines."
    return {name.removeprefix(start) for name in names if name and name.startswith(start)}


@pytest.mark.parametrize(
    ("room", "above"), [("formats", ("file_job", "command")), ("file_job", ("command",))], ids=["formats", "file_job"]
)
def test_no_room_imports_from_one_above(room, above):
    arrows = {(str(path), name) for path in MODULES if path.parts[0] == room for name in imported(path)}
    assert {(path, name) for path, name in arrows if name.startswith(above)} == set()


def test_only_the_job_imports_its_stages():
    stages = {f"file_job.{stage}" for stage in STAGES}
    assert [path.as_posix() for path in MODULES if imported(path) & stages] == ["file_job/clean_files.py"]


def test_a_format_is_imported_by_the_registry_alone():
    shared = {"formats.byte_streams", "formats.registry", "formats.rows", "formats.watched_reads"} | {
        "formats.compression",
        "formats.csv_dialects",
    }
    outside = {path.as_posix(): imported(path) for path in MODULES if path.parts[0] != "formats"}
    assert {
        path: names
        for path, imports in outside.items()
        if (names := {name for name in imports if name.startswith("formats.")} - shared)
    } == {}
