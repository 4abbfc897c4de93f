"""The examples of docs/encoding.md and of the docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path.stem
    for path in sorted((ROOT / "transforms" / "encoding").glob("*.py"))
    if path.stem not in ("__init__", "transform")
]


def test_the_examples_of_the_documentation_hold() -> None:
    results = doctest.testfile(str(ROOT / "docs" / "encoding.md"), module_relative=False, encoding="utf-8")
    assert results.attempted > 20
    assert results.failed == 0


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_the_docstrings_hold(module: str) -> None:
    results = doctest.testmod(importlib.import_module(f"beam_textclean.transforms.encoding.{module}"))
    assert results.failed == 0
