"""What the audit trail of a job says, added up in one reading: the numbers are exact, the examples are drawn."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from beam_textclean.pipelines.file_job.job import Results
from beam_textclean.pipelines.file_job.schema import ChangeEntry, OutputEntry, RejectedEntry, Summary
from beam_textclean.pipelines.file_job.staging import read_json_lines
from beam_textclean.pipelines.report.sample import Sample

MOST_CHANGED = 12
"""How many of the documents changed most are shown."""

DRAWN = 12
"""How many of all changed documents are shown beside them."""

EXAMPLES = 3
"""How many changes of each rule are shown."""

MOST_REJECTED = 100
"""How many rejected records are shown."""

_MOST_DISTINCT = 100_000  # fixes counted apart; above that, those met once are forgotten


class DocumentPlace(NamedTuple):
    """Where a document is: its output, by its number in the summary, its input file, and its record there."""

    output: int
    file: str
    record: int


class ChangePlace(NamedTuple):
    """Where a change is: its document, and its number among the changes of that."""

    document: DocumentPlace
    number: int


class Fix(NamedTuple):
    """A typo, what replaced it, and the language, where that is known."""

    before: str
    after: str
    language: str


@dataclass
class Findings:
    """What the audit trail says.

    Attributes:
        rules: How many changes each step and rule made.
        characters: By how many code points the changes of each step and rule made texts longer; below 0 for shorter.
        encodings: How many records were decoded from each encoding.
        fixes: How often each typo was fixed.
        first_fix: Where each typo was fixed first.
        examples: Drawn changes of each step and rule.
        most_changed: The documents of which most was removed and added, in code points, with that number.
        drawn: Documents drawn from all that were changed.
        changed_in_file: How many changes each input file has.
        rejected_in_file: How many rejected records each input file has.
        errors: How many records were rejected with each error.
        rejected: The first rejected records.
        fixes_forgotten: Whether rare fixes were forgotten, as there were too many to count apart.
    """

    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    characters: Counter[tuple[str, str]] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    fixes: Counter[Fix] = field(default_factory=Counter)
    first_fix: dict[Fix, ChangePlace] = field(default_factory=dict)
    examples: dict[tuple[str, str], Sample[ChangePlace]] = field(default_factory=dict)
    most_changed: list[tuple[int, DocumentPlace]] = field(default_factory=list)
    drawn: Sample[DocumentPlace] = field(default_factory=lambda: Sample(DRAWN))
    changed_in_file: Counter[str] = field(default_factory=Counter)
    rejected_in_file: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    rejected: list[RejectedEntry] = field(default_factory=list)
    fixes_forgotten: bool = False

    def add(self, place: DocumentPlace, entries: list[ChangeEntry]) -> None:
        """Count the changes of a document."""
        size = 0
        for number, entry in enumerate(entries):
            before, after = entry["before"], entry["after"]
            key = (entry["step"], entry["rule"])
            self.rules[key] += 1
            self.characters[key] += len(after) - len(before)
            size += len(before) + len(after) if before != after else 0
            if key not in self.examples:
                self.examples[key] = Sample(EXAMPLES)
            self.examples[key].offer(ChangePlace(place, number))
            if "encoding" in entry["detail"]:
                self.encodings[str(entry["detail"]["encoding"])] += 1
            if key[0] == "typos" and before != after:
                self._add_fix(Fix(before, after, str(entry["detail"].get("language", ""))), ChangePlace(place, number))
        self.changed_in_file[place.file] += len(entries)
        if size:
            self.drawn.offer(place)
            # Of equally changed documents the first are kept: a later one is less.
            ranked = (size, DocumentPlace(-place.output, place.file, -place.record))
            if len(self.most_changed) < MOST_CHANGED:
                heapq.heappush(self.most_changed, ranked)
            elif ranked > self.most_changed[0]:
                heapq.heapreplace(self.most_changed, ranked)

    def add_rejected(self, entry: RejectedEntry) -> None:
        """Count a rejected record."""
        self.errors[entry["error"]] += 1
        self.rejected_in_file[entry["file"]] += 1
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(entry)

    def ranked(self) -> list[tuple[int, DocumentPlace]]:
        """Return the documents changed most, the most changed first."""
        documents = [
            (size, DocumentPlace(-place.output, place.file, -place.record)) for size, place in self.most_changed
        ]
        return sorted(documents, key=lambda ranked: (-ranked[0], ranked[1]))

    def _add_fix(self, fix: Fix, place: ChangePlace) -> None:
        self.fixes[fix] += 1
        self.first_fix.setdefault(fix, place)
        if len(self.fixes) > _MOST_DISTINCT:
            self.fixes = Counter({fix: count for fix, count in self.fixes.items() if count > 1})
            self.first_fix = {fix: self.first_fix[fix] for fix in self.fixes}
            self.fixes_forgotten = True


class Output(NamedTuple):
    """A file of documents: its input file, its entry in the summary, and the number of its first record."""

    file: str
    entry: OutputEntry
    first: int


def outputs_of(summary: Summary) -> list[Output]:
    """Return the files of documents of a job, in document order."""
    outputs: list[Output] = []
    for file in summary["files"]:
        first = 1
        for entry in file["outputs"]:
            outputs.append(Output(file["name"], entry, first))
            first += entry["records"]
    return outputs


def find(results: Results, summary: Summary) -> Findings:
    """Read the audit trail of a finished job.

    The memory that it takes does not grow with the number of changes, except for those of one document.

    Args:
        results: The files of the job.
        summary: Its summary.

    Returns:
        What the trail says. The same trail gives the same findings.
    """
    findings = Findings()
    for number, output in enumerate(outputs_of(summary)):
        for record, entries in groupby(changes_in(results, output), key=itemgetter("record")):
            findings.add(DocumentPlace(number, output.file, record), list(entries))
        for entry in rejected_in(results, output):
            findings.add_rejected(entry)
    return findings


def changes_in(results: Results, output: Output) -> Iterator[ChangeEntry]:
    """Yield the changes of a file of documents."""
    return _entries(results, output, results.changes(output.entry["name"]))


def rejected_in(results: Results, output: Output) -> Iterator[RejectedEntry]:
    """Yield the rejected records of a file of documents."""
    return _entries(results, output, results.rejected(output.entry["name"]))


def _entries(results: Results, output: Output, path: str) -> Iterator[Any]:
    return read_json_lines(path) if results.relative(path) in output.entry["sha256"] else iter(())
