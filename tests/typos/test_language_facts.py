"""What data/languages.json and data/slips_*.tsv promise: a line that breaks one of these is refused here."""

import pytest

from beam_textclean.transforms.typos import available_languages, fix_typos
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import read_rules, read_slips
from beam_textclean.transforms.typos.languages import language_facts
from beam_textclean.transforms.typos.lexicon import is_known, lexicons
from beam_textclean.transforms.typos.tables import load_tables


@pytest.mark.parametrize("language", sorted({*available_languages()} - {"es"}))
def test_no_old_spelling_is_a_typo_that_the_tables_correct(language: str) -> None:
    """Such a form is as often a mistake of today, and would silence the language (perchè, tambem).

    Not so the s for x of the 19th century in Spanish (esplicar, estraño).
    """
    tables = load_tables(language, TyposConfig())
    assert tables.typos(language_facts().old_spelling[language]) == set()


@pytest.mark.parametrize("language", ["es", "fr", "pt"])
def test_few_old_spellings_are_words_of_today(language: str) -> None:
    """Spanish "órdenes" and "jóvenes" are today's spelling; some old forms are words in another sense."""
    forms = [word.decode("latin-1") for word in language_facts().old_spelling[language]]
    known = [form for form in forms if len(form) > 3 and form in lexicons()[language]]
    assert len(known) < 0.35 * len(forms), known


@pytest.mark.parametrize("form", ["órdenes", "jóvenes", "ó", "á", "exámen", "márgen", "piés"])
def test_spanish_of_today_is_no_old_spelling(form: str) -> None:
    assert form.encode("latin-1") not in language_facts().old_spelling["es"]


LEGITIMATE = {
    "de": {"die", "der", "das", "zu"},
    "en": {"on", "in", "that", "had"},
    "es": {"y"},
    "fr": {"est", "en", "nous", "vous"},
    "pt": {"se"},
}


@pytest.mark.parametrize("language", sorted(LEGITIMATE))
def test_no_word_that_may_be_written_twice_is_taken_for_repeated(language: str) -> None:
    assert LEGITIMATE[language].isdisjoint(language_facts().repeated[language])


@pytest.mark.parametrize("language", available_languages())
def test_a_word_repeated_by_mistake_is_written_once_and_a_third_stops_it(language: str) -> None:
    for word in language_facts().repeated[language]:
        (change,) = (c for c in fix_typos(f"xyz {word} {word} xyz", (language,)).changes if c.rule == "repeated")
        assert (change.before, change.after) == (f"{word} {word}", word)
        assert fix_typos(f"xyz {word} {word} {word} xyz", (language,)).changes == ()


WITH_SLIPS = [language for language in available_languages() if read_slips(language)]


def test_the_six_languages_have_slips() -> None:
    assert {"de", "en", "es", "fr", "it", "pt"} <= {*WITH_SLIPS}


@pytest.mark.parametrize("language", WITH_SLIPS)
def test_a_slip_leads_from_a_rare_word_to_a_much_more_frequent_one(language: str) -> None:
    wordfreq = pytest.importorskip("wordfreq")
    slips = read_slips(language)
    assert len(slips) >= 100
    for slip in slips:
        rare, frequent = (wordfreq.zipf_frequency(word, language, "best") for word in (slip.phrase, slip.correction))
        assert frequent - rare >= 1.2, slip.phrase
        assert rare < 5.1, slip.phrase


@pytest.mark.parametrize("language", available_languages())
def test_the_words_of_slips_are_words_and_each_rare_one_has_one_line_without_chains(language: str) -> None:
    slips = read_slips(language)
    rare = [slip.phrase for slip in slips]
    assert rare == sorted(set(rare))
    assert not set(rare) & {slip.correction for slip in slips}
    assert not load_tables(language, TyposConfig()).typos({word.encode("latin-1") for word in rare})
    if language in lexicons():
        assert [word for slip in slips for word in (slip.phrase, slip.correction) if not is_known(word)] == []


@pytest.mark.parametrize("language", available_languages())
def test_no_slip_has_a_context_rule_for_the_same_word(language: str) -> None:
    phrases = {rule.phrase for rule, _ in read_rules(language)}
    assert phrases.isdisjoint(slip.phrase for slip in read_slips(language))
