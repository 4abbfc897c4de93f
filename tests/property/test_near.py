from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.transforms.duplicates.across.near_copies import (
    band_hashes,
    candidates,
    near_copies,
)
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows

CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.text(alphabet="abé国", max_size=60).map(str.encode),  # few letters: windows repeat
)
EDGES = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([0.8, 0.85, 0.9, 1.0]),
    max_size=40,
).map(lambda edges: [(earlier, later, similarity) for (earlier, later), similarity in edges.items()])


def plain_windows(content: bytes) -> set[bytes]:
    """The windows as the documentation defines them; zeros stand for what a short content has not."""
    content = content.ljust(16, b"\0")
    return {content[start : start + 16] for start in range(len(content) - 15)}


def components(edges: Iterable[tuple[int, int, float]]) -> list[set[int]]:
    found: list[set[int]] = []
    for earlier, later, _ in edges:
        joined = [component for component in found if {earlier, later} & component]
        found = [component for component in found if component not in joined]
        found.append({earlier, later}.union(*joined))
    return found


@given(CONTENTS, CONTENTS, st.integers(0, 60))
def test_the_jaccard_index_is_that_of_the_sets_of_windows(one: bytes, other: bytes, common: int) -> None:
    other = one[:common] + other
    mine, yours = plain_windows(one), plain_windows(other)
    assert jaccard(windows(one), windows(other)) == len(mine & yours) / len(mine | yours)


@given(CONTENTS, st.integers(1, 3))
def test_equal_sets_of_windows_have_equal_bands(content: bytes, times: int) -> None:
    period = content.ljust(16, b"x")
    assert band_hashes(period * 2 + period[:15], 0.8) == band_hashes(period * (2 + times) + period[:15], 0.8)


@given(st.lists(st.integers(), unique=True, max_size=60), st.randoms())
def test_candidates_do_not_depend_on_arrival_and_hold_the_first_with_each(members: list[int], random: object) -> None:
    shuffled = sorted(members, key=lambda _: random.random())  # type: ignore[attr-defined]
    found = list(candidates(shuffled))
    assert sorted(found) == sorted(candidates(members))
    pairs = [(earlier, later) for later, earlier_ones in found for earlier in earlier_ones]
    assert len(set(pairs)) == len(pairs)
    assert all(earlier < later for earlier, later in pairs)
    if members:
        assert {later for earlier, later in pairs if earlier == min(members)} == set(members) - {min(members)}


@given(EDGES, st.randoms())
def test_what_goes_is_what_a_plain_loop_in_order_takes_whatever_order_pairs_arrive_in(
    edges: list[tuple[int, int, float]], random: object
) -> None:
    gone: set[int] = set()
    for later in range(13):
        if any(other == later and earlier not in gone for earlier, other, _ in edges):
            gone.add(later)
    decided = sorted(near_copies(edges))
    assert {later for _, later, _ in decided} == gone
    assert sorted(near_copies(sorted(edges, key=lambda _: random.random()))) == decided  # type: ignore[attr-defined]


@given(EDGES)
def test_everything_that_goes_is_near_to_something_that_stays_and_no_near_pair_stays(
    edges: list[tuple[int, int, float]],
) -> None:
    decided = list(near_copies(edges))
    gone = {later for _, later, _ in decided}
    assert all(kept not in gone and (kept, later, similarity) in edges for kept, later, similarity in decided)
    assert all(earlier in gone or later in gone for earlier, later, _ in edges)


@given(EDGES)
def test_of_every_connected_component_the_first_stays(edges: list[tuple[int, int, float]]) -> None:
    gone = {later for _, later, _ in near_copies(edges)}
    assert all(min(component) not in gone for component in components(edges))
