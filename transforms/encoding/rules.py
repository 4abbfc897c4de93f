"""The text rules: small repairs by what a character is, each of them one function from a text to its edits."""

import re
from collections.abc import Iterator

from ftfy import chardata, fixes

from beam_textclean.transforms.encoding.edits import Edit, apply_edits

_LIGATURES = {chr(code): chardata.LIGATURES[code] for code in range(0xFB00, 0xFB07)}

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_NEWLINE = re.compile("\r\n?|[\u2028\u2029]")
_SEPARATOR = re.compile("[\x0b\x1c-\x1f]")
# Control sequences (ECMA-48 §5.4: parameters, intermediates, final byte), operating system commands such as a window's
# title (up to BEL or ST, on one line), and the choice of a character set.
_TERMINAL_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)|[()*+][0-9A-Za-z])"
)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


def newlines(text: str) -> Iterator[Edit]:
    r"""Write CRLF, CR and Unicode's line and paragraph separators as ``\n``."""
    for match in _NEWLINE.finditer(text):
        if match[0] == "\r\n":
            yield Edit(match.start(), match.start() + 1, "", "newlines")
        else:
            yield Edit(match.start(), match.end(), "\n", "newlines")


def separators(text: str) -> Iterator[Edit]:
    """Write vertical tabs and the four information separators as white space: removed, they would join words."""
    for match in _SEPARATOR.finditer(text):
        yield Edit(match.start(), match.end(), " " if match[0] == "\x1f" else "\n", "separators")


def terminal_escapes(text: str) -> Iterator[Edit]:
    """Remove what steers terminals: colours, cursor movements, window titles."""
    for match in _TERMINAL_ESCAPE.finditer(text):
        yield Edit(match.start(), match.end(), "", "terminal_escapes")


def ligatures(text: str) -> Iterator[Edit]:
    """Write the typographic ligatures, ﬀ to ﬆ, as letters."""
    for match in _LIGATURE.finditer(text):
        yield Edit(match.start(), match.end(), _LIGATURES[match[0]], "ligatures")


def surrogates(text: str) -> Iterator[Edit]:
    """Join the two halves of a UTF-16 pair; a lone half, which no encoding can hold, becomes U+FFFD."""
    for match in _SURROGATES.finditer(text):
        if len(match[0]) == 2:
            yield Edit(match.start(), match.end(), fixes.fix_surrogates(match[0]), "surrogate_pairs")
        else:
            yield Edit(match.start(), match.end(), "\ufffd", "lone_surrogates")


def html_entities(text: str) -> list[Edit]:
    """Decode HTML entities, unless the document shows that they are meant to be there.

    It does so if it holds a literal "<", since then it is markup or was not escaped, or if the decoding would give
    entities again, since then it is a text about entities or was escaped twice. So a second pass finds nothing.
    """
    if "<" in text:
        return []
    edits = _entities(text)
    return [] if edits and _entities(apply_edits(text, edits)) else edits


def _entities(text: str) -> list[Edit]:
    return [
        Edit(match.start(), match.end(), after, "html_entities")
        for match in chardata.HTML_ENTITY_RE.finditer(text)
        if (after := fixes.unescape_html(match[0])) != match[0]
    ]
