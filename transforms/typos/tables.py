"""The tables of a language: typos with their corrections, and context rules."""

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeAlias

import numpy as np

from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import ContextRule, Repeated, read_rules, read_slips
from beam_textclean.transforms.typos.first_look import Gate, Hashes, fold, hashes_of
from beam_textclean.transforms.typos.languages import DATA, language_facts
from beam_textclean.transforms.typos.learned import Learned, read_declined, read_learned
from beam_textclean.transforms.typos.sorted_table import Lines

# One file for each source and licence. Lists win over what is generated, which stands last, and ours over others.
_SHIPPED = ("{}.csv", "{}_typos_dict.csv", "{}_autocorrect.csv", "{}_generated.csv.gz")


# What people call the two columns; a dictionary has no header.
_TYPO_NAMES = {
    "typo",
    "typos",
    "misspelling",
    "misspelled",
    "wrong",
    "error",
    "incorrect",
    "before",
    "from",
    "old",
    "original",
}
_CORRECTION_NAMES = {
    "correction",
    "corrections",
    "corrected",
    "correct",
    "right",
    "fix",
    "fixed",
    "after",
    "to",
    "new",
    "replacement",
}


class Tables(NamedTuple):
    """What a worker holds of one language.

    Attributes:
        dictionaries: Corrections by folded typo, both in Latin-1, with what that lacks escaped. The first that has a
            typo wins; the last was generated.
        rules: Context rules, by the folded words of their phrase, joined by spaces.
        allowed: Folded words that are not typos, whatever the dictionaries say.
        learned: The typos that were learned or brought along.
        unlisted: Those of them that nobody vouches for.
    """

    dictionaries: Sequence[Mapping[bytes, bytes]]
    rules: Mapping[bytes, Sequence[ContextRule]]
    allowed: Set[bytes]
    learned: Set[bytes] = frozenset()
    unlisted: Set[bytes] = frozenset()

    def typos(self, words: Set[bytes]) -> set[bytes]:
        """Return those of some folded words that are typos."""
        return {word for word in words - self.allowed if any(word in dictionary for dictionary in self.dictionaries)}

    def correction(self, typo: bytes) -> str:
        """Return the correction of a folded typo."""
        found = next(dictionary[typo] for dictionary in self.dictionaries if typo in dictionary)
        return found.decode("unicode_escape")

    def is_listed(self, typo: bytes) -> bool:
        """Return whether people have listed a typo. The others were generated, and a name may look like one."""
        return typo not in self.unlisted and any(typo in dictionary for dictionary in self.dictionaries[:-1])


# When each file of a configuration was changed last, and its size.
_Versions: TypeAlias = tuple[tuple[int, int], ...]

# Threads of a worker share the tables; only one may load them.
_LOADING = Lock()


def load_tables(language: str, config: TyposConfig, learned: Learned | None = None) -> Tables:
    """Load what is shipped for a language with the dictionaries of a configuration, once a process.

    Args:
        language: The code of a language that has tables.
        config: Dictionaries, files of learned typos and words never to change.
        learned: Further entries; they win over all others.

    Raises:
        InvalidOption: A dictionary of the configuration cannot be used.
    """
    with _LOADING:
        return _load(language, config, _versions(config), learned)


def _load(language: str, config: TyposConfig, files: _Versions, learned: Learned | None) -> Tables:
    if learned is None:
        return _load_tables(language, config, files)
    return _load_tables_with(language, config, files, learned)


def load_all(
    languages: tuple[str, ...], config: TyposConfig, learned: Learned | None
) -> tuple[Mapping[str, Tables], Gate]:
    """Load what `load_tables` does for some languages.

    Returns:
        The tables by language, and the gate that finds their typos, the phrases of their rules, and old spelling.
    """
    with _LOADING:
        return _load_all(languages, config, _versions(config), learned)


@lru_cache(maxsize=12)
def _load_all(
    languages: tuple[str, ...], config: TyposConfig, files: _Versions, learned: Learned | None
) -> tuple[Mapping[str, Tables], Gate]:
    tables_of = {language: _load(language, config, files, learned) for language in languages}
    words: dict[str, Hashes] = {}
    phrases: dict[str, list[bytes]] = {}
    for language, tables in tables_of.items():
        others = [*language_facts().old_spelling[language], *(phrase for phrase in tables.rules if b" " not in phrase)]
        hashes = [of.hashes() if isinstance(of, Lines) else hashes_of(of) for of in tables.dictionaries]
        words[language] = np.concatenate([*hashes, hashes_of(others)])
        phrases[language] = [phrase for phrase in tables.rules if b" " in phrase]
    return tables_of, Gate(words, phrases, language_facts().markers)


def check_dictionaries(config: TyposConfig) -> None:
    """Read the dictionaries and learned typos of a configuration, once a process.

    Raises:
        InvalidOption: One of them cannot be used.
    """
    if config.dictionaries or config.learned:
        _own(config, _versions(config))


