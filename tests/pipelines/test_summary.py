"""What ``summary.json`` and the last lines of the command say of a job."""

import json

FOOTER = "Tous droits réservés. Toute reproduction, même partielle, est interdite."
CLAUSE = "les nom et adresse de la personne qui a fait la demande de licence;"


def write(path, *texts):
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    path.write_text("\n".join(lines) + "\n")


def summary_of(out):
    return json.loads((out / "summary.json").read_text())


def test_a_paragraph_counts_once_for_each_document_it_stands_in(tmp_path, clean):
    twice = f"{CLAUSE}\n\nUn.\n\n{CLAUSE}\n\nDeux.\n\n{CLAUSE}\n\nTrois."
    write(tmp_path / "a.jsonl", f"{CLAUSE}\n\n{FOOTER}", twice, f"Quatre.\n\n{FOOTER}", FOOTER)
    out = clean(tmp_path / "a.jsonl", "--passes", "duplicates")
    most = [(entry["excerpt"], entry["documents"]) for entry in summary_of(out)["most_repeated"]]
    assert most == [(FOOTER, 3), (CLAUSE, 2)]


def test_boilerplate_counts_once_for_each_document_too(tmp_path, clean):
    write(tmp_path / "a.jsonl", f"{CLAUSE}\n\nUn.\n\n{CLAUSE}\n\nDeux.", f"Trois.\n\n{CLAUSE}", CLAUSE)
    (tmp_path / "config.yaml").write_text("duplicates: {boilerplate: 2}")
    out = clean(tmp_path / "a.jsonl", "--passes", "duplicates", "--config", tmp_path / "config.yaml")
    assert [entry["documents"] for entry in summary_of(out)["most_repeated"]] == [3]


def test_the_first_record_that_is_rejected_is_told(tmp_path, command):
    write(tmp_path / "a.jsonl", FOOTER, CLAUSE)
    status, printed = command("clean", tmp_path / "a.jsonl", "--output", tmp_path / "out", "--text-field", "body")
    assert status == 1
    assert "0 documents: 0 changed, 0 left empty; 2 records rejected" in printed
    assert "the first: a.jsonl, record 1: no field 'body'; the record's fields are: 'id', 'text'" in printed


def test_a_document_that_was_left_alone_is_not_changed(tmp_path, clean):
    typos = "le acceuil, le environement, la fonctionalité, la occurence, malgrès, biensur, parmis, la dépendence"
    many = f"Dans la ville, avec les gens : {typos} et {typos}."
    write(tmp_path / "a.jsonl", "Ils ont risqué leur vie en sevrant à nos côtés.", many)
    counts = summary_of(clean(tmp_path / "a.jsonl", "--languages", "fr"))["counts"]
    assert (counts["typos_context"], counts["typos_left_alone"], counts["documents_changed"]) == (1, 1, 1)


def test_a_record_that_was_only_decoded_is_a_changed_document(tmp_path, command):
    (tmp_path / "a.jsonl").write_bytes('{"text": "déjà vu, voilà tout ce que j\'ai à dire"}\n'.encode("latin-1"))
    out = tmp_path / "out"
    status, printed = command("clean", tmp_path / "a.jsonl", "--output", out)
    assert (status, summary_of(out)["counts"]["documents_changed"]) == (0, 1)
    assert "1 document: 1 changed, 0 left empty; 0 records rejected" in printed
    assert f"{out}/changes" in printed
