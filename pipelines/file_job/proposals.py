"""The file of proposals for review: learned typos, as ``learn-typos`` and ``clean --learn`` write them."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import NamedTuple

from beam_textclean.pipelines.formats.byte_streams import OutputFile, read_chunks
from beam_textclean.transforms.typos.learned import TypoProposal, proposals_as_csv


class Learnt(NamedTuple):
    """What a file of proposals holds.

    Attributes:
        proposals: How many rows.
        accepted: How many of them are accepted without a review.
    """

    proposals: int
    accepted: int


def write_proposals(file: OutputFile, proposals: Iterable[TypoProposal]) -> None:
    """Write proposals into a file."""
    for line in proposals_as_csv(proposals):
        file.write(line.encode("utf-8"))


def count_proposals(path: str) -> Learnt:
    """Count the proposals in a file."""
    rows = csv.DictReader(StringIO(b"".join(read_chunks(path)).decode("utf-8")))
    answers = [row["accept"] for row in rows]
    return Learnt(len(answers), answers.count("yes"))
