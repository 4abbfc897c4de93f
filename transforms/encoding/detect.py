"""Detect the encoding of bytes that are not UTF-8 and declare nothing."""

import codecs
import re
from collections.abc import Mapping, Sequence, Set
from itertools import islice
from typing import Any

from beam_textclean.transforms.encoding.alphabets import fit, has_other_script, letters_beyond_ascii, mixed_words
from beam_textclean.transforms.encoding.letter_case import has_odd_case
from beam_textclean.transforms.encoding.western import western_encoding
from beam_textclean.transforms.encoding.wide import CONTROLS

#: Bytes that are looked at: chardet is as good on 8,000 as on all of a document, at half the time.
SAMPLE = 8000

# A few accents in a short text are too little for chardet, which then guesses at encodings and languages that hardly
# occur. Then all of its answers are compared, by how well the letters fit one alphabet, how the characters follow one
# another (which chardet's confidence measures) and how likely an encoding and a language are before one looks.
_UNSURE = 0.35  # chardet's confidence below which they are compared
_WEIGHT = 0.8  # of chardet's confidence, as a share of that of its first answer
_WINDOWS_1252 = 0.05  # what the encoding of most texts is ahead by
_RARE_ENCODING, _RARE_LANGUAGE = 0.4, 0.2  # what an answer loses whose encoding is not common, or language one of these
_OF_ONE_COUNTRY, _OF_ITS_LANGUAGE = {"cp860": "pt"}, 0.1  # encodings of one language, and what they lose for it
_NEARLY = 0.9  # share of chardet's confidence from which on an answer in a common encoding is compared with a rare one
_RARE_LANGUAGES = {"br", "cy", "eo", "eu", "fo", "ga", "gd", "is", "la", "mt"}
_COMPARED = 1000  # bytes, from shortly before the first that is not ASCII
_OTHER_SCRIPT = (
    0.4  # share of bytes beyond ASCII among the letters from which on a text is in another script than Latin
)
_MIXED = 0.3  # share of words that mix scripts from which on it is read wrongly
#: Encodings in which many texts were published. All of them have ASCII, or nearly.
COMMON_ENCODINGS = {
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u"),
    *(
        "iso8859-2",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-13",
        "iso8859-15",
        "tis-620",
    ),
    *(
        "mac-roman",
        "mac-cyrillic",
        "cp850",
        "cp852",
        "cp866",
        "cp874",
        "cp932",
        "cp949",
        "shift_jis",
        "euc_jp",
        "euc_kr",
        "gb2312",
        "gb18030",
        "gbk",
        "big5",
    ),
}
# How well readings fit that have only punctuation, or only letters by themselves: those that are words of a language of
# Latin script, any, and those of another script.
_NO_LETTERS, _LONE_WORDS, _LONE_LETTERS, _LONE_OTHERS = 0.7, 0.65, 0.5, 0.3
_ONE_LETTER_WORDS = frozenset("àáåèéíóöøú")

_JAPANESE = ("cp932", "euc_jp")
_KANA = re.compile(r"[\u3041-\u30fe]")
_FEWEST_KANA, _KANA_SHARE = 2, 0.2  # which a text must exceed to be Japanese

