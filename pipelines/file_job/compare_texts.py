"""Second stage of a file job with near-duplicates or repeated passages, which are found on the texts themselves.

The steps over PCollections find them, on the texts that the first stage left; so these are shuffled, unlike all else in
a job over files. What each document loses is staged by block, and what belongs together for the lists by partition.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby

from beam_textclean.pipelines.file_job.clean_record import cleaned_again
from beam_textclean.pipelines.file_job.copies_report import stage_copies, stage_repeated
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.layout import Layout
from beam_textclean.pipelines.file_job.outcomes import (
    Copy,
    Edited,
    Loss,
    Rejected,
    Repeated,
    Spot,
    StagedChange,
    check_of,
)
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.schema import Detail
from beam_textclean.pipelines.file_job.staging import read_cleaned, read_outcomes, write_outcome
from beam_textclean.pipelines.file_job.stopping import reading
from beam_textclean.pipelines.formats.rows import Unreadable, is_encodable
from beam_textclean.transforms.documents import DocumentChange
from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.paragraphs import paragraph_spans

_RECORDS = 1 << 32  # more than a block has


def texts_of_block(job: Job, plan: Plan, number: int) -> Iterator[tuple[bool, tuple[int, str]]]:
    """Read the texts of a block as the passes left them.

    Args:
        job: What is to be done.
        plan: The blocks. This one is cleaned.
        number: Which block.

    Yields:
        Whether the text is of a reference, a number that is its place in the corpus, and the text. Left out are the
        rejected records, and texts with lone surrogates, which no coder takes: nothing is removed from these.
    """
    outcomes = read_outcomes(job.folders.staged("outcomes", number))
    record = number * _RECORDS
    cleaned = read_cleaned(job.folders, number)
    for piece, reads, unopened in zip(plan.blocks[number], cleaned.reads, cleaned.unopened, strict=True):
        file = plan.files[piece.file]
        if unopened is not None:
            continue
        with reading(file, reads):
            for row in plan.rows(piece, job.settings):
                outcome = outcomes.get(record % _RECORDS)
                if not isinstance(row, Unreadable) and not isinstance(outcome, Rejected):
                    text = cleaned_again(row, outcome).text
                    if is_encodable(text):
                        yield file.is_reference, (record, text)
                record += 1


def loss_of(change: DocumentChange) -> tuple[int, Loss]:
    """Return what a change takes from a document, by the document's block."""
    block, record = divmod(int(change.id or 0), _RECORDS)
    staged = StagedChange(
        change.step, change.rule, change.start, change.end, "", dict(change.detail), check_of(change.before)
    )
    return block, Loss(record, change.number, staged)


def copy_of(change: DocumentChange, config: DuplicatesConfig, partitions: int) -> tuple[int, Copy]:
    """Return what is to be listed of a change, by the partition of all that belongs to it."""
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


def stage_losses(folders: Folders, layout: Layout, block: int, losses: Iterable[Loss]) -> int:
    """Stage what the documents of a block lose, as the outcomes of the first stage are staged; return how much."""
    staged = sorted(losses, key=lambda loss: loss[:2])
    with folders.create(folders.staged("losses", block)) as file:
        for record, group in groupby(staged, key=lambda loss: loss.record):
            changes = [loss.change._replace(detail=_with_place(layout, loss.change.detail)) for loss in group]
            write_outcome(file, record, Edited(changes))
    return len(staged)


def stage_lists(job: Job, layout: Layout, partition: int, copies: Iterable[Copy]) -> None:
    """Stage the most repeated of a partition, and its copies where they are to be listed, as `decide_copies` does."""
    spots: defaultdict[tuple[Spot | None, bytes], list[Spot]] = defaultdict(list)
    for copy in copies:
        spots[copy.kept, copy.digest].append(copy.spot)
    groups = [(kept, sorted(group)) for (kept, _), group in spots.items()]
    groups.sort(key=lambda group: group[0] or group[1][0])
    if job.lists_copies:
        stage_copies(job.folders, layout, partition, groups)
    stage_repeated(job.folders, partition, [_repeated(kept, group) for kept, group in groups])


def _repeated(kept: Spot | None, spots: list[Spot]) -> Repeated:
    documents = {spot[:2] for spot in (*spots, kept) if spot is not None}
    return Repeated(len(documents), kept or spots[0])


def _with_place(layout: Layout, detail: Detail) -> Detail:
    """Name what is kept by its file and record."""
    named: Detail = {}
    for name, value in detail.items():
        if name == "kept_id":
            place = layout.place_of(*divmod(int(value), _RECORDS))
            named |= {"kept_file": place.file, "kept_record": place.record}
        else:
            named[name] = value
    return named
