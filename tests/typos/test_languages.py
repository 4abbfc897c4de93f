"""Whoever adds a language is told what else it needs, before any document is read."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from beam_textclean.transforms import FixTypos, fix_typos
from beam_textclean.transforms.errors import IncompleteLanguage, InvalidRule
from beam_textclean.transforms.typos import available_languages, context, languages


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the package's data files, which are read in their place."""
    folder = tmp_path / "data"
    shutil.copytree(str(languages.DATA), folder)
    caches = (languages.available_languages, languages._facts, languages.language_facts)
    monkeypatch.setattr(languages, "DATA", folder)
    monkeypatch.setattr(context, "DATA", folder)
    for cached in caches:
        cached.cache_clear()
    yield folder
    for cached in caches:
        cached.cache_clear()


def test_a_table_without_facts_about_its_language_is_refused_by_name(data: Path) -> None:
    (data / "nl.csv").write_text("nietemin,niettemin\n", encoding="utf-8")
    for use in (available_languages, FixTypos, lambda: fix_typos("Een tekst.")):
        with pytest.raises(IncompleteLanguage, match=r"'nl' has tables, but data/languages.json has no old_spelling"):
            use()


def test_context_rules_without_a_table_are_refused_by_name(data: Path) -> None:
    (data / "context_nl.json").write_text("[]", encoding="utf-8")
    with pytest.raises(IncompleteLanguage, match=r"context_nl.json has rules .* it needs data/nl.csv"):
        available_languages()


def test_a_language_with_all_that_it_needs_is_there(data: Path) -> None:
    (data / "nl.csv").write_text("nietemin,niettemin\n", encoding="utf-8")
    facts = json.loads((data / "languages.json").read_text(encoding="utf-8"))
    facts["old_spelling"]["nl"] = ""
    (data / "languages.json").write_text(json.dumps(facts), encoding="utf-8")
    assert "nl" in available_languages()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('{"phrase": "zo", "corection": "zo"}', r"context_nl.json, line 3: there is no key 'corection'.*'correction'"),
        ('{"phrase": "zo", "correction": "zo"}', r"context_nl.json, line 3: the key 'positive' is missing"),
        ('{"phrase" "zo"}', r"context_nl.json, line 3: not JSON"),
        ('"zo"', r"context_nl.json, line 3: an entry is an object"),
    ],
)
def test_an_entry_that_is_no_context_rule_is_refused_with_its_line(data: Path, entry: str, message: str) -> None:
    right = '{"phrase": "hte", "correction": "het", "positive": ["hte huis"], "negative": ["het huis"]}'
    (data / "context_nl.json").write_text(f"[\n{right},\n{entry}\n]", encoding="utf-8")
    with pytest.raises(InvalidRule, match=message):
        context.read_rules("nl")


def test_a_line_of_slips_that_lacks_a_field_is_refused_with_its_number(data: Path) -> None:
    (data / "slips_nl.tsv").write_text("wt\twat\tboth\tdat\tis\nhte\thet\tboth\tin\n", encoding="utf-8")
    with pytest.raises(InvalidRule, match=r"slips_nl.tsv, line 2: expected 5 fields, found 4"):
        context.read_slips("nl")
