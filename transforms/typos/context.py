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

from beam_textclean.transforms.errors import InvalidRule, did_you_mean
from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import DATA

# How far, in code points, the conditions of a rule may look.
_REACH = 100

# A word and what joins it to the next.
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ '-]\Z")
_WORD_AFTER = re.compile(r"[ '-]([^\W\d_]+)")

# The keys of an entry of context_<language>.json, and what each must have.
_KEYS = ("phrase", "correction", "phrases", "after", "left", "right", "veto", "positive", "negative", "comment")
_NEEDED = "positive", "negative"
_SLIP_FIELDS = 5
_BETWEEN_ENTRIES = re.compile(r"[\s,]*")

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
    slips = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != _SLIP_FIELDS:
            raise InvalidRule(f"{file.name}, line {number}: expected {_SLIP_FIELDS} fields, found {len(fields)}")
        word, correction, sides, left, right = fields
        slips.append(Slip(word, correction, _neighbours(left), _neighbours(right), sides == "both"))
    return slips


def _neighbours(words: str) -> frozenset[str]:
    return frozenset("" if word == "." else word for word in words.split())


def read_rules(language: str) -> list[tuple[ContextRule, Examples]]:
    """Read the context rules of a language with their examples.

    >>> rule, examples = read_rules("fr")[0]
    >>> rule.phrase, rule.correction
    ('sevrant', 'servant')
    """
    name = f"context_{language}.json"
    if not (DATA / name).is_file():
        return []
    rules: list[tuple[ContextRule, Examples]] = []
    for line, entry in _entries(name, (DATA / name).read_text(encoding="utf-8")):
        _check_entry(f"{name}, line {line}", entry)
        rules += _rules_of(entry)
    return rules


def _entries(name: str, text: str) -> Iterator[tuple[int, Any]]:
    r"""Yield the entries of a JSON list, each with the number of the line that it begins on.

    >>> list(_entries("a file", '[\n{"a": 1},\n{"b": 2}\n]'))
    [(2, {'a': 1}), (3, {'b': 2})]
    """
    decode = json.JSONDecoder().raw_decode
    place = _after_blanks(text, text.find("[") + 1)
    while not text.startswith("]", place):
        try:
            entry, end = decode(text, place)
        except json.JSONDecodeError as error:
            raise InvalidRule(f"{name}, line {error.lineno}: not JSON: {error.msg}") from error
        yield text.count("\n", 0, place) + 1, entry
        place = _after_blanks(text, end)


def _after_blanks(text: str, place: int) -> int:
    found = _BETWEEN_ENTRIES.match(text, place)
    return found.end() if found else place


def _check_entry(where: str, entry: Any) -> None:
    """Check the keys of an entry.

    Raises:
        InvalidRule: One of them does not exist, or one that is needed is missing.

    >>> _check_entry("context_fr.json, line 2", {"phrase": "on", "correction": "ont", "lefft": "ils "})
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidRule: context_fr.json, line 2: there is no key 'lefft'; did you mean 'left'?
    """
    if not isinstance(entry, dict):
        raise InvalidRule(f"{where}: an entry is an object, not {entry!r}")
    for key in entry:
        if key not in _KEYS:
            advice = did_you_mean(key, _KEYS) or f"; there are {', '.join(_KEYS)}"
            raise InvalidRule(f"{where}: there is no key {key!r}{advice}")
    wanted = ("phrases",) if "phrases" in entry else ("phrase", "correction")
    for key in (*wanted, *_NEEDED):
        if key not in entry:
            raise InvalidRule(f"{where}: the key {key!r} is missing")


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
