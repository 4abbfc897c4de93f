import csv
import io
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.registry import format_of, open_writer, read_rows
from beam_textclean.pipelines.formats.rows import InputFile, Settings, Source, Target, Unreadable
from beam_textclean.transforms.errors import MissingField


def source_of(path, settings=None, start=0, end=None, kind=None):
    extension, compression = format_of(str(path))
    file = InputFile(str(path), path.name, path.stat().st_size, kind or extension, compression)
    return Source(file, start, end, settings or Settings())


def rewrite(source, tmp_path, change, output_format="same"):
    """Write every row again with what `change` makes of its text; None leaves the row alone."""
    path = tmp_path / "out" / "file"
    with OutputFile(str(path), str(tmp_path / "unfinished")) as output:
        writer = open_writer(Target(output, source), output_format)
        for row in read_rows(source):
            text = row.read().text
            writer.write(row, change(text if isinstance(text, str) else text.decode()))
        writer.close()
    return path


JSON_LINES = [
    '{"id": 1, "text": "déjà vu", "x": 1.10, "big": 123456789012345678901234567890}',
    '  { "text" :"two\\nlines \\u00e9" , "nested": {"text": "no", "a": [1, {"text": 2}]}, "e": 1E5 } ',
    '{"other": "text", "text": "first", "text": "the last one counts", "t\\"x": "}"}',
    '{"emoji": "\\ud83d\\ude00", "text": ""}',
]


@pytest.fixture
def json_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(JSON_LINES) + "\n", encoding="utf-8")
    return path


def test_json_lines_that_do_not_change_keep_every_byte(json_lines, tmp_path):
    assert rewrite(source_of(json_lines), tmp_path, lambda text: None).read_bytes() == json_lines.read_bytes()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"\\u0074ext": "body", "kind": "text"}', '{"\\u0074ext": "new", "kind": "text"}'),
        ('{"kind": "text", "\\u0074ext": "body"}', '{"kind": "text", "\\u0074ext": "new"}'),
        ('{"inner": {"text": "no"}, "\\u0074ext": "body"}', '{"inner": {"text": "no"}, "\\u0074ext": "new"}'),
        ('{"\\u0074ext": "body", "inner": {"text": "no"}}', '{"\\u0074ext": "new", "inner": {"text": "no"}}'),
        ('{"text": "body", "kind": "text"}', '{"text": "new", "kind": "text"}'),
    ],
)
def test_the_text_of_a_json_line_is_not_taken_for_a_value_of_the_fields_name(tmp_path, line, expected):
    path = tmp_path / "in.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    assert rewrite(source_of(path), tmp_path, lambda text: "new").read_text(encoding="utf-8") == expected + "\n"


def test_only_the_text_of_a_json_line_is_replaced(json_lines, tmp_path):
    out = rewrite(source_of(json_lines), tmp_path, lambda text: text + ' "neu"\n')
    expected = [
        '{"id": 1, "text": "déjà vu \\"neu\\"\\n", "x": 1.10, "big": 123456789012345678901234567890}',
        '  { "text" :"two\\nlines \\u00e9 \\"neu\\"\\n" , "nested": {"text": "no", "a": [1, {"text": 2}]}, "e": 1E5 } ',
        '{"other": "text", "text": "first", "text": "the last one counts \\"neu\\"\\n", "t\\"x": "}"}',
        '{"emoji": "\\ud83d\\ude00", "text": " \\"neu\\"\\n"}',
    ]
    assert out.read_text(encoding="utf-8").splitlines() == expected


@pytest.mark.parametrize(
    ("line", "error", "reason"),
    [
        (b'{"text": null}', "WrongElementType", "is null"),
        (b'{"text": 5}', "WrongElementType", "is int"),
        (b'{"body": "x"}', "MissingField", "fields are: 'body'"),
        (b'{"text": "x', "InvalidRecord", "not valid JSON"),
        (b"[1]", "InvalidRecord", "JSON list"),
        (b"[" * 100_000, "InvalidRecord", "not valid JSON"),
    ],
)
def test_broken_json_lines_say_what_is_wrong(tmp_path, line, error, reason):
    path = tmp_path / "a.jsonl"
    path.write_bytes(line + b'\n{"text": "good"}\n')
    bad, good = read_rows(source_of(path))
    with pytest.raises(Exception, match=reason) as raised:
        bad.read()
    assert type(raised.value).__name__ == error
    assert bad.raw == line + b"\n"
    assert good.read().text == "good"


def test_a_json_line_in_an_old_encoding_is_decoded_and_says_how(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "déjà vu, très près"}'.encode("cp1252"))
    [row] = read_rows(source_of(path))
    reading = row.read()
    assert reading.text == "déjà vu, très près"
    assert reading.decoding.rule.startswith("decoded_")


