"""Measure how fast the encoding pass is, and `repair_text` against ftfy.

    python benchmarks/speed.py encoding [--differential 100000] FOLDER_OR_FILE.jsonl[.gz] ...

The records need a text and, for the tables by language, a field ``lang``. Times are CPU times, in one process, on
distinct texts; MB are 10^6 bytes of UTF-8. With ``--differential N``, N damaged documents are compared with ftfy.
"""

import argparse
import contextlib
import gzip
import importlib
import json
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import ftfy
from ftfy import chardata
from ftfy.badness import MOJIBAKE_CATEGORIES

from beam_textclean.transforms.encoding import normalize_encoding, repair_text
from beam_textclean.transforms.encoding.config import CORPUS_FTFY

LONG = 400_000  # characters of the long document of each language
SHORT = 2_000
SHARES = (0.01, 0.1, 1.0)
PEER_DOCUMENTS = 500
PEERS = (
    ("datatrove.pipeline.formatters", "FTFYFormatter", "format"),
    ("nemo_curator.stages.text.modifiers.unicode.unicode_reformatter", "UnicodeReformatter", "modify_document"),
)
CONFIGURATIONS = {
    "default": ftfy.TextFixerConfig(),
    "corpus": CORPUS_FTFY,
    "HTML, NFKC": ftfy.TextFixerConfig(unescape_html=True, normalization="NFKC"),
    "no encoding": ftfy.TextFixerConfig(fix_encoding=False, normalization=None),
    "not explained": ftfy.TextFixerConfig(explain=False, fix_line_breaks=False, remove_control_chars=False),
    "few repairs": ftfy.TextFixerConfig(
        restore_byte_a0=False, replace_lossy_sequences=False, decode_inconsistent_utf8=False, normalization="NFD"
    ),
    "short segments": ftfy.TextFixerConfig(max_decode_length=50, fix_c1_controls=False),
}


def read_documents(paths: list[Path]) -> list[tuple[str, str]]:
    found = []
    for file in (file for path in paths for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])):
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as source:
            found += [(record.get("lang") or "?", record["text"]) for record in map(json.loads, source)]
    return found


def seconds(run: Callable[..., object], texts: Sequence[str | bytes], *arguments: object, times: int = 1) -> float:
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        for text in texts:
            run(text, *arguments)
        best = min(best, time.process_time() - begin)
    return best


def megabytes(texts: Iterable[str]) -> float:
    return sum(len(text.encode("utf-8", "replace")) for text in texts) / 1e6


def measure_start() -> None:
    print("\n## A fresh process\n")
    importing = "from beam_textclean.transforms.encoding import normalize_encoding"
    for what, code in {
        "Python alone": "pass",
        "import ftfy and numpy": "import ftfy, numpy",
        "import the pass": importing,
        "clean one UTF-8 file": f"{importing}; normalize_encoding('été'.encode())",
        "clean one windows-1252 file": f"{importing}; normalize_encoding('l’été, déjà'.encode('cp1252'))",
    }.items():
        code = f"{code}\nimport time; print(time.process_time())"
        runs = [
            float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
            for _ in range(3)
        ]
        print(f"- {what}: {min(runs):.2f} s")


def measure_pass(documents: list[tuple[str, str]]) -> None:
    print("\n## The whole pass, every document as UTF-8 bytes\n")
    data = [text.encode("utf-8", "replace") for _, text in documents]
    size = sum(map(len, data)) / 1e6
    normalize_encoding("é")
    taken = seconds(normalize_encoding, data, times=2)
    print(f"- {len(data)} documents, {size:.1f} MB: {taken:.2f} s, {size / taken:.1f} MB per CPU-second")


def measure_ratios(documents: list[tuple[str, str]]) -> None:
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in documents:
        by_language[language].append(text)
    long = {language: "\n".join(texts)[:LONG] for language, texts in sorted(by_language.items())}
    for name in ("corpus", "default"):
        config = CONFIGURATIONS[name]
        print(f"\n## repair_text and ftfy.fix_text, {name} configuration\n")
        print(
            "MB/s on long clean text; then how many times as fast: that, pieces of 2,000 characters, and texts with so"
            " many lines read as windows-1252.\n"
        )
        print(
            "| language | ftfy | repair_text | long | 2,000 |", *(f" {100 * share:g} % |" for share in SHARES), sep=""
        )
        print("|---" * (5 + len(SHARES)) + "|")
        columns: list[list[float]] = [[] for _ in range(2 + len(SHARES))]
        for language, text in long.items():
            pieces = [text[start : start + SHORT] for start in range(0, len(text), SHORT)]
            samples = [[text], pieces, *([_dirty(text, share)] for share in SHARES)]
            times = [_times(texts, config) for texts in samples]
            ratios = [theirs / ours for theirs, ours in times]
            for column, ratio in zip(columns, ratios, strict=True):
                column.append(ratio)
            theirs, ours = times[0]
            size = megabytes([text])
            print(f"| {language} | {size / theirs:.1f} | {size / ours:.0f} |", *(f" {x:.3g} |" for x in ratios), sep="")
        for what, function in ("median", statistics.median), ("least", min):
            print(f"| **{what}** | | |", *(f" {function(column):.3g} |" for column in columns), sep="")


