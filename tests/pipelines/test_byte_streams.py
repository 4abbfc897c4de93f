import bz2
import gzip
import random
import shutil

import pytest
import zstandard
from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.formats.byte_streams import (
    LongLine,
    OutputFile,
    checksum,
    lines_in_range,
    read_chunks,
    split_lines,
)
from beam_textclean.pipelines.formats.compression import TruncatedInput

PACK = {"gz": gzip.compress, "bz2": bz2.compress, "zst": zstandard.compress}
TEXT = "".join(f"ligne {n} é\n" for n in range(20000)).encode()


def whole(lines):
    return [line if isinstance(line, bytes) else b"".join(line.pieces) for line in lines]


@pytest.mark.parametrize("compression", PACK)
def test_compressed_files_are_read_whole_also_in_several_members(tmp_path, compression):
    path = tmp_path / "file"
    path.write_bytes(PACK[compression](TEXT[:1000]) + PACK[compression](TEXT[1000:]))
    assert b"".join(read_chunks(str(path), compression)) == TEXT


@pytest.mark.parametrize("compression", PACK)
def test_a_truncated_file_gives_its_beginning_and_then_says_so(tmp_path, compression):
    path = tmp_path / "file"
    data = random.Random(5).randbytes(300_000)
    path.write_bytes(PACK[compression](data)[:200_000])
    read = b""
    with pytest.raises(TruncatedInput, match="truncated"):
        for chunk in read_chunks(str(path), compression):
            read += chunk
    assert data.startswith(read)
    assert compression != "gz" or len(read) > 100_000


@pytest.mark.parametrize("compression", PACK)
def test_damaged_data_is_reported_as_such(tmp_path, compression):
    path = tmp_path / "file"
    path.write_bytes(b"this is not compressed at all")
    with pytest.raises(TruncatedInput, match="damaged"):
        list(read_chunks(str(path), compression))


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 50])
def test_adjoining_ranges_have_every_line_exactly_once(tmp_path, parts):
    random_ = random.Random(parts)
    lines = [bytes(random_.choices(b"ab", k=random_.randrange(12))) + b"\n" for _ in range(200)] + [b"last"]
    data = b"".join(lines)
    path = tmp_path / "file"
    path.write_bytes(data)
    edges = [len(data) * part // parts for part in range(parts)]
    read = []
    for start, end in zip(edges, [*edges[1:], None], strict=True):
        read += whole(lines_in_range(str(path), "", start, end, 1000))
    assert read == lines


@pytest.mark.parametrize("limit", [3, 5, 100])
@pytest.mark.parametrize("drained", [True, False])
def test_long_lines_come_in_pieces_and_cost_their_neighbours_nothing(limit, drained):
    lines = [b"one\n", b"x" * 50 + b"\n", b"two\n", b"y" * 20 + b"\n", b"three"]
    data = b"".join(lines)
    chunks = [data[n : n + 7] for n in range(0, len(data), 7)]
    got = []
    for line in split_lines(chunks, limit):
        if isinstance(line, bytes):
            got.append(line)
        elif drained:
            got.append(b"".join(line.pieces))
    assert got == (lines if drained else [line for line in lines if line in got])
    assert drained or all(len(line) <= limit + 1 for line in got)


def test_ranges_stay_right_behind_a_long_line(tmp_path):
    lines = [b"a" * 10 + b"\n", b"b" * 5000 + b"\n", b"c\n", b"d\n"]
    path = tmp_path / "file"
    path.write_bytes(b"".join(lines))
    kinds = [type(line) for line in lines_in_range(str(path), "", 0, 11 + 5001 + 2, 100)]
    assert kinds == [bytes, LongLine, bytes]


@pytest.mark.parametrize("compression", ["", *PACK])
def test_an_output_file_appears_whole_with_the_same_bytes_in_every_run(tmp_path, compression):
    sums = set()
    for run in range(2):
        path = tmp_path / f"out{run}" / "file"
        with OutputFile(str(path), str(tmp_path / "unfinished" / "file"), compression) as file:
            file.write(TEXT)
            assert not path.exists()
        assert file.sha256 == checksum(str(path))
        assert b"".join(read_chunks(str(path), compression)) == TEXT
        sums.add(file.sha256)
    assert len(sums) == 1


def test_an_output_file_that_fails_leaves_nothing(tmp_path):
    path = tmp_path / "out" / "file"
    with pytest.raises(KeyError), OutputFile(str(path), str(tmp_path / "unfinished" / "file")) as file:
        file.write(b"half")
        raise KeyError
    assert not path.exists()
    assert not list((tmp_path / "unfinished").iterdir())


@pytest.mark.parametrize("name", ["a?", "a*", "a[b]"])
def test_an_output_file_replaces_the_one_of_its_name_and_no_other(tmp_path, name):
    (tmp_path / "ab").write_bytes(b"other")
    for data in b"first", b"second":
        with OutputFile(str(tmp_path / name), str(tmp_path / "unfinished" / name)) as file:
            file.write(data)
    OutputFile(str(tmp_path / name), str(tmp_path / name)).discard()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == {
        "ab": b"other",
        name: b"second",
    }


def test_two_attempts_at_one_file_at_the_same_time_do_not_meet(tmp_path):
    # Engines repeat work that they take for lost, while it may still be going on.
    path = tmp_path / "out" / "file"
    slow, fast = (OutputFile(str(path), str(tmp_path / "unfinished" / "file")) for _ in range(2))
    with slow:
        slow.write(b"begun, ")
        with fast:
            fast.write(b"begun, done")
        assert path.read_bytes() == b"begun, done"
        slow.write(b"done")
    assert path.read_bytes() == b"begun, done"
    assert not list((tmp_path / "unfinished").iterdir())


def test_an_attempt_that_comes_too_late_does_not_take_away_what_is_there(tmp_path):
    path = tmp_path / "out" / "file"
    path.parent.mkdir()
    path.write_bytes(b"done")
    with pytest.raises(BeamIOError), OutputFile(str(path), str(tmp_path / "unfinished" / "file")) as late:
        late.write(b"done")
        shutil.rmtree(tmp_path / "unfinished")  # the job has ended, and cleared up
    assert path.read_bytes() == b"done"
