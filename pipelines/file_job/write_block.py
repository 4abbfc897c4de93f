"""Third stage of a file job: write the documents of a block without their later copies, and the audit trail."""

import base64
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from beam_textclean.pipelines.file_job.clean_record import cleaned_again, readable
from beam_textclean.pipelines.file_job.copies_report import most_repeated, spot_entry
from beam_textclean.pipelines.file_job.exchange import is_under_way
from beam_textclean.pipelines.file_job.fingerprint_files import IS_BOILERPLATE, IS_IN_INDEX, StagedCopy, read_copies
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.layout import Extent, Layout, Place
from beam_textclean.pipelines.file_job.outcomes import (
    Edited,
    Outcome,
    Rejected,
    WrittenBlock,
    WrittenPiece,
)
from beam_textclean.pipelines.file_job.plan import Piece
from beam_textclean.pipelines.file_job.result_files import ResultFiles
from beam_textclean.pipelines.file_job.schema import FirstRejected, RejectedPlace, RepeatedEntry, UnopenedFile
from beam_textclean.pipelines.file_job.staging import (
    ByRecord,
    DamagedStaging,
    are_whole,
    read_cleaned,
    read_if_staged,
    read_outcomes,
    read_written,
    write_json,
    written_path,
)
from beam_textclean.pipelines.file_job.stopping import reading
from beam_textclean.pipelines.formats.byte_streams import checksum
from beam_textclean.pipelines.formats.rows import Row, Unreadable
from beam_textclean.transforms.duplicates import Dropped
from beam_textclean.transforms.duplicates.across.fingerprints import drop_units
from beam_textclean.transforms.records import Change

_EXCERPT = 200  # code points of a paragraph shown in the summary
_ACROSS = "corpus_duplicates"  # the step that comes after the texts were staged


def write_block(job: Job, layout: Layout, number: int) -> WrittenBlock:
    """Write the results of a block.

    Args:
        job: What is to be done.
        layout: Where the records of every block are.
        number: Which block.

    Returns:
        What was written. A block that is written already, and whole, is not written again.
    """
    done = _written(job.folders, number)
    if done is not None:
        return done
    cleaned = read_cleaned(job.folders, number)
    outcomes = job.folders.staged("outcomes", number)
    if checksum(outcomes) != cleaned.outcomes:
        raise DamagedStaging(f"{outcomes} is damaged: its checksum is not the one that it was staged with")
    block = _Block(job, layout, number)
    first = 0
    staged = zip(layout.pieces(number), cleaned.reads, cleaned.unopened, cleaned.characters, strict=True)
    for (piece, extent), reads, unopened, characters in staged:
        file = layout.plan.files[piece.file]
        if unopened is not None:
            block.unopened_files.append({"file": file.name, "reason": unopened})
            continue
        with reading(file, reads):
            if file.is_reference:
                block.pass_over(piece, first, extent)
            else:
                block.write(piece, first, extent)
                block.counts.update(characters_read=characters, characters_written=characters)
        first += extent.records
    written = WrittenBlock(
        dict(sorted(block.counts.items())),
        block.pieces,
        block.repeated,
        block.first_rejected,
        block.rejected_references,
        block.unopened_files,
    )
    write_json(job.folders, written_path(job.folders, number), written)
    return written


def _written(folders: Folders, number: int) -> WrittenBlock | None:
    """Return what is written of a block, or None where nothing is, or not what was written."""
    written = read_if_staged(written_path(folders, number), lambda: read_written(folders, number))
    if written is None or is_under_way(folders):  # then the results were whole, and are on their way to their place
        return written
    own = folders.unfinished.folder
    checksums = {f"{own}/{path}": digest for piece in written.pieces for path, digest in piece.output["sha256"].items()}
    return written if are_whole(checksums) else None


class _Finding(NamedTuple):
    """What the first two stages found about a record.

    Attributes:
        outcome: What became of it by itself.
        losses: What it loses to other documents, where texts were compared.
        copies: The paragraphs that it loses, where these were compared.
    """

    outcome: Outcome | None
    losses: Outcome | None
    copies: list[Dropped]


class _Findings:
    """What the first two stages staged about the records of a block; to be asked in their order."""

    def __init__(self, job: Job, layout: Layout, block: int) -> None:
        plan = layout.plan
        self._outcomes = read_outcomes(job.folders.staged("outcomes", block))
        self._losses: ByRecord[Outcome] = ByRecord()
        self._copies: ByRecord[list[StagedCopy]] = ByRecord()
        if job.compares_texts():
            self._losses = read_outcomes(job.folders.staged("losses", block))
        elif job.across_corpus():
            self._copies = ByRecord(read_copies(job.folders, plan.partitions, block, len(plan.blocks)))
        self._place_of = cache(layout.place_of)  # a document's copies are often together in an earlier one
        self._boilerplate = job.config.duplicates.boilerplate or 0

    def of(self, record: int) -> _Finding:
        copies = [_dropped(copy, self._place_of, self._boilerplate) for copy in self._copies.get(record) or ()]
        return _Finding(self._outcomes.get(record), self._losses.get(record), copies)


