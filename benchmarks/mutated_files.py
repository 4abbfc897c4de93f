"""Clean damaged files of every format and compression, undo it, and compare with what was there.

    python benchmarks/mutated_files.py --files 20000 --seed 1 [--batch 500] [--keep DIR]

Every file is made from a seed and its number: a sound file, then one to three mutations of its bytes, or of those that
are compressed: bytes cut, flipped, inserted, doubled; rows torn and joined; bad UTF-8; another header. The command runs
in this process, once for a batch. Files must come back byte for byte; sound archives are compared unpacked, and Parquet
files that can be read by value. Failures are printed, and the exit status is then 1.
"""

import argparse
import bz2
import contextlib
import csv
import gzip
import io
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from beam_textclean.pipelines.command.command_line import run

TEXTS = [
    "Une Ã©tude de la ville, en deux parties.",
    'Il dit "bonjour" aux autres,\tpuis il part.',
    "Un paragraphe qui est assez long pour être un de ceux que l'on compare.\n\nUn autre, court.",
    "L'evenement de l'annÃ©e; rien d'autre | sauf cela.",
    "",
    "C:\\temp\\notes \\ fin",
    "Rien &amp; tout : déjà vu, « là-bas ».",
]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "zst": zstandard.compress,
}


def _texts(random_: random.Random) -> list[str]:
    return [random_.choice(TEXTS) + f" {random_.randrange(100)}" * random_.randrange(2) for _ in range(12)]


def _txt(random_: random.Random) -> bytes:
    return "\n\n".join(_texts(random_)).encode(random_.choice(["utf-8", "utf-8", "cp1252", "utf-16"]), "replace")


def _jsonl(random_: random.Random) -> bytes:
    ascii_ = random_.random() < 0.3
    return b"".join(
        json.dumps({"id": number, "text": text, "x": 1.50}, ensure_ascii=ascii_).encode() + b"\n"
        for number, text in enumerate(_texts(random_))
    )


def _csv(random_: random.Random) -> bytes:
    file = io.StringIO(newline="")
    quoting = random_.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = random_.choice(["\n", "\r\n"])
    writer = csv.writer(file, delimiter=random_.choice(",;|"), quoting=quoting, lineterminator=end)
    writer.writerows([["id", "text", "naïf"], *([str(n), text, "é"] for n, text in enumerate(_texts(random_)))])
    return file.getvalue().encode(random_.choice(["utf-8", "utf-8", "cp1252"]), "replace")


def _tsv(random_: random.Random) -> bytes:
    if random_.random() < 0.5:
        escapes = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n"})
    else:
        escapes = str.maketrans("\t\n", "  ")
    rows = [f"{number}\t{text.translate(escapes)}\t\\N\n" for number, text in enumerate(_texts(random_))]
    return "".join(["id\ttext\tnote\n", *rows]).encode()


def _parquet(random_: random.Random) -> bytes:
    texts = [random_.choice([text.encode(), text.encode("cp1252", "replace"), None]) for text in _texts(random_)]
    strings = pa.array(texts, pa.binary()).view(pa.string())
    table = pa.table({"id": list(range(12)), "text": strings, "tags": [["a", None]] * 12})
    file = io.BytesIO()
    compression = random_.choice(["snappy", "zstd", "gzip", "none"])
    pq.write_table(table, file, compression=compression, row_group_size=random_.choice([3, 100]))
    return file.getvalue()


MAKE = {"txt": _txt, "jsonl": _jsonl, "csv": _csv, "tsv": _tsv, "parquet": _parquet}


def _cut(data: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(data))
    return data[:start] if random_.random() < 0.5 else data[:start] + data[start + random_.randrange(1, 40) :]


