"""The gate finds what a split of the document into words finds, wherever it stands."""

from itertools import pairwise

import pytest

from beam_textclean.transforms.typos.gate import Gate, fold


@pytest.mark.parametrize("filler", [0, 1, 7, 16_380, 16_381, 16_382, 16_383, 16_384, 16_385, 40_000])
def test_words_and_phrases_are_found_wherever_documents_are_cut(filler: int) -> None:
    gate = Gate([b"teh", b"recieve"], [b"par ce", b"tous le monde"])
    folded = fold("mot " * filler + "par ce, teh … tous LE\nmonde recieve")
    assert gate.entries(folded) == {b"teh", b"recieve", b"par ce", b"tous le monde"}


def test_words_of_any_length_are_told_apart() -> None:
    words = [b"abcdefghijklmnopqrstuvwxyz"[:length] for length in range(1, 17)]
    for word in words:
        folded = b" " + b" ".join(words) + b" "
        assert Gate([word], []).entries(folded) == {word}


def test_an_entry_that_is_no_word_of_the_document_differs_from_one_behind_its_sixteenth_letter() -> None:
    assert Gate([b"incontestablementt"], []).entries(b" incontestablement incontestableman ") == {b"incontestablement"}


def test_a_phrase_may_only_be_found_where_its_pairs_of_words_are() -> None:
    folded = fold("tous le jour, le monde")
    assert {b"tous le", b"le monde"} <= set(map(b" ".join, pairwise(folded.split())))
    assert Gate([], [b"tous le monde", b"le soir"]).entries(folded) == {b"tous le monde"}


@pytest.mark.parametrize("text", ["", " ", "x", "12", "…"])
def test_a_document_without_words_has_no_entries(text: str) -> None:
    assert Gate([b"teh"], [b"par ce"]).entries(fold(text)) == set()
    assert Gate([], []).entries(fold(text)) == set()
