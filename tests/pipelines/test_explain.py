"""`explain`: what would be changed, in its place, and why."""

import gzip
import io
import json

import pytest

from beam_textclean.pipelines import clean_text
from beam_textclean.pipelines.command.command_line import run
from beam_textclean.pipelines.command.explain import explain_changes
from beam_textclean.pipelines.command.marks import COLOURED, PLAIN, marks_for
from beam_textclean.transforms import collapse_duplicate_paragraphs
from beam_textclean.transforms.records import Change

SENTENCE = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."

ADDRESS = "Write to the office of the harbour by the end of the month."


def explained(capsys, *arguments):
    status = run(["explain", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err


def test_the_seed(capsys, tmp_path, seed):
    path = tmp_path / "seed.txt"
    path.write_text(seed, encoding="utf-8")
    status, lines, _ = explained(capsys, path)
    assert status == 0
    assert lines[0] == "seed.txt"
    assert [line for line in lines if not line.startswith("  ")][1:] == [
        "typos: context (language: fr, entry: sevrant)",
        "typos: context (language: fr, entry: sevrant)",
        "duplicates: glued (kept_start: 0, kept_end: 1045)",
        "1 of 1 documents would be changed",
    ]
    assert lines[2].count("[-sevrant-]{+servant+}") == 1
    assert lines[6].endswith("communiqué.-]")
    assert path.read_text(encoding="utf-8") == seed


def test_records_of_all_kinds_and_those_that_would_be_rejected(capsys, tmp_path):
    lines = [json.dumps({"body": text}) for text in ("Rien.", "L'Ã©tÃ©.", None)] + ["{"]
    with gzip.open(tmp_path / "pages.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    (tmp_path / "words.csv").write_text("id,body\n1,L'Ã©tÃ©\n", encoding="utf-8")
    status, found, _ = explained(capsys, tmp_path, "--text-field", "body")
    assert status == 0
    assert found == [
        "pages.jsonl.gz, record 2",
        "encoding: mojibake",
        "    L'[-Ã©tÃ©-]{+été+}.",
        "pages.jsonl.gz, record 3",
        "rejected: field 'body' is null, not a string",
        "pages.jsonl.gz, record 4",
        found[6],
        "words.csv, record 1",
        "encoding: mojibake",
        "    L'[-Ã©tÃ©-]{+été+}",
        "2 of 5 documents would be changed, 2 rejected",
    ]
    assert found[6].startswith("rejected: the line is not valid JSON")


def test_a_limit_and_a_choice_of_passes(capsys, tmp_path):
    (tmp_path / "lines.txt").write_text("L'Ã©tÃ© en sevrant à nos côtés\nL'Ã©tÃ©\n", encoding="utf-8")
    status, lines, _ = explained(capsys, tmp_path, "--lines", "--limit", 1, "--passes", "encoding")
    assert (status, lines[1:]) == (
        0,
        ["encoding: mojibake", "    L'[-Ã©tÃ©-]{+été+} en sevrant à nos côtés", "1 of 1 documents would be changed"],
    )


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ("L'été".encode("utf-16"), [f"encoding: decoded_bom (encoding: utf-16-le, confidence: 1.0, bom: {'fffe'})"]),
    ],
)
def test_a_text_on_standard_input(capsys, monkeypatch, data, lines):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert explained(capsys, "-") == (0, lines, "")


def test_a_text_that_would_be_rejected_is_told(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(bytes(range(256)))))
    status, lines, message = explained(capsys, "-")
    assert (status, lines) == (1, [])
    assert "in no encoding that could be found" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "no input found at 'nowhere.txt'"),
        (["-", "--languages", "xx"], "no typo tables for 'xx'"),
        (["-", "--runner", "DirectRunner"], "explain runs no Beam; it takes no --runner"),
    ],
)
def test_wrong_usage_is_told(capsys, arguments, message):
    status, lines, told = explained(capsys, *arguments)
    assert (status, lines) == (2, [])
    assert message in told


