"""Repetition at once: what directly follows its equal, and the stub of a paragraph that the text has in full.

No search is needed for it, and no further evidence: of two equal neighbours nothing needs the second. What repeats by
design is left to it: verse, items, rows, what somebody says, code, and what the text says again at another place, which
is a refrain or an event.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice, pairwise
from operator import attrgetter, eq

from beam_textclean.transforms.code_and_markup import LINE_BREAKS
from beam_textclean.transforms.duplicates.reading.cutting import Removal
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.folding import count_characters
from beam_textclean.transforms.duplicates.reading.places import needs_neighbours
from beam_textclean.transforms.duplicates.within.better import quality
from beam_textclean.transforms.duplicates.within.retrace import kept_detail

REPEATED, STUB = "repeated", "stub"  # the rules

_STUB = 20  # characters that a stub has at least
_STUB_HEAD = 20  # bytes by which the paragraph that a stub begins is looked up
_STUB_TRIES = 16  # paragraphs that a stub is compared with
ELLIPSIS = re.compile(rb"[\[(]?(?:\xe2\x80\xa6|\.{3,})[\])]?\Z")
_ELLIPSIS_ENDS = tuple(mark + end for mark in ("…".encode(), b"...") for end in (b"", b"]", b")"))
_ELLIPSIS_SIZE = 40
_ELLIPSES = ("…".encode(), b"..")
_LOOP = 3  # times that a sentence is said in a row, which nobody does on purpose
_SENTENCE_MARKS = ".。"
_TITLE = 1  # paragraphs that may stand before the title of a document
_SPEECH = tuple("\"'«“‘„–—―-»")
_ROW = re.compile(r"[^,;|\t\n]+(?:[,;|\t](?!\s)[^,;|\t\n]*){2,}")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s")
# A document whose lines are doubled in place has so many lines, runs of equal lines, and in these four lines of five.
_LINES = 6
_RUNS = 3
_LINE = re.compile(rf"[^{LINE_BREAKS}]+")
_WORD = re.compile(r"(?<!\S)\W*[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]{2}")


def find_repetitions(text: FoldedText) -> list[Removal]:
    r"""Find what a text says twice in a row, and its stubs.

    Args:
        text: A document.

    Returns:
        What is removed, sorted and disjoint. What is kept for one is not in another.

    >>> from beam_textclean.transforms.duplicates import DuplicatesConfig
    >>> text = FoldedText("Pier closed\n\nPier closed\n\nThe old pier is closed until spring.", DuplicatesConfig())
    >>> find_repetitions(text)
    [Removal(start=10, end=20, rule='repeated', detail={'kept_start': 0, 'kept_end': 11})]
    """
    if lines := _doubled_lines(text):
        return lines
    return _disjoint([*_equal_neighbours(text), *_stubs(text), *_periods(text), *_loops(text)])


def _disjoint(found: list[Removal]) -> list[Removal]:
    """Leave out what overlaps an earlier removal."""
    disjoint: list[Removal] = []
    for removal in sorted(found, key=attrgetter("start", "end")):
        if not disjoint or removal.start >= disjoint[-1].end:
            disjoint.append(removal)
    return disjoint


def _repeated(text: FoldedText, start: int, end: int, kept: int, kept_end: int) -> Removal:
    return Removal(start, end, REPEATED, kept_detail(text.span(kept, kept_end)))


def _equal_neighbours(text: FoldedText) -> Iterator[Removal]:
    """Yield the paragraphs that directly follow their equal."""
    folded, starts = text.folded, text.starts
    if not any(map(eq, folded, islice(folded, 1, None))):  # at the speed of memory
        return
    copies = [index for index in range(1, len(folded)) if folded[index] == folded[index - 1]]
    counts = Counter(folded)
    for _, numbered in groupby(enumerate(copies), key=lambda pair: pair[1] - pair[0]):
        run = [index for _, index in numbered]
        run.insert(0, run[0] - 1)
        if _is_only_here(text, counts, run) and not _repeats_by_design(text, run[0]):
            best = max(run, key=lambda index: (quality(_content(text, index)), -index))
            for index in run:
                if index != best:
                    yield _repeated(text, starts[index], starts[index + 1], starts[best], starts[best + 1])


def _is_only_here(text: FoldedText, counts: Mapping[bytes, int], run: list[int]) -> bool:
    """Return whether a text does not say at another place what it says in a row, as it does with a refrain."""
    content = text.folded[run[0]]
    return counts[content] == len(run) and (not _is_long(text, run[0]) or text.stream.count(content) == len(run))


def _repeats_by_design(text: FoldedText, index: int) -> bool:
    """Return whether a paragraph may be said twice in a row on purpose."""
    content = _content(text, index)
    if text.kind(index) in ("verse", "item", "clause") or _ROW.fullmatch(content) or not _is_worded(text, index):
        return True
    if _is_long(text, index):
        return False
    # Further down a short one may be the cell of a table.
    return index > _TITLE or content.startswith(_SPEECH) or len(_WORD.findall(content)) < 2


def _is_worded(text: FoldedText, index: int) -> bool:
    """Return whether a paragraph is prose or a heading, rather than code or a table."""
    return text.is_prose(index) or _MARKDOWN_HEADING.match(_content(text, index)) is not None


def _is_long(text: FoldedText, index: int) -> bool:
    place = bisect_left(text.long, index)
    return place < len(text.long) and text.long[place] == index


def _content(text: FoldedText, index: int) -> str:
    start, end = text.paragraphs[index]
    return text.text[start:end].strip()


def _stubs(text: FoldedText) -> Iterator[Removal]:
    """Yield the paragraphs that end with an ellipsis and are the beginning of another one."""
    if "…" not in text.text and "..." not in text.text:
        return
    stubs: dict[int, int] = {}  # the stubs, and how long they are without the ellipsis
    for index in [index for index, content in enumerate(text.folded) if content.endswith(_ELLIPSIS_ENDS)]:
        content = text.folded[index]
        ellipsis = ELLIPSIS.search(content, max(0, len(content) - _ELLIPSIS_SIZE))
        if ellipsis and ellipsis.start() >= _STUB and count_characters(content[: ellipsis.start()]) >= _STUB:
            stubs[index] = ellipsis.start()
    if not stubs:
        return
    beginnings: dict[bytes, list[int]] = {}
    for index, content in enumerate(text.folded):
        if index not in stubs:
            beginnings.setdefault(content[:_STUB_HEAD], []).append(index)
    for index, size in stubs.items():
        stub = text.folded[index][:size]
        for whole in beginnings.get(stub[:_STUB_HEAD], ())[:_STUB_TRIES]:
            if _is_cut_from(text.folded[whole], stub) and _was_cut(text, index):
                kept = text.starts[whole]
                detail = kept_detail(text.span(kept, kept + size))
                yield Removal(text.starts[index], text.starts[index + 1], STUB, detail)
                break


def _is_cut_from(whole: bytes, stub: bytes) -> bool:
    """Return whether a whole paragraph says what was cut off, rather than an ellipsis of its own."""
    return len(whole) > len(stub) and whole.startswith(stub) and not whole.startswith(_ELLIPSES, len(stub))


def _was_cut(text: FoldedText, index: int) -> bool:
    """Return whether an ellipsis is where a paragraph was cut, rather than a pause in verse or in speech."""
    if needs_neighbours(text, index) and _content(text, index).startswith(_SPEECH):
        return False
    if not text.is_prose(index):
        return False
    if text.kind(index) not in ("text", "heading"):
        return False
    return _is_long(text, index) or not text.is_set_in_lines


def _periods(text: FoldedText) -> Iterator[Removal]:
    """Yield what follows the first copy in the paragraphs that are one text said twice or more."""
    minimum, folded = text.min_characters, text.folded
    # At a glance: of most paragraphs the beginning is nowhere else in them.
    for index in [index for index in text.long if folded[index].find(folded[index][:16], minimum) > 0]:
        content, start = folded[index], text.starts[index]
        period = (content + content).find(content, 1)
        if period == len(content) or count_characters(content[:period]) < minimum or not text.is_prose(index):
            continue
        copies = range(start + period, start + len(content), period)
        if text.stream.count(content[:period]) > len(copies) + 1:  # a refrain: it is said at another place, too
            continue
        if all(text.is_clean_cut(index, copy) for copy in copies):
            for copy in copies:
                yield _repeated(text, copy, copy + period, start, start + period)


def _loops(text: FoldedText) -> Iterator[Removal]:
    """Yield what follows the first of three or more equal sentences in a row within a paragraph."""
    for sentence in sorted(_looping_sentences(text)):
        size = len(sentence)
        for index in text.long:
            place = text.folded[index].find(_LOOP * sentence)
            if place < 0 or not text.is_prose(index):
                continue
            start = text.starts[index] + place
            copy = start + size
            if text.is_clean_cut(index, copy):
                while text.stream.startswith(sentence, copy, text.starts[index + 1]):
                    yield _repeated(text, copy, copy + size, start, start + size)
                    copy += size


def _looping_sentences(text: FoldedText) -> set[bytes]:
    """Return, at the speed of memory for most texts, the folded sentences that follow each other."""
    found: set[bytes] = set()
    for mark in _SENTENCE_MARKS:
        parts = text.text.split(mark) if mark in text.text else []
        if any(map(eq, parts, islice(parts, 1, None))):
            looping = {part for part, following in pairwise(parts) if part == following}
            found.update(text.fold(part + mark) for part in looping if len(part) >= text.min_characters)
    return {sentence for sentence in found if count_characters(sentence) >= text.min_characters}


def _doubled_lines(text: FoldedText) -> list[Removal]:
    """Find the further copies of the lines of a document of which most lines are said twice or more in a row."""
    lines = list(filter(None, map(str.strip, text.text.splitlines())))
    # At a glance: of most texts hardly a line equals the next one.
    if len(lines) < _LINES or 5 * sum(map(eq, lines, islice(lines, 1, None))) < 2 * len(lines):
        return []
    sizes = [len(list(run)) for _, run in groupby(lines)]
    repeated = [size for size in sizes if size > 1]
    worded = sum(len(_WORD.findall(line)) > 1 for line in lines)
    if len(repeated) < _RUNS or 5 * sum(repeated) < 4 * len(lines) or 2 * worded < len(lines):
        return []
    return list(_within_paragraphs(text, _equal_lines(text)))


def _equal_lines(text: FoldedText) -> Iterator[Removal]:
    """Yield the lines that directly follow their equal."""
    places = [place for index in range(len(text.folded)) for place in text.line_starts(index)]
    places.append(len(text.stream))
    for _, run in groupby(pairwise(places), key=lambda line: text.stream[slice(*line)]):
        (start, end), *others = run
        for copy, copy_end in others:
            yield _repeated(text, copy, copy_end, start, end)


def _within_paragraphs(text: FoldedText, removals: Iterable[Removal]) -> Iterator[Removal]:
    return (removal for removal in removals if text.is_prose(text.paragraph_at(removal.start)))
