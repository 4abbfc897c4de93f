"""Properties of learning: the same whatever the order, exact in any number of parts, sound on any text."""

import csv
from collections import Counter
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from beam_textclean.transforms import learn_typos
from beam_textclean.transforms.typos.candidates import WordCount, count_words, word_counts
from beam_textclean.transforms.typos.learn import Occurrences, Place, add_places
from beam_textclean.transforms.typos.learned import TypoProposal, proposals_as_csv
from beam_textclean.transforms.typos.safe_edits import letters, safe_edit

SENTENCES = st.sampled_from(
    [
        "Ils sont avec les gribouldis dans le nord du pays.",
        "Ils sont avec les griboudlis dans le nord du pays.",
        "Un soldat en servant à nos côtés est dans la ville.",
        "Un soldat en sevrant à nos amis est dans la ville.",
        "Voici l’œuvre des gribouldis de la région, et la sœur.",
        "The cat is in the house with the others and they are not here.",
        "",
        "\ud800 | griboudlis",
    ]
)
CORPORA = st.lists(SENTENCES, max_size=40).map(lambda texts: texts + ["Les gribouldis sont dans la ville."] * 12)
WORDS = st.text("aeéèslrn", min_size=1, max_size=8)
PLACES = st.tuples(st.builds(Place, WORDS, WORDS, WORDS), st.builds(Occurrences, st.integers(1, 5), WORDS))

EXAMPLES = settings.default.max_examples  # of the profile: more where examples are cheap, fewer where they are not


@given(CORPORA, st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES * 2 // 5)
def test_the_order_of_the_documents_makes_no_difference(texts: list[str], order: object) -> None:
    shuffled = list(texts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert learn_typos(texts, ("fr",)) == learn_typos(shuffled, ("fr",))


@given(CORPORA, st.integers(1, 5))
@settings(max_examples=EXAMPLES * 2 // 5)
def test_words_are_counted_exactly_in_any_number_of_parts(texts: list[str], parts: int) -> None:
    def counted(some: list[str]) -> Counter[tuple[str, str]]:
        counts: dict[str, Counter[bytes]] = {}
        for text in some:
            count_words(text, ("fr",), counts)
        found: Counter[tuple[str, str]] = Counter()
        for language, of in counts.items():
            found.update({(language, word.word): word.lower + word.capitals for word in word_counts(language, of)})
        return found

    added: Counter[tuple[str, str]] = Counter()
    for part in range(parts):
        added += counted(texts[part::parts])
    assert added == counted(texts)


@given(st.lists(PLACES, max_size=150), st.integers(1, 6))
def test_places_add_up_to_the_same_whoever_adds_what_first(found: list[tuple[Place, Occurrences]], parts: int) -> None:
    partial = [add_places({}, found[part::parts]) for part in range(parts)]
    merged: dict[Place, Occurrences] = {}
    for places in reversed(partial):
        merged = add_places(merged, places.items())
    assert merged == add_places({}, found)


@given(st.lists(st.text(max_size=100), max_size=8))
@settings(max_examples=EXAMPLES * 3 // 5)
def test_any_text_can_be_learned_from(texts: list[str]) -> None:
    for proposal in learn_typos(texts):
        assert proposal.typo != proposal.correction


@given(WORDS, WORDS)
def test_an_edit_keeps_the_letters(typo: str, word: str) -> None:
    if safe_edit(typo, word):
        assert letters(typo) == letters(word)


@given(st.text("abcéœž", min_size=4, max_size=8), st.integers(1, 9))
def test_a_word_counts_as_it_is_written_or_not_at_all(word: str, times: int) -> None:
    counts: dict[str, Counter[bytes]] = {}
    count_words(f"dans la {word} les des avec " * times, ("fr",), counts)
    found = {count for language in counts for count in word_counts(language, counts[language])}
    if "œ" in word or "ž" in word:
        assert all(count.word != word for count in found)
    else:
        assert WordCount("fr", word, times, 0) in found


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="|", exclude_categories=("C", "Z")), max_size=20)


@given(
    st.lists(
        st.builds(
            TypoProposal, st.booleans(), TEXTS, TEXTS, TEXTS, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9),
            TEXTS, st.just(()), TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
        ),
        max_size=5,
    )
)  # fmt: skip
def test_the_file_has_a_row_for_each_proposal_in_the_same_order(proposals: list[TypoProposal]) -> None:
    written = "".join(proposals_as_csv(proposals))
    assert written == "".join(proposals_as_csv(proposals[::-1]))
    rows = list(csv.DictReader(StringIO(written, newline="")))
    assert sorted(row["typo"] for row in rows) == sorted(proposal.typo for proposal in proposals)
