"""Context rules: words that exist but are wrong where they stand, decided by their neighbours.

A rule of data/context_<language>.json replaces a phrase (one word or a few) where what stands to its left and right
says with certainty that another was meant: "en sevrant à nos côtés" is "servant", "en sevrant son bébé" is not. The
patterns are in the syntax of `regex` and see typographic apostrophes as straight ones and all white space as spaces.
"""

import json
from functools import cached_property
from typing import NamedTuple

import regex

from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import DATA

# How far, in code points, the conditions of a rule may look.
_REACH = 100

_PLAIN = str.maketrans({"’": "'", "\xa0": " ", "\u202f": " ", "\n": " ", "\t": " ", "\r": " "})


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


class Examples(NamedTuple):
    """Sentences that show a rule at work, for the test that runs them, and where it must not work."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]


def plain(text: str) -> str:
    r"""Write apostrophes and white space plainly, each code point staying where it is.

    >>> plain("l’eau\xa0!")
    "l'eau !"
    """
    return text.translate(_PLAIN)


def read_rules(language: str) -> list[tuple[ContextRule, Examples]]:
    """Read the context rules of a language with their examples.

    >>> rule, examples = read_rules("fr")[0]
    >>> rule.phrase, rule.correction
    ('sevrant', 'servant')
    """
    file = DATA / f"context_{language}.json"
    if not file.is_file():
        return []
    rules = []
    for entry in json.loads(file.read_text(encoding="utf-8")):
        examples = Examples(tuple(entry.pop("positive")), tuple(entry.pop("negative")))
        entry.pop("comment", None)
        rules.append((ContextRule(**entry), examples))
    return rules
