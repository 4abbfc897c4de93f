"""What the command says and how it ends."""

import json
import logging
import os
import subprocess

import pytest

from beam_textclean.pipelines.command import command_line
from beam_textclean.pipelines.file_job import clean_record
from beam_textclean.pipelines.passes import NAMES
from command_process import COMMAND
from result_folders import content, entries


@pytest.mark.jobs
def test_the_module_and_the_command_are_the_same(document, tmp_path):
    output = str(tmp_path / "out")
    run = subprocess.run(
        [*COMMAND, "clean", str(document), "--output", output],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "1 document: 0 changed" in run.stdout
    assert run.stderr.startswith("runner: FnApiRunner")
    assert "WARNING" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--languages", "xx"], "xx"),
        (["--passes", "encoding,spelling"], "spelling"),
        (["--format", "xml"], "invalid choice: 'xml'"),
        (["--langauges", "fr"], "--langauges"),
        (["--config", "missing.yaml"], "missing.yaml"),
        (["--limit", "0"], "not a positive number"),
        (["--passes", ""], ", ".join(NAMES)),
        (["--runner", "Foo"], "--runner Foo"),
        (["--against", "README.md", "--scope", "document"], "--against needs"),
        (["--against", "no such folder"], "no such folder"),
        (["--list-copies", "--passes", "encoding"], "--list-copies needs"),
    ],
)
def test_a_wrong_option_fails_before_anything_is_written(arguments, message, document, command, tmp_path):
    status, printed = command("clean", document, "--output", tmp_path / "out", *arguments)
    assert status == 2
    assert message in printed
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("passess: [typos]", "passess"),
        ("duplicates: {min_character: 3}", "min_character"),
        ("duplicates: {min_characters: many}", "many"),
        ("duplicates: {unit: sentence}", "'paragraph', 'document', 'passage'"),
        ("- a list", "list"),
        ("typos: {dictionaries: [missing.csv]}", "missing.csv"),
        ("{", "cannot read"),
    ],
)
def test_a_wrong_configuration_names_the_key_and_what_is_allowed(text, message, document, command, tmp_path):
    (tmp_path / "c.yaml").write_text(text)
    status, printed = command("clean", document, "--output", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert status == 2
    assert message in printed


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "ten"])
def test_a_wrong_number_is_told_with_what_is_wanted(number, document, command, tmp_path):
    status, printed = command("clean", document, "--output", tmp_path / "out", f"--limit={number}")
    assert status == 2
    assert f"argument --limit: {number} is not a positive number" in printed


def test_an_input_is_no_reference_for_itself(document, command, tmp_path):
    status, printed = command("clean", document.parent, "--against", document, "--output", tmp_path / "out")
    assert status == 2
    assert "both input and given with --against" in printed
    assert not (tmp_path / "out").exists()


def test_a_configuration_is_obeyed_and_options_win_over_it(document, clean, tmp_path):
    (tmp_path / "c.yaml").write_text("passes: [typos]\nlanguages: [fr]\nduplicates: {min_characters: 50}\n")
    out = clean(document, "--config", tmp_path / "c.yaml", "--languages", "en")
    configuration = json.loads((out / "summary.json").read_text())["configuration"]
    assert configuration["passes"] == ["typos"]
    assert configuration["languages"] == ["en"]
    assert configuration["duplicates"]["min_characters"] == 50
    assert configuration["encoding"]["ftfy"]["uncurl_quotes"] is False


@pytest.mark.parametrize("pattern", ["none", "*.txt", "none/*.jsonl"])
def test_no_input_says_what_is_looked_for(pattern, tmp_path, command):
    (tmp_path / "photo.png").touch()
    status, printed = command("clean", tmp_path / pattern, "--output", tmp_path / "out")
    assert status == 2
    assert "no input" in printed
    assert ".jsonl" in printed


def test_the_empty_name_is_no_input(tmp_path, command):
    status, printed = command("clean", "", "--output", tmp_path / "out")
    assert status == 2
    assert "no input found at ''" in printed


@pytest.mark.parametrize("pattern", ["*.txt", "a?1?.t?t", "a[1].txt"])
def test_names_and_globs_need_no_folder(pattern, tmp_path, clean, monkeypatch):
    (tmp_path / "a[1].txt").write_text("Un document.")
    monkeypatch.chdir(tmp_path)
    assert list(content(clean(pattern) / "documents")) == ["a[1].txt"]


def test_a_folder_without_matching_files_is_no_input(tmp_path, command):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo.png").touch()
    status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out")
    assert status == 2
    assert "no input" in printed


def test_files_of_other_kinds_are_counted_and_left_out(document, command, tmp_path):
    for name in ("photo.png", "LICENSE", ".hidden.txt"):
        (document.parent / name).touch()
    status, printed = command("clean", document.parent, "--output", tmp_path / "out")
    assert status == 0
    line = next(line for line in printed.splitlines() if line.startswith("files left out: "))
    assert sorted(line.removeprefix("files left out: ").split(", ")) == ["1 .png", "1 hidden", "1 without an ending"]
    status, printed = command("explain", document.parent / "*.png")
    assert status == 2
    assert "only 1 .png: expected files" in printed
    assert list(content(tmp_path / "out" / "documents")) == ["a.txt"]


