"""Fingerprints of the units of a corpus, paragraphs or whole documents: what is compared instead of text."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Dropped, drop_paragraphs
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText, read_text
from beam_textclean.transforms.duplicates.reading.folding import count_characters, fold_run, is_short
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import kind_of
from beam_textclean.transforms.duplicates.reading.paragraphs import are_lines, find_paragraphs, paragraph_spans
from beam_textclean.transforms.duplicates.reading.places import (
    are_kinds_of_parts,
    is_alone_in_section,
    is_step_or_said,
    is_whole_text,
)
from beam_textclean.transforms.duplicates.reading.prose_and_code import LETTERS, is_plain_prose
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = DuplicatesConfig()

FINGERPRINTS = 1
"""The version of what a digest is made from. Digests that are kept are compared with no others."""

_DIGEST_BYTES = 16  # of 10**12 paragraphs, two have the same digest with a probability of 10**-15


class Fingerprint(NamedTuple):
    """A paragraph that may be collapsed.

    Attributes:
        digest: BLAKE2b of its folded form, 16 bytes: equal digests mean equal paragraphs.
        start: Its first code point in the text.
        end: The code point after it.
    """

    digest: bytes
    start: int
    end: int


def fingerprint_paragraphs(text: str, config: DuplicatesConfig = _DEFAULT) -> list[Fingerprint]:
    r"""Fingerprint the paragraphs of a text that may be collapsed: long enough, and prose.

    Args:
        text: Any text.
        config: What counts as the same paragraph, and how long one must be.

    Returns:
        The fingerprints in the order of the text.

    >>> one, other = fingerprint_paragraphs("Le\xa0Pentagone n'utilisera pas l'aéroport de Kaboul.\n\nTitre\n\n"
    ...                                     "Le Pentagone n'utilisera pas\nl'aéroport de Kaboul.")
    >>> one.digest == other.digest, other[1:]
    (True, (59, 109))
    """
    folded = read_text(text, config)
    return [Fingerprint(_digest(folded.folded[index]), *folded.paragraphs[index]) for index in _prose(folded)]


def _prose(folded: FoldedText) -> Iterator[int]:
    """Yield the long paragraphs of a text that are neither code nor a table."""
    # Letters are taken out of all paragraphs at once, for speed.
    others = list(map(len, b"\n".join(folded.forms).translate(None, LETTERS).split(b"\n")))
    forms, code = folded.forms, folded.code
    for index in folded.long:
        if index not in code and (is_plain_prose(forms[index], others[index]) or folded.is_prose(index)):
            yield index


def _digest(folded: bytes) -> bytes:
    return blake2b(folded, digest_size=_DIGEST_BYTES).digest()


def fingerprint_units(text: str, config: DuplicatesConfig) -> list[Fingerprint]:
    r"""Fingerprint the units of a text that may be collapsed across a corpus.

    Args:
        text: Any text.
        config: Says what the units are, and how long one must be.

    Returns:
        The fingerprints of the paragraphs; or the one of the document, of its whole text, if that has
        `min_characters`. A document of code is one unit. A paragraph that is alone under a label is one with it.

    >>> [fingerprint] = fingerprint_units("Une page\n\nqui a été copiée.\n", DuplicatesConfig(20, unit="document"))
    >>> fingerprint.start, fingerprint.end
    (0, 28)
    """
    folded_text = read_text(text, config)
    if config.unit == "paragraph" and not folded_text.is_code:
        return _units(folded_text)
    if count_characters(folded_text.stream) < config.min_characters:
        return []
    return [Fingerprint(_digest(folded_text.stream), 0, len(text))]


def _units(text: FoldedText) -> list[Fingerprint]:
    """Return the paragraphs; one that is alone under a label with the label: under another it is another answer.

    A text of two paragraphs has a title, not a section.
    """
    units: list[Fingerprint] = []
    for index in _prose(text):
        start, end = text.paragraphs[index]
        if len(text.folded) == 2 or not is_alone_in_section(text, index):
            units.append(Fingerprint(_digest(text.folded[index]), start, end))
            continue
        label, label_end = text.paragraphs[index - 1]
        if units and units[-1].end == label_end:
            units.pop()
        units.append(Fingerprint(_digest(text.folded[index - 1] + b"\n" + text.folded[index]), label, end))
    return units


def drop_units(text: str, losers: Sequence[Dropped], config: DuplicatesConfig) -> Cleaned:
    """Remove the units of a text that are duplicates in a corpus.

    Args:
        text: The text.
        losers: The duplicates to remove: paragraphs as for `drop_paragraphs`; or the document, which is left with an
            empty text.
        config: Says what the units are.

    Returns:
        What is kept, and one change of the step ``corpus_duplicates`` for each unit removed.

    Raises:
        ChangesDoNotFit: A span is not made of whole paragraphs of this text, or comes twice.

    >>> drop_units("Une page.", [Dropped(0, 9, {"kept_id": "1"}, "exact")], DuplicatesConfig(unit="document")).text
    ''
    """
    if config.unit == "paragraph" and [(duplicate.start, duplicate.end) for duplicate in losers] != [(0, len(text))]:
        return drop_paragraphs(text, _without_needed(text, losers, config), "corpus_duplicates")
    changes = tuple(
        Change("corpus_duplicates", duplicate.rule, 0, len(text), text, "", duplicate.detail) for duplicate in losers
    )
    return Cleaned("", changes) if changes else Cleaned(text)


def _without_needed(text: str, duplicates: Sequence[Dropped], config: DuplicatesConfig) -> list[Dropped]:
    """Leave out duplicates that need their place, and have nothing beside them that is removed and does not."""
    if not duplicates:
        return []
    paragraphs = paragraph_spans(text)
    groups: list[list[tuple[range, Dropped]]] = []  # of neighbours
    for duplicate in sorted(duplicates, key=lambda duplicate: duplicate.start):
        run = find_paragraphs(paragraphs, duplicate.start, duplicate.end)
        if not groups or groups[-1][-1][0].stop != run.start:
            groups.append([])
        groups[-1].append((run, duplicate))
    kept: list[Dropped] = []
    for group in groups:
        indices = [index for run, _ in group for index in run]
        losers = [duplicate for _, duplicate in group]
        if any(duplicate.rule == "boilerplate" for duplicate in losers) or not _need_place(text, indices, config):
            kept += losers
    return kept


def _need_place(text: str, indices: Sequence[int], config: DuplicatesConfig) -> bool:
    """Return whether neighbours are needed where they are. Only these are folded: most of a text is not removed."""
    paragraphs = paragraph_spans(text)
    contents = [text[slice(*paragraphs[index])] for index in indices]
    folded = [fold_run(content, config) for content in contents]
    if len(contents) == 1 and is_step_or_said(contents[0], folded[0], are_lines(text, paragraphs)):
        return True
    before = [text[slice(*paragraphs[index - 1])] if index else "" for index in indices]
    kinds = (kind_of(*pair) for form, *pair in zip(folded, contents, before, strict=True) if not is_short(form))
    if not are_kinds_of_parts(kinds):
        return False
    size = sum(map(len, folded))
    may_be_whole = is_whole_text(size, size)  # where it is too little in any text, that is not folded
    return not (may_be_whole and is_whole_text(size, len(fold_run(text, config))))
