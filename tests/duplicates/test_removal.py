import pytest

from beam_textclean.transforms.duplicates import Dropped, drop_paragraphs, split_paragraphs
from beam_textclean.transforms.duplicates.reading.clean_cuts import is_clean_cut
from beam_textclean.transforms.errors import ChangesDoNotFit
from beam_textclean.transforms.records import revert_changes

TEXT = "Un.\n\nDeux.\n \n\nTrois.\n\nQuatre.\n"


def drop(text: str, *numbers: int) -> str:
    paragraphs = split_paragraphs(text)
    cleaned = drop_paragraphs(text, [Dropped(*paragraphs[number], {"document": "a"}) for number in numbers])
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert len(cleaned.changes) == len(numbers)
    return cleaned.text


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), TEXT),
        ((0,), "Deux.\n \n\nTrois.\n\nQuatre.\n"),
        ((1,), "Un.\n \n\nTrois.\n\nQuatre.\n"),
        ((2,), "Un.\n\nDeux.\n\nQuatre.\n"),
        ((3,), "Un.\n\nDeux.\n \n\nTrois.\n"),
        ((0, 1), "Trois.\n\nQuatre.\n"),
        ((1, 2), "Un.\n\nQuatre.\n"),
        ((0, 3), "Deux.\n \n\nTrois.\n"),
        ((3, 0, 1), "Trois.\n"),
        ((0, 1, 2, 3), ""),
    ],
)
def test_each_paragraph_takes_one_separator_along(numbers: tuple[int, ...], expected: str) -> None:
    assert drop(TEXT, *numbers) == expected


def test_a_text_all_of_whose_paragraphs_go_is_empty() -> None:
    assert drop("\n \n Un.\n\nDeux.\n\n\n", 0, 1) == ""


def test_lines_are_dropped_from_a_text_without_blank_lines() -> None:
    assert drop("Un.\r\nDeux.\r\nTrois.\r\n", 1) == "Un.\r\nTrois.\r\n"


def test_step_rule_and_detail_go_into_the_change() -> None:
    cleaned = drop_paragraphs(TEXT, [Dropped(0, 3, {"kept_document": "b"})], step="near", rule="minhash")
    assert cleaned.changes[0][:6] == ("near", "minhash", 0, 5, "Un.\n\n", "")
    assert cleaned.changes[0].detail == {"kept_document": "b"}


@pytest.mark.parametrize("losers", [[(0, 4)], [(1, 3)], [(0, 3), (0, 3)], [(100, 104)]])
def test_spans_of_another_text_are_refused(losers: list[tuple[int, int]]) -> None:
    with pytest.raises(ChangesDoNotFit, match="not made of paragraphs of this text"):
        drop_paragraphs(TEXT, [Dropped(start, end, {}) for start, end in losers])


@pytest.mark.parametrize(
    ("before", "gap", "after", "expected"),
    [
        (".", "", "L", True),
        (".", " ", "l", True),
        ("e", "", "L", True),
        ("e", " ", "L", True),
        ("e", "\n", "l", True),
        ("。", "", "英", True),
        ("e", "", "s", False),
        ("e", " ", "s", False),
        ("E", "", "U", False),
        ("e", "", ",", False),
        ("e", "\xa0", "»", False),
        ("'", "", "A", False),
        ("(", "", "V", False),
        (".", "", '"', False),
        ("国", "", "防", False),
        (".", "", "\u0301", False),
    ],
)
def test_a_text_is_cut_between_sentences_or_lines_only(before: str, gap: str, after: str, expected: bool) -> None:
    assert is_clean_cut(before, gap, after) is expected