def test_names_and_reasons_are_made_visible_too(capsys, tmp_path):
    (tmp_path / "a\nb\x1b[31m.txt").write_text("L'Ã©tÃ©")
    (tmp_path / "c.jsonl").write_text("{}\n")
    status, lines, _ = explained(capsys, tmp_path, "--text-field", "te\nxt\x1b[31m")
    assert status == 0
    assert lines[0] == "a⏎b\\x1b[31m.txt"
    assert not [line for line in lines if "\x1b" in line]
    assert len(lines) == 6


def test_every_change_is_shown_in_the_text_that_its_step_received():
    changes = [Change("encoding", "newlines", 2, 4, "\r\n", "\n"), Change("typos", "dictionary", 3, 6, "teh", "the")]
    assert list(explain_changes("a.\r\nteh\t\x07", changes)) == [
        "encoding: newlines",
        "    a.[-␍⏎-]{+⏎+}teh⇥\\x07",
        "typos: dictionary",
        "    a.⏎[-teh-]{+the+}⇥\\x07",
    ]


def test_what_is_long_is_shown_by_its_ends():
    text = "x" * 50 + SENTENCE * 9 + "y" * 50
    [_, line] = explain_changes(text, [Change("duplicates", "exact", 50, 50 + 9 * len(SENTENCE), SENTENCE * 9, "")])
    assert line == f"    …{'x' * 40}[-{SENTENCE} … (560 characters) … {SENTENCE}-]{'y' * 40}…"


def test_of_a_copy_that_goes_the_one_that_stays_is_shown():
    text = f"{SENTENCE}\n\nPuis :\xa0rien.\n\n{SENTENCE}"
    lines = list(explain_changes(text, collapse_duplicate_paragraphs(text).changes))
    assert lines == [
        f"duplicates: exact (kept_start: 0, kept_end: {len(SENTENCE)})",
        f"    …{SENTENCE[-26:]}⏎⏎Puis :⍽rien.[-⏎⏎{SENTENCE}-]",
        f"    stays: {SENTENCE}",
    ]


def test_of_a_copy_in_another_document_only_the_place_is_told():
    change = Change(
        "corpus_duplicates", "exact", 5, 12, "\n\nLoin.", "", {"kept_id": "7", "kept_start": 0, "kept_end": 5}
    )
    lines = list(explain_changes("Près.\n\nLoin.", [change]))
    assert lines == ["corpus_duplicates: exact (kept_id: 7, kept_start: 0, kept_end: 5)", "    Près.[-⏎⏎Loin.-]"]


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert marks_for(Terminal()) is COLOURED
    assert marks_for(io.StringIO()) is PLAIN
    monkeypatch.setenv("NO_COLOR", "1")
    assert marks_for(Terminal()) is PLAIN


def test_a_defect_is_told_and_the_next_document_explained(capsys, tmp_path, monkeypatch):
    def clean(data, *arguments):
        if data == "bad":
            raise ZeroDivisionError("nothing")
        return clean_text(data, *arguments)

    monkeypatch.setattr("beam_textclean.pipelines.file_job.clean_record.clean_text", clean)
    (tmp_path / "a.jsonl").write_text('{"text": "bad"}\n{"text": "L\'Ã©tÃ©"}\n', encoding="utf-8")
    status, lines, _ = explained(capsys, tmp_path)
    assert (status, lines[1], lines[-1]) == (
        0,
        "rejected: a defect of beam-textclean, please report it: ZeroDivisionError('nothing')",
        "1 of 2 documents would be changed, 1 rejected",
    )


