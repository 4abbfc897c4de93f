"""First stage of a file job: clean the documents of a block, and take the fingerprints of their paragraphs."""

import base64
import json
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.file_job.known_texts import KnownTexts, Staged, key_of
from beam_textclean.pipelines.file_job.plan import Piece, Plan
from beam_textclean.pipelines.file_job.staging import FINGERPRINT, Folders, exists, read_json, write_json
from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.registry import read_rows
from beam_textclean.pipelines.formats.rows import Reading, Row, Settings, Source, Unreadable
from beam_textclean.pipelines.formats.text_files import TextRow
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.duplicates.across.fingerprints import fingerprint_units
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


def clean_block(job: Job, plan: Plan, number: int, known: KnownTexts) -> dict[str, Any]:
    """Clean a block and stage what changed.

    Args:
        job: What is to be done.
        plan: The blocks.
        number: Which block.
        known: What the worker remembers of the texts of this job.

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
        block = _Block(job, known, outcomes, spill)
        for piece in plan.blocks[number]:
            first = block.records
            kind = plan.files[piece.file].format
            config = config_for(job, kind)
            for row in rows_of(job, plan, piece):
                block.stage(row, config, kind)
            records.append(block.records - first)
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
    with _naming_defects():
        if isinstance(row, Unreadable):
            raise row.error
        reading = row.read()
        return reading, _clean(reading, config, kind)


@contextmanager
def _naming_defects() -> Iterator[None]:
    """One document must not stop a corpus: it is rejected, whole, and the defect is counted and named."""
    try:
        yield
    except TextCleanError:
        raise
    except Exception as error:
        _logger.warning("a defect of beam-textclean", exc_info=True)
        raise Defect(error) from error


def _clean(reading: Reading, config: CleanConfig, kind: str) -> Cleaned:
    cleaned = clean_text(reading.text, config, reading.declared)
    if kind == "lines" and "\n" in cleaned.text:  # ftfy can be configured to unescape "&#10;"
        raise TextCleanError("the cleaned text would need more than one line")
    return cleaned


class _Block:
    """A block on its way to the staging folder.

    Attributes:
        records: How many of its records are staged.
    """

    def __init__(self, job: Job, known: KnownTexts, outcomes: OutputFile, spill: "_Spill") -> None:
        self.records = 0
        self._config = job.config.duplicates
        self._takes_fingerprints = job.across_corpus() and not job.compares_texts()
        self._known = known
        self._outcomes = outcomes
        self._spill = spill

    def stage(self, row: Row | Unreadable, config: CleanConfig, kind: str) -> None:
        """Clean the next record and stage its outcome; of one that stays as it is, only the fingerprints."""
        record = self.records
        self.records += 1
        try:
            with _naming_defects():
                staged, rest = self._staged(row, config, kind)
        except TextCleanError as error:
            self._write({"record": record, **rejection(error)})
            return
        self._spill.add(staged.fingerprints, record)
        if staged.changes:
            self._write({"record": record, **rest}, staged.changes)

    def _staged(self, row: Row | Unreadable, config: CleanConfig, kind: str) -> tuple[Staged, dict[str, Any]]:
        """Clean a record; what is given besides is what the changes do not tell."""
        if isinstance(row, Unreadable):
            raise row.error
        reading = row.read()
        if reading.decoding is not None:  # the row itself, not only its text, has been changed
            return self._cleaned(row, reading, config, kind)
        key = key_of(reading, kind)
        known = self._known.get(key)
        if known is not None:
            return known, {}
        staged, rest = self._cleaned(row, reading, config, kind)
        if not rest:
            self._known.add(key, staged)
        return staged, rest

    def _cleaned(self, row: Row, reading: Reading, config: CleanConfig, kind: str) -> tuple[Staged, dict[str, Any]]:
        cleaned = _clean(reading, config, kind)
        changes, rest = _outcome(row, reading, cleaned)
        return Staged(json.dumps(changes) if changes else "", self._fingerprints(cleaned.text)), rest

    def _fingerprints(self, text: str) -> bytes:
        if not self._takes_fingerprints:
            return b""
        return b"".join(
            [_ROW.pack(digest, 0, start, end) for digest, start, end in fingerprint_units(text, self._config)]
        )

    def _write(self, outcome: dict[str, Any], changes: str = "") -> None:
        line = json.dumps(outcome)
        if changes:
            line = f'{line[:-1]}, "changes": {changes}}}'
        self._outcomes.write(line.encode("ascii") + b"\n")


def rejection(error: TextCleanError) -> dict[str, Any]:
    """The staged form of a rejected record."""
    return {"error": type(error).__name__, "reason": str(error)}


def _outcome(row: Row, reading: Reading, cleaned: Cleaned) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The staged form of a cleaned record: what it takes to clean the text again without looking for what to change."""
    changes = [change for change in cleaned.changes if change.rule != PLAIN_DECODING]
    if reading.decoding is not None:
        changes.insert(0, reading.decoding)
    rest: dict[str, Any] = {}
    if changes and changes[0].rule.startswith("decoded_"):
        if isinstance(reading.text, bytes):
            rest["decoded"] = revert_changes(cleaned.text, cleaned.changes)
        if not isinstance(row, TextRow):
            # Other rows are more than their text, and the audit trail alone would not give their bytes back.
            rest["raw"] = base64.b64encode(row.raw).decode("ascii")
    return [(*change[:4], change.after, change.detail) for change in changes], rest


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

    def add(self, fingerprints: bytes, record: int) -> None:
        """Add rows of `FINGERPRINT`, those of one record."""
        if not fingerprints:
            return
        rows = np.frombuffer(bytearray(fingerprints), FINGERPRINT)
        rows["record"] = record
        self._held += rows.tobytes()
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
