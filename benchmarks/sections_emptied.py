"""Count the labels that the duplicates pass leaves with nothing under them.

    python benchmarks/sections_emptied.py CORPUS.jsonl.gz...                     within each document
    python benchmarks/sections_emptied.py CORPUS.jsonl.gz... --scope corpus      across all, by the command
    python benchmarks/sections_emptied.py CORPUS.jsonl.gz... --changes FILE.jsonl --sample 200 --seed 1

A label is a paragraph of one line, of at most 90 characters, which is made of words, does not begin in lower case or
as an item of a list, and does not end as a sentence or clause does (a question mark is allowed). A label is emptied
when it is kept, there were paragraphs between it and the next label or the end, and all of them are removed. Three
kinds are counted apart: numbered labels; introductions, which end with a colon; and the first line of a paragraph of
several lines, where it has the form of a label and is all that is left.
In a text without blank lines each line is a paragraph.

--changes writes the removed texts as JSON lines, with the text around them and around the copies that are kept, for
people to judge: every change, or as many drawn at random as --sample says. A few documents have most of the changes;
--per-document 3 takes no more than three of each.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from removals import Document, add_options, collapse, kept_name

from beam_textclean.transforms.records import Change

BLANK_LINES = re.compile(r"(?:\r\n?|\n)[^\S\r\n]*(?:\r\n?|\n)\s*")
LINE_END = re.compile(r"[\r\n]+")
CLAUSE_END = re.compile(r"[.!…,;。！．，；、।][\"'»”’)\]]*$")
ITEM = re.compile(r"[-*•·–—|+>\[(<]|\w{1,3}\)")
NUMBERED = re.compile(r"(\d+|[IVX]+|[A-Z])([.\d]*)\s")
WORDS = re.compile(r"[^\W\d_]{2}")
KINDS = ("label", "numbered", "introduction", "first line")
AROUND = 300  # characters of context


class Emptied(NamedTuple):
    """A label that is kept, and what was under it: places in the text before any change."""

    kind: str
    label: tuple[int, int]
    under: tuple[int, int]


#: A document, a change in it, and the label that it leaves with nothing under it.
Found: TypeAlias = tuple[Document, Change, str | None]


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs of a text, without the white space around them."""
    border = BLANK_LINES if BLANK_LINES.search(text.strip()) else LINE_END
    borders = [match.span() for match in border.finditer(text)]
    starts = [0, *(end for _, end in borders)]
    ends = [*(start for start, _ in borders), len(text)]
    return [
        (end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()))
        for start, end in zip(starts, ends, strict=True)
        if text[start:end].strip()
    ]


def label_kind(paragraph: str) -> str | None:
    """Return which kind of label a paragraph is by its form, or None."""
    if LINE_END.search(paragraph) or len(paragraph) > 90 or CLAUSE_END.search(paragraph):
        return None
    if ITEM.match(paragraph) or paragraph[0].islower() or not WORDS.search(paragraph):
        return None
    if paragraph.endswith((":", "：")):
        return "introduction"
    return "numbered" if NUMBERED.match(paragraph) else "label"


def emptied_sections(text: str, removed: bytearray) -> Iterator[Emptied]:
    """Return the labels of a text under which everything is removed.

    Args:
        text: The text before any change.
        removed: A 1 for each character that is removed, and a 0 for the others.
    """
    spans = paragraphs(text)
    kinds = [label_kind(text[start:end]) for start, end in spans]
    left = ["".join(text[at] for at in range(start, end) if not removed[at]).strip() for start, end in spans]
    for number, (start, end) in enumerate(spans):
        kind = kinds[number]
        if kind is None:
            if left[number] and left[number] == LINE_END.split(text[start:end])[0].strip() and label_kind(left[number]):
                yield Emptied("first line", (start, start + len(left[number])), (start, end))
        elif left[number] == text[start:end]:
            borders = KINDS if kind == "introduction" else ("label", "numbered")
            following = next((later for later in range(number + 1, len(spans)) if kinds[later] in borders), len(spans))
            if following > number + 1 and not any(left[number + 1 : following]):
                yield Emptied(kind, (start, end), (spans[number + 1][0], spans[following - 1][1]))


