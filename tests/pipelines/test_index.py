"""`clean --index`: a corpus is compared with the fingerprints of earlier ones as with these corpora themselves."""

import json
import random
import shutil
from pathlib import Path

import pytest

import beam_textclean.pipelines.file_job.clean_files
from beam_textclean.pipelines.command.command_line import run
from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig, FingerprintIndex
from beam_textclean.transforms.duplicates.across.fingerprints import FINGERPRINTS, fingerprint_units
from beam_textclean.transforms.errors import IndexMismatch, InvalidOption
from result_folders import content, entries

pytestmark = pytest.mark.jobs

SENTENCES = [
    f"Le {noun} de la commune {verb} chaque printemps les habitants du {place} voisin."
    for noun in ("maire", "conseil", "musée", "théâtre")
    for verb in ("accueille", "réunit", "invite")
    for place in ("village", "canton", "quartier")
]
LABELS = ["Question", "Réponse de la mairie", "À propos", "Horaires :", "Partager"]


def page(chance):
    """A page as they are on the web: paragraphs, sections with one paragraph each, headings, a menu."""
    blocks = []
    for _ in range(chance.randint(1, 5)):
        paragraph = " ".join(chance.sample(SENTENCES, chance.randint(1, 2)))
        if chance.random() < 0.4:
            blocks.append(chance.choice(LABELS))
        blocks.append(paragraph)
    return "\n\n".join(blocks)


def written(path, seed, count=40):
    chance = random.Random(seed)
    footer = f"\n\nMentions légales de {seed}, à lire avant toute reproduction de la page."
    rows = [{"id": f"{seed}-{number}", "text": page(chance) + footer * (number % 5 == 0)} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """Three corpora that have much in common."""
    folder = tmp_path_factory.mktemp("months")
    return [written(folder / f"{month}.jsonl", month) for month in ("october", "november", "december")]


@pytest.fixture(scope="module")
def _index_of_october(months, tmp_path_factory):
    folder = tmp_path_factory.mktemp("october")
    assert run(["clean", str(months[0]), "--output", str(folder / "out"), "--index", str(folder / "index")]) == 0
    return folder / "index"


@pytest.fixture
def index_of_october(_index_of_october, tmp_path):
    """A copy of its own of an index."""
    return Path(shutil.copytree(_index_of_october, tmp_path / "index"))


@pytest.fixture
def cleaned(command, tmp_path):
    """Clean a corpus into a folder of its own; returns the folder."""

    def call(path, name, *options, status=0):
        folder = tmp_path / name
        ended, printed = command("clean", path, "--output", folder, "--list-copies", *options)
        assert ended == status, printed
        return printed if status else folder

    return call


def test_an_index_is_as_good_as_the_corpora_it_was_made_from(months, cleaned, command, tmp_path):
    index = ("--index", tmp_path / "index")
    first, second, third = (cleaned(month, f"out-{month.stem}", *index) for month in months)
    assert content(first / "documents") == content(cleaned(months[0], "alone") / "documents")
    against = [argument for month in months[:2] for argument in ("--against", month)]
    compared = cleaned(months[2], "compared", *against)
    assert content(third / "documents") == content(compared / "documents")
    counts = [json.loads((each / "summary.json").read_text())["counts"] for each in (third, compared)]
    assert counts[0]["corpus_duplicates_against"] == counts[1]["corpus_duplicates_against"] > 0
    details = [entry["detail"] for entry in entries(third / "changes") if entry["rule"] == "against"]
    assert details
    assert all(detail == {"kept_in": "index"} for detail in details)
    command("undo", third, "--output", tmp_path / "back")
    assert content(tmp_path / "back") == {months[2].name: months[2].read_bytes()}

    before = content(tmp_path / "index")
    assert content(cleaned(months[1], "again", *index)) == content(second)  # and so is the same corpus again
    assert content(tmp_path / "index") == before
    assert not any(b"commune" in data for data in before.values()), "no text is in an index"


def test_boilerplate_and_references_are_what_they_are_without_an_index(months, cleaned, index_of_october, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"duplicates": {"boilerplate": 3}}))
    options = ("--against", months[1], "--config", config)
    with_index = cleaned(months[2], "with-index", "--index", index_of_october, *options)
    compared = cleaned(months[2], "compared", "--against", months[0], *options)
    assert content(with_index / "documents") == content(compared / "documents")
    assert {entry["rule"] for entry in entries(with_index / "changes")} >= {"against", "boilerplate"}
    listed = [json.loads(line) for line in (with_index / "copies.jsonl").read_text().splitlines()]
    assert {entry["kept"]["file"] for entry in listed if entry["kept"]} >= {str(months[1])}
    assert any(entry["kept"] is None for entry in listed)


def rows_of(folder):
    """The documents of a results folder, by id."""
    rows = (json.loads(line) for data in content(folder / "documents").values() for line in data.splitlines())
    return {row["id"]: row["text"] for row in rows}


def test_a_transform_accepts_an_index_in_place_of_a_pcollection(months, index_of_october, cleaned):
    index = FingerprintIndex.read(str(index_of_october))
    pairs = [(row["id"], row["text"]) for row in map(json.loads, months[1].read_text().splitlines())]
    collapse = CollapseDuplicateParagraphs(scope="corpus", against=index, order_by=lambda pair: pairs.index(pair))
    documents, changes = pairs | collapse.with_changes()
    expected = cleaned(months[1], "out", "--index", index_of_october, "--passes", "duplicates")
    assert dict(documents) == rows_of(expected)
    removed = [change.detail for change in changes if change.rule == "against"]
    assert removed
    assert all(detail == {"kept_in": "index"} for detail in removed)


