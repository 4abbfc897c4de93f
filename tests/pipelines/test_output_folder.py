"""What a job may replace in its output folder: nothing but what a job wrote, and only by results that are whole."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from beam_textclean.pipelines.file_job import exchange, output_folder
from beam_textclean.pipelines.file_job.job import Folders
from beam_textclean.pipelines.file_job.lock import FolderInUse, locked
from beam_textclean.pipelines.file_job.paths import lies_in
from result_folders import content


@pytest.fixture
def interrupted(monkeypatch, command):
    """Run a command that is interrupted when copies are decided."""

    def call(*arguments):
        def interrupt(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("beam_textclean.pipelines.file_job.clean_files.decide_copies", interrupt)
            status, printed = command(*arguments)
        assert status == 1, printed

    return call


def test_a_folder_that_only_looks_like_results_is_not_touched(document, command, tmp_path):
    thesis = tmp_path / "p" / "documents" / "thesis.txt"
    thesis.parent.mkdir(parents=True)
    thesis.write_text("thesis")
    status, printed = command("clean", document, "--output", tmp_path / "p", "--overwrite")
    assert (status, "documents/thesis.txt" in printed) == (2, True), printed
    assert content(tmp_path / "p") == {"documents/thesis.txt": b"thesis"}


@pytest.mark.parametrize("summary", ["{}", "[]", "no JSON", '{"counts": {}, "files": []}'])
def test_a_summary_of_somebody_else_is_not_touched(summary, document, command, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text(summary)
    status, printed = command("clean", document, "--output", tmp_path / "out", "--overwrite")
    assert (status, "not touched" in printed) == (2, True), printed
    assert content(tmp_path / "out") == {"summary.json": summary.encode()}


@pytest.mark.parametrize(
    "name", ["NOTES", "documents/b.txt", "changes/notes.txt", "copies.jsonl", ".staging/notes", ".staging/written/mine"]
)
def test_a_foreign_file_beside_results_is_named_and_nothing_is_deleted(name, document, clean, command):
    out = clean(document)
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    before = content(out)
    status, printed = command("clean", document, "--output", out, "--overwrite")
    assert (status, name in printed) == (2, True), printed
    assert content(out) == before


@pytest.mark.parametrize("name", ["documents/a.txt", "changes", ".staging"])
def test_links_in_the_output_folder_are_foreign(name, document, clean, command, tmp_path):
    out = clean(document)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").write_text("mine")
    if (out / name).exists():
        (out / name).unlink()
    (out / name).symlink_to(tmp_path / "elsewhere")
    status, printed = command("clean", document, "--output", out, "--overwrite")
    assert (status, name in printed) == (2, True), printed
    assert content(tmp_path / "elsewhere") == {"mine": b"mine"}


def spellings(folder, tmp_path):
    """Ways to write a folder: as it is, with dots, from the working folder, by a link to it or to the one above."""
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "above").symlink_to(folder.parent)
    return [folder, folder / ".." / folder.name, os.path.relpath(folder), tmp_path / "link", folder / "",
            tmp_path / "above" / folder.name]  # fmt: skip


def test_input_in_the_output_folder_is_refused_in_every_spelling(document, clean, command, tmp_path):
    out = clean(document)
    before = content(out)
    for folder in spellings(out / "documents", tmp_path):
        for output in out, out / ".." / "out", os.path.relpath(out):
            status, printed = command("clean", folder, "--output", output, "--overwrite")
            assert (status, "lies in the output folder" in printed) == (2, True), printed
    assert content(out) == before


def test_a_link_to_a_file_among_the_results_is_input_in_the_output_folder(document, clean, command, tmp_path):
    out = clean(document)
    (tmp_path / "b.txt").symlink_to(out / "documents" / "a.txt")
    for options in [], ["--overwrite"]:
        status, printed = command("clean", tmp_path / "b.txt", "--output", out, *options)
        assert (status, "lies in the output folder" in printed) == (2, True), printed


def test_an_output_in_the_input_folder_is_refused_in_every_spelling(document, command, tmp_path):
    for folder in spellings(document.parent, tmp_path):
        for output in document.parent / "out", tmp_path / "link" / "new" / "out":
            for call in (["clean", folder], ["learn-typos", folder], ["clean", f"{folder}/**.txt"]):
                status, printed = command(*call, "--output", output)
                assert (status, "lies in the input folder" in printed) == (2, True), printed
    status, printed = command("clean", document, "--against", document.parent, "--output", document.parent / "out")
    assert status == 2
    assert content(document.parent) == {"a.txt": b"Un document.\n"}


def test_undo_refuses_folders_in_each_other_in_every_spelling(document, clean, command, tmp_path):
    out = clean(document)
    before = content(out)
    for folder in spellings(out, tmp_path):
        for output in f"{folder}/back", tmp_path / "link" / "back", out.parent:
            status, printed = command("undo", out, "--output", output)
            assert (status, "choose another --output" in printed) == (2, True), printed
    assert content(out) == before


def test_case_counts_only_where_the_filesystem_counts_it(tmp_path):
    (tmp_path / "corpus").mkdir()
    is_one = (tmp_path / "CORPUS").exists()
    assert lies_in(str(tmp_path / "CORPUS" / "a.txt"), str(tmp_path / "corpus")) == is_one


def test_a_job_that_fails_leaves_the_results_of_the_one_before(document, clean, command, interrupted, tmp_path):
    out = clean(document)
    before = content(out)
    document.write_text("Un autre Ã©tÃ©.\n")
    call = ["clean", document, "--output", out, "--overwrite"]
    interrupted(*call)
    assert {name: data for name, data in content(out).items() if not name.startswith(".staging/")} == before
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert content(tmp_path / "back") == {"a.txt": b"Un document.\n"}

    status, printed = command(*call)
    assert (status, "going on" in printed) == (0, True), printed
    assert (out / "documents" / "a.txt").read_text() == "Un autre été.\n"
    assert not (out / ".staging").exists()


def test_files_that_the_new_results_do_not_have_are_removed_with_the_old_ones(clean, tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in ("a.txt", "un Ã©tÃ©"), ("b.jsonl", '{"text": null}\n'):
        (tmp_path / "in" / name).write_text(text)
    out = clean(tmp_path / "in", "--list-copies")
    assert {"copies.jsonl", "changes/a.txt.jsonl", "rejected/b.jsonl.jsonl"} <= content(out).keys()
    (tmp_path / "new.txt").write_text("neuf")
    clean(tmp_path / "new.txt", "--overwrite")
    assert sorted(content(out)) == ["documents/new.txt", "report.html", "summary.json"]


def test_an_exchange_that_is_interrupted_anywhere_is_finished_by_the_same_command(
    document, clean, command, tmp_path, monkeypatch
):
    for name in "old", "new":
        document.write_text(f"{name} Ã©tÃ©\n")
        os.utime(document, (1, 1))
        shutil.copytree(clean(document, "--list-copies", *["--overwrite"] * (name == "new")), tmp_path / name)
    new = content(tmp_path / "new")
    move = exchange.move
    for moves in range(1, 10):
        shutil.rmtree(tmp_path / "out")
        shutil.copytree(tmp_path / "old", tmp_path / "out")
        left = iter(range(moves))

        def interrupt(*paths, left=left):
            if next(left, None) is None:
                raise KeyboardInterrupt
            move(*paths)

        call = ["clean", document, "--list-copies", "--output", tmp_path / "out"]
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(exchange, "move", interrupt)
            command(*call, "--overwrite")
        status, printed = command(*call)
        assert status == 0, printed
        assert content(tmp_path / "out") == new


def test_another_command_does_not_lose_the_results_of_an_interrupted_exchange(
    document, clean, command, tmp_path, monkeypatch
):
    out = clean(document)
    move = exchange.move

    def interrupt(source, destination):
        if source.endswith("results/summary.json"):
            raise KeyboardInterrupt
        move(source, destination)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(exchange, "move", interrupt)
        command("clean", document, "--output", out, "--overwrite", "--scope", "document")
    status, printed = command("clean", document, "--output", out)
    assert (status, "interrupted job with other" in printed) == (2, True), printed
    status, printed = command("clean", document, "--output", out, "--overwrite")
    assert status == 0, printed
    assert json.loads((out / "summary.json").read_text())["configuration"]["scope"] == "corpus"


def test_a_foreign_file_that_appears_while_the_job_runs_is_not_deleted(document, clean, command, monkeypatch):
    out = clean(document)
    summarize = "beam_textclean.pipelines.file_job.clean_files.join_copies"
    monkeypatch.setattr(summarize, lambda *_: (out / "documents" / "mine.txt").write_text("mine"))
    status, printed = command("clean", document, "--output", out, "--overwrite", "--list-copies")
    assert (status, "documents/mine.txt" in printed) == (1, True), printed
    assert (out / "documents" / "mine.txt").read_text() == "mine"
    assert (out / "documents" / "a.txt").exists()


def test_results_that_appear_while_the_job_runs_are_not_replaced(document, clean, command, tmp_path, monkeypatch):
    shutil.copytree(clean(document), tmp_path / "other")
    shutil.rmtree(tmp_path / "out")
    monkeypatch.setattr(
        "beam_textclean.pipelines.file_job.clean_files.join_copies",
        lambda *_: shutil.copytree(tmp_path / "other", tmp_path / "out", dirs_exist_ok=True),
    )
    status, printed = command("clean", document, "--output", tmp_path / "out", "--list-copies")
    assert (status, "received results of another job" in printed) == (1, True), printed


def test_a_folder_in_which_a_job_works_is_refused_to_another(document, command, tmp_path):
    code = (
        "import sys; from beam_textclean.pipelines.file_job.lock import locked\n"
        "with locked(sys.argv[1]): print('locked', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "out" / ".staging" / "lock"
    call = ["clean", document, "--output", tmp_path / "out"]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "locked\n"
        status, printed = command(*call)
        assert (status, f"process {other.pid}" in printed) == (2, True), printed
        other.kill()
        other.wait()
    assert lock.exists()
    assert command(*call)[0] == 0


def test_a_lock_is_held_once_and_may_be_deleted_meanwhile(tmp_path):
    path = str(tmp_path / "folder" / "lock")
    with locked(path):
        with pytest.raises(FolderInUse), locked(path):
            pass
        shutil.rmtree(tmp_path / "folder")
    with locked(path):
        assert Path(path).exists()


@pytest.mark.parametrize("name", ["../victim", "/victim", "a.txt/../../victim"])
def test_names_in_the_staging_folder_are_not_believed(name, document, clean, command, tmp_path, monkeypatch):
    """Neither those of the plan, nor those of what the blocks report: both are made again."""
    whole = clean(document)
    expected = content(whole)
    shutil.rmtree(whole)
    call = ["clean", document, "--output", tmp_path / "out"]

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.finish", stop)
        command(*call)
    for path in tmp_path.glob("out/.staging/plan.json"), tmp_path.glob("out/.staging/written/*"):
        for file in path:
            text = file.read_text()
            assert '"a.txt"' in text
            file.write_text(text.replace('"a.txt"', f'"{name}"').replace("documents/a.txt", f"documents/{name}"))
    before = {path for path in tmp_path.rglob("*") if "out" not in path.parts}
    status, printed = command(*call)
    assert status == 0, printed
    assert {path for path in tmp_path.rglob("*") if "out" not in path.parts} == before
    assert content(tmp_path / "out") == expected


def test_every_file_that_a_job_stages_is_known_as_its_own(tmp_path, command, interrupted, monkeypatch):
    (tmp_path / "in.jsonl").write_text('{"text": "Un Ã©tÃ©."}\n{"text": null}\n')
    monkeypatch.setattr("beam_textclean.pipelines.file_job.clean_files.finish", lambda folders: None)
    for options in [], ["--list-copies"], ["--scope", "document"]:
        out = tmp_path / "out"
        status, printed = command("clean", tmp_path / "in.jsonl", "--output", out, "--overwrite", *options)
        assert status == 0, printed
        output_folder._look(Folders(str(out)))
        shutil.rmtree(out)
