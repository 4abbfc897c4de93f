"""What every file format promises. A format that is added to the registry is tested once it has a sample."""

import bz2
import gzip
import zlib
from pathlib import Path

import pytest
import zstandard

from beam_textclean.pipelines.file_job import plan as plans
from beam_textclean.pipelines.formats.byte_streams import OutputFile, read_chunks
from beam_textclean.pipelines.formats.compression import COMPRESSIONS, TruncatedInput
from beam_textclean.pipelines.formats.registry import FORMATS, OUTPUT_FORMATS, format_of, open_own_writer, open_writer
from beam_textclean.pipelines.formats.rows import InputFile, Settings, Target, Unreadable
from format_samples import SAMPLES
from result_folders import entries

CLEAN = [
    'Une première phrase, « déjà vue », avec des guillemets "droits".',
    "",
    "Une deuxième, dont rien n'est à changer.",
    *(f"La phrase numéro {n}, {n * 7919 % 1009}." for n in range(40)),
]
DIRTY = ["Rien ici.", "Une Ã©tude dans la ville.", "Rien lÃ  non plus."]
CLEANED = ["Rien ici.", "Une étude dans la ville.", "Rien là non plus."]

PACK = {"": bytes, "gz": gzip.compress, "bz2": bz2.compress, "zst": zstandard.compress}
UNPACK = {
    "gz": lambda data: zlib.decompressobj(31).decompress(data),
    "bz2": lambda data: bz2.BZ2Decompressor().decompress(data),
    "zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
PACKED = [
    (name, compression)
    for name, format in FORMATS.items()
    for compression in ("", *COMPRESSIONS)
    if format.can_be_compressed or not compression
]
every_format = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture
def sample(name):
    if name not in SAMPLES:
        pytest.fail(
            f"the format {name} has no sample: add a Sample for it to tests/pipelines/format_samples.py, which makes a "
            "file with given texts, reads the texts of one, and makes one with a bad record"
        )
    return SAMPLES[name]


def input_file(folder, name, data, compression=""):
    """Write a file of a format, as it would be found with or without --lines."""
    format = FORMATS[name]
    [ending, *_] = format.endings or FORMATS[format.lines_of].endings
    path = Path(folder) / f"a.{ending}"
    if compression:
        path = path.with_name(f"{path.name}.{compression}")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(PACK[compression](data))
    assert format_of(str(path), lines=bool(format.lines_of)) == (name, compression)
    return InputFile(str(path), path.name, path.stat().st_size, name, compression)


def rows_of(file):
    """The records of a file, by block."""
    plan = plans.make_plan([file])
    return [list(plan.rows(piece, Settings())) for block in plan.blocks for piece in block]


def raw_of(row):
    return b"".join(row.raw) if isinstance(row, Unreadable) else row.raw


def text_of(row):
    text = row.read().text
    return text.decode() if isinstance(text, bytes) else text


def written(file, folder, write):
    """The bytes of a file of the same format to which `write` has written."""
    path = folder / "written"
    with OutputFile(str(path), str(folder / "unfinished"), file.compression) as output:
        writer = open_own_writer(Target(output, plans.make_plan([file]).source(plans.Piece(0), Settings())))
        write(writer)
        writer.close()
    return b"".join(read_chunks(str(path), file.compression))


@pytest.mark.parametrize(("name", "compression"), PACKED)
def test_records_that_are_not_changed_keep_every_byte(name, compression, sample, tmp_path):
    data = sample.make(CLEAN)
    file = input_file(tmp_path, name, data, compression)
    [rows] = rows_of(file)
    assert [text_of(row) for row in rows] == sample.texts(data)
    out = written(file, tmp_path, lambda writer: [writer.write(row, None) for row in rows])
    assert sample.content(out) == sample.content(data)


@every_format
def test_only_the_text_is_replaced_and_can_be_put_back(name, sample, tmp_path):
    data = sample.make(CLEAN)
    file = input_file(tmp_path, name, data)
    [rows] = rows_of(file)
    changed = written(file, tmp_path, lambda writer: [writer.write(row, text_of(row) + " Neu.") for row in rows])
    assert sample.texts(changed) == [text + " Neu." for text in sample.texts(data)]
    assert all(row.comes_back(text_of(row) + " Neu.") for row in rows)
    [changed_rows] = rows_of(input_file(tmp_path / "changed", name, changed))
    back = [(row, text_of(own)) for row, own in zip(changed_rows, rows, strict=True)]
    assert sample.content(written(file, tmp_path, lambda w: [w.write(*pair) for pair in back])) == sample.content(data)


@every_format
def test_a_record_can_be_written_from_its_raw_bytes(name, sample, tmp_path):
    data = sample.make(CLEAN)
    file = input_file(tmp_path, name, data)
    [rows] = rows_of(file)
    out = written(file, tmp_path, lambda writer: [writer.restore([row.raw]) for row in rows])
    assert sample.content(out) == sample.content(data)


@every_format
def test_a_file_is_cleaned_and_undone(name, sample, tmp_path, clean, command):
    data = sample.make(DIRTY)
    file = input_file(tmp_path / "in", name, data)
    out = clean(file.path, *["--lines"] * bool(FORMATS[name].lines_of))
    assert sample.texts((out / "documents" / file.name).read_bytes()) == sample.texts(sample.make(CLEANED))
    assert {(entry["file"], entry["step"]) for entry in entries(out / "changes")} == {(file.name, "encoding")}
    assert not (out / "rejected").exists()
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert sample.content((tmp_path / "back" / file.name).read_bytes()) == sample.content(data)


@every_format
def test_a_bad_record_is_rejected_and_given_back(name, sample, tmp_path, clean, command):
    data = sample.bad(DIRTY)
    file = input_file(tmp_path / "in", name, data)
    # Where a file is one document, nothing else could be cleaned.
    status = int(FORMATS[name].is_document)
    out = clean(file.path, *["--lines"] * bool(FORMATS[name].lines_of), status=status)
    [rejected] = entries(out / "rejected")
    assert (rejected["file"], rejected["error"]) == (file.name, sample.error)
    if FORMATS[name].is_document:
        assert not (out / "documents").exists()
    else:
        assert rejected["record"] == 2
        assert sample.texts((out / "documents" / file.name).read_bytes()) == CLEANED
    status, printed = command("undo", out, "--output", tmp_path / "back")
    assert status == 0, printed
    assert sample.content((tmp_path / "back" / file.name).read_bytes()) == sample.content(data)


@pytest.mark.parametrize(("name", "compression"), [(name, packed) for name, packed in PACKED if packed])
@pytest.mark.parametrize("cut", [4, 60])
def test_of_a_truncated_archive_all_that_can_be_read_comes_out(name, compression, cut, sample, tmp_path):
    file = input_file(tmp_path, name, sample.make(CLEAN), compression)
    packed = Path(file.path).read_bytes()[:-cut]
    Path(file.path).write_bytes(packed)
    [rows] = rows_of(file)
    assert isinstance(rows[-1], Unreadable)
    assert isinstance(rows[-1].error, TruncatedInput)
    assert rows[-1].whole_file
    assert b"".join(rows[-1].raw) == packed
    if len(rows) == 1:
        return
    raws = [raw_of(row) for row in rows[:-1]]
    out = written(file, tmp_path, lambda writer: [writer.restore([raw]) for raw in raws])
    assert out == UNPACK[compression](packed)


@every_format
def test_every_byte_of_a_file_that_ends_too_early_is_in_a_record(name, sample, tmp_path):
    data = sample.make(CLEAN)[:-20]
    file = input_file(tmp_path, name, data)
    [rows] = rows_of(file)
    if isinstance(rows[-1], Unreadable) and rows[-1].whole_file:
        assert b"".join(rows[-1].raw) == data
        return
    assert written(file, tmp_path, lambda writer: [writer.restore([raw_of(row)]) for row in rows]) == data


@every_format
def test_the_blocks_of_a_file_have_the_records_of_the_whole(name, sample, tmp_path, monkeypatch):
    file = input_file(tmp_path, name, sample.make(CLEAN))
    [whole] = rows_of(file)
    monkeypatch.setattr(plans, "BLOCK_BYTES", 100)
    parts = rows_of(file)
    assert (len(parts) > 5) == FORMATS[name].can_be_split
    assert [row.raw for part in parts for row in part] == [row.raw for row in whole]


@pytest.mark.parametrize("output_format", OUTPUT_FORMATS[1:])
@every_format
def test_every_format_can_be_written_in_those_that_are_offered(name, output_format, sample, tmp_path):
    file = input_file(tmp_path, name, sample.make(CLEAN))
    [rows] = rows_of(file)
    with OutputFile(str(tmp_path / "new"), str(tmp_path / "unfinished")) as output:
        source = plans.make_plan([file]).source(plans.Piece(0), Settings())
        writer = open_writer(Target(output, source), output_format)
        for row in rows:
            writer.write(row, None)
        writer.close()
    out = (tmp_path / "new").read_bytes()
    if output_format == "txt" and FORMATS[name].output_format != "txt":
        assert out.decode() == "".join(f"{text}\n\n" for text in CLEAN)
    else:
        reader = name if FORMATS[name].output_format == output_format else output_format
        assert SAMPLES[reader].texts(out) == sample.texts(sample.make(CLEAN))
