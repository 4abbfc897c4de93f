"""The file-to-file job with near-duplicates and repeated passages, from its command line."""

import json
import random

import pytest

from beam_textclean.pipelines.file_job import plan as plans
from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig
from result_folders import content, entries

NEAR = {"near": 0.8}
NEAR_DOCUMENTS = {"near": 0.8, "unit": "document"}
NEAR_BOILERPLATE = {"near": 0.8, "boilerplate": 3}
PASSAGES = {"unit": "passage", "min_passage": 100}
WORDS = ["maison", "jardin", "été", "fenêtre", "route", "ville", "matin", "soirée", "lumière", "campagne", "rivière"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Blocks of 10 kB, so that a small file is cut into many."""
    monkeypatch.setattr(plans, "BLOCK_BYTES", 10_000)


def corpus(seed_number, documents=60):
    """Documents of paragraphs of a small stock, in which a word or none was changed, set apart or glued together."""
    random_ = random.Random(seed_number)
    stock = [" ".join(random_.choices(WORDS, k=50)) + "." for _ in range(40)]
    rows = []
    for number in range(documents):
        first = random_.randrange(36)
        paragraphs = [f"Page {number}", *stock[first : first + random_.randint(1, 4)]]
        if random_.random() < 0.4:
            words = paragraphs[-1].split(" ")
            words[random_.randrange(len(words))] = "océan"
            paragraphs[-1] = " ".join(words)
        rows.append({"id": f"{number:03}", "text": random_.choice(["\n\n", "\n\n", " "]).join(paragraphs)})
    return rows


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def texts(folder):
    return [entry["text"] for entry in entries(folder)]


def configured(tmp_path, options):
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps({"passes": ["duplicates"], "duplicates": options}))
    return path


def later(changes):
    """What the changes across the corpus say."""
    return sorted(
        [
            change["id"],
            change["rule"],
            change["start"],
            change["end"],
            change["before"],
            sorted(change["detail"].items()),
        ]
        for change in changes
        if change["step"] == "corpus_duplicates"
    )


def named_by_record(change):
    detail = dict(change.detail)
    if "kept_id" in detail:
        detail |= {"kept_file": "a.jsonl", "kept_record": int(detail.pop("kept_id")) + 1}
    return change._replace(detail=detail)._asdict()


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        (NEAR, {"exact", "near"}),
        (NEAR_DOCUMENTS, {"near"}),
        (NEAR_BOILERPLATE, {"exact", "near", "boilerplate"}),
        (PASSAGES, {"passage"}),
    ],
    ids=str,
)
def test_files_are_cleaned_as_a_pcollection_is_and_come_back(options, rules, tmp_path, clean, command):
    rows = corpus(1)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--config", configured(tmp_path, options))
    assert len(list((out / "documents").iterdir())) > 3
    documents, changes = rows | CollapseDuplicateParagraphs(DuplicatesConfig(**options), "corpus").with_changes()
    assert texts(out / "documents") == [row["text"] for row in sorted(documents, key=lambda row: row["id"])]
    found = entries(out / "changes")
    assert later(found) == later(map(named_by_record, changes))
    assert {change["rule"] for change in found if change["step"] == "corpus_duplicates"} == rules
    counts = json.loads((out / "summary.json").read_text())["counts"]
    assert counts == counts | {
        f"corpus_duplicates_{rule}": sum(
            change["step"] == "corpus_duplicates" and change["rule"] == rule for change in found
        )
        for rule in rules
    }
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize("options", [NEAR, NEAR_BOILERPLATE, PASSAGES], ids=str)
def test_the_lists_have_every_copy_with_what_stays_of_it(options, tmp_path, clean):
    rows = corpus(2)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--config", configured(tmp_path, options), "--list-copies")
    changes = [change for change in entries(out / "changes") if change["step"] == "corpus_duplicates"]
    listed = list(map(json.loads, (out / "copies.jsonl").read_text().splitlines()))

    def text(spot):
        return rows[spot["record"] - 1]["text"][spot["start"] : spot["end"]].strip()

    copies = [(copy["record"], text(copy)) for entry in listed for copy in entry["copies"]]
    assert sorted(copies) == sorted((change["record"], change["before"].strip()) for change in changes)
    for entry in listed:
        if entry["kept"] is None:
            assert len({text(copy) for copy in entry["copies"]}) == 1
        elif options == PASSAGES:
            assert {" ".join(text(copy).split()) for copy in entry["copies"]} == {" ".join(text(entry["kept"]).split())}
    most = json.loads((out / "summary.json").read_text())["most_repeated"]
    sizes = [
        len({spot["record"] for spot in (*entry["copies"], entry["kept"] or entry["copies"][0])}) for entry in listed
    ]
    assert [paragraph["documents"] for paragraph in most] == sorted(sizes, reverse=True)[:20]
    assert all(paragraph["excerpt"] == text(paragraph)[:200] for paragraph in most)


@pytest.mark.parametrize("options", [NEAR, PASSAGES], ids=str)
def test_the_same_comes_out_with_several_workers_and_however_the_file_is_cut(options, tmp_path, command, monkeypatch):
    write(tmp_path / "a.jsonl", corpus(3))

    def cleaned(name, block_bytes, *arguments):
        monkeypatch.setattr(plans, "BLOCK_BYTES", block_bytes)
        status, printed = command(
            "clean", tmp_path / "a.jsonl", "--config", configured(tmp_path, options), "--list-copies",
            "--output", tmp_path / name, *arguments,
        )  # fmt: skip
        assert status == 0, printed
        return tmp_path / name

    cut = cleaned("cut", 10_000)
    assert len(content(cut / "documents")) > 3
    two = cleaned("two", 10_000, "--direct_num_workers", 2, "--direct_running_mode", "multi_threading")
    assert content(two) == content(cut)
    whole = cleaned("whole", 1_000_000)
    assert len(content(whole / "documents")) == 1
    assert texts(whole / "documents") == texts(cut / "documents")
    assert entries(whole / "changes") == entries(cut / "changes")


@pytest.mark.parametrize("lines", [False, True], ids=["a document a file", "a document a line"])
def test_text_files_in_an_old_encoding_come_back_too(lines, tmp_path, clean, command):
    passage = " ".join(random.Random(8).choices(WORDS, k=60)) + "."
    folder = tmp_path / "in"
    folder.mkdir()
    if lines:
        (folder / "a.txt").write_bytes(f"{passage}\r\nUn début. {passage}\r\nRien.\n".encode("cp1252"))
    else:
        (folder / "a.txt").write_bytes(f"{passage}\r\n".encode("cp1252"))
        (folder / "b.txt").write_bytes(f"Un début.\r\n\r\n{passage}\r\n".encode("utf-16"))
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"passes": ["encoding", "duplicates"], "duplicates": PASSAGES}))
    out = clean(folder, "--config", config, *["--lines"] * lines)
    documents = "".join(path.read_text(encoding="utf-8") for path in sorted((out / "documents").iterdir()))
    assert documents.count(passage) == 1
    assert "Un début." in documents
    command("undo", out, "--output", tmp_path / "back")
    assert content(tmp_path / "back") == content(folder)


def test_an_interrupted_job_goes_on_and_ends_with_the_same_bytes(tmp_path, command, monkeypatch):
    write(tmp_path / "a.jsonl", corpus(9))
    arguments = ("clean", tmp_path / "a.jsonl", "--config", configured(tmp_path, NEAR), "--output")
    assert command(*arguments, tmp_path / "whole")[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr("beam_textclean.pipelines.file_job.clean_files.stage_lists", _interrupt)
        assert command(*arguments, tmp_path / "out")[0] == 1
    status, printed = command(*arguments, tmp_path / "out")
    assert (status, "going on" in printed) == (0, True)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def _interrupt(*_):
    raise KeyboardInterrupt


def test_rejected_records_and_texts_that_no_coder_takes_count_for_nothing(tmp_path, clean, command):
    passage = 2 * "Une campagne d'été, une maison, un jardin et une rivière, loin de la ville et de ses bruits. "
    lines = [
        '{"id": 1, "text": null}',
        f'{{"id": 2, "text": "\\ud800 {passage}"}}',
        f'{{"id": 3, "text": "Un début. {passage}"}}',
        f'{{"id": 4, "text": "Une suite. {passage}"}}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out = clean(tmp_path / "a.jsonl", "--config", configured(tmp_path, PASSAGES))
    assert texts(out / "documents")[1:] == [f"Un début. {passage}", "Une suite."]
    [change] = entries(out / "changes")
    assert (change["record"], change["detail"]["kept_record"]) == (4, 3)
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_what_the_other_passes_change_is_compared_as_they_leave_it(tmp_path, clean, command):
    passage = "Une campagne d'été, une maison, un jardin et une rivière, loin de la ville et de ses bruits. "
    passage += "Près de là, un étang où, à la fin de l'été, les hérons pêchent dès le lever du jour, sans bruit. "
    rows = [{"id": 1, "text": passage.encode().decode("cp1252", "replace")}, {"id": 2, "text": f"Un début. {passage}"}]
    write(tmp_path / "a.jsonl", rows)
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"passes": ["encoding", "duplicates"], "duplicates": PASSAGES}))
    out = clean(tmp_path / "a.jsonl", "--config", config)
    assert texts(out / "documents") == [passage, "Un début."]
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_near_duplicates_go_where_a_copy_stands_in_the_reference_too(tmp_path, clean):
    rows = corpus(5)
    write(tmp_path / "known.jsonl", rows[:20])
    write(tmp_path / "a.jsonl", rows[20:])
    known = str(tmp_path / "known.jsonl")
    out = clean(tmp_path / "a.jsonl", "--against", known, "--config", configured(tmp_path, NEAR))
    changes = [change for change in entries(out / "changes") if change["step"] == "corpus_duplicates"]
    against = [change for change in changes if change["rule"] == "against"]
    assert {change["rule"] for change in changes} == {"against", "exact", "near"}
    for change in against:
        kept = change["detail"]
        assert (kept["kept_in"], kept["kept_file"]) == ("against", known)
        assert rows[kept["kept_record"] - 1]["text"][kept["kept_start"] : kept["kept_end"]] == change["before"].strip()
    assert len(texts(out / "documents")) == len(rows) - 20


def test_passages_of_a_reference_are_refused(tmp_path, command):
    write(tmp_path / "a.jsonl", corpus(6, 3))
    write(tmp_path / "known.jsonl", corpus(7, 3))
    status, printed = command(
        "clean", tmp_path / "a.jsonl", "--against", tmp_path / "known.jsonl",
        "--config", configured(tmp_path, PASSAGES), "--output", tmp_path / "out",
    )  # fmt: skip
    assert (status, "--against is about paragraphs or documents" in printed) == (2, True)
    assert not (tmp_path / "out").exists()
