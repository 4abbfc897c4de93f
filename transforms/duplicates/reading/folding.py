"""The folded form of paragraphs: equal bytes mean equal paragraphs."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from beam_textclean.transforms.code_and_markup import LINE_BREAKS
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.paragraphs import Span, paragraph_spans

# A white space character that no line ends with, to mark the paragraphs' ends while a text is folded in one go.
_MARK = "\x1f"
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))
# All but the first bytes of Chinese and Japanese characters and Korean syllables.
_IDEOGRAPHIC_SIGNS = b"\xe3\x80"  # how their full stops and brackets begin
_ALL_BUT_WIDE = bytes(byte for byte in range(256) if not 0xE3 <= byte <= 0xED)
# White space (all of str.isspace), and what cannot be seen: soft hyphen, grapheme joiner, tatweel, zero-width and
# directional characters. Of ASCII, of the block U+2000 to U+206F, and the others.
_IGNORED_ASCII = b"\t\n\x0b\x0c\r\x1c\x1d\x1e "  # without the mark
_IGNORED_GENERAL = re.compile(rb"\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81[\x9f-\xa4\xa6-\xaf])")
_IGNORED_OTHERS = "\x85\xa0\xad\u034f\u061c\u0640\u1680\u180e\u3000\ufeff"
_IGNORED_CODE_POINTS = [
    *_IGNORED_ASCII,
    *map(ord, _MARK + _IGNORED_OTHERS),
    *range(0x2000, 0x2010),
    *range(0x2028, 0x2030),
    *range(0x205F, 0x2065),
    *range(0x2066, 0x2070),
]
IGNORED = "".join(map(chr, _IGNORED_CODE_POINTS))
"""White space and what cannot be seen."""

# Bytes that code points have when folded; the last entry is for all from U+10000 on.
_FOLDED_SIZES = np.repeat(np.array([1, 2, 3, 4], np.int8), [0x80, 0x800 - 0x80, 0x10000 - 0x800, 1])
_FOLDED_SIZES[_IGNORED_CODE_POINTS] = 0

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„‟«»″〝〞〟＂", '"')
    | dict.fromkeys("‘’‚‛‹›′`´ʼ＇", "'")
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict(zip("，。：；！？（）［］、", ",.:;!?()[],", strict=True))
    | {"…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# What has no place of its own in a text. It becomes blanks, so that all places remain what they are: the hyphens within
# words, be they written so or at the end of a line, and bullets at the beginning of a line.
_HYPHENS = "-", "\u2010"
_HYPHEN = {hyphen: re.compile(rf"{hyphen}(?<=[^\W\d_]{{2}}.)(?=\s*[^\W\d_]{{2}})") for hyphen in _HYPHENS}
_BULLETS = "•‣◦●▪■□➢✓"
_BULLET = re.compile(rf"(?<![^{LINE_BREAKS}{_MARK}])[ \t\xa0]*[{_BULLETS}](?=\s)")
_DIGIT = re.compile(r"\d")
# The mark of a footnote, with the blank before it. It becomes blanks, so that all places remain what they are.
NOTE = r"[ \xa0]?\[[ \xa0]?\d{1,3}[ \xa0]?\]"
_NOTE = re.compile(NOTE)
_PUNCTUATION = re.compile(r"[^\w\s]|_")


_NO_FOLDS = DuplicatesConfig()
_WITHOUT_SIGNS = frozenset(["punctuation", "notes"])


class FoldedParagraphs(NamedTuple):
    """The paragraphs of a text and their folded forms, side by side.

    Attributes:
        paragraphs: Their spans; paragraphs of nothing but invisible characters are left out.
        folded: The UTF-8 bytes of their folded forms.
        long: Indices of those that have `min_characters`.
    """

    paragraphs: Sequence[Span]
    folded: Sequence[bytes]
    long: Sequence[int]


def fold_paragraphs(text: str, config: DuplicatesConfig) -> FoldedParagraphs:
    """Split a text into paragraphs and fold each.

    Args:
        text: Any text.
        config: Its `folds` say what is overlooked besides white space and invisible characters.

    Returns:
        The paragraphs and their folded forms.
    """
    paragraphs = paragraph_spans(text)
    unmarked = text.replace(_MARK, " ")
    marked = _MARK.join([unmarked[start:end] for start, end in paragraphs])
    data = _fold(marked, config.folds)
    mark = _MARK.encode()
    folded = data.split(mark)
    if b"" in folded:
        visible = [index for index, content in enumerate(folded) if content]
        paragraphs = [paragraphs[index] for index in visible]
        folded = [folded[index] for index in visible]
    minimum = config.min_characters
    if data.isascii():
        long = [index for index, content in enumerate(folded) if len(content) >= minimum]
    else:  # there are fewer characters than bytes
        long = [
            index
            for index, content in enumerate(folded)
            if len(content) >= minimum and (len(content) >= 4 * minimum or count_characters(content) >= minimum)
        ]
    return FoldedParagraphs(paragraphs, folded, long)


def fold_run(text: str, config: DuplicatesConfig) -> bytes:
    r"""Fold a stretch of text.

    >>> fold_run("Le\xa0Pen\u00adtagone\n", DuplicatesConfig())
    b'LePentagone'
    """
    return _fold(text.replace(_MARK, " "), config.folds)


def plain_forms(
    text: str, paragraphs: Sequence[Span], folded: Sequence[bytes], config: DuplicatesConfig
) -> Sequence[bytes]:
    """Return the forms by which code and tables are recognised: folded, but with their punctuation.

    Args:
        text: A text.
        paragraphs: Its paragraphs.
        folded: Their folded forms.
        config: What these were folded by.
    """
    if _WITHOUT_SIGNS.isdisjoint(config.folds):
        return folded
    return [fold_run(text[start:end], _NO_FOLDS) for start, end in paragraphs]


def count_characters(folded: bytes) -> int:
    """Return the length of a folded text in characters of an alphabet.

    A Chinese or Japanese character, or a Korean syllable, counts as two and a half: 16 say as much as 40 letters.

    >>> count_characters("Kaboul".encode()), count_characters("春の修理".encode())
    (6, 10)
    """
    if folded.isascii():
        return len(folded)
    count = len(folded.translate(None, _CONTINUATION_BYTES))
    wide = len(folded.translate(None, _ALL_BUT_WIDE)) - folded.count(_IDEOGRAPHIC_SIGNS)
    return count + 3 * wide // 2


def is_short(folded: bytes) -> bool:
    """Return whether a folded paragraph is shorter than what is compared by default."""
    return count_characters(folded) < _NO_FOLDS.min_characters


def _fold(text: str, folds: tuple[str, ...]) -> bytes:
    """Fold a text. White space keeps its neighbours apart in every step, so paragraphs can be folded together."""
    text = _blanked(text, folds)
    if not _is_latin_1(text) and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if folds:
        text = _fold_differences(text, folds)
    data = text.encode("utf-8", "surrogatepass")
    folded = data.translate(None, _IGNORED_ASCII)
    if len(data) == len(text):
        return folded
    for ignored in _IGNORED_OTHERS:
        if ignored in text:
            folded = folded.replace(ignored.encode(), b"")
    return _IGNORED_GENERAL.sub(b"", folded)


def _is_latin_1(text: str) -> bool:
    """Return, at memory speed, whether all characters are of the first 256: such a text is in NFC."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _blanked(text: str, folds: tuple[str, ...]) -> str:
    """Return a text with blanks for what is overlooked because of what it stands beside."""
    if "notes" in folds:
        text = _NOTE.sub(lambda note: " " * len(note[0]), text)
    for hyphen, pattern in _HYPHEN.items():
        if hyphen in text:
            text = pattern.sub(" ", text)
    if not text.isascii() and any(map(text.__contains__, _BULLETS)):
        text = _BULLET.sub(lambda bullet: " " * len(bullet[0]), text)
    return text


