"""Bytes of another encoding that were read as windows-1252 or the like.

Where no Western language has the letters of a text, and in another common encoding the same bytes are words of another
script or fit one alphabet, they were read wrongly. A document is judged as a whole first, and then by the lines that
hold words which no language has, so that clean lines, emoji and a template around the body do not hide them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise

from beam_textclean.transforms.encoding.alphabets import (
    alphabets,
    has_other_script,
    letters_of_windows_1252,
    share_of_one_alphabet,
)
from beam_textclean.transforms.encoding.detect import COMMON_ENCODINGS, detect_encoding, plausibility
from beam_textclean.transforms.encoding.edits import Edit, apply_edits, narrow
from beam_textclean.transforms.encoding.examples import without_examples
from beam_textclean.transforms.encoding.in_common import HEAD, READ_AS, SIGN_IN_WORD, SIGNS, in_common, is_plain
from beam_textclean.transforms.encoding.odd_words import odd_lines
from beam_textclean.transforms.encoding.reread import (
    IMPLAUSIBLE,
    PLAUSIBLE,
    WESTERN,
    best_reading,
    makes_words,
    translation,
)
from beam_textclean.transforms.encoding.spelling import is_spelled

_READ_AS = (*READ_AS, "mac-roman")  # what lines are read in, where documents are read in one of two
_FEWEST_STRANGE = 5  # words of a document without odd ones
_MULTIBYTE = frozenset(["cp932", "shift_jis", "euc_jp", "gb18030", "gbk", "gb2312", "big5", "cp949", "euc_kr"])
_OF_TWO_ALPHABETS = 0.95, 0.05  # plausibility that letters of two alphabets may have, and must gain
_WITH_NAMES = 0.85  # share of the letters in one alphabet where the others are of foreign names
_LEAST, _LEAST_OF_WHOLE = 0.6, 0.4  # plausibility of each line that is read anew, alone or with all of a document
_MOST_JUDGED = 1000  # lines that are looked at
_MOST_LINES = 200  # by which a document is judged
_ENCODABLE = 0.7  # share of the characters beyond ASCII that the encoding has; the rest are of clean lines
_FEWEST_LETTERS, _FEWEST_ODD = 8, 6  # characters beyond ASCII that show enough, in any text and in odd lines
_OTHER_SCRIPT = 0.05  # share of letters beyond ASCII from which on the text is in another script, if it is any
_LATIN = 0.02  # the same for Latin script
_LATIN_CHANGED = 0.004  # share of letters that the other reading must change
_OF_ONE_LETTER = 10  # times that it must be changed if it is the only one
_IN_WORDS = 0.9  # of the letters of another script that must be next to others of it
_WESTERN = 0.95  # of the letters beyond ASCII by which a text is in a language of windows-1252
_WESTERN_WORDS = 0.02  # share of common western words that no text in another Latin alphabet has
_COVERED = 0.98  # of the letters beyond ASCII that must be in the alphabet; the rest are foreign names

# In Russian as windows-1252 some words are such variants, где and беда.
_FEWEST_VARIANTS = 3  # of one letter, àáâ, that make a list
_FEWEST_IN_TABLE = 12  # characters beyond ASCII, all different
_LISTED = 0.5  # of the letters beyond ASCII that are in such lists where a text is not Cyrillic or the like

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Letters beyond ASCII, or such signs beside ASCII letters: what drawings have neither of.
_LETTERS = re.compile(r"[^\W\d_\x00-\x7f]|[^\x00-\x7f](?:(?<=[A-Za-z].)|(?=[A-Za-z]))")
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = frozenset("\xa0\xad«»‹›‘’‚“”„–—…•·°§©®™€")
_ASCII = bytes(range(0x80))
_NO_LETTERS = bytes(code for code in range(0x100) if not chr(code).isalpha() or code > 0x7F)


def legacy_bytes(text: str, *, odd: bool = True) -> list[Edit]:
    """Find the edits that read bytes anew which were read in a wrong encoding of single bytes.

    Args:
        text: A document.
        odd: It may hold words that no language has.

    Returns:
        Edits of the rule ``legacy_bytes``.
    """
    plain = is_plain(text[:HEAD], in_common(text[:HEAD]))
    whole = None if plain else _encoding_of(text, READ_AS)
    if whole and not is_spelled(text[:HEAD]) and not _is_table(text[:HEAD]):
        return list(_edits(text, _lines(text), *whole, least=_LEAST_OF_WHOLE))
    lines = odd_lines(text)[:_MOST_JUDGED] if odd else []
    if lines:
        return without_examples(text, _of_odd_lines(text, lines))
    return [] if plain else without_examples(text, _of_strange_letters(text))


def _of_odd_lines(text: str, lines: list[tuple[int, int]]) -> list[Edit]:
    """Read the odd lines of a document anew: all in one encoding, or each in its own."""
    lines = [line for line in lines if plausibility(text[slice(*line)]) < IMPLAUSIBLE]
    found = _judge("\n".join(text[slice(*line)] for line in lines[:_MOST_LINES]))
    if found:
        return list(_edits(text, sorted([*lines, *_like_damaged(text, lines, *found)]), *found))
    edits: list[Edit] = []
    for line in lines[:_MOST_LINES] if len(lines) > 1 else ():
        found = _judge(text[slice(*line)])
        edits += _edits(text, [line], *found) if found else ()
    return edits


def _of_strange_letters(text: str) -> list[Edit]:
    """Read a document anew whose letters are ordinary, but of no one language, if all of them then are of one."""
    head = text[:HEAD]
    if in_common(head).alphabet or share_of_one_alphabet(head) > _WITH_NAMES or is_spelled(head):
        return []
    reading = best_reading("\n".join(head[slice(*line)] for line in _lines(head)), *_OF_TWO_ALPHABETS)
    if not reading:
        return []
    edits = list(_edits(text, _lines(text), reading.read_as, reading.encoding))
    meant = apply_edits(text, edits)[:HEAD]
    western = sum(word in alphabets().western_words for word in _WORD.findall(head.lower()))
    enough = len(edits) >= _FEWEST_STRANGE and in_common(meant).alphabet
    return edits if enough and (western > 1) == (reading.encoding in WESTERN) else []


def _lines(text: str) -> Iterable[tuple[int, int]]:
    match = _NOT_ASCII.search(text)
    while match:
        end = text.find("\n", match.start())
        end = len(text) if end < 0 else end
        yield text.rfind("\n", 0, match.start()) + 1, end
        match = _NOT_ASCII.search(text, end)


def _like_damaged(text: str, damaged: list[tuple[int, int]], read_as: str, encoding: str) -> list[tuple[int, int]]:
    """Find the other lines that the reading of the damaged ones makes no worse, where most lines are damaged."""
    known = set(damaged)
    others = [line for line in _lines(text) if line not in known]
    if len(others) > len(damaged):
        return []
    found = []
    for line in others:
        present = text[slice(*line)]
        meant = _reread(present, read_as, encoding)
        if meant and plausibility(meant) >= max(PLAUSIBLE, plausibility(present)):
            found.append(line)
    return found


def _judge(run: str) -> tuple[str, str] | None:
    """Find in which encoding lines were read, and in which they are."""
    if _lists_letters(run) or _is_table(run) or not _LETTERS.search(run) or is_spelled(run):
        return None
    found = _encoding_of(run)
    if found and found[1] in _MULTIBYTE:
        return found
    reading = best_reading(run)
    return (reading.read_as, reading.encoding) if reading else found


def _edits(
    text: str, lines: Iterable[tuple[int, int]], read_as: str, encoding: str, *, least: float = _LEAST
) -> Iterable[Edit]:
    for start, end in lines:
        line = text[start:end]
        meant = _reread(line, read_as, encoding)
        if meant is None or meant == line:
            continue
        if encoding in _MULTIBYTE or plausibility(meant) >= min(least, plausibility(line)):
            yield from narrow(line, meant, "legacy_bytes", start)


def _reread(line: str, read_as: str, encoding: str) -> str | None:
    """Read one line anew, but for the characters that the encoding does not have, such as emoji."""
    if encoding in _MULTIBYTE:
        pieces = re.split(f"([{re.escape(''.join(map(chr, translation(read_as, read_as))))}\x00-\x7f]+)", line)
        try:
            pieces[1::2] = [piece.encode(read_as).decode(encoding) for piece in pieces[1::2]]
        except UnicodeError:
            return None
        return "".join(pieces)
    letters = [character for character in line if character > "\x7f" and character.isalpha()]
    own = translation(read_as, encoding)
    if letters and not any(ord(letter) in own for letter in letters):
        return None  # a clean line beside damaged ones
    meant = line.translate(own)
    return None if "\ufffd" in meant and "\ufffd" not in line else meant


def _encoding_of(text: str, read_in: Iterable[str] = _READ_AS) -> tuple[str, str] | None:
    """Find in which encoding a text was read, and in which other script or alphabet it is."""
    for read_as in read_in:
        head = text[:HEAD].encode(read_as, "ignore")
        beyond = head.translate(None, _ASCII)
        if len(beyond) < (_FEWEST_LETTERS if read_in is READ_AS else _FEWEST_ODD) or not _is_encodable(
            text[:HEAD], len(beyond), read_in
        ):
            continue
        share = len(beyond) / (len(beyond) + len(head.translate(None, _NO_LETTERS)))
        counts = {bytes([byte]).decode(read_as): beyond.count(byte) for byte in set(beyond)}
        if share < _LATIN or _fits_western(text[:HEAD], counts) or _lists_letters(text[:HEAD]):
            return None
        encoding = None
        if share >= _OTHER_SCRIPT and not _is_mostly_western(text[:HEAD]):
            encoding = _other_script(head)
        if encoding is None and not _has_western_words(text[:HEAD]) and read_as != "mac-roman":
            encoding = _other_alphabet(head, read_as)
        if encoding is None:
            continue
        try:
            # The last character may be cut, and others have lost a half beside an emoji.
            meant = head.decode(encoding, "ignore" if encoding in _MULTIBYTE else "strict")
        except UnicodeError:
            continue
        if (
            meant.count("\n") == text[:HEAD].count("\n")
            and (makes_words(meant) if has_other_script(meant) else _makes_latin_words(meant))
            and (read_in is READ_AS or encoding in _MULTIBYTE or plausibility(meant) >= PLAUSIBLE)
        ):
            return read_as, encoding
    return None


def _makes_latin_words(meant: str) -> bool:
    """Return whether most letters beyond ASCII are in words with ordinary ones, which drawings do not have."""
    words = [word for word in _WORD.findall(meant) if not word.isascii()]
    joined = [word for word in words if any(map(str.isascii, word))]
    return 2 * sum(map(len, joined)) > sum(map(len, words))


def _is_encodable(head: str, encoded: int, read_in: Iterable[str]) -> bool:
    beyond = len(_NOT_ASCII.findall(head))
    return encoded == beyond if read_in is READ_AS else encoded >= _ENCODABLE * beyond


def _fits_western(head: str, counts: Mapping[str, int]) -> bool:
    """Return whether one language of windows-1252 has the letters of a text, except those of a few foreign names."""
    if not SIGNS.isdisjoint(counts) and SIGN_IN_WORD.search(head):
        return False
    letters = {character: count for character, count in counts.items() if character.isalpha() and character not in "µƒ"}
    most = sum(letters.values())
    return any(
        letters.keys() <= alphabet
        or sum(count for letter, count in letters.items() if letter in alphabet) > _WESTERN * most
        for alphabet in letters_of_windows_1252()
    )


def _lists_letters(head: str) -> bool:
    """Return whether most letters beyond ASCII come from lists of letters, such as àáâãäå in a program."""
    letters = [character for character in _NOT_ASCII.findall(head) if character.isalpha()]
    runs = (list(run) for _, run in groupby(letters, key=_base_letter))
    listed = sum(len(run) for run in runs if len(set(run)) >= _FEWEST_VARIANTS)
    rows = sum(ord(second) - ord(first) == 1 for first, second in pairwise(letters))
    return max(listed, rows) > _LISTED * len(letters) and len(letters) > _LISTED * len(_NOT_ASCII.findall(head))


def _is_table(run: str) -> bool:
    """Return whether all characters beyond ASCII are equally frequent, as in a table of an encoding."""
    counts = Counter(_NOT_ASCII.findall(run))
    return len(counts) >= _FEWEST_IN_TABLE and min(counts.values()) == max(counts.values())


def _base_letter(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()


def _is_mostly_western(head: str) -> bool:
    """Return whether the frequent western words of a text outnumber its words beyond ASCII."""
    words = _WORD.findall(head.lower())
    ascii_words = [word for word in words if word.isascii()]
    western = sum(word in alphabets().western_words for word in ascii_words)
    return western > len(words) - len(ascii_words)


def _has_western_words(head: str) -> bool:
    """Return whether the words of a text are western, as in texts that mix languages and fit no single alphabet."""
    if SIGN_IN_WORD.search(head):
        return False
    words = _WORD.findall(head.lower())
    return sum(word in alphabets().western_words for word in words) > _WESTERN_WORDS * len(words)


def _other_script(head: bytes) -> str | None:
    """Find the encoding in which bytes are a text in another script than Latin."""
    encoding = detect_encoding(head)[0]
    if encoding not in COMMON_ENCODINGS:
        return None
    meant = head.decode(encoding, "ignore")
    beyond = sum(unicodedata.category(character)[0] in "LM" for character in _NOT_ASCII.findall(meant))
    for script in alphabets().scripts.values():
        if sum(len(run[0]) for run in script.finditer(meant) if len(run[0]) > 1) > _IN_WORDS * beyond:
            return encoding
    return None


def _other_alphabet(head: bytes, read_as: str) -> str | None:
    """Find the encoding of single bytes in which bytes fit a Latin alphabet."""
    letters = len(head.translate(None, _NO_LETTERS))
    best = (0.0, "")
    beyond = head.translate(None, _ASCII)
    counts = {byte: beyond.count(byte) for byte in set(beyond)}
    for encodings, alphabet in alphabets().legacy.values():
        for encoding in encodings:
            meant = {bytes([byte]).decode(encoding, "replace"): count for byte, count in counts.items()}
            inside = {letter: count for letter, count in meant.items() if letter in alphabet}
            total = sum(count for letter, count in meant.items() if letter not in _PUNCTUATION)
            changed = {
                letter: count for letter, count in inside.items() if letter.encode(encoding).decode(read_as) != letter
            }
            if (
                sum(inside.values()) < _COVERED * total
                or (len(changed) < 2 and sum(changed.values()) < _OF_ONE_LETTER)
                or sum(changed.values()) < _LATIN_CHANGED * letters
            ):
                continue
            score = sum(alphabet[letter] * count for letter, count in inside.items()) / total
            best = max(best, (score, encoding))
    return best[1] or None
