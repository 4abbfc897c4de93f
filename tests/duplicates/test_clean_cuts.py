"""What a fold leaves out belongs, at a cut, to the side that it touches."""

import pytest

from beam_textclean.transforms.duplicates import (
    DuplicatesConfig,
    collapse_duplicate_paragraphs,
    collapse_repeated_passages,
)
from beam_textclean.transforms.duplicates.reading.clean_cuts import part_signs

A = "La mairie fermera le pont de pierre mardi, a dit le maire de la ville."
B = "Les travaux de la route coûteront deux millions, selon le conseil municipal."

NOTES, SIGNS, BOTH = ("notes",), ("punctuation",), ("punctuation", "notes")

# What is before and after a glued copy of A and B, and what is kept of them.
AROUND = [
    (NOTES, "Un mot.[7]", "[4] Et voilà.", "Un mot.[7] Et voilà."),
    (BOTH, "Un mot.[7]", "[4] Et voilà.", "Un mot.[7] Et voilà."),
    (NOTES, "Un mot. [7] ", " Et voilà.[8]", "Un mot. [7] Et voilà.[8]"),
    (SIGNS, "Updated on Tuesday. ", "", "Updated on Tuesday."),
    (SIGNS, "Updated on Tuesday? ", "", "Updated on Tuesday?"),
    (SIGNS, "Updated [on Tuesday] ", "", "Updated [on Tuesday]"),
    (SIGNS, "Est-ce vrai ? ", " Oui.", "Est-ce vrai ? Oui."),
    (SIGNS, "Updated “on Tuesday” ", " « Et voilà »", "Updated “on Tuesday” « Et voilà »"),
    (SIGNS, "Updated on Tuesday.", "(Et voilà)", "Updated on Tuesday.(Et voilà)"),
    (SIGNS, "Updated on Tuesday. ", ' "Et voilà"', 'Updated on Tuesday. "Et voilà"'),
    (SIGNS, "Updated on Tuesday.\n", "\n— Et voilà.", "Updated on Tuesday.\n— Et voilà."),
    (SIGNS, "Il a dit : « ", " » Et voilà.", "Il a dit : Et voilà."),
]


@pytest.mark.parametrize(("folds", "before", "after", "kept"), AROUND)
def test_what_is_kept_within_a_document_keeps_its_signs(
    folds: tuple[str, ...], before: str, after: str, kept: str
) -> None:
    text = f"{A}\n\n{B}\n\n{before}{A}{B}{after}"
    cleaned = collapse_duplicate_paragraphs(text, DuplicatesConfig(folds=folds))
    assert cleaned.text == f"{A}\n\n{B}\n\n{kept}"


@pytest.mark.parametrize(("folds", "before", "after", "kept"), AROUND)
def test_what_is_kept_across_a_corpus_keeps_its_signs(
    folds: tuple[str, ...], before: str, after: str, kept: str
) -> None:
    documents = [("1", f"{A}\n\n{B}"), ("2", f"{before}{A}{B}{after}")]
    _, cleaned = collapse_repeated_passages(documents, DuplicatesConfig(folds=folds, unit="passage", min_passage=100))
    assert cleaned.text == kept


def test_paragraphs_that_a_fold_leaves_out_are_kept() -> None:
    text = f"{A}\n\n***\n\n{A}\n\n?!\n\n{B}"
    cleaned = collapse_duplicate_paragraphs(text, DuplicatesConfig(folds=SIGNS))
    assert cleaned.text == f"{A}\n\n***\n\n?!\n\n{B}"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (".", " "),
        (".”", " «\xa0"),
        (".[7]", " « "),
        ("", " — "),
        ("\xa0!", "  "),
        (" *", "\n"),
        ("", "\n[7] "),
        (".“", " "),
        ("", " »"),
        ("\u0301.", " \u200b("),
        ("", ""),
    ],
)
def test_signs_belong_to_the_side_that_they_touch(left: str, right: str) -> None:
    end, start = part_signs(left + right)
    assert (end, (left + right)[end:start].strip("\u200b").strip()) == (len(left), "")
