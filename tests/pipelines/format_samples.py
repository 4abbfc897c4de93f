"""For each format of the registry, what `test_format_conformance` needs to know to test it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

UNDECODABLE = bytes(set(range(256)) - set(b"\r\n")) * 20


class Sample(NamedTuple):
    """How files of a format look; nothing of it uses the code under test.

    Attributes:
        make: Makes the bytes of a file with these texts, one per record (as one document, where a file is one).
        texts: Reads the texts of such a file.
        bad: Makes a file like `make`, with one record more, which cannot be read or decoded, after the first text (or
            instead of the texts, where a file is one document).
        error: The name of the error that this record is rejected with.
        content: What must be equal of two files that are the same: bytes, or the values in them.
    """

    make: Callable[[list[str]], bytes]
    texts: Callable[[bytes], list[str]]
    bad: Callable[[list[str]], bytes]
    error: str
    content: Callable[[bytes], Any] = bytes


def _json_line(text: str) -> bytes:
    return json.dumps({"id": 7, "text": text, "x": 1.50}, ensure_ascii=False).encode() + b"\n"


def _csv(rows: list[list[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["id", "text", "note"], *rows])
    return file.getvalue().encode()


def _csv_texts(data: bytes) -> list[str]:
    return [row["text"] for row in csv.DictReader(io.StringIO(data.decode(), newline=""))]


def _parquet(texts: list[Any]) -> bytes:
    columns = {"id": list(range(len(texts))), "text": pa.array(texts, pa.string()), "tags": [["a"]] * len(texts)}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _parquet_values(data: bytes) -> dict[str, list[Any]]:
    return pq.read_table(io.BytesIO(data)).to_pydict()


SAMPLES = {
    "txt": Sample(
        make=lambda texts: "\n\n".join(texts).encode(),
        texts=lambda data: [data.decode()],
        bad=lambda texts: UNDECODABLE,
        error="UndecodableText",
    ),
    "lines": Sample(
        make=lambda texts: "".join(f"{text}\r\n" for text in texts).encode(),
        texts=lambda data: data.decode().split("\r\n")[:-1],
        bad=lambda texts: b"\r\n".join([texts[0].encode(), UNDECODABLE, *map(str.encode, texts[1:]), b""]),
        error="UndecodableText",
    ),
    "jsonl": Sample(
        make=lambda texts: b"".join(map(_json_line, texts)),
        texts=lambda data: [json.loads(line)["text"] for line in data.splitlines()],
        bad=lambda texts: b"".join([_json_line(texts[0]), b'{"text": "no end\n', *map(_json_line, texts[1:])]),
        error="InvalidRecord",
    ),
    "csv": Sample(
        make=lambda texts: _csv([["7", text, "é"] for text in texts]),
        texts=_csv_texts,
        bad=lambda texts: _csv([["7", texts[0], ""], ["7", "too", "many", "cells"], *([7, t, ""] for t in texts[1:])]),
        error="InvalidRecord",
    ),
    "parquet": Sample(
        make=_parquet,
        texts=lambda data: _parquet_values(data)["text"],
        bad=lambda texts: _parquet([texts[0], None, *texts[1:]]),
        error="WrongElementType",
        content=_parquet_values,
    ),
}
