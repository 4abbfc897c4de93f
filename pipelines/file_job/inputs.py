"""Find the input files of a job, and name each as its results will be named."""

import os.path
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.paths import absolute, check_filesystem, listed_below, real_path
from beam_textclean.pipelines.formats.byte_streams import as_pattern
from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.registry import ENDINGS, format_of
from beam_textclean.pipelines.formats.rows import InputFile
from beam_textclean.transforms.errors import TextCleanError

_MOST_KINDS = 5
_WILDCARD = re.compile(r"[*?\[]")


class NoInput(TextCleanError):
    """No readable input file was found."""


class Inputs(NamedTuple):
    """The input files of a job.

    Attributes:
        files: The files.
        left_out: How many files among them are not read, by kind: an ending, ``hidden``, ``without an ending``.
        folders: The folders that are read with all below them.
    """

    files: list[InputFile]
    left_out: dict[str, int]
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
        InvalidOption: A filesystem cannot be reached.
    """
    found: dict[str, tuple[InputFile, str]] = {}
    left_out: dict[str, str] = {}
    folders = []
    for argument in arguments:
        check_filesystem(argument)
        any_readable = False
        match = _match(argument)
        folders += [match.folder] if match.folder else []
        left_out |= dict.fromkeys(match.hidden, "hidden")
        for metadata, root in match.files:
            path, size, modified = metadata.path, metadata.size_in_bytes, metadata.last_updated_in_seconds
            kind = format_of(path, lines)
            if kind is None:
                left_out[path] = _ending(path)
                continue
            any_readable = True
            file = InputFile(absolute(path), path, size, *kind, modified, are_references)
            found.setdefault(real_path(path), (file, root))
        if not any_readable:
            raise NoInput(
                f"no input found at {argument!r}{_only(left_out)}: expected files ending in "
                f"{', '.join('.' + ending for ending in ENDINGS)} (or one of these with "
                f"{', '.join('.' + compression for compression in COMPRESSIONS)}), a folder of such files, or a glob"
            )
    files = [file for file, _ in found.values()]
    if not are_references:
        names = _names({file.name: root for file, root in found.values()})
        files = [file._replace(name=names[file.name]) for file in files]
    return Inputs(files, dict(Counter(left_out.values()).most_common()), folders)


def count_kinds(left_out: Mapping[str, int]) -> str:
    """Return how many files there are of each kind, in words.

    >>> count_kinds({".pdf": 3, "hidden": 2, ".a": 1, ".b": 1, ".c": 1, ".d": 1})
    '3 .pdf, 2 hidden, 1 .a, 1 .b, 1 .c, 1 of other kinds'
    """
    kinds = [f"{count} {kind}" for kind, count in left_out.items()]
    others = sum(list(left_out.values())[_MOST_KINDS:])
    return ", ".join(kinds[:_MOST_KINDS] + [f"{others} of other kinds"] * bool(others))


def _only(left_out: Mapping[str, str]) -> str:
    return f", only {count_kinds(Counter(left_out.values()))}" if left_out else ""


def _ending(path: str) -> str:
    return posixpath.splitext(path)[1].lower() or "without an ending"


class _Match(NamedTuple):
    """What an argument matches.

    Attributes:
        files: The files, each with the folder that its name is relative to.
        folder: The folder of which everything below is read, or nothing.
        hidden: The hidden files there, which are passed over.
    """

    files: list[tuple[FileMetadata, str]]
    folder: str = ""
    hidden: Sequence[str] = ()


def _match(argument: str) -> _Match:
    if not argument:  # as of a variable that is not set; it would be the root folder
        return _Match([])
    try:
        wildcard = _WILDCARD.search(argument)
        if wildcard and not os.path.exists(argument):
            root = argument[: wildcard.start()].rpartition("/")[0]
            listed = [(metadata, root) for metadata in _listing(argument)]
            return _Match(listed, (root or ".") if "**" in argument else "")
        exact = _listing(as_pattern(argument))
        if exact and not _is_folder(argument):
            return _Match([(metadata, argument.rstrip("/").rpartition("/")[0]) for metadata in exact])
        folder = argument.rstrip("/")
        listing = _everything_below(folder)
        hidden = {metadata.path for metadata in listing if _hidden(metadata.path[len(folder) :])}
        files = [(metadata, folder) for metadata in listing if metadata.path not in hidden]
        return _Match(files, folder or "/", sorted(hidden))
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


def _everything_below(folder: str) -> list[FileMetadata]:
    if "://" not in folder:
        return _listing(as_pattern(folder) + "/**")
    return sorted(listed_below(folder), key=lambda metadata: metadata.path)


def _is_folder(path: str) -> bool:
    if os.path.isdir(path) or path.endswith("/"):
        return True
    try:
        return bool(_listing(as_pattern(path) + "/*"))
    except BeamIOError:  # a file, where files are not listed
        return False


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
