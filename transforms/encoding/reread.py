"""Single bytes of one encoding that were read as those of another, judged by the words that they make.

A line with words that no language has, such as perchÈ, gr†t, mangй and f‹n”k, is read anew where another encoding makes
of all of it the words of one language, and nothing else does. Which pairs of encodings are compared is data; that a
reading is better is measured by `plausibility`, which knows no encodings.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs

from beam_textclean.transforms.encoding.alphabets import fit, has_other_script
from beam_textclean.transforms.encoding.detect import detect_encoding, plausibility
from beam_textclean.transforms.encoding.letter_case import has_odd_case

# Encodings in which bytes are wrongly read, and what they are in truth. Nearly all software that reads single bytes
# wrongly takes them for those of its own country: of the rare pairs, only those with windows-1252 are compared.
#: Encodings of the languages of windows-1252.
WESTERN = ("cp1252", "mac-roman", "cp850", "cp437", "iso8859-15")
_NORDIC = ("cp865", "cp860", "cp861", "mac-iceland")
_LATIN = ("cp852", "cp857", "cp775", "mac-latin2", "mac-turkish", "cp1250", "iso8859-2", "iso8859-16")
_LATIN_TOO = ("cp1254", "cp1257", "iso8859-13", "cp1258")
_SCRIPTS = (
    *("cp1251", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic", "cp1253", "cp737", "cp869", "iso8859-7"),
    *("cp1255", "cp862"),
)
PAIRS = {
    "sloppy-windows-1252": (*WESTERN[1:], *_NORDIC, *_LATIN, *_LATIN_TOO, *_SCRIPTS),
    "latin-1": (*WESTERN[1:], *_NORDIC, *_LATIN, *_LATIN_TOO, *_SCRIPTS),
    "mac-roman": ("cp1252", "cp850", "cp437", "cp1251", "cp1250", "cp1253"),
    "cp437": ("cp1252", "mac-roman"),
    "cp850": ("cp1252", "mac-roman", "cp1251", "cp1250"),
    "iso8859-15": ("cp1252", "cp1251"),
    **dict.fromkeys(
        (
            *("sloppy-windows-1250", "sloppy-windows-1251", "sloppy-windows-1253", "sloppy-windows-1254"),
            *("sloppy-windows-1255", "sloppy-windows-1256", "sloppy-windows-1257", "koi8-r", "cp866", "iso8859-2"),
        ),
        ("cp1252",),
    ),
}
_HEAD = 2000  # characters that are compared
#: What the plausibility of the present reading must not reach.
IMPLAUSIBLE = 0.75
#: What another reading must reach.
PLAUSIBLE = 0.85
_FIT = 0.8  # of its letters
#: What it must be better by.
BETTER = 0.2
_MARGIN = 0.02  # what it must be better by than other readings
_FEWEST_CHANGED = 4  # letters beyond ASCII that change
_FEWEST_WORDS = 2  # words that hold them, and other letters than these
_FEWEST_DIFFERENT = 5  # letters beyond ASCII, in words of another script
_SHORT_WORD = 2  # letters; the scripts of Asia have words that are shorter
_MOST_DIFFERENT = 90  # characters beyond ASCII; more are a table of them
_FEWEST_INSTEAD = 3  # letters beyond ASCII, that were read as letters of another script
_MOST_OF_ONE = 0.4  # share of the most frequent letter
_ALL_DIFFERENT = 10  # letters in a word without any twice, which makes a list of letters of it
_DIFFERENT = 0.85  # share of different ones among so many letters, the same
_IN_LONG_WORDS = 0.6  # share of the letters that are in longer words
_BY_SPACES = 0.4  # of the letters in words between spaces; ornaments have signs between letters
_AROUND_WORDS = ".,;:!?…\"'()[]«»“”„‘’–—-"
_FOREIGN = 0.1  # share of characters beyond ASCII that the encoding may not have
_WORD = re.compile(r"[^\W\d_]+")


class Reading(NamedTuple):
    """One way to read bytes anew.

    Attributes:
        read_as: The encoding in which they were read.
        encoding: The one that they are in.
        score: How plausible it is.
    """

    read_as: str
    encoding: str
    score: float


def best_reading(lines: str, implausible: float = IMPLAUSIBLE, better: float = BETTER) -> Reading | None:
    """Find the pair of encodings by which lines become the words of one language.

    Args:
        lines: Lines that were read in one wrong encoding.
        implausible: What the plausibility of the present reading must not reach.
        better: What the other reading must be more plausible by.

    Returns:
        The reading, or None where the present one is plausible, or none is.

    >>> best_reading("Perché la città è così più bella")
    >>> best_reading("PerchÈ la citt‡ Ë cosÏ pi˘ bella, l‡ dov'Ë gi‡ virt˘? PerÚ Ë gi‡ tardi")[:2]
    ('mac-roman', 'cp1252')
    """
    head = lines[:_HEAD]
    beyond = Counter(character for character in head if character > "\x7f")
    candidates = _candidates(head, beyond) if len(beyond) <= _MOST_DIFFERENT else {}
    if not candidates:
        return None
    present = plausibility(head)
    if present >= implausible:
        return None
    readings = {meant: Reading(*pair, plausibility(meant)) for meant, pair in candidates.items()}
    ranked = sorted(readings.items(), key=lambda item: -item[1].score)
    if not ranked or ranked[0][1].score < max(PLAUSIBLE, present + better):
        return None
    close = [reading for _, reading in ranked if reading.score > ranked[0][1].score - _MARGIN]
    if len(close) == 1:
        return close[0]
    for reading in close:
        if detect_encoding(head.encode(reading.read_as, "ignore"))[0] == reading.encoding:
            return reading
    return None


def _candidates(head: str, beyond: Counter[str]) -> dict[str, tuple[str, str]]:
    """Return what different pairs of encodings make of a text, where that may be words."""
    found: dict[str, tuple[str, str]] = {}
    for read_as, encodings in PAIRS.items():
        own = sum(count for character, count in beyond.items() if _has(read_as, character))
        if own < (1 - _FOREIGN) * beyond.total():
            continue
        for encoding in encodings:
            table = translation(read_as, encoding)
            if _may_be(beyond, table):
                meant = unicodedata.normalize("NFC", head.translate(table))
                if meant not in found and _is_changed_enough(head, meant):
                    found[meant] = read_as, encoding
    return found


@cache
def translation(read_as: str, encoding: str) -> dict[int, str]:
    """Return what each character beyond ASCII of one encoding is in the other; U+FFFD where that has none."""
    table = {}
    for code in range(0x80, 0x100):
        character = bytes([code]).decode(read_as, "ignore")
        if character:
            table[ord(character)] = bytes([code]).decode(encoding, "replace")
    return table


def _has(read_as: str, character: str) -> bool:
    return ord(character) in translation(read_as, read_as)


def _may_be(beyond: Counter[str], table: dict[int, str]) -> bool:
    """Return, soon, whether the letters that a reading makes fit one alphabet."""
    letters: Counter[str] = Counter()
    for character, count in beyond.items():
        meant = table.get(ord(character), character)
        if meant == "\ufffd":
            return False
        if meant.isalpha():
            letters[meant.lower()] += count
    return bool(letters) and fit(letters) >= _FIT


def _is_changed_enough(before: str, after: str) -> bool:
    """Return whether a reading changes so many letters, in so many words, that it is no accident."""
    words = [word for word in _WORD.findall(after) if not word.isascii()]
    changed = set(words) - set(_WORD.findall(before))
    letters = [character for word in words for character in word if character > "\x7f"]
    if has_other_script("".join(letters)):
        return len(changed) >= _FEWEST_WORDS and makes_words(after)
    if has_other_script(before) and len({letter.lower() for letter in letters}) < _FEWEST_INSTEAD:
        return False  # a sign such as µ in some words
    ordinary = [word for word in changed if any(character.isascii() for character in word)]
    few = _FEWEST_WORDS if any(map(has_odd_case, _WORD.findall(before))) else _FEWEST_CHANGED
    return len(ordinary) >= max(_FEWEST_WORDS, len(changed) / 2) and len(letters) >= few


def makes_words(text: str) -> bool:
    """Return whether the letters beyond ASCII make words, as those of drawings and lists of letters do not.

    >>> makes_words("Группа крови"), makes_words("УМ for ќ, УЖ for і")
    (True, False)
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    spaced = "".join(word for word in words if max(word) < "\u0e00")
    tokens = [token.strip(_AROUND_WORDS) for token in text.split()]
    if sum(len(token) for token in tokens if _WORD.fullmatch(token) and not token.isascii()) < _BY_SPACES * len(spaced):
        return False
    different = {letter for word in words for letter in word.lower() if letter > "\x7f"}
    long = [word for word in words if len(word) > _SHORT_WORD or word[-1] >= "\u0e00"]
    letters = Counter("".join(words).lower())
    if len(different) < _FEWEST_DIFFERENT or max(letters.values()) > _MOST_OF_ONE * letters.total():
        return False
    lists = [word for word in words if len(set(word.lower())) == len(word) >= _ALL_DIFFERENT and word[-1] < "\u0e00"]
    if 2 * sum(map(len, lists)) > letters.total():
        return False
    if len(letters) > _DIFFERENT * letters.total() >= _ALL_DIFFERENT and max(letters) < "\u2e80":
        return False
    return sum(map(len, long)) >= _IN_LONG_WORDS * letters.total()
