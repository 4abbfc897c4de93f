import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.near_copies import (
    band_hashes,
    candidates,
    minhash,
    near_copies,
)
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows
from beam_textclean.transforms.errors import InvalidOption

CASES = json.loads((Path(__file__).parents[1] / "cases" / "near_pairs.json").read_text(encoding="utf-8"))


def fold(text: str) -> bytes:
    return fold_run(text, DuplicatesConfig())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_every_pair_is_told_near_or_not(case: dict[str, Any]) -> None:
    threshold = case.get("threshold", 0.8)
    one, other = fold(case["one"]), fold(case["other"])
    assert (jaccard(windows(one), windows(other)) >= threshold) == case["near"]
    if case["near"]:
        assert set(band_hashes(one, threshold)) & set(band_hashes(other, threshold))


def test_the_jaccard_index_is_the_share_of_the_windows_that_both_have() -> None:
    one, other = windows(b"abcdefghijklmnopqr"), windows(b"bcdefghijklmnopqrs")  # 3 windows each, 2 in common
    assert jaccard(one, other) == jaccard(other, one) == 2 / 4
    assert jaccard(one, one) == 1
    assert jaccard(one, windows(b"0123456789abcdef")) == 0


def test_a_content_shorter_than_a_window_is_one_window() -> None:
    assert len(windows(b"Kaboul")) == len(windows(b"")) == 1
    assert jaccard(windows(b"Kaboul"), windows(b"Kaboul")) == 1
    assert jaccard(windows(b"Kaboul"), windows(b"Kabou")) == 0


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9, 1])
def test_contents_at_the_threshold_share_a_band(threshold: float) -> None:
    generator = random.Random(20261122)
    letters = b"abcdefghijklmnopqrstuvwxyz"
    number = 585  # of windows of each
    moved = int(number * (1 - threshold) / (1 + threshold))
    found = 0
    for _ in range(200):
        content = bytes(generator.choices(letters, k=number + 15))
        other = content[moved:] + bytes(generator.choices(letters, k=moved))
        assert threshold <= jaccard(windows(content), windows(other)) < threshold + 0.01
        found += bool(set(band_hashes(content, threshold)) & set(band_hashes(other, threshold)))
    assert found >= 0.95 * 200


def test_different_contents_share_no_band() -> None:
    generator = random.Random(1)
    bands = [
        band
        for _ in range(200)
        for band in band_hashes(bytes(generator.choices(b"abcdefghijklmnopqrstuvwxyz", k=300)), 0.8)
    ]
    assert len(set(bands)) == len(bands)


def test_in_a_hot_band_each_is_compared_with_the_first_ones_only() -> None:
    members = list(range(1000))
    random.Random(3).shuffle(members)
    pairs = [(earlier, later) for later, earlier_ones in candidates(members) for earlier in earlier_ones]
    assert len(pairs) == len(set(pairs)) < 16 * len(members)
    assert all(earlier < later and earlier < 16 for earlier, later in pairs)
    assert {later for earlier, later in pairs if earlier == 0} == set(range(1, 1000))


def test_of_a_chain_what_is_near_to_nothing_that_stays_stays() -> None:
    pairs = [("a", "b", 0.9), ("b", "c", 0.85), ("c", "d", 0.8)]
    assert list(near_copies(pairs)) == [("a", "b", 0.9), ("c", "d", 0.8)]


def test_the_most_similar_of_those_that_stay_is_named() -> None:
    assert list(near_copies([("a", "c", 0.8), ("b", "c", 0.95)])) == [("b", "c", 0.95)]
    assert list(near_copies([("b", "c", 0.9), ("a", "c", 0.9)])) == [("a", "c", 0.9)]


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    minhash.cache_clear()
    monkeypatch.setitem(sys.modules, "rensa", None)  # what Python itself does for "not to be found"
    with pytest.raises(InvalidOption, match=r"pip install '\.\[near\]'"):
        band_hashes(b"Kaboul", 0.8)
