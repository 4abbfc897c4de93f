"""What the typo pass keeps of all that its entries name, and why."""

from typing import NamedTuple

from beam_textclean.transforms.records import Change, Cleaned

# Why a word is kept, apart from the guards of `Protection`.
NO_LANGUAGE = "it is not certain which language the text around it is in"
NEIGHBOURS = "the words beside it do not show that another one was meant"
INITIAL_ACCENT = "a capital may lack its accent"
DISCUSSED = "the correction is beside it: the text is about the typo"
CUT_SHORT = "it may be a word that is cut short"
TERM = "the document has it in code, an address or a name, too: it is a term"
FREQUENT_TERM = "the document has it {} times and never the correction: it is a term"
ALLOWED = "your configuration allows it"
OLD_SPELLING = "the document has other words in an old spelling"
OTHER_LANGUAGE = "too little of the document is in this language"
LEFT_ALONE = "too many words of the document would change: see max_share"


class Kept(NamedTuple):
    """A word or phrase that an entry names, and that is kept.

    Attributes:
        start: Its first code point.
        end: The code point after it.
        language: The language of the entry.
        entry: The typo or phrase of the entry.
        correction: What the entry would make of it.
        reason: Why it is kept.
    """

    start: int
    end: int
    language: str
    entry: str
    correction: str
    reason: str


class Examined(NamedTuple):
    """What the pass made of a document, and what it kept of all that its entries name."""

    cleaned: Cleaned
    kept: tuple[Kept, ...] = ()


def undone(change: Change, reason: str) -> Kept:
    """Return what a change would have been, for a reason not to make it."""
    detail = change.detail
    return Kept(change.start, change.end, str(detail["language"]), str(detail["entry"]), change.after, reason)
