"""The written form of a word: its case is kept when it is corrected."""

import re

_PIECES = re.compile("[^ ']+|[ ']")


def is_capitalised(word: str) -> bool:
    """Return whether a word has its first letter, and no other, in upper case.

    >>> is_capitalised("Évènement"), is_capitalised("OTAN"), is_capitalised("iPhone")
    (True, False, False)
    """
    return word[:1].isupper() and word[1:].islower()


def in_the_case_of(word: str, correction: str) -> str:
    """Write a correction with a capital where the corrected word has one.

    >>> in_the_case_of("Evenement", "événement")
    'Événement'
    """
    return correction[:1].upper() + correction[1:] if word[:1].isupper() else correction


def differing_words(before: str, after: str) -> tuple[int, str, str]:
    """Cut the words at both ends that a correction leaves as they are.

    Args:
        before: One word or several, separated by single characters of white space or apostrophes.
        after: What is to replace it.

    Returns:
        Where the difference begins in ``before``, what stands there and what is to replace it.

    >>> differing_words("a partir de", "à partir de")
    (0, 'a', 'à')
    >>> differing_words("jusqu'a", "jusqu'à")
    (6, 'a', 'à')
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    start = 0
    while len(old) > 1 and len(new) > 1 and old[0] == new[0]:
        start += len(old.pop(0))
        new.pop(0)
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    return start, "".join(old), "".join(new)
