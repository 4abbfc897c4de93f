"""Ways in which a word is mistyped: the edits whose results may become dictionary entries.

Each function yields misspellings of one word. Which of them become entries is decided in build_dictionaries.py.
"""

import itertools
import unicodedata
from collections.abc import Iterator

# Letters that writers confuse by their sound; a pair is used in both directions.
_SOUND = {
    "fr": ["ae:n", "ae:m", "iy:", "sc:", "sz:", "mn:", "gj:", "ts:"],
    "en": [],
    "es": ["bv:", "sc:", "sz:", "cz:", "gj:", "iy:", "mn:"],
    "it": ["mn:"],
    "pt": ["sc:", "sz:", "gj:", "ei:", "ou:", "mn:", "xs:"],
    "de": ["mn:", "ei:r", "td:"],
}

_ACCENTED = {"fr": "éèêëàâîïôûùç", "es": "áéíóúñ", "it": "àèéìòù", "pt": "áâãàçéêíóôõú", "de": "", "en": ""}


def base(word: str) -> str:
    """Strip the marks off the letters of a word: été -> ete."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def accents(word: str, language: str) -> Iterator[str]:
    """Leave out some or all accents, or write one letter with a wrong or needless one."""
    places = [i for i, letter in enumerate(word) if base(letter) != letter]
    for count in range(1, len(places) + 1):
        for chosen in itertools.combinations(places, count):
            yield "".join(base(c) if i in chosen else c for i, c in enumerate(word))
    for i, letter in enumerate(word):
        for other in _ACCENTED[language]:
            if base(other) == base(letter) and other != letter:
                yield word[:i] + other + word[i + 1 :]


def transpositions(word: str) -> Iterator[str]:
    """Swap two letters side by side."""
    for i in range(len(word) - 1):
        if word[i] != word[i + 1]:
            yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def doublings(word: str) -> Iterator[str]:
    """Double one letter, or write a double one once."""
    for i in range(1, len(word)):
        if word[i] == word[i - 1]:
            yield word[:i] + word[i + 1 :]
        else:
            yield word[:i] + word[i] + word[i:]


def omissions(word: str) -> Iterator[str]:
    """Leave out one inner letter."""
    for i in range(1, len(word) - 1):
        yield word[:i] + word[i + 1 :]


def confusions(word: str, language: str) -> Iterator[str]:
    """Write one letter for another that sounds like it there."""
    for rule in _SOUND[language]:
        pair, _, following = rule.partition(":")
        for i in range(1, len(word)):
            if word[i] in pair and word[i + 1 : i + 2].startswith(following):
                yield word[:i] + pair[1 - pair.index(word[i])] + word[i + 1 :]
