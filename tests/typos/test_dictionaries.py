"""What the shipped dictionaries promise, re-derived from the files themselves."""

import csv
import gzip
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from beam_textclean.transforms.typos import available_languages
from beam_textclean.transforms.typos.languages import DATA
from beam_textclean.transforms.typos.lexicon import lexicons

pytestmark = pytest.mark.data

# What did harm on real text, with the reason.
NEVER = Path(__file__).parents[2] / "tools" / "dictionary_sources" / "never.csv"

# Languages whose words are loan words of prose, the first ten even where an accent is all that differs.
NEIGHBOURS = ("ca", "cs", "da", "fi", "nb", "nl", "pl", "ro", "sv", "tr")
OTHER_LANGUAGES = (*NEIGHBOURS, "fil", "hu", "id", "is", "lt", "lv", "ms", "sh", "sk", "sl", "vi")

FILES = sorted(
    (Path(str(entry)) for entry in DATA.iterdir() if entry.name.endswith((".csv", ".csv.gz"))),
    key=lambda path: path.name,
)


@cache
def entries(path: Path) -> list[tuple[str, str]]:
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines()
    return [(typo, correction) for typo, correction in (line.split(",") for line in lines)]


@cache
def language_entries(language: str) -> dict[str, str]:
    return {typo: fix for path in FILES if path.name.startswith(language) for typo, fix in entries(path)}


@cache
def generated(language: str) -> dict[str, str]:
    return dict(entries(Path(str(DATA / f"{language}_generated.csv.gz"))))


def of_others(language: str) -> dict[str, str]:
    """Give what was not written for this project word by word."""
    own = dict(entries(Path(str(DATA / f"{language}.csv"))))
    return {typo: fix for typo, fix in language_entries(language).items() if typo not in own}


def test_six_languages_have_tables() -> None:
    assert available_languages() == ("de", "en", "es", "fr", "it", "pt")


def test_the_shipped_tables_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 11_000_000


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


def test_nothing_that_did_harm_on_real_text_is_a_typo() -> None:
    with NEVER.open(encoding="utf-8", newline="") as lines:
        harmful = [(language, word) for language, word, *_ in csv.reader(lines)]
    assert harmful
    assert [(language, word) for language, word in harmful if word in language_entries(language)] == []


@pytest.mark.parametrize("language", sorted(lexicons()))
def test_no_typo_is_in_the_lexicon_of_its_language(language: str) -> None:
    # A filter takes one unknown word in 120 for a known one.
    sample = list(language_entries(language))[::5]
    assert sum(typo in lexicons()[language] for typo in sample) < 0.012 * len(sample)


@pytest.mark.parametrize("language", available_languages())
def test_no_typo_is_in_the_lexicon_of_english_or_french(language: str) -> None:
    sample = list(language_entries(language))[::5]
    for other in ("en", "fr"):
        assert sum(typo in lexicons()[other] for typo in sample) < 0.012 * len(sample) + 1


@pytest.mark.parametrize("language", available_languages())
def test_no_typo_is_a_frequent_word_of_a_language_without_tables(language: str) -> None:
    typos = {typo: word for typo, word in of_others(language).items() if not only_lacks_accents(typo, word, language)}
    for neighbours, other in ((True, NEIGHBOURS), (False, OTHER_LANGUAGES)):
        for code in other:
            # 2e-6 is Zipf 3.3; the smaller lists hold what is found once in a million words, Zipf 3.
            words = {word for word, count in frequencies(code, "small").items() if not neighbours or count >= 2e-6}
            assert words & typos.keys() == set(), code


@pytest.mark.parametrize("language", ["es", "fr", "it", "pt"])
def test_a_typo_that_only_lacks_accents_is_not_english_nor_more_frequent_elsewhere(language: str) -> None:
    """In French "probleme" lacks an accent, though German has Probleme; "reference" may be quoted from English."""
    counts = frequencies(language)
    typos = {
        typo: word for typo, word in language_entries(language).items() if only_lacks_accents(typo, word, language)
    }
    assert {typo for typo in typos if frequencies("en").get(typo, 0.0) >= 1e-6} == set()  # Zipf 3
    # A filter takes one unknown word in 120 for a known one.
    assert sum(typo in lexicons()["en"] for typo in typos) < 0.012 * len(typos) + 3
    for other in set(available_languages()) - {language}:
        there = frequencies(other)
        # Twice as frequent: Zipf 0.3.
        assert {typo for typo in typos if there.get(typo, 0.0) > 2.01 * counts.get(typos[typo], 1.0)} == set(), other