def describe(documents: dict[str, Document], document: Document, change: Change, emptied: str | None) -> dict[str, Any]:
    """Return a change with the text around it and around the copy that is kept; other removed texts are marked."""
    described = {
        "document": document.name,
        "id": document.id,
        "rule": f"{change.step} {change.rule}",
        "before": marked(document, change.step, change.start - AROUND, change.start),
        "removed": change.before,
        "after": marked(document, change.step, change.end, change.end + AROUND),
        "emptied": emptied,
    }
    if "kept_start" not in change.detail:
        return described
    keeper = documents[kept_name(document, change)]
    start, end = int(change.detail["kept_start"]), int(change.detail["kept_end"])
    place = {
        "kept_document": keeper.name,
        "before_kept": marked(keeper, change.step, start - AROUND, start),
        "kept": marked(keeper, change.step, start, end),
        "after_kept": marked(keeper, change.step, end, end + AROUND),
    }
    return described | place


def marked(document: Document, step: str, start: int, end: int) -> str:
    """Return a part of the text that a step received, with what it removed between ``[-`` and ``-]``."""
    text, removed = document.received(step), document.removed_from(step)
    places = range(max(0, start), min(end, len(text)))
    return "".join(
        f"[-{part}-]" if gone else part
        for gone, run in groupby(places, key=removed.__getitem__)
        for part in ["".join(map(text.__getitem__, run))]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--show", action="store_true", help="print each emptied label with what was removed and why")
    parser.add_argument("--changes", type=Path, help="a file for the changes with their surroundings, as JSON lines")
    parser.add_argument("--sample", type=int, help="write so many of the changes, drawn at random")
    parser.add_argument("--per-document", type=int, help="write at most so many of one document, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    documents = {document.name: document for document in collapse(options)}
    counts: dict[str, Counter[str]] = {}
    written: list[Found] = []
    for document in documents.values():
        count = counts.setdefault(document.corpus, Counter())
        count.update(documents=1, changed=bool(document.changes), changes=len(document.changes))
        emptied = list(emptied_sections(document.text, document.removed())) if document.changes else []
        count.update(section.kind for section in emptied)
        count["documents with any"] += bool(emptied)
        count["documents with a label"] += any(section.kind == "label" for section in emptied)
        for change in document.changes:
            label = label_over(document, change, emptied)
            written.append((document, change, label))
            if options.show and label:
                print(json.dumps(describe(documents, document, change, label), ensure_ascii=False, indent=1))
    if options.changes:
        written = drawn(written, options.sample, options.per_document, random.Random(options.seed))
        with options.changes.open("w", encoding="utf-8") as file:
            for document, change, label in written:
                file.write(json.dumps(describe(documents, document, change, label), ensure_ascii=False) + "\n")

    columns = ("documents", "changed", "changes", *KINDS, "documents with any", "documents with a label")
    print(f"{'':<32}", *columns, sep="  ")
    for corpus, count in [*sorted(counts.items()), ("all", sum(counts.values(), Counter()))]:
        if count["changed"]:
            print(f"{corpus:<32}", *(f"{count[column]:>{len(column)}}" for column in columns), sep="  ")


def drawn(changes: list[Found], number: int | None, per_document: int | None, source: random.Random) -> list[Found]:
    """Return so many of the changes, and at most so many of one document, drawn at random; None is no limit."""
    shuffled = source.sample(changes, len(changes))
    taken: Counter[str] = Counter()
    chosen = []
    for change in shuffled if number or per_document else changes:
        name = change[0].name
        taken[name] += 1
        if per_document is None or taken[name] <= per_document:
            chosen.append(change)
    return chosen[:number]


def label_over(document: Document, change: Change, emptied: list[Emptied]) -> str | None:
    """Return the label that a change left with nothing under it, or None."""
    for section in emptied:
        start, end = section.under
        if change.step == "duplicates":
            under = bool(change.before.strip()) and start < change.end and change.start < end
        else:  # its places are of what the pass within the document left
            under = change.before.strip() in document.text[start:end]
        if under:
            return document.text[slice(*section.label)]
    return None


if __name__ == "__main__":
    main()
