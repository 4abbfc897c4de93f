"""Properties of the typo pass on any text."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from beam_textclean.transforms.records import apply_changes, revert_changes
from beam_textclean.transforms.typos import TyposConfig, fix_typos
from beam_textclean.transforms.typos.first_look import fold, occurrences
from beam_textclean.transforms.typos.fix import examine
from beam_textclean.transforms.typos.languages import (
    MARKERS,
    available_languages,
    language_facts,
    language_of,
    language_of_short,
)
from beam_textclean.transforms.typos.tables import load_all

# Text that holds typos, contexts, protections and odd characters often enough to matter.
TYPOS = (
    "evenement Evenement EVENEMENT recieve sevrant à nos côtés a partir de more then ten tout les jours could of been"
)
WORDS = "dans les est avec qui the and of is with they"
MARKS = "l' l’ d’ ' - . , : ( ) ` ``` < > / @ # _ œ é É 12 http://x.fr/evenement … «\u00a0 \u00a0» \u0301 \u00ad \ud800"
PIECES = st.sampled_from([*TYPOS.split(), *WORDS.split(), *MARKS.split(" "), "\n", "\n\n", "\t", "\u00a0"])
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
)
LANGUAGES = st.sampled_from(["auto", ("fr",), ("en",), ("fr", "en"), ("de", "es", "it", "pt")])

EXAMPLES = settings.default.max_examples  # of the profile: more where examples are cheap, fewer where they are not


@given(TEXTS, LANGUAGES)
@settings(max_examples=4 * EXAMPLES)
def test_changes_lead_to_the_cleaned_text_and_back(text: str, languages: str | tuple[str, ...]) -> None:
    cleaned = fix_typos(text, languages)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text


@given(TEXTS, LANGUAGES)
@settings(max_examples=4 * EXAMPLES)
def test_the_changes_are_sorted_disjoint_and_change_something(text: str, languages: str | tuple[str, ...]) -> None:
    changes = fix_typos(text, languages).changes
    for before, after in itertools.pairwise(changes):
        assert before.end <= after.start
    for change in changes:
        assert change.rule == "left_alone" or change.before != change.after


@given(TEXTS | st.lists(PIECES, min_size=50, max_size=400).map(" ".join))
def test_the_gate_knows_which_languages_a_document_may_hold(text: str) -> None:
    folded = fold(text)
    words = frozenset(folded.split())
    entries, markers = load_all(available_languages(), TyposConfig(), None)[1].look(folded)
    for language in available_languages() if entries else ():
        held = markers.get(language, 0) >= MARKERS or language_of_short(folded) == language
        marked = len(words.intersection(language_facts().markers[language])) >= 2
        assert held == (marked or (len(words) <= 50 and language_of(words) == language))


@given(TEXTS, LANGUAGES)
def test_asking_every_table_changes_nothing_more(text: str, languages: str | tuple[str, ...]) -> None:
    assert examine(text, languages).cleaned == fix_typos(text, languages)


@given(TEXTS)
@settings(max_examples=2 * EXAMPLES)
def test_a_text_without_changes_is_the_very_same_text(text: str) -> None:
    cleaned = fix_typos(text)
    assert cleaned.changes or cleaned.text is text


@given(TEXTS)
@settings(max_examples=2 * EXAMPLES)
def test_words_without_lower_case_are_never_changed(text: str) -> None:
    assert fix_typos(text.upper(), ("fr",)).changes == ()


@given(TEXTS)
@settings(max_examples=2 * EXAMPLES)
def test_an_allowed_word_is_in_no_change(text: str) -> None:
    changes = fix_typos(text, ("fr",), TyposConfig(allow=("evenement",))).changes
    assert all(change.before.lower() != "evenement" for change in changes)


@given(st.text(max_size=300))
def test_a_folded_text_has_one_byte_for_each_code_point_and_a_space_at_both_ends(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text) + 2
    assert folded[:1] == folded[-1:] == b" "


@given(st.lists(st.sampled_from(["le", "ele", "l", "le le", "!", "élève"]), max_size=12).map(" ".join))
def test_every_occurrence_of_a_word_is_found_where_it_stands(text: str) -> None:
    words = fold(text).decode("latin-1")
    expected = [i for i in range(len(text)) if words[i : i + 4] == " le "]
    assert list(occurrences(fold(text), b"le")) == expected
