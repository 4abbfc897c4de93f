"""The gate finds what a split of the document into words finds, wherever it stands."""

from itertools import pairwise

import pytest

from beam_textclean.transforms.typos.first_look import Gate, fold, hashes_of


def gate(words: list[bytes], phrases: list[bytes]) -> Gate:
    return Gate({"fr": hashes_of(words)}, {"fr": phrases}, {})


@pytest.mark.parametrize("filler", [0, 1, 7, 16_380, 16_381, 16_382, 16_383, 16_384, 16_385, 40_000])
def test_words_and_phrases_are_found_wherever_documents_are_cut(filler: int) -> None:
    folded = fold("mot " * filler + "par ce, teh … tous LE\nmonde recieve")
    found = gate([b"teh", b"recieve"], [b"par ce", b"tous le monde"]).look(folded).entries
    assert found == {"fr": {b"teh", b"recieve", b"par ce", b"tous le monde"}}


def test_words_of_any_length_are_told_apart() -> None:
    words = [b"abcdefghijklmnopqrstuvwxyz"[:length] for length in range(1, 17)]
    for word in words:
        folded = b" " + b" ".join(words) + b" "
        assert gate([word], []).look(folded).entries == {"fr": {word}}


def test_words_that_are_the_same_up_to_their_sixteenth_letter_are_not_told_apart() -> None:
    found = gate([b"incontestablementt"], []).look(b" incontestablement incontestableman ").entries
    assert found == {"fr": {b"incontestablement"}}


def test_a_word_is_found_for_each_of_its_languages() -> None:
    words = {"de": hashes_of([b"teh"]), "en": hashes_of([b"teh", b"recieve"]), "fr": hashes_of([b"teh"])}
    found = Gate(words, {"en": [b"of teh"], "fr": [b"of teh"]}, {}).look(fold("of teh, recieve")).entries
    assert found == {"de": {b"teh"}, "en": {b"teh", b"recieve", b"of teh"}, "fr": {b"teh", b"of teh"}}


def test_a_phrase_may_only_be_found_where_its_pairs_of_words_are() -> None:
    folded = fold("tous le jour, le monde")
    assert {b"tous le", b"le monde"} <= set(map(b" ".join, pairwise(folded.split())))
    assert gate([], [b"tous le monde", b"le soir"]).look(folded).entries == {"fr": {b"tous le monde"}}


@pytest.mark.parametrize("text", ["", " ", "x", "12", "…"])
def test_a_document_without_words_has_no_entries(text: str) -> None:
    assert gate([b"teh"], [b"par ce"]).look(fold(text)).entries == {}
    assert gate([], []).look(fold(text)).entries == {}
