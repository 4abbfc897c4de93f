"""Bytes in and out of files: compression, ranges of lines, a size limit, checksums, files that appear when whole."""

import hashlib
import itertools
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Generic, NamedTuple, TypeVar

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.formats.compression import COMPRESSORS, UntilDamage, unpacked
from beam_textclean.pipelines.formats.object_stores import Writer, create_file, paths_of
from beam_textclean.pipelines.formats.watched_reads import watched

_CHUNK = 1 << 20
_Item = TypeVar("_Item")


MOST_BLANK_BYTES = 16 << 20
"""How many blank lines are kept with a record, in bytes; more are a record of their own."""


class LongLine(NamedTuple):
    """A line above the size limit; its bytes come in pieces, so that it is never in memory whole."""

    pieces: Iterator[bytes]


class Pushback(Generic[_Item]):
    """An iterator that takes back what was read too far.

    >>> numbers = Pushback([1, 2, 3])
    >>> numbers.put_back(next(numbers))
    >>> list(numbers)
    [1, 2, 3]
    """

    def __init__(self, source: Iterable[_Item]) -> None:
        self._source = iter(source)
        self._returned: list[_Item] = []

    def __iter__(self) -> "Pushback[_Item]":
        return self

    def __next__(self) -> _Item:
        return self._returned.pop() if self._returned else next(self._source)

    def put_back(self, item: _Item) -> None:
        """Let `item` be the next one again."""
        self._returned.append(item)


class _Measured:
    """The pieces of a line, and how many bytes of them were read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.size = 0
        self._pieces = pieces

    def __iter__(self) -> "_Measured":
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.size += len(piece)
        return piece


def open_raw(path: str) -> BinaryIO:
    """Open a file for reading its bytes as they are on disk."""
    return watched(path, FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))


def read_chunks(path: str, compression: str = "", start: int = 0) -> Iterator[bytes]:
    """Read a file in chunks of about 1 MB, decompressed.

    Args:
        path: The file.
        compression: ``gz``, ``bz2``, ``zst`` or empty.
        start: Byte to start at; only for files without compression.

    Yields:
        Its bytes.

    Raises:
        TruncatedInput: The compressed data is damaged or has no end; what could be read was yielded before.
    """
    if compression:
        yield from _in_chunks(unpacked(lambda: open_raw(path), compression))
        return
    with open_raw(path) as file:
        if start:
            file.seek(start)
        yield from iter(lambda: file.read(_CHUNK), b"")


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield small pieces as larger ones."""
    readable = UntilDamage(pieces)
    held: list[bytes] = []
    size = 0
    for piece in readable:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)
    readable.check()


def split_lines(chunks: Iterable[bytes], limit: int) -> Iterator[bytes | LongLine]:
    r"""Split chunks into lines at line feeds, each with its line feed.

    Args:
        chunks: The bytes of a file.
        limit: The most bytes that a line may have and still be yielded whole.

    Yields:
        Lines, and a `LongLine` for each that is longer. Its pieces must be read before the next line, or are skipped.

    Raises:
        TruncatedInput: The file is damaged; all that can be read of it was yielded before.

    >>> list(split_lines([b"a\nb", b"c\n", b"d"], 100))
    [b'a\n', b'bc\n', b'd']
    """
    readable = UntilDamage(chunks)
    source = Pushback(readable)
    held: list[bytes] = []  # the beginning of a line, in pieces: joining them again and again would be quadratic
    size = 0
    for chunk in source:
        *whole, rest = chunk.split(b"\n")
        for end in whole:
            held.append(end + b"\n")
            size += len(end)
            yield b"".join(held) if size < limit else LongLine(iter(held))
            held, size = [], 0
        if rest:
            held.append(rest)
            size += len(rest)
        if size > limit:
            pieces = _until_line_feed(held, source)
            yield LongLine(pieces)
            for _ in pieces:  # what was not read
                pass
            held, size = [], 0
    if held:  # in a damaged file, the beginning of a line is all that is left of it
        yield b"".join(held)
    readable.check()


