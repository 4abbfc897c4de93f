"""What the shipped dictionaries promise, re-derived from the files themselves."""

import gzip
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from beam_textclean.transforms.typos import available_languages
from beam_textclean.transforms.typos.languages import DATA

FILES = sorted(
    (Path(str(entry)) for entry in DATA.iterdir() if entry.name.endswith((".csv", ".csv.gz"))),
    key=lambda path: path.name,
)


def entries(path: Path) -> list[tuple[str, str]]:
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines()
    return [(typo, correction) for typo, correction in (line.split(",") for line in lines)]


def language_entries(language: str) -> dict[str, str]:
    return {typo: fix for path in FILES if path.name.startswith(language) for typo, fix in entries(path)}


def test_six_languages_have_tables() -> None:
    assert available_languages() == ("de", "en", "es", "fr", "it", "pt")


def test_the_shipped_tables_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 6_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dictionary_is_sorted_and_has_each_typo_once(path: Path) -> None:
    typos = [typo for typo, _ in entries(path)]
    assert typos == sorted(set(typos))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_typo_is_one_lower_case_word_of_latin_1_letters(path: Path) -> None:
    for typo, correction in entries(path):
        assert typo.isalpha(), typo
        assert typo == typo.lower(), typo
        assert typo.encode("latin-1"), typo
        assert correction.strip() == correction != typo, typo
        # Corrections are kept with escapes, see tables.py.
        assert "\\" not in correction, typo


@pytest.mark.parametrize("language", available_languages())
def test_no_correction_is_itself_a_typo(language: str) -> None:
    table = language_entries(language)
    chains = {typo: fix for typo, fix in table.items() if any(word.lower() in table for word in fix.split())}
    assert chains == {}


@pytest.mark.parametrize("language", available_languages())
def test_no_typo_is_a_correction_or_typo_with_another_correction_of_the_same_language(language: str) -> None:
    corrections = {fix.lower() for fix in language_entries(language).values()}
    assert not corrections & language_entries(language).keys()


@pytest.mark.parametrize("language", available_languages())
def test_a_correction_is_more_frequent_than_its_typo(language: str) -> None:
    known = frequencies(language)
    wrong = [
        (typo, fix)
        for typo, fix in language_entries(language).items()
        if fix.lower() in known and known.get(typo, 0.0) >= known[fix.lower()]
    ]
    assert wrong == []


@pytest.mark.parametrize("language", available_languages())
def test_no_typo_is_a_known_word_of_another_supported_language(language: str) -> None:
    typos = language_entries(language).keys()
    for other in available_languages():
        if other != language:
            # 1.26e-6 is Zipf 3.1, once in 800,000 words; 1e-7 is Zipf 2: rarer ones are misspellings there too.
            known = {word: count for word, count in frequencies(other).items() if count >= 1e-7}
            assert not {typo for typo in typos & known.keys() if known[typo] >= 1.26e-6}
            assert not {typo for typo in typos & known.keys() if not is_near_a_frequent_word(typo, other)}


def is_near_a_frequent_word(form: str, language: str) -> bool:
    """Tell whether a form looks like the misspelling of a word that is sixty times as frequent."""
    counts = frequencies(language)
    near = {word for shorter in with_deletions(plain(form)) for word in by_deletion(language).get(shorter, ())}
    return any(counts[word] >= 60 * counts[form] for word in near)


@cache
def by_deletion(language: str) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    for word, count in frequencies(language).items():
        if count >= 60e-7:
            for shorter in with_deletions(plain(word)):
                index.setdefault(shorter, set()).add(word)
    return index


def with_deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def frequencies(language: str) -> dict[str, float]:
    wordfreq = pytest.importorskip("wordfreq")
    return dict(wordfreq.get_frequency_dict(language, "best"))