def test_results_are_not_touched_without_overwrite(document, clean, command, tmp_path):
    out = clean(document)
    before = content(out)
    document.write_text("Un autre.\n")
    status, printed = command("clean", document, "--output", out)
    assert status == 2
    assert "--overwrite" in printed
    assert content(out) == before
    status, _ = command("clean", document, "--output", out, "--overwrite")
    assert status == 0
    assert (out / "documents" / "a.txt").read_text() == "Un autre.\n"


def test_foreign_files_are_never_deleted(document, command, tmp_path):
    mine = tmp_path / "out" / "thesis.tex"
    mine.parent.mkdir()
    mine.write_text("mine")
    for options in [], ["--overwrite"]:
        status, printed = command("clean", document, "--output", tmp_path / "out", *options)
        assert (status, mine.read_text()) == (2, "mine")
        assert "not empty" in printed


def test_a_dry_run_counts_and_writes_nothing(document, command, tmp_path):
    status, printed = command("clean", document, "--output", tmp_path / "out", "--dry-run")
    assert status == 0
    assert "1 document: " in printed
    assert not (tmp_path / "out").exists()


def test_limit_takes_the_first_documents(tmp_path, clean):
    for name in "ab":
        lines = [json.dumps({"id": f"{name}{n}", "text": f"document {n}"}) + "\n" for n in range(5)]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines))
    out = clean(tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--limit", 7)
    written = {name: data.count(b"\n") for name, data in content(out / "documents").items()}
    assert written == {"a.jsonl": 5, "b.jsonl": 2}


def test_an_interrupted_job_goes_on_and_ends_with_the_same_bytes(tmp_path, command, monkeypatch):
    for n in range(3):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{n}.jsonl").write_text(json.dumps({"text": f"dÃ©jÃ  vu {n}"}) + "\n")
    assert command("clean", tmp_path / "in", "--output", tmp_path / "whole")[0] == 0

    with monkeypatch.context() as patch:
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.decide_copies", _interrupt)
        status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out")
    assert status == 1
    assert "goes on from where this one stopped" in printed
    assert not (tmp_path / "out" / "summary.json").exists()

    status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out", "--scope", "document")
    assert status == 2
    assert "interrupted job" in printed

    cleaned = []
    monkeypatch.setattr(clean_record, "clean_text", lambda *given: cleaned.append(given))
    status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out")
    assert status == 0, printed
    assert "going on" in printed
    assert cleaned == []
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def _interrupt(*_):
    raise KeyboardInterrupt


def test_a_job_that_was_stopped_before_it_began_begins_anew(document, tmp_path, clean):
    (tmp_path / "out" / ".staging").mkdir(parents=True)
    (tmp_path / "out" / ".staging" / "plan.json").write_text("{}")
    assert clean(document).exists()


def test_undo_refuses_documents_that_were_edited(document, clean, command, tmp_path):
    out = clean(document)
    with open(out / "documents" / "a.txt", "a") as file:
        file.write("!")
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 2
    assert "a.txt was edited" in printed
    assert not (tmp_path / "back").exists()


def test_undo_needs_a_finished_job(tmp_path, command):
    status, printed = command("undo", tmp_path, "--output", tmp_path / "back")
    assert status == 2
    assert "no finished job" in printed


def test_undo_of_another_format_says_why_not(document, clean, command, tmp_path):
    out = clean(document, "--format", "jsonl")
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 2
    assert "--format jsonl" in printed


def test_undo_writes_to_a_new_folder_only_and_leaves_nothing_else_there(document, clean, command, tmp_path):
    out = clean(document)
    status, printed = command("undo", out, "--output", document.parent)
    assert status == 2
    assert "not empty" in printed
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["a.txt"]


def test_undo_writes_nothing_among_the_results(document, clean, command, tmp_path):
    out = clean(document)
    status, printed = command("undo", out, "--output", f"{out}/back")
    assert status == 2
    assert "among the results; choose another --output" in printed
    assert not (out / "back").exists()


def test_undo_after_a_limit_gives_back_the_documents_that_were_taken(tmp_path, clean, command):
    for name in "ab":
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.txt").write_text(name)
    out = clean(tmp_path / "in", "--limit", 1)
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert content(tmp_path / "back") == {"a.txt": b"a"}


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_results_are_never_taken_for_the_input_of_their_own_folder(document, clean, command, options):
    out = clean(document)
    before = content(out)
    for source in out / "documents", document.parents[1]:
        status, printed = command("clean", source, "--output", out, *options)
        assert status == 2
        assert "lies in the output folder" in printed
    assert content(out) == before


def test_two_inputs_that_would_be_written_to_one_file_are_refused(tmp_path, command):
    (tmp_path / "a.csv").write_text("id,text\n1,un\n")
    (tmp_path / "a.jsonl").write_text('{"text": "deux"}\n')
    inputs = [tmp_path / "a.csv", tmp_path / "a.jsonl"]
    status, printed = command("clean", *inputs, "--output", tmp_path / "out", "--format", "jsonl")
    assert status == 2
    assert "would both be written to documents/a.jsonl" in printed


def test_files_of_one_name_in_two_folders_keep_their_folders(tmp_path, clean):
    for name in "xy":
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    out = clean(tmp_path / "x", tmp_path / "y")
    assert content(out / "documents") == {"x/a.txt": b"x", "y/a.txt": b"y"}


def test_records_that_do_not_fit_one_table_fail_the_job_with_advice(tmp_path, command):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "n": 1}\n{"text": "b", "n": "x"}\n')
    status, printed = command("clean", tmp_path / "a.jsonl", "--output", tmp_path / "out", "--format", "parquet")
    assert status == 1
    assert "--format jsonl" in printed


