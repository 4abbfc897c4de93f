"""Why a long paragraph is kept although an earlier one is equal: a closed list of reasons, for people."""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.duplicates.reading.paragraphs import Span
from beam_textclean.transforms.duplicates.reading.places import needs_neighbours


class Reason(Enum):
    """Why a paragraph is kept twice. The first that holds is named."""

    CODE = "it is code, a table or data"
    PART = "it is a part of something larger: a heading, an item, a clause, a verse or an introduction"
    SPEECH = "somebody says it, or it is a line among lines, and nothing beside it is a copy"
    SECTION = "it belongs to its section, which has another label"
    REFRAIN = "it follows its equal, and the text says it at another place, too: a refrain or an event"
    ELSEWHERE = "something else lies between the two, and too little of the text is said again"


class KeptTwice(NamedTuple):
    """A paragraph that is kept although an earlier one is equal: their spans in code points, and why."""

    span: Span
    equal: Span
    reason: Reason


def kept_twice(text: str, config: DuplicatesConfig) -> Iterator[KeptTwice]:
    r"""Yield the long paragraphs of a collapsed text that it still holds more than once.

    Args:
        text: What `collapse_duplicate_paragraphs` has left of a document.
        config: What counts as the same paragraph, and how long one must be.

    >>> twice = "Write to the office of the harbour by the end of the month."
    >>> text = f"Boats\n\n{twice}\n\nSheds\n\n{twice}"
    >>> [kept.reason.name for kept in kept_twice(text, DuplicatesConfig())]
    ['SECTION']
    """
    folded = read_text(text, config)
    first: dict[bytes, int] = {}
    for index in folded.long:
        source = first.setdefault(folded.folded[index], index)
        if source != index:
            yield KeptTwice(folded.paragraphs[index], folded.paragraphs[source], _reason(folded, index, source))


def _reason(text: FoldedText, index: int, source: int) -> Reason:
    if text.is_code or not text.is_prose(index):
        return Reason.CODE
    if text.kind(index) != "text":
        return Reason.PART
    if needs_neighbours(text, index):
        return Reason.SPEECH
    own, other = text.label_above(index), text.label_above(source)
    if own is not None and own != other:
        return Reason.SECTION
    if index == source + 1:
        return Reason.REFRAIN
    return Reason.ELSEWHERE
