"""The text rules: small repairs by what a character is, each of them one function from a text to its edits."""

import re
from collections.abc import Iterator

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs
from ftfy import chardata, fixes

from beam_textclean.transforms.encoding.edits import Edit, apply_edits
from beam_textclean.transforms.encoding.examples import examples

LIGATURES = {chr(code): chardata.LIGATURES[code] for code in range(0xFB00, 0xFB07)}
SEPARATORS = frozenset("\x0b\x1c\x1d\x1e\x1f")
CONTROLS = frozenset(map(chr, chardata.CONTROL_CHARS)) - SEPARATORS

# A ligature beside an ordinary letter.
_LIGATURE_IN_WORD = re.compile(
    "[\ufb00-\ufb06](?:(?<=[^\\W\\d_\ufb00-\ufb06].)|(?=[\ufb00-\ufb06]*[^\\W\\d_\ufb00-\ufb06]))"
)
_NEWLINE = re.compile("\r\0\n|\r\n?|[\u2028\u2029]")  # the first is of UTF-16
_SEPARATOR = re.compile("[\x0b\x1c-\x1f]")
# Control sequences (ECMA-48 §5.4: parameters, intermediates, final byte), operating system commands such as a window's
# title (up to BEL or ST, on one line), and the choice of a character set.
_TERMINAL_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)|[()*+][0-9A-Za-z])")
# A backspace between two visible characters: what typewriters and old printers underlined and made bold with.
_OVERSTRUCK = re.compile(r"[^\s\x00-\x1f\x7f](?:\x08[^\s\x00-\x1f\x7f])+")
_CONTROLS = re.compile("[" + "".join(sorted(CONTROLS)) + "]+")
_TAG = re.compile(r"<[A-Za-z/!?]")
_AMPERSAND = re.compile(r"&(?!#?\w{1,32};)")
_ENTITY = re.compile(
    r"&#(?P<high>55[2-9]\d\d|56[0-2]\d\d|[xX][dD][89abAB]\w\w);&#(?P<low>5[67]\d{3}|[xX][dD][c-fC-F]\w\w);|"
    + chardata.HTML_ENTITY_RE.pattern,
    re.ASCII,
)
_SURROGATES = re.compile("[\ud800-\udfff]+")
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]+")


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


def overstrikes(text: str) -> Iterator[Edit]:
    r"""Read what was typed over itself or underlined, as in old manuals; other signs typed over each other stay.

    >>> [edit.after for edit in overstrikes("_\bo_\bu, N\bNA\bA, t^\boves")]
    ['o', 'u', 'N', 'A']
    """
    for match in _OVERSTRUCK.finditer(text):
        struck = set(match[0]) - {"\b"}
        letters = struck - {"_"} or struck
        if len(letters) == 1:
            yield Edit(match.start(), match.end(), letters.pop(), "overstrikes")


def control_characters(text: str) -> Iterator[Edit]:
    """Remove control characters, deprecated format characters and U+FEFF, but no backspaces between visible characters.

    Without their backspaces the signs of an overstrike could not be distinguished from text.
    """
    for match in _CONTROLS.finditer(text):
        around = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if match[0].strip("\b") or not all(side and not side.isspace() for side in around):
            yield Edit(match.start(), match.end(), "", "control_characters")


def ligatures(text: str) -> Iterator[Edit]:
    """Write the typographic ligatures, ﬀ to ﬆ, as letters; those by themselves are what a text is about."""
    for match in _LIGATURE_IN_WORD.finditer(text):
        yield Edit(match.start(), match.end(), LIGATURES[match[0]], "ligatures")


def surrogates(text: str) -> Iterator[Edit]:
    """Join the two halves of UTF-16 pairs; a lone half, which no encoding can hold, becomes U+FFFD.

    Python keeps undecodable bytes as such halves (``surrogateescape``); these give the bytes back, which are read as
    UTF-8 or else windows-1252.
    """
    for match in _SURROGATES.finditer(text):
        if _ESCAPED_BYTES.fullmatch(match[0]):
            data = match[0].encode("utf-8", "surrogateescape")
            try:
                after = data.decode()
            except UnicodeDecodeError:
                after = data.decode("sloppy-windows-1252")
            yield Edit(match.start(), match.end(), after, "escaped_bytes")
            continue
        fixed = fixes.fix_surrogates(match[0])
        rule = "lone_surrogates" if "\ufffd" in fixed else "surrogate_pairs"
        yield Edit(match.start(), match.end(), fixed, rule)


def html_entities(text: str) -> list[Edit]:
    """Decode HTML entities where the whole document shows that they are damage.

    They stay in a document that
    - holds a tag: it is markup, or was never escaped;
    - holds an entity that HTML does not know, or "&" beside "&amp;": it is the source of something else;
    - has no entity joined to a word (l&#39;eau), nor one of an emoji: it may be a text about entities;
    - has an entity and what it stands for in the same line (caf&eacute; for café), or an entity in quotation marks:
      it is a text about entities;
    - would hold entities after the decoding: it is a text about entities, or was escaped twice.

    So a second pass finds nothing to decode.
    """
    edits = [] if _TAG.search(text) else list(_entities(text))
    if not any(
        text[edit.start - 1 : edit.start].isalpha() or text[edit.end : edit.end + 1].isalpha() or edit.after > "\uffff"
        for edit in edits
    ):
        return []
    if any(text[edit.start : edit.end] == edit.after or "\ufffd" in edit.after for edit in edits) or examples(
        text, edits
    ):
        return []
    if "&amp;" in text and _AMPERSAND.search(text):
        return []
    decoded = apply_edits(text, edits)
    return [] if _decodable(decoded) else edits


def _entities(text: str) -> Iterator[Edit]:
    """Find the entities of a text; two that are the halves of one emoji are one."""
    for entity in _ENTITY.finditer(text):
        high, low = entity.group("high", "low")
        after = fixes.fix_surrogates(_half(high) + _half(low)) if high else fixes.unescape_html(entity[0])
        yield Edit(*entity.span(), after, "html_entities")


def _half(code: str) -> str:
    return chr(int(code[1:], 16) if code[0] in "xX" else int(code))


def _decodable(text: str) -> bool:
    return any(fixes.unescape_html(entity[0]) != entity[0] for entity in chardata.HTML_ENTITY_RE.finditer(text))
