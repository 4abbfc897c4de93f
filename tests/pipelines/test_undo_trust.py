"""`undo` believes nothing that a results folder says: what does not fit is refused before anything is written."""

import base64
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.pipelines.command.command_line import run
from result_folders import content
from tampered_results import make_input, try_one


@pytest.fixture
def results(document, clean):
    """Results with a change and a rejected record."""
    document.write_text("Un Ã©tÃ©.\n", encoding="utf-8")
    (document.parent / "b.jsonl").write_text('{"text": "un"}\n[1]\n')
    return clean(document.parent)


def edit(results, change):
    path = results / "summary.json"
    summary = json.loads(path.read_text())
    change(summary)
    path.write_text(json.dumps(summary))


def refresh(results):
    """Let the checksums fit the files."""

    def change(summary):
        for file in summary["files"]:
            for output in file["outputs"]:
                for path in output["sha256"]:
                    output["sha256"][path] = hashlib.sha256((results / path).read_bytes()).hexdigest()

    edit(results, change)


def first(summary):
    return summary["files"][0]


SUMMARIES = {
    "name above": (lambda summary: first(summary).update(name="../victim/bashrc"), "leads out of the folder"),
    "whole name": (lambda summary: first(summary).update(name="/victim/bashrc"), "leads out of the folder"),
    "name twice": (lambda summary: first(summary).update(name="b.jsonl"), "listed twice"),
    "name of a folder": (lambda summary: first(summary).update(name="b.jsonl/x"), "a folder of another"),
    "output above": (
        lambda summary: first(summary)["outputs"][0].update(name="../../victim/bashrc"),
        "leads out of the folder",
    ),
    "no checksums": (lambda summary: first(summary)["outputs"][0].update(sha256={}), "has no checksum"),
    "an empty checksum": (
        lambda summary: first(summary)["outputs"][0]["sha256"].update({"documents/a.txt": ""}),
        "has no checksum",
    ),
    "a checksum of something else": (
        lambda summary: first(summary)["outputs"][0]["sha256"].update({"documents/b.jsonl": "0" * 64}),
        "is not a file of",
    ),
    "too many records": (lambda summary: first(summary)["outputs"][0].update(records=10**12), "records of its counts"),
    "records below zero": (lambda summary: first(summary)["outputs"][0].update(records=-1), "has -1 records"),
    "a format that is not one": (lambda summary: first(summary).update(format="exe"), "unknown format"),
    "no outputs": (lambda summary: first(summary).update(outputs=[]), "has no outputs"),
    "a missing field": (lambda summary: first(summary).pop("compression"), "has no compression"),
    "a wrong type": (lambda summary: summary.update(files={}), "files is not a list"),
    "no text field": (lambda summary: summary["configuration"].update(text_field=None), "text_field is not a string"),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_that_says_what_cannot_be_is_refused(name, results, command, tmp_path):
    change, message = SUMMARIES[name]
    edit(results, change)
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, message in printed) == (2, True), printed
    assert not (tmp_path / "back").exists()


def test_a_whole_file_of_chosen_bytes_is_refused(results, command, tmp_path):
    entry = {"file": "a.txt", "record": 1, "error": "E", "reason": "r", "whole_file": True, "excerpt": "",
             "raw": base64.b64encode(b"chosen").decode()}  # fmt: skip
    (results / "rejected" / "a.txt.jsonl").write_text(json.dumps(entry) + "\n")
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, "rejected/a.txt.jsonl is not one of the results" in printed) == (2, True), printed
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("name", ["documents/a.txt", "documents", "changes/a.txt.jsonl", "rejected", "summary.json"])
def test_links_among_the_results_are_refused(name, results, command, tmp_path):
    shutil.move(results / name, tmp_path / "moved")
    (results / name).symlink_to(tmp_path / "moved")
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, "is a link" in printed) == (2, True), printed
    assert not (tmp_path / "back").exists()


def test_files_beside_the_results_are_passed_over(results, command, tmp_path):
    (results / "NOTES").write_text("mine")
    (results / "report").mkdir()
    (results / "report" / "documents.txt").write_text("mine")
    assert command("undo", results, "--output", tmp_path / "back")[0] == 0
    assert sorted(content(tmp_path / "back")) == ["a.txt", "b.jsonl"]


def rejected_entry(**other):
    return {"file": "b.jsonl", "record": 2, "error": "E", "reason": "r", "excerpt": "", "raw": "WzFdCg=="} | other


ENTRIES = {
    "another file": ("rejected/b.jsonl.jsonl", rejected_entry(file="a.txt")),
    "a record that is not there": ("rejected/b.jsonl.jsonl", rejected_entry(record=3)),
    "a record of another type": ("rejected/b.jsonl.jsonl", rejected_entry(record="2")),
    "bytes that are not base64": ("rejected/b.jsonl.jsonl", rejected_entry(raw="?")),
    "bytes elsewhere": ("rejected/b.jsonl.jsonl", rejected_entry(raw_file="../../x") | {"raw": None}),
    "a change that is longer than its text": (
        "changes/a.txt.jsonl",
        {"file": "a.txt", "record": 1, "id": "a.txt", "step": "encoding", "rule": "mojibake", "start": 3, "end": 5,
         "before": "Ã©tÃ©", "after": "été", "detail": {}},
    ),
    "a change of another text": (
        "changes/a.txt.jsonl",
        {"file": "a.txt", "record": 1, "id": "a.txt", "step": "encoding", "rule": "mojibake", "start": 3, "end": 6,
         "before": "Ã©t", "after": "eau", "detail": {}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_that_do_not_fit_leave_nothing(name, results, command, tmp_path):
    path, entry = ENTRIES[name]
    (results / path).write_text(json.dumps(entry) + "\n")
    refresh(results)
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, "Traceback" in printed) == (1, False), printed
    assert not (tmp_path / "back").exists()


def test_more_documents_than_records_leave_nothing(results, command, tmp_path):
    (tmp_path / "back").mkdir()
    with open(results / "documents" / "b.jsonl", "a") as file:
        file.write('{"text": "one more"}\n')
    refresh(results)
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, "has more records" in printed) == (1, True), printed
    assert list((tmp_path / "back").iterdir()) == []


def test_a_number_of_records_without_end_ends(tmp_path, clean, command):
    (tmp_path / "in.txt").write_text("un\ndeux")
    results = clean(tmp_path / "in.txt", "--lines")

    def change(summary):
        first(summary)["outputs"][0]["records"] = summary["counts"]["documents"] = 10**12

    edit(results, change)
    status, printed = command("undo", results, "--output", tmp_path / "back")
    assert (status, "fewer records" in printed) == (1, True), printed
    assert not (tmp_path / "back").exists()


@pytest.fixture(scope="module")
def results_of_all_kinds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("all_kinds")
    make_input(folder / "in")
    assert run(["clean", str(folder / "in"), "--output", str(folder / "out"), "--max-record-bytes", "1000000"]) == 0
    return folder / "out"


@pytest.mark.jobs
@given(st.integers(0, 2**32))
def test_whatever_is_changed_in_results_nothing_else_is_read_or_written(results_of_all_kinds, seed):
    """The long form is benchmarks/hostile_results.py."""
    with tempfile.TemporaryDirectory() as work:
        try_one(seed, results_of_all_kinds, Path(work))
