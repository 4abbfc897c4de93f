"""Every program in examples/ runs and does what it says."""

import json
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def run_example(monkeypatch, capfd, jobs):
    """Run a program as its own main module; returns the lines that it printed, sorted."""

    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, "--runner=FnApiRunner", *map(str, arguments)])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return sorted(capfd.readouterr().out.splitlines())

    return run


def test_one_pass_in_a_job_of_your_own(run_example):
    assert run_example("one_pass.py") == ["2 Un", "2 la", "2 à", "2 été"]


def test_dead_letters(run_example):
    cleaned, rejected_page_2, rejected_page_3 = sorted(run_example("dead_letters.py"), key=lambda line: line[0] == "{")
    assert cleaned == "page 1: Ils ont risqué leur vie en servant à nos côtés."
    assert json.loads(rejected_page_2)["error"] == "UndecodableText"
    assert bytes.fromhex(json.loads(rejected_page_2)["bytes"]).startswith(b"\x89PNG")
    assert json.loads(rejected_page_3)["error"] == "WrongElementType"


def test_the_whole_corpus_from_files_to_json(run_example, tmp_path):
    run_example("clean_corpus.py", "--input", EXAMPLES / "data" / "*.txt", "--output", tmp_path / "cleaned")
    pages = [
        json.loads(line)
        for path in tmp_path.glob("cleaned*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    article = (EXAMPLES / "data" / "afghanistan.txt").read_text(encoding="utf-8").replace("sevrant", "servant")
    assert [page["text"].rstrip() for page in pages] == ["\n\n".join(article.split("\n\n")[:4])]


def test_the_changes_and_the_way_back(run_example):
    sentence = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul."
    again = "\n\n" + sentence
    assert run_example("changes.py") == [
        f"page 1 was {sentence.replace('é', 'Ã©')!r}",
        "page 1: encoding/mojibake: 'Ã©' -> 'é'",
        f"page 2 was {'Ils servent.' + again!r}",
        f"page 2: corpus_duplicates/exact: {again!r} -> ''",
    ]


def test_no_program_is_left_out():
    tested = {"one_pass.py", "dead_letters.py", "clean_corpus.py", "changes.py"}
    assert {path.name for path in EXAMPLES.glob("*.py")} == tested
