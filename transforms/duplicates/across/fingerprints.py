"""Fingerprints of paragraphs: what a job over a corpus compares instead of text."""

from hashlib import blake2b
from typing import NamedTuple

from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import fold_text, plain_forms
from beam_textclean.transforms.duplicates.reading.prose_and_code import (
    LETTERS,
    code_paragraphs,
    is_clearly_prose,
    is_prose,
)

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
    paragraphs, folded, long = fold_text(text, config)
    # Letters are taken out of all paragraphs at once, for speed.
    forms = plain_forms(text, paragraphs, folded, config)
    others = list(map(len, b"\n".join(forms).translate(None, LETTERS).split(b"\n")))
    code = code_paragraphs(text, paragraphs, long)
    return [
        Fingerprint(blake2b(folded[index], digest_size=_DIGEST_BYTES).digest(), *paragraphs[index])
        for index in long
        if index not in code
        and (is_clearly_prose(form := forms[index], others[index]) or is_prose(text, *paragraphs[index], form))
    ]
