"""Compare the repeated passages of a corpus with a suffix array (needs the package pydivsufsort).

    python benchmarks/quality.py passages FOLDER_OR_FILE... --limit-mb 20

Every FILE, or file of a FOLDER, is JSON lines (also .gz) with ``text``; documents are in the order given. The reference
finds every character in a stretch of at least N characters, white space not counted, that an earlier document has too.
Prints how many of these the anchors find, how many are left when passages are cut back to sentences and paragraphs and
code is kept, and whether anything was removed that is not repeated, or is not kept anywhere.
"""

import argparse
import gzip
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.anchors import find_anchors, find_meetings
from beam_textclean.transforms.duplicates.across.matches import find_matches
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages, cut_excerpts
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.records import Cleaned, revert_changes

CONTINUATION = 0x80, 0xC0

Mask: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"


def read(paths: list[Path], limit: float) -> list[tuple[str, str]]:
    documents: list[tuple[str, str]] = []
    size = 0
    for path in paths:
        for file in sorted([*path.glob("*.jsonl"), *path.glob("*.jsonl.gz")]) if path.is_dir() else [path]:
            with (
                gzip.open(file, "rt", encoding="utf-8")
                if file.suffix == ".gz"
                else file.open(encoding="utf-8") as lines
            ):
                for line in lines:
                    text = json.loads(line)["text"]
                    size += len(text.encode())
                    if size > limit * 1e6:
                        return documents
                    documents.append((f"{len(documents)} {file.name.split('.')[0]}", text))
    return documents


def repeated(streams: list[bytes], shortest: int) -> list[Mask]:
    """Return for every byte of every stream whether it is in a stretch that an earlier stream has too."""
    from pydivsufsort import divsufsort, kasai  # a package for this benchmark only

    # A letter that no text has separates the documents; suffixes go by code points, so that lengths are in characters.
    joined = "\uffff".join([stream.decode("utf-8", "surrogatepass") for stream in streams])
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    ends = np.flatnonzero(letters == 0xFFFF)
    document_of = np.cumsum(letters == 0xFFFF, dtype=np.int32)
    end_of = np.append(ends, len(letters))[document_of]
    _, letters = np.unique(letters, return_inverse=True)
    suffixes = divsufsort(letters.astype(np.uint16))
    common = kasai(letters.astype(np.uint16), suffixes)
    # Suffixes that share their first characters are neighbours: groups end where less than `shortest` is shared.
    is_first = np.ones(len(suffixes), np.bool_)
    is_first[1:] = common[:-1] < shortest
    owners = document_of[suffixes]
    fits = end_of[suffixes] - suffixes >= shortest
    earliest = np.minimum.reduceat(np.where(fits, owners, np.iinfo(np.int32).max), np.flatnonzero(is_first))
    starts = suffixes[fits & (earliest[np.cumsum(is_first) - 1] < owners)]
    borders = np.zeros(len(letters) + 1, np.int64)
    np.add.at(borders, starts, 1)
    np.add.at(borders, starts + shortest, -1)
    inside = np.cumsum(borders[:-1]) > 0
    sizes = [len(stream) for stream in streams]
    data = np.frombuffer(b"".join(streams), np.uint8)
    is_start = (data < CONTINUATION[0]) | (data >= CONTINUATION[1])
    by_byte = np.delete(inside, ends)[np.cumsum(is_start) - 1]
    return np.split(by_byte, np.cumsum(sizes)[:-1])


def matched(documents: list[tuple[str, str]], config: DuplicatesConfig) -> Iterator[tuple[int, int, int]]:
    """Return document, start and end of every match, before it is cut back to a passage."""
    texts = [FoldedText(text, config) for _, text in documents]
    anchors = [find_anchors(text.stream, config.min_passage) for text in texts]
    hashes, places = (np.concatenate(column) for column in zip(*anchors, strict=True))
    owners = np.repeat(np.arange(len(anchors)), [len(found.places) for found in anchors])
    print(f"{len(hashes)} anchors, one for {sum(len(text.stream) for text in texts) / len(hashes):.0f} bytes")
    for number, source, pairs in find_meetings(hashes, owners, places).by_pair():
        for excerpt in cut_excerpts(texts[source], documents[source][0], pairs, config):
            content = fold_run(excerpt.text, config)
            for match in find_matches(texts[number].stream, content, excerpt.meetings, config.min_passage):
                if texts[number].characters(match.start, match.end) >= config.min_passage:
                    yield number, match.start, match.end


