"""Measure learning typos: recall on injected transpositions, natural changes on the text as it is.

    python benchmarks/learn_quality.py PATH... [--every 1000] [--seed 1] [--languages auto] [--list]

PATH are JSONL files with ``text``, also compressed, or folders of them. All of them together are one corpus. The
program learns from it twice:

- as it is. What the accepted proposals change then are natural changes, which ``--list`` shows to be judged.
- with two neighbouring letters transposed. In one of ``--every`` words in lower case of five letters or more the result
  is not a word (wordfreq); in ten times as many, if possible, it is another word: a rare one, if the original is a
  hundred times as frequent. No typo is made more than twice, and none in what may be code. Recall is the share of these
  that the pass fixes, by the shipped tables or by what was learned.
"""

import argparse
import gzip
import json
import random
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from wordfreq import zipf_frequency

from beam_textclean.transforms.records import Change
from beam_textclean.transforms.typos import LearnConfig, available_languages, fix_typos, learn_typos
from beam_textclean.transforms.typos.first_look import fold
from beam_textclean.transforms.typos.languages import language_of
from beam_textclean.transforms.typos.learned import Learned, entry_of
from beam_textclean.transforms.typos.lexicon import is_known

# Few words can become another one, so this many times as many are tried.
_MORE_WORDS = 10
# Lines that may be code, in which nothing is injected: the pass would not touch it.
_CODE = re.compile(r"^\s{2,}|[{}<>=$&|\\/_`]")
# A word that is found at least this often may be a correction.
_OFTEN = LearnConfig().min_correction_count
# Nobody mistypes one word in one way again and again.
_TIMES = 2
_WORD = re.compile(r"(?<![\w.@/'’\\-])[a-zà-öø-ÿ]{5,}(?![\w.@/(\\-])")


class Injected(NamedTuple):
    """A transposition: its place in the new text, what was there before, and its kind."""

    start: int
    end: int
    original: str
    kind: str
    language: str


def read_corpus(paths: Sequence[Path]) -> list[str]:
    files = [file for path in paths for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])]
    texts = []
    for file in files:
        data = file.read_bytes()
        for line in (gzip.decompress(data) if file.suffix == ".gz" else data).splitlines():
            texts.append(json.loads(line)["text"])
    return texts


def inject(texts: Sequence[str], every: int, seed: int) -> tuple[list[str], list[list[Injected]]]:
    """Transpose letters in a corpus: so that the result is not a word, and so that it is another one."""
    choice = random.Random(seed)
    times: Counter[str] = Counter()
    damaged, injected = [], []
    for text in texts:
        language = language_of(fold(text[:20_000]).split())
        chosen: dict[int, tuple[str, Injected]] = {}
        for match in _WORD.finditer(text) if language in available_languages() else ():
            lot = choice.random() * every
            if lot >= 1 + _MORE_WORDS or _CODE.search(_line(text, match.start())):
                continue
            outcomes = _outcomes(match.group(), language, lot < 1)
            if not outcomes:
                continue
            made, kind = choice.choice(outcomes)
            times[made] += 1
            if times[made] <= _TIMES:
                chosen[match.start()] = made, Injected(match.start(), match.end(), match.group(), kind, language)
        damaged.append(_damaged(text, chosen))
        injected.append([one for _, one in sorted(chosen.values(), key=lambda made: made[1].start)])
    return damaged, injected


def _damaged(text: str, chosen: dict[int, tuple[str, Injected]]) -> str:
    pieces: list[str] = []
    last = 0
    for start, (made, injected) in sorted(chosen.items()):
        pieces += text[last:start], made
        last = injected.end
    return "".join([*pieces, text[last:]])


def _line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]


@cache
def _outcomes(word: str, language: str, no_word: bool) -> list[tuple[str, str]]:
    outcomes = [(made, _kind(word, made, language)) for made in _transpositions(word)]
    wanted = ("no word",) if no_word else ("rare word", "other word")
    return [(made, kind) for made, kind in outcomes if kind in wanted]


