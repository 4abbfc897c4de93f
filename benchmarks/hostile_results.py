"""Undo results folders that somebody tampered with, and count how many are refused.

    python benchmarks/hostile_results.py [TRIALS] [FIRST_SEED]

Each is a copy of one folder in which one to three things are changed: names, links, counts, checksums, entries, bytes.
The program ends with an error if anything outside of the results and of the output is read or written.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "pipelines"))

from beam_textclean.pipelines.command.command_line import run
from tampered_results import make_input, try_one


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        make_input(top / "in")
        run(["clean", str(top / "in"), "--output", str(top / "results"), "--max-record-bytes", "1000000"])
        done = 0
        for seed in range(first, first + trials):
            work = top / "work"
            work.mkdir()
            done += try_one(seed, top / "results", work)
            shutil.rmtree(work)
    print(f"{trials} folders: {done} undone within the output, {trials - done} refused")


if __name__ == "__main__":
    main()
