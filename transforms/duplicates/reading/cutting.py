"""Take paragraphs, or parts of them, out of a text, each with the one separator that goes with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from beam_textclean.transforms.duplicates.reading.clean_cuts import has_line_break
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.folding import IGNORED
from beam_textclean.transforms.duplicates.reading.paragraphs import Span, find_paragraphs, paragraph_spans
from beam_textclean.transforms.errors import ChangesDoNotFit
from beam_textclean.transforms.records import Change, Cleaned

#: Why something is removed, for `Change.detail`.
Detail: TypeAlias = Mapping[str, str | int | float]


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
    detail: Detail
    rule: str = ""


class Removal(NamedTuple):
    """A paragraph, or a part of one, to remove.

    Attributes:
        start: Its first place in the stream.
        end: The place after it.
        rule: The rule of the change.
        detail: Why (for `Change.detail`).
    """

    start: int
    end: int
    rule: str
    detail: Detail


def drop_paragraphs(
    text: str, losers: Sequence[Dropped], step: str = "corpus_duplicates", rule: str = "exact"
) -> Cleaned:
    r"""Remove whole paragraphs.

    Each is removed with the separator before it; at the beginning of a text, with the one after it. Where nothing else
    remains, the text is empty.

    Args:
        text: The text.
        losers: The paragraphs to remove, with their spans in this text, as `split_paragraphs` or
            `fingerprint_paragraphs` return them.
        step: The step of the changes.
        rule: The rule of the changes, for those that do not say their own.

    Returns:
        The other paragraphs as they were, and one change for each paragraph removed.

    Raises:
        ChangesDoNotFit: A span is not made of whole paragraphs of this text, or comes twice.

    >>> text = "Un.\n\nDeux.\n\nTrois.\n"
    >>> drop_paragraphs(text, [Dropped(5, 10, {})]).text
    'Un.\n\nTrois.\n'
    >>> drop_paragraphs(text, [Dropped(0, 3, {})]).text
    'Deux.\n\nTrois.\n'
    """
    if not losers:
        return Cleaned(text)
    paragraphs = paragraph_spans(text)
    dropped: set[int] = set()
    runs: list[tuple[range, Dropped]] = []
    for duplicate in losers:
        run = find_paragraphs(paragraphs, duplicate.start, duplicate.end)
        if not run or not dropped.isdisjoint(run):
            raise ChangesDoNotFit(
                f"{duplicate.start}:{duplicate.end} is not made of paragraphs of this text, or was given twice; "
                "spans fit only the text they were found in"
            )
        dropped.update(run)
        runs.append((run, duplicate))
    first_kept = next((index for index in range(len(paragraphs)) if index not in dropped), len(paragraphs))
    changes = []
    for run, duplicate in sorted(runs, key=lambda run: run[0].start):
        start, _ = _whole_span(text, paragraphs, run[0], first_kept)
        _, end = _whole_span(text, paragraphs, run[-1], first_kept)
        changes.append(Change(step, duplicate.rule or rule, start, end, text[start:end], "", duplicate.detail))
    return Cleaned(without(text, changes), tuple(changes))


def without(text: str, removals: Sequence[Change]) -> str:
    """Take out the spans of removals that were made on this very text."""
    starts = [0, *(change.end for change in removals)]
    ends = [*(change.start for change in removals), len(text)]
    return "".join([text[start:end] for start, end in zip(starts, ends, strict=True)])


def changes_of(text: FoldedText, removals: Sequence[Removal], step: str) -> Iterator[Change]:
    r"""Turn what is removed from a text into changes.

    A part of a paragraph is removed so that white space remains on one side of the cut; parts that touch share it. A
    whole paragraph is removed with the separator before it; at the beginning of the text, with the one after it.

    Args:
        text: The text.
        removals: What is removed, sorted and disjoint. Each lies within one paragraph.
        step: The step of the changes.

    Yields:
        One change for each removal. Their spans are sorted and disjoint.

    >>> from beam_textclean.transforms.duplicates import DuplicatesConfig
    >>> text = FoldedText("Un. Deux. Trois.\n\nQuatre.", DuplicatesConfig())
    >>> [change.before for change in changes_of(text, [Removal(3, 8, "", {}), Removal(14, 21, "", {})], "")]
    ['Deux. ', '\n\nQuatre.']
    """
    contents: dict[str, str] = {}  # one string for all copies of a paragraph: there can be a million
    first_kept = text.paragraph_at(_removed_from_beginning(removals))
    for paragraph, run in _touching(text, removals):
        start, end = _span_of(text, paragraph, run[0].start, run[-1].end, first_kept)
        joints = [text.gap(paragraph, removal.start)[1] for removal in run[1:]]
        for removal, (first, last) in zip(run, pairwise([start, *joints, end]), strict=True):
            before = text.text[first:last]
            yield Change(step, removal.rule, first, last, contents.setdefault(before, before), "", removal.detail)


def _removed_from_beginning(removals: Iterable[Removal]) -> int:
    """Return the first place of a text that is kept."""
    place = 0
    for removal in removals:
        if removal.start > place:
            break
        place = removal.end
    return place


def _touching(text: FoldedText, removals: Iterable[Removal]) -> Iterator[tuple[int, list[Removal]]]:
    """Yield, with their paragraph, the removals of one paragraph that follow each other without a gap."""
    run: list[Removal] = []
    paragraph = end = 0  # of the run
    for removal in removals:
        if not run or removal.start != run[-1].end or removal.start == end:
            if run:
                yield paragraph, run
            run = []
            paragraph = text.paragraph_at(removal.start)
            end = text.starts[paragraph + 1]
        run.append(removal)
    if run:
        yield paragraph, run


def _span_of(text: FoldedText, paragraph: int, start: int, end: int, first_kept: int) -> Span:
    """Return the span to remove for the places start:end of a paragraph."""
    begins, ends = start == text.starts[paragraph], end == text.starts[paragraph + 1]
    if begins and ends:
        return _whole_span(text.text, text.paragraphs, paragraph, first_kept)
    if begins:
        return text.paragraphs[paragraph][0], text.gap(paragraph, end)[1]
    before, begin = text.gap(paragraph, start)
    if ends:
        return before, text.paragraphs[paragraph][1]
    finish, after = text.gap(paragraph, end)
    return _cut_between(text.text, (before, begin), (finish, after))


def _whole_span(text: str, paragraphs: Sequence[Span], index: int, first_kept: int) -> Span:
    """Return the span to remove for a whole paragraph: with the separator before it or, at the beginning, after it.

    Args:
        text: The text.
        paragraphs: All its paragraphs, but for those of nothing that is compared. What can be seen of these is kept.
        index: The one to remove.
        first_kept: The first of them of which something is kept; their number if nothing is.

    Returns:
        The span. Those of several paragraphs are disjoint.
    """
    start, end = paragraphs[index]
    if index > first_kept:
        before = paragraphs[index - 1][1]
        return before + len(text[before:start].rstrip(IGNORED)), end
    if index + 1 == len(paragraphs):
        end = len(text)
    else:
        after = paragraphs[index + 1][0]
        end = after - len(text[end:after].lstrip(IGNORED))
    return (0 if first_kept == len(paragraphs) and index == 0 else start), end


def _cut_between(text: str, before: Span, after: Span) -> Span:
    """Return the span to remove between two parts that are kept: white space is kept on one side of it.

    That is the white space before it, or what is after it if only that has a line break.

    Args:
        text: The text.
        before: The white space before what is removed.
        after: The white space after it.
    """
    white_before, white_after = text[slice(*before)], text[slice(*after)]
    if not white_before or (has_line_break(white_after) and not has_line_break(white_before)):
        return before[0], after[0]
    return before[1], after[1]
