"""An input that changes while a job runs ends the job with the name of the file, and leaves nothing of it."""

import gzip
import json
import os
import shutil

import pytest

from beam_textclean.pipelines.file_job import clean_files, clean_record
from format_samples import SAMPLES
from result_folders import content

KEPT = "Un paragraphe que personne ne change, et qui est assez long pour compter."
TEXTS = [f"Le prix du pain monte Ã©ncore.\n\n{KEPT}", f"Un livre sur la Chine, dÃ©jÃ  lu.\n\n{KEPT}", "Trois."]
LINES = [json.dumps({"text": text}, ensure_ascii=False).encode() + b"\n" for text in TEXTS]


@pytest.fixture
def changed(command, tmp_path, monkeypatch):
    """Clean a file that is changed between two stages, or while the first reads it."""

    def call(name, before, change, *arguments, when="compare"):
        path = tmp_path / "in" / name
        path.parent.mkdir()
        path.write_bytes(before)
        module, function = {
            "compare": (clean_files, "lay_out"),
            "clean": (clean_record, "clean_text"),
            "write": (clean_files, "read_layout"),
        }[when]
        original = getattr(module, function)
        changes = iter([change])

        def changing(*given):
            for each in changes:
                each(path)
            return original(*given)

        with monkeypatch.context() as patch:
            patch.setattr(module, function, changing)
            return command("clean", path.parent, "--output", tmp_path / "out", *arguments)

    return call


def write_unnoticed(data):
    """Write what is as long, with the time that the file had."""

    def change(path):
        was = path.stat()
        assert was.st_size == len(data)
        path.write_bytes(data)
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    return change


def replace(path):
    path.with_suffix(".new").write_bytes(b"".join(LINES[::-1]))
    os.replace(path.with_suffix(".new"), path)


CHANGES = {
    "lines swapped, with the time that it had": (write_unnoticed(b"".join(LINES[::-1])), "its content is another one"),
    "edited": (lambda path: path.write_bytes(b"".join(LINES).replace(b"pain", b"gaz")), "bytes instead of"),
    "cut off": (lambda path: os.truncate(path, 100), "it has 100 bytes instead of"),
    "grown": (lambda path: path.write_bytes(b"".join(LINES) + LINES[0]), "bytes instead of"),
    "a line inserted": (lambda path: path.write_bytes(b"\n" + b"".join(LINES)), "bytes instead of"),
    "replaced": (replace, "it was written again"),
    "removed": (lambda path: path.unlink(), "it is not there any more"),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("when", ["clean", "compare"])
def test_a_changed_input_ends_the_job(name, when, changed, tmp_path):
    change, message = CHANGES[name]
    if when == "clean" and "time" in name:
        pytest.skip("what was read once is what is cleaned")
    os.makedirs(tmp_path / "out")
    status, printed = changed("a.jsonl", b"".join(LINES), change, when=when)
    assert status == 1, printed
    assert "a.jsonl has changed since the job began" in printed
    assert message in printed
    assert "the same command begins anew" in printed
    assert content(tmp_path / "out") == {}


@pytest.mark.parametrize("kind", SAMPLES)
def test_content_that_changed_unnoticed_is_found_in_every_format(kind, changed, tmp_path):
    sample = SAMPLES[kind]
    ending, options = ("txt", ["--lines"]) if kind == "lines" else (kind, [])
    texts = [text.replace("\n\n", " ") for text in TEXTS]
    before = sample.make(texts)
    after = before.replace(b"Chine", b"Corse")
    status, printed = changed(f"a.{ending}", before, write_unnoticed(after), *options)
    assert (status, f"a.{ending} has changed" in printed) == (1, True), printed
    assert content(tmp_path / "out") == {}


def test_what_is_compressed_is_compared_as_it_is_on_disk(changed):
    before, after = (gzip.compress(b"".join(lines), mtime=0) for lines in (LINES, LINES[::-1]))
    after = after[: len(before)].ljust(len(before), b"\0")
    status, printed = changed("a.jsonl.gz", before, write_unnoticed(after))
    assert (status, "a.jsonl.gz has changed" in printed) == (1, True), printed


@pytest.mark.parametrize("duplicates", ["{near: 0.8}", "{unit: passage, min_passage: 60}"])
def test_texts_that_are_compared_are_those_that_were_cleaned(duplicates, changed, tmp_path):
    (tmp_path / "config.yaml").write_text(f"duplicates: {duplicates}\n")
    change = write_unnoticed(b"".join(LINES[::-1]))
    status, printed = changed("a.jsonl", b"".join(LINES), change, "--config", tmp_path / "config.yaml")
    assert (status, "a.jsonl has changed" in printed) == (1, True), printed


def test_the_same_command_begins_anew_and_results_of_an_earlier_job_are_kept(changed, command, tmp_path):
    (tmp_path / "old.txt").write_text("old")
    command("clean", tmp_path / "old.txt", "--output", tmp_path / "out")
    before = content(tmp_path / "out")
    status, _ = changed("a.jsonl", b"".join(LINES), write_unnoticed(b"".join(LINES[::-1])), "--overwrite")
    assert status == 1
    assert content(tmp_path / "out") == before
    status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out", "--overwrite")
    assert (status, "going on" in printed) == (0, False), printed
    status, printed = command("undo", tmp_path / "out", "--output", tmp_path / "back")
    assert status == 0, printed
    assert content(tmp_path / "back") == content(tmp_path / "in")


def test_several_workers_say_the_same(tmp_path, command, monkeypatch):
    """The first stage is done, as by a job that was interrupted; the others are done by processes."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(LINES))
    call = ["clean", path, "--output", tmp_path / "out"]

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(clean_files, "decide_copies", interrupt)
        assert command(*call)[0] == 1
    write_unnoticed(b"".join(LINES[::-1]))(path)
    status, printed = command(*call, "--direct_num_workers", 2)
    assert (status, "in.jsonl has changed" in printed) == (1, True), printed
    assert content(tmp_path / "out") == {}


@pytest.mark.parametrize("name", ["outcomes", "cleaned", "fingerprints", "layout.json"])
@pytest.mark.parametrize("how", ["emptied", "edited"])
def test_what_is_staged_is_not_believed_if_it_is_not_what_was_written(name, how, tmp_path, command, monkeypatch):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(LINES))
    original = clean_files.read_layout

    def damage(*given):
        for file in sorted((tmp_path / "out" / ".staging").rglob("*")):
            if file.is_file() and name in file.parts:
                data = file.read_bytes()
                file.write_bytes(b"" if how == "emptied" else data.replace(b"1", b"7")[: len(data) // 2])
        return original(*given)

    with monkeypatch.context() as patch:
        patch.setattr(clean_files, "read_layout", damage)
        status, printed = command("clean", path, "--output", tmp_path / "out")
    assert (status, "damaged" in printed) == (1, True), printed
    assert not (tmp_path / "out" / ".staging").exists()
    assert command("clean", path, "--output", tmp_path / "out")[0] == 0
    shutil.rmtree(tmp_path / "out")
