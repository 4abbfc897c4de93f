"""Check that every removed text appears, under the comparison of its rule, in a text that is kept.

    python benchmarks/kept_copies.py CORPUS.jsonl.gz...                 each document by itself
    python benchmarks/kept_copies.py CORPUS.jsonl.gz... --scope corpus  all together, by the command

This is the reference for what the duplicates pass promises. It knows nothing of paragraphs, chains and sequences: it
reads the place of the copy that a change names, leaves out what was removed there too, and compares. Failures are
printed, and the exit status is then 1. A reference corpus (--against) is not supported.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from brute_force import fold
from removals import Document, add_options, collapse, config_of, kept_name

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.within.collapse import comparison_of
from beam_textclean.transforms.records import Change

# How a removed text compares with the one that is kept, by the rule of its change. Boilerplate goes from everywhere.
ELLIPSIS = re.compile(r"[\[(]?(?:…|\.{3,})[\])]?\Z")
COMPARISONS: dict[str, Callable[[str, str, DuplicatesConfig], bool]] = {
    "exact": lambda removed, kept, config: fold(removed, config.folds) == fold(kept, config.folds),
    "glued": lambda removed, kept, config: fold(removed, config.folds) in fold(kept, config.folds),
    "aligned": lambda removed, kept, config: fold(removed, config.folds) == fold(kept, config.folds),
    "repeated": lambda removed, kept, config: fold(removed, config.folds) == fold(kept, config.folds),
    "stub": lambda removed, kept, config: (
        fold(removed, config.folds).rstrip("…).]").lstrip() == fold(kept, config.folds)
    ),
    "near": lambda removed, kept, config: near_index(removed, kept, config) >= (config.near or 1),
    "passage": lambda removed, kept, config: fold(removed, config.folds) == fold(kept, config.folds),
}


def near_index(removed: str, kept: str, config: DuplicatesConfig) -> float:
    """Return the Jaccard index of the runs of 16 bytes of two texts, rounded up as a change reports it."""
    one, other = (
        {folded[at : at + 16] for at in range(max(1, len(folded) - 15))}
        for folded in (fold(text, config.folds).encode() for text in (removed, kept))
    )
    return round(len(one & other) / len(one | other), 4)


def without_a_copy(documents: Iterable[Document], config: DuplicatesConfig) -> Iterator[tuple[Document, Change]]:
    """Return each change whose text is not in what is kept, at the place that it names.

    Args:
        documents: All documents in the order of the corpus, whether something was removed from them or not. For changes
            across a PCollection, `Document.name` is the id.
        config: The configuration that they were cleaned with.
    """
    earlier: set[str] = set()
    named = {document.name: document for document in documents}
    for document in named.values():
        for change in document.changes:
            keeper = named[kept_name(document, change)]
            # Passages are compared with earlier documents as these came: what is removed there is in earlier ones.
            as_it_came = change.rule == "passage" and keeper.name in earlier
            if change.rule != "boilerplate" and not has_copy(keeper, change, config, as_it_came):
                yield document, change
        earlier.add(document.name)


def has_copy(keeper: Document, change: Change, config: DuplicatesConfig, as_it_came: bool = False) -> bool:
    """Return whether the copy that a change names is kept and compares as its rule says."""
    if not fold(change.before):
        return True
    start, end = int(change.detail["kept_start"]), int(change.detail["kept_end"])
    text, removed = keeper.received(change.step), keeper.removed_from(change.step)
    kept = "".join(text[at] for at in range(start, end) if as_it_came or not removed[at])
    return COMPARISONS[change.rule](change.before, kept, comparison_of(change, config))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    options = parser.parse_args()
    documents = list(collapse(options))
    counts = Counter(f"{change.step} {change.rule}" for document in documents for change in document.changes)
    failed: Counter[str] = Counter()
    for document, change in without_a_copy(documents, config_of(options)):
        failed[f"{change.step} {change.rule}"] += 1
        print(f"NOT KEPT {document.name} {change.start}:{change.end} {change.rule} {change.before[:150]!r}")
    for name, count in sorted(counts.items()):
        print(f"{name:<28} {count:>7} removed texts, {failed[name]} of them not where they are said to be kept")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
