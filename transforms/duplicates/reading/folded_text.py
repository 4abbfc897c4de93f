"""A text as it is compared: its paragraphs folded and laid end to end, and the way back to its code points."""

from bisect import bisect_right
from collections.abc import Sequence, Set
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from beam_textclean.transforms.code_and_markup import is_code_document
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.clean_cuts import has_line_break, is_clean_cut, part_signs
from beam_textclean.transforms.duplicates.reading.folding import (
    IGNORED,
    FoldedOffsets,
    count_characters,
    fold_paragraphs,
    fold_run,
    is_short,
    plain_forms,
)
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import Kind, is_label, kind_of
from beam_textclean.transforms.duplicates.reading.paragraphs import CLOSING, SENTENCE_ENDS, Span, are_lines
from beam_textclean.transforms.duplicates.reading.prose_and_code import fenced_paragraphs, indented_paragraphs, is_prose
from beam_textclean.transforms.duplicates.reading.sentences import sentence_gaps

_LABEL = 200  # code points that a label may have, white space around it included
_SECTION = 100  # paragraphs that a section has at most, as far as its label is looked for
_CODE_SIGNS = b"{}[]()<>=;$|\\_&^~`#@*/+%\"'"
_SIGNS_SHARE = 25  # one byte of so many is such a sign in code


