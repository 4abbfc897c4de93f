"""What the passes report: a cleaned text and the changes that lead to it, exact enough to undo."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from beam_textclean.transforms.errors import ChangesDoNotFit


class Change(NamedTuple):
    """One replaced span of a text.

    Attributes:
        step: The pass that made the change: ``encoding``, ``typos``, ``duplicates`` or ``corpus_duplicates``.
        rule: The rule of that pass, also the name of its counter.
        start: First code point of the span in the text that this application of the step received.
        end: Code point after the span.
        before: The text of the span, ``text[start:end]``.
        after: The text that replaces it; empty if the span was removed.
        detail: Why: confidence, dictionary entry, place of the kept copy. Keys and values can be written as JSON.
    """

    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    detail: Mapping[str, str | int | float] = {}


class Cleaned(NamedTuple):
    """A cleaned text and every change between the text received and it.

    Changes come in consecutive runs, one run for each application of a step. The spans of a run are sorted, disjoint,
    and refer to the text that this step received.
    """

    text: str
    changes: tuple[Change, ...] = ()

    def _repr_html_(self) -> str:
        """Return the difference to the text received, which notebooks show."""
        from beam_textclean.transforms.difference import notebook_html

        return notebook_html(self)


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """Apply changes to the text they were recorded for.

    Args:
        text: The text before the first change (for a document of bytes: its decoded text).
        changes: The runs of changes, in order. A run ends where the step changes or a span starts before the
            last one ended.

    Returns:
        The cleaned text.

    Raises:
        ChangesDoNotFit: A span does not contain what the change found there.

    >>> apply_changes("un evenement", [Change("typos", "dictionary", 3, 12, "evenement", "événement")])
    'un événement'
    """
    for run in runs_of(changes):
        text = _replace(text, [(change.start, change.end, change.before, change.after) for change in run])
    return text


def revert_changes(text: str, changes: Iterable[Change]) -> str:
    """Undo `apply_changes`: return the text before the first change.

    Args:
        text: The cleaned text.
        changes: The same runs of changes as for `apply_changes`.

    Returns:
        The text that the first step received.

    Raises:
        ChangesDoNotFit: The text does not contain what a change left there.

    >>> revert_changes("un événement", [Change("typos", "dictionary", 3, 12, "evenement", "événement")])
    'un evenement'
    """
    for run in reversed(list(runs_of(changes))):
        inverse = []
        shift = 0
        for change in run:
            start = change.start + shift
            inverse.append((start, start + len(change.after), change.after, change.before))
            shift += len(change.after) - len(change.before)
        text = _replace(text, inverse)
    return text


def runs_of(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Split changes into runs, one for each application of a step.

    A run ends where the step changes or a span starts before the last one ended.

    >>> changes = [Change("typos", "dictionary", start, start + 1, "a", "b") for start in (0, 5, 2)]
    >>> [len(run) for run in runs_of(changes)]
    [2, 1]
    """
    run: list[Change] = []
    for change in changes:
        if run and (change.step != run[-1].step or change.start < run[-1].end):
            yield run
            run = []
        run.append(change)
    if run:
        yield run


def _replace(text: str, spans: list[tuple[int, int, str, str]]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end, old, new in spans:
        if text[start:end] != old:
            raise ChangesDoNotFit(
                f"the text has {text[start:end][:40]!r} at {start}:{end}, where the change expects {old[:40]!r}; "
                "changes fit only the text they were recorded for"
            )
        pieces += text[last:start], new
        last = end
    pieces.append(text[last:])
    return "".join(pieces)
