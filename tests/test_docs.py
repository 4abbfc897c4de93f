"""What the documentation shows is run: the examples of every docstring, of README.md and of docs/."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    ".".join(("beam_textclean", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for folder in ("transforms", "pipelines")
    for path in (ROOT / folder).rglob("*.py")
    if path.stem != "__main__"  # is run, not imported
)
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
RUNNABLE = [path for path in PAGES if any(">>>" in block for block in BLOCK.findall(path.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.name)
def test_the_examples_of_a_page_are_true(path: Path) -> None:
    # The blocks of a page are one session: a later one may use what an earlier one has made.
    blocks = [block for block in BLOCK.findall(path.read_text(encoding="utf-8")) if ">>>" in block]
    session = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.name, str(path), 0)
    assert doctest.DocTestRunner().run(session).failed == 0


def test_links_between_the_pages_lead_somewhere() -> None:
    for path in PAGES:
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
