"""The documents of a corpus, emitted without what is removed: what the steps over PCollections share."""

from collections.abc import Callable, Iterator
from typing import Any

from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from beam_textclean.transforms.documents import CountingDoFn, document_changes
from beam_textclean.transforms.duplicates.across.corpus import Corpus
from beam_textclean.transforms.elements import id_of, with_text
from beam_textclean.transforms.records import Cleaned


class EmitDoFn(CountingDoFn):
    """A DoFn that emits documents and, where they are wanted, their changes.

    Args:
        corpus: How the documents are told apart.
        changes_wanted: Whether changes are emitted.
    """

    def __init__(self, corpus: Corpus, changes_wanted: bool) -> None:
        self._corpus = corpus
        self._changes_wanted = changes_wanted

    def emit(self, element: Any, cleaned: Cleaned, placed: Callable[[Any], Any] = lambda value: value) -> Iterator[Any]:
        """Count the changes of a document and emit it and them.

        Args:
            element: The document.
            cleaned: Its text without what is removed.
            placed: Places what is emitted in time.
        """
        corpus = self._corpus
        self.count_changes(cleaned.changes)
        yield placed(with_text(element, corpus.field, cleaned.text) if cleaned.changes else element)
        if self._changes_wanted:
            for change in document_changes(id_of(element, corpus.id_field), cleaned.changes):
                yield TaggedOutput("changes", placed(change))


def placed_at(micros: int, window: Any) -> Callable[[Any], WindowedValue]:
    """Return what places a value in time: grouping set the timestamp to the end of the window."""
    return lambda value: WindowedValue(value, Timestamp(micros=micros), (window,))
