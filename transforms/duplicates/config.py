"""What counts as the same paragraph: the choices of the duplicates pass."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from beam_textclean.transforms.errors import InvalidOption, did_you_mean

FOLDS = ("case", "accents", "digits", "punctuation", "typography", "notes")

#: The limits of `DuplicatesConfig.min_passage`.
SHORTEST_PASSAGE, LONGEST_PASSAGE = 20, 65_536

#: What is compared with what across a corpus.
Unit: TypeAlias = Literal["paragraph", "document", "passage"]


@dataclass(frozen=True)
class DuplicatesConfig:
    """Which paragraphs may be collapsed, and which differences between two of them do not count.

    Two paragraphs are equal when they are equal in NFC, white space and invisible characters (zero-width characters,
    soft hyphens, directional marks) aside. Every further difference counts, unless it is folded here: "350 soldats"
    and "650 soldats" are two paragraphs, so are "pêcheur" and "pécheur".

    Attributes:
        min_characters: A paragraph of fewer characters, white space not counted, is never collapsed on its own:
            headings, "— Oui.", list items. 40 is about one line of print.
        folds: Differences to overlook, any of ``case``, ``accents``, ``digits`` (all digits equal), ``punctuation``
            (left out), ``typography`` (quotes, apostrophes, dashes and the ellipsis equal their plain forms), ``notes``
            (the numbers of footnotes, as in "[12]", are left out).
        unit: What is compared across a corpus: ``paragraph``; or ``document``, where only documents that are copies as
            a whole lose their text; or ``passage``: stretches of text, wherever paragraphs begin
            and end in them.
        min_passage: A passage has at least so many characters, white space not counted; from 20 to 65,536.
        near: Collapse near-duplicates too: texts whose Jaccard index (see
            `beam_textclean.transforms.duplicates.reading.similarity`) is at least this, from 0.5 to 1. 0.8 is usual.
            None: only copies. Within a document these are sentences and paragraphs of an edited second copy, beside
            others that are equal; across a corpus, units wherever they are, for which the extra ``near`` is needed.
            Two texts that differ in one number can be near-duplicates.
        boilerplate: Across a corpus, remove a unit that more than this number of documents hold from all of them, the
            first too. None: the first copy is always kept.

    Raises:
        InvalidOption: A fold or a unit that does not exist, a number out of its range.

    >>> DuplicatesConfig(folds=("typography",)).min_characters
    40
    >>> DuplicatesConfig(folds=("accent",))
    Traceback (most recent call last):
    ...
    beam_textclean.transforms.errors.InvalidOption: folds: 'accent' is not one of case, accents, digits, punctuation, \
typography, notes; did you mean 'accents'?
    """

    min_characters: int = 40
    folds: tuple[str, ...] = ()
    unit: Unit = "paragraph"
    min_passage: int = 200
    near: float | None = None
    boilerplate: int | None = None

    def __post_init__(self) -> None:
        """Check the options, and make equal choices equal objects."""
        for name in "min_characters", "boilerplate":
            number = getattr(self, name)
            if name == "boilerplate" and number is None:
                continue
            if type(number) is not int or number < 1:
                raise InvalidOption(f"{name}: {number!r} is not a whole number of at least 1")
        if type(self.min_passage) is not int or not SHORTEST_PASSAGE <= self.min_passage <= LONGEST_PASSAGE:
            limits = f"from {SHORTEST_PASSAGE} to {LONGEST_PASSAGE}"
            raise InvalidOption(f"min_passage: {self.min_passage!r} is not a whole number {limits}")
        if isinstance(self.folds, str):
            raise InvalidOption(f"folds: {self.folds!r} is one text; give a tuple out of {', '.join(FOLDS)}")
        for fold in self.folds:
            if fold not in FOLDS:
                raise InvalidOption(f"folds: {fold!r} is not one of {', '.join(FOLDS)}{did_you_mean(fold, FOLDS)}")
        if self.unit not in get_args(Unit):
            units = get_args(Unit)
            raise InvalidOption(f"unit: {self.unit!r} is not one of {', '.join(units)}{did_you_mean(self.unit, units)}")
        if self.near is not None and (type(self.near) not in (int, float) or not 0.5 <= self.near <= 1):
            raise InvalidOption(f"near: {self.near!r} is not a number from 0.5 to 1")
        if self.unit == "passage" and (self.near is not None or self.boilerplate is not None):
            raise InvalidOption("near and boilerplate are about paragraphs or documents; unit is 'passage'")
        # The order in which folds are written down makes no difference.
        object.__setattr__(self, "folds", tuple(fold for fold in FOLDS if fold in self.folds))
