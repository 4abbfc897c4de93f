"""UTF-8 that holds pieces of other encodings: lines that were pasted in, single bytes, characters that were cut.

A line is read in the encoding in which it is plausible, and its letters are those of the other lines. A single byte is
windows-1252, as most programs write it, and half of a character of UTF-8 is U+FFFD: nobody knows the other half.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from beam_textclean.transforms.encoding.alphabets import has_other_script, letters_beyond_ascii
from beam_textclean.transforms.encoding.detect import plausibility
from beam_textclean.transforms.encoding.western import western_encoding

#: Encodings in which a line inside a UTF-8 file is looked for, the likelier ones first.
_OF_LINES = (
    *("cp1252", "mac-roman", "cp850", "cp437", "cp1250", "iso8859-2", "cp852", "cp1254", "cp1257"),
    *("cp1251", "koi8-u", "cp866", "cp1253", "cp1255", "cp1256"),
)
_OF_IDEOGRAPHS = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_LIKELY_MIXED = 2  # times that invalid bytes may outnumber characters of windows-1252 in valid UTF-8
_PIECES = 4  # times that invalid bytes must outnumber valid sequences in a line of another encoding
_PLAUSIBLE = 0.8  # of the reading of a line
_MOSTLY = 0.5  # share of the letters of a line that the others have
_IMPLAUSIBLE = 0.75  # as windows-1252, where a line has letters that the others have not
_ORDINARY = 0.45  # as windows-1252, where the others have all of its letters, or it has none
_SAME_LETTERS = 0.3  # what a reading is more plausible by if all of its letters occur in the other lines
_WINDOWS_1252 = 0.15  # what the usual encoding of such lines is ahead by
_SAME_IDEOGRAPHS = 0.25  # share of its ideographs that the other lines have
_FEWEST_COMMON = 4  # bytes of frequent ideographs, where the other lines have ideographs, too
_SIGNS = "\xa0»’”…–—".encode("cp1252")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_IDEOGRAPHS, _KANA_OR_KOREAN = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3040-\u30ff\uac00-\ud7a3]")
_ENDS_IN_ACCENT = re.compile(rb"[A-Za-z][\xe0-\xff]\Z")
_OVERLONG_NUL = b"\xc0\x80"


class Piece(NamedTuple):
    """A piece of a document that is not UTF-8.

    Attributes:
        start: Its first byte.
        end: The byte behind it.
        text: What it was read as.
        encoding: The encoding that it was read in, or None where the text does not lead back to the bytes.
    """

    start: int
    end: int
    text: str
    encoding: str | None


def read_mixed(body: bytes) -> tuple[str, str] | None:
    r"""Read UTF-8 that holds pieces of other encodings.

    Args:
        body: A document that is not valid UTF-8.

    Returns:
        The text, and what `write_mixed` needs to return the bytes; None where the document is not mainly UTF-8.

    >>> read_mixed("été, ".encode() + "où ?".encode("cp1252"))
    ('été, où ?', '6')
    >>> read_mixed("Москва, ми".encode() + b"\xd1")
    ('Москва, ми\ufffd', '10=d1')
    """
    replaced = body.decode("utf-8", "replace")
    invalid = replaced.count("\ufffd") - body.count(b"\xef\xbf\xbd") - body.count(_OVERLONG_NUL)
    beyond = "".join(_NOT_ASCII.findall(replaced.replace("\ufffd", "")))
    # By accident, UTF-8 sequences come about in other encodings, but hardly ones for characters of windows-1252.
    western = _LIKELY_MIXED if _encodable(beyond, "cp1252") else 1
    if len(beyond) * western <= invalid and not _is_cut(body):
        return None
    pieces = list(_pieces(body, beyond))
    texts: list[str] = []
    steps: list[str] = []
    at = 0
    for piece in pieces:
        between = body[at : piece.start].decode()
        texts += between, piece.text
        if piece.encoding is None:
            steps.append(f"{len(between)}={body[piece.start : piece.end].hex()}")
        else:
            length = f"+{len(piece.text)}" if len(piece.text) > 1 or piece.encoding != "cp1252" else ""
            steps.append(f"{len(between)}{length}" + ("" if piece.encoding == "cp1252" else f"@{piece.encoding}"))
        at = piece.end
    return "".join([*texts, body[at:].decode()]), " ".join(steps)


def are_steps(steps: str) -> bool:
    """Return whether `write_mixed` accepts such steps.

    >>> are_steps("45 42=c3 0+12@koi8-r"), are_steps("45 +2"), are_steps("45+3@no-such")
    (True, False, False)
    """
    if not _STEPS.fullmatch(steps):
        return False
    try:
        return all(codecs.lookup(encoding) for encoding in _ENCODING.findall(steps))
    except LookupError:
        return False


def write_mixed(text: str, steps: str) -> bytes:
    r"""Return the bytes that `read_mixed` received.

    >>> write_mixed("été, où ?", "6"), write_mixed("ми\ufffd", "2=d1")
    (b'\xc3\xa9t\xc3\xa9, o\xf9 ?', b'\xd0\xbc\xd0\xb8\xd1')
    """
    pieces: list[bytes] = []
    at = 0
    for step in steps.split():
        skip, sign, rest = re.fullmatch(r"(\d+)([+=]?)(.*)", step).groups()  # type: ignore[union-attr]
        start = at + int(skip)
        length, _, encoding = rest.partition("@") if sign == "+" else ("1", "", "")
        end = start + int(length)
        legacy = bytes.fromhex(rest) if sign == "=" else text[start:end].encode(encoding or "sloppy-windows-1252")
        pieces += text[at:start].encode(), legacy
        at = end
    return b"".join([*pieces, text[at:].encode()])


_STEP = r"\d+(?:\+\d+(?:@[\w-]+)?|=(?:[0-9a-f]{2})+)?"
_STEPS = re.compile(rf"{_STEP}(?: {_STEP})*", re.ASCII)
_ENCODING = re.compile(r"@([\w-]+)")


def _is_cut(body: bytes) -> bool:
    """Return whether bytes are UTF-8 but for the last character, of which two bytes or more are left."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and len(body) - error.start > 1
    return False


