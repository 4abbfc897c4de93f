"""The duplicates pass: collapse paragraphs that a document, or a corpus, holds more than once.

Everything here is pure; the PTransforms are in `beam_textclean.transforms.duplicates.transform`.
"""

from beam_textclean.transforms.duplicates.across.fingerprints import Fingerprint, fingerprint_paragraphs
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.cutting import Dropped, drop_paragraphs
from beam_textclean.transforms.duplicates.reading.paragraphs import Paragraph, split_paragraphs
from beam_textclean.transforms.duplicates.within.collapse import collapse_duplicate_paragraphs

__all__ = [
    "Dropped",
    "DuplicatesConfig",
    "Fingerprint",
    "Paragraph",
    "collapse_duplicate_paragraphs",
    "collapse_repeated_passages",
    "drop_paragraphs",
    "fingerprint_paragraphs",
    "split_paragraphs",
]
