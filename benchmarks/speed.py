"""Measure how fast the passes and the whole job are, on any JSONL file.

    python benchmarks/speed.py CORPUS.jsonl [--field text] [--workers 1,2,4] [--runs 3]
    python benchmarks/speed.py encoding PATH...     repair_text against ftfy and other tools; its own help says more

The passes are timed in this process: megabytes of text (UTF-8) per second of CPU. The job is timed from outside, as a
fresh process, including start-up, reading and writing. Machines are noisy: the median of the runs is printed. Compare
figures only within one call.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import encoding_speed

from beam_textclean.pipelines import clean_text
from beam_textclean.transforms import collapse_duplicate_paragraphs, fix_typos, normalize_encoding
from beam_textclean.transforms.duplicates import DuplicatesConfig, fingerprint_paragraphs

PASSES: dict[str, Callable[[str], object]] = {
    "normalize_encoding": normalize_encoding,
    "fix_typos": fix_typos,
    "collapse_duplicate_paragraphs": collapse_duplicate_paragraphs,
    "fingerprint_paragraphs": lambda text: fingerprint_paragraphs(text, DuplicatesConfig()),
    "clean_text": clean_text,
}


def main() -> None:
    if sys.argv[1:2] == ["encoding"]:
        sys.argv = ["encoding_speed.py", *sys.argv[2:]]
        encoding_speed.main()
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--field", default="text")
    parser.add_argument("--workers", default="1", help="numbers of workers for the whole job; empty leaves it out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--passes", help="passes of the job (default: all)")
    arguments = parser.parse_args()
    with open(arguments.corpus, encoding="utf-8", errors="surrogatepass") as file:
        texts = [json.loads(line)[arguments.field] for line in file]
    megabytes = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    print(f"{len(texts)} documents, {megabytes:.1f} MB of text, median of {arguments.runs} runs")
    for name, function in PASSES.items():
        seconds = statistics.median(cpu_seconds(function, texts) for _ in range(arguments.runs))
        print(f"{name:<32} {megabytes / seconds:>8.1f} MB per CPU-second")
    del texts
    for workers in filter(None, arguments.workers.split(",")):
        runs = [run_job(arguments.corpus, arguments.field, workers, arguments.passes) for _ in range(arguments.runs)]
        cpu, wall, memory = (statistics.median(figures) for figures in zip(*runs, strict=True))
        print(
            f"{f'beam-textclean, {workers} workers':<32} {megabytes / cpu:>8.1f} MB per CPU-second"
            f" {megabytes / wall:>8.1f} MB per second {memory / 1024:>6.0f} MB in the largest process"
        )


def cpu_seconds(function: Callable[[str], object], texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        function(text)
    return time.process_time() - start


def run_job(corpus: str, field: str, workers: str, passes: str | None) -> tuple[float, float, float]:
    """The CPU seconds, wall seconds and peak kilobytes of one run of the command."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "beam_textclean.pipelines", "clean", corpus, "--output", f"{folder}/out"]
        command += ["--text-field", field, "--direct_num_workers", workers]
        command += ["--passes", passes] if passes else []
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"the job failed: {' '.join(command)}")
        return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss


if __name__ == "__main__":
    main()
