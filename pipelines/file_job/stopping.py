"""What ends a job so that it cannot be continued: an input that changes under it, a staging folder that is damaged."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.job import Folders
from beam_textclean.pipelines.file_job.staging import DamagedStaging, exists, read_json, write_json
from beam_textclean.pipelines.formats.byte_streams import open_raw
from beam_textclean.pipelines.formats.rows import InputFile
from beam_textclean.pipelines.formats.watched_reads import Reads, watching
from beam_textclean.transforms.errors import ChangesDoNotFit, TextCleanError

_NO_READS: Reads = {}


class InputChanged(TextCleanError):
    """An input file is not what it was when the job began."""

    def __init__(self, name: str, how: str) -> None:
        super().__init__(f"{name} has changed since the job began: {how}")


class JobStopped(TextCleanError):
    """The job ended in a way that it cannot be continued from; nothing is left of it."""


@contextmanager
def reading(file: InputFile, before: Mapping[tuple[int, int], str] = _NO_READS) -> Iterator[Reads]:
    """Watch how a file is read, and check at the end that it is the file that the job began with.

    Args:
        file: The file.
        before: What was read of it earlier, if it is read again.

    Yields:
        What is read of it.

    Raises:
        InputChanged: It has changed, which is then the cause of any other error.
        DamagedStaging: It has not, and what was staged of it does not fit it.
    """
    with watching(file.path) as reads:
        try:
            yield reads
        except ChangesDoNotFit as error:
            _check(file, reads, before)
            raise DamagedStaging(f"what is staged of {file.name} does not fit it: {error}") from error
        except Exception:
            _check(file, reads, before)
            raise
    _check(file, reads, before)


def why_not_opened(path: str) -> str | None:
    """Return why a file cannot be opened, or None where it can, or is not there."""
    try:
        open_raw(path).close()
    except FileNotFoundError:  # `reading` reports it
        return None
    except OSError as error:
        return error.strerror or str(error)
    return None


@contextmanager
def marking_the_end(folders: Folders) -> Iterator[None]:
    """Leave in the staging folder why a job cannot be continued, for whatever process started it."""
    try:
        yield
    except (InputChanged, DamagedStaging) as error:
        write_json(folders, _mark(folders), str(error))
        raise


def why_stopped(folders: Folders) -> str | None:
    """Return why a job cannot be continued, or None where it can."""
    return str(read_json(_mark(folders))) if exists(_mark(folders)) else None


def _mark(folders: Folders) -> str:
    return f"{folders.staging}/stopped.json"


def _check(file: InputFile, reads: Reads, before: Mapping[tuple[int, int], str]) -> None:
    try:
        size, modified = _size_and_time(file.path)
    except (OSError, BeamIOError) as error:
        raise InputChanged(file.name, "it is not there any more") from error
    if size != file.size:
        raise InputChanged(file.name, f"it has {size:,} bytes instead of {file.size:,}")
    if modified != file.modified:
        raise InputChanged(file.name, "it was written again")
    if any(before.get(place, digest) != digest for place, digest in reads.items()):
        raise InputChanged(file.name, "its content is another one")


def _size_and_time(path: str) -> tuple[int, float]:
    if "://" not in path:
        found = os.stat(path)
        return found.st_size, found.st_mtime
    metadata = FileSystems.get_filesystem(path).metadata(path)
    return metadata.size_in_bytes, metadata.last_updated_in_seconds
