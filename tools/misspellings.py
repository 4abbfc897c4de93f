"""Ways in which a word is mistyped, and how often each happens.

What comes out are candidates: which of them become dictionary entries is decided in generated_typos.py.
"""

import itertools
import unicodedata
from collections.abc import Iterator
from functools import cache

# For each kind of slip the decimal logarithm of how often one particular slip of it happens, for each time that the
# word is written, up to a constant. Measured on the corrections mined from public histories
# (benchmarks/results/typos-2026-11-22.md); they decide which misspellings are frequent enough for a table.
RATES = {
    "accent_left_out": -6.0,
    "accent_wrong_on_e": -7.6,
    "accent_wrong": -8.5,
    "accent_moved": -7.1,
    "letter_singled": -6.0,
    "consonant_doubled": -7.3,
    "letter_doubled": -8.3,
    "letters_transposed": -7.6,
    "edge_letters_transposed": -8.8,
    "letter_left_out": -7.3,
    "last_letter_left_out": -7.6,
    "letter_echoed": -8.4,
    "syllable_left_out": -8.3,
    "letter_confused": -8.0,
    "vowel_confused": -8.6,
    "neighbour_hit": -8.7,
    "group_confused": -7.0,
}

# Letters that writers confuse by their sound, where the letter after the colon follows.
_CONFUSED = {
    "fr": ["ae:n", "sc:e", "sc:i", "sz:", "mn:m", "mn:p", "mn:b", "gj:e", "iy:"],
    "en": ["ae:n", "ei:", "sc:e"],
    "es": ["bv:", "sc:e", "sc:i", "zs:", "gj:e", "gj:i", "mn:p", "mn:b"],
    "pt": ["sc:e", "sc:i", "sz:", "gj:e", "gj:i", "ei:", "mn:p", "mn:b"],
}

# What is written for a group of letters that sounds, or nearly sounds, the same.
_GROUPS = {
    "fr": [
        *("cueil:ceuil", "gueil:geuil", "ôl:oll", "autor:author"),
        *("amment:ament", "amment:emment", "emment:amment", "emment:ement", "ément:emment"),
    ],
}

# The rows of the keyboard that a language is mostly written on: a finger hits the key beside the right one.
_QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYBOARDS = {
    "de": ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    "fr": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
}
# Languages in which an inner vowel written for another makes a misspelling, not another form of the word.
_VOWELS_CONFUSED = ("de", "es", "it", "pt")

# Letters that are written where another accent, or none, belongs. Italian may mark the stress of any word.
_ACCENTED = {"de": "", "en": "", "es": "áéíóúñ", "fr": "éèêëàâîïôûùç", "it": "", "pt": "áâãàçéêíóôõú"}
# Words that lack their last letter are dialect (gefunde, nothin), poetry (ragion) or Latin (actio) there.
_CUT_SHORT = {"de": ("",), "en": ("ing", "tion", "sion"), "fr": ("tion", "sion"), "it": ("",)}
# The acute accent, which strays to another vowel of the word.
_MOVED = dict(zip("aeiou", "áéíóú", strict=True))
# Shorter words are too near to others when two letters are missing.
_SYLLABLE_LENGTH = 8
# The consonants that many words have double, before a vowel or at the end.
_OFTEN_DOUBLE = "cflmnprst"
_VOWELS = ("", *"aeiouy")


def base(word: str) -> str:
    """Strip the marks off the letters of a word.

    >>> base("été")
    'ete'
    """
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def misspellings(word: str, language: str, least: float = -9.0) -> dict[str, str]:
    """Return the misspellings of a word, each with its kind (the most frequent, where it is of several).

    Args:
        word: A word in lower case.
        language: Its language.
        least: The least rate of a kind; kinds with many misspellings that are rarer are left out.

    >>> misspellings("été", "fr")["ete"], misspellings("ville", "fr")["vile"]
    ('accent_left_out', 'letter_singled')
    """
    found: dict[str, str] = {}
    for kind, typo in sorted(_all(word, language, least), key=lambda found: (RATES[found[0]], found[1])):
        found[typo] = kind
    found.pop(word, None)
    return found


