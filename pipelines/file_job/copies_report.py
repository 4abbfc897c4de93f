"""What is reported about copies: the paragraphs that are repeated most, and ``copies.jsonl``.

The second stage stages both by partition, whichever way it finds copies.
"""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.layout import Layout
from beam_textclean.pipelines.file_job.outcomes import Repeated, Spot
from beam_textclean.pipelines.file_job.schema import CopiesEntry, SpotEntry
from beam_textclean.pipelines.file_job.staging import DamagedStaging, are_whole, read_if_staged, read_json, write_json
from beam_textclean.pipelines.formats.byte_streams import read_chunks

MOST_REPEATED = 20  # paragraphs in the summary


def first_repeated(repeated: Iterable[Repeated]) -> list[Repeated]:
    """Choose those that are in most documents, as many as are shown; of equals, the first in document order."""
    return sorted(repeated, key=lambda paragraph: (-paragraph.documents, paragraph.first))[:MOST_REPEATED]


def stage_repeated(
    folders: Folders, partition: int, repeated: Iterable[Repeated], checksums: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Stage the most repeated paragraphs of a partition, which is the last that is staged of it.

    Args:
        folders: The folders of the job.
        partition: Which partition.
        repeated: Paragraphs of it.
        checksums: The checksum of all else that is staged of it, by its kind.
    """
    write_json(folders, folders.staged("repeated", partition), [first_repeated(repeated), dict(checksums)])


def is_staged(folders: Folders, partition: int) -> bool:
    """Return whether all of a partition is staged, and whole."""
    path = folders.staged("repeated", partition)
    staged = read_if_staged(path, lambda: _read_repeated(path))
    if staged is None:
        return False
    return are_whole({folders.staged(kind, partition): sha256 for kind, sha256 in staged[1].items()})


def _read_repeated(path: str) -> tuple[list[Repeated], dict[str, str]]:
    """Read what `stage_repeated` staged.

    Raises:
        DamagedStaging: It is not that.
    """
    try:
        repeated, checksums = read_json(path)
        return [Repeated(documents, Spot(*first)) for documents, first in repeated], dict(checksums)
    except (TypeError, ValueError) as error:
        raise DamagedStaging(f"{path} is damaged: {error}") from error


def most_repeated(job: Job, partitions: int) -> list[Repeated]:
    """Return the paragraphs of the corpus that are in most documents, most first.

    Args:
        job: What is to be done. All its partitions are decided.
        partitions: How many there are.
    """
    staged = (
        paragraph
        for partition in _partitions(job, partitions)
        for paragraph in _read_repeated(job.folders.staged("repeated", partition))[0]
    )
    return first_repeated(staged)


def stage_copies(
    folders: Folders, layout: Layout, partition: int, groups: Iterable[tuple[Spot | None, Iterable[Spot]]]
) -> str:
    """Stage the copies of a partition for ``copies.jsonl``.

    Args:
        folders: The folders of the job.
        layout: Where the records of every block are.
        partition: Which partition.
        groups: For each paragraph, where it is kept, if anywhere, and its copies.

    Returns:
        The checksum of the file.
    """
    with folders.create(folders.staged("listed", partition)) as file:
        for kept, copies in groups:
            entry: CopiesEntry = {
                "kept": None if kept is None else spot_entry(layout, kept),
                "copies": [spot_entry(layout, copy) for copy in copies],
            }
            file.write(json.dumps(entry).encode("ascii") + b"\n")
    return file.sha256


def join_copies(job: Job, partitions: int) -> None:
    """Write ``copies.jsonl`` from what the partitions staged for it."""
    with job.folders.create(job.folders.unfinished.copies) as file:
        for partition in _partitions(job, partitions):
            for chunk in read_chunks(job.folders.staged("listed", partition)):
                file.write(chunk)


def spot_entry(layout: Layout, spot: Spot) -> SpotEntry:
    """Return where a paragraph is, by its file and record."""
    place = layout.place_of(spot.block, spot.record)
    return {"file": place.file, "record": place.record, "start": spot.start, "end": spot.end}


def _partitions(job: Job, partitions: int) -> range:
    return range(partitions if job.across_corpus() else 0)
