"""docs/output.md and the files of real jobs have exactly the fields and types of the classes in `schema`."""

import gzip
import json
import re
import types
import typing
from pathlib import Path

import pytest

from beam_textclean.pipelines.file_job import schema
from beam_textclean.transforms.typos import TypoProposal
from result_folders import entries

PAGE = (Path(__file__).parents[2] / "docs" / "output.md").read_text(encoding="utf-8")
SECTIONS = {
    "Change": schema.ChangeEntry,
    "Rejected record": schema.RejectedEntry,
    "Copies": schema.CopiesEntry,
    "Place": schema.SpotEntry,
    "Summary": schema.Summary,
    "Learned": schema.LearnedCounts,
    "First rejected": schema.FirstRejected,
    "Unopened file": schema.UnopenedFile,
    "Rejected reference": schema.RejectedPlace,
    "Repeated": schema.RepeatedEntry,
    "File": schema.FileEntry,
    "Output": schema.OutputEntry,
}
NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def described(hint):
    """The words of the page for a type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        *first, last = map(described, arguments)
        return f"{', '.join(first)} or {last}"
    if origin is list:
        return f"list of {described(arguments[0])}"
    if origin is dict:
        return "object" if arguments[1] is typing.Any else f"object of {described(arguments[1])}"
    if hint in NAMES:
        return NAMES[hint]
    [title] = [title for title, entry in SECTIONS.items() if entry is hint]
    return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"


def faults(value, hint, where=""):
    """What of a JSON value is not as its type says."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return []
    if origin in (typing.Union, types.UnionType):
        tried = [faults(value, argument, where) for argument in arguments]
        return [] if [] in tried else min(tried, key=len)
    if origin is list and type(value) is list:
        return [fault for n, item in enumerate(value) for fault in faults(item, arguments[0], f"{where}[{n}]")]
    if origin is dict and type(value) is dict:
        return [fault for name, item in value.items() for fault in faults(item, arguments[1], f"{where}.{name}")]
    if typing.is_typeddict(hint) and type(value) is dict:
        hints = typing.get_type_hints(hint)
        found = [f"{where} lacks {name}" for name in hint.__required_keys__ - value.keys()]
        found += [f"{where} has {name}, which the schema does not know" for name in value.keys() - hints.keys()]
        return found + [
            fault
            for name, item in value.items()
            if name in hints
            for fault in faults(item, hints[name], f"{where}.{name}")
        ]
    return [] if type(value) is hint else [f"{where} is {value!r}, not {hint}"]


def table(title):
    """The rows of the table below a heading: name, type, meaning, example."""
    section = re.split(rf"^#+ {title}$", PAGE, flags=re.MULTILINE)[1]
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| `(.+)` \|$", re.split(r"^#", section, flags=re.MULTILINE)[0], re.M
    )
    return {name: (kind, meaning, example) for name, kind, meaning, example in rows}


def test_the_page_has_every_column_of_what_is_learned():
    hints = typing.get_type_hints(TypoProposal)
    lists = {tuple[str, ...]: list[str]}
    assert {name: kind for name, (kind, _, _) in table("Learned typo").items()} == {
        name: described(lists.get(hint, hint)) for name, hint in hints.items()
    }
    for name, (_, _, example) in table("Learned typo").items():
        assert faults(json.loads(example), lists.get(hints[name], hints[name]), name) == []


@pytest.mark.parametrize("title", SECTIONS)
def test_the_page_has_every_field_with_its_type(title):
    entry = SECTIONS[title]
    expected = {
        name: described(hint) + ("" if name in entry.__required_keys__ else ", may be missing")
        for name, hint in typing.get_type_hints(entry).items()
    }
    assert {name: kind for name, (kind, _, _) in table(title).items()} == expected


@pytest.mark.parametrize("title", SECTIONS)
def test_the_examples_of_the_page_are_of_these_types(title):
    hints = typing.get_type_hints(SECTIONS[title])
    for name, (_, _, example) in table(title).items():
        assert faults(json.loads(example), hints[name], name) == []


PARAGRAPH = "Un paragraphe que plusieurs documents ont en commun, et qui est assez long."
OTHER = "Un autre paragraphe, lui aussi assez long pour compter, que la référence a déjà."


@pytest.fixture
def source(tmp_path):
    """Documents of which everything happens that the schema can tell."""
    folder = tmp_path / "in"
    folder.mkdir()
    texts = [f"{PARAGRAPH}\n\nUne Ã©tude d'un evenement.", f"Un.\n\n{PARAGRAPH}\n\n{OTHER}", f"{PARAGRAPH}\n\nDeux."]
    lines = [json.dumps({"id": n, "text": text}, ensure_ascii=False) for n, text in enumerate(texts)]
    (folder / "a.jsonl").write_text("\n".join([*lines, "[1]", '{"id": "x"}', ""]), encoding="utf-8")
    (folder / "latin.jsonl").write_bytes('{"text": "été, déjà très près de là"}\n'.encode("latin-1"))
    (folder / "large.jsonl").write_text(json.dumps({"text": "x" * 1_500_000}) + "\n")
    (folder / "page.txt").write_text(f"Une page.\n\n{PARAGRAPH}\n", encoding="utf-8")
    for name in "two", "three":
        (folder / f"{name}.txt").write_text(f"{PARAGRAPH}\n", encoding="utf-8")
    (folder / "torn.csv.gz").write_bytes(gzip.compress(b"id,text\n1,un\n")[:5])
    (tmp_path / "reference.jsonl").write_text(json.dumps({"text": OTHER}) + '\n{"text": null}\n')
    return folder


@pytest.mark.parametrize(
    "duplicates", ["{}", "{boilerplate: 2}", "{near: 0.8}", "{unit: document}", "{unit: passage, min_passage: 60}"]
)
def test_the_files_of_a_job_follow_the_schema(duplicates, source, tmp_path, clean):
    (tmp_path / "config.yaml").write_text(f"duplicates: {duplicates}\nlanguages: [fr]\n")
    against = [] if "passage" in duplicates else ["--against", tmp_path / "reference.jsonl"]
    options = ["--config", tmp_path / "config.yaml", "--list-copies", "--drop-empty", "--max-record-bytes", "1200000"]
    out = clean(source, *options, *against)
    copies = [json.loads(line) for line in (out / "copies.jsonl").read_text().splitlines()]
    changes, rejected = entries(out / "changes"), entries(out / "rejected")
    for entry, found in (schema.ChangeEntry, changes), (schema.RejectedEntry, rejected), (schema.CopiesEntry, copies):
        assert [fault for value in found for fault in faults(value, entry)] == []
    assert faults(json.loads((out / "summary.json").read_text()), schema.Summary) == []
    assert {name for entry in changes for name in entry} == set(typing.get_type_hints(schema.ChangeEntry))
    assert {name for entry in rejected for name in entry} == set(typing.get_type_hints(schema.RejectedEntry))
