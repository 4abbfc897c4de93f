"""What a paragraph is by its form: text, or a part of something larger, which needs it in its place."""

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from beam_textclean.transforms.duplicates.reading.folding import IGNORED
from beam_textclean.transforms.duplicates.reading.paragraphs import SENTENCE_ENDS

#: An introduction ends with a colon; a clause of an enumeration goes on, or does so after one that does; an item is one
#: of a list, a row of a table, an entry of a glossary, or what somebody says.
Kind: TypeAlias = Literal["text", "introduction", "clause", "item", "heading", "verse"]

COLONS = ":", "："
"""What an introduction ends with."""

_FOLDED_COLONS = tuple(colon.encode() for colon in COLONS)

_GOES_ON = re.compile(r"(?:[,;，；、]|[,;]\s+(?P<word>[^\W\d_]{1,4}))\Z")  # "; and", ", ou" included; but no acronym
_ITEM = re.compile(r"(?:[*+•‣◦·|●▪✓➢□]|--?|\(?[a-z]{1,4}\))\s|[–—―]")
_NUMBERED = re.compile(r"(?:\(?\w{1,3}\)|[^\W\d_]\.|\d{1,3}[.°º])\s")
_SECTION = re.compile(r"(?:\d{1,3}\.)+\d{1,3}\.?\s+(?P<letter>\S)")
_MARKS = re.escape("".join(sorted(SENTENCE_ENDS)))
# The mark, with what may follow it: what closes and other signs, the number of a note, a source in parentheses, tags.
_SENTENCE_END = re.compile(
    rf"(?P<mark>[{_MARKS}])"
    r"(?:\s?[^\w\s,;:，；：、]|[*_]|\s?\[\w[^\[\]]{0,10}\]|[¹²³⁰-⁹]|(?<=[^\W\d_].)\d{1,3}|\s\([^()]{1,30}\)"
    r"|\s?</?\w{1,10}\s?/?>|\s#\w{1,30})*\Z"
)
_WITHIN = re.compile(rf"[{_MARKS}]\s+\S")
_FULL_STOP = re.compile(r"[.。]\s+\S")
_NO_FULL_STOPS = frozenset("!?！？؟")
_CLOSING = 60  # code points in which a sentence closes
_HEADING_WIDTH = 120  # code points
_NARROW_HEADING = 40  # of scripts without capitals, some of which have no full stops either
_LABEL_WIDTH = 90  # code points
_QUESTION_MARKS = frozenset("?？؟;")
_NO_WORDS = re.compile(r"[!-~]{40}|[^\w\s]{40}")  # an address, a key, a row of signs
_VERSE_WIDTH = 60
_STANZA = range(3, 17)  # lines
_TERM_WIDTH = 60


@lru_cache(maxsize=4)  # equal paragraphs are asked for in turn, and there can be a million
def kind_of(paragraph: str, before: str = "") -> Kind:
    r"""Return what a paragraph is by its form.

    Args:
        paragraph: A paragraph, its indentation included.
        before: The one before it; empty if there is none.

    Returns:
        Its kind; ``text`` where its form says nothing.

    >>> kind_of("Sont déduits :"), kind_of("le total; et"), kind_of("le reste.", "le total; et"), kind_of("Le reste.")
    ('introduction', 'clause', 'clause', 'text')
    >>> kind_of("- Une copie du passeport."), kind_of("11.1.3. Restrictions"), kind_of("Comptables et cabinets")
    ('item', 'heading', 'heading')
    >>> kind_of("Il était un petit navire,\nQui n'avait jamais navigué,\nOhé, ohé !")
    'verse'
    """
    visible = paragraph.strip(IGNORED)
    if visible.endswith(COLONS):
        return "introduction"
    before = before.strip(IGNORED)
    if _goes_on(visible) or (visible[:1].islower() and (before.endswith(COLONS) or _goes_on(before))):
        return "clause"
    if _ITEM.match(visible):
        return "item"
    end = _SENTENCE_END.search(visible, max(0, len(visible) - _CLOSING))
    lines = [line for line in paragraph.splitlines() if line.strip()]
    if _is_entry(lines):
        return "item"
    if len(lines) in _STANZA and _is_stanza(lines):
        return "verse"
    if len(lines) == 1 and _is_heading(visible, end):
        return "heading"
    return "item" if end is None and _NUMBERED.match(visible) else "text"


def follows_introduction(stream: bytes, place: int) -> bool:
    """Return whether what ends at a place of a stream of folded bytes introduces what follows.

    >>> follows_introduction(b"Voici:unelettre", 6)
    True
    """
    return stream.endswith(_FOLDED_COLONS, 0, place)


def is_label(paragraph: str) -> bool:
    """Return whether a paragraph may be the label of what follows: a short line with which no sentence ends.

    A question may be one, and so may a name with a full stop, as in a play.

    >>> is_label("Article 12"), is_label("How do I return a chair?"), is_label("KING."), is_label("It rained.")
    (True, True, True, False)
    """
    visible = paragraph.strip(IGNORED)
    if len(visible) > _LABEL_WIDTH or len(visible.splitlines()) != 1:
        return False
    end = _SENTENCE_END.search(visible)
    return end is None or end["mark"] in _QUESTION_MARKS or is_in_capitals(visible)


def is_in_capitals(paragraph: str) -> bool:
    """Return whether all letters are capitals, and there are some.

    >>> is_in_capitals("KING."), is_in_capitals("付録E 付記。")
    (True, False)
    """
    letters = [character for character in paragraph if character.isalpha()]
    return bool(letters) and all(map(str.isupper, letters))


def _goes_on(visible: str) -> bool:
    found = _GOES_ON.search(visible, max(0, len(visible) - 8))
    return found is not None and (found["word"] is None or found["word"].islower())


def _is_entry(lines: list[str]) -> bool:
    """Return whether lines are a term and, set deeper, what is said of it."""
    if len(lines) < 2:
        return False
    depth, *depths = [len(line) - len(line.lstrip()) for line in lines]
    term = lines[0].strip()
    if len(term) > _TERM_WIDTH or min(depths) < depth + 2:
        return False
    return _NUMBERED.match(term) is None and _WITHIN.search(term) is None


def _is_stanza(lines: list[str]) -> bool:
    """Return whether lines are as short as those of verses and begin as these do, and are not sentences, one a line."""
    if any(len(line.strip()) > _VERSE_WIDTH or _FULL_STOP.search(line) or not _is_capitalised(line) for line in lines):
        return False
    return not all(line.rstrip()[-1] in SENTENCE_ENDS for line in lines)


def _is_capitalised(line: str) -> bool:
    letter = next(filter(str.isalpha, line), "")
    return letter.isupper() or letter.istitle()


def _is_heading(line: str, end: re.Match[str] | None) -> bool:
    has_case = line.lower() != line.upper()
    if len(line) > (_HEADING_WIDTH if has_case else _NARROW_HEADING) or _NO_WORDS.search(line):
        return False
    section = _SECTION.match(line)
    if section is not None and not section["letter"].islower():
        return end is None or end["mark"] in _NO_FULL_STOPS  # headings with a number may ask
    return end is None and not line[0].islower() and _NUMBERED.match(line) is None
