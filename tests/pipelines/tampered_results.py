"""Results folders as somebody might send them who wants `undo` to write or read where it should not."""

import base64
import hashlib
import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beam_textclean.pipelines.file_job.job import Folders, Results
from beam_textclean.pipelines.file_job.rebuild import rebuild_file
from beam_textclean.pipelines.file_job.undo import checked_summary, place_files, settings_of
from beam_textclean.transforms.errors import TextCleanError

STRINGS = ["", ".", "..", "../victim/secret.txt", "/etc/hostname", "a/../../victim/secret.txt", "a//b", "a\\..\\b",
           "documents", ".staging/results/x", "x\0y", "jsonl", "csv", "gz", "zst", "é" * 300, "file:///etc/hostname",
           "*", "[", "decoded_legacy", "utf-16", "idna"]  # fmt: skip
NUMBERS: list[Any] = [-1, 0, 1, 2, 10**12, 1.5, True, "3", None, [], {}]


def make_input(folder: Path) -> None:
    """Write files of every format, with records that are changed, rejected, decoded, large, or not to be read."""
    folder.mkdir()
    (folder / "sub").mkdir()
    (folder / "sub" / "page.txt").write_bytes("Un été à la plage, déjà passé.\n".encode("cp1252"))
    (folder / "bytes.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "lines.jsonl").write_text('{"id": 1, "text": "Un Ã©tÃ©."}\n[1]\n{"text": "deux"}\n', encoding="utf-8")
    (folder / "rows.csv").write_text("id,text\n1,un Ã©tÃ©\n2,a,b\n3,trois\n", encoding="utf-8")
    (folder / "large.jsonl").write_text(json.dumps({"text": "x" * 1_200_000}) + "\n")
    pq.write_table(pa.table({"id": [1, 2], "text": ["un Ã©tÃ©", None]}), folder / "table.parquet")


def mutate(folder: Path, victim: Path, choice: random.Random) -> None:
    """Change one to three things in a results folder; half of the time the checksums are made to fit again."""
    for _ in range(choice.randint(1, 3)):
        choice.choice(MUTATIONS)(folder, victim, choice)
    if choice.random() < 0.5:
        _refresh(folder)


def _summary(folder: Path, change: Callable[[Any], None]) -> None:
    path = folder / "summary.json"
    try:
        summary = json.loads(path.read_text())
        change(summary)
    except (ValueError, LookupError, TypeError, AttributeError, OSError):
        return  # an earlier mutation left nothing to change
    path.write_text(json.dumps(summary))


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    for name, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        yield value, name
        if isinstance(item, dict | list):
            yield from _leaves(item)


def _damage(value: Any, choice: random.Random) -> None:
    """Replace, remove, rename or repeat something in a value of JSON."""
    holder, name = choice.choice(list(_leaves(value)))
    how = choice.randrange(6)
    if how == 0:
        del holder[name]
    elif how == 1 and isinstance(holder, dict):
        holder[choice.choice(STRINGS)] = holder.pop(name)
    elif how == 2 and isinstance(holder, list):
        holder.append(json.loads(json.dumps(holder[name])))
    elif isinstance(holder[name], str):
        holder[name] = choice.choice(STRINGS)
    else:
        holder[name] = choice.choice(NUMBERS)


def _damage_summary(folder: Path, victim: Path, choice: random.Random) -> None:
    _summary(folder, lambda summary: _damage(summary, choice))


def _damage_files_of_summary(folder: Path, victim: Path, choice: random.Random) -> None:
    _summary(folder, lambda summary: _damage(summary["files"], choice))


def _rename_input(folder: Path, victim: Path, choice: random.Random) -> None:
    name = choice.choice(["../victim/secret.txt", str(victim / "secret.txt"), "../../secret", *STRINGS])
    _summary(folder, lambda summary: choice.choice(summary["files"]).update(name=name))


def _rename_output(folder: Path, victim: Path, choice: random.Random) -> None:
    """Let an output be a file elsewhere, with a checksum that fits."""
    name = choice.choice(["../../victim/secret.txt", "../victim/secret.txt", str(victim / "secret.txt")])
    digest = hashlib.sha256((victim / "secret.txt").read_bytes()).hexdigest()

    def change(summary: Any) -> None:
        choice.choice(summary["files"])["outputs"] = [
            {"name": name, "records": 1, "sha256": {f"documents/{name}": digest}}
        ]

    _summary(folder, change)


def _count(folder: Path, victim: Path, choice: random.Random) -> None:
    """Change a number of records, and let the counts fit it."""

    def change(summary: Any) -> None:
        output = choice.choice(choice.choice(summary["files"])["outputs"])
        more = choice.choice([-1, 1, 10**12])
        output["records"] += more
        summary["counts"]["documents"] += more

    _summary(folder, change)


def _whole_file(folder: Path, victim: Path, choice: random.Random) -> None:
    """Let a file be one that was rejected as a whole, with bytes of somebody's choice."""
    name = choice.choice(["sub/page.txt", "lines.jsonl", "../victim/secret.txt"])
    entry = {"file": name, "record": 1, "error": "E", "reason": "r", "whole_file": True, "excerpt": "",
             "raw": base64.b64encode(b"chosen").decode()}  # fmt: skip
    if choice.random() < 0.5:
        del entry["raw"]
        entry["raw_file"] = choice.choice(["../../victim/secret.txt", "/etc/hostname", "large.jsonl.1.raw"])
    path = folder / "rejected" / f"{name.replace('..', 'up')}.jsonl"
    if path.parent.is_dir() and not path.is_symlink():
        path.write_text(json.dumps(entry) + "\n")


def _link(folder: Path, victim: Path, choice: random.Random) -> None:
    files = [path for path in sorted(folder.rglob("*")) if not path.is_symlink()]
    path = choice.choice(files)
    if path.is_dir():
        shutil.rmtree(path)
        path.symlink_to(choice.choice([victim, Path("../../victim")]))
    else:
        path.unlink()
        path.symlink_to(victim / "secret.txt")


def _add(folder: Path, victim: Path, choice: random.Random) -> None:
    place = folder / choice.choice(["documents", "changes", "rejected", ".", ".staging"])
    if not place.is_symlink():
        place.mkdir(exist_ok=True)
        (place / choice.choice(["new.txt", "NOTES", "new.jsonl"])).write_text("{}\n")


def _remove(folder: Path, victim: Path, choice: random.Random) -> None:
    choice.choice(_files(folder)).unlink()


def _damage_entry(folder: Path, victim: Path, choice: random.Random) -> None:
    files = [path for path in _files(folder) if path.suffix == ".jsonl" and path.parts[-2] in ("changes", "rejected")]
    if not files:
        return
    path = choice.choice(files)
    lines = path.read_text("latin-1").splitlines()
    try:
        number = choice.randrange(len(lines))
        entry = json.loads(lines[number])
        _damage(entry, choice)
        lines[number] = json.dumps(entry)
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    if choice.random() < 0.3:
        lines.append(choice.choice(lines))
    path.write_text("".join(line + "\n" for line in lines), "latin-1")


def _damage_bytes(folder: Path, victim: Path, choice: random.Random) -> None:
    path = choice.choice(_files(folder))
    data = bytearray(path.read_bytes())
    for _ in range(choice.randint(1, 4)):
        data[choice.randrange(len(data) + 1) :][:1] = choice.randbytes(2)
    how = choice.randrange(3)
    if how == 0:
        data = data[: choice.randrange(len(data) + 1)]
    elif how == 1:
        data += choice.randbytes(9) + b"\n"
    elif data:
        data[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
    path.write_bytes(data)


MUTATIONS = [_damage_summary, _damage_files_of_summary, _damage_files_of_summary, _rename_input, _rename_output, _count,
             _whole_file, _link, _add, _remove, _damage_entry, _damage_entry, _damage_bytes]  # fmt: skip


def _files(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return files or [folder / "summary.json"]


def _refresh(folder: Path) -> None:
    """Let the checksums fit, as far as the paths lead to files, and list the files that a name may have."""

    def change(summary: Any) -> None:
        for file in summary["files"]:
            for output in file["outputs"]:
                for path in (f"rejected/{output['name']}.jsonl", f"changes/{output['name']}.jsonl", *output["sha256"]):
                    if (folder / path).is_file():
                        output["sha256"][path] = hashlib.sha256((folder / path).read_bytes()).hexdigest()

    _summary(folder, change)


def undo_here(folder: Path, output: Path) -> bool:
    """Undo without a pipeline; return whether it was done, or refused."""
    folders = Folders(str(output))
    try:
        summary = checked_summary(str(folder), str(output))
    except TextCleanError:
        assert not output.exists(), "it was refused after something was written"
        return False
    try:
        for file in summary["files"]:
            rebuild_file(Results(str(folder)), file, settings_of(summary), folders)
        place_files(folders, summary)
    except TextCleanError:
        return False
    return True


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """Collect the real path of every file that is opened, made, renamed or deleted."""
    paths: list[str] = []
    _watchers.append(paths)
    try:
        yield paths
    finally:
        _watchers.remove(paths)


_watchers: list[list[str]] = []
_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.truncate", "shutil.rmtree"}
_PYTHON = (sys.prefix, sys.base_prefix)
_SOURCES = (".py", ".pyc", ".pyx", ".pxi")  # which are read when a traceback is made


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watchers and event in _EVENTS:
        for path in arguments[: 2 if event == "os.rename" else 1]:
            if isinstance(path, str | bytes | os.PathLike):
                real = os.path.realpath(os.fsdecode(path))
                if not real.startswith(_PYTHON) and not real.endswith(_SOURCES):
                    _watchers[-1].append(real)


sys.addaudithook(_watch)


def try_one(seed: int, results: Path, work: Path) -> bool:
    """Mutate a copy of results and undo it; return whether it was done, and check that nothing else was touched.

    Args:
        seed: Decides the mutations.
        results: A results folder.
        work: An empty folder to work in.
    """
    choice = random.Random(seed)
    victim, folder, output = work / "victim", work / "out", work / "back"
    victim.mkdir()
    (victim / "secret.txt").write_text("secret\n")
    shutil.copytree(results, folder)
    mutate(folder, victim, choice)
    before = {path: path.read_bytes() for path in _files(folder)}
    with opened_files() as paths:
        is_done = undo_here(folder, output)
    elsewhere = [path for path in paths if not path.startswith((f"{folder.resolve()}/", f"{output.resolve()}"))]
    assert elsewhere == [], f"seed {seed}: {elsewhere}"
    assert [path.name for path in work.iterdir() if path != output] in (["victim", "out"], ["out", "victim"])
    assert (victim / "secret.txt").read_text() == "secret\n", f"seed {seed}"
    assert [path.name for path in victim.iterdir()] == ["secret.txt"], f"seed {seed}"
    assert {path: path.read_bytes() for path in _files(folder)} == before, f"seed {seed}"
    if is_done:
        written = b"".join(path.read_bytes() for path in output.rglob("*") if path.is_file())
        assert b"secret" not in written, f"seed {seed}"
        assert len(written) < 10_000_000, f"seed {seed}"
    return is_done
