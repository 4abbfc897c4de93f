"""Compressed data, unpacked in pieces of bounded size, as far as a damaged file can be read."""

import bz2
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Generic, TypeVar

import zstandard

from beam_textclean.transforms.errors import TextCleanError

_CHUNK = 1 << 20
_PACKED_CHUNK = 64 << 10
_Item = TypeVar("_Item")


class TruncatedInput(TextCleanError):
    """A compressed file ends before its end mark, or is damaged."""


class UntilDamage(Generic[_Item]):
    """Items up to where a file is damaged.

    Attributes:
        damage: What ended them, once they are read, where the file is damaged.
    """

    def __init__(self, source: Iterable[_Item]) -> None:
        self.damage: TruncatedInput | None = None
        self._source = source

    def __iter__(self) -> Iterator[_Item]:
        try:
            yield from self._source
        except TruncatedInput as error:
            self.damage = error

    def check(self) -> None:
        """Raise what ended it, if anything did.

        Raises:
            TruncatedInput: The file is damaged.
        """
        if self.damage is not None:
            raise self.damage


class _Zlib:
    """Unpacks a member of a ``.gz`` file; each call returns at most a chunk, and keeps the input that is left."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(31)
        self.is_hungry = True

    def decompress(self, data: bytes) -> bytes:
        unpacked = self._zlib.decompress(data, _CHUNK)
        self.is_hungry = len(unpacked) < _CHUNK and not self._zlib.unconsumed_tail
        return unpacked

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def left(self) -> bytes:
        return self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail


class _Bz2:
    """The same of a ``.bz2`` file."""

    def __init__(self) -> None:
        self._bz2 = bz2.BZ2Decompressor()

    def decompress(self, data: bytes) -> bytes:
        return self._bz2.decompress(data, _CHUNK)

    @property
    def is_hungry(self) -> bool:
        return self._bz2.needs_input

    @property
    def eof(self) -> bool:
        return self._bz2.eof

    @property
    def left(self) -> bytes:
        return self._bz2.unused_data if self._bz2.eof else b""


class _Zstandard:
    """The same of a ``.zst`` file, of which four bytes may be 128 kB, so that only some are unpacked in a call."""

    _INPUT = 512
    is_hungry = True

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor().decompressobj()
        self.left = b""

    def decompress(self, data: bytes) -> bytes:
        unpacked = self._zstd.decompress(data[: self._INPUT])
        self.left = self._zstd.unused_data + data[self._INPUT :]
        return unpacked

    @property
    def eof(self) -> bool:
        return self._zstd.eof


_DECOMPRESSORS: dict[str, Callable[[], _Zlib | _Bz2 | _Zstandard]] = {"gz": _Zlib, "bz2": _Bz2, "zst": _Zstandard}
COMPRESSORS: dict[str, Callable[[], Any]] = {
    "gz": lambda: zlib.compressobj(6, zlib.DEFLATED, 31),  # zlib's own header has no time stamp: same bytes every run
    "bz2": bz2.BZ2Compressor,
    "zst": lambda: zstandard.ZstdCompressor().compressobj(),
}
"""What packs, by the ending of the files."""

COMPRESSIONS = tuple(_DECOMPRESSORS)
"""The endings of compressed files."""


def unpacked(open_file: Callable[[], BinaryIO], compression: str) -> Iterator[bytes]:
    """Yield what a compressed file holds, up to the very byte where it is damaged.

    A decompressor that fails keeps what it had unpacked since it last returned. So the file is read again up to there,
    and the last of it byte by byte.

    Args:
        open_file: Opens the file.
        compression: ``gz``, ``bz2`` or ``zst``.

    Yields:
        Pieces of about a megabyte, whatever a byte of the file expands to.

    Raises:
        TruncatedInput: The file is damaged, or has no end.
    """
    read = done = 0
    try:
        with open_file() as file:
            for size, data in _decompress(iter(lambda: file.read(_PACKED_CHUNK), b""), compression):
                read += size
                done += len(data)
                yield data
        return
    except TruncatedInput as error:
        damage = error
    with open_file() as file:
        again = _decompress(_byte_by_byte(file, max(0, read - _PACKED_CHUNK)), compression)
        for _, data in UntilDamage(again):
            if done < len(data):
                yield data[done:]
            done = max(0, done - len(data))
    raise damage


def _byte_by_byte(file: BinaryIO, start: int) -> Iterator[bytes]:
    """Yield a file in chunks up to a place, and from there in single bytes as far as a chunk."""
    while start > 0:
        chunk = file.read(min(start, _PACKED_CHUNK))
        start -= len(chunk)
        yield chunk
    for byte in file.read(2 * _PACKED_CHUNK):
        yield bytes((byte,))
    yield from iter(lambda: file.read(_PACKED_CHUNK), b"")


def _decompress(raw: Iterable[bytes], compression: str) -> Iterator[tuple[int, bytes]]:
    """Yield how many bytes were read for each piece, and the piece; none is much larger than a chunk."""
    decompressor = None
    try:
        for chunk in raw:
            size = len(chunk)
            while chunk or not (decompressor is None or decompressor.is_hungry):
                decompressor = decompressor or _DECOMPRESSORS[compression]()
                yield size, decompressor.decompress(chunk)
                size = 0
                chunk = decompressor.left
                if decompressor.eof:  # another member of the archive may follow
                    decompressor = None
    except (zlib.error, OSError, EOFError, zstandard.ZstdError) as error:
        raise TruncatedInput(f"damaged .{compression} data: {error}") from error
    if decompressor is not None:
        raise TruncatedInput(f"the .{compression} data ends too early: the file is truncated")
