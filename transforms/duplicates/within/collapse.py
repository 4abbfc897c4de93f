"""Collapse the paragraphs that a document holds more than once."""

from dataclasses import replace
from operator import attrgetter

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Detail, Removal, changes_of, without
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.duplicates.within.beside_copies import with_aligned
from beam_textclean.transforms.duplicates.within.better import keep_better
from beam_textclean.transforms.duplicates.within.choice import find_copies
from beam_textclean.transforms.duplicates.within.evidence import beside_their_equals, says_itself_again
from beam_textclean.transforms.duplicates.within.needed import keep_needed
from beam_textclean.transforms.duplicates.within.pieces import Copies, Piece
from beam_textclean.transforms.duplicates.within.repetition import find_repetitions
from beam_textclean.transforms.duplicates.within.retrace import (
    compose,
    kept_detail,
    near_copies_are_kept,
    with_kept_copies,
)
from beam_textclean.transforms.errors import check_config, wrong_text_type
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = DuplicatesConfig()
# Further looks end when so many times the text's length was looked at. Real texts need six at most; what needs more is
# built of copies of copies of copies. Texts under `_SMALL` characters count as so long, and get more looks.
_LOOKS = 16
_SMALL = 1 << 16
# What is overlooked, too, in a text that says itself again.
_FOLDS_OF_COPIES = ("case", "typography", "notes")


def collapse_duplicate_paragraphs(text: str, config: DuplicatesConfig = _DEFAULT) -> Cleaned:
    r"""Remove what a document says a second time: later copies of a paragraph, and copies that lost their breaks.

    Args:
        text: A document.
        config: What counts as the same paragraph, and how long one must be.

    Returns:
        The text without the copies, and one change for each. `Change.detail` holds `kept_start` and `kept_end`, the
        span of the copy that is kept, in code points of `text`, and of a near copy also `jaccard`. What is kept is kept
        to the byte; a text without repeats comes back as it is. A second pass changes nothing, unless the text is built
        of copies within copies so deep that the work was cut short (see docs/duplicates.md): the time is in proportion
        to the text.

    Raises:
        WrongElementType: `text` is not a str.
        InvalidOption: `config` is not a `DuplicatesConfig`.

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
    # What was taken out can make neighbours of what was apart, so look again until nothing is left to do.
    budget = _LOOKS * max(len(text), _SMALL)
    looks = _Looks(config)
    while budget > 0 and (further := looks.at(remaining)):
        budget -= len(remaining)
        remaining = without(remaining, further)
        changes = compose(changes, further) if changes else further
        if changes is further and read_text(text, config).is_code:
            return Cleaned(text)
    if not changes:
        return Cleaned(text)
    if config.near is not None and not near_copies_are_kept(changes):
        return collapse_duplicate_paragraphs(text, replace(config, near=None))
    return Cleaned(remaining, tuple(with_kept_copies(changes, remaining, looks.comparison, looks.compared)))


def comparison_of(change: Change, config: DuplicatesConfig) -> DuplicatesConfig:
    """Return what counted as the same for a change: what was asked for, or more in a text that says itself again.

    Args:
        change: A change of this pass.
        config: What was asked for.
    """
    return replace(config, folds=tuple(str(change.detail["folds"]).split(","))) if "folds" in change.detail else config


class _Looks:
    """What is removed from a text at one look after the other, by what the looks before have found.

    A text that says itself again does so as well when most of it has been removed, and its second copy was often set
    by another program: then it is looked at once more, with other forms of quotes, capitals and notes overlooked.
    Near copies are searched first, and once: what they name as kept must still be there in the end.

    Attributes:
        comparison: What counted as the same in all looks together.
        compared: What the detail of a change says about that, where it is more than was asked for.
    """

    def __init__(self, config: DuplicatesConfig) -> None:
        self.comparison = config
        self.compared: Detail = {}
        self._config = config
        self._near = config.near
        self._says_itself_again = False

    def at(self, text: str) -> list[Change]:
        """Return what is removed from a text at this look."""
        found = self._changes(read_text(text, self._config))
        if found or not self._says_itself_again:
            return found
        comparison = replace(self._config, folds=(*self._config.folds, *_FOLDS_OF_COPIES))
        changes = self._changes(read_text(text, comparison))
        if changes and comparison != self._config:
            self.comparison, self.compared = comparison, {"folds": ",".join(comparison.folds)}
        return [change._replace(detail={**change.detail, **self.compared}) for change in changes]

    def _changes(self, text: FoldedText) -> list[Change]:
        return list(changes_of(text, find_repetitions(text) or self._copies(text), "duplicates"))

    def _copies(self, text: FoldedText) -> list[Removal]:
        near, self._near = self._near, None
        if len(text.folded) < 2 or not text.long:
            return []
        found = find_copies(text)
        if not found.paragraphs and not found.pieces:
            return []
        found = with_aligned(text, found, near)
        self._says_itself_again = self._says_itself_again or says_itself_again(text, found)
        evident = found if self._says_itself_again else beside_their_equals(text, found)
        return _removals(text, keep_needed(text, keep_better(text, evident)))


def _removals(text: FoldedText, copies: Copies) -> list[Removal]:
    starts = text.starts
    # One mapping for all copies of a paragraph: there can be a million.
    details = {source: kept_detail(text.paragraphs[source]) for source in set(copies.paragraphs.values())}
    whole = [
        Removal(starts[copy], starts[copy + 1], "exact", details[source]) for copy, source in copies.paragraphs.items()
    ]
    return sorted([*whole, *(_removal(text, piece) for piece in copies.pieces)], key=attrgetter("start"))


def _removal(text: FoldedText, piece: Piece) -> Removal:
    detail = kept_detail(text.span(piece.kept, piece.kept_end))
    if piece.jaccard is not None:
        detail = {**detail, "jaccard": round(piece.jaccard, 4)}
    paragraph = text.paragraph_at(piece.start)
    content = text.folded[paragraph]
    is_exact = piece.end - piece.start == len(content) and text.folded[text.paragraph_at(piece.kept)] == content
    return Removal(piece.start, piece.end, piece.rule or ("exact" if is_exact else "glued"), detail)