class _Block:
    """A block on its way to its result files; the attributes are those of `WrittenBlock`."""

    def __init__(self, job: Job, layout: Layout, number: int) -> None:
        self.counts: Counter[str] = Counter()
        self.pieces: list[WrittenPiece] = []
        self.repeated: list[RepeatedEntry] = []
        self.first_rejected: FirstRejected | None = None
        self.rejected_references: list[RejectedPlace] = []
        self.unopened_files: list[UnopenedFile] = []
        self._job = job
        self._layout = layout
        self._findings = _Findings(job, layout, number)
        repeated = most_repeated(job, layout.plan.partitions)
        self._to_show = [paragraph for paragraph in repeated if paragraph.first.block == number]

    def write(self, piece: Piece, first: int, extent: Extent) -> None:
        """Write the rows of a piece.

        Args:
            piece: A piece of the block.
            first: The number of its first record in the block.
            extent: Which records of its file it has.
        """
        plan = self._layout.plan
        with ResultFiles(self._job, plan, piece) as files:
            for number, row in enumerate(plan.rows(piece, self._job.settings)):
                finding = self._findings.of(first + number)
                position = extent.before + number + 1
                if isinstance(finding.outcome, Rejected):
                    self._reject(row, position, finding.outcome, files)
                    continue
                document = readable(row, files.input_name)
                self._write_document(document, position, finding, files)
                self._show(document, finding.outcome, first + number)
        self.pieces.append(WrittenPiece(piece.file, files.entry(extent.records)))

    def pass_over(self, piece: Piece, first: int, extent: Extent) -> None:
        """Count the records of a reference, of which nothing is written."""
        plan = self._layout.plan
        name = plan.files[piece.file].name
        to_show = any(first <= paragraph.first.record < first + extent.records for paragraph in self._to_show)
        rows = plan.rows(piece, self._job.settings) if to_show else iter(())
        for number in range(extent.records):
            row = next(rows, None)
            outcome = self._findings.of(first + number).outcome
            self.counts["reference_documents"] += 1
            if isinstance(outcome, Rejected):
                self.counts["reference_documents_rejected"] += 1
                rejected: RejectedPlace = {
                    "file": name,
                    "record": extent.before + number + 1,
                    "error": outcome.error,
                    "reason": outcome.reason,
                }
                self.rejected_references.append(rejected)
            elif to_show:
                self._show(readable(row, name), outcome, first + number)

    def _reject(self, row: Row | Unreadable, position: int, rejected: Rejected, files: ResultFiles) -> None:
        self.counts["documents_rejected"] += 1
        self.counts[f"rejected_{rejected.error}"] += 1
        place = files.reject(row, position, rejected)
        self.first_rejected = self.first_rejected or place

    def _write_document(self, row: Row, position: int, finding: _Finding, files: ResultFiles) -> None:
        counts = self.counts
        counts["documents"] += 1
        edited = _all_edits(finding)
        if edited is None and not finding.copies:
            files.write(row, None)
            return
        text, changes = cleaned_again(row, edited)
        if finding.copies:
            text, dropped = drop_units(text, finding.copies, self._job.config.duplicates)
            changes += dropped
        counts["documents_changed"] += any(map(_is_a_change, changes))
        counts["documents_emptied"] += not text.strip()
        self._count_characters(changes)
        for (step, rule), count in Counter(map(itemgetter(0, 1), changes)).items():
            counts[f"{step}_{rule}"] += count
        if self._job.drops_empty and not text.strip():
            counts["documents_dropped"] += 1
            files.drop(row, position, changes)
            return
        raw = None if edited is None else edited.raw
        if raw is None and not row.comes_back(text):
            raw = base64.b64encode(row.raw).decode("ascii")
        files.record_changes(row, position, changes, raw)
        files.write(row, text)

    def _count_characters(self, changes: Iterable[Change]) -> None:
        """Count what changes add and remove; until here both counts are those of the texts as the passes left them."""
        for change in changes:
            more = len(change.after) - len(change.before)
            if change.step == _ACROSS:
                self.counts["characters_written"] += more
            else:
                self.counts["characters_read"] -= more

    def _show(self, row: Row, outcome: Outcome | None, record: int) -> None:
        for documents, spot in self._to_show:
            if spot.record == record:
                text = cleaned_again(row, _edits(outcome)).text
                excerpt = text[spot.start : spot.end].strip()[:_EXCERPT]
                entry: RepeatedEntry = {
                    "documents": documents,
                    **spot_entry(self._layout, spot),
                    "excerpt": excerpt,
                }
                self.repeated.append(entry)


def _is_a_change(change: Change) -> bool:
    """Return whether a change is one of the text or of its bytes, not only a note that something was left alone."""
    return change.before != change.after or change.rule.startswith("decoded_")


def _edits(outcome: Outcome | None) -> Edited | None:
    return outcome if isinstance(outcome, Edited) else None


def _all_edits(finding: _Finding) -> Edited | None:
    """Return the edits of a record, and then what it loses to other documents where texts were compared."""
    edited, losses = _edits(finding.outcome), _edits(finding.losses)
    if edited is None or losses is None:
        return edited or losses
    return edited._replace(changes=edited.changes + losses.changes)


def _dropped(copy: StagedCopy, place_of: Callable[[int, int], Place], boilerplate: int) -> Dropped:
    """Return a paragraph that a document loses, and why."""
    if copy.reason == IS_BOILERPLATE:
        return Dropped(copy.start, copy.end, {"documents_over": boilerplate}, "boilerplate")
    if copy.reason == IS_IN_INDEX:
        return Dropped(copy.start, copy.end, {"kept_in": "index"}, "against")
    place = place_of(copy.first_block, copy.first_record)
    detail: dict[str, str | int | float] = {
        "kept_file": place.file,
        "kept_record": place.record,
        "kept_start": copy.first_start,
        "kept_end": copy.first_end,
    }
    if place.is_reference:
        return Dropped(copy.start, copy.end, {"kept_in": "against", **detail}, "against")
    return Dropped(copy.start, copy.end, detail, "exact")
