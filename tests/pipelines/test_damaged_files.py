"""Of a compressed file that is damaged, all that can be read is there: as documents, or as rejected bytes."""

import base64
import bz2
import gzip
import json
import random
import tracemalloc
import zlib

import pytest
import zstandard

from beam_textclean.pipelines.formats.byte_streams import read_chunks
from beam_textclean.pipelines.formats.compression import COMPRESSORS, TruncatedInput
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


PACK = {"gz": gzip.compress, "bz2": bz2.compress, "zst": zstandard.compress}
UNPACK = {
    "gz": lambda: zlib.decompressobj(31),
    "bz2": bz2.BZ2Decompressor,
    "zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


def readable_byte_by_byte(data, compression):
    """What of a damaged archive can be unpacked, and whether it is damaged."""
    unpacked, member = b"", None
    try:
        for at in range(len(data)):
            member = member or UNPACK[compression]()
            unpacked += member.decompress(data[at : at + 1])
            if member.eof:
                member = None
    except Exception:
        return unpacked, True
    return unpacked, member is not None


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_all_that_can_be_unpacked_before_a_flipped_bit_is_read(compression, tmp_path):
    lines = b"".join(RECORDS)
    whole = PACK[compression](lines) + PACK[compression](lines[:3000])
    random_ = random.Random(7)
    for _ in range(30):
        data = bytearray(whole)
        data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        (tmp_path / "a").write_bytes(data)
        expected, is_damaged = readable_byte_by_byte(data, compression)
        read = b""
        try:
            for chunk in read_chunks(str(tmp_path / "a"), compression):
                read += chunk
            assert not is_damaged
        except TruncatedInput:
            assert is_damaged
        assert read == expected


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_a_damaged_archive_comes_back_as_it_was_while_its_records_are_cleaned(compression, cleaned_and_undone):
    texts = [f"Une Ã©tude, la {n}e. {n * 7919 % 1009}" for n in range(400)]
    rows = {
        "jsonl": "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts),
        "csv": "id,text\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts)),
        "txt": "\n".join(texts),
    }
    files = {}
    for kind, text in rows.items():
        packed = PACK[compression](text.encode())
        files[f"sound.{kind}.{compression}"] = packed
        files[f"cut.{kind}.{compression}"] = packed + packed[: len(packed) * 2 // 3]
        files[f"end.{kind}.{compression}"] = packed + b"nothing of that kind"
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    damaged = {name: data for name, data in files.items() if not name.startswith("sound")}
    assert {name: back[name] for name in damaged} == damaged
    for name in damaged:
        assert rejected_of(out, name)[-1]["error"] == "TruncatedInput"
        if ".txt" not in name:
            cleaned = readable_byte_by_byte((out / "documents" / name).read_bytes(), compression)[0].decode()
            assert cleaned.count("étude") >= 400


BOMBS = {"a.jsonl": b"\0", "a.csv": b"\0", "a.txt": b"\0", "b.jsonl": b" " * 1000 + b"\n", "b.csv": b" " * 1000 + b"\n"}


@pytest.mark.parametrize(
    ("name", "compression"),
    [("a.jsonl", "zst"), ("a.csv", "gz"), ("a.txt", "bz2"), ("b.jsonl", "gz"), ("b.csv", "zst")],
)
def test_memory_does_not_grow_with_what_an_archive_expands_to(name, compression, tmp_path, command):
    size = 100 << 20
    packer = COMPRESSORS[compression]()
    piece = BOMBS[name] * ((1 << 20) // len(BOMBS[name]))
    data = b"".join([*(packer.compress(piece) for _ in range(size // len(piece))), packer.flush()])
    path = tmp_path / "in" / f"{name}.{compression}"
    path.parent.mkdir()
    path.write_bytes(data)
    (tmp_path / "in" / "good.txt").write_text("Une Ã©tude.", encoding="utf-8")
    tracemalloc.start()
    try:
        status, printed = command("clean", tmp_path / "in", "--output", tmp_path / "out", "--max-record-bytes", 1 << 20)
        assert status == 0, printed
        status, printed = command("undo", tmp_path / "out", "--output", tmp_path / "back")
        assert status == 0, printed
        assert tracemalloc.get_traced_memory()[1] < size * 2 // 3
    finally:
        tracemalloc.stop()
    assert (tmp_path / "out" / "documents" / "good.txt").read_text() == "Une étude."
    assert sum(file.stat().st_size for file in (tmp_path / "out" / "rejected").rglob("*")) < len(data) * 2 + 100_000
    back = read_chunks(str(tmp_path / "back" / path.name), compression)
    assert sum(map(len, back)) == len(piece) * (size // len(piece))


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
