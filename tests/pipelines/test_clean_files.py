"""The file-to-file job from its command line: real files in, real files out."""

import bz2
import csv
import gzip
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from beam_textclean.pipelines import CleanCorpus
from beam_textclean.pipelines.file_job import plan as plans
from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig
from result_folders import content, entries


def variants(seed):
    """The seed as it comes in the wild."""
    first, second, third, fourth, glued = seed.split("\n\n")
    new = "Une phrase toute nouvelle que le premier exemplaire ne contient pas."
    middle = glued.index("Le Royaume-Uni") + 200
    cut = glued.index(" ", middle)
    return {
        "plain": (seed.encode(), ""),
        "windows-1252": (seed.encode("cp1252"), ""),
        "mojibake": (seed.encode().decode("sloppy-windows-1252").encode(), ""),
        "crlf": (seed.replace("\n", "\r\n").encode(), ""),
        "byte order mark": (b"\xef\xbb\xbf" + seed.encode(), ""),
        "utf-16": (seed.encode("utf-16"), ""),
        "glued copy first": ("\n\n".join([glued, first, second, third, fourth]).encode(), ""),
        "glued copy in two blocks": ((seed[: -len(glued)] + glued[:cut] + "\n\n" + glued[cut + 1 :]).encode(), ""),
        "new sentence after the copy": ((seed + " " + new).encode(), new),
        "new sentence inside the copy": (
            (seed[: -len(glued)] + glued.replace("Evacuation", " " + new + "Evacuation")).encode(),
            new,
        ),
    }


def test_the_seed_has_its_four_paragraphs_once_in_every_form_it_comes_in(seed, cleaned_seed, cleaned_and_undone):
    forms = {f"{name}.txt": form for name, form in variants(seed).items()}
    files = {name: data for name, (data, _) in forms.items()}
    out, back = cleaned_and_undone(files, "--scope", "document")
    expected = {name: cleaned_seed + ("\n\n" + new if new else "") for name, (_, new) in forms.items()}
    assert {name: data.decode() for name, data in content(out / "documents").items()} == expected
    assert back == files


def records():
    """A small corpus with every kind of trouble; the ids repeat and look like paths."""
    long = "Ce paragraphe est assez long pour être reconnu quand il revient ailleurs dans le corpus."
    return [
        {"id": "../a/b.txt", "text": f"{long}\n\nUn texte à part, qui ne revient nulle part ailleurs.", "n": 1},
        {"id": "../a/b.txt", "text": "Le dÃ©veloppement durable est Ã  la mode cette annÃ©e.", "n": 2},
        {"id": "c", "text": f"Un autre début, propre à ce document.\n\n{long}", "n": 3.50},
        {"id": "d", "text": "", "n": None},
        {"id": 5, "text": long, "n": [1, {"a": "é"}]},
    ]


def write(path, rows):
    """Write rows in the format and compression that the name says."""
    kind = path.name.split(".")[1]
    if kind == "parquet":
        table = pa.table({"id": [str(row["id"]) for row in rows], "text": [row["text"] for row in rows]})
        pq.write_table(table, path)
        return
    if kind == "csv":
        lines = [["id", "text"], *([str(row["id"]), row["text"]] for row in rows)]
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(lines)
        data = path.read_bytes()
    else:
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "zst": zstandard.compress}.get(path.name.split(".")[-1])
    path.write_bytes(pack(data) if pack else data)


def texts(path):
    kind = path.name.split(".")[1]
    if kind == "parquet":
        return pq.read_table(path)["text"].to_pylist()
    unpack = {
        "gz": gzip.decompress,
        "bz2": bz2.decompress,
        "zst": lambda d: zstandard.ZstdDecompressor().decompressobj().decompress(d),
    }
    data = unpack.get(path.name.split(".")[-1], bytes)(path.read_bytes()).decode()
    if kind == "csv":
        return [row[1] for row in csv.reader(data.splitlines(keepends=True))][1:]
    return [json.loads(line)["text"] for line in data.splitlines()]


NAMES = ["a.jsonl", "a.ndjson", "a.csv", "a.parquet", "a.jsonl.gz", "a.csv.bz2", "a.jsonl.zst"]


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_cleaned_and_given_back(name, tmp_path, clean, command):
    source = tmp_path / "in" / "sub" / name
    source.parent.mkdir(parents=True)
    write(source, records())
    out = clean(tmp_path / "in", "--languages", "fr")
    long, alone = records()[0]["text"].split("\n\n")
    assert texts(out / "documents" / "sub" / name) == [
        f"{long}\n\n{alone}",
        "Le développement durable est à la mode cette année.",
        "Un autre début, propre à ce document.",
        "",
        "",
    ]
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert texts(tmp_path / "back" / "sub" / name) == [row["text"] for row in records()]