@pytest.mark.parametrize("language", ["en"])
def test_no_generated_typo_but_one_of_accents_is_a_rare_word_of_its_language(language: str) -> None:
    assert known_and_no_slip_of_accents(language) == set()


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "pt"])
def test_no_generated_typo_but_one_of_accents_is_a_word_that_other_languages_have_or_many_wrote(language: str) -> None:
    counts, typos, known = frequencies(language), generated(language), known_and_no_slip_of_accents(language)
    assert {typo for typo in known if counts[typo] >= 1e-7} == set()  # Zipf 2
    for other in (*available_languages(), *OTHER_LANGUAGES):
        there = frequencies(other, "best" if other in available_languages() else "small")
        words = {typo for typo in known & there.keys() if not is_typo_there(typo, typos[typo], there)}
        assert other == language or words == set(), other


def known_and_no_slip_of_accents(language: str) -> set[str]:
    typos = generated(language)
    return {typo for typo in typos.keys() & frequencies(language).keys() if not is_slip_of_accents(typo, typos)}


def is_typo_there(typo: str, correction: str, counts: dict[str, float]) -> bool:
    """Tell whether another language has the correction sixty times as often, and so the typo of it too."""
    return max(counts.get(correction, 0.0), counts.get(plain(correction), 0.0)) >= 60 * counts[typo]


@pytest.mark.parametrize("language", sorted(path.name[:2] for path in FILES if path.name.endswith("_generated.csv.gz")))
def test_a_generated_typo_is_five_times_rarer_than_its_correction(language: str) -> None:
    counts, typos = frequencies(language), generated(language)
    assert {typo for typo in typos.keys() & counts.keys() if counts[typos[typo]] < 5 * counts[typo]} == set()


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_a_letter_too_many_is_not_cut_where_a_likely_word_lacks_another(language: str) -> None:
    """Of embarasser the author rather means embarrasser than embrasser: a double letter written once is frequent."""
    counts, lexicon = frequencies(language), lexicons()[language]
    for typo, word in generated(language).items():
        if len(typo) <= len(word):
            continue
        doubled = {typo[:place] + letter + typo[place:] for place, letter in enumerate(typo)}
        likely = {other for other in doubled & counts.keys() if 50 * counts[other] > counts[word] and other in lexicon}
        assert likely == set(), typo


@pytest.mark.parametrize("language", sorted(lexicons()))
def test_no_much_more_frequent_word_is_one_edit_from_a_generated_typo(language: str) -> None:
    """A frequent slip in a word is likelier than an odd one in a somewhat more frequent word, but not in any."""
    counts, typos, lexicon = frequencies(language), generated(language), lexicons()[language]
    for typo in [typo for typo in typos if not is_slip_of_accents(typo, typos)][::25]:
        words = {word for shorter in with_deletions(plain(typo)) for word in by_deletion(language).get(shorter, ())}
        near = {word for word in words - {typos[typo]} if is_one_edit_away(word, typo) and word in lexicon}
        # A double letter written once is the most frequent slip of all.
        most = 10 if len(typo) >= len(typos[typo]) else 150
        assert {word for word in near if counts[word] >= most * counts[typos[typo]]} == set(), typo


def is_one_edit_away(word: str, other: str) -> bool:
    """Tell whether a letter inserted, left out, replaced or transposed with the next makes one word of another."""
    start = next((i for i, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), len(word))
    rest, other_rest = word[start:], other[start:]
    pairs = [(rest[1:], other_rest[1:]), (rest, other_rest[1:]), (rest[1:], other_rest)]
    return any(one == two for one, two in pairs) or rest == other_rest[1::-1] + other_rest[2:]


ENDINGS = {"en": ("s", "ed", "er", "ly", "ing"), "es": ("s", "es"), "fr": ("s", "es", "x"), "pt": ("s", "es", "m")}


