"""Second stage of a file job with near-duplicates or repeated passages, which are found on the texts themselves.

The steps over PCollections find them, on the texts that the first stage left; so these are shuffled, unlike all else in
a job over files. What each document loses is staged by block, and what belongs together for the lists by partition.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple, TypeAlias

from beam_textclean.pipelines.file_job.clean_block import Job, cleaned_again, rows_of, text_of_row
from beam_textclean.pipelines.file_job.decide_copies import Repeated, Spot, copies_entry, first_repeated
from beam_textclean.pipelines.file_job.layout import Layout, place_of
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import read_by_record, write_json
from beam_textclean.pipelines.formats.rows import Unreadable, is_encodable
from beam_textclean.transforms.documents import DocumentChange
from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.paragraphs import paragraph_spans

_RECORDS = 1 << 32  # more than a block has

#: Why something goes.
Detail: TypeAlias = dict[str, str | int | float]


class Loss(NamedTuple):
    """A stretch that a document loses: a change but for its texts, with the document's record in the block."""

    record: int
    number: int
    step: str
    rule: str
    start: int
    end: int
    detail: Detail


class Copy(NamedTuple):
    """Something that goes, and where what stays of it is.

    Attributes:
        kept: Where it stays; None where it is boilerplate and stays nowhere.
        digest: The digest of boilerplate, which tells which copies belong together.
        spot: Where it stands.
    """

    kept: Spot | None
    digest: bytes
    spot: Spot


def texts_of_block(job: Job, plan: Plan, number: int) -> Iterator[tuple[bool, tuple[int, str]]]:
    """Give the texts of a block as the passes left them.

    Args:
        job: What is to be done.
        plan: The blocks. This one is cleaned.
        number: Which block.

    Yields:
        Whether the text is of a reference, a number that is its place in the corpus, and the text. Left out are the
        rejected records, and texts with lone surrogates, which no coder takes: nothing goes from these.
    """
    outcomes = read_by_record(job.folders.staged("outcomes", number))
    record = number * _RECORDS
    for piece in plan.blocks[number]:
        is_reference = plan.files[piece.file].is_reference
        for row in rows_of(job, plan, piece):
            outcome = outcomes.get(record % _RECORDS)
            if not isinstance(row, Unreadable) and (outcome is None or "error" not in outcome):
                text = text_of_row(row) if outcome is None else cleaned_again(row, outcome).text
                if is_encodable(text):
                    yield is_reference, (record, text)
            record += 1


def loss_of(change: DocumentChange) -> tuple[int, Loss]:
    """Give what a change takes from a document, by the document's block."""
    block, record = divmod(int(change.id or 0), _RECORDS)
    detail = dict(change.detail)
    return block, Loss(record, change.number, change.step, change.rule, change.start, change.end, detail)


def copy_of(change: DocumentChange, config: DuplicatesConfig, partitions: int) -> tuple[int, Copy]:
    """Give what is to be listed of a change, by the partition of all that belongs to it."""
    start, end = change.start, change.end
    if config.unit != "document":  # without the separator that goes with a paragraph
        paragraphs = paragraph_spans(change.before) or [(0, end - start)]
        start, end = start + paragraphs[0][0], start + paragraphs[-1][1]
    spot = Spot(*divmod(int(change.id or 0), _RECORDS), start, end)
    detail = change.detail
    if "kept_id" in detail:
        kept = int(detail["kept_id"])
        kept_spot = Spot(*divmod(kept, _RECORDS), int(detail["kept_start"]), int(detail["kept_end"]))
        return kept % partitions, Copy(kept_spot, b"", spot)
    digest = blake2b(fold_run(change.before, config), digest_size=16).digest()
    return int.from_bytes(digest, "big") % partitions, Copy(None, digest, spot)


def stage_losses(job: Job, plan: Plan, layout: Layout, block: int, losses: Iterable[Loss]) -> int:
    """Stage what the documents of a block lose, as the outcomes of the first stage are staged; gives how much."""
    staged = sorted(losses, key=lambda loss: loss[:2])
    with job.folders.create(job.folders.staged("losses", block)) as file:
        for record, group in groupby(staged, key=lambda loss: loss.record):
            changes = [(*loss[2:6], "", _with_place(plan, layout, loss.detail)) for loss in group]
            file.write(json.dumps({"record": record, "changes": changes}).encode("ascii") + b"\n")
    return len(staged)


def stage_lists(job: Job, plan: Plan, layout: Layout, partition: int, copies: Iterable[Copy]) -> None:
    """Stage the most repeated of a partition, and its copies where they are to be listed, as `decide_copies` does."""
    groups: defaultdict[tuple[Spot | None, bytes], list[Spot]] = defaultdict(list)
    for copy in copies:
        groups[copy.kept, copy.digest].append(copy.spot)
    repeated = []
    with job.folders.create(job.folders.staged("listed", partition)) as file:
        for (kept, _), spots in sorted(groups.items(), key=lambda group: group[0][0] or min(group[1])):
            documents = {spot[:2] for spot in (*spots, kept) if spot is not None}
            repeated.append(Repeated(len(documents), *(kept or min(spots))))
            if job.lists_copies:
                file.write(copies_entry(plan, layout, kept, sorted(spots)))
    write_json(job.folders, job.folders.staged("repeated", partition), first_repeated(repeated))


def _with_place(plan: Plan, layout: Layout, detail: Detail) -> Detail:
    """Name what stays by its file and record."""
    named: Detail = {}
    for name, value in detail.items():
        if name == "kept_id":
            place = place_of(plan, layout, *divmod(int(value), _RECORDS))
            named |= {"kept_file": place.file, "kept_record": place.record}
        else:
            named[name] = value
    return named
