"""The errors of this package: each has a name, all are a `TextCleanError`."""


class TextCleanError(Exception):
    """Base class of every error this package raises on purpose."""


class UndecodableText(TextCleanError):
    """The bytes of a document are in no encoding that could be found."""


class UnknownLanguage(TextCleanError):
    """A language was asked for that has no tables."""


class MissingField(TextCleanError):
    """An element has no field of the name that holds the text (or the id)."""


class WrongElementType(TextCleanError):
    """An element, or its text, is of a type that the transform does not take."""


class InvalidOption(TextCleanError):
    """An option or a configuration key has a value that is not allowed."""


class ChangesDoNotFit(TextCleanError):
    """Changes were applied to, or reverted from, a text they were not made for."""
