"""Measure the duplicates pass against gold spans.

Usage: python duplicates_quality.py GOLD.jsonl[.gz] [--folds typography,case] [--near 0.8] [--show N]

Each line of GOLD is {"id", "text", "dups": [{"start", "end", "of_start", "of_end", "match": "exact" or "near"}]}:
spans, in code points, of text that the document has twice. Prints how much of the gold was removed, what is left of the
exact spans (code, headings and so on, by the pass's own rules), how much of what was removed is gold, and of the rest
how much is in the kept text; with --show, the first N removals outside the gold, and gold spans left.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from beam_textclean.transforms import duplicates
from beam_textclean.transforms.duplicates.reading.folded_text import read_text
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.records import revert_changes

_EXACT = duplicates.DuplicatesConfig()


def visible(text: str) -> int:
    """Return the number of characters that are not white space."""
    return len("".join(text.split()))


@lru_cache(maxsize=1)  # a text has many spans
def forms(text: str) -> list[tuple[int, int, str]]:
    """Return for each paragraph of a text where it is and what it is by its form."""
    folded = read_text(text, _EXACT)
    return [
        (start, end, folded.kind(number) if folded.is_prose(number) else "code or table")
        for number, (start, end) in enumerate(folded.paragraphs)
    ]


def count_left(counts: Counter[str], text: str, span: dict[str, Any], removed: bytearray) -> None:
    """Count what is left of a span, by what it is."""
    start, end = span["start"], span["end"]
    of = text[span["of_start"] : span["of_end"]]
    if fold_run(text[start:end], _EXACT) != fold_run(of, _EXACT):
        counts["left: differs in case or quotes"] += end - start - sum(removed[start:end])
        return
    for first, last, form in forms(text):
        first, last = max(first, start), min(last, end)
        counts[f"left: {form}"] += max(0, last - first - sum(removed[first:last]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--folds", default="", help="comma-separated, as in DuplicatesConfig")
    parser.add_argument("--near", type=float, help="the least Jaccard index, as in DuplicatesConfig")
    parser.add_argument("--minimum", type=int, default=40, help="gold spans with fewer characters are not counted")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    config = duplicates.DuplicatesConfig(folds=tuple(filter(None, options.folds.split(","))), near=options.near)
    opener = gzip.open if options.gold.suffix == ".gz" else open

    counts: Counter[str] = Counter()
    seconds = 0.0
    shown = 0
    with opener(options.gold, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = record["text"]
            started = time.process_time()
            cleaned = duplicates.collapse_duplicate_paragraphs(text, config)
            seconds += time.process_time() - started
            removed = bytearray(len(text))
            for change in cleaned.changes:
                removed[change.start : change.end] = b"\1" * (change.end - change.start)
            inside = bytearray(len(text))
            for span in record["dups"]:
                start, end, match = span["start"], span["end"], span["match"]
                inside[start:end] = b"\1" * (end - start)
                if visible(text[start:end]) < options.minimum:
                    continue
                counts[f"gold {match}"] += end - start
                gone = sum(removed[start:end])
                counts[f"removed {match}"] += gone
                if match == "exact" and gone < end - start:
                    count_left(counts, text, span, removed)
                if 2 * gone < end - start and match == "exact" and shown < options.show:
                    shown += 1
                    print(f"LEFT    {record['id']} {start}:{end} {text[start:end][:100]!r}")
            kept = fold_run(cleaned.text, config)
            for change in cleaned.changes:
                stray = [place for place in range(change.start, change.end) if not inside[place]]
                counts["removed"] += visible(change.before)
                outside = visible("".join(text[place] for place in stray))
                counts["removed outside"] += outside
                counts["removed outside, not kept"] += outside * (fold_run(change.before, config) not in kept)
                if outside > 3 and shown < options.show:
                    shown += 1
                    print(f"OUTSIDE {record['id']} {change.start}:{change.end} {change.rule} {change.before[:150]!r}")
            counts["documents"] += 1
            counts["characters"] += len(text)
            counts["emptied"] += not cleaned.text.strip()
            counts["not reversible"] += revert_changes(cleaned.text, cleaned.changes) != text
            counts["second pass changes"] += bool(
                duplicates.collapse_duplicate_paragraphs(cleaned.text, config).changes
            )

    print(f"{counts['documents']} documents, {counts['characters'] / 1e6:.2f} M characters, {seconds:.2f} s CPU")
    for match in sorted(key.removeprefix("gold ") for key in counts if key.startswith("gold ")):
        gold = counts[f"gold {match}"]
        print(f"gold {match:9} {gold:9} characters, removed {100 * counts[f'removed {match}'] / gold:.3f} %")
    for form in sorted((key for key in counts if key.startswith("left: ")), key=lambda key: -counts[key]):
        print(f"{form:40} {100 * counts[form] / counts['gold exact']:.3f} % of gold exact")
    share = 100 * (1 - counts["removed outside"] / max(counts["removed"], 1))
    print(f"removed {counts['removed']} visible characters, inside gold {share:.3f} %")
    print(f"  of the others not in one piece in what is kept: {counts['removed outside, not kept']}")
    for key in "emptied", "not reversible", "second pass changes":
        print(f"documents {key}: {counts[key]}")


if __name__ == "__main__":
    main()
