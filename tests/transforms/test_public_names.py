"""What the package shows, and what importing it costs."""

import subprocess
import sys

import pytest

import beam_textclean.pipelines
import beam_textclean.transforms


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
def test_the_pure_functions_do_not_import_beam(program: str) -> None:
    check = f"import sys; sys.path[:] = {sys.path!r}; {program}; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
