"""Whatever lies in the input has a clear outcome, and the good records go on."""

import base64
import gzip
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beam_textclean.transforms import Cleaned
from result_folders import content, entries

BAD_RECORDS = [
    b'{"id": "ok1", "text": "Premier document correct."}\n',
    b'{"id": "null", "text": null}\n',
    b'{"id": "none"}\n',
    b'{"id": "broken", "text": "pas de fin\n',
    '{"id": "latin1", "text": "déjà vu"}\n'.encode("latin-1"),
    b'{"id": "empty", "text": ""}\n',
    b'{"id": "surrogate", "text": "bad \\ud83d surrogate"}\n',
    b'{"id": "ok2", "text": "Dernier document correct."}\n',
]


@pytest.fixture
def bad_records(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"".join(BAD_RECORDS))
    return path


def test_of_a_file_with_broken_records_the_good_ones_come_out(bad_records, clean):
    out = clean(bad_records)
    rows = [json.loads(line) for line in (out / "documents" / "bad.jsonl").read_text().splitlines()]
    assert [(row["id"], row["text"]) for row in rows] == [
        ("ok1", "Premier document correct."),
        ("latin1", "déjà vu"),
        ("empty", ""),
        ("surrogate", "bad \ufffd surrogate"),
        ("ok2", "Dernier document correct."),
    ]
    changes = entries(out / "changes")
    assert {entry["id"] for entry in changes} == {"latin1", "surrogate"}


def test_rejected_records_say_where_they_stood_and_why_and_keep_their_bytes(bad_records, clean):
    rejected = entries(clean(bad_records) / "rejected")
    assert [(entry["file"], entry["record"], entry["error"]) for entry in rejected] == [
        ("bad.jsonl", 2, "WrongElementType"),
        ("bad.jsonl", 3, "MissingField"),
        ("bad.jsonl", 4, "InvalidRecord"),
    ]
    assert [base64.b64decode(entry["raw"]) for entry in rejected] == BAD_RECORDS[1:4]
    assert "'text' is null" in rejected[0]["reason"]
    assert "fields are: 'id'" in rejected[1]["reason"]


def test_undo_puts_rejected_records_back_in_their_places(bad_records, clean, command, tmp_path):
    out = clean(bad_records)
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    back = (tmp_path / "back" / "bad.jsonl").read_bytes().splitlines(keepends=True)
    assert [line for n, line in enumerate(back) if n != 6] == [line for n, line in enumerate(BAD_RECORDS) if n != 6]
    assert json.loads(back[6]) == json.loads(BAD_RECORDS[6])


def test_strict_turns_rejected_records_into_an_exit_status(bad_records, command, tmp_path):
    status, _ = command("clean", bad_records, "--output", tmp_path / "out", "--strict")
    assert status == 3
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_truncated_archive_gives_what_it_holds_and_says_that_it_is_truncated(tmp_path, clean):
    lines = [json.dumps({"id": n, "text": f"{os.urandom(40).hex()}"}) for n in range(3000)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode())[:-5000])
    (tmp_path / "in" / "b.jsonl").write_text('{"id": 1, "text": "intact"}\n')
    out = clean(tmp_path / "in")
    [row] = [entry for entry in entries(out / "rejected") if entry["error"] == "TruncatedInput"]
    assert row["file"] == "a.jsonl.gz"
    assert "truncated" in row["reason"]
    kept = gzip.decompress((out / "documents" / "a.jsonl.gz").read_bytes()).decode().splitlines()
    assert len(kept) > 2000
    assert (out / "documents" / "b.jsonl").read_text() == '{"id": 1, "text": "intact"}\n'


def test_an_empty_file_stays_an_empty_file(tmp_path, clean):
    (tmp_path / "in").mkdir()
    for name in "a.txt", "a.jsonl", "a.csv":
        (tmp_path / "in" / name).touch()
    out = clean(tmp_path / "in")
    assert content(out / "documents") == {"a.csv": b"", "a.jsonl": b"", "a.txt": b""}


def test_an_unreadable_file_is_rejected_with_its_reason_and_the_others_go_on(tmp_path, clean):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.parquet").write_bytes(b"this is no parquet file")
    (tmp_path / "in" / "b.txt").write_text("intact")
    out = clean(tmp_path / "in")
    [row] = entries(out / "rejected")
    assert (row["file"], row["error"]) == ("a.parquet", "InvalidRecord")
    assert (out / "documents" / "b.txt").read_text() == "intact"


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_a_record_above_the_limit_is_rejected_and_kept_in_a_file_of_its_own(name, tmp_path, clean, command):
    large = b'{"id": "large", "text": "' + b"x" * 3_000_000 + b'"}\n'
    data = large if name == "a.txt" else b'{"id": 1, "text": "a"}\n' + large + b'{"id": 2, "text": "b"}\n'
    (tmp_path / name).write_bytes(data)
    out = clean(tmp_path / name, "--max-record-bytes", 100_000, status=int(name == "a.txt"))
    [row] = entries(out / "rejected")
    assert row["error"] == "RecordTooLarge"
    assert "100,000 bytes" in row["reason"]
    assert (out / "rejected" / row["raw_file"]).read_bytes() == large
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / name).read_bytes() == data


