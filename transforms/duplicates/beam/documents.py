"""The documents of a corpus, put out without what goes: what the steps over PCollections share."""

from collections.abc import Callable, Iterator
from typing import Any

from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from beam_textclean.transforms.documents import CountingDoFn, document_changes
from beam_textclean.transforms.duplicates.across.corpus import Corpus
from beam_textclean.transforms.elements import id_of, with_text
from beam_textclean.transforms.records import Cleaned


class PutOutDoFn(CountingDoFn):
    """A DoFn that puts out documents and, where they are wanted, their changes.

    Args:
        corpus: How the documents are told apart.
        changes_wanted: Whether changes are put out.
    """

    def __init__(self, corpus: Corpus, changes_wanted: bool) -> None:
        self._corpus = corpus
        self._changes_wanted = changes_wanted

    def put_out(
        self, element: Any, cleaned: Cleaned, placed: Callable[[Any], Any] = lambda value: value
    ) -> Iterator[Any]:
        """Count the changes of a document and give it and them.

        Args:
            element: The document.
            cleaned: Its text without what goes.
            placed: Puts what is given where it belongs in time.
        """
        corpus = self._corpus
        self.count_changes(cleaned.changes)
        yield placed(with_text(element, corpus.field, cleaned.text) if cleaned.changes else element)
        if self._changes_wanted:
            for change in document_changes(id_of(element, corpus.id_field), cleaned.changes):
                yield TaggedOutput("changes", placed(change))


def placed_at(micros: int, window: Any) -> Callable[[Any], WindowedValue]:
    """Give what places a value in time: grouping set the timestamp to the end of the window."""
    return lambda value: WindowedValue(value, Timestamp(micros=micros), (window,))
