"""What the programs about removed text share: reading corpora, cleaning them, and which characters were removed.

Within a document the public function is called; across a corpus the command is run with its defaults, on the duplicates
pass alone, so that every text is compared as it is in the input.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.records import Change, apply_changes

STEPS = ("encoding", "typos", "duplicates", "corpus_duplicates")


class Document(NamedTuple):
    """A document and what was removed from it.

    Attributes:
        name: What the details of changes call it: its id, or ``file:record`` (from 1) in the results of the command.
        id: Its id, for people.
        text: The text before any change.
        changes: The changes, one run for each step.
    """

    name: str
    id: str
    text: str
    changes: tuple[Change, ...]

    @property
    def corpus(self) -> str:
        """Return the name of the file that the document is from."""
        return self.name.rpartition(":")[0]

    def cleaned(self) -> str:
        """Return the text after all changes."""
        return apply_changes(self.text, self.changes)

    def received(self, step: str) -> str:
        """Return the text that a step received."""
        earlier = STEPS[: STEPS.index(step)]
        return apply_changes(self.text, [change for change in self.changes if change.step in earlier])

    def removed_from(self, step: str) -> bytearray:
        """Return a 1 for each character that a step removed from the text it received, and a 0 for the others."""
        removed = bytearray(len(self.received(step)))
        for change in self.changes:
            if change.step == step:
                removed[change.start : change.end] = b"\1" * (change.end - change.start)
        return removed

    def removed(self) -> bytearray:
        """Return a 1 for each character of the text that any step removed, and a 0 for the others."""
        removed = bytearray(len(self.text))
        left = list(range(len(self.text)))
        for _, run in groupby(self.changes, key=lambda change: change.step):
            spans = [(change.start, change.end) for change in run]
            for start, end in reversed(spans):
                for place in left[start:end]:
                    removed[place] = 1
                del left[start:end]
        return removed


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Read a JSON lines file, compressed as .gz or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def collapse_each(paths: Iterable[Path], config: DuplicatesConfig) -> Iterator[Document]:
    """Clean each document by itself."""
    for path in paths:
        for number, record in enumerate(read_records(path), 1):
            changes = collapse_duplicate_paragraphs(record["text"], config).changes
            yield Document(f"{path.name}:{number}", str(record["id"]), record["text"], changes)


def collapse_all(paths: Sequence[Path], config: DuplicatesConfig) -> list[Document]:
    """Clean all documents together, with the command. Two of the files must not have the same name."""
    changes: dict[str, list[Change]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings.yaml")
        settings.write_text(json.dumps({"duplicates": asdict(config)}), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "beam_textclean.pipelines",
            "clean",
            *map(str, paths),
            "--passes",
            "duplicates",
        ]
        command += ["--config", str(settings), "--output", f"{folder}/results"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for path in sorted(Path(folder, "results", "changes").rglob("*.json*")):
            for change in read_records(path):
                name = f"{Path(change['file']).name}:{change['record']}"
                changes[name].append(Change(*(change[field] for field in Change._fields)))
    return [
        Document(name, str(record["id"]), record["text"], tuple(changes[name]))
        for path in paths
        for number, record in enumerate(read_records(path), 1)
        for name in [f"{path.name}:{number}"]
    ]


def kept_name(document: Document, change: Change) -> str:
    """Return the name of the document where the copy is that a change says is kept."""
    detail = change.detail
    if "kept_file" in detail:
        return f"{Path(str(detail['kept_file'])).name}:{detail['kept_record']}"
    return str(detail.get("kept_id", document.name))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what is compared."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="corpora, .jsonl or .jsonl.gz")
    parser.add_argument("--scope", choices=("document", "corpus"), default="document")
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folds", default="", help="comma-separated, as in DuplicatesConfig")
    parser.add_argument("--near", type=float, help="the least Jaccard index, as in DuplicatesConfig")
    parser.add_argument("--unit", default="paragraph", help="as in DuplicatesConfig; others need a corpus")


def config_of(options: argparse.Namespace) -> DuplicatesConfig:
    """Return the configuration that the options ask for."""
    folds = tuple(filter(None, options.folds.split(",")))
    return DuplicatesConfig(folds=folds, near=options.near, unit=options.unit)


def collapse(options: argparse.Namespace) -> Iterable[Document]:
    """Clean what the options name."""
    if options.scope == "corpus":
        return collapse_all(options.paths, config_of(options))
    return collapse_each(options.paths, config_of(options))
