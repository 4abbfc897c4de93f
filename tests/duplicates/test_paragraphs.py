import pytest

from beam_textclean.transforms.duplicates import split_paragraphs


def paragraphs_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_paragraphs(text)]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_blank_lines_part_paragraphs_whatever_ends_a_line(line_break: str) -> None:
    text = f"Un.{line_break}Deux.{line_break} \t{line_break}Trois.{line_break}"
    assert paragraphs_of(text) == [f"Un.{line_break}Deux.", "Trois."]


def test_a_paragraph_separator_parts_paragraphs_by_itself() -> None:
    assert paragraphs_of("Un.\u2029Deux.\nTrois.") == ["Un.", "Deux.\nTrois."]


def test_crlf_is_one_line_break() -> None:
    assert paragraphs_of("Un\r\nDeux\r\n\r\nTrois") == ["Un\r\nDeux", "Trois"]


def test_mixed_line_breaks_make_a_blank_line() -> None:
    assert paragraphs_of("Un.\r\n\nDeux.\n\rTrois.") == ["Un.", "Deux.", "Trois."]


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    assert paragraphs_of("\nUn.\nDeux\nTrois") == ["Un.", "Deux", "Trois"]


def test_without_blank_lines_hard_wraps_are_joined() -> None:
    text = "Une phrase qui va\n  sur trois\nlignes.\nune autre, en bas de casse"
    assert paragraphs_of(text) == ["Une phrase qui va\n  sur trois\nlignes.", "une autre, en bas de casse"]


def test_indentation_belongs_to_the_paragraph_and_blank_lines_at_the_ends_to_none() -> None:
    assert paragraphs_of("\n \n  Un.\n\n  Deux. \n\n\n") == ["  Un.", "  Deux. "]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n \u2028\t"])
def test_white_space_holds_no_paragraph(text: str) -> None:
    assert split_paragraphs(text) == []