def prose(text: str, config: DuplicatesConfig) -> Mask:
    """Give for every byte of a stream whether it is neither code nor a table nor fenced."""
    folded = FoldedText(text, config)
    count = len(folded.paragraphs)
    is_prose = [folded.is_prose(number) and number not in folded.fenced for number in range(count)]
    return np.repeat(np.array(is_prose, np.bool_), np.diff(folded.starts))


def lost(documents: list[tuple[str, str]], results: list[Cleaned]) -> tuple[int, int]:
    """Follow what was removed to what is kept; count code points whose kept place was removed, or which have none."""
    numbers = {name: number for number, (name, _) in enumerate(documents)}
    kept = [np.ones(len(text) + 1, np.bool_) for _, text in documents]
    for stays, cleaned in zip(kept, results, strict=True):
        for change in cleaned.changes:
            stays[change.start : change.end] = False
    moved = gone = 0
    for number, cleaned in enumerate(results):
        for change in cleaned.changes:
            source = numbers[str(change.detail["kept_id"])]
            span = slice(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
            moved += int(np.count_nonzero(~kept[source][span]))
            gone += (span.stop - span.start) * (source >= number)  # an earlier one, so the way ends
    return moved, gone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--limit-mb", type=float, default=20)
    parser.add_argument("--min-passage", type=int, default=200)
    options = parser.parse_args()
    config = DuplicatesConfig(unit="passage", min_passage=options.min_passage)
    documents = read(options.paths, options.limit_mb)
    started = time.process_time()
    results = collapse_repeated_passages(documents, config)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(len(text.encode()) for _, text in documents) / 1e6
    speed = f"{seconds:.1f} s CPU, {size / seconds:.1f} MB/s, {memory:.0f} MB resident"
    print(f"{len(documents)} documents, {size:.1f} MB: {speed}")

    streams = [fold_run(text, config) for _, text in documents]
    started = time.process_time()
    gold = repeated(streams, config.min_passage)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"suffix array: {time.process_time() - started:.1f} s CPU, {memory:.0f} MB resident")
    found = [np.zeros_like(mask) for mask in gold]
    for number, start, end in matched(documents, config):
        found[number][start:end] = True
    removed = [np.zeros_like(mask) for mask in gold]
    pieces = absent = unequal = 0
    for number, ((_, text), cleaned) in enumerate(zip(documents, results, strict=True)):
        assert revert_changes(cleaned.text, cleaned.changes) == text
        place = end = 0
        for change in cleaned.changes:
            content = fold_run(change.before, config)
            place += len(fold_run(text[end : change.start], config))
            removed[number][place : place + len(content)] = True
            place, end = place + len(content), change.end
            source = int(str(change.detail["kept_id"]).split()[0])
            span = slice(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
            pieces += 1
            absent += content not in streams[source]
            unequal += content != fold_run(documents[source][1][span], config)
    every = np.concatenate(gold)
    taken = np.concatenate(removed)
    in_prose = np.concatenate([prose(text, config) for _, text in documents])
    print(f"repeated in an earlier document: {share(every, np.ones_like(every))} of the text")
    print(f"found: {share(every & np.concatenate(found), every)} of it")
    prosaic = share(taken & every & in_prose, every & in_prose)
    print(f"removed: {share(taken & every, every)} of it; {prosaic} of what is prose")
    print(f"removed and not repeated: {np.count_nonzero(taken & ~every)} bytes")
    print(f"{pieces} pieces, of which {absent} stand in no earlier document, {unequal} not at the place named as kept")
    moved, gone = lost(documents, results)
    print(f"characters whose kept place was removed for a still earlier one: {moved}; kept nowhere: {gone}")


def share(part: Mask, whole: Mask) -> str:
    return f"{100 * np.count_nonzero(part) / np.count_nonzero(whole):.2f} %"


if __name__ == "__main__":
    main()
