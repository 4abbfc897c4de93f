"""Fingerprints of the units of a corpus, paragraphs or whole documents: what is compared instead of text."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Dropped, drop_paragraphs
from beam_textclean.transforms.duplicates.reading.folded_text import read_text
from beam_textclean.transforms.duplicates.reading.folding import count_characters, fold_run
from beam_textclean.transforms.duplicates.reading.prose_and_code import LETTERS, is_clearly_prose
from beam_textclean.transforms.records import Change, Cleaned

_DEFAULT = DuplicatesConfig()
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
    # Letters are taken out of all paragraphs at once, for speed.
    others = list(map(len, b"\n".join(folded.forms).translate(None, LETTERS).split(b"\n")))
    return [
        Fingerprint(_digest(folded.folded[index]), *folded.paragraphs[index])
        for index in folded.long
        if index not in folded.code and (is_clearly_prose(folded.forms[index], others[index]) or folded.is_prose(index))
    ]


def _digest(folded: bytes) -> bytes:
    return blake2b(folded, digest_size=_DIGEST_BYTES).digest()


def fingerprint_units(text: str, config: DuplicatesConfig) -> list[Fingerprint]:
    r"""Fingerprint the units of a text that may be collapsed across a corpus.

    Args:
        text: Any text.
        config: Says what the units are, and how long one must be.

    Returns:
        The fingerprints of the paragraphs; or the one of the document, of its whole text, if that has
        `min_characters`.

    >>> [fingerprint] = fingerprint_units("Une page\n\nqui a été copiée.\n", DuplicatesConfig(20, unit="document"))
    >>> fingerprint.start, fingerprint.end
    (0, 28)
    """
    if config.unit == "paragraph":
        return fingerprint_paragraphs(text, config)
    folded = fold_run(text, config)
    if count_characters(folded) < config.min_characters:
        return []
    return [Fingerprint(_digest(folded), 0, len(text))]


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
        ChangesDoNotFit: A span is not a paragraph of this text, or comes twice.

    >>> drop_units("Une page.", [Dropped(0, 9, {"kept_id": "1"}, "exact")], DuplicatesConfig(unit="document")).text
    ''
    """
    if config.unit == "paragraph":
        return drop_paragraphs(text, losers, "corpus_duplicates")
    changes = tuple(
        Change("corpus_duplicates", duplicate.rule, 0, len(text), text, "", duplicate.detail) for duplicate in losers
    )
    return Cleaned("", changes) if changes else Cleaned(text)
