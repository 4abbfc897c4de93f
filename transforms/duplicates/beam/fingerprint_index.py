"""`FingerprintIndex`: the fingerprints of corpora that were cleaned before, in a folder on any filesystem of Beam's.

The folder has a head, ``index.json``, and a file of sorted digests for each part. The name of that is the SHA-256 of
what is in it, so that a head that was read once keeps its meaning, whatever is added later.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from beam_textclean.transforms.duplicates.across.fingerprints import FINGERPRINTS
from beam_textclean.transforms.duplicates.across.sorted_digests import DIGEST, Digests, SortedDigests, Stored
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.errors import DamagedIndex, IndexMismatch, InvalidOption

_FORMAT = "beam-textclean index 1"


class IndexPart(NamedTuple):
    """A file of digests.

    Attributes:
        name: The SHA-256 of the file.
        digests: How many it has.
        table: The SHA-256 of its table.
        corpora: What it was made from: for each corpus, a digest of its files' paths, sizes and times.
    """

    name: str
    digests: int
    table: str
    corpora: tuple[str, ...]


class Compared(NamedTuple):
    """What decides a fingerprint: the options, by the names of `DuplicatesConfig`, and the version of the function."""

    fingerprints: int
    unit: str
    folds: tuple[str, ...]
    min_characters: int


def compared_by(config: DuplicatesConfig) -> Compared:
    """Return what decides the fingerprints that are taken with a configuration.

    Raises:
        InvalidOption: Fingerprints are not enough for it.
    """
    if config.near is not None or config.unit == "passage":
        option = "unit is 'passage'" if config.near is None else f"near is {config.near!r}"
        raise InvalidOption(
            f"an index holds fingerprints of equal paragraphs or documents, and {option}, which needs the texts; leave "
            "that out, or compare with the corpus itself (--against, or a PCollection)"
        )
    return Compared(FINGERPRINTS, config.unit, config.folds, config.min_characters)


class FingerprintIndex(NamedTuple):
    """The fingerprints of corpora that were cleaned before; what they hold is removed from others.

    `FingerprintIndex.read` makes one. The digests are read by the workers, as they are needed.

    Attributes:
        folder: The folder. It is the whole path of a local one, as workers may run in another folder.
        compared: What decides the fingerprints.
        parts: The files of digests, in the order in which they were added.
    """

    folder: str
    compared: Compared
    parts: tuple[IndexPart, ...]

    @classmethod
    def read(cls, folder: str) -> "FingerprintIndex":
        """Read the head of an index that ``beam-textclean clean --index`` made.

        Args:
            folder: The folder, on any filesystem of Beam's.

        Raises:
            DamagedIndex: There is no index, or its head is not what was written.
        """
        folder = folder.rstrip("/") if "://" in folder else os.path.abspath(folder)
        try:
            with FileSystems.open(head_path(folder), compression_type=CompressionTypes.UNCOMPRESSED) as file:
                head = json.loads(file.read())
            checked = dict(head)
            if checked.pop("sha256") != _checksum(checked):
                raise ValueError("its checksum is another one")
            if head["format"] != _FORMAT:
                raise IndexMismatch(
                    f"{folder} is an {head['format']!r}, and this version reads {_FORMAT!r}; make a new index, or use "
                    "the version that made it"
                )
            compared = Compared(head["fingerprints"], head["unit"], tuple(head["folds"]), head["min_characters"])
            parts = tuple(IndexPart(**part | {"corpora": tuple(part["corpora"])}) for part in head["parts"])
        except (OSError, BeamIOError) as error:
            raise DamagedIndex(f"there is no index in {folder}: {error}") from error
        except (LookupError, TypeError, ValueError) as error:
            raise DamagedIndex(f"{head_path(folder)} is not the head of an index, or is damaged: {error}") from error
        return cls(folder, compared, parts)

    def as_json(self) -> str:
        """Return the head of the index."""
        head = {"format": _FORMAT, **self.compared._asdict(), "parts": [part._asdict() for part in self.parts]}
        return json.dumps(head | {"sha256": _checksum(head)}, indent=1) + "\n"

    def check(self, config: DuplicatesConfig) -> None:
        """Check that what is compared with the index has fingerprints of the same kind.

        Raises:
            IndexMismatch: It has others.
            InvalidOption: Fingerprints are not enough for it.
        """
        wanted = compared_by(config)
        if wanted.fingerprints != self.compared.fingerprints:
            raise IndexMismatch(
                f"the index {self.folder} has fingerprints of version {self.compared.fingerprints}, and this "
                f"beam-textclean takes those of version {wanted.fingerprints}; make a new index from the corpora"
            )
        for name, of_index, of_config in zip(Compared._fields, self.compared, wanted, strict=True):
            if of_index != of_config:
                raise IndexMismatch(
                    f"the index {self.folder} was made with duplicates.{name} = {json.dumps(of_index)}, and here it is "
                    f"{json.dumps(of_config)}; use the same option, or another index"
                )

    def holds(self, digests: Digests) -> npt.NDArray[np.bool_]:
        """Return for each digest whether a part has it.

        Raises:
            DamagedIndex: A part is not what was written.
        """
        nothing = np.zeros(len(digests), bool)
        return reduce(np.logical_or, (open_part(self.folder, part).contains(digests) for part in self.parts), nothing)

    def knows(self, digests: Sequence[bytes]) -> Iterable[bool]:
        """Return for each fingerprint whether a part has it."""
        found: list[bool] = self.holds(np.frombuffer(b"".join(digests), DIGEST)).tolist()
        return found


def head_path(folder: str) -> str:
    """Return the path of the head of an index."""
    return f"{folder}/index.json"


def part_path(folder: str, name: str) -> str:
    """Return the path of a part of an index."""
    return f"{folder}/{name}.digests"


@lru_cache(maxsize=1000)
def open_part(folder: str, part: IndexPart) -> SortedDigests:
    """Open a part, once in a process.

    One on another filesystem is copied to this machine first, as digests are at random places; the copy has no name,
    and disappears with the process.

    Raises:
        DamagedIndex: It is not there, or not what was written.
    """
    path = part_path(folder, part.name)
    try:
        file = open(path, "rb") if "://" not in path else _copied(path)  # noqa: SIM115 - it is kept open
    except (OSError, BeamIOError) as error:
        raise DamagedIndex(f"{path} cannot be read: {error}") from error
    return SortedDigests(file, Stored(part.digests, part.table), path)


def _copied(path: str) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is kept open
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        shutil.copyfileobj(file, copy, 1 << 20)
    return copy


def _checksum(head: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(head, sort_keys=True).encode()).hexdigest()
