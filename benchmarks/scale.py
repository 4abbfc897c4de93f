"""Measure the whole job on one machine at growing sizes: time, memory of all its processes, size of the staging folder.

    python benchmarks/scale.py CORPUS.jsonl --gigabytes 0.25,1,3 [--workers 2] [--folder FOLDER] [-- OPTIONS...]

The input is made of the corpus, again and again, with seeded edits: of seven in ten paragraphs a word is another one
each time, and three in ten repeat, as on the web. What is after ``--`` are options of the command.

Memory is the sum of the proportional set sizes (PSS) of the command and all processes below it, sampled each second:
pages that several share count once. It needs Linux.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FILE_BYTES = 256 << 20
_REPEATED = 0.3  # of the paragraphs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--gigabytes", default="0.25,1,3")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("options", nargs="*")
    arguments = parser.parse_args()
    print("| GB | CPU s | elapsed s | peak PSS, MB | processes then, MB | peak staging, MB | % of the input |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for gigabytes in map(float, arguments.gigabytes.split(",")):
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            size = make_input(arguments.corpus, f"{folder}/in", int(gigabytes * 1e9))
            run = measure(
                f"{folder}/in", f"{folder}/out", ["--direct_num_workers", arguments.workers, *arguments.options]
            )
            processes = " + ".join(f"{process:.0f}" for process in sorted(run.processes, reverse=True))
            print(
                f"| {size / 1e9:.2f} | {run.cpu:.0f} | {run.elapsed:.0f} | {sum(run.processes):.0f} | {processes} "
                f"| {run.staging / 1e6:.0f} | {100 * run.staging / size:.0f} |",
                flush=True,
            )


def make_input(corpus: str, folder: str, size: int) -> int:
    """Write files of JSON lines of about `size` bytes together; return how many they have."""
    os.makedirs(folder)
    written = 0
    lines = edited(corpus)
    for number in range(1 << 30):
        with open(f"{folder}/part-{number:05d}.jsonl", "wb") as file:
            while file.tell() < min(_FILE_BYTES, size - written):
                file.write(next(lines))
            written += file.tell()
        if written >= size:
            return written
    raise AssertionError


def edited(corpus: str) -> Iterator[bytes]:
    """Yield the lines of a corpus again and again, with other ids and other words each time."""
    for turn in range(1 << 30):
        chance = random.Random(turn)
        with open(corpus, encoding="utf-8") as file:
            for number, line in enumerate(file):
                text = json.loads(line)["text"]
                paragraphs = [_edited(paragraph, chance) if turn else paragraph for paragraph in text.split("\n\n")]
                row = {"id": f"{turn}-{number}", "text": "\n\n".join(paragraphs)}
                yield json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _edited(paragraph: str, chance: random.Random) -> str:
    words = paragraph.split(" ")
    if len(words) < 4 or chance.random() < _REPEATED:
        return paragraph
    words[chance.randrange(1, len(words))] = str(chance.randrange(10**6))
    return " ".join(words)


class Run(NamedTuple):
    """What a run took: seconds of CPU and elapsed, the PSS of each process at the peak in MB, bytes of staging."""

    cpu: float
    elapsed: float
    processes: list[float]
    staging: int


def measure(source: str, output: str, options: list[str]) -> Run:
    """Clean a folder, and sample what the processes of the command hold."""
    started, before = time.monotonic(), _cpu_seconds()
    command = [sys.executable, "-m", "beam_textclean.pipelines", "clean", source, "--output", output, *options]
    peak: list[float] = []
    staging = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sample = [megabytes for megabytes in map(pss, tree(process.pid)) if megabytes]
            peak = max(peak, sample, key=sum)
            staging = max(staging, size_of(f"{output}/.staging"))
            time.sleep(1)
    if process.returncode:
        raise SystemExit(f"the job ended with {process.returncode}")
    shutil.rmtree(output)
    return Run(_cpu_seconds() - before, time.monotonic() - started, peak, staging)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def tree(root: int) -> Iterator[int]:
    """Yield the numbers of a process and of all below it."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            children[int(path.read_text().rpartition(")")[2].split()[1])].append(int(path.parent.name))
        except (OSError, IndexError):  # it has ended
            continue
    found = [root]
    for process in found:
        yield process
        found += children[process]


def pss(process: int) -> float:
    """Return the proportional set size of a process in MB; nothing if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


def size_of(folder: str) -> int:
    """Return how many bytes the files of a staging folder have, without the results, which are moved to their place."""
    total = 0
    for above, folders, names in os.walk(folder):
        if above == folder and "results" in folders:
            folders.remove("results")
        for name in names:
            try:
                total += os.stat(os.path.join(above, name)).st_size
            except OSError:  # it has been renamed
                continue
    return total


if __name__ == "__main__":
    main()
