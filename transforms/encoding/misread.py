"""UTF-8 that was read in another encoding.

The judge is a line, with the document as evidence: all letters of a damaged line are UTF-8 as that encoding spells it,
and the document has enough of them that this cannot be an accident. Clean lines, emoji and lone signs around them say
nothing against it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs
import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.encoding.alphabets import fit, letters_beyond_ascii
from beam_textclean.transforms.encoding.detect import plausibility
from beam_textclean.transforms.encoding.edits import Edit, narrow
from beam_textclean.transforms.encoding.odd_words import is_odd_word
from beam_textclean.transforms.encoding.vetoes import veto

# What UTF-8 is wrongly read as. The sloppy ones read C1 characters from bytes without a meaning, as browsers do.
_SINGLE = (
    *("latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253"),
    *("sloppy-windows-1254", "sloppy-windows-1257", "iso8859-2", "mac-roman", "cp437", "cp850", "cp866", "koi8-r"),
    *("sloppy-windows-1256", "sloppy-windows-1255", "sloppy-windows-1258", "iso8859-15", "iso8859-5", "cp852"),
    *("cp857", "koi8-u", "mac-cyrillic"),
)
_MULTIBYTE = ("gb18030", "cp932")
_FEWEST_SEQUENCES = 3  # of UTF-8, that can hardly come about by accident in all of a document
# But the bytes of Chinese words such as 小学校 often are UTF-8, of letters that no text has together.
_FEWEST_DIFFERENT = 12  # sequences of UTF-8 that cannot come about so
_LEAST_DIFFERENT = 2  # that any must have
_PLAUSIBLE = 0.75  # fit of the letters that fewer must have
_IMPLAUSIBLE = 0.7  # of what was read wrongly; signs without letters have as much
_NONSENSE, _WORDS = 0.3, 0.85  # plausibility before and after, where two sequences are enough
_THROUGHOUT = 0.9  # share of the lines beyond ASCII that are damaged where a document is damaged throughout
_MANY_SEQUENCES = 6  # by which letters that are in no known alphabet are believed, too
_KNOWN = 0.3  # fit of the letters of any reading, also of one that has to be read again
_LONE_SIGNS = 3  # sequences per sign that is none
_HEAD = 4096  # characters by which readings are compared
_RUN = 12  # characters that show whether a line is worth more than a glance

# What English texts have once or twice. No text has between ASCII what these are wrongly read as, such as 窶冱 for ’s.
_TYPOGRAPHY = frozenset("‘’“”–—…")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LETTERS_TOGETHER = re.compile(r"[^\W\d_][^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][^\W\d_]|[\u0900-\u0e7f\u3040-\U0010ffff]")
_RUN_BEYOND = re.compile(r"[^\x00-\x7f]+")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_IN_WORD = re.compile(r"[\u4e00-\u9fff](?:(?<![^\x00-\x7f].)(?![^\x00-\x7f])|(?<=[A-Za-z].))")
_WINDOW, _MOSTLY_ASCII = 200, 0.7  # characters around the first one, and the share of ASCII among them
_PLANE = 0x10000
_AT_ONCE = 1 << 16  # characters, and the rest of their line


class _Spelling(NamedTuple):
    """How an encoding spells UTF-8.

    Attributes:
        encoding: The encoding.
        sequences: One or more characters of UTF-8.
        letters: The letters that are beyond ASCII in the encoding.
    """

    encoding: str
    sequences: re.Pattern[str]
    letters: frozenset[str]


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
    for start, end, bits in _suspicious_lines(text):
        found[start, end] = found.get((start, end), 0) | bits
    return _best_reading(text, [(*line, bits) for line, bits in sorted(found.items())]) if found else []


def _suspicious_lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Find the lines that may be damaged: where they begin and end, and bits for the encodings."""
    yield from _lines_of_lone_ideographs(text)
    for start, bits in _first_neighbours(text):
        if possible := _possible(text[start : start + _RUN], bits):
            end = text.find("\n", start)
            yield text.rfind("\n", 0, start) + 1, len(text) if end < 0 else end, possible


