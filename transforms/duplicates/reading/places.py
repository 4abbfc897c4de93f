"""What needs its place: paragraphs that are kept although another one says the same.

A paragraph that is a part of something larger (a clause, a heading, an item, a verse) belongs there; so do the only
words under a label, and what somebody says. Within a document and across a corpus the same holds.
"""

import re
from collections.abc import Iterable

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.folding import count_characters
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import Kind

# Parts are the whole text a second time when they have so many bytes, and are such a part of it.
_TEXT = 400
_SHARE = 3
# Quotation marks; or who speaks: a name and a colon, a name in capitals and a full stop or a line of its own, a nick.
_SAID = re.compile(
    r"[\"“„«‹「『]"
    r"|[^\W\d_a-z][\w.'’-]{0,20}(?: [\w.'’-]{1,20}){0,3}: \S"
    r"|[^\W\d_a-z]{2}[^\Wa-z]*(?: [^\Wa-z]+){0,3}(?:\.\s|\.?[ \t]*\n)"
    r"|<\w{1,20}> "
)
_LONG = 100  # characters from which on a paragraph is a copy by itself, whatever its form


def are_parts(text: FoldedText, paragraphs: Iterable[int], size: int) -> bool:
    """Return whether paragraphs are only parts of something larger, and not the whole text a second time.

    Short ones do not count: whoever makes the minimum smaller wants them removed, and most of them are of such a form.

    Args:
        text: The text.
        paragraphs: The paragraphs.
        size: How many bytes they have together.
    """
    if is_whole_text(size, len(text.stream)):
        return False
    return are_kinds_of_parts(text.kind(paragraph) for paragraph in paragraphs if not text.is_short(paragraph))


def is_whole_text(size: int, text_size: int) -> bool:
    """Return whether so many bytes that are removed are the whole text a second time, rather than parts of it."""
    return size >= _TEXT and _SHARE * size >= text_size


def are_kinds_of_parts(kinds: Iterable[Kind]) -> bool:
    """Return whether there are kinds of paragraphs, and all of them are of parts of something larger."""
    kinds = iter(kinds)
    return next(kinds, "text") != "text" and all(kind != "text" for kind in kinds)


def needs_neighbours(text: FoldedText, paragraph: int) -> bool:
    """Return whether a paragraph is a copy only together with one beside it.

    That is a short one that somebody says, or that is a line of a text set in lines: a step, an entry of a log.
    """
    start, end = text.paragraphs[paragraph]
    return is_step_or_said(text.text[start:end], text.folded[paragraph], text.is_set_in_lines)


def is_step_or_said(paragraph: str, folded: bytes, is_set_in_lines: bool) -> bool:
    """Return whether a short paragraph is a line of a text set in lines, or something that somebody says."""
    if count_characters(folded) >= _LONG:
        return False
    return is_set_in_lines or _SAID.match(paragraph.lstrip()) is not None


def is_alone_in_section(text: FoldedText, paragraph: int) -> bool:
    r"""Return whether a paragraph is all that there is under a label.

    >>> from beam_textclean.transforms.duplicates import DuplicatesConfig
    >>> text = FoldedText("Lamp\n\nPlease write to us.\n\nChair\n\nPlease call us.", DuplicatesConfig())
    >>> [is_alone_in_section(text, paragraph) for paragraph in range(4)]
    [False, True, False, True]
    """
    if paragraph == 0 or not text.is_label(paragraph - 1) or text.is_label(paragraph):
        return False
    return paragraph + 1 == len(text.folded) or text.is_label(paragraph + 1)
