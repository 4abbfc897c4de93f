"""The command as a process of its own, and the workers that it starts."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from command_process import COMMAND, said

pytestmark = pytest.mark.jobs


def test_several_workers_are_processes_that_say_nothing_but_what_is_asked(document, tmp_path):
    """And the path of the interpreter, which a shell starts for them, may hold what shells read."""
    python = tmp_path / "a $b 'c'" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    code = (
        f"import sys; sys.executable = {str(python)!r}; "
        "from beam_textclean.pipelines.__main__ import main; sys.exit(main())"
    )
    arguments = ["clean", str(document), "--output", str(tmp_path / "out"), "--direct_num_workers", "2"]
    command = [sys.executable, "-c", code, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert said(ran.stderr) == ["runner: FnApiRunner, Beam's own local runner (2 worker processes)"]
    assert ran.stdout.startswith("1 document: ")


def test_several_workers_leave_it_to_the_command_to_tell_why_a_job_failed(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "a", "size": 1}\n{"text": "b", "size": "large"}\n')
    options = ["--output", str(tmp_path / "out"), "--format", "parquet", "--direct_num_workers", "2"]
    command = [*COMMAND, "clean", str(tmp_path / "in.jsonl"), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    _, reason, advice = said(ran.stderr)
    assert "the records do not fit one table" in reason
    assert advice.endswith("--verbose shows the traceback)")
    ran = subprocess.run([*command, "--verbose"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr


def test_what_the_output_cannot_show_is_escaped(tmp_path):
    (tmp_path / "été.txt").write_text("L'Ã©tÃ©", encoding="utf-8")
    ran = subprocess.run(
        [*COMMAND, "explain", str(tmp_path)],
        capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.splitlines()[0] == b"\\xe9t\\xe9.txt"


def test_a_reader_that_has_enough_is_no_reason_for_a_traceback(tmp_path):
    (tmp_path / "long.txt").write_text("L'Ã©tÃ© " * 1000, encoding="utf-8")
    with subprocess.Popen([*COMMAND, "explain", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        ran.stdout.readline()
        ran.stdout.close()
        assert ran.stderr.read() == b""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_command_says_so_and_nothing_else(workers, tmp_path, command):
    """As from a terminal: the signal goes to the command and to its workers."""
    source = tmp_path / "in.jsonl.gz"
    os.mkfifo(source)  # a block that is being read until this test ends it
    arguments = ["clean", str(source), "--output", str(tmp_path / "out")]
    ran = subprocess.Popen(
        [*COMMAND, *arguments, "--direct_num_workers", workers],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with ran, open(_writing_end(source, ran), "wb"):
        os.killpg(ran.pid, signal.SIGINT)
        printed = ran.stderr.read()
    assert ran.returncode == 130
    assert said(printed)[1:] == ["the same command goes on from where this one stops", "beam-textclean: interrupted"]

    was = source.stat()
    source.unlink()
    source.touch()
    os.utime(source, ns=(was.st_atime_ns, was.st_mtime_ns))  # the same file to the command
    status, printed = command(*arguments)
    assert (status, "going on with the interrupted job" in printed) == (0, True), printed


def _writing_end(pipe, reader):
    """Open a named pipe as soon as the process has opened it for reading."""
    while reader.poll() is None:
        with suppress(OSError):  # nobody reads it yet
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.02)
    raise AssertionError(reader.stderr.read())