def _first_neighbours(text: str) -> Iterator[tuple[int, int]]:
    """Find the first two characters beyond ASCII of each line that are neighbours, and bits for what may spell so."""
    leads, others = _bits()
    end = 0
    while end < len(text):
        start, end = end, text.find("\n", end + _AT_ONCE) + 1 or len(text)
        codes = np.frombuffer(text[start:end].encode("utf-32-le", "surrogatepass"), np.uint32)
        beyond = codes > 0x7F
        places = (beyond[:-1] & beyond[1:]).nonzero()[0]
        lines = (codes == ord("\n")).nonzero()[0].searchsorted(places)
        places = places[np.diff(lines, prepend=-1) > 0]
        found = leads.take(codes[places], mode="clip") & others.take(codes[places + 1], mode="clip")
        for place, bits in zip(places[found != 0].tolist(), found[found != 0].tolist(), strict=True):
            yield start + place, bits & _SINGLE_BITS or _MULTIBYTE_BITS


def _lines_of_lone_ideographs(text: str) -> Iterator[tuple[int, int, int]]:
    """Find the lines of ASCII in which single Chinese characters are in words: mang茅."""
    first = _IDEOGRAPH.search(text)
    window = text[max(0, first.start() - _WINDOW) : first.start() + _WINDOW] if first else ""
    if not first or len(window.encode("ascii", "ignore")) < _MOSTLY_ASCII * len(window):
        return
    match = _IN_WORD.search(text)
    while match:
        start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if match[0] in _multibyte_leads():
            yield start, end, _MULTIBYTE_BITS
        match = _IN_WORD.search(text, end)


@lru_cache(maxsize=1)
def _multibyte_leads() -> frozenset[str]:
    """Return the characters whose one or two bytes in Chinese or Japanese are the first of a character of UTF-8."""
    seconds = [b"", *(bytes([second]) for second in range(0x80, 0xC0))]
    spelled = [bytes([first]) + second for first in range(0xC2, 0xF5) for second in seconds]
    found = {
        character
        for encoding in _MULTIBYTE
        for data in spelled
        for character in data.decode(encoding, "ignore")
        if character.encode(encoding) == data
    }
    blocks = range(0x3040, 0x3100), range(0x4E00, 0xA000), range(0xE000, 0xE800), range(0xFF61, 0xFFA0)
    return frozenset(character for character in found if any(ord(character) in block for block in blocks))


def _possible(head: str, bits: int) -> int:
    """Return bits for those of the encodings in which some characters begin with UTF-8."""
    run = re.match(r"[^\x00-\x7f]+", head)
    found = 0
    for number, encoding in enumerate((*_SINGLE, *_MULTIBYTE)):
        if bits >> number & 1:
            data = b""
            for character in run[0] if run else "":
                try:
                    data += b"\x98" if character == "\ufffd" else character.encode(encoding)
                except UnicodeEncodeError:
                    break
            try:
                data.decode()
            except UnicodeDecodeError as error:
                if error.reason != "unexpected end of data":
                    continue
            found |= (len(data) > 1) << number
    return found


_SINGLE_BITS = (1 << len(_SINGLE)) - 1
_MULTIBYTE_BITS = sum(1 << number for number in range(len(_SINGLE), len(_SINGLE) + len(_MULTIBYTE)))


def _best_reading(text: str, lines: Sequence[tuple[int, int, int]]) -> list[Edit]:
    """Compare the encodings: the one that explains most of the document, and then the one that makes better words."""
    best: tuple[int, float] = (0, 0.0)
    reread: list[_Reread] = []
    beyond = sum(not line.isascii() for line in text.split("\n"))
    for number, encoding in enumerate((*_SINGLE, *_MULTIBYTE)):
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
    if not certain or (encoding not in _MULTIBYTE and not _is_better(before, after)):
        return False
    letters = letters_beyond_ascii(after)
    if letters and not _LETTERS_TOGETHER.search(after):
        return False  # lone letters, as capitals with signs would become
    explained = sum(found.explained for found in candidates)
    many = len(new) >= _MANY_SEQUENCES and explained > 2 * len(new)  # three bytes each are no accident
    return not letters or fit(letters) > _KNOWN or many


