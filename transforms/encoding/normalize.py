"""The whole encoding pass, with every change recorded."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import ftfy

from beam_textclean.transforms.encoding import rules
from beam_textclean.transforms.encoding.composition import compositions, joining_characters
from beam_textclean.transforms.encoding.config import EncodingConfig
from beam_textclean.transforms.encoding.decode import decode_bytes
from beam_textclean.transforms.encoding.edits import Edit, apply_edits, compose, narrow
from beam_textclean.transforms.encoding.first_look import Look, first_look
from beam_textclean.transforms.encoding.optional import OPTIONAL
from beam_textclean.transforms.encoding.redecode import redecode
from beam_textclean.transforms.encoding.remnants import lone_signs, lost_bytes
from beam_textclean.transforms.encoding.repair import repaired_segments
from beam_textclean.transforms.encoding.tables import Tables, derive_tables
from beam_textclean.transforms.encoding.vetoes import veto
from beam_textclean.transforms.errors import wrong_text_type
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = EncodingConfig()
_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))
_LINE_BREAK = re.compile("[\n\r]")
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
        WrongElementType: It is neither text nor bytes.

    >>> cleaned = normalize_encoding("un Ã©tÃ©\r\n")
    >>> cleaned.text
    'un été\n'
    >>> [(change.rule, change.before, change.after) for change in cleaned.changes]
    [('mojibake', 'Ã©tÃ©', 'été'), ('newlines', '\r', '')]
    """
    if isinstance(data, str):
        return _normalize_text(data, config)
    if not isinstance(data, bytes):
        raise wrong_text_type(type(data).__name__, (str, bytes))
    decoded = decode_bytes(data, declared, undecodable=config.undecodable)
    cleaned = _normalize_text(decoded.text, config)
    return Cleaned(cleaned.text, (decoded.change(), *cleaned.changes))


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
            if not config.ftfy.fix_line_breaks:
                found = [_without_new_lines(edit, text) for edit in found]
            edits = compose(edits, found, text)
            text = apply_edits(text, found)
    return edits, text


def _without_new_lines(edit: Edit, text: str) -> Edit:
    """Make no line break where line breaks are left alone, as in documents of one line each."""
    if _LINE_BREAK.search(edit.after) and not _LINE_BREAK.search(text, edit.start, edit.end):
        return edit._replace(after=_LINE_BREAK.sub(" ", edit.after))
    return edit


def _stages(text: str, config: EncodingConfig) -> Iterable[Stage]:
    """Yield the stages that this text needs, in order: characters, entities, whole documents, ftfy, characters."""
    options = config.ftfy
    ftfys, tables = _prepared(options)
    # What the first look found decides. What a stage brings to light, the next round finds.
    found, odd, plain = first_look(text, tables) if tables else Look(frozenset(text), odd=True, plain=False)
    if found:
        if options.remove_terminal_escapes and "\x1b" in found:
            yield rules.terminal_escapes
        if options.fix_line_breaks and not found.isdisjoint("\r\u2028\u2029"):
            yield rules.newlines
        if options.remove_control_chars and not found.isdisjoint(rules.SEPARATORS):
            yield rules.separators
        if options.remove_control_chars and "\b" in found:
            yield rules.overstrikes
        if not found.isdisjoint(_SURROGATES):
            yield rules.surrogates
    for name in config.also:
        yield OPTIONAL[name]
    if config.html_entities == "document" and "&" in text:
        yield rules.html_entities
    damaged = config.redecode and odd
    if config.redecode and not text.isascii():
        # What is plain and not odd needs no redecoding, if it is as it was when it was looked at.
        yield lambda now: redecode(now, odd=odd) if odd or not plain or now is not text else []
    if damaged:
        yield lost_bytes
    if tables is None:
        yield lambda text: narrow(text, ftfy.fix_text(text, ftfys), "ftfy")
    elif found or options.unescape_html:
        yield lambda text: _ftfy_edits(text, ftfys, tables)
    if damaged:
        yield lone_signs
    if found:
        if options.remove_control_chars and not found.isdisjoint(rules.CONTROLS):
            yield rules.control_characters
        if options.normalization == "NFC" and not found.isdisjoint(joining_characters()):
            yield compositions
        if config.ligatures and not found.isdisjoint(rules.LIGATURES):
            yield rules.ligatures


@lru_cache(maxsize=16)
def _prepared(options: ftfy.TextFixerConfig) -> tuple[ftfy.TextFixerConfig, Tables | None]:
    """Return what ftfy still does when our own rules do controls and NFC, and the tables that find all of it."""
    composes = options.normalization == "NFC"
    also = {*_SURROGATES, *rules.LIGATURES}
    if options.remove_control_chars:
        also |= rules.CONTROLS | rules.SEPARATORS
        options = options._replace(remove_control_chars=False)
    if composes:
        options = options._replace(normalization=None)
    return options, derive_tables(options, "".join(sorted(also)), composes=composes, odd=True)


def _ftfy_edits(text: str, config: ftfy.TextFixerConfig, tables: Tables) -> list[Edit]:
    found: list[Edit] = []
    for start, before, steps in repaired_segments(text, config, tables):
        edits: list[Edit] = []
        between = before
        for rule, after in steps:
            edits = compose(edits, list(narrow(between, after, rule)), between)
            between = after
        found += (edit._replace(start=edit.start + start, end=edit.end + start) for edit in edits)
    return veto(text, found)
