"""Control characters do not make UTF-16 of UTF-8, and UTF-16 is read without a mark: lines of 30 languages.

The same on many more lines is `benchmarks/encoding_wide.py`.
"""

import importlib.util
from pathlib import Path

import pytest

from beam_textclean.transforms.encoding import decode_bytes

_PROGRAM = Path(__file__).parents[2] / "benchmarks" / "encoding_wide.py"


def test_lines_of_many_languages_are_read_in_the_encoding_that_they_are_in() -> None:
    spec = importlib.util.spec_from_file_location("encoding_wide", _PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    wrong, total = program.misread(1500, seed=3)
    assert wrong["UTF-8 with control characters"] == 0
    assert wrong.total() <= total.total() / 1000  # in eight Japanese characters there may be two scripts and a sign


@pytest.mark.parametrize("control", list(map(chr, [*range(9), *range(14, 27), *range(28, 32)])))
@pytest.mark.parametrize("text", ["{0}a", "a{0}", "a{0}bx", "the quick{0} brown fox.", "a{0}b{0}c{0}dd", "{0}{0}{0}ok"])
def test_a_control_character_anywhere_in_ascii_leaves_it_ascii(text: str, control: str) -> None:
    data = text.format(control).encode()
    assert decode_bytes(data).text.replace(control, "") == text.format("")
