"""What would be changed in documents, and why, for people or programs to read."""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.command.marks import PLAIN, Marks, in_context, shortened, visible
from beam_textclean.pipelines.command.why import count_reasons, examined_by_typos, noteworthy, why_unchanged, why_word
from beam_textclean.pipelines.file_job.clean_record import PLAIN_DECODING, clean_row, configs_of, reason_of
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.formats.registry import FORMATS
from beam_textclean.pipelines.formats.rows import Reading, Row, Settings, Unreadable
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.difference import reason_for
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, Cleaned, apply_changes, revert_changes, runs_of

_KEPT = 80  # of the copy that is kept, the beginning and the end are shown


def explain_changes(text: str, changes: Iterable[Change], marks: Marks = PLAIN) -> Iterator[str]:
    r"""Show the changes of a document, each in its place.

    Args:
        text: The text that the first step received.
        changes: The changes, as a `Cleaned` has them.
        marks: How to show what is removed and what is added.

    Yields:
        Two lines for each change: what was done and why, and where. There is one line where no text is changed, and a
        third one with the copy that is kept where one was removed.

    >>> text = "Ils ont risqué leur vie en sevrant à nos côtés."
    >>> print(*explain_changes(text, clean_text(text).changes), sep="\n")
    typos: context (language: fr, entry: sevrant)
        Ils ont risqué leur vie en [-sevrant-]{+servant+} à nos côtés.
    """
    for run in runs_of(changes):
        for change in run:
            yield visible(reason_for(change))
            if change.before != change.after:
                pieces = (change.before, marks.removed), (change.after, marks.added)
                yield "    " + in_context(text, change.start, change.end, *pieces)
            if change.step == "duplicates" and "kept_start" in change.detail:
                kept = text[int(change.detail["kept_start"]) : int(change.detail["kept_end"])]
                yield "    stays: " + visible(shortened(kept.strip(), _KEPT))
        text = apply_changes(text, run)


class Document(NamedTuple):
    """A document of a file.

    Attributes:
        file: The name of the file.
        record: The number of its record there; 0 where the document is the file.
        row: The record itself.
    """

    file: str
    record: int
    row: Row | Unreadable

    def place(self) -> str:
        """Return where it is, for people."""
        return visible(self.file) + (f", record {self.record}" if self.record else "")


def documents_of(plan: Plan, settings: Settings) -> Iterator[Document]:
    """Read the documents of files, in order."""
    records: Counter[int] = Counter()
    for piece in (piece for block in plan.blocks for piece in block):
        file = plan.files[piece.file]
        for row in plan.rows(piece, settings):
            records[piece.file] += 1
            yield Document(file.name, 0 if FORMATS[file.format].is_document else records[piece.file], row)


def sample_of(documents: Iterable[Document], number: int) -> list[Document]:
    """Choose some documents, spread over all of them: the same each time, in order."""
    numbered = enumerate(documents)
    chosen = heapq.nsmallest(number, numbered, key=lambda item: _lot(item[1]))
    return [document for _, document in sorted(chosen, key=lambda item: item[0])]


def _lot(document: Document) -> bytes:
    return blake2b(f"{document.record} {document.file}".encode("utf-8", "surrogateescape"), digest_size=8).digest()


@dataclass
class Explained:
    """How many documents were explained, how many would be changed or rejected, and why words of others are kept."""

    documents: int = 0
    changed: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def summary(self) -> str:
        """Return it as a sentence."""
        rejected = f", {self.rejected} rejected" if self.rejected else ""
        return f"{self.changed} of {self.documents} documents would be changed{rejected}"


class Outcome(NamedTuple):
    """What would become of a document.

    Attributes:
        reading: What was read of it; None where it would be rejected.
        cleaned: The text and its changes, the decoding of plain UTF-8 left out.
        rejected: Why it would be rejected.
    """

    reading: Reading | None
    cleaned: Cleaned
    rejected: str = ""


def outcomes_of(
    documents: Iterable[Document], config: CleanConfig, explained: Explained
) -> Iterator[tuple[Document, Outcome]]:
    """Clean documents, each by itself, and count what would become of them."""
    configs = configs_of(config)
    for document in documents:
        explained.documents += 1
        try:
            reading, cleaned = clean_row(document.row, configs)
        except TextCleanError as error:
            explained.rejected += 1
            yield document, Outcome(None, Cleaned(""), reason_of(error))
            continue
        decoding = () if reading.decoding is None else (reading.decoding,)
        cleaned = _told(Cleaned(cleaned.text, (*decoding, *cleaned.changes)))
        explained.changed += bool(cleaned.changes)
        yield document, Outcome(reading, cleaned)


