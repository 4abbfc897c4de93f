"""Guessing the encoding of bytes that are not UTF-8 and declare nothing."""

import codecs
import re

from beam_textclean.transforms.encoding.alphabets import fit, letters_beyond_ascii, mixed_words

#: Bytes that are looked at: chardet is as good on 8,000 as on all of a document, at half the time.
SAMPLE = 8000

# A few accents in a short text are too little for chardet, which then guesses at encodings that hardly occur. These
# readings are compared with its guess, by how well they fit, plus how likely they are before one looks.
_UNSURE = 0.35  # chardet's confidence below which they are compared
_LATIN_READINGS = {"cp1252": 0.03, "cp1257": 0.0, "cp850": 0.0, "cp852": 0.0, "mac-roman": 0.0}
_COMMON_GUESS = 0.06
_OTHER_SCRIPT = (
    0.4  # share of bytes beyond ASCII among the letters from which on a text is in another script than Latin
)
_MIXED = 0.3  # share of words that mix scripts from which on it is read wrongly
_COMMON = {
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-13", "iso8859-15", "tis-620"),
    *("cp850", "cp852", "cp874", "cp932", "cp949", "shift_jis", "euc_jp", "euc_kr", "gb2312", "gb18030", "gbk", "big5"),
}
_NO_LETTERS, _LONE_LETTERS = 0.6, 0.5  # how well readings fit that have only punctuation, or letters by themselves

_JAPANESE = ("cp932", "euc_jp")
_KANA = re.compile(r"[\u3041-\u30fe]")
_FEWEST_KANA, _KANA_SHARE = 2, 0.2  # which a text must exceed to be Japanese

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_][^\W\x00-\x7f]|[^\W\x00-\x7f][^\W\d_]")  # of two letters, one of them beyond ASCII
# Signs that speak against a reading: all but common punctuation anywhere, and inside of words all but what joins them.
_ODD = re.compile(
    r"[^\x00-\x7f\w\xa0¡¿«»‹›‘’‚“”„–—…•·°§€£©®™½²³]|[^\x00-\x7f\xad’·–—](?<=[^\W\d_].)(?<![^\W\d_])(?=[^\W\d_])"
)


def detect_encoding(data: bytes) -> tuple[str | None, float]:
    """Guess an encoding from the first bytes that are not ASCII.

    chardet guesses; where it is not sure and the text is mostly A to Z, its guess is compared with the most common
    encodings of Latin script, by how well the letters fit the alphabet of any one language.

    Args:
        data: A document, or its beginning.

    Returns:
        The name of a Python codec, or None for bytes that are no text; and how sure chardet is, from 0 to 1.

    >>> detect_encoding("C'est déjà l'été à Besançon.".encode("cp1252"))[0]
    'cp1252'
    """
    import chardet  # only here: importing it costs more than cleaning most documents

    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - SAMPLE // 8) if first and first.start() > SAMPLE // 2 else 0
    sample = data[start : start + SAMPLE]
    answer = chardet.detect(sample, max_bytes=SAMPLE)
    if not answer["encoding"]:
        return None, answer["confidence"]
    guess = codecs.lookup(answer["encoding"]).name
    guess = "cp1252" if guess in ("ascii", "iso8859-1") else guess
    if answer["confidence"] < _UNSURE and (japanese := _japanese(data)):
        return japanese, answer["confidence"]
    if answer["confidence"] < _UNSURE and _may_be_latin(sample, guess):
        prior = {guess: _COMMON_GUESS if guess in _COMMON else 0.0}
        readings = _LATIN_READINGS | prior
        guess = max(readings, key=lambda encoding: _plausibility(sample, encoding) + readings[encoding])
    if guess == "cp437" and _plausibility(data, "cp850") > _plausibility(data, "cp437"):
        guess = "cp850"  # they differ in few letters, which may come late
    return guess, answer["confidence"]


def _japanese(data: bytes) -> str | None:
    """Give the encoding in which bytes hold syllables of Japanese, which hardly come about by accident."""
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


def _plausibility(data: bytes, encoding: str) -> float:
    """Tell how well the characters beyond ASCII, read so, fit one alphabet and common punctuation: from 0 to 1."""
    text = data.decode(encoding, "replace")
    letters = letters_beyond_ascii(text)
    odd = len(_ODD.findall(text))
    if not letters:
        return 0.0 if odd else _NO_LETTERS
    if not _WORD.search(text):
        return 0.0 if odd else _LONE_LETTERS * fit(letters_beyond_ascii(text.lower()))  # such as "À" begin sentences
    total = sum(letters.values())
    return fit(letters) * total / (total + odd) * (1 - mixed_words(text))
