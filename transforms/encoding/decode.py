"""From bytes to text: which encoding a document is in, and how that was found."""

import base64
import codecs
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs

from beam_textclean.transforms.encoding.detect import SAMPLE, detect_encoding
from beam_textclean.transforms.encoding.mixed import read_mixed, write_mixed
from beam_textclean.transforms.encoding.wide import read_wide
from beam_textclean.transforms.errors import UndecodableText
from beam_textclean.transforms.records import Change

Detail = Mapping[str, str | int | float]
How: TypeAlias = Literal["bom", "utf_8", "cesu_8", "utf_16_32", "iso_2022", "mixed", "declared", "detected", "replaced"]

# Encoding and bytes of its units. The longer marks first: that of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: ("utf-8", 1),
    codecs.BOM_UTF32_LE: ("utf-32-le", 4),
    codecs.BOM_UTF32_BE: ("utf-32-be", 4),
    codecs.BOM_UTF16_LE: ("utf-16-le", 2),
    codecs.BOM_UTF16_BE: ("utf-16-be", 2),
}
_DECLARATION_WITHIN = 1024  # bytes, as browsers look for it

# What is declared or detected under the left name is in practice its superset; browsers read it so.
# https://encoding.spec.whatwg.org/#names-and-labels
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# UTF-8 was tried; what is declared in single bytes is not UTF-16; and the rest are no charsets.
_NOT_DECLARED = ("utf", "idna", "punycode", "unicode", "raw-unicode")
_HTML_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE)
# What is detected as the left is in the right, its sibling, where bytes occur that are control characters otherwise.
_WINDOWS = {
    "iso8859-2": "cp1250",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
}
_C1 = re.compile(rb"[\x80-\x9f]")
# A closing quotation mark of windows-1250, which is a letter in ISO 8859-2.
_CLOSED = re.compile(rb"[.,!?]\xbb")
# œu and œil, as in cœur and œuvre, are in ISO 8859-15 only; windows-1252 would have "c½ur".
_OE = re.compile(rb"\xbd(?:u|il)")
# The currency sign beside a number, which is the euro sign there.
_EURO = re.compile(rb"[0-9] ?\xa4(?![0-9A-Za-z\x80-\xff])")
# A character beyond U+FFFF as two halves of three bytes each (CESU-8): Java, Oracle and others write it so.
_SURROGATE_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_SHIFT_TO_KOREAN = b"\x1b$)C"
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-Q]|\$\)[ACG]|\([IJ])")


class Decoded(NamedTuple):
    """A decoded document.

    Attributes:
        text: The text, without a byte order mark.
        encoding: The Python codec that read it, or ``cesu-8``.
        how: How it was found: ``bom``, ``utf_8``, ``cesu_8`` (UTF-8 with surrogate pairs), ``utf_16_32`` (without a
            mark), ``iso_2022``, ``mixed`` (UTF-8 with windows-1252 bytes), ``declared``, ``detected`` or ``replaced``.
        confidence: From 0 to 1; 1 but where the encoding was detected.
        detail: What `reencode` needs to give back the bytes, and the above, for the audit.
    """

    text: str
    encoding: str
    how: How
    confidence: float
    detail: Detail

    def change(self) -> Change:
        """The change that records the decoding: an empty span, which applying and reverting pass over."""
        return Change("encoding", f"decoded_{self.how}", 0, 0, "", "", self.detail)


def decode_bytes(
    data: bytes, declared: str | None = None, *, undecodable: Literal["reject", "replace"] = "reject"
) -> Decoded:
    r"""Decode a document whose encoding is not known.

    The order is: byte order mark; UTF-16 and UTF-32 without a mark; ISO 2022; strict UTF-8; UTF-8 with surrogate pairs;
    UTF-8 with single bytes of windows-1252 in it; a declared charset that decodes strictly; chardet.

    Args:
        data: The document.
        declared: A charset told from outside, as in an HTTP header. Without it, one that HTML or XML declare is used.
        undecodable: ``"replace"`` decodes as UTF-8, with U+FFFD for what is not, where nothing else fits.

    Returns:
        The text, and how it was found.

    Raises:
        UndecodableText: No encoding fits.

    >>> decode_bytes("déjà vu".encode("utf-16"))[:3]
    ('déjà vu', 'utf-16-le', 'bom')
    >>> decode_bytes(b"d\xe9j\xe0 vu", declared="latin-1")[:3]
    ('déjà vu', 'cp1252', 'declared')
    """
    marked = _by_byte_order_mark(data)
    if marked:
        return marked
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(mark) :]
    text = _strictly(body, "utf-8")
    wide = read_wide(body, is_utf_8=text is not None)
    if wide:
        return _decoded(data, *wide, "utf_16_32")
    if b"\x1b" in body[:SAMPLE] and (shift := _ISO_2022.search(body[:SAMPLE])):
        korean = shift[0] == _SHIFT_TO_KOREAN
        for encoding in ("iso2022_kr",) if korean else ("iso2022_jp_2", "iso2022_jp_ext"):
            shifted = _strictly(body, encoding)
            if shifted is not None:
                return _decoded(data, shifted, encoding, "iso_2022")
    if text is not None:
        return _decoded(data, text, "utf-8", "utf_8")
    halves = _strictly(body, "utf-8", "surrogatepass") if _SURROGATE_PAIR.search(body) else None
    if halves is not None:
        # UTF-16 joins them; a lone one stays, for the text rules to repair.
        text = halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        return _decoded(data, text, "cesu-8", "cesu_8", bom=mark.hex())
    mixed = read_mixed(body)
    if mixed:
        return _decoded(data, mixed[0], "utf-8", "mixed", bom=mark.hex(), legacy=mixed[1])
    charset = _declared_encoding(body, declared)
    text = _strictly(body, charset) if charset else None
    if charset and text is not None:
        return _decoded(data, text, charset, "declared")
    detected = _detected(data, body)
    if detected:
        return detected
    if undecodable == "replace":
        return _decoded(data, body.decode("utf-8", "replace"), "utf-8", "replaced", 0.0)
    raise UndecodableText(f"{len(data)} bytes beginning {data[:16].hex(' ')} are in no encoding that could be found")


