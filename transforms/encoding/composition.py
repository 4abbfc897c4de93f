"""Unicode normalisation that composes, but replaces no character that somebody chose.

NFC also replaces: the Kelvin sign by K, the ohm sign by omega, compatibility ideographs and the variants of Greek and
Hebrew letters by their standard forms. A text that holds these may be about them, so they are kept. And it sorts
marks: in Arabic and Hebrew the vowel before the doubling, which is not how they are typed. Where nothing composes,
their order stays.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from beam_textclean.transforms.encoding.edits import Edit, narrow

# What is between white space, quotation marks and tags, with what shows that it is the target of a link.
_CHUNK = re.compile(r"""(\]\(|\b(?:href|src)=["']?)?(?:[^\s"“”«»<>`\]]|\](?!\())+""")


_BLOCK = 0x100  # code points


class Unnormal(NamedTuple):
    """The characters without which a text is left alone by normalisation.

    https://unicode.org/reports/tr15/#Detecting_Normalization_Forms

    Attributes:
        replaced: Those that are not in the form by themselves.
        joining: Those that may compose with a character before them: the later members of a decomposition.
        composing: Those that they may compose with: the first members, and what has a decomposition itself, since its
            later members may change places with the joining one.
        marks: The combining marks, which may be out of order, and come between a letter and the mark it composes with.
    """

    replaced: str
    joining: str
    composing: str
    marks: str


@lru_cache(maxsize=4)
def unnormal_characters(form: str) -> Unnormal:
    """Find the characters that normalisation to NFC, NFD, NFKC or NFKD may change, alone or with their neighbours."""
    replaced = []
    joining: set[str] = set()
    composing: set[str] = set()
    marks = []
    for character in _notable_characters(form):
        if unicodedata.combining(character):
            marks.append(character)
        if not unicodedata.is_normalized(form, character):  # type: ignore[arg-type]
            replaced.append(character)
        elif form.endswith("C"):
            decomposition = unicodedata.decomposition(character)
            if decomposition and not decomposition.startswith("<"):  # compatibility decompositions do not compose
                first, *later = [chr(int(code, 16)) for code in decomposition.split()]
                joining.update(later)
                composing.update((character, first))
    if form.endswith("C"):  # Hangul composes by arithmetic
        joining.update(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
        composing.update(map(chr, [*range(0x1100, 0x1113), *range(0xAC00, 0xD7A4, 28)]))
    return Unnormal("".join(replaced), "".join(sorted(joining)), "".join(sorted(composing)), "".join(marks))


def _notable_characters(form: str) -> Iterator[str]:
    """Yield all characters but those of the many blocks, as of Chinese, that no normalisation has to do with."""
    for start in (*range(0, 0x30000, _BLOCK), *range(0xE0000, 0xE1000, _BLOCK)):
        block = "".join(map(chr, range(max(start, 0x80), start + _BLOCK)))
        is_stable = all(unicodedata.is_normalized(of, block) for of in (form, "NFD"))  # type: ignore[arg-type]
        if not is_stable or any(map(unicodedata.combining, block)):
            yield from block


def compositions(text: str) -> Iterator[Edit]:
    r"""Compose letters with the marks that follow them.

    A character that NFC would replace stays, marks of which none composes stay in their order, and so does all of a
    URL, link or path, which leads nowhere else with other letters.

    >>> list(compositions("te\u0301, 300 \u212a, http://a.fr/e\u0301"))
    [Edit(start=1, end=3, after='é', rule='unicode_normalization')]
    """
    edits = list(_compositions(text))
    addresses = list(_addresses(text)) if edits else []
    for edit in edits:
        number = bisect_right(addresses, (edit.start, len(text))) - 1
        if number < 0 or addresses[number][1] <= edit.start:
            yield edit


def _compositions(text: str) -> Iterator[Edit]:
    for run in _runs().finditer(text):
        start = run.start()
        if start > 0 and unicodedata.is_normalized("NFC", text[start - 1]):
            start -= 1
        decomposed = text[start : run.end()]
        if unicodedata.is_normalized("NFC", decomposed):
            continue
        composed = unicodedata.normalize("NFC", decomposed)
        if sorted(composed) != sorted(decomposed):
            yield from narrow(decomposed, composed, "unicode_normalization", start)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    if any(sign in text for sign in ("/", "\\", "](", "href=", "src=")):
        for chunk in _CHUNK.finditer(text):
            if chunk[1] or "/" in chunk[0] or "\\" in chunk[0]:
                yield chunk.span()


@lru_cache(maxsize=1)
def joining_characters() -> frozenset[str]:
    """Return the characters of which every text that `compositions` changes has one."""
    unnormal = unnormal_characters("NFC")
    return frozenset((unnormal.joining + unnormal.marks).translate(dict.fromkeys(map(ord, unnormal.replaced))))


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    """Compile an expression for runs of joining characters, and of any but replaced ones beyond the first plane.

    With exactly the joining ones of the other planes it would be slow.
    """
    replaced = [ord(character) for character in unnormal_characters("NFC").replaced if character > "\uffff"]
    gaps = [(before + 1, after - 1) for before, after in pairwise([0xFFFF, *replaced, 0x110000]) if before + 1 < after]
    return re.compile(
        "["
        + "".join(sorted(character for character in joining_characters() if character <= "\uffff"))
        + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in gaps)
        + "]+"
    )