def test_merged_indexes_hold_what_each_of_them_holds(months, index_of_october, cleaned, command, tmp_path):
    cleaned(months[1], "out-november", "--index", tmp_path / "november")
    merge = ("merge-indexes", index_of_october, tmp_path / "november", "--output", tmp_path / "both")
    status, printed = command(*merge)
    [part] = FingerprintIndex.read(str(tmp_path / "both")).parts
    assert (status, f"{part.digests} fingerprints, written to" in printed) == (0, True)
    against = [argument for month in months[:2] for argument in ("--against", month)]
    with_index = cleaned(months[2], "out", "--index", tmp_path / "both")
    assert content(with_index / "documents") == content(cleaned(months[2], "against", *against) / "documents")
    # A part of several corpora would take everything from one of them that is cleaned again.
    assert "merged with others" in cleaned(months[0], "again", "--index", tmp_path / "both", status=2)
    status, printed = command(*merge)
    assert (status, "is not empty" in printed) == (2, True)


def test_a_job_that_stops_between_index_and_results_goes_on(months, index_of_october, cleaned, tmp_path, monkeypatch):
    index = ("--index", index_of_october)
    whole = tmp_path / "whole"
    shutil.copytree(index_of_october, whole)
    expected = content(cleaned(months[1], "expected", "--index", whole))

    def stop(folders):
        raise OSError("no space left on device")

    with monkeypatch.context() as stopping:
        stopping.setattr(beam_textclean.pipelines.file_job.clean_files, "finish", stop)
        assert "the same command goes on" in cleaned(months[1], "out2", *index, status=1)
    assert content(cleaned(months[1], "out2", *index)) == expected
    assert content(index_of_october) == content(whole)


def test_a_dry_run_compares_and_adds_nothing(months, index_of_october, command):
    before = content(index_of_october)
    status, printed = command("clean", months[1], "--output", "none", "--index", index_of_october, "--dry-run")
    assert (status, "corpus_duplicates_against" in printed) == (0, True)
    assert content(index_of_october) == before


def test_the_configuration_names_an_index(months, cleaned, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"index": str(tmp_path / "index")}))
    cleaned(months[0], "out", "--config", config)
    assert len(FingerprintIndex.read(str(tmp_path / "index")).parts) == 1
    config.write_text(json.dumps({"index": 3}))
    assert "3 is not the path of a folder" in cleaned(months[0], "out2", "--config", config, status=2)


def test_an_index_of_other_options_or_versions_is_refused(months, index_of_october, cleaned):
    index = FingerprintIndex.read(str(index_of_october))
    for name, config in (
        ("folds", DuplicatesConfig(folds=("case",))),
        ("min_characters", DuplicatesConfig(min_characters=50)),
        ("unit", DuplicatesConfig(unit="document")),
    ):
        with pytest.raises(IndexMismatch, match=f"duplicates.{name} = .* use the same option"):
            CollapseDuplicateParagraphs(config, scope="corpus", against=index)
    for config in DuplicatesConfig(near=0.8), DuplicatesConfig(unit="passage"):
        with pytest.raises(InvalidOption, match="needs the texts"):
            CollapseDuplicateParagraphs(config, scope="corpus", against=index)
    newer = index._replace(compared=index.compared._replace(fingerprints=FINGERPRINTS + 1))
    with pytest.raises(IndexMismatch, match="make a new index"):
        newer.check(DuplicatesConfig())
    refused = cleaned(months[0], "out", "--index", index_of_october, "--scope", "document", status=2)
    assert "needs the duplicates pass" in refused


DAMAGES = {
    "empty head": (lambda index, part: (index / "index.json").write_text(""), 2, "is not the head of an index"),
    "foreign head": (lambda index, part: (index / "index.json").write_text("{}"), 2, "is not the head of an index"),
    "edited head": (lambda index, part: _edit(index / "index.json", b": 40", b": 41"), 2, "its checksum is another"),
    "no head": (lambda index, part: (index / "index.json").unlink(), 2, "is not an index: it has no index.json"),
    "empty part": (lambda index, part: part.write_bytes(b""), 2, "is damaged: it has 0 bytes"),
    "truncated part": (lambda index, part: _edit(part, part.read_bytes()[-1:], b""), 2, "is damaged: it has"),
    "no part": (lambda index, part: part.unlink(), 2, "cannot be read"),
    "edited part": (lambda index, part: _edit(part, part.read_bytes()[:16], bytes(16)), 1, "is damaged: digests"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_or_foreign_index_is_found(index_of_october, months, cleaned, tmp_path, name):
    damage, status, message = DAMAGES[name]
    [part] = index_of_october.glob("*.digests")
    damage(index_of_october, part)
    assert message in cleaned(months[1], "out", "--index", index_of_october, status=status)


def _edit(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new))


@pytest.mark.parametrize(
    ("text", "options", "digest"),
    [
        (SENTENCES[0], {}, "96aef0722904661023211619f3cb3dc2"),
        (SENTENCES[0].upper(), {"folds": ("case", "accents")}, "2b0e68b2a89d1cbd7783e999ece288f4"),
        (SENTENCES[0] + "\n\n" + SENTENCES[1], {"unit": "document"}, "2b88c84cd7169c76afc9a4289fe6585c"),
        ("Aide\n\nQuestion\n\n" + SENTENCES[0] + "\n\nRéponse\n\nMenu", {}, "510e22534e4803f80ba28c413a734ecb"),
    ],
)
def test_a_fingerprint_is_what_kept_indexes_have(text, options, digest):
    """If this fails, the indexes that people have find nothing: raise `FINGERPRINTS` with the new digests."""
    [unit] = fingerprint_units(text, DuplicatesConfig(**options))
    assert (FINGERPRINTS, unit.digest.hex()) == (1, digest)
