"""Collapse the paragraphs that a document holds more than once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import groupby, pairwise

from beam_textclean.transforms.duplicates.chains import Layout, Piece, find_copies
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.folding import FoldedOffsets, fold_text
from beam_textclean.transforms.duplicates.paragraphs import CLOSING, LINE_BREAKS
from beam_textclean.transforms.duplicates.removal import is_clean_cut, whole_span
from beam_textclean.transforms.duplicates.structure import is_code_or_table
from beam_textclean.transforms.records import Change, Cleaned, apply_changes

_DEFAULT = DuplicatesConfig()


def collapse_duplicate_paragraphs(text: str, config: DuplicatesConfig = _DEFAULT) -> Cleaned:
    r"""Remove what a document says a second time: later copies of a paragraph, and copies that lost their breaks.

    Args:
        text: A document.
        config: What counts as the same paragraph, and how long one must be.

    Returns:
        The text without the copies, and one change for each. `Change.detail` holds `kept_start` and `kept_end`, the
        span of the copy that stays, in code points of `text`. What is kept is kept to the byte; a text without
        repeats comes back as it is.

    >>> first = "Le Pentagone n'utilisera pas l'aéroport de Kaboul."
    >>> second = "Le Royaume-Uni va déployer environ 600 militaires."
    >>> cleaned = collapse_duplicate_paragraphs(f"{first}\n\n{second}\n\n{first}{second} C'est nouveau.\n")
    >>> cleaned.text == f"{first}\n\n{second}\n\nC'est nouveau.\n"
    True
    >>> [(change.rule, change.detail) for change in cleaned.changes]
    [('glued', {'kept_start': 0, 'kept_end': 102})]
    """
    changes: list[Change] = []
    remaining = text
    # What was taken out can make neighbours of what was apart, so look again until nothing is left to do.
    while further := list(_Document(remaining, config).changes()):
        remaining = apply_changes(remaining, further)
        changes = _compose(changes, further)
    return Cleaned(remaining, tuple(changes))


def _compose(earlier: list[Change], later: list[Change]) -> list[Change]:
    """Merge two runs of removals, the later run made on what the earlier left, into one on the first text."""
    if not earlier:
        return later
    # Start in the remaining text of each stretch that stayed, and what must be added to get its place in the first.
    starts, shifts = [0], [0]
    for change in earlier:
        starts.append(change.start - shifts[-1])
        shifts.append(shifts[-1] + change.end - change.start)

    def start_of(place: int) -> int:
        return place + shifts[bisect_right(starts, place) - 1]

    def end_of(place: int) -> int:
        return place + shifts[max(bisect_left(starts, place) - 1, 0)]

    merged = list(earlier)
    for change in later:
        kept_start, kept_end = change.detail["kept_start"], change.detail["kept_end"]
        detail = {"kept_start": start_of(int(kept_start)), "kept_end": end_of(int(kept_end))}
        place = change.start
        # A span that goes over what was removed before is cut there.
        inner = starts[bisect_right(starts, place) : bisect_left(starts, change.end)]
        for stop in [*dict.fromkeys(inner), change.end]:
            before = change.before[place - change.start : stop - change.start]
            merged.append(change._replace(start=start_of(place), end=end_of(stop), before=before, detail=detail))
            place = stop
    return sorted(merged, key=lambda change: change.start)


class _Document:
    """A text with its folded paragraphs, and the way back from places in these to code points."""

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        self._text = text
        self._config = config
        self._paragraphs, self._folded, self._long = fold_text(text, config)
        self._offsets: dict[int, FoldedOffsets] = {}

    def changes(self) -> Iterator[Change]:
        if len(self._folded) < 2 or not self._long:
            return
        layout = Layout(self._folded)
        pieces = find_copies(layout, self._long, self)
        if not pieces:
            return
        removed = {paragraph: list(group) for paragraph, group in groupby(pieces, lambda piece: piece.paragraph)}
        first_kept = next(
            index for index in range(len(self._folded)) if not self._is_whole(index, removed.get(index, []))
        )
        for paragraph, group in removed.items():
            yield from self._paragraph_changes(layout, paragraph, group, first_kept)

    def _paragraph_changes(
        self, layout: Layout, paragraph: int, pieces: list[Piece], first_kept: int
    ) -> Iterator[Change]:
        """Turn the pieces removed of one paragraph into changes; pieces that touch share the white space around."""
        if self._is_whole(paragraph, pieces):
            runs = [(pieces, whole_span(self._text, self._paragraphs, paragraph, first_kept))]
        else:
            runs = [(run, self._piece_span(paragraph, run[0].start, run[-1].end)) for run in _touching(pieces)]
        for run, (start, end) in runs:
            joints = [self._gap(paragraph, piece.start)[1] for piece in run[1:]]
            for piece, (piece_start, piece_end) in zip(run, pairwise([start, *joints, end]), strict=True):
                kept_start, kept_end = self._kept_span(layout, piece)
                is_exact = piece.end - piece.start == len(self._folded[paragraph]) and (
                    self._folded[layout.paragraph_at(piece.kept)] == self._folded[paragraph]
                )
                yield Change(
                    "duplicates",
                    "exact" if is_exact else "glued",
                    piece_start,
                    piece_end,
                    self._text[piece_start:piece_end],
                    "",
                    {"kept_start": kept_start, "kept_end": kept_end},
                )

    def _is_whole(self, paragraph: int, pieces: list[Piece]) -> bool:
        return sum(piece.end - piece.start for piece in pieces) == len(self._folded[paragraph])

    def _piece_span(self, paragraph: int, start: int, end: int) -> tuple[int, int]:
        """Give the span to remove for a part of a paragraph, so that no white space is left where it was cut."""
        before, begin = self._gap(paragraph, start)
        finish, after = self._gap(paragraph, end)
        if start == 0:
            return self._paragraphs[paragraph].start, after
        if end == len(self._folded[paragraph]):
            return before, self._paragraphs[paragraph].end
        # Between two parts that stay, white space stays on one side: line breaks rather than blanks.
        white_before, white_after = self._text[before:begin], self._text[finish:after]
        if not white_before or (_has_break(white_after) and not _has_break(white_before)):
            return before, finish
        return begin, after

    def _kept_span(self, layout: Layout, piece: Piece) -> tuple[int, int]:
        first = layout.paragraph_at(piece.kept)
        kept_end = piece.kept + piece.end - piece.start
        last = layout.paragraph_at(kept_end - 1)
        start, end = self._paragraphs[first].start, self._paragraphs[last].end
        if piece.kept > layout.starts[first]:
            start = self._gap(first, piece.kept - layout.starts[first])[1]
        if kept_end < layout.starts[last + 1]:
            end = self._gap(last, kept_end - layout.starts[last])[0]
        return start, end

    def is_prose(self, paragraph: int) -> bool:
        start, end = self._paragraphs[paragraph]
        return not is_code_or_table(self._text, start, end, self._folded[paragraph])

    def is_clean_cut(self, paragraph: int, place: int) -> bool:
        before, after = self._gap(paragraph, place)
        return before <= after and is_clean_cut(self._text[before - 1], self._text[before:after], self._text[after])

    def is_line_end(self, paragraph: int, place: int) -> bool:
        before, after = self._gap(paragraph, place)
        return _has_break(self._text[before:after])

    def ends_sentence(self, paragraph: int) -> bool:
        if paragraph + 1 == len(self._paragraphs):
            return True
        text = self._text
        last = text[self._paragraphs[paragraph].start : self._paragraphs[paragraph].end].rstrip()[-1:]
        following = text[self._paragraphs[paragraph + 1].start : self._paragraphs[paragraph + 1].end].lstrip()[:1]
        return last in CLOSING or not following.islower()

    def _gap(self, paragraph: int, place: int) -> tuple[int, int]:
        """Find the code points between which a place of the folded paragraph lies; in wrong order within a character."""
        before, after = self._offsets_of(paragraph).gap(place)
        start = self._paragraphs[paragraph].start
        return start + before, start + after

    def _offsets_of(self, paragraph: int) -> FoldedOffsets:
        if paragraph not in self._offsets:
            start, end = self._paragraphs[paragraph]
            self._offsets[paragraph] = FoldedOffsets(self._text[start:end], self._config)
        return self._offsets[paragraph]


def _touching(pieces: list[Piece]) -> list[list[Piece]]:
    runs: list[list[Piece]] = []
    for piece in pieces:
        if runs and runs[-1][-1].end == piece.start:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _has_break(white_space: str) -> bool:
    return any(character in LINE_BREAKS for character in white_space)
