"""Which language a document and its paragraphs are in, from the function words they hold.

A document may only be cleaned by the tables of its own language. Function words (the, les, und ...) make up 30 to 50 %
of running text in the languages of Western Europe, and their most frequent hundred are known for many more languages
than have tables, so that a text in one of those is recognised as being in another language and left alone.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.errors import IncompleteLanguage, UnknownLanguage, did_you_mean

DATA = resources.files("beam_textclean.transforms.typos") / "data"

# What data/languages.json must say of a language that has tables, if only that there is none ("").
_NEEDED = ("function_words", "old_spelling")

# A text is in the language whose function words are at least this share of its words, at least this many, and this
# many times those of any other language. Measured in benchmarks/results: prose of the six languages has 30 to 50 %.
_SHARE = 0.16
_COUNT = 3
_LEAD = 1.25

# A paragraph is in another language than its document if it has so many times the function words.
_PLAINLY = 2

# A document that does not tell its language is in that of so large a share of its paragraphs that do.
_MAJORITY = 0.8

# Words by which a document shows that it may hold a language: this many different ones that no other language has.
MARKERS = 2

# A text with at most so many different words may have no markers; it is then asked as a paragraph would be.
_SHORT = 50
_GLANCE = 800  # bytes, in which most texts have more


class Languages(NamedTuple):
    """What is known about languages, from data/languages.json.

    Attributes:
        of_word: For each function word, in Latin-1, the languages that have it.
        markers: For each language with tables the function words that no other language has.
        elided: For each language the words that lose their vowel before an apostrophe (l', qu', dell').
        suffixed: For each language what may follow a word after an apostrophe (the English 's).
        old_spelling: For each language folded words that show an older spelling, or a dialect, that has no typos.
        repeated: For each language the function words that are never meant to be written twice in a row.
    """

    of_word: Mapping[bytes, tuple[str, ...]]
    markers: Mapping[str, Sequence[bytes]]
    elided: Mapping[str, frozenset[str]]
    suffixed: Mapping[str, frozenset[str]]
    old_spelling: Mapping[str, frozenset[bytes]]
    repeated: Mapping[str, tuple[str, ...]]


@cache
def available_languages() -> tuple[str, ...]:
    """Return the languages that have tables, as sorted ISO 639-1 codes.

    Raises:
        IncompleteLanguage: A language has some of its data files, but not all that they need.

    >>> "fr" in available_languages()
    True
    """
    names = [file.name for file in DATA.iterdir()]
    codes = sorted({name[:2] for name in names if name.endswith(".csv")})
    for code in codes:
        missing = [section for section in _NEEDED if code not in _facts()[section]]
        if missing:
            raise IncompleteLanguage(
                f"the language {code!r} has tables, but data/languages.json has no {' and no '.join(missing)} for it; "
                "see CONTRIBUTING.md for what a language needs"
            )
    for name in names:
        code = name.removeprefix("context_").removesuffix(".json")
        if name == f"context_{code}.json" and code not in codes:
            raise IncompleteLanguage(f"data/{name} has rules for a language without tables; it needs data/{code}.csv")
    return tuple(codes)


@cache
def _facts() -> dict[str, Any]:
    return json.loads((DATA / "languages.json").read_text(encoding="utf-8"))


def check_languages(languages: str | Sequence[str]) -> tuple[str, ...] | None:
    """Check a choice of languages.

    Args:
        languages: ``"auto"``, one code, or several.

    Returns:
        The codes, or None for ``"auto"``.

    Raises:
        UnknownLanguage: One of them has no tables.

    >>> check_languages(["fr"]), check_languages("auto")
    (('fr',), None)
    """
    if languages == "auto":
        return None
    codes = (languages,) if isinstance(languages, str) else tuple(languages) if isinstance(languages, Sequence) else ()
    if "auto" in codes:
        raise UnknownLanguage("'auto' must be alone: it searches all languages that have tables")
    unknown = [code for code in codes if code not in available_languages()]
    if unknown or not codes:
        raise UnknownLanguage(
            f"no typo tables for {', '.join(map(repr, unknown)) or 'no language'}; "
            f"there are {', '.join(available_languages())}, and 'auto'"
            + "".join(did_you_mean(code, (*available_languages(), "auto")) for code in unknown[:1])
        )
    return codes


@cache
def language_facts() -> Languages:
    """Return what data/languages.json says, in the form in which it is asked."""
    facts = _facts()
    of_word: dict[bytes, tuple[str, ...]] = {}
    for language, words in sorted(facts["function_words"].items()):
        for word in words.split():
            key = word.encode("latin-1")
            of_word[key] = (*of_word.get(key, ()), language)
    markers = {
        language: [word for word, of in of_word.items() if of == (language,)] for language in available_languages()
    }
    old_spelling = {
        language: frozenset(words.encode("latin-1").split()) for language, words in facts["old_spelling"].items()
    }
    return Languages(
        of_word,
        markers,
        {language: frozenset(words) for language, words in facts["elided"].items()},
        {language: frozenset(words) for language, words in facts["suffixed"].items()},
        old_spelling,
        {language: tuple(words.split()) for language, words in facts["repeated"].items()},
    )


def language_of_short(folded: bytes) -> str | None:
    """Return the language of a folded document that has few words; None where it has more, or does not tell.

    >>> language_of_short(b" avec les autres, c est dans un evenement ")
    'fr'
    """
    # Most documents have more different words than a short one within their first ones.
    if len(frozenset(folded[:_GLANCE].split()[:-1])) > _SHORT:
        return None
    words = frozenset(folded.split())
    return language_of(words) if len(words) <= _SHORT else None


def language_of(words: Collection[bytes]) -> str | None:
    """Return the language of a text from its folded words, or None where they do not tell.

    The answer may be a language without tables: a text known to be in another language than those that have some.

    >>> language_of(b"le chat est dans la cuisine avec les enfants".split())
    'fr'
    >>> language_of(b"evenement sportif".split()) is None
    True
    """
    seen = _function_words(words)
    if not seen:
        return None
    best = max(seen, key=seen.__getitem__)
    count = seen.pop(best)
    if count < _COUNT or count < _SHARE * len(words) or (seen and count < _LEAD * max(seen.values())):
        return None
    return best


def is_function_word(word: str, language: str) -> bool:
    """Return whether a word, in lower case, is one of the most frequent function words of a language.

    >>> is_function_word("avec", "fr"), is_function_word("ement", "fr")
    (True, False)
    """
    return language in language_facts().of_word.get(word.encode("latin-1", "replace"), ())


def may_be_in(words: Collection[bytes], language: str) -> bool:
    """Return whether a text too short to tell may be in a language: no other has more function words in it.

    >>> may_be_in(b"liste des evenements".split(), "fr"), may_be_in(b"liste des evenements".split(), "en")
    (True, False)
    >>> may_be_in(b"evenements".split(), "en")
    True
    """
    seen = _function_words(words)
    return not seen or seen[language] == max(seen.values())


def outweighs(words: Collection[bytes], language: str, other: str) -> bool:
    r"""Return whether a text is plainly in one language rather than in another: it has twice the function words.

    >>> outweighs(b"the cat is in the garden with them".split(), "en", "fr")
    True
    >>> outweighs(b"o gato est\xe1 no jardim da casa".split(), "pt", "gl")
    False
    """
    seen = _function_words(words)
    return seen[language] >= _PLAINLY * seen[other]


def majority_language(paragraphs: Iterable[Collection[bytes]]) -> str | None:
    """Return the language of most words of the paragraphs that tell theirs, or None where none has a majority."""
    words_of: Counter[str] = Counter()
    for words in paragraphs:
        language = language_of(words)
        if language is not None:
            words_of[language] += len(words)
    if not words_of:
        return None
    ((language, count),) = words_of.most_common(1)
    return language if count >= _MAJORITY * words_of.total() else None


def _function_words(words: Iterable[bytes]) -> Counter[str]:
    """Count the function words of each language."""
    languages, rows, table = _languages_of_words()
    counts = Counter(words)
    found = list(counts.keys() & rows.keys())
    if not found:
        return Counter()
    totals = np.array([counts[word] for word in found]) @ table[[rows[word] for word in found]]
    return Counter({language: total for language, total in zip(languages, totals.tolist(), strict=True) if total})


@cache
def _languages_of_words() -> tuple[Sequence[str], Mapping[bytes, int], npt.NDArray[np.intp]]:
    """Return the languages; and a table of which has which function word, 1 or 0, with the rows of the words."""
    of_word = language_facts().of_word
    columns = {language: column for column, language in enumerate(sorted(set(chain.from_iterable(of_word.values()))))}
    rows = {word: row for row, word in enumerate(of_word)}
    table = np.zeros((len(rows), len(columns)), np.intp)
    places = [(row, columns[language]) for row, of in enumerate(of_word.values()) for language in of]
    table[tuple(zip(*places, strict=True))] = 1
    return list(columns), rows, table
