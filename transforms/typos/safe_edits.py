"""The slips that lead from a word to a typo of it, and to hardly anything else: an accent, a transposition, a double.

Two words one such slip apart are written with the same set of letters, accents aside; `letters` is what they are
grouped by, so that the pairs of a large vocabulary are found without comparing every word with every other.
"""

import re
import unicodedata

from beam_textclean.transforms.typos.lexicon import is_known

ACCENT, TRANSPOSITION, DOUBLED = "accent", "transposition", "doubled letter"

_PLAIN = str.maketrans(
    {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x100) if chr(code).isalpha()}
)

# Spellings of older French: privilége, poëte, étoit, enfans.
_OLD_FRENCH = re.compile(r"ég(?:e|er|es|ent|eant|eait)$|[ëÿ]|oi[st]$|oient$|[ae]ns$|tems|êmes?$|étement$|jeûn|faîs")

# The reform of 1990 writes è for é before a syllable with a mute e: événement, évènement.
_MUTE_SYLLABLE = re.compile(r"è[^aeiouyàâéèêëîïôûù]+e(?!r$|z$)")

_CIRCUMFLEX = {"i": "î", "u": "û"}

# An accent at the end makes a participle of a verb that a lexicon may lack.
_PARTICIPLE = re.compile(r"[éèê]e?s?$")


def letters(word: str) -> str:
    """Return the letters of a word without accents, each once, sorted.

    >>> letters("sevrant") == letters("servant") == letters("sérvannt")
    True
    """
    return "".join(sorted(set(word.translate(_PLAIN))))


def safe_edit(typo: str, word: str) -> str | None:
    """Return by which slip a typo came from a word, or None if by none of these three.

    An accent is left out, all of them are, or one is another; two neighbouring letters are transposed; a letter is
    written twice, or a double one once, the last of the word apart.

    >>> safe_edit("evenement", "événement"), safe_edit("sevrant", "servant"), safe_edit("dévelloper", "développer")
    ('accent', 'transposition', None)
    >>> safe_edit("appartement", "apartement"), safe_edit("chats", "chat")
    ('doubled letter', None)
    """
    if len(typo) == len(word):
        places = [place for place, pair in enumerate(zip(typo, word, strict=True)) if pair[0] != pair[1]]
        if not places:
            return None
        first, last = places[0], places[-1]
        if typo.translate(_PLAIN) == word.translate(_PLAIN):
            left_out = all(typo[place] == word[place].translate(_PLAIN) for place in places)
            return ACCENT if left_out or first == last else None
        swapped = last == first + 1 and typo[first] == word[last] and typo[last] == word[first]
        return TRANSPOSITION if swapped and len(places) == 2 else None
    shorter, longer = sorted((typo, word), key=len)
    if len(longer) != len(shorter) + 1:
        return None
    place = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    doubled = place < len(shorter) and longer[place] == longer[place - 1] and shorter[place:] == longer[place + 1 :]
    return DOUBLED if place and doubled else None


def is_other_spelling(typo: str, word: str, language: str) -> bool:
    """Return whether a spelling is old, or right since a reform, or differ in a ligature.

    >>> is_other_spelling("maitrise", "maîtrise", "fr"), is_other_spelling("privilége", "privilège", "fr")
    (True, True)
    >>> is_other_spelling("evenement", "événement", "fr")
    False
    """
    if language == "de":
        return typo.replace("ß", "ss") == word.replace("ß", "ss")
    if language != "fr":
        return False
    if "oe" in typo or "ae" in typo or (_OLD_FRENCH.search(typo) and not _OLD_FRENCH.search(word)):
        return True
    if _PARTICIPLE.search(typo) and not _PARTICIPLE.search(word):
        return True
    if len(typo) != len(word):
        return False
    if any(is_known(typo[:place] + _CIRCUMFLEX[letter] + typo[place + 1 :]) for place, letter in _circumflex(typo)):
        return True
    return ("è", "é") in zip(typo, word, strict=True) and bool(_MUTE_SYLLABLE.search(typo))


def _circumflex(word: str) -> list[tuple[int, str]]:
    """Return the letters from which the reform of 1990 may have taken a circumflex: maitrise, surement."""
    return [(place, letter) for place, letter in enumerate(word) if letter in _CIRCUMFLEX]
