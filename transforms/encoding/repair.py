"""ftfy, many times faster: the same output for any text and any configuration."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import ftfy
from ftfy import chardata, fixes

from beam_textclean.transforms.encoding.first_look import suspects
from beam_textclean.transforms.encoding.tables import Tables, derive_tables, is_bad

# ftfy's steps after the mojibake, in its order, and the rule names of their changes.
_CHARACTER_STEPS = {
    "fix_c1_controls": "mojibake",
    "fix_latin_ligatures": "ligatures",
    "fix_character_width": "character_width",
    "uncurl_quotes": "quotes",
    "fix_line_breaks": "newlines",
    "fix_surrogates": "surrogates",
    "remove_terminal_escapes": "terminal_escapes",
    "remove_control_chars": "control_characters",
}


class Repaired(NamedTuple):
    """One segment that ftfy changes.

    Attributes:
        start: Its first code point.
        before: The segment.
        steps: Rule and text after it, for each step that changed something.
    """

    start: int
    before: str
    steps: list[tuple[str, str]]

    @property
    def after(self) -> str:
        """The segment after the last step."""
        return self.steps[-1][1]


def repair_text(text: str, config: ftfy.TextFixerConfig | None = None) -> str:
    r"""Repair a text as `ftfy.fix_text` does, with identical output.

    Most lines are known to be unchanged from tables derived from the installed ftfy (see `tables`), and the others go
    through ftfy's own steps, but only those that can have an effect. With an ftfy whose tables cannot be derived, this
    is `ftfy.fix_text`.

    Args:
        text: Any text.
        config: Any configuration of ftfy; its default if None.

    Returns:
        The repaired text; the same object where nothing was to repair.

    >>> repair_text("l\u00e2\u20ac\u2122\u00c3\u00a9t\u00c3\u00a9")
    "l'été"
    """
    config = config or ftfy.TextFixerConfig(explain=False)
    tables = derive_tables(config)
    if tables is None:
        return ftfy.fix_text(text, config)
    pieces: list[str] = []
    end = 0
    for repaired in repaired_segments(text, config, tables):
        pieces += text[end : repaired.start], repaired.after
        end = repaired.start + len(repaired.before)
    return "".join([*pieces, text[end:]]) if pieces else text


def repaired_segments(text: str, config: ftfy.TextFixerConfig, tables: Tables) -> Iterator[Repaired]:
    """Find the segments that ftfy changes. ftfy looks at lines, cut at ``config.max_decode_length``.

    Args:
        text: Any text.
        config: Any configuration of ftfy.
        tables: Derived for this configuration.

    Yields:
        The changed segments, in order.
    """
    batches: Iterable[list[int]] = suspects(text, tables)
    entities_end = _entities_end(text, config)
    if entities_end and "&" in text:
        entities = [match.start() for match in chardata.HTML_ENTITY_RE.finditer(text, 0, entities_end)]
        batches = [sorted(chain(entities, *batches))] if entities else batches
    end = 0
    for batch in batches:
        number = bisect_left(batch, end)
        while number < len(batch):
            start, end = _segment(text, batch[number], config.max_decode_length)
            number = bisect_left(batch, end, number)
            segment = text[start:end]
            steps = _repair_segment(segment, config, tables, unescape=start < entities_end)
            if steps and steps[-1][1] != segment:
                yield Repaired(start, segment, steps)


def _entities_end(text: str, config: ftfy.TextFixerConfig) -> int:
    """Return the position where ftfy stops decoding entities: with "auto", at the segment of the first "<"."""
    if config.unescape_html != "auto":
        return len(text) if config.unescape_html else 0
    markup = text.find("<")
    return len(text) if markup < 0 else _segment(text, markup, config.max_decode_length)[0]


def _segment(text: str, position: int, limit: int) -> tuple[int, int]:
    """Return the span of the segment that holds a position."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position) + 1 or len(text)
    start += (position - start) // limit * limit
    return start, min(end, start + limit)


def _repair_segment(
    text: str, config: ftfy.TextFixerConfig, tables: Tables, *, unescape: bool
) -> list[tuple[str, str]]:
    """Do what `ftfy.fix_and_explain` does, leaving out what is known to have no effect."""
    steps: list[tuple[str, str]] = []

    def became(rule: str, fixed: str) -> str:
        if fixed != text:
            steps.append((rule, fixed))
        return fixed

    # Without explanation, ftfy 6.3 repairs encodings by its default options, whatever the configuration says.
    encoding_config = config if config.explain else ftfy.TextFixerConfig(explain=False)
    while True:
        before = text
        if unescape and "&" in text:
            text = became("html_entities", fixes.unescape_html(text))
        while is_bad(text, tables):
            fixed = _reread(text) or ftfy._fix_encoding_one_step_and_explain(text, encoding_config).text
            if fixed == text:
                break
            text = became("mojibake", fixed)
        settled = text
        present = set(tables.replaced.findall(text)) if tables.replaced else set()
        for step, rule in _CHARACTER_STEPS.items():
            if present and not present.isdisjoint(tables.steps.get(step, ())):
                text = became(rule, ftfy.FIXERS[step](text))
                present = set(tables.replaced.findall(text)) if tables.replaced else set()
        if config.normalization is not None and not text.isascii():
            text = became("unicode_normalization", unicodedata.normalize(config.normalization, text))
        if text == before or (text == settled and not (unescape and "&" in text)):
            return steps  # another round would find nothing


def _reread(text: str) -> str | None:
    """Read a text as strict UTF-8, in the first encoding that ftfy would try: its plainest repair, and the usual one.

    None of the variations that ftfy would try first has an effect on bytes that are strict UTF-8 without 0x1A, which
    ftfy writes for what was lost.
    """
    for encoding in chardata.CHARMAP_ENCODINGS:
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        try:
            return None if b"\x1a" in data else data.decode()
        except UnicodeDecodeError:
            return None
    return None
