"""UTF-8 that was read in another encoding.

The judge is a line, with the document as evidence: all letters of a damaged line are UTF-8 as that encoding spells it,
and the document has enough of them that this cannot be an accident. Clean lines, emoji and lone signs around them say
nothing against it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs

from beam_textclean.transforms.encoding.alphabets import fit, letters_beyond_ascii
from beam_textclean.transforms.encoding.detect import plausibility
from beam_textclean.transforms.encoding.edits import Edit, narrow
from beam_textclean.transforms.encoding.odd_pairs import MULTIBYTE
from beam_textclean.transforms.encoding.odd_words import is_odd_word
from beam_textclean.transforms.encoding.spelling import SINGLE, spelling, suspicious_lines
from beam_textclean.transforms.encoding.vetoes import veto

_FEWEST_SEQUENCES = 3  # of UTF-8, that can hardly come about by accident in all of a document
# But the bytes of Chinese words such as 小学校 often are UTF-8, of letters that no text has together.
_FEWEST_DIFFERENT = 12  # sequences of UTF-8 that cannot come about so
_LEAST_DIFFERENT = 2  # that any must have
_PLAUSIBLE = 0.75  # fit of the letters that fewer must have
_IMPLAUSIBLE = 0.7  # of what was read wrongly; signs without letters have as much
_NONSENSE, _WORDS = 0.3, 0.85  # plausibility before and after, where two sequences are enough
_DOUBTED = 0.6  # plausibility before, where odd words become ordinary ones
_THROUGHOUT = 0.9  # share of the lines beyond ASCII that are damaged where a document is damaged throughout
_MANY_SEQUENCES = 6  # by which letters that are in no known alphabet are believed, too
_KNOWN = 0.3  # fit of the letters of any reading, also of one that has to be read again
_LONE_SIGNS = 3  # sequences per sign that is none
_HEAD = 4096  # characters by which readings are compared

# What English texts have once or twice. No text has between ASCII what these are wrongly read as, such as 窶冱 for ’s.
_TYPOGRAPHY = frozenset("‘’“”–—…")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LETTERS_TOGETHER = re.compile(r"[^\W\d_][^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][^\W\d_]|[\u0900-\u0e7f\u3040-\U0010ffff]")
_RUN_BEYOND = re.compile(r"[^\x00-\x7f]+")


class _Reread(NamedTuple):
    """A line that was read anew.

    Attributes:
        start: Where it starts.
        line: What it was.
        meant: What it becomes.
        new: The characters that were spelled.
        explained: How many characters spelled them.
    """

    start: int
    line: str
    meant: str
    new: str
    explained: int


def misread(text: str) -> list[Edit]:
    """Find the edits that undo one wrong reading of UTF-8, in the lines of a document that show it.

    Args:
        text: A document.

    Returns:
        Edits of the rule ``mojibake``.
    """
    found: dict[tuple[int, int], int] = {}
    for start, end, bits in suspicious_lines(text):
        found[start, end] = found.get((start, end), 0) | bits
    return _best_reading(text, [(*line, bits) for line, bits in sorted(found.items())]) if found else []


def _best_reading(text: str, lines: Sequence[tuple[int, int, int]]) -> list[Edit]:
    """Compare the encodings: the one that explains most of the document, and then the one that makes better words."""
    best: tuple[int, float] = (0, 0.0)
    reread: list[_Reread] = []
    beyond = sum(not line.isascii() for line in text.split("\n"))
    for number, encoding in enumerate((*SINGLE, *MULTIBYTE)):
        candidates = [
            found
            for start, end, bits in lines
            if bits >> number & 1 and (found := _reread(start, text[start:end], encoding))
        ]
        candidates = _beside_certain_ones(candidates, beyond)
        if not candidates or not _is_believed(candidates, encoding):
            continue
        explained = sum(found.explained for found in candidates)
        score = fit(letters_beyond_ascii(_head(found.meant for found in candidates)))
        if (explained, score) > best:
            best, reread = (explained, score), candidates
    edits = [edit for found in reread for edit in narrow(found.line, found.meant, "mojibake", found.start)]
    return veto(text, edits, many=sum(len(found.new) for found in reread) >= _FEWEST_SEQUENCES)


def _beside_certain_ones(candidates: list[_Reread], beyond: int) -> list[_Reread]:
    """Return the lines that show the damage by themselves, and of the others those with better words.

    ``beyond`` lines of the document are not ASCII. One character of two bytes in a line is an accident more often than
    damage, unless nearly all lines of the
    document are so.
    """
    lone = [found for found in candidates if _is_lone(found)]
    if len(candidates) >= _THROUGHOUT * beyond or not lone:
        return candidates
    if len(lone) < len(candidates):
        return [found for found in candidates if not _is_lone(found) or _is_convincing(found)]
    before, after = _head(found.line for found in lone), _head(found.meant for found in lone)
    return lone if _is_far_better(before, after) else []


def _is_lone(found: _Reread) -> bool:
    """Return whether a line holds one spelled character of two bytes, which is not typography."""
    return len(found.new) == 1 and found.explained <= 2 * len(found.new) and found.new not in _TYPOGRAPHY


def _is_convincing(lone: _Reread) -> bool:
    """Return whether one character, in a line beside certain damage, is a letter that makes a better word."""
    letters = letters_beyond_ascii(lone.new)
    return bool(letters) and fit(letters) > _PLAUSIBLE and _is_better(lone.line, lone.meant)


def _is_believed(candidates: Sequence[_Reread], encoding: str) -> bool:
    """Return whether lines that an encoding spells cannot be what was written."""
    new = "".join(found.new for found in candidates)
    before, after = _head(found.line for found in candidates), _head(found.meant for found in candidates)
    certain = _is_certain(new, encoding) or (len(new) > 1 and _is_far_better(before, after))
    if not certain or (encoding not in MULTIBYTE and not _is_better(before, after)):
        return False
    letters = letters_beyond_ascii(after)
    if letters and not _LETTERS_TOGETHER.search(after) and not _is_no_capital_and_sign(new, encoding):
        return False
    explained = sum(found.explained for found in candidates)
    many = len(new) >= _MANY_SEQUENCES and explained > 2 * len(new)  # three bytes each are no accident
    return not letters or fit(letters) > _KNOWN or many or _is_no_capital_and_sign(new, encoding)


def _is_no_capital_and_sign(new: str, encoding: str) -> bool:
    """Return whether lone letters are no capitals with signs behind them, which happen to be UTF-8.

    They are beside typography, were spelled twice, or are a whole table of characters.
    """
    if encoding in MULTIBYTE:
        return False
    return (
        not _TYPOGRAPHY.isdisjoint(new)
        or len(set(new)) >= _FEWEST_DIFFERENT
        or spelling(encoding).sequences.search(new) is not None
    )


def _head(lines: Iterable[str]) -> str:
    return "\n".join(lines)[:_HEAD]


def _is_certain(beyond: Sequence[str], encoding: str) -> bool:
    if encoding in MULTIBYTE:
        many = len(beyond) >= _FEWEST_SEQUENCES and _is_no_accident(beyond)
        return many or (bool(beyond) and _TYPOGRAPHY.issuperset(beyond))
    return len(beyond) >= _FEWEST_SEQUENCES or not _TYPOGRAPHY.isdisjoint(beyond)


def _is_better(before: str, after: str) -> bool:
    """Return whether a reading makes better words, or the present one none: what was read twice makes none, either."""
    present = plausibility(before)
    if present < _IMPLAUSIBLE or plausibility(after) > present:
        return True
    return _are_odd(before) and not _are_odd(after)


def _is_far_better(before: str, after: str) -> bool:
    present = plausibility(before)
    nonsense = present < _NONSENSE or (present < _DOUBTED and _are_odd(before) and not _are_odd(after))
    return nonsense and plausibility(after) > _WORDS


def _are_odd(text: str) -> bool:
    return any(is_odd_word(word) for word in text.split() if not word.isascii())


def _is_no_accident(beyond: Sequence[str]) -> bool:
    """Return whether UTF-8 found in the bytes of Chinese characters can be what was meant."""
    if len(set(beyond)) >= _FEWEST_DIFFERENT:
        return True
    if len(set(beyond)) < _LEAST_DIFFERENT:
        return False
    # Two bytes make a Chinese character, and those of accidents are mostly these.
    accidental = any("\u0250" <= character < "\u0800" for character in beyond)
    return not accidental and fit(letters_beyond_ascii("".join(beyond))) > _PLAUSIBLE


def _reread(start: int, line: str, encoding: str) -> _Reread | None:
    """Read a line whose letters beyond ASCII were all spelled by an encoding."""
    if encoding in MULTIBYTE:
        return _reread_runs(start, line, encoding)
    own = spelling(encoding)
    # windows-1251 leaves one byte undefined, the second one of И.
    spelled = line.replace("\ufffd", "\x98") if encoding == "sloppy-windows-1251" else line
    rest = own.sequences.sub("", spelled)
    if not own.letters.isdisjoint(rest):
        return None
    new: list[str] = []

    def read(match: re.Match[str]) -> str:
        new.append(match[0].encode(encoding).decode())
        return new[-1]

    meant = own.sequences.sub(read, spelled)
    signs = sum(
        character > "\x7f" and character.isprintable() and character not in "«»"
        for character in rest
        if _is_high(character, encoding)
    )
    read_anew = "".join(new)
    if signs * _LONE_SIGNS > len(read_anew) or not all(map(_is_text, set(meant))):
        return None
    return _Reread(start, line, meant, read_anew, len(line) - len(rest)) if new else None


def _reread_runs(start: int, line: str, encoding: str) -> _Reread | None:
    """Read the runs of characters beyond ASCII, all but lone signs, as UTF-8."""
    meant: list[str] = []
    new: list[str] = []
    explained = at = 0
    for run in _RUN_BEYOND.finditer(line):
        try:
            read = run[0].encode(encoding).decode()
            new += filter(_NOT_ASCII.match, read)
            explained += len(run[0])
        except UnicodeError:
            if len(run[0]) > 1 or run[0].isalpha():
                return None
            read = run[0]
        meant += line[at : run.start()], read
        at = run.end()
    joined = "".join([*meant, line[at:]])
    return _Reread(start, line, joined, "".join(new), explained) if new and all(map(_is_text, set(joined))) else None


def _is_high(character: str, encoding: str) -> bool:
    try:
        return character.encode(encoding)[0] > 0x7F
    except UnicodeEncodeError:
        return False


def _is_text(character: str) -> bool:
    # C1 controls are the mark of a text that was read wrongly twice.
    return character in "\t\n\r\f" or unicodedata.category(character) not in ("Cn", "Co", "Cs")
