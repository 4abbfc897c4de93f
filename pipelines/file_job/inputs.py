"""Find the input files of a job, and name each as its results will be named."""

import os.path
import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.paths import absolute, real_path
from beam_textclean.pipelines.formats.byte_streams import as_pattern
from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.registry import ENDINGS, format_of
from beam_textclean.pipelines.formats.rows import InputFile
from beam_textclean.transforms.errors import TextCleanError

_WILDCARD = re.compile(r"[*?\[]")


class NoInput(TextCleanError):
    """No readable input file was found."""


class Inputs(NamedTuple):
    """The input files of a job.

    Attributes:
        files: The files.
        left_out: How many files among them are of kinds that are not read.
        folders: The folders that are read with all below them.
    """

    files: list[InputFile]
    left_out: int
    folders: list[str]


def find_inputs(arguments: Sequence[str], lines: bool = False, are_references: bool = False) -> Inputs:
    """Resolve files, folders and globs into input files, in the order of the arguments and sorted within each.

    Args:
        arguments: Files, folders (taken with all folders below) or globs, on any of Beam's filesystems.
        lines: Whether a ``.txt`` file has one document per line, instead of being one document.
        are_references: Whether they are only compared with.

    Returns:
        The files, each once. Hidden files (with a name that begins with a dot or an underscore) are passed over.

    Raises:
        NoInput: An argument matches no file, or only files of unknown kinds.
    """
    found: dict[str, tuple[InputFile, str]] = {}
    left_out: set[str] = set()
    folders = []
    for argument in arguments:
        any_readable = False
        matched, folder = _match(argument)
        folders += [folder] if folder else []
        for metadata, root in matched:
            path, size, modified = metadata.path, metadata.size_in_bytes, metadata.last_updated_in_seconds
            kind = format_of(path, lines)
            if kind is None:
                left_out.add(path)
                continue
            any_readable = True
            file = InputFile(absolute(path), path, size, *kind, modified, are_references)
            found.setdefault(real_path(path), (file, root))
        if not any_readable:
            raise NoInput(
                f"no input found at {argument!r}: expected files ending in "
                f"{', '.join('.' + ending for ending in ENDINGS)} (or one of these with "
                f"{', '.join('.' + compression for compression in COMPRESSIONS)}), a folder of such files, or a glob"
            )
    files = [file for file, _ in found.values()]
    if not are_references:
        names = _names({file.name: root for file, root in found.values()})
        files = [file._replace(name=names[file.name]) for file in files]
    return Inputs(files, len(left_out), folders)


def _match(argument: str) -> tuple[list[tuple[FileMetadata, str]], str]:
    """Return the files that an argument matches, each with the folder that its name is relative to.

    With them comes the folder of which everything below is read, or nothing.
    """
    if not argument:  # as of a variable that is not set; it would be the root folder
        return [], ""
    try:
        wildcard = _WILDCARD.search(argument)
        if wildcard and not os.path.exists(argument):
            root = argument[: wildcard.start()].rpartition("/")[0]
            return [(metadata, root) for metadata in _listing(argument)], (root or ".") if "**" in argument else ""
        exact = _listing(as_pattern(argument))
        if exact and not _is_folder(argument):
            return [(metadata, argument.rstrip("/").rpartition("/")[0]) for metadata in exact], ""
        folder = argument.rstrip("/")
        listing = _listing(as_pattern(folder) + "/**")
        return [(metadata, folder) for metadata in listing if not _hidden(metadata.path[len(folder) :])], folder or "/"
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
