"""Blank lines and byte order marks are no records, and come back."""

import json

from beam_textclean.pipelines.file_job import plan as plans
from beam_textclean.pipelines.formats.registry import read_rows
from beam_textclean.pipelines.formats.rows import InputFile, Settings, Source, Unreadable

MARK = b"\xef\xbb\xbf"
ONE = json.dumps({"text": "Une Ã©tude."}, ensure_ascii=False).encode()
OTHER = b'{"text": "Rien."}'
FILES = {
    "between.jsonl": ONE + b"\n\n \t\n" + OTHER + b"\n",
    "around.jsonl": b"\n\r\n" + ONE + b"\r\n" + OTHER + b"\n\n\n",
    "odd.jsonl": b" \x0c\n" + ONE + b"\n\x0b\n" + OTHER,
    "mark.jsonl": MARK + ONE + b"\n" + OTHER + b"\n",
    "mark-alone.jsonl": MARK + b"\n" + ONE + b"\n",
    "escaped.jsonl": MARK + b'\n{"\\u0074ext": "caf\xc3\x83\xc2\xa9", "kind": "text"}\n\n',
    "broken.jsonl": b"\n" + ONE + b"\n\n{broken\n\n" + OTHER + b"\n",
    "latin1.jsonl": b'\n{"text": "\xe9t\xe9 d\xe9j\xe0"}\n\n',
    "between.csv": "id,text\n\n1,Une Ã©tude.\n\n\n2,Rien.\n".encode(),
    "spaces.csv": 'id,text\r\n  \r\n1,Une Ã©tude. \r\n \t \r\n\r\n2," Rien. \r\n\r\n"\r\n\r\n'.encode(),
    "empty-cells.csv": "text\tid\n\nUne Ã©tude.\t\n\t\n\nRien.\t2".encode(),
    "tab-after-the-header.csv": b"id,text\n \t\n1,Rien.\n",
    "broken.csv": "id,text\n\n1,a,b\n\n2,Une Ã©tude.\n\n".encode(),
}


def test_blank_lines_and_byte_order_marks_come_back(tmp_path, cleaned_and_undone, monkeypatch):
    monkeypatch.setattr(plans, "BLOCK_BYTES", 20)  # every line in a block of its own
    _, back = cleaned_and_undone(FILES)
    assert back == FILES


def test_blank_lines_stay_where_they_are_in_what_is_cleaned(tmp_path, clean):
    (tmp_path / "a.jsonl").write_bytes(FILES["around.jsonl"])
    (tmp_path / "a.csv").write_bytes(FILES["between.csv"])
    out = clean(tmp_path / "a.jsonl", tmp_path / "a.csv")
    for name, data in ("a.jsonl", FILES["around.jsonl"]), ("a.csv", FILES["between.csv"]):
        assert (out / "documents" / name).read_bytes() == data.replace("Ã©".encode(), "é".encode())


def rows_of(path, kind, limit):
    file = InputFile(str(path), path.name, path.stat().st_size, kind, "")
    source = Source(file, 0, None, Settings(max_record_bytes=limit))
    for row in read_rows(source):
        if isinstance(row, Unreadable):
            yield "too large", b"".join(row.raw)
        else:
            yield "read", row.raw


def test_of_a_record_above_the_limit_every_byte_is_there(tmp_path):
    large = b'{"text": "' + b"x" * 500 + b'"}\n'
    data = b"\n".join([b"", ONE, b"", large, OTHER, large, b"\r", b""])
    (tmp_path / "a.jsonl").write_bytes(data)
    found = list(rows_of(tmp_path / "a.jsonl", "jsonl", 100))
    assert [kind for kind, _ in found] == ["read", "too large", "read", "too large"]
    assert b"".join(raw for _, raw in found) == data


def test_a_csv_row_above_the_limit_keeps_the_blank_lines_of_its_cells(tmp_path):
    rows = b'1,"first\r\n\r\nsecond ' + b"x" * 300 + b'\r\n\r\nthird, "\r\n2,ok\r\n'
    (tmp_path / "a.csv").write_bytes(b"id,text\r\n" + rows)
    assert b"".join(raw for _, raw in rows_of(tmp_path / "a.csv", "csv", 200)) == rows
