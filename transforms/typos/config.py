"""The choices of the typo pass."""

from dataclasses import dataclass

from beam_textclean.transforms.errors import InvalidOption


@dataclass(frozen=True)
class TyposConfig:
    """What `fix_typos` may be told.

    Hashable and picklable, so that it travels with a pipeline and keys the tables a worker has loaded.

    Attributes:
        dictionaries: Paths of CSV files ``typo,correction`` of your own, used beside the shipped ones in every language
            that is cleaned. Of two entries for one typo the later wins. Such entries are trusted: only form and cycles
            are checked. Every worker opens these paths, and may run in another folder.
        learned: Paths of CSV files that ``beam-textclean learn-typos`` wrote; their accepted rows are used before the
            shipped tables. For them the same holds.
        learn: Whether `FixTypos`, `CleanCorpus` and the job of the command first learn from their own input, and fix
            what they learn with certainty too. Functions over one document learn nothing.
        allow: Words that are never changed, whatever a dictionary or a context rule says; upper and lower case alike.
        max_share: A document in which a larger share of the words would change (and at least ten words) is left alone:
            it is dialect, old spelling or another language.

    Raises:
        InvalidOption: ``max_share`` is not a share, or one text was given instead of several.

    >>> TyposConfig(allow=("teh",)).max_share
    0.02
    """

    dictionaries: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    max_share: float = 0.02
    learned: tuple[str, ...] = ()
    learn: bool = False

    def __post_init__(self) -> None:
        for name in "dictionaries", "allow", "learned":
            if isinstance(getattr(self, name), str):
                raise InvalidOption(f"{name}: {getattr(self, name)!r} is one text; give a tuple of them")
        if type(self.max_share) not in (int, float) or not 0 < self.max_share <= 1:
            raise InvalidOption(f"max_share is a share of the words, above 0 and at most 1, not {self.max_share!r}")
        # Lists come from YAML; tuples keep the configuration hashable.
        object.__setattr__(self, "dictionaries", tuple(self.dictionaries))
        object.__setattr__(self, "allow", tuple(self.allow))
        object.__setattr__(self, "learned", tuple(self.learned))
