"""Near-duplicates across a corpus, over PCollections: the logic is in `across.near_copies`."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

import apache_beam as beam
from apache_beam.pvalue import AsMultiMap

from beam_textclean.transforms.duplicates.across.corpus import (
    Copy,
    Corpus,
    Detail,
    Duplicate,
    first_copy,
    kept_copy,
    no_order,
)
from beam_textclean.transforms.duplicates.across.near_copies import BAND_BYTES, candidates, near_copies
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows

# The first copy of a unit, without its bands, and its digest. In the order of the corpus.
_Unit: TypeAlias = tuple[int, Any, str, bytes, int, int, bytes]


class FindNearCopies(beam.PTransform[Any, Any]):
    """Find the units that are near to an earlier one that is kept.

    Takes a dict of two PCollections: ``copies``, for every digest the copies of that unit, and ``documents``. Returns
    `Duplicate` by digest.

    Only signatures, and the text of candidates, are shuffled. The last step holds the near pairs of a window, their
    places and no text, in the memory of one worker.

    Args:
        corpus: How the documents were looked at.
    """

    def __init__(self, corpus: Corpus) -> None:
        super().__init__()
        self._corpus = corpus

    def expand(self, inputs: Any) -> Any:
        """Return the near-duplicates to remove."""
        corpus = self._corpus
        bands = inputs["copies"] | "KeyByBand" >> beam.FlatMap(_by_band, corpus) | "GroupByBand" >> beam.GroupByKey()
        wanted = bands | "ListWanted" >> beam.FlatMap(_wanted) | "DropRepeats" >> beam.Distinct()
        # A PCollection of its own: FnApiRunner stops where two steps with side inputs read the same one and one of them
        # waits for what comes of the other, as the step that drops duplicates does.
        documents = inputs["documents"] | "PassOn" >> beam.Map(lambda document: document)
        contents = documents | "TakeContents" >> beam.FlatMap(corpus.contents, AsMultiMap(wanted))
        later = (
            {"candidates": bands | "FindCandidates" >> beam.FlatMap(_candidates), "contents": contents}
            | "JoinLater" >> beam.CoGroupByKey()
            | "BringContents" >> beam.FlatMap(_bring_contents)
        )
        return (
            (later, contents)
            | "FlattenEarlier" >> beam.Flatten()
            | "JoinEarlier" >> beam.GroupByKey()
            | "Verify" >> beam.FlatMap(_verify, corpus.config.near)
            | "GroupPairs" >> beam.GroupByKey()
            | "Decide" >> beam.FlatMap(_decide)
        )


def _by_band(group: tuple[bytes, Iterable[Copy]], corpus: Corpus) -> Iterator[tuple[bytes, _Unit]]:
    digest, copies = group
    if not corpus.is_kept(copies):
        return
    *place, bands = first_copy(copies)
    for start in range(0, len(bands), BAND_BYTES):
        yield bands[start : start + BAND_BYTES], (*place, digest)


def _candidates(band: tuple[bytes, Iterable[_Unit]]) -> Iterator[tuple[bytes, tuple[_Unit, list[_Unit]]]]:
    try:
        for later, earlier_ones in candidates(band[1]):
            yield later[-1], (later, earlier_ones)
    except TypeError as error:
        raise no_order(error) from error


def _wanted(band: tuple[bytes, Iterable[_Unit]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield, by the keys of documents, the digests of what is needed of them: it shares a band."""
    if len(list(islice(band[1], 2))) == 2:
        for unit in band[1]:
            yield unit[3], unit[-1]


def _bring_contents(group: tuple[bytes, Mapping[str, Any]]) -> Iterator[tuple[bytes, tuple[_Unit, _Unit, bytes]]]:
    """Bring the contents of a later unit to each of the earlier ones that it is to be compared with."""
    # Two units may have several bands in common.
    pairs = {
        earlier[-1]: (earlier, later) for later, earlier_ones in group[1]["candidates"] for earlier in earlier_ones
    }
    if pairs:
        content = next(iter(group[1]["contents"]))
        for digest, (earlier, later) in pairs.items():
            yield digest, (earlier, later, content)


def _verify(
    group: tuple[bytes, Iterable[bytes | tuple[_Unit, _Unit, bytes]]], threshold: float
) -> Iterator[tuple[bytes, tuple[_Unit, _Unit, float]]]:
    """Compare the contents of an earlier unit with those of later ones, which may be many and are not held."""
    content = None
    for value in group[1]:
        if isinstance(value, bytes):
            continue
        if content is None:
            content = windows(next(value for value in group[1] if isinstance(value, bytes)))
        earlier, later, other = value
        similarity = jaccard(content, windows(other))
        if similarity >= threshold:
            yield b"", (earlier, later, similarity)


def _decide(group: tuple[bytes, Iterable[tuple[_Unit, _Unit, float]]]) -> Iterator[tuple[bytes, Duplicate]]:
    for kept, removed, similarity in near_copies(group[1]):
        detail: Detail = {**kept_copy(kept), "jaccard": round(similarity, 4)}
        yield removed[-1], (removed[3], (removed[4], removed[5], "near", detail))


def join_duplicates(group: tuple[bytes, Iterable[Duplicate]]) -> Iterator[tuple[bytes, Duplicate]]:
    """Join the duplicates of one digest: the copies of a unit that is a near-duplicate name what that is near to."""
    digest, duplicates = group
    near = next((span[2:] for _, span in duplicates if span is not None and span[2] == "near"), None)
    for key, span in duplicates:
        yield digest, (key, span if span is None or near is None else (*span[:2], *near))
