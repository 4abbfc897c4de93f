"""Entries beside the shipped tables: learned from a corpus and reviewed, or brought along as a PCollection."""

import csv
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from io import StringIO
from typing import Any, NamedTuple

from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos.context import ContextRule
from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import available_languages

# Between the phrases, or the examples, of one field of a file.
_SEPARATOR = " | "
_SEPARATORS = re.compile(r"\s*\|\s*")

# What a reviewer may write under "accept".
_ANSWERS = {"yes": True, "no": False, "": False}


class TypoProposal(NamedTuple):
    """A typo that a corpus holds, as far as the corpus can tell, and what speaks for it.

    Attributes:
        accept: Whether the evidence is strong enough to correct it without a review.
        language: Code of the language of the paragraphs that hold it.
        typo: The word, in lower case.
        correction: What is written instead.
        typo_count: How often the corpus has the typo.
        correction_count: How often it has the correction.
        support: How often the correction stands beside words that the typo stands beside.
        kind: ``unknown`` for what is in no lexicon; ``word`` for a word, which is a typo only beside its neighbours.
        neighbours: The phrases in which a word is a typo; empty for an unknown one, which is a typo everywhere.
        evidence: The slip, and where the correction fits, for a reader.
        examples: Pieces of text that hold the typo, in brackets.
    """

    accept: bool
    language: str
    typo: str
    correction: str
    typo_count: int
    correction_count: int
    support: int
    kind: str
    neighbours: tuple[str, ...]
    evidence: str
    examples: tuple[str, ...]


class LearnedEntry(NamedTuple):
    """What is corrected.

    Attributes:
        typo: The word, in lower case.
        correction: What is written instead.
        language: The language it holds for; empty for all.
        neighbours: The phrases it holds in; empty for everywhere.
        listed: Whether people vouch for it, as for an entry of `TyposConfig.dictionaries`.
    """

    typo: str
    correction: str
    language: str = ""
    neighbours: tuple[str, ...] = ()
    listed: bool = False


class LearnedRule(ContextRule):
    """A context rule that was learned: a phrase of a typo that is a word, and its neighbours."""

    name = "learned"


class Learned:
    """Entries in a form that keys a cache: equal where they hold the same entries, in whatever order they came.

    Args:
        entries: The entries.

    Raises:
        InvalidOption: A typo is not a single word of Latin-1 letters, or has two corrections; a correction is a typo
            itself; or a phrase does not hold its typo.

    >>> learned = Learned([LearnedEntry("sevrant", "servant", "fr", ("en sevrant à",)), LearnedEntry("teh", "the")])
    >>> [rule.correction for rule in learned.rules("fr")], learned.dictionary("fr")
    (['en servant à'], {b'teh': b'the'})
    """

    def __init__(self, entries: Iterable[LearnedEntry]) -> None:
        self.entries = tuple(sorted(set(entries)))
        self._digest = blake2b(repr(self.entries).encode("utf-8", "backslashreplace"), digest_size=16).digest()
        self._hash = hash(self._digest)
        for entry in self.entries:
            _check(entry)
        self._check_together()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Learned) and self._digest == other._digest

    def __hash__(self) -> int:
        return self._hash

    def dictionary(self, language: str, listed_only: bool = False) -> dict[bytes, bytes]:
        """Return the entries of a language that hold everywhere, in the form of a table."""
        return {
            folded(entry.typo): entry.correction.encode("unicode_escape")
            for entry in self.entries
            if not entry.neighbours and entry.language in ("", language) and entry.listed >= listed_only
        }

    def rules(self, language: str) -> list[ContextRule]:
        """Return the entries of a language that hold beside their neighbours, a rule for each phrase."""
        return [
            LearnedRule(phrase, _replaced(phrase, entry))
            for entry in self.entries
            for phrase in entry.neighbours
            if entry.language in ("", language)
        ]

    def _check_together(self) -> None:
        """Typos that hold in all languages are held against those of each."""
        free = [entry for entry in self.entries if not entry.neighbours]
        for language in {entry.language for entry in free}:
            corrections: dict[str, str] = {}
            for entry in free:
                if entry.language not in ("", language):
                    continue
                if corrections.setdefault(entry.typo, entry.correction) != entry.correction:
                    raise InvalidOption(
                        f"the learned typo {entry.typo!r} has two corrections, "
                        f"{corrections[entry.typo]!r} and {entry.correction!r}"
                    )
            for typo, correction in corrections.items():
                if correction.lower() == typo:
                    raise InvalidOption(f"the learned typo {typo!r} differs from its correction in capitals only")
                if correction.lower() in corrections:
                    raise InvalidOption(f"{correction!r}, the correction of the learned typo {typo!r}, is one itself")
        for language in {entry.language for entry in self.entries}:
            phrases: dict[tuple[str, str], str] = {}
            for entry in self.entries:
                for phrase in entry.neighbours if entry.language in ("", language) else ():
                    after = _replaced(phrase, entry)
                    other = phrases.setdefault((phrase, entry.typo), after)
                    if other != after:
                        raise InvalidOption(
                            f"the learned phrase {phrase!r} has two corrections, {other!r} and {after!r}"
                        )


