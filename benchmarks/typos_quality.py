"""Measure the typo pass: recall and precision on mined corrections, changes on clean text.

    python benchmarks/typos_quality.py mined fr=mined/fr.jsonl en=mined/en.jsonl
    python benchmarks/typos_quality.py realword fr=mined/fr.jsonl en=mined/en.jsonl
    python benchmarks/typos_quality.py clean corpora/ud_french_gsd.jsonl.gz ... [--languages auto] [--list]
    python benchmarks/typos_quality.py peers fr=mined/fr.jsonl en=mined/en.jsonl --clean fr=corpora/legalize_fr.jsonl.gz

``mined`` reads JSON lines with ``line``, ``src``, ``tgt`` and ``type``. The lines whose type begins with ``nonword``
are cleaned in the given language. Recall is the share of these lines in which ``src`` became ``tgt``. Other changed
words are listed, as only a reader can judge them; precision is the share of right changes among all.
``realword`` does the same for the lines whose ``src`` is a word, which only the context rules can find. ``peers``
compares other programs (typos_peers.py) on the same lines and on the first ``--words`` of clean text.
``clean`` reads JSON lines with ``text`` and prints the words changed in 100,000; with ``--list`` each change with its
neighbours, to be judged by hand.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from typos_peers import Mined, compare

from beam_textclean.transforms.records import Change
from beam_textclean.transforms.typos import fix_typos


def read(path: Path) -> Iterator[dict[str, str]]:
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines():
        yield json.loads(line)


def corrections(path: Path, kind: str) -> list[dict[str, str]]:
    """Read the mined corrections whose type begins with a kind, each once."""
    records = {(r["line"], r["src"], r["tgt"]): r for r in read(path) if r["type"].startswith(kind)}
    return list(records.values())


def mined(language: str, path: Path, kind: str, show: bool) -> None:
    found = wrong = 0
    others: set[tuple[str, str]] = set()
    records = corrections(path, kind)
    for record in records:
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
    lines = len(records)
    print(
        f"{language}: {lines} lines, recall {found / max(lines, 1):.3f}, {found} right, {wrong} wrong, "
        f"{len(others)} other words changed on these lines, listed above to be judged"
    )


def peers(inputs: list[tuple[str, Path]], clean_inputs: list[tuple[str, Path]], words: int) -> None:
    lines: dict[str, list[str]] = {}
    for language, path in clean_inputs:
        sample = lines.setdefault(language, [])
        count = sum(len(line.split()) for line in sample)
        for line in (line for record in read(path) for line in record["text"].splitlines()):
            if count >= words:
                break
            sample.append(line)
            count += len(line.split())
    mined_lines = {
        language: [Mined(r["line"], r["src"], r["tgt"]) for r in corrections(path, "nonword")]
        for language, path in inputs
    }
    compare(mined_lines, lines)


def is_right(change: Change, record: dict[str, str]) -> bool:
    """Return whether a change is what the author of the correction made of the word (of its apostrophe, whatever)."""
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
    parser.add_argument("measure", choices=("mined", "realword", "clean", "peers"))
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--clean", nargs="+", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--languages", default="auto")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.measure == "clean":
        for value in options.inputs:
            clean(Path(value), options.languages, options.list)
    elif options.measure == "peers":
        peers(_by_language(options.inputs), _by_language(options.clean), options.words)
    else:
        kind = "nonword" if options.measure == "mined" else "realword"
        for language, path in _by_language(options.inputs):
            mined(language, path, kind, options.list)


def _by_language(values: list[str]) -> list[tuple[str, Path]]:
    return [(language, Path(path)) for language, _, path in (value.partition("=") for value in values)]


if __name__ == "__main__":
    main()