class FoldedText:
    r"""The paragraphs of a text, folded and laid end to end.

    A place is a number of bytes of `stream`. What the text says about its paragraphs and places is found out when it is
    asked for, and once.

    Attributes:
        text: The text.
        min_characters: How long a paragraph must be to be compared on its own.
        paragraphs: The spans of its paragraphs, in code points; those of nothing that is compared are left out.
        folded: The folded form of each.
        long: The indices of those that have `min_characters`.
        stream: The folded forms of all paragraphs, one after the other.
        starts: Where each paragraph starts in the stream, and where the last one ends.

    >>> text = FoldedText("Un titre\n\nUne phrase.", DuplicatesConfig())
    >>> text.stream, text.starts, text.span(2, 10)
    (b'UntitreUnephrase.', [0, 7, 17], (3, 13))
    """

    def __init__(self, text: str, config: DuplicatesConfig) -> None:
        """Fold `text` by the `folds` of a configuration."""
        self.text = text
        self.min_characters = config.min_characters
        self.paragraphs, self.folded, self.long = fold_paragraphs(text, config)
        self.stream = b"".join(self.folded)
        self.starts = [0, *accumulate(map(len, self.folded))]
        self._config = config
        self._offsets: dict[int, FoldedOffsets] = {}
        self._sentences: dict[int, Sequence[int]] = {}
        self._prose: dict[int, bool] = {}
        self._labels: dict[int, bool] = {}

    # The stream.

    def paragraph_at(self, place: int) -> int:
        """Return the paragraph that the byte at a place belongs to; the number of paragraphs at the end."""
        return bisect_right(self.starts, place) - 1

    def paragraphs_in(self, start: int, end: int) -> range:
        """Return the paragraphs that the bytes start:end belong to."""
        return range(self.paragraph_at(start), self.paragraph_at(end - 1) + 1)

    def is_border(self, place: int) -> bool:
        """Return whether a paragraph begins at a place, or the last one ends there."""
        return self.starts[self.paragraph_at(place)] == place

    def characters(self, start: int, end: int) -> int:
        """Count the characters between two places."""
        return count_characters(self.stream[start:end])

    def fold(self, text: str) -> bytes:
        """Return another text folded as this one is."""
        return fold_run(text, self._config)

    # The way back to the text.

    def gap(self, paragraph: int, place: int) -> Span:
        r"""Find the code points that a place within a paragraph, or at an end of it, lies between.

        What a fold leaves out belongs to the side that it touches (see `part_signs`).

        Returns:
            The end of what is before and the start of what follows, with white space between them; the end is the
            greater of the two where the place is within a character.

        >>> FoldedText("Un mot.[7] « Oui", DuplicatesConfig(folds=("notes", "punctuation"))).gap(0, 5)
        (10, 11)
        """
        start, end = self.paragraphs[paragraph]
        if paragraph not in self._offsets:
            self._offsets[paragraph] = FoldedOffsets(self.text[start:end], self._config)
        before, after = self._offsets[paragraph].gap(place - self.starts[paragraph])
        if before >= after:
            return start + before, start + after
        stretch = self.text[start + before : start + after]
        if place == self.starts[paragraph]:
            return start, start + after - len(stretch.lstrip(IGNORED))
        if place == self.starts[paragraph + 1]:
            return start + before + len(stretch.rstrip(IGNORED)), end
        first, last = part_signs(stretch)
        return start + before + first, start + before + last

    def between_characters(self, place: int, step: int) -> int:
        """Return the nearest place, in steps of 1 or -1, that does not lie within a character."""
        while 0 < place < len(self.stream):
            before, after = self.gap(self.paragraph_at(place), place)
            if before <= after:
                break
            place += step
        return place

    def span(self, start: int, end: int) -> Span:
        """Return the code points between two places: of whole paragraphs, where they are made of these."""
        first, last = self.paragraph_at(start), self.paragraph_at(end - 1)
        begin = self.paragraphs[first][0] if start == self.starts[first] else self.gap(first, start)[1]
        stop = self.paragraphs[last][1] if end == self.starts[last + 1] else self.gap(last, end)[0]
        return begin, stop

    def visible_span(self, start: int, end: int) -> Span:
        """Return the code points between two places, from the first that can be seen to the last."""
        return self.gap(self.paragraph_at(start), start)[1], self.gap(self.paragraph_at(end - 1), end)[0]

    # Sentences and lines.

    def sentence_starts(self, paragraph: int) -> Sequence[int]:
        """Return the places where the sentences of a paragraph start, but for its first one."""
        if paragraph not in self._sentences:
            start, end = self.paragraphs[paragraph]
            text = self.text[start:end]
            cuts = [0, *[after for _, after in sentence_gaps(text)]]
            sizes = [len(fold_run(text[cut:following], self._config)) for cut, following in pairwise(cuts)]
            self._sentences[paragraph] = [self.starts[paragraph] + size for size in accumulate(sizes)]
        return self._sentences[paragraph]

    def line_starts(self, paragraph: int) -> Sequence[int]:
        """Return the places where the lines of a paragraph start, but for lines of nothing that is compared."""
        start, end = self.paragraphs[paragraph]
        sizes = [len(fold_run(line, self._config)) for line in self.text[start:end].splitlines()]
        places = accumulate(sizes, initial=self.starts[paragraph])
        return [place for place, size in zip(places, sizes, strict=False) if size]

    def is_clean_cut(self, paragraph: int, place: int) -> bool:
        """Return whether a paragraph may be cut at a place."""
        before, after = self.gap(paragraph, place)
        return before <= after and is_clean_cut(self.text[before - 1], self.text[before:after], self.text[after])

    def is_line_end(self, paragraph: int, place: int) -> bool:
        """Return whether a line of a paragraph ends at a place."""
        before, after = self.gap(paragraph, place)
        return has_line_break(self.text[before:after])

    def is_sentence(self, paragraph: int) -> bool:
        """Return whether a paragraph ends as a sentence does."""
        return self._last_character(paragraph) in SENTENCE_ENDS

    def ends_sentence(self, paragraph: int) -> bool:
        """Return whether the text was broken after a paragraph on purpose, not in the middle of a sentence."""
        if paragraph + 1 == len(self.paragraphs) or self._last_character(paragraph) in CLOSING:
            return True
        start, end = self.paragraphs[paragraph + 1]
        following = self.text[start]
        return not (self.text[start:end].lstrip()[0] if following.isspace() else following).islower()

    def _last_character(self, paragraph: int) -> str:
        start, end = self.paragraphs[paragraph]
        last = self.text[end - 1]
        return self.text[start:end].rstrip()[-1] if last.isspace() else last

    # What a paragraph is.

    def is_short(self, paragraph: int) -> bool:
        """Return whether a paragraph is shorter than what is compared by default."""
        return is_short(self.folded[paragraph])

    def kind(self, paragraph: int) -> Kind:
        """Return what a paragraph is by its form."""
        texts = [self.text[start:end] for start, end in self.paragraphs[max(0, paragraph - 1) : paragraph + 1]]
        return kind_of(texts[-1], texts[0] if len(texts) > 1 else "")

    def is_label(self, paragraph: int) -> bool:
        """Return whether a paragraph may be the label of what follows it."""
        known = self._labels.get(paragraph)
        if known is None:
            start, end = self.paragraphs[paragraph]
            known = self._labels[paragraph] = end - start <= _LABEL and is_label(self.text[start:end])
        return known

    def label_above(self, paragraph: int) -> int | None:
        """Return the nearest label before a paragraph, of some that are looked at; None if there is none."""
        labels = (index for index in range(paragraph - 1, max(-1, paragraph - _SECTION), -1) if self.is_label(index))
        return next(labels, None)

    @cached_property
    def is_set_in_lines(self) -> bool:
        """Whether the paragraphs are lines, with no blank lines between them."""
        return are_lines(self.text, self.paragraphs)

    def is_prose(self, paragraph: int) -> bool:
        """Return whether a paragraph is neither code nor a table."""
        if paragraph not in self._prose:
            self._prose[paragraph] = paragraph not in self.code and (
                is_prose(self.text, *self.paragraphs[paragraph], self.forms[paragraph])
            )
        return self._prose[paragraph]

    @cached_property
    def is_code(self) -> bool:
        """Whether the text as a whole is code or data."""
        # At the speed of memory: prose has hardly any of the signs that code is full of.
        signs = len(self.stream) - len(self.stream.translate(None, _CODE_SIGNS))
        return _SIGNS_SHARE * signs >= len(self.stream) and is_code_document(self.text)

    @cached_property
    def forms(self) -> Sequence[bytes]:
        """The folded forms with the punctuation that tells code and tables from prose."""
        return plain_forms(self.text, self.paragraphs, self.folded, self._config)

    @cached_property
    def code(self) -> Set[int]:
        """The paragraphs that are set as code: the fenced ones, and the long ones indented as code is."""
        return self.fenced | indented_paragraphs(self.text, self.paragraphs, self.long)

    @cached_property
    def fenced(self) -> Set[int]:
        """The paragraphs of which a part is between code fences."""
        return fenced_paragraphs(self.text, self.paragraphs)


def read_text(text: str, config: DuplicatesConfig) -> FoldedText:
    """Return a text as it is compared; the last one is remembered.

    The steps within a document and across a corpus read the same text in turn: what the one found out about it is there
    for the other.

    Args:
        text: Any text.
        config: Its `folds` and `min_characters` count here, nothing else.
    """
    return _read_text(text, _reading_config(config.folds, config.min_characters))


@lru_cache(maxsize=1)
def _read_text(text: str, config: DuplicatesConfig) -> FoldedText:
    return FoldedText(text, config)


@lru_cache
def _reading_config(folds: tuple[str, ...], min_characters: int) -> DuplicatesConfig:
    return DuplicatesConfig(min_characters, folds)
