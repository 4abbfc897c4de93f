"""Expand a hunspell dictionary (.aff and .dic) into every form that it accepts, without compounds."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Affix(NamedTuple):
    """One line of an affix class: what is removed, what is added, when, and which classes may follow."""

    strip: str
    add: str
    condition: re.Pattern[str]
    flags: frozenset[str]


class AffixFile(NamedTuple):
    """The part of an .aff file that generates forms."""

    suffixes: dict[str, list[Affix]]
    prefixes: dict[str, list[Affix]]
    aliases: list[str]
    flag_type: str
    need_affix: str
    forbidden: frozenset[str]


def read_forms(folder: Path) -> set[str]:
    """Expand ``index.dic`` with ``index.aff`` (the names npm's dictionary packages use) into a set of forms."""
    affixes = _read_affixes(folder / "index.aff")
    forms: set[str] = set()
    for line in (folder / "index.dic").read_text(encoding="utf-8").splitlines()[1:]:
        entry = line.split("\t")[0].split(" ")[0]
        word, _, flags = entry.partition("/")
        if word:
            forms.update(_expand(word, _flags(flags, affixes), affixes))
    return forms


def _expand(word: str, flags: frozenset[str], affixes: AffixFile, depth: int = 0) -> Iterator[str]:
    if flags & affixes.forbidden:
        return
    if affixes.need_affix not in flags:
        yield word
    if depth == 2:
        return
    for flag in flags:
        for affix in affixes.suffixes.get(flag, ()):
            if word.endswith(affix.strip) and affix.condition.search(word):
                stem = word[: len(word) - len(affix.strip)]
                yield from _expand(stem + affix.add, affix.flags, affixes, depth + 1)
    for flag in flags:
        for affix in affixes.prefixes.get(flag, ()):
            # Elided articles and pronouns are not part of a word here.
            if "'" not in affix.add and word.startswith(affix.strip) and affix.condition.search(word):
                yield affix.add + word[len(affix.strip) :]


def _read_affixes(path: Path) -> AffixFile:
    lines = [line.split() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    options = {line[0]: line[1] for line in lines if len(line) == 2}
    aliases = [line[1] for line in lines if len(line) >= 2 and line[0] == "AF"][1:]
    forbidden = frozenset(
        options[name] for name in ("FORBIDDENWORD", "ONLYINCOMPOUND", "COMPOUNDPERMITFLAG") if name in options
    )
    result = AffixFile({}, {}, aliases, options.get("FLAG", "char"), options.get("NEEDAFFIX", ""), forbidden)
    for line in lines:
        if len(line) < 5 or line[0] not in ("SFX", "PFX"):
            continue
        kind, flag, strip, add, condition = line[:5]
        add, _, flags = add.partition("/")
        suffix = kind == "SFX"
        pattern = re.compile(f"(?:{condition})$" if suffix else f"^(?:{condition})")
        affix = Affix("" if strip == "0" else strip, "" if add == "0" else add, pattern, _flags(flags, result))
        (result.suffixes if suffix else result.prefixes).setdefault(flag, []).append(affix)
    return result


def _flags(flags: str, affixes: AffixFile) -> frozenset[str]:
    if affixes.aliases and flags.isdigit():
        flags = affixes.aliases[int(flags) - 1]
    if affixes.flag_type == "long":
        return frozenset(flags[i : i + 2] for i in range(0, len(flags), 2))
    if affixes.flag_type == "num":
        return frozenset(flags.split(","))
    return frozenset(flags)
