"""Guessing the encoding of bytes that are not UTF-8 and declare nothing."""

import codecs
import re

from beam_textclean.transforms.encoding.alphabets import fit, letters_beyond_ascii, mixed_words

#: Bytes that are looked at: chardet is as good on 8,000 as on all of a document, at half the time.
SAMPLE = 8000

# Readings of Latin text that are compared with chardet's, the more common first. A few accents in a short text are too
# little for chardet, which then guesses at encodings that hardly occur.
_LATIN_READINGS = ("cp1252", "cp850", "mac-roman")
_COMMON = 0.06  # how much better than as windows-1252 a text must fit to be taken for something else
_OTHER_SCRIPT = 0.25  # share of bytes beyond ASCII among the letters from which on a text is not in Latin script

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
# What stands between words in texts; any other sign beyond ASCII speaks against a reading.
_PUNCTUATION = frozenset("\xa0¡¿«»‹›‘’‚“”„–—…•·°§€£©®™½²³")


def detect_encoding(data: bytes) -> tuple[str | None, float]:
    """Guess an encoding from the first bytes that are not ASCII.

    chardet guesses; where the text is mostly A to Z, its guess is compared with the most common encodings of Latin
    script, by how well the letters fit the alphabet of any one language.

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
    beyond = len(_NOT_ASCII.findall(sample))
    if beyond < _OTHER_SCRIPT * (beyond + len(_ASCII_LETTERS.findall(sample))):
        readings = {encoding: _plausibility(sample, encoding) for encoding in dict.fromkeys([guess, *_LATIN_READINGS])}
        readings["cp1252"] += _COMMON
        guess = max(readings, key=readings.__getitem__)
    return guess, answer["confidence"]


def _plausibility(data: bytes, encoding: str) -> float:
    """Tell how well the characters beyond ASCII, read so, fit one alphabet and common punctuation: from 0 to 1."""
    text = data.decode(encoding, "replace")
    letters = letters_beyond_ascii(text)
    signs = sum(character not in _PUNCTUATION for character in re.findall(r"[^\x00-\x7f]", text) if not character.isalpha())
    if not letters:
        return 1.0 if not signs else 0.0
    total = sum(letters.values())
    return fit(letters) * total / (total + signs) * (1 - mixed_words(text))
