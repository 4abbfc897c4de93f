"""Third stage of a file job: write the documents of a block without their later copies, and the audit trail."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from beam_textclean.pipelines.clean_block import Job, cleaned_again, rows_of, text_of_row
from beam_textclean.pipelines.decide_copies import copies_in_block
from beam_textclean.pipelines.formats.rows import Row, Unreadable
from beam_textclean.pipelines.plan import Plan
from beam_textclean.pipelines.result_files import ResultFiles
from beam_textclean.pipelines.staging import exists, read_json, read_json_lines, write_json
from beam_textclean.transforms.duplicates import Dropped, drop_paragraphs
from beam_textclean.transforms.records import Cleaned

Layout = list[list[tuple[int, int]]]
"""For each piece of each block: how many records of its file stand before it, and how many it has."""


def lay_out(plan: Plan, records: dict[int, list[int]]) -> Layout:
    """Number the records of files that were cleaned in pieces.

    Args:
        plan: The blocks.
        records: For each block, how many records each of its pieces has.

    Returns:
        The place of each piece in its file.
    """
    seen: Counter[int] = Counter()
    layout: Layout = []
    for number, block in enumerate(plan.blocks):
        layout.append([])
        for piece, count in zip(block, records[number], strict=True):
            layout[-1].append((seen[piece.file], count))
            seen[piece.file] += count
    return layout


def write_block(job: Job, plan: Plan, layout: Layout, number: int) -> dict[str, Any]:
    """Write the results of a block.

    Args:
        job: What is to be done.
        plan: The blocks.
        layout: Where the pieces of every block stand in their files.
        number: Which block.

    Returns:
        ``counts`` by name, and ``files``: for each piece the index of its input file, the name, the number of records
        and the checksums of what was written. A block that is written already is not written again.
    """
    done = job.folders.staged("written", number)
    if exists(done):
        return dict(read_json(done))
    counts: Counter[str] = Counter()
    files = []
    outcomes = _Outcomes(read_json_lines(job.folders.staged("outcomes", number)))
    copies = _copies(job, plan, layout, number)
    record = 0
    for piece, (before, count) in zip(plan.blocks[number], layout[number], strict=True):
        with ResultFiles(job, plan, piece) as files_of_piece:
            for position, row in enumerate(rows_of(job, plan, piece), before + 1):
                _write_row(row, position, outcomes.take(record), copies.pop(record, []), files_of_piece, counts)
                record += 1
        files.append(
            {
                "file": piece.file,
                "name": files_of_piece.name,
                "records": count,
                "sha256": files_of_piece.checksums,
            }
        )
    result = {"counts": dict(sorted(counts.items())), "files": files}
    write_json(job.folders, done, result)
    return result


def _write_row(
    row: Row | Unreadable,
    position: int,
    outcome: dict[str, Any] | None,
    copies: list[Dropped],
    files: ResultFiles,
    counts: "Counter[str]",
) -> None:
    if outcome is not None and "error" in outcome:
        counts["documents_rejected"] += 1
        counts[f"rejected_{outcome['error']}"] += 1
        raw = row.raw if isinstance(row, Unreadable) else [row.raw]
        entry = {"error": outcome["error"], "reason": outcome["reason"]}
        if isinstance(row, Unreadable) and row.whole_file:
            entry["whole_file"] = True
        files.reject(raw, position, entry)
        return
    assert not isinstance(row, Unreadable)
    counts["documents"] += 1
    if outcome is None and not copies:
        files.write(row, None)
        return
    text, changes = Cleaned(text_of_row(row)) if outcome is None else cleaned_again(row, outcome)
    if copies:
        text, dropped = drop_paragraphs(text, copies)
        changes += dropped
    counts["documents_changed"] += 1
    counts["documents_emptied"] += not text.strip()
    counts.update(f"{change.step}_{change.rule}" for change in changes)
    files.record_changes(row, position, changes, (outcome or {}).get("raw"))
    files.write(row, text)


class _Outcomes:
    """The staged outcomes of a block, given out record by record."""

    def __init__(self, lines: Iterator[dict[str, Any]]) -> None:
        self._lines = lines
        self._next = next(lines, None)

    def take(self, record: int) -> dict[str, Any] | None:
        """The outcome of a record, or None where it stays as it is."""
        if self._next is None or self._next["record"] != record:
            return None
        outcome, self._next = self._next, next(self._lines, None)
        return outcome


def _copies(job: Job, plan: Plan, layout: Layout, block: int) -> dict[int, list[Dropped]]:
    """The paragraphs that each record of a block is to lose, with the place of the copy that stays."""
    table = copies_in_block(job, plan, block).tolist()
    return {
        record: [
            Dropped(start, end, _place(plan, layout, kept_block, kept_record) | {"kept_start": a, "kept_end": b})
            for _, start, end, kept_block, kept_record, a, b in rows
        ]
        for record, rows in groupby(table, key=lambda row: int(row[0]))
    }


def _place(plan: Plan, layout: Layout, block: int, record: int) -> dict[str, str | int | float]:
    """The file and the number of a record of a block."""
    first = 0
    for piece, (before, count) in zip(plan.blocks[block], layout[block], strict=True):
        if record < first + count:
            return {"kept_file": plan.files[piece.file].name, "kept_record": before + record - first + 1}
        first += count
    raise AssertionError(f"block {block} has no record {record}")
