"""Collapse the paragraphs that a document holds more than once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, groupby, pairwise

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import (
    cut_between,
    has_line_break,
    is_clean_cut,
    touching,
    whole_span,
    without,
)
from beam_textclean.transforms.duplicates.reading.folding import (
    FoldedOffsets,
    count_characters,
    fold_run,
    fold_text,
    plain_forms,
)
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import Kind, kind_of
from beam_textclean.transforms.duplicates.reading.paragraphs import CLOSING, SENTENCE_ENDS
from beam_textclean.transforms.duplicates.reading.pieces import Piece
from beam_textclean.transforms.duplicates.reading.prose_and_code import code_paragraphs, fenced_paragraphs, is_prose
from beam_textclean.transforms.duplicates.reading.sentences import sentence_gaps
from beam_textclean.transforms.duplicates.within.beside_copies import with_aligned
from beam_textclean.transforms.duplicates.within.choice import find_copies
from beam_textclean.transforms.duplicates.within.occurrences import Layout
from beam_textclean.transforms.errors import check_config, wrong_text_type
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = DuplicatesConfig()
# Further looks end when so many times the text's length was looked at. Real texts need six at most; what needs more is
# built of copies of copies of copies. Texts under `_SMALL` characters count as so long, and get more looks.
_LOOKS = 16
_SMALL = 1 << 16


def collapse_duplicate_paragraphs(text: str, config: DuplicatesConfig = _DEFAULT) -> Cleaned:
    r"""Remove what a document says a second time: later copies of a paragraph, and copies that lost their breaks.

    Args:
        text: A document.
        config: What counts as the same paragraph, and how long one must be.

    Returns:
        The text without the copies, and one change for each. `Change.detail` holds `kept_start` and `kept_end`, the
        span of the copy that stays, in code points of `text`, and of a near copy also `jaccard`. What is kept is kept
        to the byte; a text without repeats comes back as it is. A second pass changes nothing, unless the text is built
        of copies within copies so deep that the work was cut short (see docs/duplicates.md): the time is in proportion
        to the text.

    Raises:
        WrongElementType: It is no text.
        InvalidOption: `config` is no `DuplicatesConfig`.

    >>> first = "Le Pentagone n'utilisera pas l'aéroport de Kaboul."
    >>> second = "Le Royaume-Uni va déployer environ 600 militaires."
    >>> cleaned = collapse_duplicate_paragraphs(f"{first}\n\n{second}\n\n{first}{second} C'est nouveau.\n")
    >>> cleaned.text == f"{first}\n\n{second}\n\nC'est nouveau.\n"
    True
    >>> [(change.rule, change.detail) for change in cleaned.changes]
    [('glued', {'kept_start': 0, 'kept_end': 102})]
    """
    if not isinstance(text, str):
        raise wrong_text_type(type(text).__name__, (str,))
    check_config(config, DuplicatesConfig)
    changes: list[Change] = []
    remaining = text
    # Near copies are searched first, and once: what they name as kept must still stand there in the end.
    exact = config if config.near is None else replace(config, near=None)
    # What was taken out can make neighbours of what was apart, so look again until nothing is left to do.
    budget = _LOOKS * max(len(text), _SMALL)
    while budget > 0 and (further := list(_Document(remaining, exact if changes else config).changes())):
        budget -= len(remaining)
        remaining = without(remaining, further)
        changes = _compose(changes, further) if changes else further
    if not changes:
        return Cleaned(text)
    if config.near is not None and not _near_copies_stay(changes):
        return collapse_duplicate_paragraphs(text, exact)
    return Cleaned(remaining, tuple(_located(changes, remaining, config)))


class _Shifts:
    """The way from code points of a text that has lost some spans back to the text as it was."""

    def __init__(self, removals: list[Change]) -> None:
        # Where each stretch that stayed starts in the shorter text, and what to add there.
        self.starts, self._shifts = [0], [0]
        for change in removals:
            self.starts.append(change.start - self._shifts[-1])
            self._shifts.append(self._shifts[-1] + change.end - change.start)

    def start(self, place: int) -> int:
        """Give the original place of the code point after `place`."""
        return place + self._shifts[bisect_right(self.starts, place) - 1]

    def end(self, place: int) -> int:
        """Give the original place after the code point before `place`."""
        return place + self._shifts[max(bisect_left(self.starts, place) - 1, 0)]


def _compose(earlier: list[Change], later: list[Change]) -> list[Change]:
    """Merge two runs of removals, the later run made on what the earlier left, into one on the first text."""
    shifts = _Shifts(earlier)
    merged = list(earlier)
    for change in later:
        kept_start, kept_end = _kept(change)
        detail = _detail(shifts.start(kept_start), shifts.end(kept_end))
        # A span that goes over what was removed before is cut there.
        inner = shifts.starts[bisect_right(shifts.starts, change.start) : bisect_left(shifts.starts, change.end)]
        joints = [change.start, *dict.fromkeys(inner), change.end]
        for place, stop in pairwise(joints):
            start, end = shifts.start(place), shifts.end(stop)
            if inner:  # each part has a copy of its own, for `_located` to find
                detail = _detail(start, end)
            before = change.before[place - change.start : stop - change.start]
            merged.append(change._replace(start=start, end=end, before=before, detail=detail))
    return sorted(merged, key=lambda change: change.start)


def _detail(kept_start: int, kept_end: int) -> dict[str, int | float]:
    return {"kept_start": kept_start, "kept_end": kept_end}


def _kept(change: Change) -> tuple[int, int]:
    return int(change.detail["kept_start"]), int(change.detail["kept_end"])


def _near_copies_stay(changes: list[Change]) -> bool:
    """Tell whether of what is kept for near copies nothing has gone itself, for the sake of another copy.

    An equal copy can be named in its place, but the near one may be less similar to that.
    """
    starts = [change.start for change in changes]
    ends = [change.end for change in changes]
    kept = (_kept(change) for change in changes if change.rule == "near")
    return all(bisect_left(starts, kept_end) == bisect_right(ends, kept_start) for kept_start, kept_end in kept)


def _located(changes: list[Change], remaining: str, config: DuplicatesConfig) -> Iterator[Change]:
    """Name the copy that stays where a copy named before has gone itself, for the sake of another one."""
    starts = [change.start for change in changes]
    ends = [change.end for change in changes]
    search: tuple[_Document, _Shifts] | None = None
    found: dict[str, list[tuple[int, tuple[int, int]]]] = {}
    stays: Mapping[str, object] = {}  # equal paragraphs have one detail
    for change in changes:
        if change.detail is stays:
            yield change
            continue
        kept_start, kept_end = _kept(change)
        if bisect_left(starts, kept_end) == bisect_right(ends, kept_start):
            stays = change.detail
            yield change
            continue
        if not fold_run(change.before, config):  # white space has no copy
            yield change._replace(detail=_detail(change.end, change.end))
            continue
        document, shifts = search = search or (_Document(remaining, config), _Shifts(changes))
        if change.before not in found:
            found[change.before] = list(document.find(change.before))
        place = change.start
        for length, (start, end) in found[change.before]:
            before = change.before[place - change.start :][:length]
            detail = {"kept_start": shifts.start(start), "kept_end": shifts.end(end)}
            yield change._replace(start=place, end=place + length, before=before, detail=detail)
            place += length


class _Document:
    """A text with its folded paragraphs, and the way back from places in these to code points."""

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        self._text = text
        self._config = config
        self._paragraphs, self._folded, self._long = fold_text(text, config)
        self._offsets: dict[int, FoldedOffsets] = {}
        self._layout = Layout(self._folded)

    def changes(self) -> Iterator[Change]:
        if len(self._folded) < 2 or not self._long:
            return
        found = find_copies(self._layout, self._long, self)
        if not found.paragraphs and not found.pieces:
            return
        equal, pieces = with_aligned(self._layout, self, found, self._config.min_characters, self._config.near)
        parts = {paragraph: list(group) for paragraph, group in groupby(pieces, lambda piece: piece.paragraph)}
        removed = sorted([*equal, *parts])
        first_kept = next(
            index
            for index in range(len(self._folded))
            if index not in equal and not self._is_whole(index, parts.get(index, []))
        )
        # One mapping and one string for all copies of a paragraph: there can be a million.
        details = {source: _detail(*self._paragraphs[source]) for source in set(equal.values())}
        copies: dict[str, str] = {}
        for paragraph in removed:
            if paragraph in parts:
                yield from self._paragraph_changes(paragraph, parts[paragraph], first_kept)
                continue
            start, end = whole_span(self._text, self._paragraphs, paragraph, first_kept)
            before = self._text[start:end]
            before = copies.setdefault(before, before)
            yield Change("duplicates", "exact", start, end, before, "", details[equal[paragraph]])

    def find(self, copy: str) -> Iterator[tuple[int, tuple[int, int]]]:
        """Find where a removed text stands in this one, in as few pieces as possible.

        Args:
            copy: The text removed, with the white space around it.

        Yields:
            The length of a piece of `copy`, and the span in this text that it is a copy of.
        """
        stream = self._layout.stream
        offsets = FoldedOffsets(copy, self._config)
        folded = fold_run(copy, self._config)
        place = offset = 0
        while place < len(folded):
            # The longest beginning of the rest that stands somewhere: every shorter one stands there too.
            size = len(folded) - place
            found = stream.find(folded[place:])
            if found < 0:
                size = bisect_left(range(1, size), True, key=lambda size: folded[place : place + size] not in stream)
                while size and folded[place + size] & 0xC0 == 0x80:  # within a character
                    size -= 1
                assert size, "what was removed stands in what is left"
                found = stream.find(folded[place : place + size])
            place += size
            following = offsets.gap(place)[1] if place < len(folded) else len(copy)
            yield following - offset, self._span(found, found + size)
            offset = following

    def _paragraph_changes(self, paragraph: int, pieces: list[Piece], first_kept: int) -> Iterator[Change]:
        """Turn the pieces removed of one paragraph into changes; pieces that touch share the white space around."""
        if self._is_whole(paragraph, pieces):
            runs = [(pieces, whole_span(self._text, self._paragraphs, paragraph, first_kept))]
        else:
            runs = [(run, self._piece_span(paragraph, run[0].start, run[-1].end)) for run in touching(pieces)]
        for run, (start, end) in runs:
            joints = [self._gap(paragraph, piece.start)[1] for piece in run[1:]]
            for piece, (piece_start, piece_end) in zip(run, pairwise([start, *joints, end]), strict=True):
                detail: dict[str, int | float] = _detail(*self._span(piece.kept, piece.kept_end))
                if piece.jaccard is not None:
                    detail["jaccard"] = round(piece.jaccard, 4)
                is_exact = piece.end - piece.start == len(self._folded[paragraph]) and (
                    self._folded[self._layout.paragraph_at(piece.kept)] == self._folded[paragraph]
                )
                yield Change(
                    "duplicates",
                    piece.rule or ("exact" if is_exact else "glued"),
                    piece_start,
                    piece_end,
                    self._text[piece_start:piece_end],
                    "",
                    detail,
                )

    def _is_whole(self, paragraph: int, pieces: list[Piece]) -> bool:
        return sum(piece.end - piece.start for piece in pieces) == len(self._folded[paragraph])

    def _piece_span(self, paragraph: int, start: int, end: int) -> tuple[int, int]:
        """Give the span to remove for a part of a paragraph, so that no white space is left where it was cut."""
        before, begin = self._gap(paragraph, start)
        finish, after = self._gap(paragraph, end)
        if start == 0:
            return self._paragraphs[paragraph][0], after
        if end == len(self._folded[paragraph]):
            return before, self._paragraphs[paragraph][1]
        return cut_between(self._text, (before, begin), (finish, after))

    def _span(self, place: int, end_place: int) -> tuple[int, int]:
        """Give the code points of a stretch of the stream; of whole paragraphs where it is made of these."""
        starts = self._layout.starts
        first, last = self._layout.paragraph_at(place), self._layout.paragraph_at(end_place - 1)
        start, end = self._paragraphs[first][0], self._paragraphs[last][1]
        if place > starts[first]:
            start = self._gap(first, place - starts[first])[1]
        if end_place < starts[last + 1]:
            end = self._gap(last, end_place - starts[last])[0]
        return start, end

    @cached_property
    def _forms(self) -> Sequence[bytes]:
        return plain_forms(self._text, self._paragraphs, self._folded, self._config)

    def is_prose(self, paragraph: int) -> bool:
        start, end = self._paragraphs[paragraph]
        return is_prose(self._text, start, end, self._forms[paragraph])

    def code(self) -> Set[int]:
        return code_paragraphs(self._text, self._paragraphs, self._long)

    def fenced(self) -> Set[int]:
        return fenced_paragraphs(self._text, self._paragraphs)

    def is_clean_cut(self, paragraph: int, place: int) -> bool:
        before, after = self._gap(paragraph, place)
        return before <= after and is_clean_cut(self._text[before - 1], self._text[before:after], self._text[after])

    def is_line_end(self, paragraph: int, place: int) -> bool:
        before, after = self._gap(paragraph, place)
        return has_line_break(self._text[before:after])

    def sentence_ends(self, paragraph: int) -> Sequence[int]:
        start, end = self._paragraphs[paragraph]
        text = self._text[start:end]
        ends = [after for _, after in sentence_gaps(text)]
        sizes = [len(fold_run(text[one:other], self._config)) for one, other in pairwise([0, *ends])]
        return list(accumulate(sizes))

    def is_sentence(self, paragraph: int) -> bool:
        return self._last_character(paragraph) in SENTENCE_ENDS

    def kind(self, paragraph: int) -> Kind:
        texts = [self._text[start:end] for start, end in self._paragraphs[max(0, paragraph - 1) : paragraph + 1]]
        return kind_of(texts[-1], texts[0] if len(texts) > 1 else "")

    def is_short(self, paragraph: int) -> bool:
        return count_characters(self._folded[paragraph]) < _DEFAULT.min_characters

    def ends_sentence(self, paragraph: int) -> bool:
        if paragraph + 1 == len(self._paragraphs):
            return True
        if self._last_character(paragraph) in CLOSING:
            return True
        start, end = self._paragraphs[paragraph + 1]
        following = self._text[start]
        return not (self._text[start:end].lstrip()[0] if following.isspace() else following).islower()

    def _last_character(self, paragraph: int) -> str:
        start, end = self._paragraphs[paragraph]
        last = self._text[end - 1]
        return self._text[start:end].rstrip()[-1] if last.isspace() else last

    def _gap(self, paragraph: int, place: int) -> tuple[int, int]:
        """Find the code points between which a place of the folded paragraph lies; crossed within a character."""
        before, after = self._offsets_of(paragraph).gap(place)
        start = self._paragraphs[paragraph][0]
        return start + before, start + after

    def _offsets_of(self, paragraph: int) -> FoldedOffsets:
        if paragraph not in self._offsets:
            start, end = self._paragraphs[paragraph]
            self._offsets[paragraph] = FoldedOffsets(self._text[start:end], self._config)
        return self._offsets[paragraph]
