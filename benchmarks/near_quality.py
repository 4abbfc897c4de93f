"""Compare near-duplicates with a reference that finds every pair.

Usage: python near_quality.py CORPUS.jsonl[.gz]|FOLDER [--near 0.8] [--unit document]

The reference starts from what the pass within documents leaves: the sets of windows of all units, as plain sets of
bytes. It finds every pair with at least the Jaccard index. Prefix filtering (Chaudhuri, Ganti, Kaushik 2006) avoids
most of the others and misses none. A plain loop over them in the order of the corpus decides. Printed are:

- candidates: how many of the reference's pairs share a band, and how many pairs do;
- settled: how many of the reference's pairs lost one of the two;
- removed: how many of the units that the loop removes are removed as near-duplicates, and how many of those removed
  have a kept copy at the place that the change names, with the Jaccard index that it names;
- components: how many of the removed would also be removed, and how many more, if one unit of each connected component
  were kept;
- time and memory, of the pass over PCollections with near-duplicates and without.
"""

import argparse
import gzip
import json
import math
import multiprocessing
import resource
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.across.fingerprints import fingerprint_units
from beam_textclean.transforms.duplicates.across.near_copies import band_hashes, candidates
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.similarity import WINDOW_BYTES

Pairs = dict[tuple[int, int], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--near", type=float, default=0.8)
    parser.add_argument("--unit", choices=("paragraph", "document"), default="paragraph")
    parser.add_argument("--folds", default="", help="comma-separated, as in DuplicatesConfig")
    options = parser.parse_args()
    sys.argv = [""]  # Beam looks at it too
    folds = tuple(filter(None, options.folds.split(",")))
    config = DuplicatesConfig(folds=folds, unit=options.unit, near=options.near)
    paths = sorted(options.path.glob("*.jsonl*")) if options.path.is_dir() else [options.path]
    for path in paths:
        print(f"== {path.name}, {config.unit}s, Jaccard index of at least {config.near}")
        measure(read(path), config)


def read(path: Path) -> dict[str, str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return {f"{number:08}": json.loads(line)["text"] for number, line in enumerate(file)}


def measure(documents: dict[str, str], config: DuplicatesConfig) -> None:
    exact_seconds, exact_memory, _, _ = in_new_process(documents, replace(config, near=None))
    seconds, memory, cleaned, changes = in_new_process(documents, config)
    if config.unit == "paragraph":
        left = {name: collapse_duplicate_paragraphs(text, config).text for name, text in documents.items()}
    else:
        left = documents
    contents = first_contents(left, config)
    started = time.process_time()
    pairs = reference_pairs([window_set(content) for content in contents], config.near or 1)
    reference_seconds = time.process_time() - started
    size = sum(map(len, documents.values()))
    print(f"{len(documents)} documents, {size / 1e6:.2f} M characters, {len(contents)} different units")
    print(f"reference: {len(pairs)} pairs, {reference_seconds:.1f} s of CPU")

    compared = candidates_by_bands(contents, config.near or 1)
    print(f"candidates: {share(len(compared & pairs.keys()), len(pairs))} of the pairs, {len(compared)} in all")

    near = [change for change in changes if change.rule == "near"]
    numbers = {content: number for number, content in enumerate(contents)}
    removed = {numbers[fold_run(change.before, config)] for change in near}
    settled = sum(one in removed or other in removed for one, other in pairs)
    print(f"settled: {share(settled, len(pairs))} of the pairs")

    expected = decide(pairs)
    true = sum(is_true(change, cleaned, left, config) for change in near)
    print(f"removed: {share(len(removed & expected), len(expected))} of the units; {share(true, len(near))} are true")
    others = decide_by_components(pairs)
    print(f"components: {len(others & expected)} of the {len(expected)}, {len(others - expected)} more")
    print(f"time: {seconds:.1f} s of CPU, {exact_seconds:.1f} s without near-duplicates")
    print(f"peak memory: {memory} MB, {exact_memory} MB without near-duplicates")


def first_contents(left: dict[str, str], config: DuplicatesConfig) -> list[bytes]:
    """Return the content of every unit once, in the order of the corpus."""
    seen = {}
    for text in left.values():
        for _, start, end in fingerprint_units(text, config):
            seen.setdefault(fold_run(text[start:end], config))
    return list(seen)


def window_set(content: bytes) -> set[bytes]:
    return {content[start : start + WINDOW_BYTES] for start in range(max(1, len(content) - WINDOW_BYTES + 1))}


def reference_pairs(sets: list[set[bytes]], threshold: float) -> Pairs:
    frequencies = Counter(window for windows in sets for window in windows)
    postings: defaultdict[bytes, list[int]] = defaultdict(list)
    pairs: Pairs = {}
    for number, windows in enumerate(sets):
        # Sets with this much in common share one of the rarest windows of each.
        rare = sorted(windows, key=lambda window: (frequencies[window], window))
        rare = rare[: len(rare) - math.ceil(threshold * len(rare)) + 1]
        for other in {other for window in rare for other in postings[window]}:
            common = len(windows & sets[other])
            similarity = common / (len(windows) + len(sets[other]) - common)
            if similarity >= threshold:
                pairs[other, number] = similarity
        for window in rare:
            postings[window].append(number)
    return pairs


def candidates_by_bands(contents: list[bytes], threshold: float) -> set[tuple[int, int]]:
    bands: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, content in enumerate(contents):
        for band in band_hashes(content, threshold):
            bands[band].append(number)
    return {
        (earlier, later)
        for members in bands.values()
        for later, earlier_ones in candidates(members)
        for earlier in earlier_ones
    }


def decide(pairs: Pairs) -> set[int]:
    removed: set[int] = set()
    for earlier, later in sorted(pairs, key=lambda pair: pair[1]):
        if earlier not in removed:
            removed.add(later)
    return removed


def decide_by_components(pairs: Pairs) -> set[int]:
    first = {number: number for pair in pairs for number in pair}
    changed = True
    while changed:
        changed = False
        for one, other in pairs:
            smallest = min(first[one], first[other])
            changed |= first[one] != smallest or first[other] != smallest
            first[one] = first[other] = smallest
    return {number for number, smallest in first.items() if smallest != number}


Outcome = tuple[float, int, dict[str, str], list[Any]]


def in_new_process(documents: dict[str, str], config: DuplicatesConfig) -> Outcome:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        return executor.submit(run, documents, config).result()


def run(documents: dict[str, str], config: DuplicatesConfig) -> Outcome:
    """Return the seconds of CPU, the peak memory of the process in MB, the cleaned documents and the changes."""
    started = time.process_time()
    texts, changes = list(documents.items()) | CollapseDuplicateParagraphs(config, scope="corpus").with_changes()
    seconds = time.process_time() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, dict(texts), changes


def is_true(change: Any, cleaned: dict[str, str], left: dict[str, str], config: DuplicatesConfig) -> bool:
    detail = change.detail
    kept = fold_run(left[detail["kept_id"]][detail["kept_start"] : detail["kept_end"]], config)
    one, other = window_set(kept), window_set(fold_run(change.before, config))
    similarity = len(one & other) / len(one | other)
    stays = kept in fold_run(cleaned[detail["kept_id"]], config)
    return stays and similarity >= (config.near or 1) and abs(similarity - detail["jaccard"]) < 1e-4


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.4f})" if whole else "0 of 0"


if __name__ == "__main__":
    main()
