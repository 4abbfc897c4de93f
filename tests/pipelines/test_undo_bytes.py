"""Lines and cells: what is changed of them, and that `undo` gives back their bytes."""

import csv

import pytest

from result_folders import entries


@pytest.mark.parametrize(
    ("name", "records"),
    [
        (
            "a.jsonl",
            [r'"Un.\n\nUne campagne d\u0027\u00e9t\u00e9 dans le sud."', r'"Le developpement de la ville \u00C9."'],
        ),
        (
            "a.jsonl",
            [r'"Le developpement de la ville, et\/ou \"."', r'"Un soir d\u00e9j\u00e0, le developpement durable."'],
        ),
        (
            "a.csv",
            ['"Le developpement de la ville."', 'Le developpement; "durable"', '"Le ""developpement"" durable,"'],
        ),
    ],
)
def test_undo_gives_back_escapes_and_quotes_as_they_were(name, records, tmp_path, clean, command):
    head, line = ("text", "{}") if name.endswith("csv") else ("", '{{"text":  {}}}')
    data = "\n".join(filter(None, [head, *(line.format(record) for record in records)])).encode()
    (tmp_path / name).write_bytes(data)
    out = clean(tmp_path / name, "--languages", "fr")
    assert (out / "documents" / name).read_bytes() != data
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / name).read_bytes() == data


def test_a_line_with_other_line_breaks_in_it_stays_one_line(tmp_path, clean, command):
    data = "un\u2028deux\rtrois\u2029quatre\ncÅ“ur\r\nsix\n".encode()
    (tmp_path / "in.txt").write_bytes(data)
    out = clean(tmp_path / "in.txt", "--lines", "--passes", "encoding")
    assert not (out / "rejected").exists()
    expected = "un\u2028deux\rtrois\u2029quatre\ncœur\r\nsix\n".encode()
    assert (out / "documents" / "in.txt").read_bytes() == expected
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.txt").read_bytes() == data


@pytest.mark.parametrize(
    "data", ["{0}\n{0}", "\ufeff", "a\n\ufeff", "foo bar\r\x01\nbaz\n", "foo\r\x01\r\n", "a\nfoo\r\x01"]
)
def test_lines_that_change_at_their_ends_come_back(data, tmp_path, clean, command):
    data = data.format("La même ligne se trouve ici deux fois, et elle est assez longue pour cela.").encode()
    (tmp_path / "in.txt").write_bytes(data)
    out = clean(tmp_path / "in.txt", "--lines")
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert (tmp_path / "back" / "in.txt").read_bytes() == data


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_cells_with_line_breaks_stay_cells(ending, line_break, tmp_path, clean, command):
    end_of_line = ending or "\n"
    row = f'1,"mot{line_break}mot","Une phrase.{line_break}{line_break}ils ont risquÃ© leur vie"'
    data = f"id,other,text{end_of_line}{row}{ending}".encode()
    (tmp_path / "in.csv").write_bytes(data)
    out = clean(tmp_path / "in.csv", "--passes", "duplicates,typos")
    assert (out / "documents" / "in.csv").read_bytes() == data
    out = clean(tmp_path / "in.csv", "--passes", "encoding", "--overwrite")
    with open(out / "documents" / "in.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [len(cells) for cells in rows] == [3, 3]
    assert rows[1][2].endswith("ils ont risqué leur vie")
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert (tmp_path / "back" / "in.csv").read_bytes() == data


def test_a_csv_file_of_an_old_macintosh_is_rejected_whole(tmp_path, clean, command):
    data = b'id,text\r1,"mot\nmot"\r2,deux\r'
    (tmp_path / "in.csv").write_bytes(data)
    out = clean(tmp_path / "in.csv")
    [entry] = entries(out / "rejected")
    assert "carriage return alone" in entry["reason"]
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.csv").read_bytes() == data
