"""First stage of a file job: clean the documents of a block, and take the fingerprints of their paragraphs."""

import base64
import json
import logging
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from beam_textclean.pipelines.byte_streams import OutputFile
from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.configuration import CleanConfig
from beam_textclean.pipelines.formats import read_rows
from beam_textclean.pipelines.formats.rows import Reading, Row, Settings, Source, Unreadable
from beam_textclean.pipelines.formats.text_files import TextRow
from beam_textclean.pipelines.plan import Piece, Plan
from beam_textclean.pipelines.staging import FINGERPRINT, Folders, exists, read_json, write_json
from beam_textclean.transforms.duplicates.units import fingerprint_units
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, Cleaned, apply_changes, revert_changes

_logger = logging.getLogger(__name__)
_ROW = struct.Struct("<16sIII")  # the layout of FINGERPRINT
_RUN_BYTES = _ROW.size << 20  # a million paragraphs are sorted at a time
PLAIN_DECODING = "decoded_utf_8"  # the one decoding that changes nothing, and is not worth a line in the audit


class Defect(TextCleanError):
    """A pass failed on a document in a way that it never should."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"a defect of beam-textclean, please report it: {error!r}")


class Job(NamedTuple):
    """What is to be done, apart from the input.

    Attributes:
        folders: Where results go.
        settings: How records are read.
        config: How texts are cleaned.
        scope: ``corpus`` or ``document``.
        output_format: ``same`` or a format to write instead.
        lists_copies: Whether all copies of each paragraph are listed in ``copies.jsonl``.
    """

    folders: Folders
    settings: Settings
    config: CleanConfig
    scope: str
    output_format: str
    lists_copies: bool = False

    def across_corpus(self) -> bool:
        """Whether paragraphs of one document are compared with those of others."""
        return self.scope == "corpus" and "duplicates" in self.config.passes

    def compares_texts(self) -> bool:
        """Whether that is done on the texts themselves, as digests of paragraphs do not tell enough."""
        duplicates = self.config.duplicates
        return self.across_corpus() and (duplicates.near is not None or duplicates.unit == "passage")

    def source(self, plan: Plan, piece: Piece) -> Source:
        """Where the rows of a piece come from."""
        return Source(plan.files[piece.file], piece.start, piece.end, self.settings)


def rows_of(job: Job, plan: Plan, piece: Piece) -> Iterator[Row | Unreadable]:
    """The records of a piece, in order; the same in every stage."""
    return islice(read_rows(job.source(plan, piece)), piece.limit)


def clean_block(job: Job, plan: Plan, number: int) -> dict[str, Any]:
    """Clean a block and stage what changed.

    Args:
        job: What is to be done.
        plan: The blocks.
        number: Which block.

    Returns:
        ``records``: how many records each piece has; ``runs``: where the fingerprints of each partition begin.
        A block that is staged already is not cleaned again.
    """
    done = job.folders.staged("cleaned", number)
    if exists(done):
        return dict(read_json(done))
    records = []
    with (
        job.folders.create(job.folders.staged("outcomes", number)) as outcomes,
        job.folders.create(job.folders.staged("fingerprints", number)) as fingerprints,
    ):
        spill = _Spill(fingerprints, plan.partitions)
        record = 0
        for piece in plan.blocks[number]:
            first = record
            kind = plan.files[piece.file].format
            config = config_for(job, kind)
            for row in rows_of(job, plan, piece):
                outcome = _stage_row(job, config, row, kind, spill, record)
                if outcome is not None:
                    outcomes.write(json.dumps({"record": record, **outcome}).encode("ascii") + b"\n")
                record += 1
            records.append(record - first)
        spill.flush()
    result = {"records": records, "runs": spill.runs}
    write_json(job.folders, done, result)
    return result


def config_for(job: Job, kind: str) -> CleanConfig:
    """Give the configuration for the records of a kind of file: where each is a line, none may get a line feed."""
    if kind != "lines":
        return job.config
    encoding = job.config.encoding
    return replace(job.config, encoding=replace(encoding, ftfy=encoding.ftfy._replace(fix_line_breaks=False)))


def clean_row(row: Row | Unreadable, config: CleanConfig, kind: str) -> tuple[Reading, Cleaned]:
    """Clean one record.

    Args:
        row: The record.
        config: As `config_for` gives it.
        kind: The kind of its file.

    Returns:
        What was read, and what became of it.

    Raises:
        TextCleanError: It is rejected; a `Defect` where a pass failed on it.
    """
    if isinstance(row, Unreadable):
        raise row.error
    try:
        reading = row.read()
        cleaned = clean_text(reading.text, config, reading.declared)
    except TextCleanError:
        raise
    except Exception as error:
        # One document must not stop a corpus: it is rejected, whole, and the defect is counted and named.
        _logger.warning("a defect of beam-textclean", exc_info=True)
        raise Defect(error) from error
    if kind == "lines" and "\n" in cleaned.text:  # ftfy can be configured to unescape "&#10;"
        raise TextCleanError("the cleaned text would need more than one line")
    return reading, cleaned


def _stage_row(
    job: Job, config: CleanConfig, row: Row | Unreadable, kind: str, spill: "_Spill", record: int
) -> dict[str, Any] | None:
    """Clean one record; what is returned is staged, None says that it stays as it is."""
    try:
        reading, cleaned = clean_row(row, config, kind)
    except TextCleanError as error:
        return rejection(error)
    assert not isinstance(row, Unreadable)
    if job.across_corpus() and not job.compares_texts():
        for fingerprint in fingerprint_units(cleaned.text, job.config.duplicates):
            spill.add(fingerprint.digest, record, fingerprint.start, fingerprint.end)
    return _outcome(row, reading, cleaned)


def rejection(error: TextCleanError) -> dict[str, Any]:
    """The staged form of a rejected record."""
    return {"error": type(error).__name__, "reason": str(error)}


def _outcome(row: Row, reading: Reading, cleaned: Cleaned) -> dict[str, Any] | None:
    """The staged form of a cleaned record: what it takes to clean the text again without looking for what to change."""
    changes = [change for change in cleaned.changes if change.rule != PLAIN_DECODING]
    if reading.decoding is not None:
        changes.insert(0, reading.decoding)
    if not changes:
        return None
    outcome: dict[str, Any] = {"changes": [(*change[:4], change.after, change.detail) for change in changes]}
    if changes[0].rule.startswith("decoded_"):
        if isinstance(reading.text, bytes):
            outcome["decoded"] = revert_changes(cleaned.text, cleaned.changes)
        if not isinstance(row, TextRow):
            # Other rows are more than their text, and the audit trail alone would not give their bytes back.
            outcome["raw"] = base64.b64encode(row.raw).decode("ascii")
    return outcome


class Outcomes:
    """The staged outcomes of a block, given out record by record.

    Args:
        lines: The outcomes, in the order of their records.
    """

    def __init__(self, lines: Iterator[dict[str, Any]]) -> None:
        self._lines = lines
        self._next = next(lines, None)

    def take(self, record: int) -> dict[str, Any] | None:
        """The outcome of a record, or None where it stays as it is."""
        if self._next is None or self._next["record"] != record:
            return None
        outcome, self._next = self._next, next(self._lines, None)
        return outcome


def cleaned_again(row: Row, outcome: dict[str, Any]) -> Cleaned:
    """Clean a record once more, by its staged outcome.

    Args:
        row: The record.
        outcome: What was staged for it, and no rejection.

    Returns:
        What the passes gave, but that nothing is said of bytes that were plain UTF-8.
    """
    text = outcome["decoded"] if "decoded" in outcome else text_of_row(row)
    changes: list[Change] = []
    run: list[Change] = []
    for step, rule, start, end, after, detail in outcome["changes"]:
        if run and (step != run[-1].step or start < run[-1].end):
            text = apply_changes(text, run)
            changes += run
            run = []
        run.append(Change(step, rule, start, end, text[start:end], after, detail))
    return Cleaned(apply_changes(text, run), (*changes, *run))


def text_of_row(row: Row) -> str:
    """The text of a row whose bytes, if it has any, are plain UTF-8."""
    text = row.read().text
    return text.decode("utf-8") if isinstance(text, bytes) else text


class _Spill:
    """Fingerprints on their way to a file, sorted by partition a run at a time."""

    def __init__(self, file: OutputFile, partitions: int) -> None:
        self.runs: list[list[int]] = []
        self._file = file
        self._partitions = partitions
        self._held = bytearray()
        self._written = 0

    def add(self, digest: bytes, record: int, start: int, end: int) -> None:
        self._held += _ROW.pack(digest, record, start, end)
        if len(self._held) >= _RUN_BYTES:
            self.flush()

    def flush(self) -> None:
        rows = np.frombuffer(bytes(self._held), FINGERPRINT)
        self._held.clear()
        partition = partition_of(rows["high"], self._partitions)
        order = np.argsort(partition, kind="stable")
        edges = np.searchsorted(partition[order], np.arange(self._partitions + 1)) + self._written
        self._file.write(rows[order].tobytes())
        self._written += len(rows)
        self.runs.append(edges.tolist())


def partition_of(high: npt.NDArray[np.uint64], partitions: int) -> npt.NDArray[np.uint64]:
    """The partition that each digest belongs to, by its first half."""
    return high % np.uint64(partitions)
