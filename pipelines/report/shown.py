"""What the report shows of documents: changes in their place, looked up in the results."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.file_job.job import Results
from beam_textclean.pipelines.file_job.schema import ChangeEntry, Summary
from beam_textclean.pipelines.file_job.undo import settings_of
from beam_textclean.pipelines.formats.byte_streams import LongLine, read_chunks, split_lines
from beam_textclean.pipelines.formats.registry import FORMATS, format_of, is_new_format, read_rows
from beam_textclean.pipelines.formats.rows import InputFile, Row, Source, Unreadable
from beam_textclean.pipelines.report.findings import ChangePlace, DocumentPlace, Output, outputs_of, rejected_in
from beam_textclean.transforms.difference import difference_html, reason_for
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, apply_changes, revert_changes, runs_of

MOST_CHANGES = 30
"""How many changes of a document are shown."""

_CONTEXT = 80  # code points shown on each side of a change, and of each end of a long one
_AROUND = 2 * _CONTEXT  # enough that the difference shows where it leaves something out
_LONGEST_LINE = 64 << 20  # bytes of a change; of a document with a longer one nothing is shown
_SAMPLED_FILES = 20
_DROPPED = b'"dropped": true}\n'
_SAMPLED_CHARACTERS = 200_000


class ShownChange(NamedTuple):
    """A change as people read it.

    Attributes:
        step: The pass.
        rule: Its rule.
        why: Pass, rule and reason in one line.
        html: The change between what is before and after it.
    """

    step: str
    rule: str
    why: str
    html: str


class ShownDocument(NamedTuple):
    """A document as people read it.

    Attributes:
        place: Where it is.
        identifier: Its id, where it has one.
        changes: Its first changes.
        hidden: How many more there are.
    """

    place: DocumentPlace
    identifier: str
    changes: list[ShownChange]
    hidden: int


def show(
    results: Results, summary: Summary, documents: Iterable[DocumentPlace], changes: Iterable[ChangePlace]
) -> tuple[dict[DocumentPlace, ShownDocument], dict[ChangePlace, ShownChange]]:
    """Look up documents and single changes in the results.

    Args:
        results: The files of the job.
        summary: Its summary.
        documents: The documents to show.
        changes: The changes to show.

    Returns:
        What to show of each. What cannot be read any more is not among them.
    """
    whole = set(documents)
    single: dict[DocumentPlace, list[ChangePlace]] = defaultdict(list)
    for change in changes:
        single[change.document].append(change)
    by_output: dict[int, set[DocumentPlace]] = defaultdict(set)
    for place in (*whole, *single):
        by_output[place.output].add(place)
    shown_documents, shown_changes = {}, {}
    outputs = outputs_of(summary)
    for number in sorted(by_output):
        for place, entries, text in _looked_up(results, summary, outputs[number], by_output[number]):
            wanted = {change.number: change for change in single[place]}
            most = MOST_CHANGES if place in whole else 0
            shown = _shown(text, entries, {*wanted, *range(most)})
            shown_changes.update({wanted[at]: change for at, change in shown.items() if at in wanted})
            if place in whole:
                first = [change for at, change in shown.items() if at < most]
                identifier = str(entries[0].get("id", ""))
                shown_documents[place] = ShownDocument(place, identifier, first, len(entries) - len(first))
    return shown_documents, shown_changes


def words_per_character(results: Results, summary: Summary) -> float | None:
    """Return how many words the cleaned texts have per code point, from the beginnings of at most 20 files.

    Words are what white space parts; in scripts that write without it, this says nothing. None stands for no text.
    """
    outputs = outputs_of(summary)
    step = max(1, len(outputs) // _SAMPLED_FILES)
    words = characters = 0
    for output in outputs[::step][:_SAMPLED_FILES]:
        read = 0
        for row in _rows(results, summary, output):
            try:
                text = _text_of(row)[:_SAMPLED_CHARACTERS]
            except (TextCleanError, UnicodeDecodeError):
                continue
            words += len(text.split())
            characters += len(text)
            read += len(text)
            if read >= _SAMPLED_CHARACTERS:
                break
    return words / characters if characters else None


def _looked_up(
    results: Results, summary: Summary, output: Output, places: set[DocumentPlace]
) -> Iterator[tuple[DocumentPlace, list[ChangeEntry], str | None]]:
    """Yield the changes of documents of one file, and the text before the first of them where it can be had."""
    by_record = {place.record: place for place in places}
    entries, dropped = _entries_of(results, output, set(by_record))
    texts = _texts_of(results, summary, output, set(entries), dropped)
    for record, changes in sorted(entries.items()):
        text = texts.get(record)
        if text is not None:
            try:
                text = revert_changes(text, map(_change, changes))
            except TextCleanError:
                text = None
        yield by_record[record], changes, text


def _entries_of(results: Results, output: Output, records: set[int]) -> tuple[dict[int, list[ChangeEntry]], set[int]]:
    """Return the changes of some records, and which of all were left out; the lines of others are not parsed."""
    head = json.dumps({"file": output.file, "record": 0})[:-2].encode("ascii")
    found: dict[int, list[ChangeEntry]] = {}
    dropped: set[int] = set()
    for line in split_lines(read_chunks(results.changes(output.entry["name"])), _LONGEST_LINE):
        if isinstance(line, LongLine):
            continue
        number = int(line[len(head) : line.index(b",", len(head))])
        if number in records:
            found.setdefault(number, []).append(json.loads(line))
        if line.endswith(_DROPPED):
            dropped.add(number)
    return found, dropped


def _texts_of(
    results: Results, summary: Summary, output: Output, records: set[int], dropped: set[int]
) -> dict[int, str]:
    """Return the cleaned texts of some records, as far as the documents can be read back."""
    rejected = {entry["record"] for entry in rejected_in(results, output)} | dropped
    every = range(output.first, output.first + output.entry["records"])
    written = (record for record in every if record not in rejected)
    texts: dict[int, str] = {}
    for record, row in zip(written, _rows(results, summary, output), strict=False):
        if record in records:
            with suppress(TextCleanError, UnicodeDecodeError):
                texts[record] = _text_of(row)
            if len(texts) == len(records):
                break
    return texts


def _rows(results: Results, summary: Summary, output: Output) -> Iterator[Row]:
    """Yield the documents of a file; none where it was written in a format that has no records."""
    kind = next(file["format"] for file in summary["files"] if file["name"] == output.file)
    path = results.documents(output.entry["name"])
    if is_new_format(kind, summary["configuration"]["format"]):
        kind = (format_of(path) or ("", ""))[0]
        if not kind or FORMATS[kind].is_document:
            return
    compression = (format_of(path) or ("", ""))[1]
    settings = settings_of(summary)._replace(max_record_bytes=1 << 62)
    settings = settings._replace(csv_dialect=output.entry.get("dialect", settings.csv_dialect))
    source = Source(InputFile(path, output.entry["name"], 0, kind, compression), 0, None, settings)
    with suppress(OSError, BeamIOError):
        for row in read_rows(source):
            if isinstance(row, Unreadable):
                return
            yield row


def _text_of(row: Row) -> str:
    text = row.read().text
    return text.decode("utf-8") if isinstance(text, bytes) else text


def _shown(text: str | None, entries: list[ChangeEntry], wanted: set[int]) -> dict[int, ShownChange]:
    """Return some changes of a document by their number; each as it was made, in the text that its step received."""
    shown: dict[int, ShownChange] = {}
    number = 0
    for run in runs_of(map(_change, entries)):
        for change in run:
            if number in wanted:
                shown[number] = _shown_change(text, change)
            number += 1
        if text is not None:
            text = apply_changes(text, run)
    return shown


def _shown_change(text: str | None, change: Change) -> ShownChange:
    around = change.before
    here = change._replace(start=0, end=len(around))
    if text is not None:
        first = max(0, change.start - _AROUND)
        around = text[first : change.end + _AROUND]
        here = change._replace(start=change.start - first, end=change.end - first)
    changed = [here] if change.before != change.after else []
    return ShownChange(change.step, change.rule, reason_for(change), difference_html(around, changed, _CONTEXT))


def _change(entry: Mapping[str, Any]) -> Change:
    return Change(*(entry[name] for name in Change._fields))
