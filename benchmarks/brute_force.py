"""Compare the results of the duplicates pass with a reference that keeps every paragraph in memory.

    beam-textclean clean CORPUS.jsonl.gz --passes duplicates --output DIR
    python benchmarks/brute_force.py CORPUS.jsonl.gz DIR

The reference knows blank lines and equality without white space; it does not know glued runs. Every paragraph of 40
characters and more must be in the results exactly once, at its first place. Code and tables may be kept more than once.
If a paragraph is not there as a whole, a part of it was removed, as part of a glued run. So everything that was removed
anywhere must be in one piece in the kept text. Otherwise it is printed, and the exit status is 1.
"""

import argparse
import glob
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

BLANK_LINES = re.compile(r"\n\s*\n")
INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x640, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
NOTE = re.compile(r"\[\s?\d{1,3}\s?\]")
QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»″〝〞〟＂", '"')
    | dict.fromkeys("‘’‚‛‹›′`´ʼ＇", "'")
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict(zip("，。：；！？（）［］、", ",.:;!?()[],", strict=True))
    | {"…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
HYPHEN = re.compile(r"(?<=[^\W\d_]{2})[-‐](?=\s*[^\W\d_]{2})")
BULLET = re.compile(r"^[ \t\xa0]*[•‣◦●▪■□➢✓](?=\s)", re.MULTILINE)


def fold(text: str, folds: tuple[str, ...] = ()) -> str:
    """Return what is compared of a text: all that is visible, but for the differences to overlook."""
    if "notes" in folds:
        text = NOTE.sub(" ", text)
    text = BULLET.sub("", HYPHEN.sub("", text))
    text = unicodedata.normalize("NFC", text)
    if "typography" in folds:
        text = text.translate(QUOTES)
    if "accents" in folds:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if "case" in folds:
        text = text.casefold()
    if "digits" in folds:
        text = re.sub(r"\d", "0", text)
    if "punctuation" in folds:
        text = re.sub(r"[^\w\s]|_", " ", text)
    return "".join(text.translate(INVISIBLE).split())


def paragraphs(text: str) -> list[str]:
    return [key for key in map(fold, BLANK_LINES.split(text)) if len(key) >= 40]


def read(path: str) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("results")
    arguments = parser.parse_args()
    before = read(arguments.corpus)
    after = [text for path in sorted(glob.glob(f"{arguments.results}/documents/*")) for text in read(path)]
    assert len(before) == len(after), "no document is dropped"
    first: dict[str, int] = {}
    for number, text in enumerate(before):
        for key in paragraphs(text):
            first.setdefault(key, number)
    kept = Counter(key for text in after for key in paragraphs(text))
    folded = [fold(text) for text in after]
    everything = "\n".join(folded)
    counts: Counter[str] = Counter()
    for key, number in first.items():
        if kept[key] == 1 and key in folded[number]:
            counts["paragraphs kept once, at the first place"] += 1
        elif kept[key] > 1:
            counts["paragraphs kept more than once (code and tables)"] += 1
        elif kept[key]:
            counts["paragraphs kept at another place, the first being part of a glued run"] += 1
        else:
            counts["paragraphs of which a part was taken out"] += 1
    for change in read_changes(arguments.results):
        copy = fold(change["before"])
        found = copy in everything  # what a document kept of its own copies can have an earlier copy in the corpus
        counts["pieces taken out that are kept elsewhere" if found else "pieces LOST"] += 1
        if not found:
            print("lost:", change["record"], change["rule"], copy[:200])
    for name, count in counts.most_common():
        print(f"{count:>9} {name}")
    return 1 if counts["pieces LOST"] else 0


def read_changes(results: str) -> Iterator[dict[str, Any]]:
    for path in sorted(glob.glob(f"{results}/changes/*")):
        with open(path, encoding="utf-8") as file:
            yield from map(json.loads, file)


if __name__ == "__main__":
    sys.exit(main())