def _flip(data: bytes, random_: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random_.choice([1, 1, 3, 20])):
        changed[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    return bytes(changed)


def _insert(data: bytes, random_: random.Random) -> bytes:
    at = random_.randrange(len(data) + 1)
    return data[:at] + random_.randbytes(random_.choice([1, 4, 60])) + data[at:]


def _double(data: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(data))
    end = start + random_.randrange(1, 300)
    return data[:end] + data[start:]


def _tear(data: bytes, random_: random.Random) -> bytes:
    rows = data.splitlines(keepends=True)
    at = random_.randrange(len(rows))
    cut = random_.randrange(len(rows[at]) + 1)
    rows[at] = (
        rows[at][:cut] + random_.choice([b"", b"\n", b'"', b'"\n', b"\r", b"\\\n"]) + rows[at][cut:].rstrip(b"\n")
    )
    return b"".join(rows)


def _bad_utf8(data: bytes, random_: random.Random) -> bytes:
    at = random_.randrange(len(data) + 1)
    return data[:at] + random_.choice([b"\xe9", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x00"]) + data[at:]


def _header(data: bytes, random_: random.Random) -> bytes:
    header, feed, rest = data.partition(b"\n")
    changed = random_.choice(
        [header + b";", b'"' + header, b"\xef\xbb\xbf" + header, b"\n\n" + header, b"\xe9" + header]
    )
    return changed + feed + rest


MUTATIONS = (_cut, _flip, _insert, _double, _tear, _bad_utf8, _header)


def mutated(seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a mutated file."""
    random_ = random.Random(f"{seed}/{number}")
    kind = random_.choice(list(MAKE))
    packed = random_.choice(list(PACK)) if kind != "parquet" else ""
    data = MAKE[kind](random_)
    at_rest = bool(packed) and random_.random() < 0.7
    if at_rest:
        data = PACK[packed](data)
    for _ in range(random_.choice([1, 1, 2, 3])):
        if data:
            data = random_.choice(MUTATIONS)(data, random_)
    if packed and not at_rest:
        data = PACK[packed](data)
    return f"{number}.{kind}" + (packed and f".{packed}"), data


def _unzst(data: bytes) -> bytes:
    unpacked = b""
    while data:
        member = zstandard.ZstdDecompressor().decompressobj()
        unpacked += member.decompress(data)
        if not member.eof:
            raise ValueError("it has no end")
        data = member.unused_data
    return unpacked


UNPACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.decompress, "bz2": bz2.decompress, "zst": _unzst}


def is_same(name: str, data: bytes, back: bytes) -> bool:
    """Return whether a file came back: byte for byte, or in what it holds if it is sound and no plain text."""
    kind = name.rpartition(".")[2]
    if data == back or kind not in ("parquet", *UNPACK):
        return data == back
    try:
        if kind == "parquet":
            return bool(pq.read_table(io.BytesIO(data)).equals(pq.read_table(io.BytesIO(back))))
        return UNPACK[kind](data) == UNPACK[kind](back)
    except Exception:
        return False


class Outcome(NamedTuple):
    """What became of a batch: how many files there were, of which kinds, and what failed."""

    files: int
    kinds: Counter[str]
    rejected: int
    failures: list[str]


def clean_and_undo(seed: int, numbers: range, folder: Path) -> Outcome:
    """Clean the files of a batch in one job, undo it, and compare."""
    files = dict(mutated(seed, number) for number in numbers)
    source, output, back = folder / "in", folder / "out", folder / "back"
    source.mkdir(parents=True)
    for name, data in files.items():
        (source / name).write_bytes(data)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        statuses = [run(["clean", str(source), "--output", str(output)])]
        if (output / "summary.json").exists():  # 1 where every record was rejected
            statuses[0] = 0
            statuses.append(run(["undo", str(output), "--output", str(back)]))
    kinds = Counter(name.partition(".")[2] for name in files)
    failures = []
    if statuses != [0, 0] or "Traceback" in printed.getvalue():
        failures.append(f"{numbers}: exit status {statuses}: {printed.getvalue()[-2000:]}")
        return Outcome(len(files), kinds, 0, failures)
    for name, data in files.items():
        if not (back / name).exists():
            failures.append(f"{name}: lost")
        elif not is_same(name, data, (back / name).read_bytes()):
            failures.append(f"{name}: is not the same")
    summary: dict[str, Any] = json.loads((output / "summary.json").read_text())
    failures += [
        f"{numbers}: {count} defects" for name, count in summary["counts"].items() if name == "rejected_Defect"
    ]
    return Outcome(len(files), kinds, summary["counts"]["documents_rejected"], failures)


def main() -> int:
    """Run the batches and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="folder for the batches that fail")
    options = parser.parse_args()
    total, kinds, rejected = 0, Counter[str](), 0
    failures: list[str] = []
    begun = time.process_time()
    for first in range(0, options.files, options.batch):
        with tempfile.TemporaryDirectory() as folder:
            base = options.keep / str(first) if options.keep else Path(folder)
            numbers = range(first, min(first + options.batch, options.files))
            outcome = clean_and_undo(options.seed, numbers, base)
        total += outcome.files
        kinds += outcome.kinds
        rejected += outcome.rejected
        failures += outcome.failures
        for failure in outcome.failures:
            print(failure, flush=True)
        print(f"{total} files, {rejected} records rejected, {len(failures)} failures", flush=True)
    print(f"{dict(sorted(kinds.items()))}; {time.process_time() - begun:.0f} CPU-seconds")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
