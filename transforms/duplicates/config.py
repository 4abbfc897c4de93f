"""What counts as the same paragraph: the choices of the duplicates pass."""

from dataclasses import dataclass

from beam_textclean.transforms.errors import InvalidOption

FOLDS = ("case", "accents", "digits", "punctuation", "typography")


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
            (left out), ``typography`` (quotes, apostrophes, dashes and the ellipsis equal their plain forms).

    Raises:
        InvalidOption: A fold that does not exist, or a minimum below 1.

    >>> DuplicatesConfig(folds=("typography",)).min_characters
    40
    >>> DuplicatesConfig(folds=("accent",))
    Traceback (most recent call last):
    ...
    beam_textclean.transforms.errors.InvalidOption: folds: 'accent' is not one of case, accents, digits, punctuation, \
typography
    """

    min_characters: int = 40
    folds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the options, and make equal choices equal objects."""
        if isinstance(self.min_characters, bool) or not isinstance(self.min_characters, int) or self.min_characters < 1:
            raise InvalidOption(f"min_characters: {self.min_characters!r} is not a whole number of at least 1")
        if isinstance(self.folds, str):
            raise InvalidOption(f"folds: {self.folds!r} is one text; give a tuple out of {', '.join(FOLDS)}")
        for fold in self.folds:
            if fold not in FOLDS:
                raise InvalidOption(f"folds: {fold!r} is not one of {', '.join(FOLDS)}")
        # The order in which folds are written down makes no difference.
        object.__setattr__(self, "folds", tuple(fold for fold in FOLDS if fold in self.folds))
