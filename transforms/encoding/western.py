r"""Few bytes beyond ASCII, read as windows-1252.

It is the encoding of most short texts. Where all that it makes of them are signs in the places where texts have them
(``12 °C``, ``it’s``, ``5 µm``), or all of one or two words are letters of one Western language, there is nothing to
compare.
"""

import re

from beam_textclean.transforms.encoding.alphabets import alphabets, letters_beyond_ascii
from beam_textclean.transforms.encoding.letter_case import has_odd_case

_MOST_SIGNS = 8  # bytes beyond ASCII that are looked at one by one
_MOST_BYTES = 12  # of one or two words, in which nothing else speaks for a language
_LANGUAGES = ("fr", "de", "es", "pt", "it", "sv", "da", "no", "fi", "nl", "ca", "en")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Each sign with what is before and behind it. A letter beside a sign may itself be half of a word in another encoding,
# so the signs that other encodings have letters for are accepted beside digits, white space and short units only.
_IN_PLACE = re.compile(
    r"(?<=[A-Za-z])’(?=[A-Za-z\s.,;:!?)]|$)"  # it’s, the boys’
    r"|(?<![^\W_])(?:[‘“]|„(?=.*[“”])|‚(?=.*[‘’]))(?=[^\W_])"  # “quoted
    r"|(?<=[\w.,!?…%])[’”](?![^\W_])"  # quoted”
    r"|(?<!\w)«(?=[\s\xa0]?\w.*»)|(?<=[\w.!?…])[\s\xa0]?»"
    r"|(?<=[\w.!?])…(?![\w.])|(?<![^\W\d_])[–—](?![^\W\d_])"
    r"|(?<=\d)[\s\xa0]?°(?=[CF]\b|[\s\W]|\d|$)"
    r"|(?<=\d)[²³¹ºª°](?!\w)|(?:\b[ck]?m[²³])(?!\w)|\b[nN]º(?=\s?\d)"
    r"|(?<![^\W\d_])[±×÷·](?![^\W\d_])"
    r"|(?:(?<=\d)|(?<=\d[ \xa0])|(?<=[(/\[])|^)µ(?=[mslgFHVAWN]\b)"
    r"|(?<![^\W\d_])[½¼¾¶§©•](?![^\W\d_])"
    r"|(?:(?<![^\W\d_])[£¥€](?=\s?\d)|(?<=\d)[\s\xa0]?[£¥€¢](?![^\W\d_]))"
    r"|(?<=[A-Za-z])[®™](?!\w)"
    r"|(?<!\w)(?:¿(?=[A-Za-z].*\?)|¡(?=[A-Za-z].*!))"
    r"|\xa0(?=[\d!?:;»%€])|(?<=\d)\xa0|(?<=[a-z])\xad(?=[a-z])"
)
# What is a letter in another encoding, rather than a quotation mark that nothing opened; and words without any A to Z.
_UNOPENED = re.compile(r"\A[^“„]*[^\W\d_]”")
_ALL_BEYOND = re.compile(r"(?<![^\W\d_])[^\W\d_\x00-\x7f]{2,}(?![^\W\d_])")
_EURO = re.compile(rb"[0-9] ?\xa4(?![0-9A-Za-z\x80-\xff])|(?<![0-9A-Za-z\x80-\xff])\xa4 ?[0-9]")
_OE_CAPITAL = re.compile(rb"(?<![A-Za-z\x80-\xff])\xbc(?=uvre|uf|il\b|dipe|sophage)")


def western_encoding(data: bytes) -> str | None:
    r"""Return windows-1252, or ISO 8859-15, where few bytes beyond ASCII make it plain.

    >>> western_encoding(b"It\x92s 12 \xb0C"), western_encoding(b"Th\xe9;4 \xa4"), western_encoding(b"\xa3\xf3d\x9f")
    ('cp1252', 'iso8859-15', None)
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = len(_NOT_ASCII.findall(text))
    letters = frozenset(letters_beyond_ascii(text)) - frozenset("µºª")
    if (_EURO.search(data) or _OE_CAPITAL.search(data)) and _are_of_one_language(letters, text):
        return "iso8859-15"
    if beyond > _MOST_SIGNS or _UNOPENED.search(text) or _ALL_BEYOND.search(text):
        return None
    in_place = len(_NOT_ASCII.findall("".join(_IN_PLACE.findall(text))))
    if not letters:
        return "cp1252" if in_place == beyond else None
    few = len(data.strip()) <= _MOST_BYTES and in_place + sum(letter in letters for letter in text) == beyond
    return "cp1252" if few and _are_of_one_language(letters, text) else None


def _are_of_one_language(letters: frozenset[str], text: str) -> bool:
    western = alphabets().western
    return any(letters <= western[language].keys() for language in _LANGUAGES) and not any(
        map(has_odd_case, re.findall(r"[^\W\d_]+", text))
    )
