"""Compare the typo pass with other programs on the same lines: symspellpy, pyspellchecker, codespell, typos.

A peer that is not installed is skipped with a note. codespell and typos are command-line programs and read the lines
themselves. The others receive the lower-case words of at least four letters that are not part of anything longer.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache, partial
from importlib import import_module, resources
from pathlib import Path
from typing import Any, NamedTuple

from beam_textclean.transforms.typos import fix_typos

# What a peer that knows single words is asked about: not part of an address, a path, code, or of a longer word.
_WORD = re.compile(r"(?<![\w@/\\#.`<_-])[^\W\d_]{4,}(?![\w@/\\`>_-]|\.\w|\()")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")

Cleaner = Callable[[Sequence[str], str], list[str]]


class Mined(NamedTuple):
    """A line with the word that is wrong in it and what it became."""

    line: str
    source: str
    target: str


def compare(mined: dict[str, list[Mined]], clean: dict[str, list[str]]) -> None:
    """Print for each peer and language how many mined corrections it finds, and what it changes in clean text."""
    print("| program | language | recall | wrong | other words changed | on clean text, in 100,000 words | CPU |")
    print("|---|---|---|---|---|---|---|")
    for name, peer in _peers().items():
        for language in sorted(mined):
            try:
                _report(name, peer, language, mined[language], clean.get(language, []))
            except (ImportError, FileNotFoundError) as error:
                print(f"| {name} | {language} | not run: {error} |||||")


def _report(name: str, peer: Cleaner, language: str, mined: list[Mined], clean: list[str]) -> None:
    peer(["warm up"], language)
    started = _cpu_seconds()
    cleaned = peer([one.line for one in mined], language)
    changed = peer(clean, language)
    spent = _cpu_seconds() - started
    counts: Counter[str] = Counter()
    for one, line in zip(mined, cleaned, strict=True):
        counts.update(set(_verdicts(one, line)))
    words = sum(len(line.split()) for line in clean)
    on_clean = sum(len(_differences(a, b)) for a, b in zip(clean, changed, strict=True))
    share = f"{100_000 * on_clean / words:.1f}" if words else ""
    print(
        f"| {name} | {language} | {counts['right'] / len(mined):.3f} | {counts['wrong'] / len(mined):.3f} "
        f"| {counts['other']} | {share} | {spent:.1f} s |",
        flush=True,
    )


def _cpu_seconds() -> float:
    """Return what this process and its children have used."""
    return sum(os.times()[:4])


def _verdicts(one: Mined, line: str) -> Iterator[str]:
    wanted = one.target.replace("’", "'")
    for before, after in _differences(one.line, line):
        if before == one.source or before in re.split("['’-]", one.source):
            yield "right" if one.source.replace(before, after).replace("’", "'") == wanted else "wrong"
        else:
            yield "other"


def _differences(before: str, after: str) -> list[tuple[str, str]]:
    if before == after:
        return []
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pairs = []
    for kind, a, b, c, d in codes:
        if kind == "replace" and b - a == d - c:
            pairs += zip(old[a:b], new[c:d], strict=True)
        elif kind != "equal":
            pairs.append((" ".join(old[a:b]), " ".join(new[c:d])))
    return pairs


def _peers() -> dict[str, Cleaner]:
    return {
        "beam-textclean": lambda lines, language: [fix_typos(line, (language,)).text for line in lines],
        "symspellpy": partial(_word_by_word, _symspellpy),
        "pyspellchecker": partial(_word_by_word, _pyspellchecker),
        "codespell": partial(_command, ["codespell", "--write-changes"]),
        "typos": partial(_command, ["typos", "--write-changes", "--quiet"]),
    }


def _word_by_word(lookup: Callable[[str], Callable[[str], str]], lines: Sequence[str], language: str) -> list[str]:
    corrected = lookup(language)
    return [_WORD.sub(lambda match: corrected(match[0]) if match[0].islower() else match[0], line) for line in lines]


@cache
def _symspellpy(language: str) -> Callable[[str], str]:
    module: Any = import_module("symspellpy")
    checker = module.SymSpell(max_dictionary_edit_distance=1)
    if language == "en":
        checker.load_dictionary(str(resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1)
    else:
        # It has a dictionary of English only; the other one is made from the most frequent words.
        wordfreq: Any = import_module("wordfreq")
        for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
            if frequency >= 1e-7:
                checker.create_dictionary_entry(word, round(frequency * 1e9))
    return cache(lambda word: next(iter(checker.lookup(word, module.Verbosity.TOP, include_unknown=True))).term)


@cache
def _pyspellchecker(language: str) -> Callable[[str], str]:
    checker: Any = import_module("spellchecker").SpellChecker(language=language, distance=1)
    return cache(lambda word: (checker.correction(word) or word) if checker.unknown([word]) else word)


def _command(command: list[str], lines: Sequence[str], language: str) -> list[str]:
    program = shutil.which(command[0], path=str(Path(sys.executable).parent)) or shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(f"{command[0]} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.txt"
        path.write_text("".join(f"{' '.join(line.splitlines())}\n" for line in lines), encoding="utf-8")
        subprocess.run([program, *command[1:], str(path)], capture_output=True, check=False)
        return path.read_text(encoding="utf-8").split("\n")[:-1]