def _until_line_feed(held: list[bytes], source: Pushback[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a line that is being read; what follows it is put back."""
    yield from held
    for chunk in source:
        line, feed, rest = chunk.partition(b"\n")
        yield line + feed
        if feed:
            source.put_back(rest)
            return


def lines_in_range(path: str, compression: str, start: int, end: int | None, limit: int) -> Iterator[bytes | LongLine]:
    """Read the lines that begin in a byte range: every line of a file is in exactly one of adjoining ranges.

    Args:
        path: The file.
        compression: Its compression; a range other than the whole file needs none.
        start: First byte of the range.
        end: Byte after the range, or None for the end of the file.
        limit: As for `split_lines`.

    Yields:
        Lines with their line feeds, or `LongLine`.
    """
    chunks = read_chunks(path, compression, max(start - 1, 0))
    position = start
    if start:
        # The line that the byte before the range belongs to began before it.
        position -= 1
        for chunk in chunks:
            head, feed, rest = chunk.partition(b"\n")
            position += len(head + feed)
            if feed:
                chunks = itertools.chain([rest], chunks)
                break
            if end is not None and position >= end:
                return
    for line in split_lines(chunks, limit):
        if end is not None and position >= end:
            return
        if isinstance(line, bytes):
            position += len(line)
            yield line
            continue
        pieces = _Measured(line.pieces)
        yield LongLine(pieces)
        for _ in pieces:  # what was not read
            pass
        position += pieces.size


def blank_lines(
    lines: Pushback[bytes | LongLine], is_blank: Callable[[bytes], bool], limit: int | None = None
) -> Iterator[bytes]:
    """Yield the next lines as long as they are blank.

    Args:
        lines: Lines as of `split_lines`.
        is_blank: Says it of a line.
        limit: How many bytes to yield, up to a line, or None.
    """
    size = 0
    for line in lines:
        if isinstance(line, LongLine) or not is_blank(line) or (limit is not None and size > limit):
            lines.put_back(line)
            return
        size += len(line)
        yield line


def joined(pieces: Iterable[bytes]) -> bytes:
    """Return pieces as one; there may be millions, of one byte each."""
    held = bytearray()
    for piece in pieces:
        held += piece
    return bytes(held)


class OutputFile:
    """A file that gets its name only when it is whole, and knows its checksum.

    Args:
        path: Its name. A file that is named after its content gets one when that is written, as the attribute `path`.
        temporary: How the name begins that it has while it is written, on the same filesystem. It ends differently for
            each attempt, since engines repeat work that they consider lost, while it may still be running.
        compression: ``gz``, ``bz2``, ``zst`` or empty.
        is_durable: Whether its bytes are on a local disk before it gets its name, so that a name is never that of an
            empty file, even after the machine itself has stopped.
    """

    def __init__(self, path: str, temporary: str, compression: str = "", is_durable: bool = False) -> None:
        self.path = path
        self._is_durable = is_durable
        self._temporary = f"{temporary}.{uuid.uuid4().hex}"
        self._hash = hashlib.sha256()
        self._compressor = COMPRESSORS[compression]() if compression else None
        make_folder(temporary.rpartition("/")[0])
        self._file = create_file(self._temporary)

    def write(self, data: bytes) -> int:
        """Add bytes."""
        if self._compressor is not None:
            self._store(self._compressor.compress(data))
        else:
            self._store(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written up to now, in hexadecimal."""
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Leave no file."""
        self._file.close()
        delete(self._temporary)

    def _store(self, data: bytes) -> None:
        if data and not self._file.closed:  # a writer of Arrow that is thrown away still wants to write its footer
            self._hash.update(data)
            self._file.write(data)

    def __enter__(self) -> "OutputFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()
            return
        if self._compressor is not None:
            self._store(self._compressor.flush())
        if self._is_durable:
            _sync(self._file)
        self._file.close()
        make_folder(self.path.rpartition("/")[0])
        try:
            FileSystems.rename([self._temporary], [self.path])
        except BeamIOError:  # a filesystem on which a file is not replaced, such as Hadoop's
            if not all(map(FileSystems.exists, (self._temporary, self.path))):
                raise
            delete(self.path)
            FileSystems.rename([self._temporary], [self.path])


def _sync(file: Writer) -> None:
    """Wait until the bytes of a local file are on its disk; other filesystems have no number for a file."""
    with suppress(OSError, AttributeError):
        file.flush()
        os.fsync(file.fileno())


def make_folder(path: str) -> None:
    """Make a folder and those above it, unless they exist."""
    try:
        FileSystems.mkdirs(path)
    except OSError:  # Beam raises it for a folder that exists
        if not FileSystems.exists(path):
            raise


def as_pattern(path: str) -> str:
    r"""Return the pattern of Beam's that matches a path and nothing else.

    >>> as_pattern("[2021]/pages")
    '[\\[]2021]/pages'
    """
    # The backslash is there because Python warns of sets that begin with a bracket.
    return re.sub(r"[*?\[]", r"[\\\g<0>]", path)


def delete(path: str) -> None:
    """Delete a file, or a folder with all that is in it; Beam alone would read a local path as a pattern."""
    if "://" in path:
        FileSystems.delete(paths_of(path, f"{as_pattern(path)}/**"))
    elif os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


def checksum(path: str) -> str:
    """Return the SHA-256 of a file as it is on disk, in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()
