"""Find the input files of a job and give each the name its results will have."""

import os.path
import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.formats.byte_streams import as_pattern
from beam_textclean.transforms.errors import TextCleanError

COMPRESSIONS = ("gz", "bz2", "zst")
_FORMAT_OF_EXTENSION = {
    "txt": "txt",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "csv": "csv",
    "tsv": "csv",
    "parquet": "parquet",
}
_WILDCARD = re.compile(r"[*?\[]")


class NoInput(TextCleanError):
    """No readable input file was found."""


class InputFile(NamedTuple):
    """One input file.

    Attributes:
        path: Where it is, on any of Beam's filesystems; of a local file the whole path, as workers may run in another
            folder.
        name: Its path below the output's ``documents/`` folder, with ``/`` between the parts; of a reference, which has
            no place there, its path as it was given. Results and messages call the file by it, wherever it lies.
        size: Bytes, as they lie on disk.
        modified: When it was last changed, in seconds since 1970; an interrupted job goes on only with the same files.
        format: ``txt``, ``lines``, ``jsonl``, ``csv`` or ``parquet``.
        compression: ``gz``, ``bz2``, ``zst`` or empty.
        is_reference: Only compared with: its documents are not written.
    """

    path: str
    name: str
    size: int
    format: str
    compression: str
    modified: float = 0.0
    is_reference: bool = False


class Inputs(NamedTuple):
    """The input files of a job, and how many files lie among them that are of no kind that is read."""

    files: list[InputFile]
    left_out: int


def find_inputs(arguments: Sequence[str], lines: bool = False, are_references: bool = False) -> Inputs:
    """Resolve files, folders and globs into input files, in the order of the arguments and sorted within each.

    Args:
        arguments: Files, folders (taken with all folders below) or globs, on any of Beam's filesystems.
        lines: Whether a ``.txt`` file holds a document a line, not one document.
        are_references: Whether they are only compared with.

    Returns:
        The files, each once. Hidden files (with a name that begins with a dot or an underscore) are not looked at.

    Raises:
        NoInput: An argument matches no file, or only files of unknown kinds.
    """
    found: dict[str, tuple[FileMetadata, str]] = {}
    left_out: set[str] = set()
    for argument in arguments:
        matches = _match(argument)
        left_out.update(metadata.path for metadata, _ in matches if not format_of(metadata.path))
        matches = [(metadata, root) for metadata, root in matches if format_of(metadata.path)]
        if not matches:
            raise NoInput(
                f"no input found at {argument!r}: expected files ending in "
                f"{', '.join('.' + e for e in _FORMAT_OF_EXTENSION)} (or one of these with "
                f"{', '.join('.' + c for c in COMPRESSIONS)}), a folder of such files, or a glob"
            )
        for metadata, root in matches:
            found.setdefault(real_path(metadata.path), (metadata, root))
    names = _names({metadata.path: root for metadata, root in found.values()})
    files = []
    for metadata, _ in found.values():
        path = metadata.path
        kind = format_of(path)
        assert kind is not None
        extension, compression = kind
        extension = "lines" if lines and extension == "txt" else extension
        name = path if are_references else names[path]
        size, modified = metadata.size_in_bytes, metadata.last_updated_in_seconds
        files.append(InputFile(absolute(path), name, size, extension, compression, modified, are_references))
    return Inputs(files, len(left_out))


def absolute(path: str) -> str:
    """The whole path of a local file or folder; of one on another filesystem, its path."""
    return path if "://" in path else os.path.abspath(path)


def real_path(path: str) -> str:
    """The one path of a file that may be reached by several; of a file on another filesystem, its path."""
    return path if "://" in path else os.path.realpath(path)


def format_of(path: str) -> tuple[str, str] | None:
    """The format and the compression that a file's name stands for, or None.

    >>> format_of("pages/2021.jsonl.gz")
    ('jsonl', 'gz')
    >>> format_of("photo.png")
    """
    stem, _, last = path.lower().rpartition(".")
    compression = ""
    if last in COMPRESSIONS:
        compression = last
        last = stem.rpartition(".")[2]
    kind = _FORMAT_OF_EXTENSION.get(last)
    if kind is None or (kind == "parquet" and compression):
        return None
    return kind, compression


def _match(argument: str) -> list[tuple[FileMetadata, str]]:
    """The files that one argument stands for, each with the folder that its name is relative to."""
    if not argument:  # as of a variable that is not set; it would be the root folder
        return []
    try:
        wildcard = _WILDCARD.search(argument)
        if wildcard and not os.path.exists(argument):
            return [(metadata, argument[: wildcard.start()].rpartition("/")[0]) for metadata in _listing(argument)]
        exact = _listing(as_pattern(argument))
        if exact and not _is_folder(argument):
            return [(metadata, argument.rstrip("/").rpartition("/")[0]) for metadata in exact]
        folder = argument.rstrip("/")
        listing = _listing(as_pattern(folder) + "/**")
        return [(metadata, folder) for metadata in listing if not _hidden(metadata.path[len(folder) :])]
    except (BeamIOError, ValueError) as error:
        raise NoInput(f"cannot look for input at {argument!r}: {error}") from error


def _listing(pattern: str) -> list[FileMetadata]:
    here = "" if "/" in pattern else "./"  # of a pattern without a folder Beam finds nothing
    [result] = FileSystems.match([here + pattern])
    found = [
        FileMetadata(metadata.path.removeprefix(here), metadata.size_in_bytes, metadata.last_updated_in_seconds)
        for metadata in result.metadata_list
    ]
    return sorted(found, key=lambda metadata: metadata.path)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) or path.endswith("/") or bool(_listing(as_pattern(path.rstrip("/")) + "/*"))


def _hidden(relative: str) -> bool:
    return any(part.startswith((".", "_")) for part in relative.split("/") if part)


def _names(roots: dict[str, str]) -> dict[str, str]:
    """Name each file relative to its own root, or all relative to their common folder where two names would clash."""
    names = {path: absolute(path)[len(absolute(root)) :].lstrip("/") for path, root in roots.items()}
    if len(set(names.values())) == len(names):
        return names
    whole = {path: absolute(path) for path in roots}
    try:
        common = posixpath.commonpath([posixpath.dirname(path) for path in whole.values()])
    except ValueError as error:
        raise NoInput(
            f"two inputs have one name, and no folder in common that would tell them apart: {error}"
        ) from error
    return {path: whole[path][len(common) :].lstrip("/") for path in roots}
