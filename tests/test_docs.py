"""What the documentation shows is run: the examples of every docstring, of README.md and of docs/."""

import dataclasses
import doctest
import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from beam_textclean.pipelines import CleanConfig
from beam_textclean.pipelines.command.command_line import run
from beam_textclean.transforms import DuplicatesConfig, EncodingConfig, LearnConfig, TyposConfig

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path
    for folder in ("transforms", "pipelines")
    for path in (ROOT / folder).rglob("*.py")
    if path.stem != "__main__"  # is run, not imported
)
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
WITH_COMMANDS = [path for path in PAGES if CONSOLE.search(path.read_text(encoding="utf-8"))]
RUNNABLE = [path for path in PAGES if any(">>>" in block for block in BLOCK.findall(path.read_text(encoding="utf-8")))]


def _name(path: Path) -> str:
    return ".".join(("beam_textclean", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def _marks(path: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.jobs] * ("apache_beam" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [pytest.param(_name(path), marks=_marks(path)) for path in MODULES])
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.jobs
@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.name)
def test_the_examples_of_a_page_are_true(path: Path) -> None:
    # The blocks of a page are one session: a later one may use what an earlier one has made.
    blocks = [block for block in BLOCK.findall(path.read_text(encoding="utf-8")) if ">>>" in block]
    session = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.name, str(path), 0)
    assert doctest.DocTestRunner().run(session).failed == 0


@pytest.mark.jobs
@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_the_commands_of_a_page_print_what_it_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # The commands of a page run in one folder, in order. A command may print more than is shown, as progress.
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for session in CONSOLE.findall(path.read_text(encoding="utf-8")):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
            assert run_in_shell(command, monkeypatch) == 0, command
            output = capfd.readouterr()
            printed = iter([*output.err.splitlines(), *output.out.splitlines()])
            missing = [line for line in shown.splitlines() if line not in printed]  # in this order
            assert not missing, f"{command}: {output}"


def run_in_shell(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command as a shell does, but ours in this process, which is faster."""
    *before, last = command.split(" | ")
    if not last.startswith("beam-textclean "):
        return subprocess.run(["bash", "-c", command]).returncode
    piped = subprocess.run(["bash", "-c", " | ".join(before)], capture_output=True, check=True).stdout
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped), encoding="utf-8"))
    return run(shlex.split(last)[1:])


def rows_of_keys(section: str) -> Iterator[tuple[str, str]]:
    """Yield key and default of the rows of the tables whose first column is the key."""
    for rows in re.findall(r"^\| key \|.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE):
        for row in rows.splitlines():
            key, _, default, _ = (cell.strip() for cell in row.strip("|").split("|"))
            yield key.strip("`"), default


@pytest.mark.parametrize(
    ("heading", "configs"),
    [
        ("All passes", [CleanConfig()]),
        ("Encoding", [EncodingConfig(), EncodingConfig().ftfy]),
        ("Typos", [TyposConfig()]),
        ("Duplicates", [DuplicatesConfig()]),
        ("Learning typos", [LearnConfig()]),
    ],
)
def test_the_tables_of_the_configuration_have_every_key_with_its_default(heading: str, configs: list[Any]) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    shown = list(rows_of_keys(section))
    options = [
        (name, getattr(config, name))
        for config in configs
        for name in getattr(config, "_fields", None) or [field.name for field in dataclasses.fields(config)]
    ]
    assert [name for name, _ in shown] == [name for name, _ in options]
    for (name, default), (_, value) in zip(shown, options, strict=True):
        is_mapping = dataclasses.is_dataclass(value) or hasattr(value, "_fields")
        expected = "see below" if is_mapping else list(value) if isinstance(value, tuple) else value
        assert (default if is_mapping else yaml.safe_load(default.strip("`"))) == expected, name


def test_links_between_the_pages_lead_somewhere() -> None:
    for path in PAGES:
        for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", path.read_text("utf-8")):
            page = path.parent / target if target else path
            assert page.exists(), f"{path.name}: {target}"
            assert not anchor or anchor in anchors_of(page), f"{path.name}: {target}#{anchor}"


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