def reencode(text: str, detail: Detail) -> bytes:
    r"""Return the bytes of a decoded document.

    Args:
        text: The decoded text, as it was before any repair.
        detail: Of the decoding, as in `Decoded.detail` and in the first change of a document of bytes.

    Returns:
        The bytes that `decode_bytes` received.

    >>> data = "naïve\r\n".encode("utf-16")
    >>> decoded = decode_bytes(data)
    >>> reencode(decoded.text, decoded.detail) == data
    True
    """
    if "raw" in detail:
        return base64.b64decode(str(detail["raw"]))
    mark = bytes.fromhex(str(detail.get("bom", "")))
    encoding = str(detail["encoding"])
    if encoding == "cesu-8":
        units = memoryview(text.encode("utf-16", "surrogatepass")).cast("H")[1:]  # without the mark
        return mark + "".join(map(chr, units)).encode("utf-8", "surrogatepass")
    if "legacy" not in detail:
        return mark + text.encode(encoding, "surrogatepass" if encoding.startswith("utf-") else "strict")
    return mark + write_mixed(text, str(detail["legacy"]))


def _decoded(
    data: bytes,
    text: str,
    encoding: str,
    how: How,
    confidence: float = 1.0,
    **more: str,
) -> Decoded:
    """Put the answer together, with the raw bytes where the text does not lead back to them."""
    detail: dict[str, str | int | float] = {"encoding": encoding, "confidence": round(confidence, 2), **more}
    if how != "utf_8":
        try:
            exact = reencode(text, detail) == data
        except UnicodeEncodeError:
            exact = False
        if not exact:
            detail["raw"] = base64.b64encode(data).decode("ascii")
    return Decoded(text, encoding, how, confidence, detail)


def _strictly(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _by_byte_order_mark(data: bytes) -> Decoded | None:
    for mark, (encoding, width) in _BYTE_ORDER_MARKS.items():
        if not data.startswith(mark):
            continue
        body = data[len(mark) :]
        cut = len(body) % width  # bytes of the character in which the document ends
        try:
            # Lone surrogates occur in real UTF-16 (file names, JavaScript strings); the text rules repair them.
            errors = "strict" if encoding == "utf-8" else "surrogatepass"
            text = body[: len(body) - cut].decode(encoding, errors) + "\ufffd" * bool(cut)
        except UnicodeDecodeError:
            continue
        return _decoded(data, text, encoding, "bom", bom=mark.hex())
    return None


def _declared_encoding(data: bytes, declared: str | None) -> str | None:
    head = data[:_DECLARATION_WITHIN] if data.lstrip().startswith(b"<") else b""  # elsewhere it is quoted
    names = [declared.lower().partition("charset=")[2] or declared] if isinstance(declared, str) else []
    names += [match[1].decode("ascii") for pattern in (_XML_ENCODING, _HTML_CHARSET) if (match := pattern.search(head))]
    for name in names:
        try:
            encoding = codecs.lookup(name.partition(";")[0].strip(" \t\"'")).name
            b"x".decode(encoding)  # base64 and the like are codecs too, but not of text
        except (LookupError, ValueError):  # ValueError for a NUL in the name, and of codecs that are not of text
            continue
        if not encoding.startswith(_NOT_DECLARED):
            return _READ_AS.get(encoding, encoding)
    return None


def _detected(data: bytes, body: bytes) -> Decoded | None:
    encoding, confidence = detect_encoding(body)
    likely = _READ_AS.get(encoding or "", encoding)
    if _C1.search(body) or (likely == "iso8859-2" and _CLOSED.search(body)):
        likely = _WINDOWS.get(likely or "", likely)
    elif likely == "cp1252" and (_OE.search(body) or _EURO.search(body)):
        likely = "iso8859-15"
    for candidate in dict.fromkeys([likely, encoding]):
        text = _strictly(body, candidate) if candidate else None
        if candidate and text is not None:
            return _decoded(data, text, candidate, "detected", confidence)
    return None
