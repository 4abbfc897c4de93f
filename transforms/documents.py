"""The one way in which a pure function from a text to a `Cleaned` is applied to the documents of a PCollection.

It has as little logic as possible. The pure functions change a text, and `elements` finds it in an element. Here are
the options that all transforms share, the bad elements, the changes and the counters.

The counters of a step are ``documents`` (all that it received), ``documents_changed`` (their text), those that were
``documents_rejected``, and ``<step>_<rule>`` for each rule of the changes. Beam keeps them for each step of a job: a
sum over steps counts a document once for each step that received it.
"""

import copy
import dataclasses
import reprlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import AsSideInput, TaggedOutput
from apache_beam.transforms.display import DisplayDataItem
from apache_beam.transforms.error_handling import ErrorHandler

from beam_textclean.transforms.elements import (
    check_element_type,
    id_of,
    text_of,
    type_with_text,
    with_text,
)
from beam_textclean.transforms.errors import TextCleanError, WrongElementType, wrong_text_type
from beam_textclean.transforms.records import Change, Cleaned

#: The namespace of every counter of this package.
METRICS_NAMESPACE = "beam_textclean"

# What an element that fails a job says beside its error.
_ADVICE = "; with_error_handler (in Beam YAML: error_handling) collects such elements instead of failing the job"


# Not registered as a Beam row: the text before a repair can hold lone surrogates, which the coder of rows refuses and
# pickle, the coder of other NamedTuples, does not.
class DocumentChange(NamedTuple):
    """One change of one document: a `Change` with the document's id, flat, so that it can be written as a record.

    The changes that one transform made to a document, sorted by `number`, are the changes of its `Cleaned`. To undo
    several transforms, revert the last one first.

    Attributes:
        id: The id of the document as a string, or None if the elements have no ids.
        number: Position in the list of changes that this application of the step made to the document, from 0.
        step: See `Change` for this field and all that follow.
        rule: The rule of the step.
        start: First code point of the span in the text that the step received.
        end: Code point after the span.
        before: The text of the span.
        after: The text that replaces it.
        detail: Why.
    """

    id: str | None
    number: int
    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    detail: Mapping[str, str | int | float]

    def change(self) -> Change:
        """Return the change without the document it belongs to, as `revert_changes` accepts it."""
        return Change(self.step, self.rule, self.start, self.end, self.before, self.after, self.detail)


class CleanedDocuments(NamedTuple):
    """What a transform returns after ``with_changes()``.

    Attributes:
        documents: The cleaned documents, of the same kind as the input.
        changes: A PCollection of `DocumentChange`.
    """

    documents: Any
    changes: Any


Transform = TypeVar("Transform", bound="DocumentTransform")


class DocumentTransform(beam.PTransform[Any, Any]):
    """What all transforms over documents share: further outputs, and options that are shown.

    The public transforms are dataclasses: their fields are their options, here and in Beam YAML. ``with_...`` returns a
    copy, so that a transform can be used again.
    """

    error_handler: ErrorHandler | None = None
    changes_wanted = False

    def with_error_handler(self: Transform, error_handler: ErrorHandler | None) -> Transform:
        """Return a copy that sends bad elements to a Beam ErrorHandler; with None, a bad element fails the job.

        A bad element arrives there as ``(element, (exception class, repr, [lines of the traceback]))``.
        """
        changed = copy.copy(self)
        changed.error_handler = error_handler
        return changed

    def with_changes(self: Transform) -> Transform:
        """Return a copy that returns `CleanedDocuments`: the documents, and every change made to them."""
        changed = copy.copy(self)
        changed.changes_wanted = True
        return changed

    def display_data(self) -> dict[str, DisplayDataItem]:
        """Show the options in the monitoring pages of the runners."""
        return {
            name: DisplayDataItem(_shown(getattr(self, name)), label=name.replace("_", " "))
            for name in (option.name for option in self.options())
        }

    @classmethod
    def options(cls) -> tuple[dataclasses.Field[Any], ...]:
        """Return its options, in order."""
        return dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()

    def _with_own_options(self, step: Transform) -> Transform:
        """Return a step inside this transform with the same error handler, which returns changes if this one does."""
        step = step.with_error_handler(self.error_handler)
        return step.with_changes() if self.changes_wanted else step


def _shown(option: object) -> str | int:
    if isinstance(option, beam.PCollection):
        return "given"
    if isinstance(option, (tuple, list)):
        return ",".join(map(str, option))
    return option if isinstance(option, (str, int)) else str(option)