_ALIKE = bytes(code for code in range(0x100) if bytes([code]).decode("cp437") == bytes([code]).decode("cp850"))
# Bytes in which they differ; how many are looked at, and how many bytes to each side.
_UNLIKE = re.compile(rb"[^" + re.escape(_ALIKE) + rb"]")
_UNLIKE_COMPARED, _UNLIKE_REACH = 100, 20

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=", re.IGNORECASE)
_SHORT = 400  # bytes of a text that holds few letters beyond ASCII
_CONTROLS = CONTROLS + b"\x1b"
_MOST_CONTROLS = 0.05  # share of control characters in a text; in random bytes it is 0.1
_MOST_SEPARATORS = 0.3  # where only one of them occurs
_PLAIN = b"AZaz09 \n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_TWO_LETTERS = re.compile(r"[^\W\d_][^\W\x00-\x7f]|[^\W\x00-\x7f][^\W\d_]")  # one of them beyond ASCII
# Punctuation that speaks for a reading: an apostrophe, and the spaces of French.
_TYPICAL = re.compile(r"(?<=[^\W\d_])’(?=[^\W\d_])|\xa0[»!?;:]|«\xa0")
# Marks and punctuation of other scripts, which are neither letters nor signs.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05f4\u0600-\u0e7f\u200b-\u200f\u2066-\u2069\u3000-\u303f"
    "\ufe00-\ufe0f\uff00-\uffef"
)
# Signs that speak against a reading: all but common punctuation anywhere, inside words all but what joins them, and
# low quotation marks that quote nothing.
_ODD = re.compile(
    rf"[^\x00-\x7f\w\xa0¡¿«»‹›‘’‚“”„–—…•·°§€£©®™½²³{_MARKS}]|[^\x00-\x7f\xad’·–—{_MARKS}](?<=[^\W\d_].)(?<![^\W\d_])(?=[^\W\d_])"
    r"|[‚„](?=\s)|[¹²³¼½¾](?<=[^\W\d_].)(?=[a-z])|[¡¿](?<=[^\W\d_].)|[£¥¢](?=[^\W\d_])"
)


def detect_encoding(data: bytes) -> tuple[str | None, float]:
    """Guess an encoding from the first bytes that are not ASCII.

    chardet guesses; where it is not sure and the text is mostly A to Z, all its answers are compared by how well the
    letters fit the alphabet of any one language.

    Args:
        data: A document, or its beginning.

    Returns:
        The name of a Python codec, or None for bytes that are not text; and how sure chardet is, from 0 to 1.

    >>> detect_encoding("C'est déjà l'été à Besançon.".encode("cp1252"))[0]
    'cp1252'
    """
    western = western_encoding(data) if len(data) <= _SHORT else None
    if western:
        return western, 1.0
    import chardet  # only here: importing it costs more than cleaning most documents

    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - SAMPLE // 8) if first and first.start() > SAMPLE // 2 else 0
    sample = _plain(data[start : start + SAMPLE])
    answers = chardet.detect_all(sample, ignore_threshold=True, max_bytes=SAMPLE)
    confidence = answers[0]["confidence"]
    guess = _codec(answers[0]["encoding"])
    if guess is None:
        return None, confidence
    if confidence < _UNSURE and (japanese := _japanese(data)):
        return japanese, confidence
    if confidence < _UNSURE and _may_be_latin(sample, guess):
        guess = _most_plausible(data, answers) or guess
    elif confidence < _UNSURE and guess not in COMMON_ENCODINGS:
        guess = _common_sibling(data, guess, answers)
    if guess == "cp437" and data.translate(None, _ALIKE):  # they differ in few letters, which may come late
        places = [match.start() for match in islice(_UNLIKE.finditer(data), _UNLIKE_COMPARED)]
        compared = b" ".join(data[max(0, place - _UNLIKE_REACH) : place + _UNLIKE_REACH] for place in places)
        guess = max("cp437", "cp850", key=lambda encoding: plausibility(compared.decode(encoding, "replace")))
    return guess, confidence


def _plain(sample: bytes) -> bytes:
    """Return a text without declarations and without control characters, by which chardet knows binary data."""
    sample = _CHARSET.sub(b"", sample)  # chardet would believe what a text quotes
    plain = sample.translate(None, _CONTROLS)
    beyond = len(_NOT_ASCII.findall(sample))
    most = _MOST_CONTROLS if beyond * 4 > len(sample) else 3 * _MOST_CONTROLS
    if len(set(sample).intersection(_CONTROLS)) == 1:
        most = _MOST_SEPARATORS  # fields that one of them separates
    return plain if len(sample) - len(plain) <= most * len(sample) else sample


def _codec(name: str | None) -> str | None:
    encoding = codecs.lookup(name).name if name else None
    return "cp1252" if encoding in ("ascii", "iso8859-1") else encoding