@pytest.mark.parametrize("language", sorted(ENDINGS))
def test_no_generated_typo_is_a_known_word_with_an_ending(language: str) -> None:
    lexicon, typos = lexicons()[language], generated(language)
    others = [typo for typo in typos if not is_slip_of_accents(typo, typos)]
    for ending in ENDINGS[language]:
        stems = [typo.removesuffix(ending) for typo in others if typo.endswith(ending)]
        # A filter takes one unknown word in 120 for a known one.
        assert sum(stem in lexicon for stem in stems) < 0.012 * len(stems) + 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_generated_typo_is_a_latin_noun(language: str) -> None:
    latin = [typo for typo, word in generated(language).items() if typo.endswith(("tio", "sio")) and typo + "n" == word]
    assert latin == []  # actio, accessio


def test_no_french_typo_is_an_accepted_or_an_old_spelling() -> None:
    for typo, word in language_entries("fr").items():
        differing = set(zip(word, typo, strict=True)) - {(c, c) for c in word} if len(typo) == len(word) else {("", "")}
        assert not differing <= {("î", "i"), ("û", "u")}, typo  # maitrise, surement: accepted since 1990
        assert ("i", "y") not in differing, typo  # celuy, ennemy
        assert "oe" not in typo, typo  # for œ
        assert not (typo.endswith("oient") and word.endswith("aient")), typo


OLD_PORTUGUESE = {
    "the double letters of before 1911: elle, commissário": [(2 * letter, letter) for letter in "cflmnpt"],
    "the circumflex of before 1971: sôbre": [("ê", "e"), ("ô", "o")],
    "the acute accent of before 1990: idéia, apóio": [("éi", "ei"), ("ói", "oi")],
}


@pytest.mark.parametrize("spelling", OLD_PORTUGUESE)
def test_no_portuguese_typo_is_an_old_spelling(spelling: str) -> None:
    typos = language_entries("pt").items()
    for old, new in OLD_PORTUGUESE[spelling]:
        assert [typo for typo, word in typos if typo.replace(old, new) == word] == []


def test_no_spanish_typo_is_an_imperative_of_the_river_plate() -> None:
    ending = re.compile(r"(?<=[aei])r(?=(?:me|te|se|nos|l[aeo]s?)$)")
    assert [typo for typo, word in language_entries("es").items() if ending.sub("", word) == typo] == []  # hacelo


def test_no_spanish_typo_is_a_form_for_vos() -> None:
    """Where only accents differ, a form stressed as verbs of the River Plate is one (publicás, ayudanos)."""
    ending, infinitives = re.compile("[áéí]s?$|[aei](?:me|te|nos)$"), lexicons()["es"]
    found = []
    for typo, word in language_entries("es").items():
        if plain(typo) == plain(word) and ending.search(typo):
            stem = plain(re.sub("(?:s|me|te|nos)$", "", typo))
            if stem + "r" in infinitives:
                found.append(typo)
    assert len(found) < 10, found  # the filter takes one unknown form in 120 for a known one


def test_names_are_entries_sorted_and_few() -> None:
    """What is in this list is corrected in small letters only: it must not grow into a second lexicon."""
    names = (DATA / "names.txt").read_text(encoding="utf-8").splitlines()
    assert names == sorted(set(names))
    assert set(names) <= {typo for language in available_languages() for typo in language_entries(language)}
    assert len(names) < 5000


def test_no_german_typo_writes_ss_otherwise() -> None:
    assert [typo for typo, word in language_entries("de").items() if typo.replace("ß", "ss") == word] == []


@pytest.mark.parametrize("language", available_languages())
def test_no_typo_is_a_known_word_of_another_supported_language(language: str) -> None:
    entries = language_entries(language).items()
    typos = {typo for typo, word in entries if not only_lacks_accents(typo, word, language)}
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


def only_lacks_accents(typo: str, word: str, language: str) -> bool:
    """Return whether the rule for lost accents decides on an entry; the dots of German are no such accents."""
    if language == "de" or len(typo) != len(word) or typo == word:
        return False
    return all(one in (other, plain(other)) for one, other in zip(typo, word, strict=True))


def is_slip_of_accents(typo: str, corrections: dict[str, str]) -> bool:
    return plain(typo) == plain(corrections[typo])


@cache
def frequencies(language: str, size: str = "best") -> dict[str, float]:
    wordfreq = pytest.importorskip("wordfreq")
    return dict(wordfreq.get_frequency_dict(language, size))
