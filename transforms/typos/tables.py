"""The tables of a language: typos with their corrections, and context rules."""

import csv
import gzip
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import ContextRule, read_rules
from beam_textclean.transforms.typos.gate import fold
from beam_textclean.transforms.typos.languages import DATA, language_facts

# One file for each source and licence. Lists win over what is generated, and ours over those of others.
_GENERATED = ("{}_generated.csv.gz",)
_LISTED = ("{}_autocorrect.csv", "{}_typos_dict.csv", "{}.csv")


class Tables(NamedTuple):
    """What a worker holds of one language.

    Attributes:
        dictionary: Correction by folded typo, both in Latin-1, with what that lacks escaped.
        listed: The typos that people have listed; the others were generated, and a name may look like one of those.
        rules: Context rules.
    """

    dictionary: Mapping[bytes, bytes]
    listed: Set[bytes]
    rules: Sequence[ContextRule]

    def correction(self, typo: bytes) -> str:
        """Return the correction of a folded typo."""
        return self.dictionary[typo].decode("unicode_escape")


class Gate(NamedTuple):
    """What a document must hold for anything in it to be changed, in any of some languages.

    Attributes:
        tables: The tables by language.
        words: Their folded typos, the phrases of one word, and the `marks` of languages.
        marks: Those of the words that only mark a language and alone change nothing.
        pairs: The pairs of neighbouring words in their longer phrases.
    """

    tables: Mapping[str, Tables]
    words: frozenset[bytes]
    marks: frozenset[bytes]
    pairs: frozenset[tuple[bytes, bytes]]


# Threads of a worker share the tables; only one may load them.
_LOADING = Lock()


def load_gate(languages: tuple[str, ...], config: TyposConfig) -> Gate:
    """Load the shipped tables of some languages with the dictionaries of a configuration, once a process.

    Raises:
        InvalidOption: A dictionary of the configuration cannot be used.
    """
    with _LOADING:
        return _load_gate(languages, config)


@lru_cache(maxsize=32)
def _load_gate(languages: tuple[str, ...], config: TyposConfig) -> Gate:
    tables = {language: _load_tables(language, config) for language in languages}
    parts = frozenset(part for of in tables.values() for rule in of.rules for part in rule.parts)
    pairs = frozenset(part for part in parts if isinstance(part, tuple))
    marks = language_facts().marks
    typos = [of.dictionary for of in tables.values()]
    words = frozenset(part for part in parts if isinstance(part, bytes)).union(marks, *typos)
    ambiguous = parts.union(*(dictionary.keys() & marks for dictionary in typos))
    return Gate(tables, words, marks - ambiguous, pairs)


@lru_cache(maxsize=32)
def _load_tables(language: str, config: TyposConfig) -> Tables:
    listed = _shipped(language, _LISTED) | _own(config.dictionaries)
    dictionary = _shipped(language, _GENERATED) | listed
    allowed = {folded_word(word) for word in config.allow}
    for word in allowed & dictionary.keys():
        del dictionary[word]
    rules = [rule for rule, _ in read_rules(language) if rule.folded not in allowed]
    return Tables(dictionary, listed.keys(), rules)


@lru_cache(maxsize=32)
def _own(paths: tuple[str, ...]) -> dict[bytes, bytes]:
    dictionary: dict[bytes, bytes] = {}
    for path in paths:
        for typo, correction in read_dictionary(path).items():
            dictionary[typo] = correction.encode("unicode_escape")
    return dictionary


def folded_word(word: str) -> bytes:
    """Fold a single word to the form in which documents are searched for it.

    >>> folded_word("Élèves").decode("latin-1")
    'élèves'
    """
    return fold(word)[1:-1]


def read_dictionary(path: str) -> dict[bytes, str]:
    """Read a dictionary of one's own: CSV in UTF-8, ``typo,correction`` a line, no header.

    Raises:
        InvalidOption: The file cannot be read, a line has not two fields, a typo is no single word of Latin-1 letters,
            stands there twice with two corrections, or the correction is a typo of the file itself.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidOption(f"the dictionary {path} cannot be read: {error}") from error
    dictionary: dict[bytes, str] = {}
    for number, row in enumerate(rows, 1):
        if len(row) != 2 or not row[1].strip():
            raise InvalidOption(f"{path}, line {number}: expected 'typo,correction', found {','.join(row)!r}")
        word, correction = folded_word(row[0].strip()), row[1].strip()
        if not word or b" " in word:
            raise InvalidOption(f"{path}, line {number}: {row[0]!r} is no single word of Latin-1 letters")
        if dictionary.setdefault(word, correction) != correction:
            raise InvalidOption(f"{path}, line {number}: {row[0]!r} has a second correction")
    for word, correction in dictionary.items():
        if folded_word(correction) in dictionary:
            raise InvalidOption(
                f"{path}: {correction!r}, the correction of {word.decode('latin-1')!r}, is a typo there"
            )
    return dictionary


def _shipped(language: str, names: tuple[str, ...]) -> dict[bytes, bytes]:
    """Read the dictionaries that are shipped for a language. Their form is checked by a test, not at run time."""
    dictionary: dict[bytes, bytes] = {}
    for name in names:
        file = DATA / name.format(language)
        if file.is_file():
            data = file.read_bytes()
            text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
            # Hundreds of thousands of lines that every process waits for: all are split at once.
            fields = iter(text.encode("latin-1", "backslashreplace").replace(b"\n", b",").split(b","))
            dictionary |= zip(fields, fields, strict=False)
    return dictionary
