"""Which letters languages have: the measure by which two readings of the same bytes are compared."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

#: Lower-case letters of a language, the most frequent first, and the capitals.
Letters = Mapping[str, float]

_PER_RANK = 0.005  # what a letter is worth less than the more frequent one before it
_CAPITAL = 0.3  # what a capital is worth less


_LATIN = re.compile("[À-ÖØ-öø-\u024f\u1e00-\u1eff]")


class Alphabets(NamedTuple):
    """The letters of languages beyond ASCII, and how much each speaks for its language (up to 1).

    Attributes:
        western: By language, those that windows-1252 can write.
        western_words: Frequent words of these, which the legacy languages do not have.
        function_words: By language, its most frequent words.
        one_letter_words: By language, letters beyond ASCII that are words.
        legacy: By language, the encodings of single bytes it is written in, and its letters.
        other: By language, the other Latin alphabets.
        kept: By language, the letters of further Latin alphabets, by which texts are kept but no reading is judged.
        cyrillic: By language, all letters of those in Cyrillic.
        scripts: By name, an expression for a run of letters of each other script.
    """

    western: dict[str, Letters]
    western_words: frozenset[str]
    function_words: dict[str, frozenset[str]]
    one_letter_words: dict[str, frozenset[str]]
    legacy: dict[str, tuple[list[str], Letters]]
    other: dict[str, Letters]
    kept: dict[str, frozenset[str]]
    cyrillic: dict[str, frozenset[str]]
    scripts: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def alphabets() -> Alphabets:
    """Load the alphabets that come with the package."""
    data = json.loads(resources.files(__package__).joinpath("data/alphabets.json").read_text(encoding="utf-8"))
    return Alphabets(
        {language: _weighted(letters) for language, letters in data["western"].items()},
        frozenset(data["western_words"].split()),
        {language: frozenset(words.split()) for language, words in data["function_words"].items()},
        {language: frozenset(letters) for language, letters in data["one_letter_words"].items()},
        {language: (encodings, _weighted(letters)) for language, (encodings, letters) in data["legacy"].items()},
        {language: _weighted(letters) for language, letters in data["other"].items()},
        {language: frozenset(letters + letters.upper()) for language, letters in data["kept"].items()},
        {language: frozenset(letters) for language, letters in data["cyrillic"].items()},
        {
            script: re.compile("[" + "".join(re.sub("[0-9A-F]+", _character, span) for span in spans) + "]+")
            for script, spans in data["scripts"].items()
        },
    )


def fit(counts: Mapping[str, int]) -> float:
    """Return how well letters fit the alphabet or script that they fit best.

    Args:
        counts: How often each letter beyond ASCII occurs.

    Returns:
        From 0 (none of them is in any alphabet) to 1. Capitals and rare letters count a little less.

    >>> fit(Counter("éèé")) > fit(Counter("ÊèÊ")) > fit(Counter("éøş"))
    True
    """
    totals: dict[str, float] = {}
    for letter, count in counts.items():
        for alphabet, weight in _weights(letter):
            totals[alphabet] = totals.get(alphabet, 0) + weight * count
    return max(totals.values(), default=0) / max(1, sum(counts.values()))


@lru_cache(maxsize=4096)
def _weights(letter: str) -> list[tuple[str, float]]:
    """Return the alphabets and scripts that have a letter, and how much it speaks for each."""
    known = alphabets()
    legacy = {language: letters for language, (_, letters) in known.legacy.items()}
    latin = [
        (f"{group} {language}", letters[letter])
        for group, alphabets_of in (("western", known.western), ("legacy", legacy), ("other", known.other))
        for language, letters in alphabets_of.items()
        if letter in letters
    ]
    scripts = [(name, 1.0) for name, script in known.scripts.items() if name != "Cyrillic" and script.match(letter)]
    cyrillic = [(f"Cyrillic {of}", 1.0) for of, letters in known.cyrillic.items() if letter.lower() in letters]
    return [*latin, *scripts, *cyrillic]


def share_of_one_alphabet(text: str) -> float:
    """Return which share of the Latin letters beyond ASCII of a text is in the alphabet that has most of them.

    >>> share_of_one_alphabet("été à Besançon"), share_of_one_alphabet("citt\u0155 č piů")
    (1.0, 0.6666666666666666)
    """
    counts = Counter(_LATIN.findall(text.lower()))
    most = max(
        sum(count for letter, count in counts.items() if letter in alphabet) for alphabet in _all_latin_alphabets()
    )
    return most / counts.total() if counts else 1.0


@lru_cache(maxsize=1)
def latin_letters() -> frozenset[str]:
    """Return the Latin letters beyond ASCII of all alphabets."""
    return frozenset[str]().union(*_all_latin_alphabets())


@lru_cache(maxsize=1)
def _all_latin_alphabets() -> list[frozenset[str]]:
    return [*latin_alphabets(), *alphabets().kept.values()]


@lru_cache(maxsize=1)
def latin_alphabets() -> list[frozenset[str]]:
    """Return the Latin alphabets by which readings are judged, small letters and capitals."""
    known = alphabets()
    latin = [*known.western.values(), *(letters for _, letters in known.legacy.values()), *known.other.values()]
    return [frozenset(letters) for letters in latin]


def may_be_word(letter: str, around: str) -> bool:
    """Return whether a letter may be a word, by the language of the words around it.

    >>> may_be_word("é", "o carro ... novo"), may_be_word("é", "search for ... in the text"), may_be_word("ç", "")
    (True, False, False)
    """
    known = alphabets()
    languages = {language for language, letters in known.one_letter_words.items() if letter in letters}
    words = re.findall(r"[^\W\d_]{2,}", around.lower())
    counts = {language: sum(word in own for word in words) for language, own in known.function_words.items()}
    most = max(counts.values())
    return bool(languages) and (not most or any(counts.get(language) == most for language in languages))


@lru_cache(maxsize=1)
def letters_of_windows_1252() -> list[frozenset[str]]:
    """Return the alphabets of texts that windows-1252 can write, if not all of their letters."""
    known = alphabets()
    return [*map(frozenset, known.western.values()), *known.kept.values()]


def letters_beyond_ascii(text: str) -> Counter[str]:
    """Count the letters of a text that are not A to Z.

    >>> letters_beyond_ascii("été à 3 €")
    Counter({'é': 2, 'à': 1})
    """
    return Counter(character for character in re.findall(r"[^\x00-\x7f]", text) if character.isalpha())


def mixed_words(text: str) -> float:
    """Return the share of words beyond ASCII that mix another script with A to Z.

    >>> mixed_words("été мир, mиp")
    0.3333333333333333
    """
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    other = [word for word in words if has_other_script(word)]
    mixed = sum(re.search("[A-Za-z]", word) is not None for word in other)
    return mixed / max(1, len(words))


def has_other_script(text: str) -> bool:
    """Return whether a text has a letter of another script than Latin.

    >>> has_other_script("été"), has_other_script("été мир")
    (False, True)
    """
    return any(script.search(text) for script in alphabets().scripts.values())


def _weighted(letters: str) -> Letters:
    weights = {letter: 1 - rank * _PER_RANK for rank, letter in enumerate(letters)}
    return {
        letter.upper(): weight - _CAPITAL for letter, weight in weights.items() if len(letter.upper()) == 1
    } | weights


def _character(code: re.Match[str]) -> str:
    return f"\\U{int(code[0], 16):08x}"
