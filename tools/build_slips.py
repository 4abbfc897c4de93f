r"""Derive the shipped tables of slips that make rare words (sevrant for servant, vile for ville, wold for would).

    python tools/build_slips.py --language fr --hunspell dictionary-fr --output transforms/typos/data/slips_fr.tsv \\
        --counts law.jsonl novels.jsonl manuals.jsonl --natural more.jsonl

A pair of words is a candidate if one slip (misspellings.py) leads from a frequent word to a rare one. Most of what can
go wrong is decided by counting neighbours in text: the rare word is taken for a slip where its neighbours are those of
the frequent word, and in none of the text are they neighbours of the rare one. ``--counts`` is text under a permissive
licence, whose frequent words become the neighbours (docs/typos-how-it-works.md names it); what ``--natural`` adds, any
text in the language, only takes neighbours away. Both are JSON lines with a field ``text``.

A pair is left out if the lists made from one half of all text would change a natural use in the other half.
"""

import argparse
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from hunspell import read_forms
from misspellings import RATES, misspellings
from word_lexicons import LANGUAGES
from wordfreq import freq_to_zipf, get_frequency_dict, top_n_list

# The frequent word, and how much more frequent it is than the rare one (Zipf scale).
FREQUENT_ZIPF = 4.0
GAP = 1.3
SHORTEST = 3
# What is so frequent in another language may be quoted from it, and would be looked up in all its documents.
OTHER_ZIPF = 4.3

# Slips that make a word of another; a letter taken for another, or an accent, is no slip of the fingers.
KINDS = {
    "letters_transposed",
    "edge_letters_transposed",
    "letter_singled",
    "letter_doubled",
    "consonant_doubled",
    "letter_left_out",
    "letter_echoed",
}

# Of the pairs with the likeliest slips, so many.
CANDIDATES = 300
PAIRS = 230

# A rarer word than this needs a neighbour on one side only; where both are needed, the end of a sentence may be one if
# the word is rarer than the second.
ONE_SIDE_ZIPF = 3.3
BOUNDARY_ZIPF = 3.0

# Neighbours are among the most frequent words of the language, and so many for each side.
NEIGHBOURS = 5000
SIZE = 250

# A rule that would find fewer of the slips is not worth its line.
LEAST_RECALL = 0.08

_WORD = re.compile(r"[^\W\d_]+")
_JOINTS = {" ", "\n", "'", "’", "\xa0", "-"}

Places: TypeAlias = Counter[tuple[str, str]]


class Pair(NamedTuple):
    """A rare word, the frequent one, how frequent the rare one is, and how likely the slip (see misspellings.RATES)."""

    rare: str
    frequent: str
    zipf: float
    likelihood: float


class Rule(NamedTuple):
    """The neighbours that show the slip; with `both`, those of both sides must."""

    left: set[str]
    right: set[str]
    both: bool

    def holds(self, left: str, right: str) -> bool:
        """Return whether the rule takes the rare word between two neighbours for a slip; an empty one is no word."""
        if self.both:
            return left in self.left and right in self.right and bool(left or right)
        return left in self.left or right in self.right