def explain_files(
    documents: Iterable[Document], config: CleanConfig, marks: Marks = PLAIN, explained: Explained | None = None
) -> Iterator[str]:
    """Explain what would be changed in documents, each cleaned by itself.

    Args:
        documents: The documents.
        config: How texts are cleaned.
        marks: How to show what is removed and what is added.
        explained: Is filled with the numbers.

    Yields:
        Lines: for each document that would be changed or rejected, its place and its changes; then the numbers. If none
        would be changed, why.
    """
    counts = explained or Explained()
    for document, outcome in outcomes_of(documents, config, counts):
        lines = [f"rejected: {visible(outcome.rejected)}"] if outcome.rejected else list(_lines(outcome.cleaned, marks))
        if lines:
            yield f"{marks.heading[0]}{document.place()}{marks.heading[1]}"
            yield from lines
        elif outcome.reading is not None and not counts.changed:
            kept = noteworthy(examined_by_typos(outcome.reading, config)[1].kept)
            counts.reasons.update(each.reason for each in kept)
    yield counts.summary()
    if counts.documents and not counts.changed:
        yield from count_reasons(counts.reasons)


def explain_as_json(
    documents: Iterable[Document], config: CleanConfig, explained: Explained | None = None
) -> Iterator[str]:
    """Explain documents for programs: a line of JSON for each that would be changed or rejected, or has words kept."""
    for document, outcome in outcomes_of(documents, config, explained or Explained()):
        place = {"file": document.file, "record": document.record}
        if outcome.reading is None:
            yield json.dumps({**place, "rejected": outcome.rejected})
            continue
        entry = _as_entry(outcome.reading, outcome.cleaned, config)
        if any(entry.values()):
            yield json.dumps({**place, **entry})


def why_in_documents(
    word: str, documents: Iterable[Document], config: CleanConfig, marks: Marks, explained: Explained
) -> Iterator[str]:
    """Explain what becomes of a word in the documents that have it."""
    found = False
    for document in documents:
        explained.documents += 1
        try:
            if isinstance(document.row, Unreadable):
                raise document.row.error
            lines = list(why_word(word, document.row.read(), config, marks))
        except TextCleanError:
            explained.rejected += 1
            continue
        if lines:
            found = True
            yield f"{marks.heading[0]}{document.place()}{marks.heading[1]}"
            yield from lines
    if not found:
        yield f"none of {explained.documents} documents has {word!r}"


def explain_bytes(data: bytes, config: CleanConfig, marks: Marks = PLAIN) -> Iterator[str]:
    """Explain what would be changed in one document of bytes, or why nothing; yield lines as `explain_changes`.

    Raises:
        TextCleanError: It would be rejected.
    """
    cleaned = _told(clean_text(data, config))
    if cleaned.changes:
        yield from _lines(cleaned, marks)
        return
    yield "nothing would be changed"
    yield from why_unchanged(Reading(data), config, marks)


def explain_bytes_as_json(data: bytes, config: CleanConfig) -> str:
    """Explain one document of bytes for programs.

    Raises:
        TextCleanError: It would be rejected.
    """
    return json.dumps(_as_entry(Reading(data), _told(clean_text(data, config)), config))


def _as_entry(reading: Reading, cleaned: Cleaned, config: CleanConfig) -> dict[str, Any]:
    kept = noteworthy(examined_by_typos(reading, config)[1].kept)
    return {
        "changes": [{**change._asdict(), "detail": dict(change.detail)} for change in cleaned.changes],
        "kept": [each._asdict() for each in kept],
    }


def _told(cleaned: Cleaned) -> Cleaned:
    """Leave out the decoding of plain UTF-8, which changes nothing."""
    return Cleaned(cleaned.text, tuple(change for change in cleaned.changes if change.rule != PLAIN_DECODING))


def _lines(cleaned: Cleaned, marks: Marks) -> Iterator[str]:
    return explain_changes(revert_changes(*cleaned), cleaned.changes, marks)