def entry_of(element: Any) -> LearnedEntry | None:
    """Make an entry of what a PCollection may hold: a `TypoProposal`, or a pair of typo and correction.

    Returns:
        The entry; None for a proposal that nobody has accepted.

    Raises:
        InvalidOption: It is neither.

    >>> entry_of(("Teh", "the"))
    LearnedEntry(typo='teh', correction='the', language='', neighbours=(), listed=True)
    """
    if isinstance(element, TypoProposal):
        if not element.accept:
            return None
        return LearnedEntry(element.typo, element.correction, element.language, element.neighbours)
    if isinstance(element, tuple) and len(element) == 2 and all(isinstance(part, str) for part in element):
        return LearnedEntry(element[0].strip().lower(), element[1].strip(), listed=True)
    raise InvalidOption(f"learned typos are TypoProposals or pairs (typo, correction), not {type(element).__name__}")


def folded(word: str) -> bytes:
    """Fold a word to the form in which documents are searched for it."""
    return fold(word)[1:-1]


def proposals_as_csv(proposals: Iterable[TypoProposal]) -> Iterator[str]:
    """Write proposals as the lines of a CSV file with a header, the accepted and the best supported first.

    The same proposals give the same lines, in whatever order they come.
    """
    yield _line(TypoProposal._fields)
    for proposal in sorted(proposals, key=_rank):
        fields: list[object] = []
        for value in proposal:
            if isinstance(value, bool):
                fields.append("yes" if value else "")
            else:
                fields.append(_SEPARATOR.join(value) if isinstance(value, tuple) else value)
        yield _line(fields)


def read_learned(paths: tuple[str, ...]) -> Learned:
    """Read the accepted rows of files that `proposals_as_csv` wrote and people have reviewed.

    Only the columns accept, typo and correction must be there. A row counts if ``accept`` says "yes".

    Raises:
        InvalidOption: A file cannot be read, lacks a column, or a row cannot be used; says which.
    """
    return Learned(entry for path in paths for entry in accepted_entries(_content(path), path))


def read_declined(paths: tuple[str, ...]) -> frozenset[str]:
    """Read the typos that people have answered "no" to in files of the same form."""
    rows = (row for path in paths for row in csv.DictReader(StringIO(_content(path))))
    return frozenset(
        (row.get("typo") or "").strip().lower() for row in rows if (row.get("accept") or "").strip().lower() == "no"
    )


def _content(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:  # spreadsheets write a byte order mark
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidOption(f"the learned typos {path} cannot be read: {error}") from error


def accepted_entries(content: str, path: str) -> Iterator[LearnedEntry]:
    """Return the entries of the accepted rows of a file that `proposals_as_csv` wrote.

    Args:
        content: The content of the file.
        path: What messages call it.

    Raises:
        InvalidOption: It lacks a column, or a row cannot be used; says which.
    """
    try:
        reader = csv.DictReader(StringIO(content, newline=""))
        columns = reader.fieldnames or ()
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InvalidOption(f"the learned typos {path} cannot be read: {error}") from error
    for column in ("accept", "typo", "correction"):
        if column not in columns:
            raise InvalidOption(f"{path} has no column {column!r}; expected a file that learn-typos wrote")
    for number, row in rows:
        answer = (row["accept"] or "").strip().lower()
        if answer not in _ANSWERS:
            raise InvalidOption(f"{path}, line {number}: accept is {row['accept']!r}, not 'yes', 'no' or empty")
        if not _ANSWERS[answer]:
            continue
        neighbours = tuple(filter(None, _SEPARATORS.split((row.get("neighbours") or "").lower().strip())))
        typo, correction = (row["typo"] or "").strip().lower(), (row["correction"] or "").strip()
        entry = LearnedEntry(typo, correction, (row.get("language") or "").strip().lower(), neighbours)
        try:
            _check(entry)
            if (row.get("kind") or "").strip().lower() == "word" and not neighbours:
                raise InvalidOption(f"{typo!r} is a word, a typo only beside its neighbours: list some, or answer no")
        except InvalidOption as error:
            raise InvalidOption(f"{path}, line {number}: {error}") from error
        yield entry


def _check(entry: LearnedEntry) -> None:
    if not entry.typo or b" " in folded(entry.typo):
        raise InvalidOption(f"{entry.typo!r} is not a single word of Latin-1 letters")
    if not entry.correction or entry.correction == entry.typo:
        raise InvalidOption(f"{entry.typo!r} has no correction")
    if entry.language and entry.language not in available_languages():
        raise InvalidOption(f"the language {entry.language!r} is none of {', '.join(available_languages())}")
    for phrase in entry.neighbours:
        if not _pattern(entry.typo).search(phrase):
            raise InvalidOption(f"the neighbours {phrase!r} do not stand around {entry.typo!r}")


def _replaced(phrase: str, entry: LearnedEntry) -> str:
    return _pattern(entry.typo).sub(lambda _: entry.correction, phrase, count=1)


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _rank(proposal: TypoProposal) -> tuple[object, ...]:
    return not proposal.accept, -proposal.support, proposal


def _line(fields: Iterable[object]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()
