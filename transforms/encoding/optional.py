"""Repairs that are off by default: what they look for is written on purpose in some texts, or loses something.

Each is a function from a text to its edits, under the name that `EncodingConfig.also` has for it.
"""

import base64
import binascii
import quopri
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from beam_textclean.transforms.encoding.edits import Edit

_QUOTED_PRINTABLE = re.compile(r"(?:=(?:[89A-F][0-9A-F]))+|=3D|=20$|=\n", re.MULTILINE)
# UTF-8 of letters beyond ASCII and of typography, or small letters with accents.
_EVIDENCE = re.compile(r"=(?:[C-F][0-9A-F]=[89AB][0-9A-F]|[EF][0-9A-F])(?![0-9A-F])")
_UNICODE_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|(?:\\x[89a-fA-F][0-9a-fA-F])+")
_UTF_7 = re.compile(r"\+([A-Za-z0-9/]{3,})(?:-|(?![A-Za-z0-9+/]))")
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfb\ufe70-\ufefc]+")
_SPACING_ACCENTS = {"¨": "\u0308", "´": "\u0301", "`": "\u0300", "^": "\u0302", "ˆ": "\u0302", "˜": "\u0303"}
_LATEX_ACCENT = re.compile(r"(?<=[^\W\d_])([¨´`^ˆ˜])([aeiouAEIOUnıy])(?=[^\W\d_]|\b)|\b([¨´ˆ])([AEOUaeou])(?=[a-z])")
_TAGS = re.compile("(\U0001f3f4)?[\U000e0001\U000e0020-\U000e007f]+")


def quoted_printable(text: str) -> Iterator[Edit]:
    """Decode remains of mails: ``caf=C3=A9``. Off, since addresses and formulas hold the same (``x=AB``)."""
    if len(_EVIDENCE.findall(text)) < 2:
        return
    for match in _QUOTED_PRINTABLE.finditer(text):
        data = quopri.decodestring(match[0].encode())
        yield from _decoded(match, data, "quoted_printable")


def unicode_escapes(text: str) -> Iterator[Edit]:
    r"""Decode ``\u00e9`` and ``\xc3\xa9``. Off, since programs and JSON are written so."""
    for match in _UNICODE_ESCAPE.finditer(text):
        if match[0].startswith("\\x"):
            yield from _decoded(match, bytes.fromhex(match[0].replace("\\x", "")), "unicode_escapes")
            continue
        units = bytes.fromhex(match[0].replace("\\u", ""))
        after = units.decode("utf-16-be", "replace")
        if not any(
            unicodedata.category(character) in ("Cc", "Cn", "Cs") or character == "\ufffd" for character in after
        ):
            yield Edit(*match.span(), after, "unicode_escapes")


def utf_7(text: str) -> Iterator[Edit]:
    """Decode UTF-7: ``caf+AOk-``. Off, since it looks like any sum or telephone number."""
    for match in _UTF_7.finditer(text):
        try:
            units = base64.b64decode(match[1] + "=" * (-len(match[1]) % 4), validate=True)
            after = units[: len(units) // 2 * 2].decode("utf-16-be")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if after and not after.isascii() and all(character.isalpha() and character < "\u3000" for character in after):
            yield Edit(*match.span(), after, "utf_7")


def arabic_presentation_forms(text: str) -> Iterator[Edit]:
    """Write the forms of Arabic letters that PDFs hold as letters. Off, since texts about writing show them."""
    for match in _PRESENTATION_FORMS.finditer(text):
        yield Edit(*match.span(), unicodedata.normalize("NFKC", match[0]), "arabic_presentation_forms")


def latex_accents(text: str) -> Iterator[Edit]:
    """Compose the accents that PDFs of LaTeX have before their letters: ``f¨ur``. Off: some are signs of their own."""
    for match in _LATEX_ACCENT.finditer(text):
        accent, letter = (match[1], match[2]) if match[1] else (match[3], match[4])
        after = unicodedata.normalize("NFC", letter.replace("ı", "i") + _SPACING_ACCENTS[accent])
        if len(after) == 1:
            yield Edit(match.start(), match.end(), after, "latex_accents")


def tag_characters(text: str) -> Iterator[Edit]:
    """Remove invisible tag characters, but for those of flags. Off, since removing them loses a hidden message."""
    for match in _TAGS.finditer(text):
        if not match[1]:
            yield Edit(*match.span(), "", "tag_characters")


def _decoded(match: re.Match[str], data: bytes, rule: str) -> Iterator[Edit]:
    try:
        after = data.decode()
    except UnicodeDecodeError:
        after = data.decode("cp1252", "replace")
    if "\ufffd" not in after:
        yield Edit(*match.span(), after, rule)


OPTIONAL: Mapping[str, Callable[[str], Iterator[Edit]]] = {
    rule.__name__: rule
    for rule in (
        quoted_printable,
        unicode_escapes,
        utf_7,
        arabic_presentation_forms,
        latex_accents,
        tag_characters,
    )
}
