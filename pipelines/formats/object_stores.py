"""What Beam's filesystems do not do for object stores: empty files, and folders deleted with all that is in them."""

from typing import BinaryIO, Protocol

from apache_beam.io.aws import s3io
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems


class Writer(Protocol):
    """A file that is being written."""

    @property
    def closed(self) -> bool:
        """Whether it is closed."""

    def write(self, data: bytes, /) -> object:
        """Add bytes."""

    def flush(self) -> None:
        """Hand on what is held."""

    def fileno(self) -> int:
        """Return the number of a local file, which others do not have."""

    def close(self) -> None:
        """Finish the file."""


def create_file(path: str) -> Writer:
    """Create a file on any of Beam's filesystems, for bytes that are written as they are."""
    return _S3Object(path) if path.startswith("s3://") else _create(path)


def paths_of(path: str, pattern: str) -> list[str]:
    """Return what is to be deleted of a file or folder: on object stores, which have no folders, every file below.

    Args:
        path: A path that is not local.
        pattern: The pattern of what is below it.
    """
    if FileSystems.get_filesystem(path).has_dirs():
        return [path]
    [below] = FileSystems.match([pattern])
    return [metadata.path for metadata in below.metadata_list] or [path]


class _S3Object:
    """An object of S3 that may be empty; Beam's own writer would complete an upload without parts, an error."""

    def __init__(self, path: str) -> None:
        self.closed = False
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, data: bytes, /) -> None:
        if self._file is None:
            self._file = _create(self._path)
        self._file.write(data)

    def flush(self) -> None:
        """Keep what is held: the store has nothing of an object before it is whole."""

    def fileno(self) -> int:
        raise OSError("an object of S3 is not a local file")

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        if self._file is not None:
            self._file.close()
            return
        bucket, key = s3io.parse_s3_path(self._path)
        client = s3io.S3IO(options=FileSystems._pipeline_options).client.client
        client.put_object(Bucket=bucket, Key=key, Body=b"")


def _create(path: str) -> BinaryIO:
    file: BinaryIO = FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED)
    return file
