"""Measure the typo pass: recall and precision on mined corrections, changes on clean text.

    python benchmarks/typos_quality.py mined fr=mined/fr.jsonl en=mined/en.jsonl
    python benchmarks/typos_quality.py clean corpora/ud_french_gsd.jsonl.gz ... [--languages auto] [--list]

``mined`` takes JSON lines with ``line``, ``src``, ``tgt`` and ``type``; the lines whose type begins with ``nonword``
are cleaned in the language named. Recall is the share of these lines in which ``src`` became ``tgt``. The words changed
beside the labelled one are listed, as only a reader can judge them; precision is the share of right changes among all.
``clean`` takes JSON lines with ``text`` and prints the words changed in 100,000; with ``--list`` each change with its
neighbours, to be judged by hand.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from beam_textclean.transforms.records import Change
from beam_textclean.transforms.typos import fix_typos


def read(path: Path) -> Iterator[dict[str, str]]:
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines():
        yield json.loads(line)


def mined(language: str, path: Path, show: bool) -> None:
    lines = found = wrong = 0
    others: set[tuple[str, str]] = set()
    seen = set()
    for record in read(path):
        key = record["line"], record["src"], record["tgt"]
        if not record["type"].startswith("nonword") or key in seen:
            continue
        seen.add(key)
        lines += 1
        hit = False
        for change in fix_typos(record["line"], (language,)).changes:
            if change.rule == "left_alone":
                continue
            if is_right(change, record):
                hit = True
            elif change.before in record["src"]:
                wrong += 1
                print(f"  {record['src']} -> {record['tgt']}, but: {shown(record['line'], change)}")
            else:
                others.add((record["line"], shown(record["line"], change)))
        if show and not hit:
            print(f"  missed: {record['src']} -> {record['tgt']}")
        found += hit
    for _, other in sorted(others):
        print(f"  also: {other}")
    print(
        f"{language}: {lines} lines, recall {found / lines:.3f}, {found} right, {wrong} wrong, "
        f"{len(others)} other words changed on these lines, listed above to be judged"
    )


def is_right(change: Change, record: dict[str, str]) -> bool:
    """Tell whether a change is what the author of the correction made of the word (of its apostrophe, whatever)."""
    made = record["src"].replace(change.before, change.after)
    return made.replace("’", "'") == record["tgt"].replace("’", "'")


def clean(path: Path, languages: str, show: bool) -> None:
    words = documents = left_alone = 0
    changes: Counter[str] = Counter()
    for record in read(path):
        text = record["text"]
        words += len(text.split())
        documents += 1
        for change in fix_typos(text, languages if languages == "auto" else languages.split(",")).changes:
            if change.rule == "left_alone":
                left_alone += 1
                continue
            changes[change.rule] += 1
            if show:
                print(f"  {change.detail['language']} {shown(text, change)}")
    count = sum(changes.values())
    print(
        f"{path.name}: {documents} documents, {words} words, {count} changed, "
        f"{100_000 * count / max(words, 1):.2f} in 100,000, {left_alone} documents left alone {dict(changes)}",
        flush=True,
    )


def shown(text: str, change: Change) -> str:
    before = " ".join(text[max(0, change.start - 40) : change.start].split("\n")[-1:])
    after = text[change.end : change.end + 40].split("\n")[0]
    return f"{before}[{change.before} -> {change.after}]{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=("mined", "clean"))
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--languages", default="auto")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    for value in options.inputs:
        if options.measure == "mined":
            language, _, path = value.partition("=")
            mined(language, Path(path), options.list)
        else:
            clean(Path(value), options.languages, options.list)


if __name__ == "__main__":
    main()
