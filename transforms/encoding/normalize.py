"""The whole encoding pass, with every change recorded."""

from collections.abc import Callable, Iterable

import ftfy

from beam_textclean.transforms.encoding import rules
from beam_textclean.transforms.encoding.config import EncodingConfig
from beam_textclean.transforms.encoding.decode import decode_bytes
from beam_textclean.transforms.encoding.edits import Edit, apply_edits, compose, narrow
from beam_textclean.transforms.encoding.redecode import redecode
from beam_textclean.transforms.encoding.repair import repaired_segments
from beam_textclean.transforms.encoding.tables import Tables, derive_tables, suspects
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = EncodingConfig()
# What the scan has to find besides what ftfy changes: surrogates, always, and the ligatures.
_ALSO = "".join(map(chr, [*range(0xD800, 0xE000), *range(0xFB00, 0xFB07)]))
_MOST_ROUNDS = 10

Stage = Callable[[str], Iterable[Edit]]


def normalize_encoding(data: bytes | str, config: EncodingConfig = _DEFAULT, declared: str | None = None) -> Cleaned:
    r"""Decode a document and repair what wrong decodings left in it.

    Args:
        data: A document, as bytes in any encoding or as a text.
        config: What may be done.
        declared: The charset that came with the bytes, as in an HTTP header; used only where it fits.

    Returns:
        The text, which can be encoded as UTF-8, and the changes. For bytes, the first change records the decoding, with
        an empty span; its detail is what `reencode` needs. The others are sorted, disjoint, and refer to the decoded
        text. A second pass over the text changes nothing.

    Raises:
        UndecodableText: The bytes are in no encoding that could be found.

    >>> cleaned = normalize_encoding("un Ã©tÃ©\r\n")
    >>> cleaned.text
    'un été\n'
    >>> [(change.rule, change.before, change.after) for change in cleaned.changes]
    [('mojibake', 'Ã©tÃ©', 'été'), ('newlines', '\r', '')]
    """
    if isinstance(data, str):
        return _normalize_text(data, config)
    decoded = decode_bytes(data, declared, undecodable=config.undecodable)
    cleaned = _normalize_text(decoded.text, config)
    first = Change("encoding", f"decoded_{decoded.how}", 0, 0, "", "", decoded.detail)
    return Cleaned(cleaned.text, (first, *cleaned.changes))


def _normalize_text(text: str, config: EncodingConfig) -> Cleaned:
    received = text
    edits: list[Edit] = []
    # What one round brings to light, another may have to repair: an entity inside mojibake, say.
    for _ in range(_MOST_ROUNDS):
        found, fixed = _round(text, config)
        if not found:
            break
        edits = compose(edits, found, text)
        text = fixed
    changes = (
        Change("encoding", rule, start, end, received[start:end], after)
        for start, end, after, rule in edits
        if received[start:end] != after
    )
    return Cleaned(text, tuple(changes))


def _round(text: str, config: EncodingConfig) -> tuple[list[Edit], str]:
    edits: list[Edit] = []
    for stage in _stages(text, config):
        found = list(stage(text))
        if found:
            edits = compose(edits, found, text)
            text = apply_edits(text, found)
    return edits, text


def _stages(text: str, config: EncodingConfig) -> Iterable[Stage]:
    """Give the stages that this text needs, in order: characters, entities, whole-document repairs, ftfy, ligatures."""
    options = config.ftfy
    tables = derive_tables(options, _ALSO)
    flagged = tables is None or any(suspects(text, tables))
    if flagged:
        if options.remove_terminal_escapes and "\x1b" in text:
            yield rules.terminal_escapes
        if options.fix_line_breaks and any(mark in text for mark in "\r\u2028\u2029"):
            yield rules.newlines
        if options.remove_control_chars and any(mark in text for mark in "\x0b\x1c\x1d\x1e\x1f"):
            yield rules.separators
        if not _is_encodable(text):
            yield rules.surrogates
    if config.html_entities == "document" and "&" in text:
        yield rules.html_entities
    if config.redecode and not text.isascii():
        yield redecode
    # Where the scan found nothing these can still have work, by what the stages above brought to light or where ftfy
    # is to decode entities; the next round sees the former.
    if tables is None:
        yield lambda text: narrow(text, ftfy.fix_text(text, options), "ftfy")
    elif flagged or options.unescape_html:
        yield lambda text: _ftfy_edits(text, options, tables)
    if config.ligatures and flagged:
        yield rules.ligatures


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ftfy_edits(text: str, config: ftfy.TextFixerConfig, tables: Tables) -> Iterable[Edit]:
    for start, before, steps in repaired_segments(text, config, tables):
        edits: list[Edit] = []
        between = before
        for rule, after in steps:
            edits = compose(edits, list(narrow(between, after, rule)), between)
            between = after
        for edit in edits:
            yield edit._replace(start=edit.start + start, end=edit.end + start)
