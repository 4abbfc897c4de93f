"""CSV and TSV as people have them: recognised, cleaned in nothing but the text, and given back."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.pipelines.formats.csv_dialects import DELIMITERS, QUOTINGS, parse_dialect
from beam_textclean.pipelines.formats.registry import read_rows
from beam_textclean.pipelines.formats.rows import InputFile, InvalidRecord, Settings, Source, Unreadable
from beam_textclean.transforms.errors import InvalidOption
from result_folders import content, entries

CASES = json.loads((Path(__file__).parents[1] / "cases" / "csv_dialects.json").read_text(encoding="utf-8"))
RECOGNISED = [case for case in CASES if "given" not in case]


def dialects_of(out):
    files = json.loads((out / "summary.json").read_text())["files"]
    return {file["name"]: file["outputs"][0]["dialect"] for file in files}


def test_every_dialect_is_recognised_cleaned_in_the_text_alone_and_given_back(cleaned_and_undone):
    files = {case["file"]: case["original"].encode() for case in RECOGNISED}
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    assert not (out / "rejected").exists()
    assert dialects_of(out) == {case["file"]: case["dialect"] for case in RECOGNISED}
    assert content(out / "documents") == {case["file"]: case["fixed"].encode() for case in RECOGNISED}
    assert back == files


@pytest.mark.parametrize("case", [case for case in CASES if "given" in case], ids=lambda case: case["label"])
def test_a_dialect_that_is_given_is_taken(case, cleaned_and_undone):
    out, back = cleaned_and_undone({case["file"]: case["original"].encode()}, "--csv-dialect", case["given"])
    assert dialects_of(out) == {case["file"]: case["dialect"]}
    assert content(out / "documents") == {case["file"]: case["fixed"].encode()}
    assert back == {case["file"]: case["original"].encode()}


def test_a_dialect_that_does_not_exist_is_refused_before_anything_is_read(document, command, tmp_path):
    status, printed = command("clean", document, "--output", tmp_path / "out", "--csv-dialect", "excel:x")
    assert status == 2
    assert "'excel:x'" in printed
    assert "unquoted:tab" in printed
    for name in "quoted:a", 'quoted:"', "quoted:::", "tab":
        with pytest.raises(InvalidOption, match=re.escape(name)):
            parse_dialect(name)


def rows_of(path, **settings):
    file = InputFile(str(path), path.name, path.stat().st_size, "csv", "")
    return list(read_rows(Source(file, 0, None, Settings(**settings))))


def test_a_quote_that_is_never_closed_costs_its_own_line_and_is_told(tmp_path, cleaned_and_undone):
    rows = ['1,"un, ""deux"""\n', '1,"jamais fermÃ©\n', *(f"{n},Une Ã©tude {n}\n" for n in range(2, 40))]
    data = ("id,text\n" + "".join(rows)).encode()
    out, back = cleaned_and_undone({"a.csv": data}, "--passes", "encoding")
    [rejected] = entries(out / "rejected")
    assert (rejected["error"], rejected["record"]) == ("UnclosedQuote", 2)
    assert "begins on line 3" in rejected["reason"]
    assert (out / "documents" / "a.csv").read_text().count("étude") == 38
    assert back == {"a.csv": data}


def test_a_row_that_would_not_be_the_same_is_not_touched_and_says_why(cleaned_and_undone):
    data = 'id,text\n1,Une Ã©tude\n2,"une" Ã©tude\n3,"Une\nÃ©tude" ouverte\n4,"Une Ã©tude, deux"\n'.encode()
    out, back = cleaned_and_undone({"a.csv": data}, "--passes", "encoding", "--csv-dialect", "quoted")
    rejected = entries(out / "rejected")
    assert [entry["record"] for entry in rejected] == [2, 3, 4]
    assert "begins on line 3 goes on after a quote that closes it" in rejected[0]["reason"]
    assert "line 4" in rejected[1]["reason"]
    assert (out / "documents" / "a.csv").read_text() == 'id,text\n1,Une étude\n4,"Une étude, deux"\n'
    assert back == {"a.csv": data}