def _most_plausible(data: bytes, answers: Sequence[Mapping[str, Any]]) -> str | None:
    """Choose among chardet's answers: the first one that extends ASCII, and those that are common encodings."""
    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - _COMPARED // 8) if first else 0
    compared = data[start : start + _COMPARED]
    highest = answers[0]["confidence"] or 1.0
    scores: dict[str, float] = {}
    for answer in answers:
        encoding = _codec(answer["encoding"])
        if encoding is None or encoding in scores or (scores and encoding not in COMMON_ENCODINGS):
            continue
        if _PLAIN.decode(encoding, "replace") != _PLAIN.decode():  # EBCDIC, in a text of mostly A to Z
            continue
        likely = (
            _WEIGHT * answer["confidence"] / highest
            + _WINDOWS_1252 * (encoding == "cp1252")
            - _rarity(encoding, answer["language"])
            - _RARE_LANGUAGE * (answer["language"] in _RARE_LANGUAGES)
        )
        if not scores or likely + 1 > max(scores.values()):  # nothing is more plausible than 1
            scores[encoding] = likely + plausibility(compared.decode(encoding, "replace"))
    return max(scores, key=lambda encoding: scores[encoding]) if scores else None


def _rarity(encoding: str, language: str | None) -> float:
    """Return what an answer loses because its encoding is rare."""
    if encoding in COMMON_ENCODINGS:
        return 0.0
    return _OF_ITS_LANGUAGE if _OF_ONE_COUNTRY.get(encoding) == language else _RARE_ENCODING


def _common_sibling(data: bytes, guess: str, answers: Sequence[Mapping[str, Any]]) -> str:
    """Return a common encoding in which bytes make as much sense as in a rare one that chardet hardly prefers."""
    enough = _NEARLY * answers[0]["confidence"]
    near = [_codec(answer["encoding"]) for answer in answers if answer["confidence"] >= enough]
    common = [encoding for encoding in near if encoding in COMMON_ENCODINGS]
    head = data[:_COMPARED]
    return max(
        [guess, *filter(None, common)],
        key=lambda encoding: plausibility(head.decode(encoding, "replace")),
    )


def _japanese(data: bytes) -> str | None:
    """Return the encoding in which bytes hold syllables of Japanese, which hardly come about by accident."""
    for encoding in _JAPANESE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_KANA.findall(text)) > max(_FEWEST_KANA, _KANA_SHARE * len(text)):
            return encoding
    return None


def _may_be_latin(data: bytes, guess: str) -> bool:
    beyond, letters = len(_NOT_ASCII.findall(data)), len(_ASCII_LETTERS.findall(data))
    return beyond < _OTHER_SCRIPT * (beyond + letters) or mixed_words(data.decode(guess, "replace")) > _MIXED


def plausibility(text: str) -> float:
    """Return how well the characters beyond ASCII fit one alphabet and common punctuation.

    Args:
        text: One reading of some bytes.

    Returns:
        From 0 to 1. Signs inside words, capitals behind small letters and words of two scripts make a reading less
        plausible.

    >>> plausibility("déjà vu") > plausibility("dÈj‡ vu")
    True
    """
    letters = letters_beyond_ascii(text.lower())
    odd = len(_ODD.findall(text)) + sum(map(has_odd_case, _WORD.findall(text)))
    if not letters and not odd:
        return 1.0 if _TYPICAL.search(text) else _NO_LETTERS
    if not _TWO_LETTERS.search(text):
        return 0.0 if odd else fit(letters) * _worth_of_lone_letters(text, letters.keys())
    total = sum(letters.values())
    return fit(letters) * total / (total + odd) * (1 - mixed_words(text))


def _worth_of_lone_letters(text: str, letters: Set[str]) -> float:
    if has_other_script(text):
        return _LONE_OTHERS
    return _LONE_WORDS if letters <= _ONE_LETTER_WORDS else _LONE_LETTERS
