"""The slips that lead from a word to a typo of it, and to hardly anything else: an accent, a transposition, a double.

Two words one such slip apart are written with the same set of letters, accents aside; `letters` is what they are
grouped by, so that the pairs of a large vocabulary are found without comparing every word with every other.
"""

import re
import unicodedata
from collections.abc import Iterator

from beam_textclean.transforms.typos.lexicon import is_common, is_known

ACCENT, TRANSPOSITION, DOUBLED = "accent", "transposition", "doubled letter"

_PLAIN = str.maketrans(
    {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x100) if chr(code).isalpha()}
)

_ACCENTED = {
    letter: "".join(chr(code) for code in _PLAIN if _PLAIN[code] == letter and chr(code) != letter)
    for letter in set(map(str, _PLAIN.values()))
}

_LETTERS = "abcdefghijklmnopqrstuvwxyzàáâãçèéêëíîïñóôõùúû"

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


def is_only_reading(typo: str, word: str, language: str) -> bool:
    """Return whether nothing but one word can have been meant by a typo of it.

    A doubled letter may make a term (ccache), a spelling of another country or an old one (jettèrent), and an accent
    that is added may show a dialect (pétite). One more accent or transposition may lead to another common word.

    >>> is_only_reading("tremlbing", "trembling", "en"), is_only_reading("icones", "icônes", "fr")
    (True, True)
    >>> is_only_reading("traitre", "traiter", "fr"), is_only_reading("ccache", "cache", "en")
    (False, False)
    """
    if safe_edit(typo, word) not in (ACCENT, TRANSPOSITION):
        return False
    if len(typo) == len(word) and typo.translate(_PLAIN) == word.translate(_PLAIN):
        return all(
            written == meant or meant != meant.translate(_PLAIN) for written, meant in zip(typo, word, strict=True)
        )
    others = {other for other in _slips(typo) if other != word}
    return not any(is_common(other, language) and is_known(other) for other in others)


def other_readings(typo: str, word: str, language: str) -> tuple[str, ...]:
    """Return the other common words that are one letter away from a typo: one left out, added or replaced.

    >>> "executa" in other_readings("executra", "executar", "pt"), other_readings("tremlbing", "trembling", "en")
    (True, ())
    """
    places = range(len(typo) + 1)
    found = {typo[:place] + typo[place + 1 :] for place in places}
    found |= {
        typo[:place] + letter + typo[place + kept :] for place in places for letter in _LETTERS for kept in (0, 1)
    }
    return tuple(sorted(other for other in found - {typo, word} if is_common(other, language) and is_known(other)))


def _slips(word: str) -> Iterator[str]:
    """Yield what is one accent or one transposition from a word."""
    for place, letter in enumerate(word):
        for accented in _ACCENTED.get(letter, ""):
            yield word[:place] + accented + word[place + 1 :]
        yield word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


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