def test_other_fields_pass_through_and_changes_are_keyed_by_file_and_record(tmp_path, clean):
    write(tmp_path / "a.jsonl", records())
    out = clean(tmp_path / "a.jsonl", "--languages", "fr")
    for row, line in zip(records(), (out / "documents" / "a.jsonl").read_text().splitlines(), strict=True):
        assert json.loads(line) | {"text": ""} == row | {"text": ""}
    changes = entries(out / "changes")
    assert {(entry["file"], entry["record"], entry["step"]) for entry in changes} == {
        ("a.jsonl", 2, "encoding"),
        ("a.jsonl", 3, "corpus_duplicates"),
        ("a.jsonl", 5, "corpus_duplicates"),
    }
    copy = next(entry for entry in changes if entry["record"] == 5)
    assert copy["detail"] == {
        "kept_file": "a.jsonl",
        "kept_record": 1,
        "kept_start": 0,
        "kept_end": len(copy["before"]),
    }


def corpus(seed_number, documents=300):
    random_ = random.Random(seed_number)
    paragraphs = [
        " ".join(random_.choices(["maison", "jardin", "été", "fenêtre", "route", "ville", "matin"], k=12)) + f" {n}."
        for n in range(400)
    ]
    return [
        {"id": str(n), "text": "\n\n".join(random_.choices(paragraphs, k=random_.randrange(1, 6)))}
        for n in range(documents)
    ]


