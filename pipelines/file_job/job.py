"""What a job is to do, and the folders in which it leaves its results."""

import os
from hashlib import sha256
from typing import NamedTuple

from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.duplicates.beam.fingerprint_index import FingerprintIndex

_MOST_NAME_BYTES = 255  # of one name, on the filesystems of Linux, macOS and Windows
_DIGEST_DIGITS = 16


def with_ending(name: str, ending: str) -> str:
    """Return a name with an ending; the name is shortened where a filesystem would not take both.

    Args:
        name: The name of a file, below folders or not.
        ending: What follows it.

    >>> with_ending("pages/a.txt", ".jsonl")
    'pages/a.txt.jsonl'
    >>> len(with_ending("é" * 127, ".jsonl").encode())
    255
    """
    folder, slash, base = name.rpartition("/")
    data = os.fsencode(base)
    if len(data) + len(ending) > _MOST_NAME_BYTES:
        kept = data[: _MOST_NAME_BYTES - len(ending) - _DIGEST_DIGITS - 1].decode("utf-8", "ignore")
        base = f"{kept}~{sha256(data).hexdigest()[:_DIGEST_DIGITS]}"
    return folder + slash + base + ending


class Results(NamedTuple):
    """The files that a job leaves, below one folder.

    Attributes:
        folder: The folder. It is the whole path of a local one, as workers may run in another folder.
    """

    folder: str

    def documents(self, name: str) -> str:
        """Return the path of a cleaned file."""
        return f"{self.folder}/documents/{name}"

    def changes(self, name: str) -> str:
        """Return the path of the changes made in a cleaned file."""
        return f"{self.folder}/changes/{with_ending(name, '.jsonl')}"

    def rejected(self, name: str) -> str:
        """Return the path of the records left out of a cleaned file."""
        return f"{self.folder}/rejected/{with_ending(name, '.jsonl')}"

    def rejected_raw(self, name: str, record: int, compression: str = "") -> str:
        """Return the path of the bytes of a rejected record that is too large for a line of JSON."""
        ending = f".{record}.raw" + (compression and f".{compression}")
        return f"{self.folder}/rejected/{with_ending(name, ending)}"

    @property
    def copies(self) -> str:
        """The list of all copies, where it was asked for."""
        return f"{self.folder}/copies.jsonl"

    @property
    def learned(self) -> str:
        """The typos that were learned from the input, where that was asked for."""
        return f"{self.folder}/learned.csv"

    @property
    def report(self) -> str:
        """The page for people; it may be absent."""
        return f"{self.folder}/report.html"

    @property
    def summary(self) -> str:
        """What was done, in numbers."""
        return f"{self.folder}/summary.json"

    def relative(self, path: str) -> str:
        """Return a path below the folder relative to it, as ``summary.json`` names it."""
        return path[len(self.folder) + 1 :]


class Folders(NamedTuple):
    """The output folder of a job, and the staging folder in it.

    Attributes:
        output: The output folder. It is the whole path of a local folder, as workers may run in another folder.
    """

    output: str

    @property
    def finished(self) -> Results:
        """The results, once they are in their place."""
        return Results(self.output)

    @property
    def unfinished(self) -> Results:
        """The results until they are whole: beside those of an earlier job, whose place they take then."""
        return Results(f"{self.staging}/results")

    @property
    def replaced(self) -> Results:
        """The results of an earlier job while new ones take their place."""
        return Results(f"{self.staging}/replaced")

    @property
    def staging(self) -> str:
        """Where an unfinished job keeps its work."""
        return f"{self.output}/.staging"

    def staged(self, kind: str, number: int) -> str:
        """Return the path of what one block or partition has staged, by the kind of what it holds."""
        return f"{self.staging}/{kind}/{number:07d}"

    def create(self, path: str, compression: str = "") -> OutputFile:
        """Open a file of the job for writing; it appears under its name when it is whole."""
        is_result = path.startswith(f"{self.unfinished.folder}/")  # which its checksum vouches for
        return OutputFile(path, f"{self.staging}/unfinished/file", compression, is_durable=not is_result)


class JobIndex(NamedTuple):
    """An index of fingerprints that a job is compared with.

    Attributes:
        known: What it is compared with: the index as far as it was there before this corpus.
        corpus: A digest of the input, by which it is known when it is cleaned again; empty where nothing is
            added to the index.
    """

    known: FingerprintIndex
    corpus: str


class Job(NamedTuple):
    """What is to be done, apart from the input.

    Attributes:
        folders: Where results are written.
        settings: How records are read.
        config: How texts are cleaned.
        scope: ``corpus`` or ``document``.
        output_format: ``same`` or a format to write instead.
        lists_copies: Whether all copies of each paragraph are listed in ``copies.jsonl``.
        drops_empty: Whether documents that are left empty are left out of the results.
        earlier: The fingerprints of earlier corpora, or None.
    """

    folders: Folders
    settings: Settings
    config: CleanConfig
    scope: str
    output_format: str
    lists_copies: bool = False
    drops_empty: bool = False
    earlier: JobIndex | None = None

    def across_corpus(self) -> bool:
        """Return whether paragraphs of one document are compared with those of others."""
        return self.scope == "corpus" and "duplicates" in self.config.passes

    def learns(self) -> bool:
        """Return whether the typos of the input are learned before it is cleaned."""
        return self.config.typos.learn and "typos" in self.config.passes

    def compares_texts(self) -> bool:
        """Return whether that is done on the texts themselves, as digests of paragraphs are not enough for it."""
        duplicates = self.config.duplicates
        return self.across_corpus() and (duplicates.near is not None or duplicates.unit == "passage")
