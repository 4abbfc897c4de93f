"""`clean --learn`: the typos of the input are learned and fixed in one job."""

import csv
import gzip
import json

import pytest

from beam_textclean.transforms.typos import TypoProposal
from result_folders import content, entries

PROSE = [
    "Ils sont partis avec les gribouldis dans le nord du pays.",
    "Des soldats en servant à nos côtés ont risqué leur vie dans ce pays.",
] * 12
TYPOS = [
    "Ils sont partis avec les griboudlis dans le nord.",
    "Un soldat en sevrant à Kaboul a risqué la vie de ses amis.",
    "Ils sont partis avec les gribbouldis dans le nord.",
]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "in" / "corpus.jsonl"
    path.parent.mkdir()
    lines = [json.dumps({"text": text}) for text in [*PROSE, *TYPOS]]
    path.write_text("\n".join([*lines, '{"text": null}', '{"broken', ""]))
    return path


def results(folder):
    """What a job left, but for the paths in its configuration."""
    files = content(folder)
    summary = json.loads(files.pop("summary.json"))
    return files, summary["counts"], summary["learned"]


def test_what_is_certain_is_fixed_and_the_rest_is_left_for_review(corpus, command, tmp_path):
    (tmp_path / "learn.yaml").write_text("typos: {learn: true}\n")
    status, printed = command(
        "clean", corpus, "--output", tmp_path / "out", "--passes", "typos", "--config", tmp_path / "learn.yaml"
    )
    assert status == 0
    assert f"2 typos learned, of 3 proposals (all are in {tmp_path / 'out'}/learned.csv, for review)" in printed
    found = [(change["rule"], change["before"], change["after"]) for change in entries(tmp_path / "out" / "changes")]
    assert found == [("learned", "griboudlis", "gribouldis"), ("learned", "sevrant", "servant")]
    with open(tmp_path / "out" / "learned.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == TypoProposal._fields
    assert [(row["accept"], row["typo"]) for row in rows] == [
        ("yes", "griboudlis"),
        ("yes", "sevrant"),
        ("", "gribbouldis"),
    ]
    assert command("undo", tmp_path / "out", "--output", tmp_path / "back")[0] == 0
    assert content(tmp_path / "back") == {"corpus.jsonl": corpus.read_bytes()}


def test_workers_blocks_and_interruptions_make_no_difference(corpus, command, tmp_path, monkeypatch):
    options = ["--learn", "--passes", "typos"]
    assert command("clean", corpus, "--output", tmp_path / "once", *options)[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.clean_block", _fail)
        assert command("clean", corpus, "--output", tmp_path / "twice", *options)[0] == 1
    with monkeypatch.context() as patch:  # what was learned is not learned again
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.write_proposals", _fail)
        assert command("clean", corpus, "--output", tmp_path / "twice", *options)[0] == 0
    assert results(tmp_path / "twice") == results(tmp_path / "once")

    for number, line in enumerate(corpus.read_bytes().splitlines(keepends=True)):
        (corpus.parent / f"{number:02}.jsonl.gz").write_bytes(gzip.compress(line))
    corpus.unlink()
    workers = ["--direct_num_workers", 2, "--direct_running_mode", "multi_threading"]
    assert command("clean", corpus.parent, "--output", tmp_path / "parts", *options, *workers)[0] == 0
    assert (tmp_path / "parts" / "learned.csv").read_bytes() == (tmp_path / "once" / "learned.csv").read_bytes()
    assert results(tmp_path / "parts")[1:] == results(tmp_path / "once")[1:]


def _fail(*_):
    raise RuntimeError("no space left")


def test_a_review_decides_for_the_next_job(corpus, command, tmp_path):
    assert command("clean", corpus, "--output", tmp_path / "out", "--learn", "--passes", "typos")[0] == 0
    reviewed = tmp_path / "reviewed.csv"
    written = (tmp_path / "out" / "learned.csv").read_text(encoding="utf-8")
    reviewed.write_text(written.replace("yes,fr,sevrant", "no,fr,sevrant").replace("\n,fr,g", "\nyes,fr,g"), "utf-8")
    options = ["--output", tmp_path / "out", "--overwrite", "--learn", "--passes", "typos"]
    assert command("clean", corpus, *options, "--learned", reviewed)[0] == 0
    assert {change["before"] for change in entries(tmp_path / "out" / "changes")} == {"griboudlis", "gribbouldis"}
    assert (tmp_path / "out" / "learned.csv").read_text(encoding="utf-8").count("\n") == 1  # all is decided

    status, printed = command("clean", corpus, *options, "--learned", tmp_path / "out" / "learned.csv")
    assert status == 2
    assert "lies in the output folder" in printed


def test_what_cannot_be_learned_is_said_before_anything_is_read(corpus, command, tmp_path):
    status, printed = command("clean", corpus, "--output", tmp_path / "out", "--learn", "--passes", "duplicates")
    assert status == 2
    assert "typos.learn is about the typo pass, which is left out" in printed
    assert not (tmp_path / "out").exists()
