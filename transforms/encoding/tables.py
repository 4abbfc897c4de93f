"""Where ftfy could change a text, and where damage shows: tables derived from the installed ftfy, and of odd pairs.

ftfy looks at every line with a dozen expressions. Nearly all lines of nearly all texts leave it unchanged, and that can
be known from single characters and adjacent pairs of characters. docs/encoding-how-it-works.md explains the
derivation in full.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import ftfy
import numpy as np
import numpy.typing as npt
from ftfy import chardata
from ftfy.badness import BADNESS_RE

from beam_textclean.transforms.encoding.composition import unnormal_characters
from beam_textclean.transforms.encoding.odd_pairs import Mask, odd_pairs

# ftfy's data (expressions, maps) are read from the installed version; the order of its steps is code, and `repair`
# follows that of these versions. Another version is used as it is, without the tables.
_KNOWN_FTFY = "6.3."

# What a character in the flags table can mean.
REPLACED = 1  # some step replaces or removes it, or it is bad by itself
UNNORMAL = 2  # normalisation changes it by itself
MARK = 4  # normalisation may change its place among other combining marks
TRIGGER = 8  # half of a pair that ftfy takes for mojibake
JOINING = 16  # normalisation may compose it with what stands before it
IDEOGRAPH = 32  # Chinese
LEAD = 64  # Chinese or Japanese, whose bytes begin as UTF-8 does
C1 = 128  # a control character that only damage has

_PLANE = 0x10000
# Stands for all characters beyond the Basic Multilingual Plane in the pair tables; a noncharacter, so free.
_ASTRAL = 0xFFFF
# The bits of the pair tables: so many for what is odd or mojibake, one for two Latin letters, and two for what
# normalisation composes. A letter composes with the character before it, a mark also with one that stands before other
# marks.
_MOST_PAIRS = 61
LATIN_LETTERS = 1 << 61
_LETTER_JOINS = np.uint64(1 << 62)
_MARK_JOINS = np.uint64(1 << 63)

Flags: TypeAlias = npt.NDArray[np.uint8]
PairBits: TypeAlias = npt.NDArray[np.uint64]


class Tables(NamedTuple):
    """What the scan looks up.

    Attributes:
        flags: For every code point, the bits above, or 0.
        notable: Whether a code point has flags, or may be half of an odd pair with a character of ASCII.
        combining: For every code point, its canonical combining class.
        left: For every code point of the first plane, one bit for each pair it can be the left half of.
        right: The same for the right half.
        single: The characters that ftfy takes for mojibake by themselves.
        odd: The bits of odd pairs.
        longest: Characters that ftfy's expression for mojibake matches at most.
        replaced: Matches one character with the flag ``REPLACED``.
        triggers: Matches one character with the flag ``TRIGGER``; None where mojibake is not looked for.
        steps: For each step of ftfy that looks for single characters and is on, these characters.
        plain: The ASCII characters without a flag, to be deleted from a text to see whether any remains.
    """

    flags: Flags
    notable: npt.NDArray[np.bool_]
    combining: npt.NDArray[np.uint8]
    left: PairBits
    right: PairBits
    odd: int
    single: str
    longest: int
    replaced: re.Pattern[str] | None
    triggers: re.Pattern[str] | None
    steps: Mapping[str, frozenset[str]]
    plain: bytes


@lru_cache(maxsize=16)
def derive_tables(
    config: ftfy.TextFixerConfig, also: str = "", *, composes: bool = False, odd: bool = False
) -> Tables | None:
    """Derive the tables for one configuration of ftfy.

    Args:
        config: The steps that will run.
        also: More characters to be found, for steps that are not ftfy's.
        composes: Find what `compositions` may change, too.
        odd: Find odd pairs, too.

    Returns:
        The tables, or None where the installed ftfy is not one that this module can read.
    """
    if not ftfy.__version__.startswith(_KNOWN_FTFY):
        return None
    try:
        pairs, single, longest = _badness_pairs() if config.fix_encoding else ([], "", 0)
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    flags = np.zeros(0x110000, np.uint8)
    combining = np.zeros_like(flags)
    left = np.zeros(_PLANE, np.uint64)
    right = np.zeros(_PLANE, np.uint64)
    for number, (first, second, trigger) in enumerate(pairs):
        left[first] |= np.uint64(1 << number)
        right[second] |= np.uint64(1 << number)
        flags[:_PLANE][second if trigger else first] |= TRIGGER
    flags[_codes(single)] |= TRIGGER | REPLACED
    odd_bits = _add_odd_pairs(flags, left, right, len(pairs)) if odd else 0
    steps = _step_characters(config)
    flags[_codes("".join(steps.values()) + also)] |= REPLACED
    if config.fix_encoding:
        flags[0x80:0xA0] |= REPLACED  # which only mojibake has
    form = "NFC" if composes else config.normalization
    if form is not None:
        unnormal = unnormal_characters(form)
        flags[_codes(unnormal.joining)] |= JOINING
        left[_plane_codes(unnormal.composing)] |= _LETTER_JOINS | _MARK_JOINS
        left[_plane_codes(unnormal.marks)] |= _MARK_JOINS
        for character in unnormal.joining:
            joins = _MARK_JOINS if unicodedata.combining(character) else _LETTER_JOINS
            right[_plane_codes(character)] |= joins
        if not composes:
            flags[_codes(unnormal.replaced)] |= UNNORMAL
            flags[_codes(unnormal.marks)] |= MARK
            combining[_codes(unnormal.marks)] = list(map(unicodedata.combining, unnormal.marks))
    notable = (flags & ~np.uint8(IDEOGRAPH)) != 0
    notable[0x80:_PLANE] |= ((left | right)[0x80:] & np.uint64(odd_bits)) != 0
    return Tables(
        flags,
        notable,
        combining,
        left,
        right,
        odd_bits & ~LATIN_LETTERS,
        single,
        longest,
        _character_class(flags & REPLACED),
        _character_class(flags & TRIGGER),
        {step: frozenset(characters) for step, characters in steps.items()},
        bytes(np.flatnonzero(flags[:0x80] == 0).tolist()),
    )


def _add_odd_pairs(flags: Flags, left: PairBits, right: PairBits, number: int) -> int:
    """Add the odd pairs to the tables, from a bit on, and return their bits."""
    odd = odd_pairs()
    bits = [*(1 << number + place for place in range(len(odd.pairs))), LATIN_LETTERS]
    for bit, (first, second) in zip(bits, [*odd.pairs, (odd.latin, odd.latin)], strict=True):
        left[first] |= np.uint64(bit)
        right[second] |= np.uint64(bit)
    for flag, mask in (IDEOGRAPH, odd.ideographs), (LEAD, odd.leads), (C1, odd.c1):
        flags[:_PLANE][mask] |= flag
    return sum(bits)


def is_bad(text: str, tables: Tables) -> bool:
    """Tell what `ftfy.badness.is_bad` tells, looking only where a pair of characters suggests it."""
    if tables.triggers is None or text.isascii():
        return False
    for match in tables.triggers.finditer(text):
        if match[0] in tables.single:
            return True
        at = match.start()
        if _is_paired(text, at, tables):
            # No match is longer than this, and "^" means the beginning of the text wherever the search begins.
            start, end = max(0, at - tables.longest), at + tables.longest
            if BADNESS_RE.search(text, start, end):
                return True
    return False


def _is_paired(text: str, at: int, tables: Tables) -> bool:
    left, right = tables.left.data, tables.right.data
    here = ord(text[at])
    if at and left[min(ord(text[at - 1]), _ASTRAL)] & right[here]:
        return True
    return at + 1 < len(text) and left[here] & right[min(ord(text[at + 1]), _ASTRAL)] != 0


def _step_characters(config: ftfy.TextFixerConfig) -> dict[str, str]:
    """Give the characters that ftfy's one-character steps change, and those by which the longer ones are known."""
    every = "".join(map(chr, range(_PLANE)))
    quotes = chardata.SINGLE_QUOTE_RE.findall(every) + chardata.DOUBLE_QUOTE_RE.findall(every)
    found = {
        "fix_c1_controls": "".join(chardata.C1_CONTROL_RE.findall(every)),
        "fix_latin_ligatures": "".join(map(chr, chardata.LIGATURES)),
        "fix_character_width": "".join(map(chr, chardata.WIDTH_MAP)),
        "uncurl_quotes": "".join(quotes),
        "fix_line_breaks": "\r\x85\u2028\u2029",
        "fix_surrogates": "".join(map(chr, range(0xD800, 0xE000))),
        "remove_terminal_escapes": "\x1b",
        "remove_control_chars": "".join(map(chr, chardata.CONTROL_CHARS)),
    }
    return {step: characters for step, characters in found.items() if getattr(config, step)}