@pytest.mark.parametrize(
    ("text", "options", "reasons"),
    [
        ("I have teh book", [], ["it is not certain which language", "--languages en says which it is"]),
        ("They have the « recieve » of it.", [], ["it is quoted or set apart"]),
        ("They will see it at https://site.example/recieve", [], ["address"]),
        ("```\nThey will recieve it with the others.\n```\nThis is in the text.", [], ["code"]),
        ("Les soldats sont partis avec l'EVENEMENT du jour.", [], ["its capitals may make it a name"]),
        ("They are in the house with it.", [], ["no word of it is known as a typo in de, en,"]),
        ("They will recieve it.", ["--passes", "encoding"], ["typos: the pass is left out", "duplicates: the pass"]),
        (f"Boats\n\n{ADDRESS}\n\nSheds\n\n{ADDRESS}", [], ["is kept: it belongs to its section", f"[={ADDRESS}=]"]),
        ("", [], ["encoding: there is nothing to repair", "duplicates: no paragraph of 40 characters"]),
    ],
)
def test_a_text_that_would_not_be_changed_is_told_why(text, options, reasons, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status, lines, _ = explained(capsys, "-", *options)
    assert (status, lines[0]) == (0, "nothing would be changed")
    for reason in reasons:
        assert any(reason in line for line in lines), lines


def test_files_that_would_not_be_changed_are_told_why_by_numbers(capsys, tmp_path):
    texts = ["They have the « recieve » of it."] * 3 + ["I have teh book"]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert explained(capsys, tmp_path)[1] == [
        "0 of 4 documents would be changed",
        "typos: 3 words are kept: it is quoted or set apart, or [sic] follows",
        "typos: 1 word is kept: it is not certain which language the text around it is in",
    ]


@pytest.mark.parametrize(
    ("word", "arguments", "expected"),
    [
        ("recieve", [], "en: 'recieve' is changed"),
        ("sevrant", ["--language", "fr"], "by itself is kept: the words beside it do not show"),
        (
            "Sevrant",
            ["Il est parti en sevrant à nos côtés dans la rue."],
            "typos: context (language: fr, entry: sevrant)",
        ),
        ("d'avantage", ["--languages", "fr"], "phrases that have rules"),
        ("foobar", [], "no table and no rule of de,"),
        ("東京", [], "is not made of letters of Latin-1"),
        ("teh", ["--passes", "encoding"], "the pass is left out"),
        ("teh", ["They are in the house."], "the text does not have 'teh'"),
        ("house", ["They are in the house."], "no entry of de, en, es, fr, it, pt names 'house' here"),
    ],
)
def test_why_a_word_is_kept_or_changed(word, arguments, expected, capsys):
    status, lines, _ = explained(capsys, "--why", word, *arguments)
    assert status == 0
    assert any(expected in line for line in lines), lines


def test_why_in_files(capsys, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "They will recieve it with the others."}\n{"text": "Nothing."}\n')
    assert explained(capsys, "--why", "recieve", tmp_path)[1] == [
        "a.jsonl, record 1",
        "typos: dictionary (language: en, entry: recieve)",
        "    They will [-recieve-]{+receive+} it with the others.",
    ]
    assert explained(capsys, "--why", "teh", tmp_path)[1] == ["none of 2 documents has 'teh'"]


def test_a_sample_is_the_same_each_time_and_in_order(capsys, tmp_path):
    lines = [json.dumps({"text": f"L'Ã©tÃ© de l'an {number}."}) for number in range(200)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    once = explained(capsys, tmp_path, "--sample", "5")[1]
    assert once == explained(capsys, tmp_path, "--sample", "5")[1]
    assert once[-1] == "5 of 5 documents would be changed"
    records = [int(line.rpartition(" ")[2]) for line in once if line.startswith("a.jsonl")]
    assert records == sorted(records)
    assert len(records) == 5
    assert records[-1] > 5


def test_programs_read_json(capsys, tmp_path, monkeypatch):
    texts = ["L'Ã©tÃ©.", "They have « recieve » in the text.", "Nothing.", None]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    first, second, third = map(json.loads, explained(capsys, tmp_path, "--json")[1])
    assert (first["file"], first["record"], first["changes"][0]["after"], first["kept"]) == ("a.jsonl", 1, "été", [])
    assert (second["record"], second["changes"], second["kept"][0]["entry"]) == (2, [], "recieve")
    assert (third["record"], third["rejected"]) == (4, "field 'text' is null, not a string")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"They will recieve it.")))
    [line] = explained(capsys, "-", "--json")[1]
    assert [change["after"] for change in json.loads(line)["changes"]] == ["receive"]


@pytest.mark.parametrize("arguments", [[], ["--why", "teh", "--json"], ["--why", "teh", "--sample", "3"]])
def test_options_that_do_not_fit_are_refused(arguments, capsys):
    assert explained(capsys, *arguments)[0] == 2
