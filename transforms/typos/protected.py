"""Where a typo may not be corrected: code, addresses, identifiers, names, mentions of the word itself.

Everything is decided from the text around one candidate, so that a document pays only for the candidates it has.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container
from functools import cached_property

from beam_textclean.transforms.code_and_markup import (
    block_spans,
    has_code_characters,
    is_in_indented_block,
    is_in_inline_code,
    is_in_tag,
    is_statement,
)
from beam_textclean.transforms.names_in_markup import (
    is_in_link_target,
    is_in_source_message,
    is_in_value,
    is_key_or_name,
    is_lone_in_element,
    is_metadata_name,
    is_part_of_marked_word,
)
from beam_textclean.transforms.typos.letter_case import is_capitalised
from beam_textclean.transforms.typos.names import is_name

_APOSTROPHES = "'’"

# A capitalised word is corrected from this length on; shorter ones are names too often.
_CAPITALISED_ANYWHERE = 8
_CAPITALISED_SENTENCE_START = 7
_LISTED_SENTENCE_START = 6

# What stands between white space, quotes and tags, and may not hold a character that only code and addresses have.
_CHUNK_END = re.compile(r"[\s<>\"«»“”„]|\]\(")
_CHUNK_REACH = 200

# Two words of which one is meant; in paths there are no accents. The end of a passage in Markdown that is set apart.
_ALTERNATIVES = re.compile(r"[(]?[^\W\d_]+/[^\W\d_]+[).,;:!?]*")
_STRONG = re.compile(r"\*\*_?")

# A text about misspellings, which it quotes. Such a word appears in the same paragraph, or just before it.
_ABOUT_SPELLING = re.compile(
    r"(?<!\w)(?:typos?|misspell(?:ed|ings?|s|t)?|mis-spell(?:ed|ings?)|spell(?:ing)?[ -]?check(?:er|ers|ing)?|codespell"
    r"|fautes? (?:de frappe|d['’]orthographe)|coquilles?|mal orthographié\w*|correct(?:eur|ion) orthographique"
    r"|Tippfehlern?|Rechtschreibfehlern?|Rechtschreibprüfung|errores? (?:ortográficos?|tipográficos?)"
    r"|faltas? de ortografía|error[ei] (?:di battitura|di ortografia|ortografic[oi])|refus[oi]"
    r"|erros? (?:de digitação|de ortografia|ortográficos?))(?!\w)",
    re.IGNORECASE,
)
_SPELLING_REACH = 250

# Who made a change, in the list of changes of a release: "- #7507 Remove it (somebody)".
_ISSUE_NUMBER = re.compile(r"#\d")

# So many hyphens join the words of a title.
_SLUG_HYPHENS = 2

_OPENING = dict(zip("\"'«“‘„‹*_`", "\"'»”’“›*_`", strict=True))
# A title, of which the full stop ends no sentence; a name follows.
_TITLE = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Dra|MM?|Mme|Mlle|Me|Mgr|Herrn?|Frau|Sig|Sigra|Dott|Don|Doña|Dom)\.?\s+\Z"
)
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:;\n«»“”\"(\[*#—–|>]|\n\s*[-•·o])\s*\Z")
# What an author writes after a mistake of another that he quotes.
_SIC = re.compile(r"[\W_]{0,3}[(\[]\s*sic\b", re.IGNORECASE)
_AFTER_BREAK = re.compile(r"[-\u00ad\u2010]\s*\n\s*\Z")


class Protection:
    """Tells for a document which of its words may be corrected.

    Args:
        text: The document.
        elided: What may stand before an apostrophe in front of a word (l', qu').
        suffixed: What may stand behind an apostrophe after a word ('s).
        nouns_capitalised: Whether the language writes nouns with a capital, so that one says nothing.
    """

    def __init__(
        self, text: str, elided: Container[str], suffixed: Container[str], nouns_capitalised: bool = False
    ) -> None:
        """Take note of the document; its code blocks are found when they are first asked for."""
        self._text = text
        self._elided = elided
        self._suffixed = suffixed
        self._nouns_capitalised = nouns_capitalised

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        return block_spans(self._text)

    def guard(self, start: int, end: int, listed: bool = True, in_context: bool = False) -> str | None:
        """Return why the word, or phrase, at a span of the document must stay as it is, or None where it need not.

        Args:
            start: First code point of the span.
            end: Code point after it.
            listed: Whether people have listed it as a typo; if not, a capital within a sentence makes it a name.
            in_context: Whether its neighbours show that it is a typo, so that it may be short at a sentence's start.

        >>> def guarded(text, word):
        ...     start = text.index(word)
        ...     return Protection(text, ("l",), ("s",)).guard(start, start + len(word))
        >>> guarded("un evenement rare", "evenement"), guarded("l'evenement", "evenement")
        (None, None)
        >>> guarded("http://site.fr/evenement", "evenement")
        'it is in an address, a path, a call or a name with signs'
        >>> guarded("le mot « evenement »", "evenement")
        'it is quoted or set apart, or [sic] follows'
        """
        if self._is_part_of_a_longer_word(start, end):
            return "it is part of a longer word"
        if self._is_joined(start, end):
            return "an apostrophe, a hyphen or a line break joins it to something else"
        if self._is_in_name_or_address(start, end):
            return "it is in an address, a path, a call or a name with signs"
        if self._is_mentioned(start, end):
            return "it is quoted or set apart, or [sic] follows"
        if self._is_quoted_misspelling(start, end):
            return "the text is about misspellings"
        if self._is_credited(start, end):
            return "it is the user name of who made a change"
        if self._is_named(start, end, listed, in_context):
            return "its capitals may make it a name or an acronym"
        if self._is_bracketed(start, end):
            return "it is in brackets"
        if self._is_in_code(start, end):
            return "it is in code, a tag, the target of a link or a value"
        return None

    def shows_term(self, start: int, end: int, listed: bool = True) -> bool:
        """Return whether a word is part of code, of an address or of a name at a span, and so a term.

        The arguments are those of `guard`.

        >>> text = "* [offst: a new release](https://site.org/offst/news)"
        >>> first, second = text.index("offst"), text.rindex("offst")
        >>> protection = Protection(text, (), ())
        >>> protection.shows_term(first, first + 5), protection.shows_term(second, second + 5)
        (False, True)
        """
        text = self._text
        if self._is_in_slug(start, end):
            return False
        return (
            _is_number_or_underscore(text[start - 1 : start])
            or _is_number_or_underscore(text[end : end + 1])
            or self._is_in_name_or_address(start, end)
            or self._is_in_marked_code(start, end)
            or self._is_proper_name(start, end, listed)
        )

    def _is_part_of_a_longer_word(self, start: int, end: int) -> bool:
        """Letters outside Latin-1, combining marks, digits and underscores were spaces to the gate."""
        text = self._text
        return (
            _continues_word(text[start - 1 : start])
            or _continues_word(text[end : end + 1])
            or is_part_of_marked_word(text, start, end)
        )

    def _is_joined(self, start: int, end: int) -> bool:
        text = self._text
        before, after = text[start - 1 : start], text[end : end + 1]
        if before and before in _APOSTROPHES:
            elided = _word_before(text, start - 1)
            if elided and elided.lower() not in self._elided:
                return True
        if after and after in _APOSTROPHES:
            suffix = _word_after(text, end + 1)
            if suffix.lower() not in self._suffixed:
                return True
        # Hyphens join parts of words, but also options (--word) and the two ends of a word broken at a line's end.
        if before == "-" and not text[start - 2 : start - 1].isalpha():
            return True
        if after in ("-", "\u2010") and not text[end + 1 : end + 2].isalpha():
            return True
        return bool(_AFTER_BREAK.search(text, max(0, start - 12), start))

    def _is_in_name_or_address(self, start: int, end: int) -> bool:
        """A name with dots, a call, an index, a namespace, the attribute of an object; a chunk that is not words."""
        text = self._text
        before, after = text[start - 1 : start], text[end : end + 1]
        if before in (".", ":") and text[start - 2 : start - 1].isalnum():
            return True
        if after in (".", ":") and (text[end + 1 : end + 2].isalnum() or text[end + 1 : end + 2] == "_"):
            return True
        if before == "." and not text[start - 2 : start - 1].strip():
            return True
        # The compound may be a name with a dot: demarches-simplifiees.fr
        right = self._compound(start, end)[1]
        if text[right : right + 1] == "." and text[right + 1 : right + 2].isalnum():
            return True
        if after and after in "([":
            return True
        return self._chunk_is_code(start, end)

    def _chunk_is_code(self, start: int, end: int) -> bool:
        text = self._text
        left = max(0, start - _CHUNK_REACH)
        for match in _CHUNK_END.finditer(text, left, start):
            left = match.end()
        found = _CHUNK_END.search(text, end, end + _CHUNK_REACH)
        right = found.start() if found else min(len(text), end + _CHUNK_REACH)
        if _ALTERNATIVES.fullmatch(text, left, right) and not text[left:right].isascii():
            return False
        strong = _STRONG.match(text, end, right)
        end = strong.end() if strong else end
        return has_code_characters(text, left, start) or has_code_characters(text, end, right)

    def _is_mentioned(self, start: int, end: int) -> bool:
        """A single word in quotes, or set apart, is foreign, a mention of the word, or code; so is one with [sic]."""
        text = self._text
        if _SIC.match(text, end):
            return True
        start, end = self._compound(start, end)
        before = text[max(0, start - 2) : start].rstrip(" \xa0\u202f")[-1:]
        after = text[end : end + 2].lstrip(" \xa0\u202f")[:1]
        # "**word**" is a heading or a term of the text, "*word*" a foreign one.
        strong = before == "*" and text[start - 2 : start] == "**"
        return bool(before) and not strong and _OPENING.get(before) == after

    def _is_quoted_misspelling(self, start: int, end: int) -> bool:
        """A text about misspellings gives examples of them."""
        text = self._text
        line_end = text.find("\n", end, end + _SPELLING_REACH)
        reach = line_end if line_end >= 0 else end + _SPELLING_REACH
        return _ABOUT_SPELLING.search(text, max(0, start - _SPELLING_REACH), reach) is not None

    def _is_credited(self, start: int, end: int) -> bool:
        """The user name of whom a change of a program is by, in round brackets on the line of its issue."""
        text = self._text
        if text[start - 1 : start] != "(" or text[end : end + 1] != ")":
            return False
        return _ISSUE_NUMBER.search(text, text.rfind("\n", 0, start) + 1, start) is not None

    def _is_bracketed(self, start: int, end: int) -> bool:
        """An index or part of a command (:b[uffer]), or alone in brackets and no link of Markdown."""
        text = self._text
        before, after = text[start - 1 : start], text[end : end + 1]
        if before == "]":
            return True
        # A name of several words, or of a user ("goldffish's page"), that is linked to.
        left, right = self._compound(start, end)
        if text[left - 1 : left] == "[" and (
            (text[right : right + 1] == "]" and "-" in text[left:right])
            or (text[end : end + 1] and text[end : end + 1] in _APOSTROPHES)
        ):
            return True
        if before != "[" and after != "]":
            return False
        opening = text.rfind("[", max(0, start - _CHUNK_REACH), start)
        if opening > 0 and text[opening - 1].isalnum():
            return True
        return before == "[" and after == "]" and text[end + 1 : end + 2] != "("

    def _is_named(self, start: int, end: int, listed: bool, in_context: bool = False) -> bool:
        """A capital makes a short word a name, and a long one within a sentence; more of them make it an acronym."""
        word = self._text[start:end]
        if word.islower():
            return False
        if not is_capitalised(word):
            return True
        if is_name(word) or _TITLE.search(self._text, max(0, start - 20), start):
            return True
        if in_context and self._begins_sentence(start):
            return False
        if len(word) < (_LISTED_SENTENCE_START if listed else _CAPITALISED_SENTENCE_START):
            return True
        if self._nouns_capitalised or (listed and len(word) >= _CAPITALISED_ANYWHERE):
            return False
        # What only looks like a misspelling is a name where another capital follows.
        if not listed and self._text[end + 1 : end + 2].isupper():
            return True
        return not self._begins_sentence(start)

    def _begins_sentence(self, start: int) -> bool:
        return _SENTENCE_START.search(self._text, max(0, start - 20), start) is not None

    def _is_proper_name(self, start: int, end: int, listed: bool) -> bool:
        """A capital within a sentence, if it makes a name; that of a German noun says nothing."""
        if self._nouns_capitalised or not is_capitalised(self._text[start:end]):
            return False
        if self._begins_sentence(start):
            return False
        return self._is_named(start, end, listed)

    def _is_in_slug(self, start: int, end: int) -> bool:
        """A title made into an address (/my-accomodation-guide) keeps the typos of the title."""
        return self._text.count("-", *self._compound(start, end)) >= _SLUG_HYPHENS

    def _compound(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of a word with all that hyphens join to it."""
        text = self._text
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "-"):
            start -= 1
        while end < len(text) and (text[end].isalnum() or text[end] == "-"):
            end += 1
        return start, end

    def _is_in_marked_code(self, start: int, end: int) -> bool:
        text = self._text
        block = bisect_right(self._blocks, (start, len(text))) - 1
        if block >= 0 and start < self._blocks[block][1]:
            return True
        return is_in_inline_code(text, start, end)

    def _is_in_code(self, start: int, end: int) -> bool:
        text = self._text
        if self._is_in_marked_code(start, end) or is_in_tag(text, start):
            return True
        if is_in_link_target(text, start) or is_in_value(text, start) or is_metadata_name(text, start):
            return True
        if is_key_or_name(text, start) or is_in_source_message(text, start):
            return True
        if text[start].islower() and is_lone_in_element(text, *self._compound(start, end)):
            return True
        line_start = text.rfind("\n", 0, start) + 1
        return is_statement(text, line_start) or is_in_indented_block(text, line_start)


def _is_number_or_underscore(character: str) -> bool:
    return character.isdigit() or character == "_"


def _continues_word(character: str) -> bool:
    if not character:
        return False
    return character.isalnum() or character == "_" or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Cs")


def _word_before(text: str, end: int) -> str:
    start = end
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def _word_after(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[start:end]