def test_an_undecodable_document_is_rejected_with_its_bytes(tmp_path, clean, command):
    data = bytes(range(256)) * 20
    (tmp_path / "a.txt").write_bytes(data)
    out = clean(tmp_path / "a.txt", status=1)
    [row] = entries(out / "rejected")
    assert row["error"] == "UndecodableText"
    assert base64.b64decode(row["raw"]) == data
    assert content(out / "documents") == {}
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "a.txt").read_bytes() == data


def test_a_file_that_cannot_be_read_at_all_is_kept_and_given_back_as_it_was(cleaned_and_undone):
    files = {
        "a.csv": "id,text\n".encode("utf-16"),
        "a.jsonl.gz": b"this is nothing of that kind",
        "a.parquet": b"nor is this",
        "a.txt.gz": gzip.compress(os.urandom(30_000).hex().encode())[:-2000],
    }
    out, back = cleaned_and_undone(files, status=1)
    rejected = entries(out / "rejected")
    assert all(row["whole_file"] for row in rejected)
    assert {row["file"]: base64.b64decode(row["raw"]) for row in rejected} == files
    assert back == files


def test_a_parquet_file_with_two_columns_of_text_is_rejected_and_the_others_go_on(tmp_path, clean, command):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table([["un"], ["deux"]], names=["text", "text"]), tmp_path / "in" / "a.parquet")
    (tmp_path / "in" / "b.txt").write_text("trois")
    out = clean(tmp_path / "in")
    [row] = entries(out / "rejected")
    assert row["whole_file"]
    assert "several columns 'text'" in row["reason"]
    command("undo", out, "--output", tmp_path / "back")
    assert content(tmp_path / "back") == content(tmp_path / "in")


def test_a_csv_row_above_the_limit_is_rejected_with_all_its_lines(tmp_path, clean, command):
    data = 'id,text\n1,"a\nb"\n2,"line\n' + "x" * 3000 + '\nend"\n3,c\n'
    (tmp_path / "a.csv").write_text(data)
    out = clean(tmp_path / "a.csv", "--max-record-bytes", 1000)
    assert entries(out / "rejected")[0]["error"] == "RecordTooLarge"
    assert (out / "documents" / "a.csv").read_text().startswith('id,text\n1,"a\nb"\n')
    assert (out / "documents" / "a.csv").read_text().endswith("3,c\n")
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "a.csv").read_text() == data


SENTENCES = [
    "Noël en français, dit-il.",
    "Où êtes-vous allés ?",
    "« oui », répond-il",
    "à 100 €",
    "L'été à la mer.",
    "Ça va",
]


def test_the_rows_of_a_file_are_decoded_by_the_encoding_of_the_file(cleaned_and_undone):
    lines = {
        "a.txt": [*SENTENCES],
        "a.csv": ["clé,text", *(f'é{n},"{text}"' for n, text in enumerate(SENTENCES))],
        "a.jsonl": [json.dumps({"text": text}, ensure_ascii=False) for text in SENTENCES],
    }
    files = {name: ("\n".join(rows) + "\n").encode("cp1252") for name, rows in lines.items()}
    out, back = cleaned_and_undone(files, "--passes", "encoding", "--lines")
    for name, rows in lines.items():
        assert (out / "documents" / name).read_text(encoding="utf-8").splitlines() == rows
        assert back[name].splitlines()[1:] == files[name].splitlines()[1:]


def test_endings_may_be_in_capitals(tmp_path, clean, command):
    (tmp_path / "A.JSONL.GZ").write_bytes(gzip.compress(b'{"text": "un \xc3\x83\xc2\xa9t\xc3\x83\xc2\xa9"}\n'))
    out = clean(tmp_path / "A.JSONL.GZ")
    assert json.loads(gzip.decompress((out / "documents" / "A.JSONL.GZ").read_bytes())) == {"text": "un été"}
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0


def test_a_header_cell_may_hold_a_line_break(tmp_path, clean):
    (tmp_path / "a.csv").write_text('"the\nid",text\n1,a\n')
    assert entries(clean(tmp_path / "a.csv") / "rejected") == []


def test_a_wide_csv_file_is_rejected_by_name(tmp_path, clean):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes("id,text\n1,a\n".encode("utf-16"))
    (tmp_path / "in" / "b.txt").write_text("intact")
    [row] = entries(clean(tmp_path / "in") / "rejected")
    assert "UTF-16" in row["reason"]


def test_a_file_name_in_no_encoding_is_cleaned_like_any_other(tmp_path, clean):
    path = os.fsencode(tmp_path) + b"/in"
    os.mkdir(path)
    with open(path + b"/caf\xe9.txt", "wb") as file:
        file.write(b"un")
    out = clean(tmp_path / "in")
    assert list(content(out / "documents").values()) == [b"un"]


def test_a_defect_costs_the_document_that_shows_it_and_no_other(tmp_path, clean, monkeypatch):
    def broken(data, *arguments):
        return 1 / 0 if "deux" in data else Cleaned(data)

    monkeypatch.setattr("beam_textclean.pipelines.file_job.clean_record.clean_text", broken)
    (tmp_path / "a.jsonl").write_text('{"text": "un"}\n{"text": "deux"}\n{"text": "trois"}\n')
    out = clean(tmp_path / "a.jsonl")
    [row] = entries(out / "rejected")
    assert (row["error"], row["record"]) == ("Defect", 2)
    assert "ZeroDivisionError" in row["reason"]
    assert (out / "documents" / "a.jsonl").read_text() == '{"text": "un"}\n{"text": "trois"}\n'