class CleanDocuments(DocumentTransform):
    """Apply a function from a text to a `Cleaned` to each document; the composite behind every pass.

    Args:
        clean: Called with the text and the whole element, for passes that look at other fields too.
        accepted: The types that a text may have.
        also: Other fields that records must have.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id.
        side_inputs: Further arguments of `clean`, as Beam's side inputs.
    """

    def __init__(
        self,
        clean: Callable[..., Cleaned],
        accepted: tuple[type, ...] = (str,),
        also: tuple[str, ...] = (),
        field: str = "text",
        id_field: str = "id",
        side_inputs: tuple[AsSideInput, ...] = (),
    ) -> None:
        super().__init__()
        self._side_inputs = side_inputs
        self._clean = clean
        self._accepted = accepted
        self._also = also
        self._field = field
        self._id_field = id_field

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Check the type of the elements, then clean them; see `DocumentTransform` for what is returned."""
        check_element_type(documents.element_type, self._field, self._accepted, self._also)
        advice = _ADVICE if self.error_handler is None else ""
        do_clean = _Clean(self._clean, self._accepted, self._field, self._id_field, self.changes_wanted, advice)
        clean = beam.ParDo(do_clean, *self._side_inputs)
        if self.error_handler is None:
            outputs = documents | "Clean" >> clean.with_outputs("changes", main="documents")
        else:
            outputs = documents | "Clean" >> clean.with_exception_handling("documents", "rejected")
            self.error_handler.add_error_pcollection(outputs.rejected)
        # Not by with_output_types: before Beam 2.73 it does not know the types of further outputs.
        outputs.documents.element_type = type_with_text(documents.element_type, self._field)
        outputs.changes.element_type = DocumentChange
        return CleanedDocuments(outputs.documents, outputs.changes) if self.changes_wanted else outputs.documents


class CountingDoFn(beam.DoFn):
    """A DoFn that counts in a dict and adds a bundle's counts to Beam's counters once, when the bundle is done."""

    def start_bundle(self) -> None:
        """Start counting."""
        self.counts: Counter[str] = Counter()

    def finish_bundle(self) -> None:
        """Add the counts of the bundle."""
        for name, count in self.counts.items():
            Metrics.counter(METRICS_NAMESPACE, name).inc(count)

    def count_changes(self, changes: Collection[Change]) -> None:
        """Count the changes of one document by their rules, and the document if they change its text."""
        self.counts.update(f"{change.step}_{change.rule}" for change in changes)
        # A change can also say how bytes were decoded, or why a document was left alone.
        if any(change.before != change.after for change in changes):
            self.counts["documents_changed"] += 1


class _Clean(CountingDoFn):
    def __init__(
        self,
        clean: Callable[..., Cleaned],
        accepted: tuple[type, ...],
        field: str,
        id_field: str,
        changes_wanted: bool,
        advice: str,
    ) -> None:
        self._advice = advice
        self._clean = clean
        self._accepted = accepted
        self._field = field
        self._id_field = id_field
        self._changes_wanted = changes_wanted

    def process(self, element: Any, *side_inputs: Any) -> Iterator[Any]:
        self.counts["documents"] += 1
        try:
            cleaned, changes = self._cleaned(element, side_inputs)
        except TextCleanError as error:
            self.counts["documents_rejected"] += 1
            raise type(error)(f"document {short_name(element, self._id_field)}: {error}{self._advice}") from error
        except Exception as error:
            self.counts["documents_rejected"] += 1
            if not self._advice:
                raise
            raise RuntimeError(f"document {short_name(element, self._id_field)}: {error!r}{self._advice}") from error
        self.count_changes(changes)
        yield cleaned
        if self._changes_wanted:
            for change in document_changes(id_of(element, self._id_field), changes):
                yield TaggedOutput("changes", change)

    def _cleaned(self, element: Any, side_inputs: tuple[Any, ...]) -> tuple[Any, tuple[Change, ...]]:
        received = text_of(element, self._field)
        if not isinstance(received, self._accepted):
            raise wrong_text_type(type(received).__name__, self._accepted)
        text, changes = self._clean(received, element, *side_inputs)
        unchanged = isinstance(received, str) and text == received
        return element if unchanged else with_text(element, self._field, text), changes


def document_changes(document_id: object, changes: Iterable[Change]) -> Iterator[DocumentChange]:
    """Yield the changes of one document with its id and their numbers."""
    name = None if document_id is None else str(document_id)
    for number, change in enumerate(changes):
        yield DocumentChange(name, number, *change)


def short_name(element: Any, id_field: str) -> str:
    """Return a name of an element for messages: its id or a short piece of it, never its whole text."""
    try:
        document_id = id_of(element, id_field)
    except WrongElementType:
        document_id = None
    return reprlib.repr(element if document_id is None else document_id)