def test_a_cell_with_an_escape_that_the_dialect_does_not_have_is_not_touched(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("id\ttext\n1\tUn\\\tdeux\n2\tUn \\q deux\n3\t\\N\n")
    rows = rows_of(path, csv_dialect="escaped")
    assert rows[0].read().text == "Un\tdeux"
    with pytest.raises(InvalidRecord, match="would not be the same"):
        rows[1].read()
    with pytest.raises(Exception, match="'text' is null"):
        rows[2].read()


def test_lines_with_open_quotes_one_after_the_other_take_linear_time(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n" + '1,"""a\n' * 20_000 + '2,"b\n' * 20_000)
    rows = rows_of(path)
    assert (
        b"".join(b"".join(row.raw) if isinstance(row, Unreadable) else row.raw for row in rows).count(b"\n") == 40_000
    )


def test_the_header_of_a_file_in_an_old_encoding_comes_back(cleaned_and_undone):
    text = "clé;text;précis\r\n1;« Déjà », dit-il, « à l'été »;é\r\n\r\n2;Où êtes-vous allés ?;à\r\n"
    files = {"a.csv": text.encode("cp1252"), "header-alone.csv": "clé;text\n".encode("cp1252")}
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    assert (out / "documents" / "a.csv").read_bytes().decode() == text
    assert (out / "documents" / "header-alone.csv").read_text() == "clé;text\n"
    assert [entry["record"] for entry in entries(out / "changes") if entry["file"] == "a.csv"] == [0, 1, 2]
    assert back == files


def test_a_file_without_a_header_is_read_by_the_number_of_the_column(cleaned_and_undone):
    files = {"sentences.tsv": '12\tfra\tUne Ã©tude.\n13\tfra\t"Rien.\n'.encode()}
    out, back = cleaned_and_undone(files, "--passes", "encoding", "--text-field", "3", "--id-field", "1")
    assert (out / "documents" / "sentences.tsv").read_text() == '12\tfra\tUne étude.\n13\tfra\t"Rien.\n'
    assert {entry["id"] for entry in entries(out / "changes")} == {"12"}
    assert back == files


def test_a_text_that_becomes_empty_is_still_a_row(cleaned_and_undone):
    paragraph = "Un paragraphe qui est assez long pour être un de deux, et qui se répète."
    files = {
        "one.csv": f"text\n{paragraph}\n{paragraph}\nfin\n".encode(),
        "one-unquoted.tsv": f'text\n\n{paragraph}\n{paragraph}\n"fin\n{paragraph}'.encode(),
        "two.tsv": f'text\tid\n{paragraph}\t1\n{paragraph}\t2\n"\t3\n'.encode(),
    }
    out, back = cleaned_and_undone(files)
    assert (out / "documents" / "one-unquoted.tsv").read_text() == f'text\n\n{paragraph}\n\n"fin\n'
    assert back == files


def test_a_line_break_that_cleaning_would_make_is_not_made_where_a_cell_cannot_hold_it(cleaned_and_undone):
    files = {"a.tsv": 'id\ttext\n1\t"Une Ã©tude\u2028deux&Tab;trois\r\n2\tUne Ã©tude\rdeux\n'.encode()}
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    assert (out / "documents" / "a.tsv").read_bytes().count(b"\n") >= 2
    assert back == files


TEXTS = st.text(st.sampled_from('ab"\\,;\t|\n\réN '), max_size=12)


@given(st.sampled_from(sorted(QUOTINGS)), st.sampled_from(DELIMITERS), st.lists(TEXTS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(quoting, delimiter, texts):
    dialect = QUOTINGS[quoting](delimiter)
    if dialect.unwritable:
        texts = [re.sub(dialect.unwritable, "_", text) for text in texts]
    texts = [*texts, "end"]  # a carriage return at the end of a row is of the line break
    cells = [dialect.write(text, style) for text in texts for style in dialect.styles]
    scanned = dialect.split(dialect.delimiter.join([*cells, "end"]) + "\nnext")
    assert scanned.state == "whole"
    assert scanned.cells == [*cells, "end"]
    assert [dialect.read(cell).text for cell in cells] == [text for text in texts for _ in dialect.styles]


@given(st.binary(max_size=60), st.sampled_from(sorted(QUOTINGS)))
def test_every_byte_of_any_file_is_in_a_row(tmp_path_factory, data, quoting):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    header = b"id,text\n"
    path.write_bytes(header + data)
    rows = rows_of(path, csv_dialect=f"{quoting}:,", max_record_bytes=20)
    if rows and isinstance(rows[0], Unreadable) and rows[0].whole_file:
        assert b"".join(rows[0].raw) == header + data
        return
    raws = [b"".join(row.raw) if isinstance(row, Unreadable) else row.raw for row in rows]
    assert (header + data).endswith(b"".join(raws))
    assert len(header + data) - sum(map(len, raws)) == len(header + data.removesuffix(b"".join(raws)))
