"""Which of two equal paragraphs is the better one: what a fold overlooks may be what one of them has lost.

In this order: more letters with accents, then capitals and small letters rather than capitals alone, then fewer words
hyphenated at the ends of lines, then the first. That a whole paragraph is better than its stub, and a well-set one than
a glued one, is decided where these are found.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.within.pieces import Copies

#: A paragraph that is removed, and the equal one that is kept.
_Pair: TypeAlias = tuple[int, int]

_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010][ \t]*\r?\n[ \t]*(?=[^\W\d_])")


def keep_better(text: FoldedText, copies: Copies) -> Copies:
    """Turn copies around that are better than what would be kept for them, run by run.

    Args:
        text: The text.
        copies: What is removed.
    """
    turned: dict[int, int] = {}
    for run in _runs(_pairs(text, copies)):
        if _is_better(text, run) and not _keeps_for_others(text, copies, run):
            turned.update((source, copy) for copy, source in run)
    if not turned:
        return copies
    kept = set(turned.values())
    paragraphs = {copy: turned.get(source, source) for copy, source in copies.paragraphs.items() if copy not in kept}
    pieces = [piece for piece in copies.pieces if text.paragraph_at(piece.start) not in kept]
    return Copies({**paragraphs, **turned}, pieces)


def _pairs(text: FoldedText, copies: Copies) -> list[_Pair]:
    """Return the whole paragraphs that are removed for equal whole paragraphs."""
    pairs = [*copies.paragraphs.items()]
    for piece in copies.pieces:
        copy, source = text.paragraph_at(piece.start), text.paragraph_at(piece.kept)
        is_whole = (piece.start, piece.end) == (text.starts[copy], text.starts[copy + 1])
        if is_whole and piece.kept == text.starts[source] and text.folded[copy] == text.folded[source]:
            pairs.append((copy, source))
    return sorted(pairs)


def _runs(pairs: list[_Pair]) -> Iterator[list[_Pair]]:
    """Yield pairs in runs of paragraphs that follow each other in both places."""
    run: list[_Pair] = []
    for copy, source in pairs:
        if run and (copy, source) != (run[-1][0] + 1, run[-1][1] + 1):
            yield run
            run = []
        run.append((copy, source))
    if run:
        yield run


def _is_better(text: FoldedText, run: list[_Pair]) -> bool:
    copies, sources = (
        "\n".join([text.text[slice(*text.paragraphs[paragraph])] for paragraph in paragraphs])
        for paragraphs in zip(*run, strict=True)
    )
    if copies.split() == sources.split():  # the usual case, at the speed of memory
        return False
    return quality(copies) > quality(sources)


def quality(content: str) -> tuple[int, bool, int]:
    """Return what tells the better of two texts that are equal but for what is overlooked: the greater is better.

    >>> quality("La décision") > quality("La decision") > quality("LA DECISION")
    True
    """
    marks = 0
    if not content.isascii():
        marks = sum(_count_marks(character) * count for character, count in Counter(content).items())
    return marks, not content.isupper(), -len(_LINE_HYPHEN.findall(content))


@lru_cache(maxsize=1024)
def _count_marks(character: str) -> int:
    """Count the accents of a character, or what other marks are written over or under it."""
    return sum(unicodedata.combining(part) > 0 for part in unicodedata.normalize("NFD", character))


def _keeps_for_others(text: FoldedText, copies: Copies, run: list[_Pair]) -> bool:
    """Return whether what would be removed instead is kept for something else, too."""
    start, end = text.starts[run[0][1]], text.starts[run[-1][1] + 1]
    own = {copy for copy, _ in run}
    return any(
        piece.kept < end and piece.kept_end > start and text.paragraph_at(piece.start) not in own
        for piece in copies.pieces
    )
