"""Lines and cells: what is changed of them, and that `undo` gives back their bytes."""

import csv
import itertools

from result_folders import content, entries


def test_undo_gives_back_escapes_and_quotes_as_they_were(cleaned_and_undone):
    files = {
        "code-points.jsonl": r"""{"text":  "Un.\n\nUne campagne d\u0027\u00e9t\u00e9 dans le sud."}
{"text":  "Le developpement de la ville \u00C9."}""",
        "solidus.jsonl": r"""{"text":  "Le developpement de la ville, et\/ou \"."}
{"text":  "Un soir d\u00e9j\u00e0, le developpement durable."}""",
        "quotes.csv": """text
"Le developpement de la ville."
Le developpement; "durable"
"Le ""developpement"" durable,\"""",
    }
    files = {name: text.encode() for name, text in files.items()}
    out, back = cleaned_and_undone(files, "--languages", "fr")
    cleaned = content(out / "documents")
    assert all(cleaned[name] != data for name, data in files.items())
    assert back == files


def test_a_line_with_other_line_breaks_in_it_stays_one_line(tmp_path, clean, command):
    data = "un\u2028deux\rtrois\u2029quatre\ncÅ“ur\r\nsix\n".encode()
    (tmp_path / "in.txt").write_bytes(data)
    out = clean(tmp_path / "in.txt", "--lines", "--passes", "encoding")
    assert not (out / "rejected").exists()
    expected = "un\u2028deux\rtrois\u2029quatre\ncœur\r\nsix\n".encode()
    assert (out / "documents" / "in.txt").read_bytes() == expected
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.txt").read_bytes() == data


def test_lines_that_change_at_their_ends_come_back(cleaned_and_undone):
    line = "La même ligne se trouve ici deux fois, et elle est assez longue pour cela."
    texts = f"{line}\n{line}", "\ufeff", "a\n\ufeff", "foo bar\r\x01\nbaz\n", "foo\r\x01\r\n", "a\nfoo\r\x01"
    files = {f"{number}.txt": text.encode() for number, text in enumerate(texts)}
    assert cleaned_and_undone(files, "--lines")[1] == files


def test_cells_with_line_breaks_stay_cells(tmp_path, clean, cleaned_and_undone):
    files = {}
    for number, (ending, line_break) in enumerate(itertools.product(["\n", "\r\n", ""], ["\n", "\r", "\r\n"])):
        row = f'1,"mot{line_break}mot","Une phrase.{line_break}{line_break}ils ont risquÃ© leur vie"'
        files[f"{number}.csv"] = f"id,other,text{ending or chr(10)}{row}{ending}".encode()
    out, back = cleaned_and_undone(files, "--passes", "encoding")
    for name in files:
        with open(out / "documents" / name, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert [len(cells) for cells in rows] == [3, 3]
        assert rows[1][2].endswith("ils ont risqué leur vie")
    assert back == files
    out = clean(tmp_path / "in", "--passes", "duplicates,typos", "--overwrite")
    assert content(out / "documents") == files


def test_a_csv_file_of_an_old_macintosh_is_rejected_whole(tmp_path, clean, command):
    data = b'id,text\r1,"mot\nmot"\r2,deux\r'
    (tmp_path / "in.csv").write_bytes(data)
    out = clean(tmp_path / "in.csv", status=1)
    [entry] = entries(out / "rejected")
    assert "carriage return alone" in entry["reason"]
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.csv").read_bytes() == data
