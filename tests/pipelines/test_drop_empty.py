"""Documents that are left empty can be left out: they are counted, on record, and put back by undo."""

import json

import pytest

from beam_textclean.pipelines.formats.registry import FORMATS
from format_samples import SAMPLES
from result_folders import content, entries

PARAGRAPH = "Un paragraphe que deux documents ont en commun, et qui est assez long pour cela."
TEXTS = ["Le premier.", PARAGRAPH, "", PARAGRAPH, "Le dernier.", PARAGRAPH]


@pytest.mark.jobs
@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if not format.lines_of])
def test_emptied_documents_are_left_out_and_put_back(name, clean, command, tmp_path):
    sample, format = SAMPLES[name], FORMATS[name]
    (tmp_path / "in").mkdir()
    files = [[text] for text in TEXTS if text] if format.is_document else [TEXTS]
    for number, texts in enumerate(files):
        (tmp_path / "in" / f"{number}.{format.endings[0]}").write_bytes(sample.make(texts))
    out = clean(tmp_path / "in", "--drop-empty")
    left = [text for path in sorted((out / "documents").iterdir()) for text in sample.texts(path.read_bytes())]
    assert left == [text for text in TEXTS[:3] if text or not format.is_document] + ["Le dernier."]
    counts = json.loads((out / "summary.json").read_text())["counts"]
    assert (counts["documents"], counts["documents_dropped"]) == (sum(map(len, files)), 2)
    assert [entry["dropped"] for entry in entries(out / "changes")] == [True, True]
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    back, before = (
        {path: sample.content(data) for path, data in content(tmp_path / folder).items()} for folder in ("back", "in")
    )
    assert back == before


@pytest.mark.jobs
def test_their_changes_are_shown_and_nothing_is_left_out_without_the_option(clean, tmp_path):
    lines = [json.dumps({"text": text}) for text in [*TEXTS, f"{PARAGRAPH}\n\nEt la fin de tout."]]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    out = clean(tmp_path / "a.jsonl", "--drop-empty")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("Et la fin de tout.") >= 1
    assert "documents_dropped" in json.loads((out / "summary.json").read_text())["counts"]
    whole = clean(tmp_path / "a.jsonl", "--overwrite")
    assert len((whole / "documents" / "a.jsonl").read_text().splitlines()) == len(lines)