def test_records_above_the_limit_are_named_and_cost_their_neighbours_nothing(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a"}\n' + b'{"text": "' + b"x" * 5000 + b'"}\n{"text": "b"}\n')
    settings = Settings(max_record_bytes=1000)
    first, large, last = read_rows(source_of(path, settings))
    assert isinstance(large, Unreadable)
    assert "1,000 bytes" in str(large.error)
    assert (first.read().text, last.read().text) == ("a", "b")


CSV_ROWS = [["id", "text", "note"], ["1", "plain", "x"], ["2", 'with "quotes", commas\nand lines', "é"], ["3", "", ""]]


@pytest.fixture(params=[",", ";", "\t"])
def csv_file(tmp_path, request):
    path = tmp_path / "a.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=request.param, lineterminator="\r\n").writerows(CSV_ROWS)
    return path


def test_csv_rows_that_do_not_change_keep_every_byte(csv_file, tmp_path):
    assert rewrite(source_of(csv_file), tmp_path, lambda text: None).read_bytes() == csv_file.read_bytes()


def test_only_the_text_column_of_csv_is_replaced(csv_file, tmp_path):
    out = rewrite(source_of(csv_file), tmp_path, lambda text: text.upper() + "\nÉ")
    delimiter = max(",;\t", key=csv_file.read_text().splitlines()[0].count)
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"), newline=""), delimiter=delimiter))
    assert rows == [CSV_ROWS[0], *([a, b.upper() + "\nÉ", c] for a, b, c in CSV_ROWS[1:])]


def test_a_csv_row_with_a_cell_too_many_is_broken(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,a\n2,b,c\n3,d\n")
    rows = list(read_rows(source_of(path)))
    with pytest.raises(Exception, match="3 cells"):
        rows[1].read()
    assert [rows[n].read().text for n in (0, 2)] == ["a", "d"]


def test_parquet_keeps_every_other_column_and_its_types(tmp_path):
    schema = pa.schema(
        [("n", pa.int16()), ("text", pa.large_string()), ("when", pa.timestamp("ns")), ("tags", pa.list_(pa.string()))],
        metadata={"made": "here"},
    )
    columns = [list(range(2000)), [f"text {n}" for n in range(2000)], list(range(2000)), [["a", None]] * 2000]
    table = pa.table([pa.array(c, t) for c, t in zip(columns, schema.types, strict=True)], schema=schema)
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    out = pq.read_table(rewrite(source_of(path), tmp_path, lambda text: text + "!" if text.endswith("7") else None))
    table = pq.read_table(path)
    assert out.schema.equals(table.schema, check_metadata=True)
    assert out["text"].to_pylist() == [f"text {n}!" if n % 10 == 7 else f"text {n}" for n in range(2000)]
    assert out.drop_columns(["text"]).equals(table.drop_columns(["text"]))


def test_a_parquet_row_survives_as_its_raw_bytes(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"id": [1, 2, 3], "text": ["a", None, "c"]})
    pq.write_table(table, path)
    source = source_of(path)
    out = tmp_path / "b.parquet"
    with OutputFile(str(out), str(tmp_path / "unfinished")) as output:
        writer = open_writer(Target(output, source), "same")
        first, null, last = read_rows(source)
        writer.write(first, None)
        writer.restore([null.raw])
        writer.write(last, None)
        writer.close()
    assert pq.read_table(out).equals(table)


def test_a_text_file_is_a_document_and_a_line_is_one_if_asked(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\n\ntwo")
    assert [row.read().text for row in read_rows(source_of(path))] == [b"one\r\n\ntwo"]
    source = source_of(path, kind="lines")
    assert [row.read().text for row in read_rows(source)] == [b"one", b"", b"two"]
    assert rewrite(source, tmp_path, lambda text: text.upper()).read_bytes() == b"ONE\r\n\nTWO"


@pytest.mark.parametrize("kind", ["jsonl", "csv", "txt", "parquet"])
def test_every_format_can_be_written_as_json_lines_and_parquet(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table({"id": ["1"], "text": ["été"]}), path)
    else:
        path.write_text({"jsonl": '{"id": "1", "text": "été"}\n', "csv": "id,text\n1,été\n", "txt": "été"}[kind])
    lines = rewrite(source_of(path), tmp_path, str.upper, "jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["ÉTÉ"]
    table = pq.read_table(rewrite(source_of(path), tmp_path, str.upper, "parquet"))
    assert table["text"].to_pylist() == ["ÉTÉ"]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_file_without_the_column_is_unreadable_and_says_what_is_there(tmp_path, name):
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("id,body\n1,a\n")
    else:
        pq.write_table(pa.table({"id": [1], "body": ["a"]}), path)
    [row] = read_rows(source_of(path))
    assert isinstance(row, Unreadable)
    assert row.whole_file
    assert isinstance(row.error, MissingField)
    assert re.search(r"'text'.*'id', 'body'", str(row.error))


def test_parquet_files_may_hold_views(tmp_path, clean, command):
    texts = pa.array(["un evenement dans la ville et les autres", None, "un"], pa.string_view())
    names = pa.array([["a"], ["b", "c"], None], pa.list_(pa.string_view()))
    pq.write_table(pa.table({"text": texts, "names": names}), tmp_path / "a.parquet")
    out = clean(tmp_path / "a.parquet")
    cleaned = pq.read_table(out / "documents" / "a.parquet").to_pydict()
    assert cleaned == {"text": ["un événement dans la ville et les autres", "un"], "names": [["a"], None]}
    command("undo", out, "--output", tmp_path / "back")
    assert pq.read_table(tmp_path / "back" / "a.parquet").equals(pq.read_table(tmp_path / "a.parquet"))
