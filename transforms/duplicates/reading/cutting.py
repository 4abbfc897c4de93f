"""Take paragraphs, or pieces of them, out of a text, each with the one separator that goes with it."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from beam_textclean.transforms.code_and_markup import LINE_BREAKS
from beam_textclean.transforms.duplicates.reading.paragraphs import Span, paragraph_spans
from beam_textclean.transforms.errors import ChangesDoNotFit
from beam_textclean.transforms.records import Change, Cleaned


class _Stretch(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


_Piece = TypeVar("_Piece", bound=_Stretch)


class Dropped(NamedTuple):
    """A paragraph to remove.

    Attributes:
        start: Its first code point.
        end: The code point after it.
        detail: Why (for `Change.detail`).
        rule: The rule of the change, where it is another than that of the others.
    """

    start: int
    end: int
    detail: Mapping[str, str | int | float]
    rule: str = ""


def drop_paragraphs(
    text: str, losers: Sequence[Dropped], step: str = "corpus_duplicates", rule: str = "exact"
) -> Cleaned:
    r"""Remove whole paragraphs.

    Each takes the separator before it along; at the beginning of a text, the one after it. Where nothing else remains,
    the text is empty.

    Args:
        text: The text.
        losers: Paragraphs of this text, as `split_paragraphs` or `fingerprint_paragraphs` give their spans.
        step: Goes into the changes.
        rule: Goes into the changes of those that do not say their own.

    Returns:
        The other paragraphs as they were, and one change for each loser.

    Raises:
        ChangesDoNotFit: A span is not a paragraph of this text, or comes twice.

    >>> text = "Un.\n\nDeux.\n\nTrois.\n"
    >>> drop_paragraphs(text, [Dropped(5, 10, {})]).text
    'Un.\n\nTrois.\n'
    >>> drop_paragraphs(text, [Dropped(0, 3, {})]).text
    'Deux.\n\nTrois.\n'
    """
    if not losers:
        return Cleaned(text)
    paragraphs = paragraph_spans(text)
    indices = {paragraph: index for index, paragraph in enumerate(paragraphs)}
    dropped: dict[int, Dropped] = {}
    for loser in losers:
        index = indices.get((loser.start, loser.end), -1)
        if index < 0 or index in dropped:
            raise ChangesDoNotFit(
                f"{loser.start}:{loser.end} is not a paragraph of this text, or was given twice; "
                "spans fit only the text they were found in"
            )
        dropped[index] = loser
    first_kept = next((index for index in range(len(paragraphs)) if index not in dropped), len(paragraphs))
    changes = []
    for index, loser in sorted(dropped.items()):
        start, end = whole_span(text, paragraphs, index, first_kept)
        changes.append(Change(step, loser.rule or rule, start, end, text[start:end], "", loser.detail))
    return Cleaned(without(text, changes), tuple(changes))


def without(text: str, removals: Sequence[Change]) -> str:
    """Take out the spans of removals that were made on this very text."""
    starts = [0, *(change.end for change in removals)]
    ends = [*(change.start for change in removals), len(text)]
    return "".join([text[start:end] for start, end in zip(starts, ends, strict=True)])


def whole_span(text: str, paragraphs: Sequence[Span], index: int, first_kept: int) -> tuple[int, int]:
    """Give the span to remove for a whole paragraph: with the separator before it or, at the beginning, after it.

    Args:
        text: The text.
        paragraphs: All its paragraphs.
        index: The one to remove.
        first_kept: The first of them of which something stays; their number if nothing stays.

    Returns:
        The span. Those of several paragraphs are disjoint.
    """
    if index > first_kept:
        return paragraphs[index - 1][1], paragraphs[index][1]
    start, end = paragraphs[index][0], len(text)
    if first_kept == len(paragraphs) and index == 0:
        start = 0
    if index + 1 < len(paragraphs):
        end = paragraphs[index + 1][0]
    return start, end


def touching(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """Put pieces of one paragraph that follow each other without a gap together."""
    runs: list[list[_Piece]] = []
    for piece in pieces:
        if runs and runs[-1][-1].end == piece.start:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def cut_between(text: str, before: Span, after: Span) -> Span:
    """Give the span to remove between two parts that stay: white space stays on one side, line breaks before blanks.

    Args:
        text: The text.
        before: The white space before what is removed.
        after: The white space after it.
    """
    white_before, white_after = text[slice(*before)], text[slice(*after)]
    if not white_before or (has_line_break(white_after) and not has_line_break(white_before)):
        return before[0], after[0]
    return before[1], after[1]


def has_line_break(white_space: str) -> bool:
    """Tell whether white space goes over the end of a line."""
    return any(character in LINE_BREAKS for character in white_space)


def is_clean_cut(before: str, gap: str, after: str) -> bool:
    """Tell whether a text may be cut between two visible characters: between sentences, never within one or a word.

    Args:
        before: The character before the cut.
        gap: White space at the cut.
        after: The character after it.

    Returns:
        True where a sentence or a heading may end.

    >>> is_clean_cut(".", "", "L"), is_clean_cut("e", "", "L"), is_clean_cut("e", " ", "q"), is_clean_cut("e", "", ",")
    (True, True, False, False)
    """
    if len(gap.splitlines()) > 1 or gap.endswith(tuple(LINE_BREAKS)):
        return True
    if unicodedata.combining(after):
        return False
    if before in _BINDS_NEXT or after in _BINDS_PREVIOUS or (not gap and after in _QUOTES_AND_DASHES):
        return False
    if not (before.isalnum() and after.isalnum()):
        return True
    return not after.islower() if gap else after.isupper() and not before.isupper()


_QUOTES_AND_DASHES = frozenset("\"'-–—")
_BINDS_NEXT = _QUOTES_AND_DASHES | frozenset("([{«“‘„‚‹’‐‑/,@#&+=_")
# Backticks and tildes would be a fence at the beginning of a line.
_BINDS_PREVIOUS = frozenset(",.;:!?…)]}»”’›%/‐‑_，。；：！？、`~")