@lru_cache(maxsize=1)
def _badness_pairs() -> tuple[list[tuple[Mask, Mask, bool]], str, int]:
    """Read ftfy's mojibake expression as pairs of character sets.

    It is an alternation of short sequences of sets. A text that matches a sequence contains every adjacent pair of it,
    so one pair of each is enough to know that a text cannot match.

    Returns:
        For each sequence the pair made of the rarest characters, as masks over the first plane, and whether its second
        half is the rarer one; the characters that are bad by themselves; and the length of the longest sequence.
    """
    try:
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError:  # Python 3.10
        import sre_parse as parser
    weight = np.array([_everyday(chr(code)) for code in range(_PLANE)])
    pairs = []
    single = ""
    sequences = _sequences(parser.parse(BADNESS_RE.pattern, BADNESS_RE.flags))
    for sequence in sequences:
        if len(sequence) == 1:
            single += "".join(map(chr, np.flatnonzero(sequence[0])))
            continue
        weights = [float(weight[mask].sum()) for mask in sequence]
        place = min(range(len(sequence) - 1), key=lambda i: min(weights[i : i + 2]))
        pairs.append((sequence[place], sequence[place + 1], weights[place + 1] <= weights[place]))
    if len(pairs) + len(odd_pairs().pairs) > _MOST_PAIRS:
        raise ValueError("more pairs than bits")
    return pairs, single, max(map(len, sequences))


