"""Of a compressed file that is damaged, all that can be read is there: as documents, or as rejected bytes."""

import base64
import bz2
import gzip
import json
import zlib

import pytest

from result_folders import content, entries

RECORDS = [
    json.dumps({"id": n, "text": f"Le texte numéro {n}, {n * 7919 % 1009}."}).encode() + b"\n" for n in range(300)
]
ROWS = [b"id,text\n", *(b"%d,Le texte %d.\n" % (n, n * 7919 % 1009) for n in range(300))]


def readable(data):
    """What of a damaged .gz can be unpacked."""
    return zlib.decompressobj(31).decompress(data)


@pytest.mark.parametrize("cut", [4, 9, 40, 200])
@pytest.mark.parametrize(("name", "lines"), [("a.jsonl.gz", RECORDS), ("a.csv.gz", ROWS)])
def test_no_record_before_the_damage_is_lost(name, lines, cut, tmp_path, clean):
    data = gzip.compress(b"".join(lines) + b"\n\n")[:-cut]
    (tmp_path / name).write_bytes(data)
    out = clean(tmp_path / name, "--passes", "encoding")
    kept = gzip.decompress((out / "documents" / name).read_bytes())
    rejected = entries(out / "rejected")
    assert rejected[-1]["error"] == "TruncatedInput"
    assert kept + b"".join(base64.b64decode(entry["raw"]) for entry in rejected) == readable(data)


@pytest.mark.parametrize("cut", [0, 4, 60])
def test_a_record_above_the_limit_before_the_damage_does_not_stop_the_job(cut, tmp_path, clean):
    large = json.dumps({"text": " ".join(str(n * 7919 % 1009) for n in range(2000))}).encode()
    data = gzip.compress(RECORDS[0] + large + b"\n\n")
    data = data[:-cut] if cut else data
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    out = clean(tmp_path / "a.jsonl.gz", "--passes", "encoding", "--max-record-bytes", "1000")
    errors = [entry["error"] for entry in entries(out / "rejected")]
    assert errors == ["RecordTooLarge", "TruncatedInput"][: 1 + (cut > 0)]
    found = b"".join(base64.b64decode(entry["raw"]) for entry in entries(out / "rejected"))
    assert RECORDS[0] + found == readable(data)


def test_a_damaged_bz2_file_keeps_its_first_block(tmp_path, clean):
    first, second = b"".join(RECORDS), b"".join(RECORDS[:10])
    (tmp_path / "a.jsonl.bz2").write_bytes(bz2.compress(first) + bz2.compress(second)[:-8])
    out = clean(tmp_path / "a.jsonl.bz2", "--passes", "encoding")
    assert bz2.decompress((out / "documents" / "a.jsonl.bz2").read_bytes()).startswith(first)


CSV_FILES = {
    "tab-at-the-edge.csv": "\ttext\n0\tUne Ã©tude.\n",
    "tab-at-the-end.csv": "text\t\nUne Ã©tude.\t\n",
    "blank-lines-before-the-header.csv": "\n \r\n\nid,text\n\n1,Une Ã©tude.\n",
    "return-below-the-header.csv": "id,text\n\r\r\n1,Une Ã©tude.\n",
    "blank-lines-above-the-limit.csv": "id,text\n1,Une Ã©tude.\n" + "\n" * 1500,
    "emptied-row.csv": "text\tid\nUn paragraphe qui est assez long pour être un de deux.\t1\n"
    "Un paragraphe qui est assez long pour être un de deux.\t\nUne Ã©tude.\t3\n",
}


@pytest.mark.parametrize("name", CSV_FILES)
def test_odd_csv_is_cleaned_and_comes_back(name, tmp_path, clean, command):
    source = tmp_path / "in" / name
    source.parent.mkdir()
    source.write_bytes(CSV_FILES[name].encode())
    out = clean(source, "--max-record-bytes", "1000")
    assert "Une étude." in (out / "documents" / name).read_text(encoding="utf-8")
    assert not (out / "rejected").exists()
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert content(tmp_path / "back") == content(source.parent)
