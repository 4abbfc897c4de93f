"""Parquet files of all kinds: what is bad in them is on record, and what they are like is kept."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from format_samples import UNDECODABLE
from result_folders import entries


def written(path, table, **options):
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table, path, **options)
    return path


def strings(values):
    return pa.array(values, pa.binary()).view(pa.string())


CELLS = ["Une étude.".encode(), "déjà vu, à côté, très près".encode("cp1252"), UNDECODABLE, b"Rien."]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
def test_a_cell_that_is_not_utf_8_is_decoded_or_rejected(kind, tmp_path, clean, command):
    column = strings(CELLS)
    if kind == "large_string":
        column = pa.array(CELLS, pa.large_binary()).view(pa.large_string())
    if kind == "string_view":
        column = pa.array(CELLS, pa.binary_view()).view(pa.string_view())
    if kind == "dictionary":
        column = column.dictionary_encode()
    path = written(tmp_path / "in" / "a.parquet", pa.table({"id": [1, 2, 3, 4], "text": column}))
    out = clean(path, "--passes", "encoding")
    [rejected] = entries(out / "rejected")
    assert (rejected["record"], rejected["error"]) == (3, "UndecodableText")
    assert pq.read_table(out / "documents" / "a.parquet")["text"].to_pylist() == [
        "Une étude.",
        "déjà vu, à côté, très près",
        "Rien.",
    ]
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert pq.read_table(tmp_path / "back" / "a.parquet").equals(pq.read_table(path))


def test_bad_cells_of_other_columns_are_kept(tmp_path, clean, command):
    table = pa.table({"id": strings([b"\xff", b"b"]), "text": ["Une Ã©tude", "Rien"], "note": strings([b"\xe9", None])})
    path = written(tmp_path / "in" / "a.parquet", table)
    out = clean(path, "--passes", "encoding")
    cleaned = pq.read_table(out / "documents" / "a.parquet")
    assert cleaned["text"].to_pylist() == ["Une étude", "Rien"]
    assert cleaned["note"].equals(table["note"])
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    assert pq.read_table(tmp_path / "back" / "a.parquet").equals(table)


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4", "brotli"])
def test_compression_dictionaries_and_row_groups_are_kept(compression, tmp_path, clean, command):
    texts = [None if n in (0, 20, *range(7, 14)) else f"Une Ã©tude {n}" for n in range(25)]
    table = pa.table({"id": range(25), "text": texts, "tags": [["a", "b"]] * 25}).replace_schema_metadata({"by": "us"})
    options = {"compression": compression, "row_group_size": 7, "use_dictionary": ["tags.list.element"]}
    path = written(tmp_path / "in" / "a.parquet", table, **options)
    out = clean(path, "--passes", "encoding")
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    cleaned, back = (pq.ParquetFile(file) for file in (out / "documents" / path.name, tmp_path / "back" / path.name))
    for file, rows in (cleaned, [6, 6, 4]), (back, [7, 7, 7, 4]):
        groups = [file.metadata.row_group(n) for n in range(file.num_row_groups)]
        assert [group.num_rows for group in groups] == rows
        assert {column["compression"] for group in groups for column in _columns(group)} == {
            {"none": "UNCOMPRESSED"}.get(compression, compression.upper())
        }
        dictionaries = [column["path_in_schema"] for column in _columns(groups[0]) if column["has_dictionary_page"]]
        assert dictionaries == ["tags.list.element"]
        assert file.schema_arrow.equals(pq.ParquetFile(path).schema_arrow, check_metadata=True)
    assert back.read().equals(table)


def _columns(group):
    return [group.column(number).to_dict() for number in range(group.num_columns)]


def test_columns_may_be_compressed_each_in_its_way(tmp_path, clean):
    compression = {"id": "none", "text": "zstd"}
    path = written(tmp_path / "in" / "a.parquet", pa.table({"id": [1], "text": ["x" * 999]}), compression=compression)
    group = pq.ParquetFile(clean(path) / "documents" / "a.parquet").metadata.row_group(0)
    assert [group.column(number).compression for number in (0, 1)] == ["UNCOMPRESSED", "ZSTD"]


def test_a_file_without_rows_comes_back_as_one(tmp_path, clean, command):
    schema = pa.schema([("id", pa.int16()), ("text", pa.string())], metadata={"by": "us"})
    path = written(tmp_path / "in" / "a.parquet", schema.empty_table())
    out = clean(path)
    assert command("undo", out, "--output", tmp_path / "back")[0] == 0
    for folder in out / "documents", tmp_path / "back":
        table = pq.read_table(folder / "a.parquet")
        assert (table.num_rows, table.schema) == (0, schema)


def test_damaged_files_are_rejected_by_name_and_come_back_while_the_others_are_cleaned(cleaned_and_undone, tmp_path):
    table = pa.table({"id": range(2000), "text": [f"Une Ã©tude {n}" for n in range(2000)]})
    whole = written(tmp_path / "whole" / "a.parquet", table, row_group_size=500, compression="none").read_bytes()
    second = whole.index(b"tude 600")
    files = {
        "a.parquet": whole,
        "cut.parquet": whole[:-1000],
        "footer.parquet": whole[:-300] + b"\xff" * 200 + whole[-100:],
        "page.parquet": whole[: second - 20_000] + b"\xff" * 20_000 + whole[second:],
        "empty.parquet": b"",
        "head.parquet": whole[:4],
    }
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    rejected = entries(out / "rejected")
    assert {entry["file"] for entry in rejected} == {*files} - {"a.parquet"}
    assert all(entry["whole_file"] and entry["file"] in entry["reason"] for entry in rejected)
    assert {name: back[name] for name in files if name != "a.parquet"} == {
        name: data for name, data in files.items() if name != "a.parquet"
    }
    assert pq.read_table(out / "documents" / "a.parquet").num_rows == 2000


def test_rows_before_the_damage_come_out(cleaned_and_undone, tmp_path):
    table = pa.table({"id": range(2000), "text": [f"Une Ã©tude {n}" for n in range(2000)]})
    options = {"row_group_size": 500, "compression": "none", "use_dictionary": False}
    whole = bytearray(written(tmp_path / "whole" / "a.parquet", table, **options).read_bytes())
    at = pq.ParquetFile(tmp_path / "whole" / "a.parquet").metadata.row_group(2).column(1).data_page_offset
    whole[at : at + 30] = b"\xff" * 30
    out, back = cleaned_and_undone({"a.parquet": bytes(whole)}, "--passes", "encoding")
    assert pq.read_table(out / "documents" / "a.parquet").num_rows == 1000
    assert back == {"a.parquet": bytes(whole)}