def _fold_differences(text: str, folds: tuple[str, ...]) -> str:
    if "case" in folds:
        text = text.casefold()
    if "accents" in folds:
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join([character for character in decomposed if unicodedata.category(character) != "Mn"])
    if "typography" in folds:
        text = text.translate(_TYPOGRAPHY)
    if "digits" in folds:
        text = _DIGIT.sub("0", text)
    if "punctuation" in folds:
        text = _PUNCTUATION.sub("", text)
    return text


class FoldedOffsets:
    """Where the places of a folded paragraph are in the paragraph itself."""

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        """Measure the paragraph `text`; takes time and memory in proportion to its length."""
        # The bytes of the folded form of what is before each of these code points.
        self._code_points, self._lengths = _folded_lengths(text, config)

    def gap(self, place: int) -> tuple[int, int]:
        """Find a place between two bytes of the folded paragraph.

        Args:
            place: A number of bytes of the folded form.

        Returns:
            The code points between which it lies: the end of the visible character before, the start of the one after.
            The end is the greater of the two where the place is within a character.
        """
        before = int(np.searchsorted(self._lengths, place, "left"))
        after = int(np.searchsorted(self._lengths, place, "right")) - 1
        return self._code_points[before], self._code_points[after]


def _folded_lengths(
    text: str, config: DuplicatesConfig
) -> "tuple[Sequence[int], np.ndarray[tuple[int], np.dtype[np.int64]]]":
    text = _blanked(text, config.folds)
    if not config.folds and unicodedata.is_normalized("NFC", text):
        lengths = np.zeros(len(text) + 1, np.int64)
        code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        np.cumsum(_FOLDED_SIZES.take(code_points, mode="clip"), out=lengths[1:])
        return range(len(text) + 1), lengths
    # Within what is composed, or folded into several characters, there is no place.
    clusters = _clusters(text)
    sizes = [len(fold_run(cluster, config)) for cluster in clusters]
    lengths = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(np.array(sizes, np.int64), out=lengths[1:])
    return [0, *accumulate(map(len, clusters))], lengths


def _clusters(text: str) -> list[str]:
    """Cut a text where NFC of the whole is NFC of the parts."""
    clusters: list[str] = []
    for character in text:
        if clusters and not character.isascii() and _composes(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _composes(cluster: str, character: str) -> bool:
    normalize = unicodedata.normalize
    return unicodedata.combining(character) != 0 or (
        normalize("NFC", cluster + character) != normalize("NFC", cluster) + normalize("NFC", character)
    )
