"""What a paragraph is by its form: text, or a part of something larger, which needs it where it stands."""

import re
from typing import Literal, TypeAlias

from beam_textclean.transforms.duplicates.paragraphs import SENTENCE_ENDS

#: An introduction ends with a colon; a clause of an enumeration goes on, or does so after one that does; an item is one
#: of a list, a row of a table, an entry of a glossary, or what somebody says.
Kind: TypeAlias = Literal["text", "introduction", "clause", "item", "heading", "verse"]

_INTRODUCES = re.compile(r"[:：]\Z")
# "; and", ", ou" included; but no acronym.
_GOES_ON = re.compile(r"(?:[,;，；、]|[,;]\s+[^\W\d_A-Z]{1,4})\Z")
_ITEM = re.compile(r"(?:[*+•‣◦·|●▪✓➢□]|--?)\s|[–—―]")
_NUMBERED = re.compile(r"(?:\(?\w{1,3}\)|[^\W\d_]\.|\d{1,3}[.°º])\s")
_SECTION = re.compile(r"(?:\d{1,3}\.)+\d{1,3}\.?\s")
# The mark, with what may follow it: what closes, the number of a note, a source in parentheses, a tag.
_SENTENCE_END = re.compile(
    rf"(?P<mark>[{re.escape(''.join(sorted(SENTENCE_ENDS)))}])"
    r"(?:\s?[\"'”’»›)\]」』）》】*_]|\s?\[\d{1,3}\]|[¹²³⁰-⁹]|(?<=[^\W\d_].)\d{1,3}|\s\([^()]{1,30}\)|</\w{1,10}>)*\Z"
)
_NO_FULL_STOPS = frozenset("!?！？؟")
_CLOSING = 60  # code points in which a sentence closes
_HEADING_WIDTH = 120  # code points
_NO_WORDS = re.compile(r"[!-~]{40}|[^\w\s]{40}")  # an address, a key, a row of signs
_VERSE_WIDTH = 60
_STANZA = 3  # lines
_TERM_WIDTH = 60


def kind_of(paragraph: str, before: str = "") -> Kind:
    r"""Tell what a paragraph is by its form.

    Args:
        paragraph: A paragraph, its indentation included.
        before: The one before it; empty if there is none.

    Returns:
        Its kind; ``text`` where its form tells nothing.

    >>> kind_of("Sont déduits :"), kind_of("le total; et"), kind_of("le reste.", "le total; et"), kind_of("Le reste.")
    ('introduction', 'clause', 'clause', 'text')
    >>> kind_of("- Une copie du passeport."), kind_of("11.1.3. Restrictions"), kind_of("Comptables et cabinets")
    ('item', 'heading', 'heading')
    >>> kind_of("Il était un petit navire,\nQui n'avait jamais navigué,\nOhé, ohé !")
    'verse'
    """
    visible = paragraph.strip()
    if _INTRODUCES.search(visible, len(visible) - 1):
        return "introduction"
    if _goes_on(visible) or (visible[0].islower() and _goes_on(before.rstrip(), introduced=True)):
        return "clause"
    if _ITEM.match(visible):
        return "item"
    end = _SENTENCE_END.search(visible, max(0, len(visible) - _CLOSING))
    lines = [line for line in paragraph.splitlines() if line.strip()]
    if _is_entry(lines):
        return "item"
    if len(lines) >= _STANZA and _is_stanza(lines):
        return "verse"
    if len(lines) == 1 and len(visible) <= _HEADING_WIDTH:
        # Headings with a number may ask.
        if _SECTION.match(visible) and (end is None or end["mark"] in _NO_FULL_STOPS):
            return "heading"
        if end is None and not (visible[0].islower() or _NUMBERED.match(visible) or _NO_WORDS.search(visible)):
            return "heading"
    return "item" if end is None and _NUMBERED.match(visible) else "text"


def _goes_on(visible: str, introduced: bool = False) -> bool:
    if introduced and _INTRODUCES.search(visible, max(0, len(visible) - 1)):
        return True
    return _GOES_ON.search(visible, max(0, len(visible) - 8)) is not None


def _is_entry(lines: list[str]) -> bool:
    """Tell whether lines are a term and, set deeper, what is said of it."""
    depth, *depths = [len(line) - len(line.lstrip()) for line in lines]
    return bool(depths) and len(lines[0]) - depth <= _TERM_WIDTH and min(depths) >= depth + 2


def _is_stanza(lines: list[str]) -> bool:
    """Tell whether lines are as short as those of verses, and begin with capitals."""
    return all(len(line.strip()) <= _VERSE_WIDTH for line in lines) and all(map(_is_capitalised, lines))


def _is_capitalised(line: str) -> bool:
    letter = next(filter(str.isalpha, line), "")
    return letter.isupper() or letter.istitle()
