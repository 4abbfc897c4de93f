"""Of a compressed file that is damaged, all that can be read is there: as documents, or as rejected bytes."""

import base64
import bz2
import gzip
import json
import zlib

from result_folders import entries

RECORDS = [
    json.dumps({"id": n, "text": f"Le texte numéro {n}, {n * 7919 % 1009}."}).encode() + b"\n" for n in range(300)
]
ROWS = [b"id,text\n", *(b"%d,Le texte %d.\n" % (n, n * 7919 % 1009) for n in range(300))]


def readable(data):
    """What of a damaged .gz can be unpacked."""
    return zlib.decompressobj(31).decompress(data)


def rejected_of(out, name):
    return [entry for entry in entries(out / "rejected") if entry["file"] == name]


def raw(rejected):
    return b"".join(base64.b64decode(entry["raw"]) for entry in rejected)


def test_no_record_before_the_damage_is_lost(cleaned_and_undone):
    files = {
        f"{cut}.{kind}.gz": gzip.compress(b"".join(lines) + b"\n\n")[:-cut]
        for cut in (4, 9, 40, 200)
        for kind, lines in (("jsonl", RECORDS), ("csv", ROWS))
    }
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    for name, data in files.items():
        kept = gzip.decompress((out / "documents" / name).read_bytes())
        rejected = rejected_of(out, name)
        assert rejected[-1]["error"] == "TruncatedInput"
        assert kept + raw(rejected[:-1]) == readable(data)
        assert raw(rejected[-1:]) == back[name] == data


def test_a_record_above_the_limit_before_the_damage_does_not_stop_the_job(cleaned_and_undone):
    large = json.dumps({"text": " ".join(str(n * 7919 % 1009) for n in range(2000))}).encode()
    whole = gzip.compress(RECORDS[0] + large + b"\n\n")
    files = {f"{cut}.jsonl.gz": whole[: len(whole) - cut] for cut in (0, 4, 60)}
    out, back = cleaned_and_undone(files, "--passes", "encoding", "--max-record-bytes", "1000")
    for name, data in files.items():
        rejected = rejected_of(out, name)
        assert [entry["error"] for entry in rejected] == ["RecordTooLarge", "TruncatedInput"][: 1 + (data != whole)]
        assert RECORDS[0] + raw(rejected[:1]) == readable(data)
        assert raw(rejected[1:]) == b"" if data == whole else raw(rejected[1:]) == back[name] == data


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


def test_odd_csv_is_cleaned_and_comes_back(cleaned_and_undone):
    files = {name: text.encode() for name, text in CSV_FILES.items()}
    out, back = cleaned_and_undone(files, "--max-record-bytes", "1000")
    for name in files:
        assert "Une étude." in (out / "documents" / name).read_text(encoding="utf-8")
    assert not (out / "rejected").exists()
    assert back == files
