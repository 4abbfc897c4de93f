"""The command learn-typos, and cleaning with what it found."""

import csv
import gzip
import json

import pytest

from result_folders import entries

PROSE = [
    "Ils sont partis avec les gribouldis dans le nord du pays.",
    "Des soldats en servant à nos côtés ont risqué leur vie dans ce pays.",
] * 12
TYPO = "Ils sont partis avec les griboudlis dans le nord."
WORD = "Un soldat en sevrant à Kaboul a risqué la vie de ses amis."


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "in" / "corpus.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in [*PROSE, TYPO, WORD]))
    return path


@pytest.fixture
def learn(command, tmp_path):
    """Learn into tmp_path/learned.csv, expect that it is done, and give the rows."""

    def call(*arguments):
        status, printed = command("learn-typos", *arguments, "--output", tmp_path / "learned.csv")
        assert status == 0, printed
        with open(tmp_path / "learned.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file)), printed

    return call


def test_typos_are_learned_reviewed_and_corrected(corpus, learn, clean, tmp_path):
    rows, printed = learn(corpus)
    assert "2 proposals, 2 of them accepted without a review" in printed
    assert [(row["accept"], row["language"], row["typo"], row["correction"], row["neighbours"]) for row in rows] == [
        ("yes", "fr", "griboudlis", "gribouldis", ""),
        ("yes", "fr", "sevrant", "servant", "en sevrant à"),
    ]
    assert rows[0]["examples"] == "…Ils sont partis avec les [griboudlis] dans le nord.…"

    reviewed = tmp_path / "learned.csv"
    reviewed.write_text(reviewed.read_text(encoding="utf-8").replace("yes,fr,sevrant", "no,fr,sevrant"), "utf-8")
    out = clean(corpus, "--learned", reviewed, "--passes", "typos")
    (change,) = entries(out / "changes")
    assert (change["rule"], change["before"], change["after"]) == ("learned", "griboudlis", "gribouldis")
    summary = json.loads((out / "summary.json").read_text())
    assert summary["counts"]["typos_learned"] == 1
    assert summary["configuration"]["typos"]["learned"] == [str(reviewed)]


def test_a_configuration_may_name_the_file(corpus, learn, clean, tmp_path):
    learn(corpus)
    (tmp_path / "c.yaml").write_text(f"typos: {{learned: [{tmp_path / 'learned.csv'}]}}\n")
    out = clean(corpus, "--config", tmp_path / "c.yaml", "--passes", "typos")
    assert len(entries(out / "changes")) == 2


def test_the_file_is_the_same_for_any_number_of_workers_and_blocks(corpus, learn, tmp_path):
    learn(corpus)
    once = (tmp_path / "learned.csv").read_bytes()
    lines = corpus.read_bytes().splitlines(keepends=True)
    corpus.unlink()
    for number, line in enumerate(lines):
        (corpus.parent / f"{number}.jsonl.gz").write_bytes(gzip.compress(line))
    learn(corpus.parent, "--overwrite", "--direct_num_workers", 2, "--direct_running_mode", "multi_threading")
    assert (tmp_path / "learned.csv").read_bytes() == once
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "learned.csv"]


def test_encodings_are_repaired_and_records_that_cannot_be_read_left_out(corpus, learn):
    damaged = "Ils sont à côté, avec les étés gribouldisés dans l’été.".encode().decode("windows-1252")
    with open(corpus, "a", encoding="utf-8") as file:
        file.write(json.dumps({"text": damaged}) + '\n{"text": null}\n{"broken\n')
        file.write("".join(json.dumps({"text": damaged}) + "\n" for _ in range(9)))
        file.write(json.dumps({"text": "Ils sont à côté, avec les étés griboudlisés dans l’été."}) + "\n")
    rows, _ = learn(corpus)
    assert {row["typo"]: row["correction_count"] for row in rows}["griboudlisés"] == "10"


@pytest.mark.parametrize(
    ("options", "typos"),
    [
        (["--limit", 25], ["griboudlis"]),
        (["--languages", "en"], []),
        (["--min-correction-count", 20], []),
        (["--min-ratio", 13], []),
    ],
)
def test_the_options_have_their_effect(options, typos, corpus, learn):
    assert [row["typo"] for row in learn(corpus, *options)[0]] == typos


def test_lines_and_other_fields_are_read_as_for_clean(learn, tmp_path):
    (tmp_path / "a.txt").write_text("\n".join([*PROSE, TYPO]), encoding="utf-8")
    (tmp_path / "b.csv").write_text("body\n" + "\n".join([*PROSE, TYPO]), encoding="utf-8")
    assert len(learn(tmp_path / "a.txt", "--lines")[0]) == 1
    assert len(learn(tmp_path / "b.csv", "--text-field", "body", "--overwrite")[0]) == 1


def test_a_file_is_not_touched_without_overwrite(corpus, learn, command, tmp_path):
    learn(corpus)
    before = (tmp_path / "learned.csv").read_bytes()
    status, printed = command("learn-typos", corpus, "--output", tmp_path / "learned.csv", "--languages", "en")
    assert status == 2
    assert "--overwrite replaces it" in printed
    assert (tmp_path / "learned.csv").read_bytes() == before
    assert learn(corpus, "--languages", "en", "--overwrite")[0] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--languages", "xx"], "xx"),
        (["--min-ratio", "0"], "not a positive number"),
        (["--text-fields", "body"], "--text-fields"),
        (["--runner", "Foo"], "--runner Foo"),
    ],
)
def test_a_wrong_option_fails_before_anything_is_written(arguments, message, corpus, command, tmp_path):
    status, printed = command("learn-typos", corpus, "--output", tmp_path / "learned.csv", *arguments)
    assert status == 2
    assert message in printed
    assert not (tmp_path / "learned.csv").exists()


def test_an_output_that_cannot_be_or_is_the_input_is_refused(corpus, command, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for output, message in [
        (corpus, "one of the input files"),
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "learned.csv", "cannot write"),
    ]:
        status, printed = command("learn-typos", corpus, "--output", output, "--overwrite")
        assert (status, message in printed) == (2, True), printed


def test_no_input_is_said(command, tmp_path):
    status, printed = command("learn-typos", tmp_path / "none", "--output", tmp_path / "learned.csv")
    assert status == 2
    assert "no input" in printed


def test_a_job_that_fails_leaves_nothing_and_says_so(corpus, command, tmp_path, monkeypatch):
    monkeypatch.setattr("beam_textclean.pipelines.file_job.proposals.proposals_as_csv", _fail)
    status, printed = command("learn-typos", corpus, "--output", tmp_path / "learned.csv")
    assert status == 1
    assert "nothing was written" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def _fail(*_):
    raise RuntimeError("no space left")


@pytest.mark.parametrize(
    ("content", "message"),
    [("typo,correction\n", "no column 'accept'"), ("accept,typo,correction\nmaybe,a,b\n", "line 2")],
)
def test_a_file_that_cannot_be_used_fails_before_anything_is_cleaned(content, message, corpus, command, tmp_path):
    (tmp_path / "learned.csv").write_text(content)
    status, printed = command(
        "clean", corpus, "--output", tmp_path / "out", "--learned", tmp_path / "learned.csv"
    )  # fmt: skip
    assert status == 2
    assert message in printed
    assert not (tmp_path / "out").exists()
