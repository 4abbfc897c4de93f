"""Text fields within others are reached by their path, in files and in pipelines."""

import json

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.testing.util import assert_that, equal_to

from beam_textclean.pipelines import CleanCorpus
from beam_textclean.pipelines.formats.registry import read_rows
from beam_textclean.pipelines.formats.rows import InputFile, Settings, Source

LINES = [
    '{"id": 1, "data": {"text": "Une Ã©tude", "n": 1.50}, "text": "Une autre Ã©tude"}',
    ' { "data" : {"x": {"text": "Ã©"}, "text": "Une \\u00c3\\u00a9tude"} , "id": 2}',
    '{"data": {"text": "un"}, "data": {"text": "la derniÃ¨re compte"}}',
    '{"data.text": "Une Ã©tude", "data": {"text": "pas celle-ci, Ã©"}}',
    '{"id": 5, "data": {"d\\u0061ta": 1, "te\\u0078t": "Ã©tÃ©"}}',
]
CLEANED = [
    '{"id": 1, "data": {"text": "Une étude", "n": 1.50}, "text": "Une autre Ã©tude"}',
    ' { "data" : {"x": {"text": "Ã©"}, "text": "Une \\u00e9tude"} , "id": 2}',
    '{"data": {"text": "un"}, "data": {"text": "la dernière compte"}}',
    '{"data.text": "Une étude", "data": {"text": "pas celle-ci, Ã©"}}',
    '{"id": 5, "data": {"d\\u0061ta": 1, "te\\u0078t": "été"}}',
]


def test_only_the_nested_text_of_json_lines_is_replaced(cleaned_and_undone):
    data = "".join(f"{line}\n" for line in LINES).encode()
    out, back = cleaned_and_undone({"a.jsonl": data}, "--passes", "encoding", "--text-field", "data.text")
    assert (out / "documents" / "a.jsonl").read_text(encoding="utf-8").splitlines() == CLEANED
    assert back == {"a.jsonl": data}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"data": {"body": "x"}}', "no field 'data.text'; the record's fields are: 'data.body'"),
        ('{"data": "x", "id": 1}', "no field 'data.text'; the record's fields are: 'data', 'id'"),
        ('{"data": {"text": null}}', "'data.text' is null"),
    ],
)
def test_a_nested_field_that_is_missing_is_named_with_those_that_exist(tmp_path, line, reason):
    path = tmp_path / "a.jsonl"
    path.write_text(line + "\n")
    file = InputFile(str(path), path.name, path.stat().st_size, "jsonl", "")
    [row] = read_rows(Source(file, 0, None, Settings("data.text")))
    with pytest.raises(Exception, match=reason):
        row.read()


def test_only_the_nested_text_of_parquet_is_replaced(tmp_path, cleaned_and_undone):
    rows = [{"text": "Une Ã©tude", "n": 1}, None, {"text": None, "n": 2}, {"text": "Rien", "n": 3}]
    deep = [{"data": row, "tags": ["a"]} for row in rows]
    tables = {"one.parquet": pa.table({"data": rows, "id": [1, 2, 3, 4]}), "two.parquet": pa.table({"all": deep})}
    for name, table in tables.items():
        pq.write_table(table, tmp_path / name)
    one = (tmp_path / "one.parquet").read_bytes()
    out, back = cleaned_and_undone({"one.parquet": one}, "--passes", "encoding", "--text-field", "data.text")
    cleaned = pq.read_table(out / "documents" / "one.parquet")
    assert cleaned.schema.equals(tables["one.parquet"].schema)
    assert cleaned.to_pylist() == [{"data": {"text": "Une étude", "n": 1}, "id": 1}, {"data": rows[3], "id": 4}]
    (tmp_path / "back.parquet").write_bytes(back["one.parquet"])
    assert pq.read_table(tmp_path / "back.parquet").equals(tables["one.parquet"])


def test_a_parquet_file_without_the_nested_column_names_those_that_it_has(tmp_path, command):
    pq.write_table(pa.table({"data": [{"body": "x"}]}), tmp_path / "a.parquet")
    _, printed = command("clean", tmp_path / "a.parquet", "--output", tmp_path / "out", "--text-field", "data.text")
    assert "no column 'data.text'; its columns are: 'data.body'" in printed


@pytest.mark.parametrize("output_format", ["jsonl", "parquet", "txt"])
def test_nested_texts_are_written_in_other_formats(tmp_path, clean, output_format):
    pq.write_table(pa.table({"data": [{"text": "Une Ã©tude", "n": 1}]}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text('{"data": {"text": "Une Ã©tude", "n": 1}}\n', encoding="utf-8")
    options = ["--text-field", "data.text", "--format", output_format, "--passes", "encoding"]
    out = clean(tmp_path / "a.parquet", tmp_path / "b.jsonl", *options)
    for path in (out / "documents").iterdir():
        if path.suffix == ".parquet":
            assert pq.read_table(path).to_pylist() == [{"data": {"text": "Une étude", "n": 1}}]
        elif path.suffix == ".jsonl":
            assert json.loads(path.read_text()) == {"data": {"text": "Une étude", "n": 1}}
        else:
            assert path.read_text() == "Une étude\n\n"


@pytest.mark.jobs
def test_a_pipeline_reaches_nested_texts_by_their_path():
    paragraph = "Un paragraphe qui est assez long pour être un de deux, et qui se répète."
    pages = [
        {"id": "1", "data": {"text": f"Une Ã©tude\n\n{paragraph}", "lang": "fr"}},
        {"id": "2", "data": {"text": paragraph, "lang": "fr"}},
    ]
    expected = [
        {"id": "1", "data": {"text": f"Une étude\n\n{paragraph}", "lang": "fr"}},
        {"id": "2", "data": {"text": "", "lang": "fr"}},
    ]
    with beam.Pipeline() as pipeline:
        assert_that(pipeline | beam.Create(pages) | CleanCorpus(field="data.text"), equal_to(expected))
