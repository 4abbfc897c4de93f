"""The errors of this package: each has a name, and all are subclasses of `TextCleanError`."""

from collections.abc import Iterable
from difflib import get_close_matches


class TextCleanError(Exception):
    """Base class of every error this package raises on purpose."""


class UndecodableText(TextCleanError):
    """The bytes of a document are in no encoding that could be found."""


class UnknownLanguage(TextCleanError):
    """The requested language has no tables."""


class IncompleteLanguage(TextCleanError):
    """The package holds some of the data of a language, but not all that a language needs."""


class InvalidRule(TextCleanError):
    """A file of rules that the package holds has an entry that is not one."""


class MissingField(TextCleanError):
    """An element does not have the field of the text (or of the id)."""


class WrongElementType(TextCleanError):
    """An element, or its text, is of a type that the transform does not accept."""


class InvalidOption(TextCleanError):
    """An option or a configuration key does not exist, or has a value that is not allowed."""


class DamagedIndex(TextCleanError):
    """A folder is not an index of fingerprints, or a file of it is not what was written."""


class IndexMismatch(TextCleanError):
    """An index of fingerprints cannot be compared: other options or another version made it, or a job changed it."""


class ChangesDoNotFit(TextCleanError):
    """Changes were applied to, or reverted from, a text they were not recorded for."""


def wrong_text_type(name: str, accepted: tuple[type, ...]) -> WrongElementType:
    """Return the error for a text of a type that is not accepted."""
    wanted = " or ".join(kind.__name__ for kind in accepted)
    advice = "; NormalizeEncoding makes str of bytes" if name == "bytes" else ""
    return WrongElementType(f"the text is of type {name}, not {wanted}{advice}")


def check_config(config: object, kind: type) -> None:
    """Raise an error if an object is not a configuration of a kind.

    Raises:
        InvalidOption: It is of another type.

    >>> check_config(5, str)
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidOption: config: 5 is of type int, not str
    """
    if not isinstance(config, kind):
        raise InvalidOption(f"config: {config!r} is of type {type(config).__name__}, not {kind.__name__}")


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return a question for a message, with what is most like a name that does not exist; empty if nothing is.

    >>> did_you_mean("langages", ["languages", "passes"]), did_you_mean("colour", ["languages", "passes"])
    ("; did you mean 'languages'?", '')
    """
    nearest = get_close_matches(str(name), map(str, known), n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