def _transpositions(word: str) -> list[str]:
    return [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(len(word) - 1)
        if word[place] != word[place + 1]
    ]


def _kind(word: str, made: str, language: str) -> str:
    zipf = zipf_frequency(made, language)
    if not zipf:
        return "no word"
    if not is_known(made):
        return "unclear"
    return "rare word" if zipf_frequency(word, language) - zipf >= 2 else "other word"


def learned_from(texts: Sequence[str], languages: str | Sequence[str]) -> tuple[Learned, Counter[str]]:
    proposals = learn_typos(texts, languages)
    counts = Counter(f"{proposal.kind}{'' if proposal.accept else ' (not accepted)'}" for proposal in proposals)
    return Learned(filter(None, map(entry_of, proposals))), counts


def natural(texts: Sequence[str], languages: str | Sequence[str], show: bool) -> None:
    learned, counts = learned_from(texts, languages)
    words = sum(len(text.split()) for text in texts)
    changes = 0
    for text in texts:
        for change in fix_typos(text, languages, learned=learned).changes:
            if change.rule == "learned":
                changes += 1
                if show:
                    print(f"  {change.detail['language']} {shown(text, change)}")
    print(
        f"as it is: {len(texts)} documents, {words} words, proposals {dict(sorted(counts.items()))}; "
        f"{changes} learned changes, {100_000 * changes / max(words, 1):.2f} in 100,000 words"
    )


def recall(texts: Sequence[str], languages: str | Sequence[str], every: int, seed: int, show: bool) -> None:
    damaged, injected = inject(texts, every, seed)
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    learned, proposals = learned_from(damaged, languages)
    total: Counter[tuple[str, str]] = Counter()
    enough: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str, str]] = Counter()
    wrong = 0
    for text, done in zip(damaged, injected, strict=True):
        total.update((one.kind, one.language) for one in done)
        enough.update((one.kind, one.language) for one in done if counts[one.original] >= _OFTEN)
        starts = [one.start for one in done]
        for change in fix_typos(text, languages, learned=learned).changes:
            place = bisect_right(starts, change.start) - 1
            if place < 0 or change.start >= done[place].end:
                continue
            one = done[place]
            if text[one.start : change.start] + change.after + text[change.end : one.end] == one.original:
                right[one.kind, one.language, "learned" if change.rule == "learned" else "shipped"] += 1
            else:
                wrong += 1
                if show:
                    print(f"  put wrong: {one.original}: {shown(text, change)}")
    print(f"seed {seed}: proposals {dict(sorted(proposals.items()))}; {wrong} put wrong")
    for kind, language in sorted(total):
        count, often = total[kind, language], enough[kind, language]
        learned_right, shipped_right = (right[kind, language, by] for by in ("learned", "shipped"))
        found = learned_right + shipped_right
        print(
            f"  {kind:<10} {language} {count:>5} injected, {often:>5} of them in words found {_OFTEN} times; "
            f"{found:>5} put right, recall {found / count:.3f} (learned {learned_right}, shipped {shipped_right})"
        )
    for kind in ("no word", "rare word", "other word"):
        count = sum(number for (of, _), number in total.items() if of == kind)
        found = sum(number for (of, *_), number in right.items() if of == kind)
        print(f"  {kind:<10} all {count:>5} injected, {found:>5} put right, recall {found / max(count, 1):.3f}")


def shown(text: str, change: Change) -> str:
    before = " ".join(text[max(0, change.start - 40) : change.start].split())
    after = " ".join(text[change.end : change.end + 40].split())
    return f"{before} [{change.before} -> {change.after}] {after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default="auto")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    languages = "auto" if options.languages == "auto" else options.languages.split(",")
    texts = read_corpus(options.paths)
    natural(texts, languages, options.list)
    recall(texts, languages, options.every, options.seed, options.list)


if __name__ == "__main__":
    main()
