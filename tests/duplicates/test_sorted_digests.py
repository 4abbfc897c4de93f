"""Files of sorted digests find what was written into them, nothing else, and any damage to what they read."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.transforms.duplicates.across.sorted_digests import (
    DIGEST,
    Digests,
    SortedDigests,
    Stored,
    each_once,
    write_digests,
)
from beam_textclean.transforms.errors import DamagedIndex

# First halves that are equal are rarer than rare, so they are made: thousands of digests have one of a few.
HALVES = st.one_of(st.integers(0, 3), st.integers(2**64 - 2, 2**64 - 1), st.integers(0, 2**64 - 1))


@st.composite
def digests(draw: st.DrawFn) -> Digests:
    some = draw(st.lists(st.tuples(HALVES, st.integers(0, 5)), max_size=20))
    dense = [(draw(HALVES), number) for number in range(draw(st.sampled_from([0, 1, 255, 256, 257, 1000])))]
    return each_once(np.array(some + dense, DIGEST))


def written(digests: Digests, cuts: list[int]) -> tuple[io.BytesIO, Stored]:
    file = io.BytesIO()
    return file, write_digests(file, np.split(digests, sorted(cuts)))


@given(digests(), st.lists(st.integers(0, 1000), max_size=4), digests())
def test_what_was_written_is_found_and_nothing_else(stored: Digests, cuts: list[int], others: Digests) -> None:
    opened = SortedDigests(*written(stored, cuts), "a file")
    known = set(stored.tolist())
    wanted = np.concatenate([others, stored[::-1]])
    assert opened.contains(wanted).tolist() == [digest in known for digest in wanted.tolist()]


@given(digests(), HALVES, HALVES)
def test_a_range_is_read_whole(stored: Digests, one: int, other: int) -> None:
    least, most = sorted([one, other])
    opened = SortedDigests(*written(stored, []), "a file")
    assert opened.between(least, most).tolist() == [row for row in stored.tolist() if least <= row[0] <= most]


@given(st.data())
def test_every_damage_is_found(data: st.DataObject) -> None:
    stored = data.draw(digests().filter(len))
    file, description = written(stored, [])
    damaged = bytearray(file.getvalue())
    if data.draw(st.booleans()):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    else:
        del damaged[data.draw(st.integers(0, len(damaged) - 1)) :]
    with pytest.raises(DamagedIndex, match="a file is damaged"):
        SortedDigests(io.BytesIO(damaged), description, "a file").contains(stored)