def _versions(config: TyposConfig) -> _Versions:
    """Return the versions of a configuration's files: one that was edited is read again."""
    versions = []
    for path in (*config.dictionaries, *config.learned):
        try:
            status = Path(path).stat()
        except (OSError, ValueError):  # reading it will say why
            return ()
        versions.append((status.st_mtime_ns, status.st_size))
    return tuple(versions)


@lru_cache(maxsize=32)
def _load_tables(language: str, config: TyposConfig, files: _Versions) -> Tables:
    own, learned = _own(config, files)
    allowed = frozenset(map(folded_word, config.allow))
    repeated = map(Repeated, language_facts().repeated.get(language, ()))
    rules = [
        rule
        for rule in (*(rule for rule, _ in read_rules(language)), *repeated, *read_slips(language))
        if allowed.isdisjoint(rule.folded.split())
    ]
    shipped = [_shipped(file) for name in _SHIPPED if (DATA / (file := name.format(language))).is_file()]
    tables = Tables([own, *shipped], _by_phrase(rules), allowed)
    return _with_learned(tables, learned, language)


# Entries come by value, not by name, and those of jobs that are done should go.
@lru_cache(maxsize=12)
def _load_tables_with(language: str, config: TyposConfig, files: _Versions, learned: Learned) -> Tables:
    return _with_learned(_load_tables(language, config, files), learned, language)


def _with_learned(tables: Tables, learned: Learned, language: str) -> Tables:
    """Put learned entries before those of the tables of a language."""
    dictionary = learned.dictionary(language)
    rules = [rule for rule in learned.rules(language) if tables.allowed.isdisjoint(rule.folded.split())]
    if not dictionary and not rules:
        return tables
    return Tables(
        [dictionary, *tables.dictionaries],
        _by_phrase([*rules, *(rule for of in tables.rules.values() for rule in of)]),
        tables.allowed,
        tables.learned | dictionary.keys(),
        (tables.unlisted | dictionary.keys()) - learned.dictionary(language, listed_only=True).keys(),
    )


def _by_phrase(rules: Iterable[ContextRule]) -> Mapping[bytes, Sequence[ContextRule]]:
    keyed: dict[bytes, list[ContextRule]] = {}
    for rule in rules:
        keyed.setdefault(b" ".join(rule.folded.split()), []).append(rule)
    return keyed


@lru_cache(maxsize=32)
def _own(config: TyposConfig, files: _Versions) -> tuple[dict[bytes, bytes], Learned]:
    dictionary: dict[bytes, bytes] = {}
    for path in config.dictionaries:
        for typo, correction in read_dictionary(path).items():
            dictionary[typo] = correction.encode("unicode_escape")
    return dictionary, read_learned(config.learned)


def declined_words(config: TyposConfig) -> Set[bytes]:
    """Return the folded words that people have declined as typos in the learned files of a configuration."""
    return _declined(config, _versions(config))


@lru_cache(maxsize=32)
def _declined(config: TyposConfig, files: _Versions) -> Set[bytes]:
    return frozenset(map(folded_word, read_declined(config.learned)))


def folded_word(word: str) -> bytes:
    """Fold a single word to the form in which documents are searched for it.

    >>> folded_word("Élèves").decode("latin-1")
    'élèves'
    """
    return fold(word)[1:-1]


def read_dictionary(path: str) -> dict[bytes, str]:
    """Read a dictionary of one's own: CSV in UTF-8, ``typo,correction`` a line, no header.

    Raises:
        InvalidOption: The file cannot be read or has a header, a line does not have two fields, a typo is not a single
            word of Latin-1 letters or is there twice with two corrections, or the correction is a typo of the file too.
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
        if number == 1 and _is_header(row):
            raise InvalidOption(
                f"{path}, line 1: {','.join(row)!r} is a header; a dictionary has none, remove the line"
            )
        if not word or b" " in word:
            raise InvalidOption(f"{path}, line {number}: {row[0]!r} is not a single word of Latin-1 letters")
        if dictionary.setdefault(word, correction) != correction:
            raise InvalidOption(f"{path}, line {number}: {row[0]!r} has a second correction")
    for word, correction in dictionary.items():
        if folded_word(correction) in dictionary:
            raise InvalidOption(
                f"{path}: {correction!r}, the correction of {word.decode('latin-1')!r}, is a typo there"
            )
    return dictionary


def _is_header(row: Sequence[str]) -> bool:
    typo, correction = (cell.strip("\ufeff ").lower() for cell in row)
    return typo in _TYPO_NAMES and correction in _CORRECTION_NAMES


@cache
def _shipped(name: str) -> Lines:
    """Read a dictionary that is shipped. Its form is checked by a test, not at run time."""
    data = (DATA / name).read_bytes()
    lines = gzip.decompress(data) if name.endswith(".gz") else data
    return Lines(lines.decode("utf-8").encode("latin-1", "backslashreplace"))
