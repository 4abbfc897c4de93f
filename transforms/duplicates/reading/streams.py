"""A text as one stream of folded bytes, and the way back from places in it to code points."""

from bisect import bisect_right
from collections.abc import Sequence, Set
from functools import cached_property
from itertools import accumulate, pairwise

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import FoldedOffsets, fold_run, fold_text, plain_forms
from beam_textclean.transforms.duplicates.reading.paragraphs import Span
from beam_textclean.transforms.duplicates.reading.prose_and_code import code_paragraphs, fenced_paragraphs, is_prose
from beam_textclean.transforms.duplicates.reading.sentences import sentence_gaps

_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


class TextOffsets:
    r"""The way from places in a folded text to its code points, past letters that are written as several.

    >>> TextOffsets("Un. E\u0301te\u0301.", DuplicatesConfig()).gap(3)
    (3, 4)
    """

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        """Measure `text`."""
        self._text = text
        self._config = config
        self._offsets = FoldedOffsets(text, config)

    def gap(self, place: int) -> Span:
        """Find the code points that a place lies between.

        Returns:
            The end of the visible character before and the start of the one after; crossed within a character.
        """
        before, after = self._offsets.gap(place)
        while before < after and fold_run(self._text[after - 1], self._config):  # behind the base of a letter
            after -= 1
        return before, after


class TextStream:
    r"""The paragraphs of a text, folded and laid end to end.

    Places are numbers of bytes in this stream.

    Attributes:
        text: The text.
        paragraphs: Spans of its paragraphs, in code points.
        content: The folded bytes of all paragraphs.
        starts: Where each paragraph starts in `content`, and where the last one ends.

    >>> stream = TextStream("Un titre\n\nUne phrase.", DuplicatesConfig())
    >>> stream.content, stream.starts, stream.span(2, 10)
    (b'UntitreUnephrase.', [0, 7, 17], (3, 13))
    """

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        """Fold `text`."""
        self.text = text
        self.paragraphs, self._folded, self._long = fold_text(text, config)
        self.content = b"".join(self._folded)
        self.starts = list(accumulate(map(len, self._folded), initial=0))
        self._config = config
        self._offsets: dict[int, TextOffsets] = {}
        self._sentences: dict[int, list[int]] = {}
        self._prose: dict[int, bool] = {}

    def paragraph_at(self, place: int) -> int:
        """Give the paragraph of the byte at a place."""
        return bisect_right(self.starts, place) - 1

    def characters(self, start: int, end: int) -> int:
        """Count the characters between two places."""
        return len(self.content[start:end].translate(None, _CONTINUATION_BYTES))

    def gap(self, paragraph: int, place: int) -> Span:
        """Find the code points that a place within a paragraph lies between.

        Returns:
            The end of the visible character before and the start of the one after; crossed within a character.
        """
        start, end = self.paragraphs[paragraph]
        if paragraph not in self._offsets:
            self._offsets[paragraph] = TextOffsets(self.text[start:end], self._config)
        before, after = self._offsets[paragraph].gap(place - self.starts[paragraph])
        return start + before, start + after

    def between_characters(self, place: int, step: int) -> int:
        """Give the nearest place, in steps of 1 or -1, that does not lie within a character."""
        while 0 < place < len(self.content):
            before, after = self.gap(self.paragraph_at(place), place)
            if before <= after:
                break
            place += step
        return place

    def span(self, start: int, end: int) -> Span:
        """Give the code points between two places: of whole paragraphs, where they are made of these."""
        first, last = self.paragraph_at(start), self.paragraph_at(end - 1)
        begin = self.paragraphs[first][0] if start == self.starts[first] else self.gap(first, start)[1]
        stop = self.paragraphs[last][1] if end == self.starts[last + 1] else self.gap(last, end)[0]
        return begin, stop

    def sentence_starts(self, paragraph: int) -> list[int]:
        """Give the places where the sentences of a paragraph start, but for its first one."""
        if paragraph not in self._sentences:
            start, end = self.paragraphs[paragraph]
            text = self.text[start:end]
            cuts = [0, *[after for _, after in sentence_gaps(text)]]
            sizes = [len(fold_run(text[cut:following], self._config)) for cut, following in pairwise(cuts)]
            self._sentences[paragraph] = [self.starts[paragraph] + size for size in accumulate(sizes)]
        return self._sentences[paragraph]

    def is_prose(self, paragraph: int) -> bool:
        """Tell whether a paragraph is neither code nor a table."""
        if paragraph not in self._prose:
            start, end = self.paragraphs[paragraph]
            self._prose[paragraph] = paragraph not in self._code and (
                is_prose(self.text, start, end, self._forms[paragraph])
            )
        return self._prose[paragraph]

    @cached_property
    def _forms(self) -> Sequence[bytes]:
        return plain_forms(self.text, self.paragraphs, self._folded, self._config)

    @cached_property
    def fenced(self) -> Set[int]:
        """The paragraphs between code fences."""
        return fenced_paragraphs(self.text, self.paragraphs)

    @cached_property
    def _code(self) -> Set[int]:
        return code_paragraphs(self.text, self.paragraphs, self._long)
