"""How a configuration file is read, and what is refused before it costs more than its size."""

from itertools import pairwise

import pytest

from beam_textclean.pipelines.configuration_file import read_configuration
from beam_textclean.transforms import InvalidOption

BOMB = "a: &a [x, x]\n" + "".join(f"{after}: &{after} [*{name}, *{name}]\n" for name, after in pairwise("abcdefg"))

REFUSED = {
    "aliases": (BOMB, "a is an alias; write it out"),
    "deep lists": ("a: " + "[" * 50_000, "more than 20 levels"),
    "deep mappings": ("".join(" " * depth + "a:\n" for depth in range(100)), "more than 20 levels"),
    "twice": ("typos: {learn: true}\nlanguages: auto\ntypos: {allow: [teh]}", "typos is given twice"),
    "a list": ("- typos", "is a list, not a mapping"),
    "no YAML": ("a: [", "cannot read the configuration"),
    "a large number": ("a: " + "9" * 10_000, "cannot read the configuration"),
    "another encoding": (b"languages: fran\xe7ais", "is not UTF-8, from byte 16 on"),
    "too large": ("a: " + "x" * (1 << 20), "is larger than 1,048,576 bytes"),
    "an object": ("a: !!python/object/apply:os.getcwd []", "cannot read the configuration"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_configuration_is_refused_by_name(name, tmp_path):
    content, message = REFUSED[name]
    path = tmp_path / "clean.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InvalidOption) as error:
        read_configuration(str(path))
    assert message in str(error.value)
    assert len(str(error.value)) < 1000


def test_a_file_without_options_has_none(tmp_path):
    (tmp_path / "clean.yaml").write_text("# nothing yet\n")
    assert read_configuration(str(tmp_path / "clean.yaml")) == {}
    (tmp_path / "clean.yaml").write_bytes(b"\xef\xbb\xbflanguages: [fr]\n")
    assert read_configuration(str(tmp_path / "clean.yaml")) == {"languages": ["fr"]}


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidOption, match=r"missing\.yaml"):
        read_configuration(str(tmp_path / "missing.yaml"))