def _pieces(body: bytes, beyond: str) -> Iterator[Piece]:
    """Find the pieces that are not UTF-8, in order; ``beyond`` are the characters of those that are."""
    known = frozenset(letters_beyond_ascii(beyond))
    latin = 2 * sum(map(has_other_script, beyond)) <= len(beyond)
    start = 0
    for line in body.splitlines(keepends=True):
        end = start + len(line)
        try:
            line.decode()
        except UnicodeDecodeError:
            encoding = _encoding_of_line(line, known, beyond)
            if encoding and encoding != "cp1252":
                length = len(line.rstrip(b"\r\n"))
                yield Piece(start, start + length, line[:length].decode(encoding), encoding)
            else:
                yield from _bytes_of_line(body, start, end, latin=latin)
        start = end


def _bytes_of_line(body: bytes, start: int, end: int, *, latin: bool) -> Iterator[Piece]:
    while start < end:
        try:
            body[start:end].decode()
        except UnicodeDecodeError as error:
            at, stop = start + error.start, start + error.end
            if body.startswith(_OVERLONG_NUL, at):
                stop = at + 2
                yield Piece(at, stop, "\0", None)
            elif _is_half(body, at, stop, latin=latin):
                yield Piece(at, stop, "\ufffd", None)
            else:
                yield Piece(at, stop, body[at:stop].decode("sloppy-windows-1252"), "cp1252")
            start = stop
        else:
            return


def _is_half(body: bytes, start: int, end: int, *, latin: bool) -> bool:
    """Return whether bytes are the first half of a character of UTF-8, not letters of windows-1252."""
    if body[start] < 0xC2 or body[start] > 0xF4:
        return False
    if latin and end - start == 2 and body[start + 1] in _SIGNS:
        return False  # a letter of windows-1252 and a no-break space or closing sign
    if end - start > 1 or not latin:
        return True
    if end == len(body):
        return _ENDS_IN_ACCENT.search(body) is None
    # "é" of which one half is left is "Ã", which no word ends in behind a small letter.
    return body[start] < 0xC6 and body[start - 1 : start].islower() and not body[end : end + 1].isalpha()


def _encoding_of_line(line: bytes, known: frozenset[str], beyond: str) -> str | None:
    """Find the encoding in which a line has the letters of the others; None for single bytes inside UTF-8."""
    replaced = line.decode("utf-8", "replace")
    invalid, valid = replaced.count("\ufffd"), len(_NOT_ASCII.findall(replaced.replace("\ufffd", "")))
    if invalid < valid or _is_cut(line.rstrip()):
        return None
    if any(unicodedata.category(character) == "Lo" for character in beyond):
        seen = frozenset(beyond)
        chinese = 2 * len(_IDEOGRAPHS.findall(beyond)) > len(beyond) and not _KANA_OR_KOREAN.search(beyond)
        if chinese and _has_common_ideographs(line):
            return "gb18030"
        for encoding in _OF_IDEOGRAPHS if invalid >= _PIECES * valid else ():
            characters = letters_beyond_ascii(_read(line, encoding))
            if sum(character in seen for character in characters) > _SAME_IDEOGRAPHS * len(characters):
                return encoding
    if invalid < _PIECES * valid:
        return None
    if western_encoding(line.rstrip(b"\r\n")):
        return "cp1252"
    best = (0.0, "")
    western = line.decode("sloppy-windows-1252")
    usual = plausibility(western)
    strange = {letter.lower() for letter in letters_beyond_ascii(western)}.difference(map(str.lower, known))
    if (usual >= _ORDINARY and not strange) or set(_NOT_ASCII.findall(western)) == {"\xa0"}:
        return "cp1252"
    other = has_other_script("".join(known))
    for encoding in _OF_LINES:
        text = _read(line, encoding)
        letters = letters_beyond_ascii(text)
        plausible = plausibility(text) if text else 0.0
        same = sum(count for letter, count in letters.items() if letter in known) / max(1, letters.total())
        if encoding != "cp1252" and same < _MOSTLY and usual > _IMPLAUSIBLE:
            continue
        if has_other_script(text) and (not other or same < _MOSTLY):
            continue
        score = plausible + _SAME_LETTERS * same + _WINDOWS_1252 * (encoding == "cp1252")
        if plausible >= _PLAUSIBLE and score > best[0]:
            best = (score, encoding)
    return best[1] or None


def _has_common_ideographs(line: bytes) -> bool:
    """Return whether all bytes beyond ASCII are frequent Chinese characters, which the first rows of GB 2312 hold."""
    beyond = line.translate(None, bytes(range(0x80)))
    leads = beyond[::2]
    return (
        len(beyond) >= _FEWEST_COMMON
        and not len(beyond) % 2
        and all(0xB0 <= byte <= 0xD7 for byte in leads)
        and min(beyond) > 0xA0
    )


def _read(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _encodable(text: str, encoding: str) -> bool:
    try:
        codecs.encode(text, encoding)
    except UnicodeEncodeError:
        return False
    return True
