"""Context rules: words that exist but are wrong where they stand, decided by their neighbours.

A rule of data/context_<language>.json replaces a phrase (one word or a few) where what stands to its left and right
says with certainty that another was meant: "en sevrant à nos côtés" is "servant", "en sevrant son bébé" is not. The
patterns are in the syntax of `regex` and see typographic apostrophes as straight ones and all white space as spaces.
"""

import json
import re
from collections.abc import Iterator, Set
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import regex

from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import DATA

# How far, in code points, the conditions of a rule may look.
_REACH = 100

# A word and what joins it to the next.
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ '-]\Z")
_WORD_AFTER = re.compile(r"[ '-]([^\W\d_]+)")

_PLAIN = {"’": "'", "\xa0": " ", "\u202f": " ", "\n": " ", "\t": " ", "\r": " "}


class ContextRule:
    """One rule: a phrase, its correction, and when it holds.

    Attributes:
        phrase: What is replaced, in lower case.
        correction: What is to replace it.
        folded: The phrase as it appears in a folded document.
        name: The rule that its changes are recorded under.
    """

    name = "context"

    def __init__(self, phrase: str, correction: str, left: str = "", right: str = "", veto: str = "") -> None:
        """Make a rule.

        Args:
            phrase: What is replaced, in lower case, words separated by a space or an apostrophe.
            correction: What is to replace it.
            left: Pattern of what must end where the phrase begins.
            right: Pattern of what must begin where the phrase ends.
            veto: Pattern that must be nowhere within reach, the phrase included.
        """
        self.phrase = phrase
        self.correction = correction
        self.folded = fold(phrase)[1:-1]
        self._left, self._right, self._veto = left, right, veto

    # Compiled when a document first holds the phrase: a process that cleans one file compiles few.
    @cached_property
    def _patterns(self) -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str] | None]:
        return (
            regex.compile(f"(?:{self._left})\\Z", regex.IGNORECASE),
            regex.compile(self._right, regex.IGNORECASE),
            regex.compile(self._veto, regex.IGNORECASE) if self._veto else None,
        )

    def holds(self, text: str, start: int, end: int) -> bool:
        """Return whether the phrase, found at a span of a text, is wrong there."""
        if plain(text[start:end]).lower() != self.phrase:
            return False
        before = plain(text[max(0, start - _REACH) : start])
        after = plain(text[end : end + _REACH])
        if before.endswith("-") or after.startswith("-"):
            return False
        left, right, veto = self._patterns
        if not left.search(before) or not right.match(after):
            return False
        return veto is None or not veto.search(f"{before}{self.phrase}{after}")


class Repeated(ContextRule):
    """A function word written twice in a row, on one line, that is not meant to be.

    >>> Repeated("the").holds("to the the store", 3, 10), Repeated("the").holds("The the the!", 4, 11)
    (True, False)
    """

    name = "repeated"

    def __init__(self, word: str) -> None:
        """Make the rule of a word. Three of them in a row are a song, or a stammer."""
        super().__init__(f"{word} {word}", word, left=rf"(?<!(?<!\w){word}\W+)", right=rf"(?!\W+{word}(?!\w))")

    def holds(self, text: str, start: int, end: int) -> bool:
        """Return whether the word is repeated by mistake at a span of a text."""
        return "\n" not in text[start:end] and super().holds(text, start, end)


class Slip(ContextRule):
    """A rare word where a frequent one was meant, one slip away: its neighbours are those of the frequent word.

    >>> slip = Slip("wold", "would", frozenset({"he", ""}), frozenset({"be", ""}), both=True)
    >>> slip.holds("he wold be", 3, 7), slip.holds("the wold is", 4, 8), slip.holds("he wold.", 3, 7)
    (True, False, True)
    """

    def __init__(self, word: str, correction: str, left: Set[str], right: Set[str], both: bool) -> None:
        """Make a rule.

        Args:
            word: The rare word.
            correction: The frequent one.
            left: Words that appear before the frequent one, and never before the rare one. An empty one is anything
                that is not a word, but not on both sides.
            right: The same for what follows.
            both: Whether it takes a neighbour on either side, as for words that are not very rare.
        """
        super().__init__(word, correction)
        self._before, self._after, self._both = left, right, both

    def holds(self, text: str, start: int, end: int) -> bool:
        """Return whether the frequent word was meant at a span of a text."""
        if text[start:end] != self.phrase:
            return False
        before = _WORD_BEFORE.search(plain(text[max(0, start - _REACH) : start]))
        after = _WORD_AFTER.match(plain(text[end : end + _REACH]))
        left = before[1].lower() if before else ""
        right = after[1].lower() if after else ""
        if not left and not right:
            return False
        if self._both:
            return left in self._before and right in self._after
        return left in self._before or right in self._after


class Examples(NamedTuple):
    """Sentences that show a rule at work, for the test that runs them, and where it must not work."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]


def plain(text: str) -> str:
    r"""Write apostrophes and white space plainly, each code point staying where it is.

    >>> plain("l’eau\xa0!")
    "l'eau !"
    """
    for character, plainly in _PLAIN.items():  # many times faster than `translate`, which looks at every character
        text = text.replace(character, plainly)
    return text


def read_slips(language: str) -> list[Slip]:
    """Read the slips of a language that make rare words, of which data/slips_<language>.tsv has one on each line.

    The fields are the rare word, the frequent one, "both" or "either", the words before and the words after, where a
    dot is anything that is not a word.

    >>> [slip.correction for slip in read_slips("fr") if slip.phrase == "vile"]
    ['ville']
    """
    file = DATA / f"slips_{language}.tsv"
    if not file.is_file():
        return []
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return [
        Slip(word, correction, _neighbours(left), _neighbours(right), sides == "both")
        for word, correction, sides, left, right in rows
    ]


def _neighbours(words: str) -> frozenset[str]:
    return frozenset("" if word == "." else word for word in words.split())


def read_rules(language: str) -> list[tuple[ContextRule, Examples]]:
    """Read the context rules of a language with their examples.

    >>> rule, examples = read_rules("fr")[0]
    >>> rule.phrase, rule.correction
    ('sevrant', 'servant')
    """
    file = DATA / f"context_{language}.json"
    if not file.is_file():
        return []
    return [rule for entry in json.loads(file.read_text(encoding="utf-8")) for rule in _rules_of(entry)]


def _rules_of(entry: dict[str, Any]) -> Iterator[tuple[ContextRule, Examples]]:
    """Make the rules of an entry: one; or one for each of its `phrases`, and for each of the words it comes `after`.

    In the examples of several rules `{}` is the place of the phrase. Two words are looked up faster than one: more
    documents have the first of them than have both.
    """
    examples = Examples(tuple(entry.pop("positive")), tuple(entry.pop("negative")))
    entry.pop("comment", None)
    if "phrases" not in entry:
        yield ContextRule(**entry), examples
        return
    phrases = entry.pop("phrases")
    before = [f"{word} " for word in entry.pop("after", ())] or [""]
    for (phrase, correction), word in product(phrases.items(), before):
        shown = Examples(*(tuple(text.replace("{}", word + phrase) for text in texts) for texts in examples))
        yield ContextRule(word + phrase, word + correction, **entry), shown
