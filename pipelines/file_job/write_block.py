"""Third stage of a file job: write the documents of a block without their later copies, and the audit trail."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from beam_textclean.pipelines.file_job.clean_block import Job, cleaned_again, rows_of, text_of_row
from beam_textclean.pipelines.file_job.decide_copies import copies_in_block, most_repeated
from beam_textclean.pipelines.file_job.layout import Layout, Place, place_of
from beam_textclean.pipelines.file_job.plan import Piece, Plan
from beam_textclean.pipelines.file_job.result_files import ResultFiles
from beam_textclean.pipelines.file_job.staging import ByRecord, exists, read_by_record, read_json, write_json
from beam_textclean.pipelines.formats.rows import Row, Unreadable
from beam_textclean.transforms.duplicates import Dropped
from beam_textclean.transforms.duplicates.across.fingerprints import drop_units
from beam_textclean.transforms.records import Change, Cleaned

_EXCERPT = 200  # code points of a paragraph shown in the summary
_ROWS = 1000  # copies made into rows of Python at a time


def write_block(job: Job, plan: Plan, layout: Layout, number: int) -> dict[str, Any]:
    """Write the results of a block.

    Args:
        job: What is to be done.
        plan: The blocks.
        layout: Where the pieces of every block stand in their files.
        number: Which block.

    Returns:
        ``counts`` by name; ``files``: for each piece the index of its input file, the name, the number of records and
        the checksums of what was written; ``repeated``: those of the most repeated paragraphs that stay in this block;
        ``first_rejected``: the first record that could not be read, if any; ``rejected_references``: those of a
        reference. A block that is written already is not written again.
    """
    done = job.folders.staged("written", number)
    if exists(done):
        return dict(read_json(done))
    block = _Block(job, plan, layout, number)
    record = 0
    for piece, (before, count) in zip(plan.blocks[number], layout[number], strict=True):
        if plan.files[piece.file].is_reference:
            block.pass_over(piece, record, count)
        else:
            block.write(piece, record, before, count)
        record += count
    result = {
        "counts": dict(sorted(block.counts.items())),
        "files": block.files,
        "repeated": block.repeated,
        "first_rejected": block.first_rejected,
        "rejected_references": block.rejected_references,
    }
    write_json(job.folders, done, result)
    return result


class _Block:
    """A block on its way to its result files.

    Attributes:
        counts: What happened, by name.
        files: The pieces written.
        repeated: The most repeated paragraphs met, as they go into the summary.
        first_rejected: The first record that could not be read, and why.
        rejected_references: The records of a reference that could not be read, and why.
    """

    def __init__(self, job: Job, plan: Plan, layout: Layout, number: int) -> None:
        self.counts: Counter[str] = Counter()
        self.files: list[dict[str, Any]] = []
        self.repeated: list[dict[str, Any]] = []
        self.first_rejected: dict[str, Any] | None = None
        self.rejected_references: list[dict[str, Any]] = []
        self._number = number
        self._job = job
        self._plan = plan
        self._layout = layout
        self._outcomes = read_by_record(job.folders.staged("outcomes", number))
        self._losses: ByRecord[dict[str, Any]] = ByRecord(iter(()))
        self._copies: ByRecord[list[Dropped]] = ByRecord(iter(()))
        if job.compares_texts():
            self._losses = read_by_record(job.folders.staged("losses", number))
        else:
            self._copies = ByRecord(_copies(job, plan, layout, number))
        self._to_show = [paragraph for paragraph in most_repeated(job, plan) if paragraph.block == number]

    def write(self, piece: Piece, first: int, before: int, count: int) -> None:
        """Write the rows of a piece.

        Args:
            piece: A piece of the block.
            first: The number of its first record in the block.
            before: How many records of its file stand before it.
            count: How many records it has.
        """
        with ResultFiles(self._job, self._plan, piece) as files:
            for number, row in enumerate(rows_of(self._job, self._plan, piece)):
                outcome = self._outcomes.get(first + number)
                copies = self._copies.get(first + number) or []
                whole = _with_losses(outcome, self._losses.get(first + number))
                self._write_row(row, before + number + 1, whole, copies, files)
                self._show(row, outcome, first + number)
        self.files.append({"file": piece.file, "name": files.name, "records": count, "sha256": files.checksums})

    def pass_over(self, piece: Piece, first: int, count: int) -> None:
        """Count the records of a reference, of which nothing is written."""
        to_show = any(first <= paragraph.record < first + count for paragraph in self._to_show)
        rows = rows_of(self._job, self._plan, piece) if to_show else iter(())
        for number in range(count):
            outcome = self._outcomes.get(first + number)
            self.counts["reference_documents"] += 1
            if outcome is not None and "error" in outcome:
                self.counts["reference_documents_rejected"] += 1
                place = place_of(self._plan, self._layout, self._number, first + number).names()
                self.rejected_references.append(outcome | place)
            self._show(next(rows, None), outcome, first + number)

    def _write_row(
        self,
        row: Row | Unreadable,
        position: int,
        outcome: dict[str, Any] | None,
        copies: Sequence[Dropped],
        files: ResultFiles,
    ) -> None:
        counts = self.counts
        if outcome is not None and "error" in outcome:
            counts["documents_rejected"] += 1
            counts[f"rejected_{outcome['error']}"] += 1
            raw = row.raw if isinstance(row, Unreadable) else [row.raw]
            entry = {"error": outcome["error"], "reason": outcome["reason"]}
            if isinstance(row, Unreadable) and row.whole_file:
                entry["whole_file"] = True
            files.reject(raw, position, entry)
            self.first_rejected = self.first_rejected or {"file": files.input_name, "record": position, **entry}
            return
        assert not isinstance(row, Unreadable)
        counts["documents"] += 1
        if outcome is None and not copies:
            files.write(row, None)
            return
        text, changes = Cleaned(text_of_row(row)) if outcome is None else cleaned_again(row, outcome)
        if copies:
            text, dropped = drop_units(text, copies, self._job.config.duplicates)
            changes += dropped
        counts["documents_changed"] += any(map(_is_a_change, changes))
        counts["documents_emptied"] += not text.strip()
        for (step, rule), count in Counter(map(itemgetter(0, 1), changes)).items():
            counts[f"{step}_{rule}"] += count
        kept_raw = (outcome or {}).get("raw")
        if kept_raw is None and not row.comes_back(text):
            kept_raw = base64.b64encode(row.raw).decode("ascii")
        files.record_changes(row, position, changes, kept_raw)
        files.write(row, text)

    def _show(self, row: Row | Unreadable | None, outcome: dict[str, Any] | None, record: int) -> None:
        for paragraph in self._to_show:
            if paragraph.record == record:
                assert row is not None
                assert not isinstance(row, Unreadable)
                text = text_of_row(row) if outcome is None else cleaned_again(row, outcome).text
                self.repeated.append(
                    {
                        "documents": paragraph.documents,
                        **place_of(self._plan, self._layout, paragraph.block, record).names(),
                        "start": paragraph.start,
                        "end": paragraph.end,
                        "excerpt": text[paragraph.start : paragraph.end].strip()[:_EXCERPT],
                    }
                )


def _is_a_change(change: Change) -> bool:
    """Tell whether a change is one of the text or of its bytes, and no note that something was left alone."""
    return change.before != change.after or change.rule.startswith("decoded_")


def _with_losses(outcome: dict[str, Any] | None, losses: dict[str, Any] | None) -> dict[str, Any] | None:
    """The outcome of a record with what it loses to other documents, where texts were compared."""
    if outcome is None or losses is None:
        return outcome or losses
    return outcome | {"changes": outcome["changes"] + losses["changes"]}


def _copies(job: Job, plan: Plan, layout: Layout, block: int) -> Iterator[tuple[int, list[Dropped]]]:
    """The paragraphs that each record of a block is to lose, and why; a thousand at a time, as there are many."""
    most = job.config.duplicates.boilerplate or 0
    place = cache(partial(place_of, plan, layout))  # a document's copies often stand together in an earlier one
    table = copies_in_block(job, plan, block)
    entries = (row for start in range(0, len(table), _ROWS) for row in table[start : start + _ROWS].tolist())
    for record, rows in groupby(entries, key=itemgetter(0)):
        yield record, [_dropped(place, most, *row[1:]) for row in rows]


def _dropped(
    place_of_first: Callable[[int, int], Place],
    boilerplate: int,
    start: int,
    end: int,
    first_block: int,
    first_record: int,
    first_start: int,
    first_end: int,
    is_boilerplate: int,
) -> Dropped:
    if is_boilerplate:
        return Dropped(start, end, {"documents_over": boilerplate}, "boilerplate")
    place = place_of_first(first_block, first_record)
    detail: dict[str, str | int | float] = {
        "kept_file": place.file,
        "kept_record": place.record,
        "kept_start": first_start,
        "kept_end": first_end,
    }
    if place.is_reference:
        return Dropped(start, end, {"kept_in": "against", **detail}, "against")
    return Dropped(start, end, detail, "exact")
