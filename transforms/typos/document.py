"""Which language each paragraph of a document is in, found out only when it is needed."""

import re
from functools import cached_property

from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import language_of, majority_language, may_be_in, outweighs

# How much of a long paragraph, in code points to each side of a word, tells its language.
_PARAGRAPH_REACH = 1000

# Letters of Latin beyond Latin-1 and œ, as Turkish has them; one or two may be of a name.
_OTHER_LETTERS = re.compile("[\u0100-\u0151\u0154-\u0177\u0179-\u024f]")
_OTHER_LETTERS_COUNT = 3

# How much of a long document tells its language, in words.
_SAMPLE_WORDS = 2000


class Document:
    """A document, what is known of it, and what is found out about it only when it is needed."""

    def __init__(self, text: str, folded: bytes, codes: tuple[str, ...] | None) -> None:
        """Take note of a document, its folded form and the languages that are given, if they are."""
        self.text = text
        self.folded = folded
        self._given = codes[0] if codes and len(codes) == 1 else None
        self._languages: dict[tuple[int, int], str | None] = {}

    def language_at(self, start: int, end: int) -> str | None:
        """Return the language of the paragraph around a span; of the document where the paragraph does not tell."""
        left = max(0, start - _PARAGRAPH_REACH)
        before = self.text.rfind("\n\n", left, start)
        left = left if before < 0 else before + 2
        right = min(len(self.text), end + _PARAGRAPH_REACH)
        after = self.text.find("\n\n", end, right + 1)
        right = right if after < 0 else after
        if (left, right) not in self._languages:
            words = self.folded[left + 1 : right + 1].split()
            language = language_of(words)
            if language is None and (self._given or (self._language and may_be_in(words, self._language))):
                language = None if self._has_other_letters(left, right) else self._language
            elif language and self._language and not outweighs(words, language, self._language):
                language = self._language  # or a neighbour of it: Galician is near to Portuguese
            self._languages[left, right] = language
        return self._languages[left, right]

    def _has_other_letters(self, left: int, right: int) -> bool:
        """Return whether a paragraph holds letters that none of the languages with tables has."""
        return len(_OTHER_LETTERS.findall(self.text, left, right)) >= _OTHER_LETTERS_COUNT

    @cached_property
    def _language(self) -> str | None:
        # A little more text than the sample needs, from the beginning: titles and menus are outweighed.
        sample = 10 * _SAMPLE_WORDS
        language = language_of(self.folded[:sample].split()[:_SAMPLE_WORDS])
        if language is None:
            paragraphs = self.text[:sample].split("\n\n")
            language = majority_language(fold(paragraph).split() for paragraph in paragraphs)
        return language or self._given