def find_pairs(language: str, folders: Iterable[Path]) -> list[Pair]:
    """Find the pairs of words one slip apart, the likeliest slips first, each rare word once."""
    zipf = {word: freq_to_zipf(frequency) for word, frequency in get_frequency_dict(language, "best").items()}
    others = {
        word
        for other in LANGUAGES
        if other != language
        for word, frequency in get_frequency_dict(other, "best").items()
        if freq_to_zipf(frequency) >= OTHER_ZIPF
    }
    forms = {form.lower() for folder in folders for form in read_forms(folder) if form.isalpha()}
    pairs: dict[str, Pair] = {}
    for frequent in sorted(forms & zipf.keys()):
        if zipf[frequent] < FREQUENT_ZIPF or len(frequent) < SHORTEST:
            continue
        for rare, kind in misspellings(frequent, language).items():
            known = rare in forms and rare in zipf and rare not in others and len(rare) >= SHORTEST
            if not known or kind not in KINDS or zipf[frequent] - zipf[rare] < GAP:
                continue
            pair = Pair(rare, frequent, zipf[rare], zipf[frequent] + RATES[kind])
            if rare not in pairs or pair.likelihood > pairs[rare].likelihood:
                pairs[rare] = pair
    return sorted(pairs.values(), key=lambda pair: (-pair.likelihood, pair.rare))[:CANDIDATES]


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Read the texts of files of JSON lines."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def count_places(texts: Iterable[str], words: set[str]) -> tuple[dict[str, Places], dict[str, Places]]:
    """Count the pairs of neighbours that words have, in two halves of the texts."""
    halves: tuple[dict[str, Places], dict[str, Places]] = (defaultdict(Counter), defaultdict(Counter))
    for text in texts:
        places = halves[zlib.crc32(text.encode()) % 2]
        found = list(_WORD.finditer(text))
        for i, word in enumerate(found):
            if word.group() in words:
                joined_before = i > 0 and text[found[i - 1].end() : word.start()] in _JOINTS
                joined_after = i + 1 < len(found) and text[word.end() : found[i + 1].start()] in _JOINTS
                left = found[i - 1].group().lower() if joined_before else ""
                right = found[i + 1].group().lower() if joined_after else ""
                places[word.group()][left, right] += 1
    return halves


def make_rule(pair: Pair, meant: Places, natural: Places, neighbours: set[str]) -> Rule:
    """Make the rule of a pair from the neighbours of the frequent word and those of natural uses of the rare one."""
    total = meant.total()
    both = pair.zipf >= ONE_SIDE_ZIPF
    sides = []
    for side in 0, 1:
        counts: Counter[str] = Counter()
        for place, count in meant.items():
            counts[place[side]] += count
        seen = {place[side] for place in natural}
        least = (3 if total >= 2000 else 2) if both else max(3, total / 300)
        chosen = {
            word
            for word, count in counts.most_common(SIZE)
            if count >= least and word in neighbours and word not in seen
        }
        if both and pair.zipf < BOUNDARY_ZIPF and counts[""] >= least:
            chosen.add("")
        sides.append(chosen)
    left, right = sides
    for before, after in natural:
        if Rule(left, right, both).holds(before, after):
            (right if after else left).discard(after or before)
    return Rule(left, right, both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", required=True)
    parser.add_argument("--hunspell", type=Path, nargs="+", required=True, help="folders of dictionaries (npm)")
    parser.add_argument("--counts", type=Path, nargs="+", required=True)
    parser.add_argument("--natural", type=Path, nargs="*", default=[])
    parser.add_argument("--never", type=Path, default=Path(__file__).parent / "dictionary_sources" / "never_slips.csv")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    never = {tuple(line.split(",")[:2]) for line in options.never.read_text(encoding="utf-8").splitlines()}
    pairs = find_pairs(options.language, options.hunspell)
    frequent, rare = {pair.frequent for pair in pairs}, {pair.rare for pair in pairs}
    halves = count_places(read_texts(options.counts), frequent)
    uses = count_places(read_texts([*options.counts, *options.natural]), rare)
    neighbours = set(top_n_list(options.language, NEIGHBOURS))
    lines = []
    for pair in pairs:
        meant = halves[0][pair.frequent] + halves[1][pair.frequent]
        found = [use[pair.rare] for use in uses]
        if (options.language, pair.rare) in never or meant.total() < 15:
            continue
        trials = [(make_rule(pair, meant, found[half], neighbours), found[1 - half]) for half in (0, 1)]
        if any(trial.holds(*place) for trial, places in trials for place in places):
            continue
        rule = make_rule(pair, meant, found[0] + found[1], neighbours)
        if sum(count for place, count in meant.items() if rule.holds(*place)) < LEAST_RECALL * meant.total():
            continue
        sides = [" ".join(sorted(word or "." for word in words)) for words in (rule.left, rule.right)]
        lines.append("\t".join((pair.rare, pair.frequent, "both" if rule.both else "either", *sides)) + "\n")
    options.output.write_text("".join(sorted(lines[:PAIRS])), encoding="utf-8")
    print(f"{options.output.name}: {len(lines[:PAIRS])} of {len(pairs)} pairs")


if __name__ == "__main__":
    main()
