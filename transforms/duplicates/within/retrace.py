"""Rounds of removals as one: spans in the text as it was first, and copies that are kept to the end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Detail
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.paragraphs import Span
from beam_textclean.transforms.records import Change


def kept_detail(span: Span) -> Detail:
    """Return the detail of a change that names the copy that is kept."""
    return {"kept_start": span[0], "kept_end": span[1]}


def compose(earlier: list[Change], later: list[Change]) -> list[Change]:
    """Merge two rounds of removals, the later made on what the earlier left, into one on the first text."""
    shifts = _Shifts(earlier)
    merged = list(earlier)
    for change in later:
        detail = {**change.detail, **kept_detail(shifts.span(_kept(change)))}
        # A span that goes over what was removed before is cut there.
        inner = shifts.starts[bisect_right(shifts.starts, change.start) : bisect_left(shifts.starts, change.end)]
        joints = [change.start, *dict.fromkeys(inner), change.end]
        for place, stop in pairwise(joints):
            start, end = shifts.span((place, stop))
            if inner:  # each part has a copy of its own, for `with_kept_copies` to find
                detail = {**change.detail, **kept_detail((start, end))}
            before = change.before[place - change.start : stop - change.start]
            merged.append(change._replace(start=start, end=end, before=before, detail=detail))
    return sorted(merged, key=lambda change: change.start)


def near_copies_are_kept(changes: list[Change]) -> bool:
    """Return whether nothing of what is kept for near copies was removed itself, for the sake of another copy.

    An equal copy can be named in its place, but the near one may be less similar to that.
    """
    removed = _Removed(changes)
    return not any(removed.touches(_kept(change)) for change in changes if change.rule == "near")


def with_kept_copies(
    changes: list[Change], remaining: str, config: DuplicatesConfig, compared: Detail
) -> Iterator[Change]:
    """Name the copy that is kept where a copy named before was removed itself, for the sake of another one.

    Args:
        changes: All removals, made on the first text.
        remaining: What they leave.
        config: What counts as the same.
        compared: What the detail of a change says about that.
    """
    removed = _Removed(changes)
    shifts = _Shifts(changes)
    found: dict[str, list[tuple[int, Span]]] = {}
    for change in changes:
        if not removed.touches(_kept(change)):
            yield change
            continue
        if not fold_run(change.before, config):  # white space has no copy
            yield change._replace(detail=kept_detail((change.end, change.end)))
            continue
        if change.before not in found:
            copy = FoldedText(change.before, config)
            found[change.before] = list(_find(copy, read_text(remaining, config)))
        place = change.start
        for length, span in found[change.before]:
            before = change.before[place - change.start :][:length]
            detail = {**compared, **kept_detail(shifts.span(span))}
            yield change._replace(start=place, end=place + length, before=before, detail=detail)
            place += length


def _kept(change: Change) -> Span:
    return int(change.detail["kept_start"]), int(change.detail["kept_end"])


def _find(copy: FoldedText, text: FoldedText) -> Iterator[tuple[int, Span]]:
    """Find where a removed text appears in another one, in as few pieces as possible.

    Args:
        copy: The text removed, with the white space around it.
        text: The text to look in.

    Yields:
        The length of a piece of `copy` in code points, and the span in `text` that it is a copy of.
    """
    folded, stream = copy.stream, text.stream
    place = offset = 0
    kept = 0, 0
    while place < len(folded):
        size = _longest_beginning(folded[place:], stream)
        if not size:  # the ellipsis of a stub, which is nowhere else
            yield len(copy.text) - offset, (kept[1], kept[1])
            return
        found = stream.find(folded[place : place + size])
        place += size
        following = copy.gap(copy.paragraph_at(place), place)[1] if place < len(folded) else len(copy.text)
        kept = text.span(found, found + size)
        yield following - offset, kept
        offset = following


def _longest_beginning(content: bytes, stream: bytes) -> int:
    """Return the length of the longest beginning of a content that a stream holds: it holds every shorter one too."""
    if content in stream:
        return len(content)
    size = bisect_left(range(1, len(content)), True, key=lambda size: content[:size] not in stream)
    while size and content[size] & 0xC0 == 0x80:  # within a character
        size -= 1
    return size


class _Removed:
    """The spans of removals, sorted."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._starts = [change.start for change in changes]
        self._ends = [change.end for change in changes]

    def touches(self, span: Span) -> bool:
        """Return whether something of a span was removed."""
        return bisect_left(self._starts, span[1]) != bisect_right(self._ends, span[0])


class _Shifts:
    """The way from code points of a text that has lost some spans back to the text as it was."""

    def __init__(self, removals: Sequence[Change]) -> None:
        # Where each stretch that was kept starts in the shorter text, and what to add there.
        self.starts, self._shifts = [0], [0]
        for change in removals:
            self.starts.append(change.start - self._shifts[-1])
            self._shifts.append(self._shifts[-1] + change.end - change.start)

    def span(self, span: Span) -> Span:
        """Return the original span: from the code point after its start to the one before its end."""
        start, end = span
        start += self._shifts[bisect_right(self.starts, start) - 1]
        return start, end + self._shifts[max(bisect_left(self.starts, end) - 1, 0)]
