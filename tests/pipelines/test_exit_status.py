"""What a run ends with, by the one table in docs/command.md and in the help."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beam_textclean.pipelines.command.arguments import STATUSES, make_parser
from command_process import COMMAND
from result_folders import content, entries

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")


def test_the_page_and_the_help_of_every_command_have_the_same_table(capsys):
    table = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert {int(status): meaning.replace("`", "") for status, meaning in table} == STATUSES
    for command in ["clean"], ["explain"], ["undo"], ["learn-typos"], []:
        with pytest.raises(SystemExit):
            make_parser().parse_args([*command, "--help"])
        printed = capsys.readouterr().out
        assert all(f"  {status:<4} {meaning}" in printed for status, meaning in STATUSES.items())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a good file, and one that exists and cannot be opened, by anybody."""
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.chdir(folder)  # the path of a socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind("closed.jsonl")
    (folder / "good.txt").write_text("un Ã©tÃ©\n")
    return folder


def test_a_file_that_cannot_be_opened_is_an_error_of_its_own(folder, command, tmp_path):
    status, printed = command("clean", folder, "--output", tmp_path / "out")
    assert status == 0, printed
    assert "1 file could not be opened:\n  closed.jsonl: No such device" in printed
    assert "1 document: 1 changed, 0 left empty; 0 records rejected" in printed
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    [unopened] = summary["unopened_files"]
    assert unopened["file"] == "closed.jsonl"
    assert [file["name"] for file in summary["files"]] == ["good.txt"]
    names = ["changes/good.txt.jsonl", "documents/good.txt", "report.html", "summary.json"]
    assert sorted(content(tmp_path / "out")) == names
    assert command("undo", tmp_path / "out", "--output", tmp_path / "back")[0] == 0
    assert content(tmp_path / "back") == {"good.txt": (folder / "good.txt").read_bytes()}
    assert command("clean", folder, "--output", tmp_path / "out", "--overwrite", "--strict")[0] == 3


def test_texts_are_compared_beside_a_file_that_cannot_be_opened(folder, command, tmp_path):
    text = "Un paragraphe que deux documents ont en commun, et qui est assez long."
    (folder / "d.jsonl").write_text(json.dumps({"text": text}) + "\n" + json.dumps({"text": f"{text} Oui."}) + "\n")
    (tmp_path / "config.yaml").write_text("duplicates: {near: 0.8}\n")
    status, printed = command("clean", folder, "--config", tmp_path / "config.yaml", "--output", tmp_path / "out")
    assert status == 0, printed
    [copy] = [entry for entry in entries(tmp_path / "out" / "changes") if entry["step"] == "corpus_duplicates"]
    assert (copy["record"], copy["detail"]["kept_record"]) == (2, 1)


def test_a_reference_that_cannot_be_opened_is_one_too(folder, command, tmp_path):
    call = ["clean", folder / "good.txt", "--against", folder / "closed.jsonl", "--output", tmp_path / "out"]
    status, printed = command(*call)
    assert (status, "1 file could not be opened" in printed) == (0, True), printed
    assert command(*call, "--overwrite", "--strict")[0] == 3


def test_a_job_that_can_open_nothing_has_failed(folder, command, tmp_path):
    status, printed = command("clean", folder / "closed.jsonl", "--output", tmp_path / "out")
    assert status == 1
    assert "nothing could be cleaned: closed.jsonl: No such device" in printed


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_a_job_that_rejects_every_record_has_failed_and_says_why(options, command, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"body": "un", "id": 1}\n{"body": "deux"}\n')
    status, printed = command("clean", tmp_path / "a.jsonl", "--output", tmp_path / "out", *options)
    assert status == 1
    reason = "no field 'text'; the record's fields are: 'body', 'id'; --text-field names the field of the text"
    assert f"nothing could be cleaned: a.jsonl: {reason}" in printed
    assert len(entries(tmp_path / "out" / "rejected")) == 2


def test_no_records_are_no_failure(command, tmp_path):
    (tmp_path / "a.jsonl").touch()
    assert command("clean", tmp_path / "a.jsonl", "--output", tmp_path / "out")[0] == 0


def test_explain_and_learn_that_can_read_nothing_have_failed(command, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"body": "un"}\n')
    for call in (
        ["explain", tmp_path / "a.jsonl"],
        ["learn-typos", tmp_path / "a.jsonl", "--output", tmp_path / "l.csv"],
    ):
        status, printed = command(*call)
        assert (status, "--text-field names the field" in printed) == (1, True), printed
    assert not (tmp_path / "l.csv").exists()


FIELDLESS = {
    "a.csv": b"id,body\n1,un\n",
    "b.tsv": b"id\tbody\n1\tun\n",
    "c.jsonl": b'{"id": 1, "body": "un"}\n',
    "d.csv.gz": gzip.compress(b"id,body\n1,un\n"),
}