def _head(lines: Iterable[str]) -> str:
    return "\n".join(lines)[:_HEAD]


def _is_certain(beyond: Sequence[str], encoding: str) -> bool:
    if encoding in _MULTIBYTE and not _is_no_accident(beyond):
        return _TYPOGRAPHY.issuperset(beyond)
    return len(beyond) >= _FEWEST_SEQUENCES or _TYPOGRAPHY.issuperset(beyond)


def _is_better(before: str, after: str) -> bool:
    """Return whether a reading makes better words, or the present one none: what was read twice makes none, either."""
    present = plausibility(before)
    if present < _IMPLAUSIBLE or plausibility(after) > present:
        return True
    return any(map(is_odd_word, before.split())) and not any(map(is_odd_word, after.split()))


def _is_far_better(before: str, after: str) -> bool:
    return plausibility(before) < _NONSENSE and plausibility(after) > _WORDS


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
    if encoding in _MULTIBYTE:
        return _reread_runs(start, line, encoding)
    spelling = _spelling(encoding)
    # windows-1251 leaves one byte undefined, the second one of И.
    spelled = line.replace("\ufffd", "\x98") if encoding == "sloppy-windows-1251" else line
    rest = spelling.sequences.sub("", spelled)
    if not spelling.letters.isdisjoint(rest):
        return None
    new: list[str] = []

    def read(match: re.Match[str]) -> str:
        new.append(match[0].encode(encoding).decode())
        return new[-1]

    meant = spelling.sequences.sub(read, spelled)
    signs = sum(character > "\x7f" and character.isprintable() for character in rest if _is_high(character, encoding))
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
            new.append(read)
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


@cache
def _spelling(encoding: str) -> _Spelling:
    def of(first: int, last: int) -> str:
        return _class(first, last, encoding)

    other = of(0x80, 0xBF)
    sequences = "|".join(
        (
            of(0xC2, 0xDF) + other,
            of(0xE0, 0xE0) + of(0xA0, 0xBF) + other,
            of(0xED, 0xED) + of(0x80, 0x9F) + other,
            _class(0xE1, 0xEF, encoding, without=0xED) + other + other,
            of(0xF0, 0xF0) + of(0x90, 0xBF) + other + other,
        )
    )
    letters = frozenset(filter(str.isalpha, _characters(range(0x80, 0x100), encoding)))
    return _Spelling(encoding, re.compile(f"(?:{sequences})+"), letters)


def _class(first: int, last: int, encoding: str, without: int | None = None) -> str:
    characters = _characters((code for code in range(first, last + 1) if code != without), encoding)
    return "[" + re.escape("".join(characters)) + "]" if characters else r"(?!)"


def _characters(codes: Iterable[int], encoding: str) -> list[str]:
    """Return what an encoding of single bytes has at some codes, without what it leaves undefined."""
    return [character for code in codes if (character := bytes([code]).decode(encoding, "ignore"))]


@lru_cache(maxsize=1)
def _bits() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return for each character bits for the encodings in which it begins, or continues, a character of UTF-8.

    Each has the bit of all encodings of two bytes where it begins one in any of them, as what follows may be anything.
    """
    leads, others = np.zeros(_PLANE, np.uint32), np.zeros(_PLANE, np.uint32)
    for number, encoding in enumerate(_SINGLE):
        for table, codes in (leads, range(0xC2, 0xF5)), (others, range(0x80, 0xC0)):
            table[list(map(ord, _characters(codes, encoding)))] |= np.uint32(1 << number)
    others[0xFFFD] |= np.uint32(1 << _SINGLE.index("sloppy-windows-1251"))  # what it leaves undefined
    leads[list(map(ord, _multibyte_leads()))] |= np.uint32(_MULTIBYTE_BITS)
    others |= np.uint32(_MULTIBYTE_BITS)
    return leads, others
