"""Ways in which a word is mistyped, and how often each happens.

What comes out are candidates: which of them become dictionary entries is decided in build_dictionaries.py.
"""

import itertools
import unicodedata
from collections.abc import Iterator

# For each kind of slip the decimal logarithm of how often one particular slip of it happens, for each time that the
# word is written, up to a constant. Measured on the corrections mined from public histories
# (benchmarks/results/typos-2026-11-22.md); they decide which misspellings are frequent enough for a table.
RATES = {
    "accent_left_out": -6.0,
    "accent_wrong_on_e": -7.6,
    "accent_wrong": -8.5,
    "letter_singled": -6.0,
    "consonant_doubled": -7.3,
    "letter_doubled": -8.3,
    "letters_transposed": -7.6,
    "letter_left_out": -7.1,
    "letter_confused": -8.0,
}

# Letters that writers confuse by their sound, where the letter after the colon follows.
_CONFUSED = {
    "fr": ["ae:n", "sc:e", "sc:i", "sz:", "mn:m", "mn:p", "mn:b", "gj:e", "iy:"],
    "en": ["ae:n", "ei:", "sc:e"],
    "es": ["bv:", "sc:e", "sc:i", "zs:", "gj:e", "gj:i", "mn:p", "mn:b"],
    "pt": ["sc:e", "sc:i", "sz:", "gj:e", "gj:i", "ei:", "mn:p", "mn:b"],
}

_ACCENTED = {"fr": "éèêëàâîïôûùç", "en": "", "es": "áéíóúñ", "pt": "áâãàçéêíóôõú"}
# The consonants that many words have double.
_OFTEN_DOUBLE = "cflmnprst"


def base(word: str) -> str:
    """Strip the marks off the letters of a word.

    >>> base("été")
    'ete'
    """
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def misspellings(word: str, language: str) -> dict[str, str]:
    """Return the misspellings of a word, each with its kind (the most frequent, where it is of several).

    >>> misspellings("été", "fr")["ete"], misspellings("ville", "fr")["vile"]
    ('accent_left_out', 'letter_singled')
    """
    found: dict[str, str] = {}
    for kind, typo in sorted(_all(word, language), key=lambda found: (RATES[found[0]], found[1])):
        found[typo] = kind
    found.pop(word, None)
    return found


def _all(word: str, language: str) -> Iterator[tuple[str, str]]:
    places = [i for i, letter in enumerate(word) if base(letter) != letter]
    for count in range(1, len(places) + 1):
        for chosen in itertools.combinations(places, count):
            yield "accent_left_out", "".join(base(c) if i in chosen else c for i, c in enumerate(word))
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        for other in _ACCENTED[language]:
            if base(other) == base(letter) and other != letter:
                yield "accent_wrong_on_e" if base(letter) == "e" else "accent_wrong", before + other + after
        if i and letter == word[i - 1]:
            yield "letter_singled", before + after
        elif i:
            doubled = before + letter + letter + after
            yield "consonant_doubled" if letter in _OFTEN_DOUBLE else "letter_doubled", doubled
        if after and letter != after[0]:
            yield "letters_transposed", before + after[0] + letter + after[1:]
        if i and after:
            yield "letter_left_out", before + after
        for rule in _CONFUSED[language]:
            pair, _, following = rule.partition(":")
            if i and letter in pair and after.startswith(following):
                yield "letter_confused", before + pair[1 - pair.index(letter)] + after