def _times(texts: Sequence[str], config: ftfy.TextFixerConfig) -> tuple[float, float]:
    """Time ftfy and `repair_text`, whose outputs must be the same."""
    if any(repair_text(text, config) != ftfy.fix_text(text, config) for text in texts):
        raise AssertionError("repair_text differs from ftfy")
    return seconds(ftfy.fix_text, texts, config), seconds(repair_text, texts, config, times=3)


def _dirty(text: str, share: float) -> str:
    rng = random.Random(1)
    return "\n".join(_misread(line) if rng.random() < share else line for line in text.split("\n"))


def _misread(line: str, encoding: str = "sloppy-windows-1252") -> str:
    with contextlib.suppress(UnicodeError):
        return line.encode().decode(encoding)
    return line


def measure_peers(documents: list[tuple[str, str]]) -> None:
    print("\n## Other corpus tools, where they are installed, on the same documents\n")
    sample = [text for _, text in documents[:: max(1, len(documents) // PEER_DOCUMENTS)]]
    size = megabytes(sample)
    ours = seconds(normalize_encoding, sample, times=3)
    print(f"{len(sample)} documents, {size:.1f} MB; normalize_encoding: {size / ours:.1f} MB/s.\n")
    print("| formatter | MB/s | repair_text with its configuration | ratio | outputs equal |\n|---|---|---|---|---|")
    missing = []
    for module, name, method in PEERS:
        try:
            peer = getattr(importlib.import_module(module), name)()
        except (ImportError, AttributeError) as error:
            missing.append(f"\n{name} is not installed ({error}).")
            continue
        run = getattr(peer, method)
        same = sum(run(text) == repair_text(text, peer.config) for text in sample)
        theirs, equal = seconds(run, sample), seconds(repair_text, sample, peer.config, times=3)
        print(f"| {name} | {size / theirs:.1f} | {size / equal:.1f} | {theirs / equal:.0f} | {same} |")
    print("".join(missing))


def compare(documents: list[tuple[str, str]], count: int, seed: int) -> None:
    rng = random.Random(seed)
    texts = rng.sample([text for _, text in documents], min(3000, len(documents)))
    lines = [line[:300] for text in texts for line in rng.sample(text.split("\n"), min(10, text.count("\n") + 1))]
    wild = "".join(MOJIBAKE_CATEGORIES.values()) + (
        "\x00\x07\x0b\x1b[31m\r\n\x85\u2028\u2029\ud83d\ude00\udc00ﬁĲＡ，“”‘’&;<>#\u0301\u0327\u1100\u1161\u11a8か\u3099"
        "\U0001f600\U0001d15e\U0002f800\ufffd\ufeff\xa0\xad abcABC 09.,-"
    )

    def line() -> str:
        text, kind = rng.choice(lines), rng.random()
        if kind < 0.3:
            text = _misread(text, rng.choice(chardata.CHARMAP_ENCODINGS))
        if 0.2 < kind < 0.6:
            rate = rng.choice((0.02, 0.1))
            text = "".join(character if rng.random() > rate else rng.choice(wild) for character in text)
        if kind > 0.9:
            text = text.replace("é", "&eacute;").replace("'", "&#39;").replace(" ", "&amp;nbsp;", 1)
        return text.replace("\xa0", " ") if 0.15 < kind < 0.25 else text

    different = 0
    for number in range(count):
        document = rng.choice(("\n", "\n", "\r\n", "")).join(line() for _ in range(rng.choice((1, 2, 5))))
        config = list(CONFIGURATIONS.values())[number % len(CONFIGURATIONS)]
        different += repair_text(document, config) != ftfy.fix_text(document, config)
    print(
        f"\n## Differential: {different} of {count} documents differ from ftfy, {len(CONFIGURATIONS)} configurations."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--differential", type=int, metavar="N", help="compare so many documents with ftfy, only")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    documents = read_documents(arguments.paths)
    if arguments.differential:
        compare(documents, arguments.differential, arguments.seed)
        return
    measure_start()
    measure_pass(documents)
    measure_ratios(documents)
    measure_peers(documents)


if __name__ == "__main__":
    main()