def _everyday(character: str) -> float:
    """Weigh how common a character is, roughly: it only decides which half of a pair is looked for first."""
    if character.isascii():
        return 100
    if unicodedata.category(character) in ("Ll", "Lo", "Lu") and character not in "ªµºƒ":
        return 10 if character.isupper() else 30
    return 3 if character in "\xa0«»‘’“”„–—…°€" else 0.1


def _sequences(parsed: Iterable[tuple[Any, Any]]) -> list[list[Mask]]:
    """Expand a parsed expression into all sequences of character sets it may match, or more."""
    found: list[list[Mask]] = [[]]
    for operation, argument in parsed:
        name = str(operation)
        if name == "AT":  # an anchor: without it the expression only matches more
            continue
        if name == "MAX_REPEAT" and argument[:2] == (0, 1):
            found += [head + tail for head in found for tail in _sequences(argument[2])]
        elif name == "SUBPATTERN":
            found = [head + tail for head in found for tail in _sequences(argument[3])]
        elif name == "BRANCH":
            tails = [tail for branch in argument[1] for tail in _sequences(branch)]
            found = [head + tail for head in found for tail in tails]
        else:
            mask = _mask(argument if name == "IN" else [(operation, argument)])
            found = [[*head, mask] for head in found]
    return found


def _mask(items: Iterable[tuple[Any, Any]]) -> Mask:
    mask = np.zeros(_PLANE, np.bool_)
    negate = False
    for operation, argument in items:
        name = str(operation)
        if name == "NEGATE":
            negate = True
        elif name == "LITERAL":
            mask[argument] = True
        elif name == "RANGE":
            mask[argument[0] : argument[1] + 1] = True
        elif name == "ANY":
            mask[:] = True
        elif name == "CATEGORY":
            category = re.compile({"CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}[str(argument)])
            mask[_codes("".join(category.findall("".join(map(chr, range(_PLANE))))))] = True
            mask[_ASTRAL] = True  # more than the expression matches is safe, less is not
        else:
            raise ValueError(f"{name} in ftfy's expression")
    return ~mask if negate else mask


def _codes(characters: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), np.uint32)


def _plane_codes(characters: str) -> npt.NDArray[np.uint32]:
    return np.minimum(_codes(characters), _ASTRAL)


def _character_class(flags: npt.NDArray[Any]) -> re.Pattern[str] | None:
    """Compile an expression for one character with a flag, or any beyond the first plane if one of them has it."""
    codes = np.flatnonzero(flags[:_PLANE])
    if not codes.size:
        return None
    breaks = np.flatnonzero(np.diff(codes) > 1) + 1
    runs = [(int(run[0]), int(run[-1])) for run in np.split(codes, breaks)]
    if flags[_PLANE:].any():  # one by one they would make the expression slow
        runs.append((_PLANE, 0x10FFFF))
    return re.compile("[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs) + "]")