def test_what_has_no_field_of_the_text_is_rejected_in_every_format_and_the_rest_is_cleaned(
    cleaned_and_undone, tmp_path
):
    pq.write_table(pa.table({"id": [1], "body": ["un"]}), tmp_path / "e.parquet")
    files = FIELDLESS | {
        "e.parquet": (tmp_path / "e.parquet").read_bytes(),
        "good.jsonl": '{"text": "un Ã©tÃ©"}\n'.encode(),
    }
    out, back = cleaned_and_undone(files)
    rejected = entries(out / "rejected")
    fieldless = files.keys() - {"good.jsonl"}
    assert {entry["file"]: entry["error"] for entry in rejected} == dict.fromkeys(fieldless, "MissingField")
    for entry in rejected:
        assert "'id', 'body'" in entry["reason"]
        assert entry["reason"].endswith("--text-field names the field of the text")
    assert json.loads((out / "documents" / "good.jsonl").read_text()) == {"text": "un été"}
    assert back == files


PARAGRAPH = "Un paragraphe assez long, où tout est déjà écrit, pour être reconnu plus loin."
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("passes", ["duplicates", "typos", "typos,duplicates"])
def test_text_files_are_decoded_without_the_encoding_pass(passes, cleaned_and_undone):
    text = f"{PARAGRAPH}\n\nUn Ã©tÃ© d'un evenement, dÃ©jÃ .\n\n{PARAGRAPH}\n"
    files = {f"{encoding}.txt": text.encode(encoding, "ignore") for encoding in ENCODINGS}
    out, back = cleaned_and_undone(files, "--passes", passes, "--scope", "document", "--languages", "fr")
    assert not (out / "rejected").exists()
    for name in files:
        written = (out / "documents" / name).read_bytes().decode("utf-8-sig")
        assert written.count(PARAGRAPH) == (1 if "duplicates" in passes else 2)
        assert "Ã©t" in written, "nothing is repaired"
    assert back == files


def test_bytes_in_no_encoding_are_rejected_without_the_encoding_pass(command, tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 20)
    status, _ = command("clean", tmp_path / "a.txt", "--output", tmp_path / "out", "--passes", "duplicates")
    assert status == 1
    assert [entry["error"] for entry in entries(tmp_path / "out" / "rejected")] == ["UndecodableText"]


def test_names_may_be_as_long_as_the_filesystem_takes_them(cleaned_and_undone):
    lines = '{"text": "un Ã©tÃ©"}\n[1]\n' + json.dumps({"text": "x" * 1_200_000}) + "\n"
    names = ["é" * 124 + ".jsonl", "é" * 124 + "_.jsonl", "a" * 248 + ".jsonl", "a" * 249 + ".jsonl"]
    files = {name: lines.encode() for name in names}
    out, back = cleaned_and_undone(files, "--max-record-bytes", "1000000")
    assert back == files
    assert len(content(out / "changes")) == len(names)
    assert len(content(out / "rejected")) == 2 * len(names)
    assert list(content(out / "documents")) == sorted(names)


def test_long_names_of_another_format_or_of_parts_are_shortened(clean, command, tmp_path, monkeypatch):
    monkeypatch.setattr("beam_textclean.pipelines.file_job.plan.BLOCK_BYTES", 100)
    path = tmp_path / ("a" * 251 + ".txt")
    path.write_text("".join(f"Une ligne de texte, numéro {n}.\n" for n in range(40)))
    out = clean(path, "--lines")
    parts = list(content(out / "documents"))
    assert len(parts) > 5
    assert all(len(part.encode()) <= 255 for part in parts)
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert content(tmp_path / "back") == {path.name: path.read_bytes()}
    out = clean(path, "--format", "parquet", "--overwrite")
    [name] = content(out / "documents")
    assert name.endswith(".parquet")


@pytest.mark.jobs
def test_a_terminated_command_says_so(tmp_path):
    """The signal comes when the job writes its first file."""
    code = (
        "import os, signal, sys\n"
        "from beam_textclean.pipelines.__main__ import main\n"
        "from beam_textclean.pipelines.file_job import clean_files\n"
        "clean_files.decide_copies = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\n"
        "sys.exit(main())"
    )
    (tmp_path / "a.txt").write_text("un")
    arguments = ["clean", str(tmp_path / "a.txt"), "--output", str(tmp_path / "out")]
    ran = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 128 + signal.SIGTERM, ran.stderr
    assert ran.stderr.splitlines()[-2:] == [
        "the same command goes on from where this one stops",
        "beam-textclean: interrupted",
    ]
    ran = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert (ran.returncode, "going on" in ran.stderr) == (0, True), ran.stderr
    assert not os.path.exists(tmp_path / "out" / ".staging")
