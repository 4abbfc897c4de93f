"""The units that a corpus is searched for copies of: paragraphs, or whole documents."""

from collections.abc import Sequence
from hashlib import blake2b

from beam_textclean.transforms.duplicates.across.fingerprints import Fingerprint, fingerprint_paragraphs
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Dropped, drop_paragraphs
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.records import Change, Cleaned

_DIGEST_BYTES = 16


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
    if len(folded.decode("utf-8", "surrogatepass")) < config.min_characters:
        return []
    return [Fingerprint(blake2b(folded, digest_size=_DIGEST_BYTES).digest(), 0, len(text))]


def drop_units(text: str, losers: Sequence[Dropped], config: DuplicatesConfig) -> Cleaned:
    """Remove units of a text, the losers of a corpus.

    Args:
        text: The text.
        losers: Paragraphs as for `drop_paragraphs`; or the document, which is left with an empty text.
        config: Says what the units are.

    Returns:
        What stays, and one change of the step ``corpus_duplicates`` for each loser.

    Raises:
        ChangesDoNotFit: A span is not a paragraph of this text, or comes twice.

    >>> drop_units("Une page.", [Dropped(0, 9, {"kept_id": "1"}, "exact")], DuplicatesConfig(unit="document")).text
    ''
    """
    if config.unit == "paragraph":
        return drop_paragraphs(text, losers, "corpus_duplicates")
    changes = tuple(Change("corpus_duplicates", loser.rule, 0, len(text), text, "", loser.detail) for loser in losers)
    return Cleaned("", changes) if changes else Cleaned(text)
