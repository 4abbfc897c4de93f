"""Capitals where words have none: the mark of letters that were read in the wrong encoding."""

from itertools import pairwise


def has_odd_case(word: str) -> bool:
    """Return whether a letter beyond ASCII is a capital inside a word, or a small letter among capitals.

    >>> has_odd_case("ABHéNGIG"), has_odd_case("perchÈ"), has_odd_case("été"), has_odd_case("McDonald")
    (True, True, False, False)
    """
    if word.isascii() or word.islower() or word.isupper() or word.istitle():
        return False
    pairs = pairwise(word)
    if any(left.islower() and right.isupper() and not (left + right).isascii() for left, right in pairs):
        return True
    return not word[:2].isascii() and word[:2].isupper() and word[2:].islower()  # "ØWie" is not a word, but a quotation