def test_an_interrupted_job_does_not_go_on_with_an_input_that_was_edited(document, command, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.decide_copies", _interrupt)
        command("clean", document, "--output", tmp_path / "out")
    document.write_text("Un DOCUMENT.\n")
    os.utime(document, (1, 1))
    status, printed = command("clean", document, "--output", tmp_path / "out")
    assert status == 2
    assert "interrupted job with other input" in printed


def test_an_interrupted_job_does_not_go_on_with_another_version(document, command, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.decide_copies", _interrupt)
        patch.setattr("beam_textclean.pipelines.file_job.output_folder.versions", lambda: {"beam-textclean": "0.0.9"})
        command("clean", document, "--output", tmp_path / "out")
    status, printed = command("clean", document, "--output", tmp_path / "out")
    assert status == 2
    assert "other input, options or versions" in printed


def test_an_output_that_cannot_be_made_says_so(document, command, tmp_path):
    (tmp_path / "file").write_text("in the way")
    status, printed = command("clean", document, "--output", tmp_path / "file" / "out")
    assert status == 2
    assert "cannot write to" in printed


def test_workers_may_run_in_another_folder_than_the_command(tmp_path, command, monkeypatch):
    def in_another_folder(name):
        job = getattr(command_line, name)

        def run(*arguments):
            with monkeypatch.context() as patch:
                patch.chdir(tmp_path / "elsewhere")
                return job(*arguments)

        return run

    for name in "clean_files", "undo", "learn_from_files":
        monkeypatch.setattr(command_line, name, in_another_folder(name))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    known = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "text": f"gribouldis\n\n{known}"}) + "\n")
    (tmp_path / "known.txt").write_text(known)
    (tmp_path / "own.csv").write_text("gribouldis,gribouillis\n")
    (tmp_path / "config.yaml").write_text("typos: {dictionaries: [own.csv], max_share: 1}\nlanguages: [fr]\n")
    clean = ["clean", "in.jsonl", "--against", "known.txt", "--config", "config.yaml", "--output", "out/"]
    for call in clean, ["undo", "out/", "--output", "back"], ["learn-typos", "in.jsonl", "--output", "learned.csv"]:
        status, printed = command(*call)
        assert status == 0, printed
    [document] = entries(tmp_path / "out" / "documents")
    assert document["text"] == "gribouillis"
    kept = [change["detail"].get("kept_file") for change in entries(tmp_path / "out" / "changes")]
    assert kept == [None, "known.txt"]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["against"] == ["known.txt"]
    assert (tmp_path / "back" / "in.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_no_log_is_shown_unless_it_is_asked_for_whatever_level_an_engine_gives_its_own(document, clean, command):
    engine = logging.getLogger("an engine")
    engine.setLevel(logging.INFO)
    clean(document)
    assert not engine.isEnabledFor(logging.ERROR)
    command("undo", document.parent, "--output", document.parent, "--verbose")
    assert engine.isEnabledFor(logging.INFO)


def test_names_that_could_be_patterns_are_names(tmp_path, command):
    folder = tmp_path / "in [1]"
    folder.mkdir()
    for name in "what?", "what!", "a*", "b[2]":
        (folder / f"{name}.txt").write_text(f"Ceci est {name}\n")
    some = [folder / "a*.txt", folder / "b[2].txt"]
    for inputs, names in ([folder], sorted(content(folder))), (some, [path.name for path in some]):
        for _ in range(2):
            status, printed = command("clean", *inputs, "--output", tmp_path / "out [?]", "--overwrite")
            assert status == 0, printed
            assert sorted(content(tmp_path / "out [?]" / "documents")) == names
    status, printed = command("undo", tmp_path / "out [?]", "--output", tmp_path / "back [*]")
    assert status == 0, printed
    assert content(tmp_path / "back [*]") == {name: (folder / name).read_bytes() for name in names}
    status, printed = command("undo", tmp_path / "out [?]", "--output", tmp_path / "back [*]")
    assert (status, "is not empty" in printed) == (2, True)
    status, printed = command("learn-typos", folder, "--output", tmp_path / "out [?]" / "learned.csv")
    assert status == 0, printed
