"""Names that look like typos: an entry of the tables that is also a surname, a first name or a place."""

from functools import cache

from beam_textclean.transforms.typos.languages import DATA


def is_name(word: str) -> bool:
    """Return whether a word that the tables correct is also a name, so that a capital makes it one anywhere.

    >>> is_name("Clouse"), is_name("Recieve")
    (True, False)
    """
    return word.lower() in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset((DATA / "names.txt").read_text(encoding="utf-8").split())
