"""Measure indexes of fingerprints: time and size of one, lookups, a merge, and a job with and without one.

    python benchmarks/fingerprint_index.py CORPUS.jsonl [--paragraphs 10000000] [--parts 12]

The digests of the index are random numbers, as those of real paragraphs look. The job cleans the corpus in a process of
its own, with an index that has none of its paragraphs. Times are seconds of CPU; compare them within one call.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from beam_textclean.pipelines.file_job.index_files import write_head, write_part
from beam_textclean.transforms import DuplicatesConfig, FingerprintIndex
from beam_textclean.transforms.duplicates.across.sorted_digests import DIGEST, Digests, each_once
from beam_textclean.transforms.duplicates.beam.fingerprint_index import compared_by

_RUN = 200_000  # digests of a partition of 64 MB
_DOCUMENT = 20  # paragraphs that a document has looked up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--paragraphs", type=int, default=10_000_000)
    parser.add_argument("--parts", type=int, default=12)
    arguments = parser.parse_args()
    chance = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        whole, parts, merged = (f"{folder}/{name}" for name in ("whole", "parts", "merged"))
        digests = each_once(_random(chance, arguments.paragraphs))
        with _timed(f"write {len(digests):,} digests"):
            _write(whole, [np.array_split(digests, len(digests) // _RUN + 1)])
        size = sum(file.stat().st_size for file in Path(whole).iterdir())
        print(f"size: {size / 1e6:.1f} MB, {size / len(digests):.2f} bytes each")
        _write(parts, ([piece] for piece in _shuffled_parts(chance, digests, arguments.parts)))
        print(f"merge {arguments.parts} parts: {_command('merge-indexes', parts, '--output', merged):.2f} s")
        for name, index in (("one part", whole), (f"{arguments.parts} parts", parts)):
            _look_up(name, FingerprintIndex.read(index), chance, digests)
        for name, options in (
            ("without an index", ()),
            ("with one part", ("--index", whole, "--dry-run")),
            (f"with {arguments.parts} parts", ("--index", parts, "--dry-run")),
        ):
            seconds = _command("clean", arguments.corpus, "--output", f"{folder}/out", "--dry-run", *options)
            print(f"clean {name}: {seconds:.2f} s")


def _write(folder: str, parts: Iterable[list[Digests]]) -> None:
    written = tuple(write_part(folder, runs, (str(number),)) for number, runs in enumerate(parts))
    write_head(FingerprintIndex(folder, compared_by(DuplicatesConfig()), written))


def _random(chance: np.random.Generator, count: int) -> Digests:
    return np.frombuffer(chance.bytes(count * DIGEST.itemsize), DIGEST)


def _shuffled_parts(chance: np.random.Generator, digests: Digests, parts: int) -> Iterator[Digests]:
    part_of = chance.integers(0, parts, len(digests))
    return (digests[part_of == part] for part in range(parts))


def _look_up(name: str, index: FingerprintIndex, chance: np.random.Generator, digests: Digests) -> None:
    """Time lookups of digests of which half are in the index, of a partition and of a document at a time."""
    known = digests[chance.integers(0, len(digests), _RUN // 2)]
    wanted = np.concatenate([known, _random(chance, _RUN - len(known))])
    chance.shuffle(wanted)
    index.holds(wanted[:1])  # opens it
    with _timed(f"look up {_RUN:,} digests in {name}"):
        found = index.holds(wanted)
    assert found.sum() == len(known)
    with _timed(f"look up {_RUN:,} digests in {name}, {_DOCUMENT} at a time"):
        for start in range(0, _RUN, _DOCUMENT):
            index.holds(wanted[start : start + _DOCUMENT])


def _command(*arguments: str) -> float:
    """Run the command; return the seconds of CPU."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "beam_textclean.pipelines", *arguments], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


@contextmanager
def _timed(what: str) -> Iterator[None]:
    before = time.process_time()
    yield
    print(f"{what}: {time.process_time() - before:.2f} s")


if __name__ == "__main__":
    main()
