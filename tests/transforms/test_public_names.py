"""What the package shows, and what importing it costs."""

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

import beam_textclean.pipelines
import beam_textclean.transforms
from beam_textclean.pipelines import CleanCorpus, clean_text
from beam_textclean.transforms import (
    Cleaned,
    CollapseDuplicateParagraphs,
    FixTypos,
    InvalidOption,
    LearnTypos,
    NormalizeEncoding,
    WrongElementType,
    collapse_duplicate_paragraphs,
    fix_typos,
    normalize_encoding,
)
from beam_textclean.transforms.moved_modules import MOVED


@pytest.mark.parametrize("package", [beam_textclean.transforms, beam_textclean.pipelines])
def test_every_public_name_is_there_and_an_unknown_one_is_not(package: object) -> None:
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name).__module__.startswith("beam_textclean.")
    assert dir(package) == package.__all__  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="clean_everything"):
        package.clean_everything  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    "program",
    [
        "from beam_textclean.transforms import normalize_encoding, fix_typos, collapse_duplicate_paragraphs",
        "import beam_textclean.transforms.typos",
        "from beam_textclean.pipelines import clean_text; clean_text('Un été.')",
    ],
)
@pytest.mark.jobs
def test_the_pure_functions_do_not_import_beam(program: str) -> None:
    check = f"import sys; sys.path[:] = {sys.path!r}; {program}; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.mark.parametrize("clean", [normalize_encoding, fix_typos, collapse_duplicate_paragraphs, clean_text])
@pytest.mark.parametrize("wrong", [None, 5, ["text"]])
def test_what_is_no_text_is_told(clean: Callable[[Any], Cleaned], wrong: object) -> None:
    with pytest.raises(WrongElementType, match=type(wrong).__name__):
        clean(wrong)


@pytest.mark.parametrize(
    "transform", [NormalizeEncoding, FixTypos, CollapseDuplicateParagraphs, CleanCorpus, LearnTypos]
)
@pytest.mark.parametrize("wrong", [5, {"min_characters": 5}, object()])
def test_a_configuration_of_another_kind_is_refused_when_the_pipeline_is_built(
    transform: Callable[..., object], wrong: object
) -> None:
    with pytest.raises(InvalidOption, match=f"is of type {type(wrong).__name__}, not "):
        transform(config=wrong)


@pytest.mark.parametrize(("earlier", "now"), MOVED.items())
def test_modules_that_moved_are_imported_by_their_earlier_paths(earlier: str, now: str) -> None:
    module = import_module(earlier)
    assert module is import_module(now)
    assert module.__name__ == now
    assert module.__spec__ is not None
    assert module.__spec__.name == now