def _all(word: str, language: str, least: float) -> Iterator[tuple[str, str]]:
    yield from _accents(word, language)
    yield from _omissions(word, language)
    if RATES["neighbour_hit"] >= least:
        yield from _keyboard_slips(word, language)
    if RATES["vowel_confused"] >= least and language in _VOWELS_CONFUSED:
        yield from _confused_vowels(word)
    for group in _GROUPS.get(language, ()):
        right, _, wrong = group.partition(":")
        yield "group_confused", word.replace(right, wrong)
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        if i == 0 or letter != word[i - 1]:
            doubtful = i and letter in _OFTEN_DOUBLE and base(after[:1]) in _VOWELS
            yield "consonant_doubled" if doubtful else "letter_doubled", before + letter + letter + after
        if after and letter != after[0]:
            edge = i == 0 or len(after) == 1
            yield "edge_letters_transposed" if edge else "letters_transposed", before + after[0] + letter + after[1:]
        # A letter is written once more, a place too early or too late: intutition, componenets.
        for other in word[max(0, i - 2) : i] + after[:1]:
            if i >= 2 and other not in (letter, word[i - 1]):
                yield "letter_echoed", before + base(other) + letter + after
        for rule in _CONFUSED.get(language, ()):
            pair, _, following = rule.partition(":")
            if i and letter in pair and after.startswith(following):
                yield "letter_confused", before + pair[1 - pair.index(letter)] + after


def _keyboard_slips(word: str, language: str) -> Iterator[tuple[str, str]]:
    keys = keys_beside(language)
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        for key in keys.get(letter, "") if i else "":
            yield "neighbour_hit", before + key + after


def _confused_vowels(word: str) -> Iterator[tuple[str, str]]:
    """The endings of words are left alone: there another vowel makes another form."""
    for i in range(1, len(word) - 2):
        if word[i] in "aeiou":
            for other in "aeiou":
                yield "vowel_confused", word[:i] + other + word[i + 1 :]


@cache
def keys_beside(language: str) -> dict[str, str]:
    """Return for each letter the keys beside its own on the keyboard of a language.

    >>> keys_beside("en")["g"]
    'fhtyvb'
    """
    rows = _KEYBOARDS.get(language, _QWERTY)
    beside: dict[str, str] = {}
    for y, row in enumerate(rows):
        for x, key in enumerate(row):
            places = [(y, x - 1), (y, x + 1), (y - 1, x), (y - 1, x + 1), (y + 1, x - 1), (y + 1, x)]
            beside[key] = "".join(rows[j][i] for j, i in places if 0 <= j < len(rows) and 0 <= i < len(rows[j]))
    return beside


def _accents(word: str, language: str) -> Iterator[tuple[str, str]]:
    places = [i for i, letter in enumerate(word) if base(letter) != letter]
    for count in range(1, len(places) + 1):
        for chosen in itertools.combinations(places, count):
            yield "accent_left_out", "".join(base(c) if i in chosen else c for i, c in enumerate(word))
    for i, letter in enumerate(word):
        for other in _ACCENTED[language]:
            if base(other) == base(letter) and other != letter:
                yield "accent_wrong_on_e" if base(letter) == "e" else "accent_wrong", word[:i] + other + word[i + 1 :]
    for i, j in itertools.product(places, range(len(word))):
        moved = _MOVED.get(word[j], "-")
        if moved in _ACCENTED[language] and word[i] in _MOVED.values():
            yield "accent_moved", "".join(base(c) if k == i else moved if k == j else c for k, c in enumerate(word))


def _omissions(word: str, language: str) -> Iterator[tuple[str, str]]:
    for i, letter in enumerate(word):
        if i and letter == word[i - 1]:
            yield "letter_singled", word[:i] + word[i + 1 :]
        if 0 < i < len(word) - 1:
            yield "letter_left_out", word[:i] + word[i + 1 :]
        if 0 < i < len(word) - 2 and len(word) >= _SYLLABLE_LENGTH:
            yield "syllable_left_out", word[:i] + word[i + 2 :]
    if not word.endswith(_CUT_SHORT.get(language, ())):
        yield "last_letter_left_out", word[:-1]