def reference(rows):
    """Brute force: the first copy in document order stays."""
    seen = set()
    kept = []
    for row in rows:
        paragraphs = []
        for paragraph in row["text"].split("\n\n"):
            if paragraph not in seen:
                seen.add(paragraph)
                paragraphs.append(paragraph)
        kept.append("\n\n".join(paragraphs))
    return kept


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 10 kB, so that a small file is cut into many."""
    monkeypatch.setattr(plans, "BLOCK_BYTES", 10_000)


def test_survivors_are_those_of_brute_force_however_the_file_is_cut(tmp_path, clean, small_blocks):
    rows = corpus(1)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--passes", "duplicates")
    parts = sorted((out / "documents").iterdir())
    assert len(parts) > 5
    assert [text for part in parts for text in texts(part)] == reference(rows)
    summary = json.loads((out / "summary.json").read_text())
    assert summary["counts"]["documents"] == len(rows)


def test_what_stands_in_a_reference_goes_and_nothing_of_the_reference_is_written(
    tmp_path, clean, command, small_blocks
):
    known, rows = corpus(7)[:100], corpus(7)[100:]
    write(tmp_path / "known.jsonl", known)
    with open(tmp_path / "known.jsonl", "a") as file:
        file.write("{broken\n")
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "a.jsonl", rows)
    out = clean(tmp_path / "in", "--against", tmp_path / "known.jsonl", "--passes", "duplicates")
    found = [text for part in sorted((out / "documents").iterdir()) for text in texts(part)]
    assert found == reference(known + rows)[len(known) :]
    assert not any("known" in name for name in content(out))
    summary = json.loads((out / "summary.json").read_text())
    assert summary["counts"]["documents"] == len(rows)
    assert summary["counts"]["reference_documents"] == len(known) + 1
    assert summary["counts"]["reference_documents_rejected"] == 1
    assert {entry["detail"]["kept_file"] for entry in entries(out / "changes") if "kept_file" in entry["detail"]} == {
        str(tmp_path / "known.jsonl"),
        "a.jsonl",
    }
    command("undo", out, "--output", tmp_path / "back")
    assert content(tmp_path / "back") == content(tmp_path / "in")


def test_results_never_lie_outside_of_the_output_folder(tmp_path, command, monkeypatch):
    for name in "a", "w/deep/b", "w/deep/a":
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "d.jsonl").write_text(json.dumps({"id": name, "text": f"un document dans {name}"}) + "\n")
    before = content(tmp_path)
    monkeypatch.chdir(tmp_path / "w" / "deep")
    status, printed = command("clean", "../../a/d.jsonl", "b/d.jsonl", tmp_path / "a", "a/d.jsonl", "--output", "out")
    assert status == 0, printed
    assert sorted(content("out/documents")) == ["a/d.jsonl", "w/deep/a/d.jsonl", "w/deep/b/d.jsonl"]
    assert {name: data for name, data in content(tmp_path).items() if "/out/" not in name} == before


def test_a_reference_is_an_input_whatever_it_is_called(tmp_path, command, monkeypatch):
    write(tmp_path / "in.jsonl", corpus(1, 2))
    monkeypatch.chdir(tmp_path)
    status, printed = command("clean", "in.jsonl", "--against", tmp_path / "in.jsonl", "--output", "out")
    assert status == 2
    assert "both input and given with --against" in printed


def test_a_reference_that_cannot_be_read_is_told_and_strict_about(tmp_path, command):
    write(tmp_path / "in.jsonl", corpus(1, 2))
    (tmp_path / "known.jsonl").write_text("{broken\n")
    status, printed = command(
        "clean", tmp_path / "in.jsonl", "--against", tmp_path / "known.jsonl", "--strict", "--output", tmp_path / "out"
    )
    assert status == 3
    assert "1 record of the reference could not be read" in printed
    [entry] = json.loads((tmp_path / "out" / "summary.json").read_text())["rejected_references"]
    assert (entry["file"], entry["record"], entry["error"]) == (str(tmp_path / "known.jsonl"), 1, "InvalidRecord")


def test_what_stands_in_a_reference_goes_for_that_boilerplate_or_not(tmp_path, clean):
    text = "Un paragraphe qui est assez long pour compter comme tel dans un corpus."
    write(tmp_path / "known.jsonl", [{"id": "k", "text": text}])
    write(tmp_path / "in.jsonl", [{"id": "1", "text": text}, {"id": "2", "text": text}])
    config = configured(tmp_path, boilerplate=1)
    out = clean(tmp_path / "in.jsonl", "--config", config, "--against", tmp_path / "known.jsonl")
    assert [entry["rule"] for entry in entries(out / "changes")] == ["against", "against"]


def configured(tmp_path, **options):
    """A configuration file of the duplicates pass alone."""
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps({"passes": ["duplicates"], "duplicates": options}))
    return path


def test_boilerplate_goes_from_every_document_and_comes_back(tmp_path, clean, command, small_blocks):
    rows = corpus(12)
    write(tmp_path / "in.jsonl", rows)
    out = clean(tmp_path / "in.jsonl", "--config", configured(tmp_path, boilerplate=3), "--list-copies")
    documents: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for paragraph in row["text"].split("\n\n"):
            documents.setdefault(paragraph, set()).add(number)
    left = [
        paragraph
        for part in sorted((out / "documents").iterdir())
        for text in texts(part)
        for paragraph in text.split("\n\n")
        if paragraph
    ]
    assert sorted(left) == sorted(paragraph for paragraph, where in documents.items() if len(where) <= 3)
    boilerplate = [entry for entry in entries(out / "changes") if entry["rule"] == "boilerplate"]
    assert len(boilerplate) == sum(len(where) for where in documents.values() if len(where) > 3) > 0
    assert {entry["detail"]["documents_over"] for entry in boilerplate} == {3}
    most = json.loads((out / "summary.json").read_text())["most_repeated"]
    assert most[0]["documents"] == max(map(len, documents.values()))
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()


def test_boilerplate_is_the_same_in_files_and_across_a_pcollection(tmp_path, clean):
    rows = corpus(14, 20)
    rows += 3 * rows[:5]  # documents that are equal in id and text
    write(tmp_path / "in.jsonl", rows)
    out = clean(tmp_path / "in.jsonl", "--config", configured(tmp_path, boilerplate=3))
    step = CollapseDuplicateParagraphs(DuplicatesConfig(boilerplate=3), scope="corpus", order_by="place")
    pages = [row | {"place": place} for place, row in enumerate(rows)]
    cleaned = sorted(pages | step, key=lambda page: page["place"])
    assert texts(out / "documents" / "in.jsonl") == [page["text"] for page in cleaned]


def test_where_the_unit_is_the_document_only_whole_copies_are_emptied(tmp_path, clean, command):
    rows = corpus(13, 20)
    copy = {"id": "copy", "text": rows[4]["text"].replace(" ", "\n")}
    write(tmp_path / "in.jsonl", [*rows, copy])
    out = clean(tmp_path / "in.jsonl", "--config", configured(tmp_path, unit="document"))
    assert texts(out / "documents" / "in.jsonl") == [*(row["text"] for row in rows), ""]
    [change] = entries(out / "changes")
    assert (change["rule"], change["detail"]["kept_record"]) == ("exact", 5)
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "in.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("options", "scope", "message"),
    [
        ({"unit": "passage"}, "document", "duplicates.unit is about a corpus"),
        ({"boilerplate": 3}, "document", "duplicates.boilerplate is about a corpus"),
    ],
)
def test_what_a_job_over_files_cannot_do_is_refused(options, scope, message, tmp_path, command):
    write(tmp_path / "in.jsonl", corpus(1, 2))
    status, printed = command(
        "clean", tmp_path / "in.jsonl", "--config", configured(tmp_path, **options), "--scope", scope,
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert status == 2
    assert message in printed
    assert not (tmp_path / "out").exists()


def test_the_limit_counts_no_documents_of_a_reference(tmp_path, clean):
    known, rows = corpus(9)[:100], corpus(9)[100:]
    write(tmp_path / "known.jsonl", known)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--against", tmp_path / "known.jsonl", "--limit", "3", "--passes", "duplicates")
    assert texts(out / "documents" / "a.jsonl") == reference(known + rows[:3])[100:]


def test_all_places_of_a_repeated_paragraph_can_be_listed(tmp_path, clean, small_blocks):
    rows = corpus(11, 200)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--passes", "duplicates", "--list-copies")
    records: dict[str, list[int]] = {}
    for number, row in enumerate(rows, 1):
        for paragraph in dict.fromkeys(row["text"].split("\n\n")):
            records.setdefault(paragraph, []).append(number)
    expected = sorted(numbers for numbers in records.values() if len(numbers) > 1)
    listed = [json.loads(line) for line in (out / "copies.jsonl").read_text().splitlines()]
    assert (
        sorted([entry["kept"]["record"], *(copy["record"] for copy in entry["copies"])] for entry in listed) == expected
    )
    most = json.loads((out / "summary.json").read_text())["most_repeated"]
    assert [entry["documents"] for entry in most] == sorted(map(len, expected), reverse=True)[:20]
    for entry in most:
        assert len(records[entry["excerpt"]]) == entry["documents"]
        assert records[entry["excerpt"]][0] == entry["record"]


def test_files_that_were_cut_are_given_back_whole(tmp_path, clean, command, small_blocks):
    rows = corpus(2)
    write(tmp_path / "a.jsonl", rows)
    with open(tmp_path / "a.jsonl", "a") as file:
        file.write('{"text": null}\n{"id": "last", "text": "sans fin de ligne"}')
    out = clean(tmp_path / "a.jsonl", "--languages", "fr")
    command("undo", out, "--output", tmp_path / "back")
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_the_same_bytes_come_out_with_one_and_with_several_workers_and_in_every_run(tmp_path, command, small_blocks):
    write(tmp_path / "a.jsonl", corpus(3))
    write(tmp_path / "b.jsonl.gz", corpus(3, 50))
    results = []
    for name, workers in ("one", 1), ("again", 1), ("two", 2):
        status, printed = command(
            "clean", tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz", "--output", tmp_path / name,
            "--direct_num_workers", workers, "--direct_running_mode", "multi_threading" if workers > 1 else "in_memory",
        )  # fmt: skip
        assert status == 0, printed
        results.append(content(tmp_path / name))
    assert results[0] == results[1] == results[2]
    assert all(texts_ == "" for texts_ in map(str.strip, texts(tmp_path / "one" / "documents" / "b.jsonl.gz")))


def test_document_scope_leaves_copies_in_other_documents(tmp_path, clean):
    rows = corpus(4, 40)
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--scope", "document", "--passes", "duplicates")
    assert texts(out / "documents" / "a.jsonl") == [reference([row])[0] for row in rows]


def test_a_pipeline_over_elements_cleans_like_the_job_over_files(tmp_path, clean):
    rows = [{**row, "order": number} for number, row in enumerate(corpus(6, 60))]
    rows[7]["text"] += "\n\nun Ã©tÃ© Ã  la campagne, loin de la ville et de ses bruits"
    write(tmp_path / "a.jsonl", rows)
    out = clean(tmp_path / "a.jsonl", "--languages", "fr")
    cleaned = rows | CleanCorpus(languages=("fr",), order_by="order")
    by_order = {row["order"]: row["text"] for row in cleaned}
    assert texts(out / "documents" / "a.jsonl") == [by_order[number] for number in range(len(rows))]
