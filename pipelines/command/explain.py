"""What would be changed in documents, and why, for people to read."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TextIO

from beam_textclean.pipelines.clean_text import clean_text
from beam_textclean.pipelines.file_job.clean_record import PLAIN_DECODING, clean_row, configs_of, reason_of
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.formats.registry import FORMATS
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.difference import reason_for
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, Cleaned, apply_changes, revert_changes, runs_of

_CONTEXT = 40  # code points shown to each side of a change
_SHOWN = 160  # of a longer change the beginning and the end are shown
_KEPT = 80  # the same for the copy that is kept
_HIDDEN = 40  # less is not worth hiding
_SIGNS = {ord("\n"): "⏎", ord("\r"): "␍", ord("\t"): "⇥", 0xA0: "⍽"}


class Marks(NamedTuple):
    """What surrounds what is removed, what is added, and a heading."""

    removed: tuple[str, str]
    added: tuple[str, str]
    heading: tuple[str, str]


PLAIN = Marks(("[-", "-]"), ("{+", "+}"), ("", ""))
COLOURED = Marks(("\x1b[31;9m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"), ("\x1b[1m", "\x1b[0m"))


def marks_for(stream: TextIO) -> Marks:
    """Return colours for a terminal that wants them (https://no-color.org), signs for everything else."""
    return COLOURED if stream.isatty() and not os.environ.get("NO_COLOR") else PLAIN


def explain_changes(text: str, changes: Iterable[Change], marks: Marks = PLAIN) -> Iterator[str]:
    r"""Show the changes of a document, each in its place.

    Args:
        text: The text that the first step received.
        changes: The changes, as a `Cleaned` has them.
        marks: How to show what is removed and what is added.

    Yields:
        Two lines for each change: what was done and why, and where. There is one line where no text is changed, and a
        third one with the copy that is kept where one was removed.

    >>> text = "Ils ont risqué leur vie en sevrant à nos côtés."
    >>> print(*explain_changes(text, clean_text(text).changes), sep="\n")
    typos: context (language: fr, entry: sevrant)
        Ils ont risqué leur vie en [-sevrant-]{+servant+} à nos côtés.
    """
    for run in runs_of(changes):
        for change in run:
            yield visible(reason_for(change))
            if change.before != change.after:
                yield "    " + _in_context(text, change, marks)
            if change.step == "duplicates" and "kept_start" in change.detail:
                kept = text[int(change.detail["kept_start"]) : int(change.detail["kept_end"])]
                yield "    stays: " + visible(_shortened(kept.strip(), _KEPT))
        text = apply_changes(text, run)


def _in_context(text: str, change: Change, marks: Marks) -> str:
    first, last = max(0, change.start - _CONTEXT), change.end + _CONTEXT
    parts = [
        "…" * (first > 0) + visible(text[first : change.start]),
        _marked(change.before, marks.removed),
        _marked(change.after, marks.added),
        visible(text[change.end : last]) + "…" * (last < len(text)),
    ]
    return "".join(parts)


def _marked(text: str, around: tuple[str, str]) -> str:
    return f"{around[0]}{visible(_shortened(text, _SHOWN))}{around[1]}" if text else ""


def _shortened(text: str, width: int) -> str:
    if len(text) <= width + _HIDDEN:
        return text
    half = width // 2
    return f"{text[:half]} … ({len(text) - 2 * half:,} characters) … {text[-half:]}"


def visible(text: str) -> str:
    """Return a stretch of text as one line; what cannot be seen or would move the cursor is an escape."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text.translate(_SIGNS)
    )


def explain_bytes(data: bytes, config: CleanConfig, marks: Marks = PLAIN) -> Iterator[str]:
    """Explain what would be changed in one document of bytes; yield lines as `explain_changes`.

    Raises:
        TextCleanError: It would be rejected.
    """
    yield from _explain(clean_text(data, config), marks) or ["nothing would be changed"]


@dataclass
class Explained:
    """How many documents were explained, and how many of them would be changed or rejected."""

    documents: int = 0
    changed: int = 0
    rejected: int = 0


def explain_files(
    plan: Plan, settings: Settings, config: CleanConfig, marks: Marks = PLAIN, explained: Explained | None = None
) -> Iterator[str]:
    """Explain what would be changed in the documents of files, each cleaned by itself.

    Args:
        plan: The files.
        settings: How records are read.
        config: How texts are cleaned.
        marks: How to show what is removed and what is added.
        explained: Is filled with the numbers.

    Yields:
        Lines: for each document that would be changed or rejected, its place and its changes; then the numbers.
    """
    records: Counter[int] = Counter()
    counts = explained or Explained()
    configs = configs_of(config)
    for piece in (piece for block in plan.blocks for piece in block):
        file = plan.files[piece.file]
        for row in plan.rows(piece, settings):
            records[piece.file] += 1
            counts.documents += 1
            try:
                reading, cleaned = clean_row(row, configs)
                decoding = () if reading.decoding is None else (reading.decoding,)
                lines = _explain(Cleaned(cleaned.text, (*decoding, *cleaned.changes)), marks)
                counts.changed += bool(lines)
            except TextCleanError as error:
                lines = [f"rejected: {visible(reason_of(error))}"]
                counts.rejected += 1
            if lines:
                place = "" if FORMATS[file.format].is_document else f", record {records[piece.file]}"
                yield f"{marks.heading[0]}{visible(file.name)}{place}{marks.heading[1]}"
                yield from lines
    rejected = f", {counts.rejected} rejected" if counts.rejected else ""
    yield f"{counts.changed} of {counts.documents} documents would be changed{rejected}"


def _explain(cleaned: Cleaned, marks: Marks) -> list[str]:
    changes = [change for change in cleaned.changes if change.rule != PLAIN_DECODING]
    return list(explain_changes(revert_changes(*cleaned), changes, marks))
