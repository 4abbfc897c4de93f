"""Where paths really lead, and what is below a folder."""

import os.path
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.formats.byte_streams import as_pattern
from beam_textclean.transforms.errors import InvalidOption

_NEEDED = {
    "s3": ("boto3", "aws"),
    "gs": ("google.cloud.storage", "gcp"),
    "hdfs": ("hdfs", "hadoop"),
    "azfs": ("azure.storage.blob", "azure"),
}
"""What Beam needs for a filesystem: a package, and the extra that it comes with."""


class Found(NamedTuple):
    """A file below a folder: its path relative to that, and whether it is a link to something elsewhere."""

    path: str
    is_link: bool


def absolute(path: str) -> str:
    """Return the whole path of a local file or folder; paths on other filesystems are whole already."""
    return path if "://" in path else os.path.abspath(path)


def check_filesystem(path: str) -> None:
    """Check that Beam has what it needs for the filesystem of a path.

    Raises:
        InvalidOption: A package is missing, and the message names the extra; or an option; or there is no such
            filesystem.
    """
    if "://" not in path:
        return
    scheme = path.split("://")[0]
    package, extra = _NEEDED.get(scheme, ("", ""))
    if package and not _is_installed(package):
        raise InvalidOption(f"{path} needs the package {package}: pip install 'apache-beam[{extra}]'")
    try:
        FileSystems.get_filesystem(path)
    except ValueError as error:
        raise InvalidOption(f"Beam cannot reach {path}: {error}") from error


def _is_installed(package: str) -> bool:
    try:
        import_module(package)
    except ImportError:
        return False
    return True


def real_path(path: str) -> str:
    """Return the one path of a local file that may be reached by several; other filesystems have no links."""
    return path if "://" in path else os.path.realpath(path)


def lies_in(path: str, folder: str) -> bool:
    """Return whether a path is a folder or is below it, in whatever way the two are written.

    Links, ``..`` and, where the filesystem does not distinguish it, upper and lower case make no difference.

    >>> lies_in("corpus/../corpus/pages", "./corpus"), lies_in("corpus.old", "corpus")
    (True, False)
    """
    if "://" in path or "://" in folder:
        return f"{path.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/")
    path, folder = os.path.realpath(path), os.path.realpath(folder)
    return any(above == folder or _is_same(above, folder) for above in _with_parents(path))


def files_below(folder: str) -> Iterator[Found]:
    """Yield every file in and below a folder, and every link, which is not followed."""
    if "://" in folder:
        try:
            for metadata in listed_below(folder):
                yield Found(metadata.path[len(folder) + 1 :], False)
        except BeamIOError:
            return
        return
    for above, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = os.path.join(above, name)
            is_link = os.path.islink(path)
            if is_link or name in files:
                yield Found(os.path.relpath(path, folder).replace(os.sep, "/"), is_link)


def listed_below(folder: str) -> Iterator[FileMetadata]:
    """Yield every file in and below a folder as Beam lists it, not in order.

    Raises:
        BeamIOError: The folder cannot be listed.
    """
    has_dirs = "://" in folder and FileSystems.get_filesystem(folder).has_dirs()
    [found] = FileSystems.match([f"{as_pattern(folder)}/{'*' if has_dirs else '**'}"])
    for metadata in found.metadata_list:
        # Of Hadoop's, Beam lists one folder at a time, with the folders in it.
        below = _listed_folder(metadata.path) if has_dirs and not metadata.size_in_bytes else None
        yield from [metadata] if below is None else below


def _listed_folder(path: str) -> list[FileMetadata] | None:
    """Return what is below a path, or None if it is a file, which cannot be listed."""
    try:
        return list(listed_below(path))
    except BeamIOError:
        return None


def _with_parents(path: str) -> Iterator[str]:
    while True:
        yield path
        above = os.path.dirname(path)
        if above == path:
            return
        path = above


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:  # one of them does not exist
        return False
