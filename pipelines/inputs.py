"""Find the input files of a job and give each the name its results will have."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

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
        path: Where it is, on any of Beam's filesystems.
        name: Its path below the output's ``documents/`` folder, with ``/`` between the parts.
        size: Bytes, as they lie on disk.
        format: ``txt``, ``lines``, ``jsonl``, ``csv`` or ``parquet``.
        compression: ``gz``, ``bz2``, ``zst`` or empty.
    """

    path: str
    name: str
    size: int
    format: str
    compression: str


def find_inputs(arguments: Sequence[str], lines: bool = False) -> list[InputFile]:
    """Resolve files, folders and globs into input files, in the order of the arguments and sorted within each.

    Args:
        arguments: Files, folders (taken with all folders below) or globs, on any of Beam's filesystems.
        lines: Whether a ``.txt`` file holds a document a line, not one document.

    Returns:
        The files, each once.

    Raises:
        NoInput: An argument matches no file, or only files of unknown kinds.
    """
    found: dict[str, tuple[str, int]] = {}
    for argument in arguments:
        matches = [(path, root, size) for path, root, size in _match(argument) if format_of(path)]
        if not matches:
            raise NoInput(
                f"no input found at {argument!r}: expected files ending in "
                f"{', '.join('.' + e for e in _FORMAT_OF_EXTENSION)} (or one of these with "
                f"{', '.join('.' + c for c in COMPRESSIONS)}), a folder of such files, or a glob"
            )
        for path, root, size in matches:
            found.setdefault(path, (root, size))
    names = _names({path: root for path, (root, _) in found.items()})
    files = []
    for path, (_, size) in found.items():
        kind = format_of(path)
        assert kind is not None
        extension, compression = kind
        files.append(
            InputFile(path, names[path], size, "lines" if lines and extension == "txt" else extension, compression)
        )
    return files


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


def _match(argument: str) -> Iterable[tuple[str, str, int]]:
    """Yield (path, root that its name is relative to, size) of the files that one argument stands for."""
    wildcard = _WILDCARD.search(argument)
    try:
        if wildcard:
            root = argument[: wildcard.start()].rpartition("/")[0]
            return _listing(argument, root)
        exact = _listing(argument, argument.rstrip("/").rpartition("/")[0])
        if exact and not _is_folder(argument):
            return exact
        folder = argument.rstrip("/")
        return [row for row in _listing(folder + "/**", folder) if not _hidden(row[0][len(folder) :])]
    except (BeamIOError, ValueError) as error:
        raise NoInput(f"cannot look for input at {argument!r}: {error}") from error


def _listing(pattern: str, root: str) -> list[tuple[str, str, int]]:
    [result] = FileSystems.match([pattern])
    return sorted((m.path, root, m.size_in_bytes) for m in result.metadata_list)


def _is_folder(path: str) -> bool:
    return (
        bool(FileSystems.match([path.rstrip("/") + "/*"])[0].metadata_list) or path.endswith("/") or _local_folder(path)
    )


def _local_folder(path: str) -> bool:
    import os.path

    return os.path.isdir(path)


def _hidden(relative: str) -> bool:
    return any(part.startswith((".", "_")) for part in relative.split("/") if part)


def _names(roots: dict[str, str]) -> dict[str, str]:
    """Name each file relative to its own root, or all relative to their common folder where two names would clash."""
    names = {path: path[len(root) :].lstrip("/") for path, root in roots.items()}
    if len(set(names.values())) == len(names):
        return names
    common = posixpath.commonpath([posixpath.dirname(path) for path in roots])
    return {path: path[len(common) :].lstrip("/") for path in roots}
