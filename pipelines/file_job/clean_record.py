"""Clean one record of a file, and clean it again by what was staged for it."""

import base64
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.file_job.outcomes import Edited, StagedChange, check_of
from beam_textclean.pipelines.file_job.stopping import InputChanged
from beam_textclean.pipelines.formats.registry import FORMATS
from beam_textclean.pipelines.formats.rows import Reading, Row, Unreadable
from beam_textclean.pipelines.passes import CleanConfig, names_before
from beam_textclean.transforms.encoding import decode_bytes
from beam_textclean.transforms.errors import ChangesDoNotFit, MissingField, TextCleanError
from beam_textclean.transforms.records import Change, Cleaned, apply_changes, revert_changes
from beam_textclean.transforms.typos import Learned

_logger = logging.getLogger(__name__)
PLAIN_DECODING = "decoded_utf_8"  # the one decoding that changes nothing, and is not worth a line in the audit


class Defect(TextCleanError):
    """A pass failed on a document in a way that it never should."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"a defect of beam-textclean, please report it: {error!r}")


class Configs(NamedTuple):
    """How the texts of a job are cleaned.

    Attributes:
        texts: The configuration of the job.
        lines: The same for texts that are a line, of which none may get a line feed.
        learned: What was learned from all of them, if anything.
    """

    texts: CleanConfig
    lines: CleanConfig
    learned: Learned | None


def configs_of(config: CleanConfig, learned: Learned | None = None) -> Configs:
    """Return the configurations for all texts of a job."""
    encoding = config.encoding
    ftfy = encoding.ftfy._replace(fix_line_breaks=False)
    return Configs(config, replace(config, encoding=replace(encoding, ftfy=ftfy)), learned)


def clean_row(row: Row | Unreadable, configs: Configs) -> tuple[Reading, Cleaned]:
    """Clean one record.

    Args:
        row: The record.
        configs: The configuration, as `configs_of` returns it.

    Returns:
        What was read, and what became of it.

    Raises:
        TextCleanError: The record is rejected; a `Defect` where a pass failed on it.
    """
    with naming_defects():
        if isinstance(row, Unreadable):
            raise row.error
        reading = row.read()
        return reading, clean_reading(reading, configs)


@contextmanager
def naming_defects() -> Iterator[None]:
    """Raise a `Defect` for every error that is not ours: one document must not stop a corpus."""
    try:
        yield
    except TextCleanError:
        raise
    except Exception as error:
        _logger.warning("a defect of beam-textclean", exc_info=True)
        raise Defect(error) from error


def reason_of(error: TextCleanError) -> str:
    """Return why a record is rejected, and the option that may help."""
    hint = "; --text-field names the field of the text" if isinstance(error, MissingField) else ""
    return f"{error}{hint}"


def clean_reading(reading: Reading, configs: Configs) -> Cleaned:
    """Clean the text of a record. Bytes are decoded also where the encoding pass, which repairs texts, is left out.

    Raises:
        TextCleanError: It cannot be cleaned, or not within its format.
    """
    if not reading.unwritable:
        return _clean(reading, configs.texts, configs.learned)
    cleaned = _clean(reading, configs.lines, configs.learned)
    if cleaned.changes and re.search(reading.unwritable, cleaned.text):  # as of "&#10;", which ftfy can unescape
        raise TextCleanError("the cleaned text would need more than one line, or more than one cell")
    return cleaned


def _clean(reading: Reading, config: CleanConfig, learned: Learned | None) -> Cleaned:
    if isinstance(reading.text, str) or "encoding" in config.passes:
        return clean_text(reading.text, config, reading.declared, learned)
    decoded = decode_bytes(reading.text, reading.declared, undecodable=config.encoding.undecodable)
    cleaned = clean_text(decoded.text, config, learned=learned)
    return Cleaned(cleaned.text, (decoded.change(), *cleaned.changes))


def text_before(name: str, reading: Reading, config: CleanConfig) -> str:
    """Return the text of a record as a pass receives it.

    Args:
        name: The name of the pass.
        reading: What was read of the record.
        config: How texts are cleaned.

    Raises:
        TextCleanError: A pass before that one rejects it.
    """
    passes = tuple(each for each in config.passes if each in names_before(name))
    if passes:
        return clean_reading(reading, configs_of(replace(config, passes=passes))).text
    if isinstance(reading.text, str):
        return reading.text
    return decode_bytes(reading.text, reading.declared, undecodable=config.encoding.undecodable).text


def edits_of(row: Row, reading: Reading, cleaned: Cleaned, kind: str) -> Edited | None:
    """Return what it takes to clean a record again without looking for what to change.

    Args:
        row: The record.
        reading: What was read of it.
        cleaned: What became of its text.
        kind: The format of its file.

    Returns:
        The edits, or None where there are none.
    """
    changes = [change for change in cleaned.changes if change.rule != PLAIN_DECODING]
    if reading.decoding is not None:
        changes.insert(0, reading.decoding)
    if not changes:
        return None
    decoded = raw = None
    if changes[0].rule.startswith("decoded_"):
        if isinstance(reading.text, bytes):
            decoded = revert_changes(cleaned.text, cleaned.changes)
        if FORMATS[kind].with_bytes is None:  # it is more than its text, and the changes alone would not give it back
            raw = base64.b64encode(row.raw).decode("ascii")
    staged = [
        StagedChange(*change[:4], change.after, dict(change.detail), check_of(change.before)) for change in changes
    ]
    return Edited(staged, decoded, raw)


def cleaned_again(row: Row, edited: Edited | None) -> Cleaned:
    """Clean a record once more, by what was staged for it.

    Args:
        row: The record.
        edited: Its edits, if any.

    Returns:
        What the passes returned, except that the decoding of plain UTF-8 is not mentioned.

    Raises:
        ChangesDoNotFit: The text is not the one that the edits were staged for.
    """
    if edited is None:
        return Cleaned(_text_of(row))
    text = _text_of(row) if edited.decoded is None else edited.decoded
    changes: list[Change] = []
    run: list[Change] = []
    for step, rule, start, end, after, detail, check in edited.changes:
        if run and (step != run[-1].step or start < run[-1].end):
            text = apply_changes(text, run)
            changes += run
            run = []
        before = text[start:end]
        if check_of(before) != check:
            raise ChangesDoNotFit(f"it has {before[:40]!r} at {start}:{end}, where another text was replaced")
        run.append(Change(step, rule, start, end, before, after, detail))
    return Cleaned(apply_changes(text, run), (*changes, *run))


def readable(row: Row | Unreadable | None, name: str) -> Row:
    """Return a record that could be read before.

    Args:
        row: What is read now.
        name: The name of its file.

    Raises:
        InputChanged: It cannot be read any more, or is not there.
    """
    if row is None or isinstance(row, Unreadable):
        raise InputChanged(name, "it has fewer records than before" if row is None else str(row.error))
    return row


def _text_of(row: Row) -> str:
    """Return the text of a row whose bytes, if it has any, are plain UTF-8."""
    text = row.read().text
    return text.decode("utf-8") if isinstance(text, bytes) else text
