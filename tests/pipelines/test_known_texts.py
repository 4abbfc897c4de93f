"""A worker remembers texts; that makes jobs faster and changes nothing else."""

import json

import pytest

from beam_textclean.pipelines.file_job import clean_files, clean_record
from beam_textclean.pipelines.file_job.known_texts import KnownTexts, Staged, key_of
from beam_textclean.pipelines.formats.rows import Reading
from result_folders import content, entries

PARAGRAPH = "Un paragraphe que deux documents ont en commun, et qui est assez long."
TEXTS = [
    PARAGRAPH,
    f"{PARAGRAPH}\n\nUne page, et dÃ©jÃ  lue, en sevrant à nos côtés.\n\n{PARAGRAPH}",
    "Un texte où rien ne change.",
]


def folder(path, copies):
    """Documents in several formats and encodings, each so many times."""
    path.mkdir()
    rows = [json.dumps({"text": text}, ensure_ascii=False) for text in TEXTS] * copies
    (path / "utf8.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (path / "latin1.jsonl").write_bytes("".join(f'{{"text": "été déjà {PARAGRAPH}"}}\n' * copies).encode("latin-1"))
    for copy in range(copies):
        (path / f"utf8-{copy}.txt").write_text(TEXTS[1], encoding="utf-8")
        (path / f"cp1252-{copy}.txt").write_bytes(f"L’été à la mer, « déjà »…\n\n{PARAGRAPH}".encode("cp1252"))
    return path


@pytest.mark.parametrize("options", [[], ["--passes", "encoding,duplicates"], ["--scope", "document"]])
def test_results_do_not_depend_on_what_a_worker_remembers(options, tmp_path, command, monkeypatch):
    source = folder(tmp_path / "in", 3)
    for name, most_bytes in ("all", 1 << 20), ("little", 1000), ("none", 0):
        monkeypatch.setattr(clean_files, "KnownTexts", lambda most_bytes=most_bytes: KnownTexts(most_bytes))
        status, printed = command("clean", source, "--output", tmp_path / name, *options)
        assert status == 0, printed
    assert content(tmp_path / "all") == content(tmp_path / "little") == content(tmp_path / "none")
    status, printed = command("undo", tmp_path / "all", "--output", tmp_path / "back")
    assert content(tmp_path / "back") == content(source), printed


def test_a_text_that_was_met_is_not_cleaned_again(tmp_path, command, monkeypatch):
    cleaned = []

    def clean(text, *rest):
        cleaned.append(text)
        return clean_text(text, *rest)

    clean_text = clean_record.clean_text
    monkeypatch.setattr(clean_record, "clean_text", clean)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS * 3))
    command("clean", tmp_path / "a.jsonl", "--output", tmp_path / "out")
    assert cleaned == TEXTS


def test_what_was_not_met_for_the_longest_time_is_forgotten():
    known = KnownTexts(3000)
    staged = Staged("x" * 500, 500, b"y" * 100)
    keys = [key_of(Reading(text), "jsonl") for text in "abcd"]
    for key in keys[:3]:
        known.add(key, staged)
    known.get(keys[0])
    known.add(keys[3], staged)
    assert [known.get(key) for key in keys] == [staged, None, staged, staged]


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (Reading("Un.é"), "jsonl"),
        (Reading("Un."), "lines"),
        (Reading(b"Un."), "jsonl"),
        (Reading("Un.", declared="cp1252"), "jsonl"),
    ],
)
def test_texts_are_told_apart_by_all_that_their_cleaning_depends_on(reading, kind):
    assert key_of(reading, kind) != key_of(Reading("Un."), "jsonl")
    assert key_of(reading, kind) == key_of(Reading(*reading), kind)


def test_a_second_job_in_the_same_folder_knows_nothing_of_the_first(tmp_path, clean):
    (tmp_path / "one.jsonl").write_text('{"text": "Un texte."}\n')
    (tmp_path / "two.jsonl").write_text(json.dumps({"text": PARAGRAPH}) + "\n" + json.dumps({"text": PARAGRAPH}) + "\n")
    clean(tmp_path / "one.jsonl")
    out = clean(tmp_path / "two.jsonl", "--overwrite")
    assert [entry["step"] for entry in entries(out / "changes")] == ["corpus_duplicates"]
