"""The tables of a language: typos with their corrections, and context rules."""

import csv
import gzip
from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path
from sys import intern
from threading import Lock
from typing import NamedTuple

from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import ContextRule, rules_by_word
from beam_textclean.transforms.typos.gate import fold
from beam_textclean.transforms.typos.languages import DATA

# One file for each source and licence. Lists win over what is generated, and ours over those of others.
_GENERATED = ("{}_generated.csv.gz",)
_LISTED = ("{}_autocorrect.csv", "{}_typos_dict.csv", "{}.csv")


class Tables(NamedTuple):
    """What a worker holds of one language.

    Attributes:
        dictionary: Correction by folded typo.
        listed: The typos that people have listed; the others were generated, and a name may look like one of those.
        rules: Context rules by a folded word of their phrase.
    """

    dictionary: Mapping[bytes, str]
    listed: Set[bytes]
    rules: Mapping[bytes, tuple[ContextRule, ...]]


# Threads of a worker share the tables; only one may load them.
_LOADING = Lock()


def load_tables(language: str, config: TyposConfig) -> Tables:
    """Load the shipped tables of a language with the dictionaries of a configuration, once a process.

    Raises:
        InvalidOption: A dictionary of the configuration cannot be used.
    """
    with _LOADING:
        return _load_tables(language, config)


@lru_cache(maxsize=32)
def _load_tables(language: str, config: TyposConfig) -> Tables:
    allowed = {folded_word(word) for word in config.allow}
    listed = dict(_shipped(language, _LISTED))
    for path in config.dictionaries:
        listed |= read_dictionary(path)
    dictionary = {**_shipped(language, _GENERATED), **listed}
    for word in allowed & dictionary.keys():
        del dictionary[word]
    return Tables(dictionary, frozenset(listed), rules_by_word(language, allowed))


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


@lru_cache(maxsize=16)
def _shipped(language: str, names: tuple[str, ...]) -> Mapping[bytes, str]:
    """Read the dictionaries that are shipped for a language. Their form is checked by a test, not at run time."""
    dictionary: dict[bytes, str] = {}
    for name in names:
        file = DATA / name.format(language)
        if file.is_file():
            data = file.read_bytes()
            if name.endswith(".gz"):
                data = gzip.decompress(data)
            for line in data.decode("utf-8").splitlines():
                typo, _, correction = line.partition(",")
                # Many typos share a correction; a worker keeps it once.
                dictionary[typo.encode("latin-1")] = intern(correction)
    return dictionary
