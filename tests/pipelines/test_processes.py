"""The command as a process of its own, and the workers that it starts."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest


def test_several_workers_are_processes_that_say_nothing_but_what_is_asked(document, tmp_path):
    arguments = ["clean", str(document), "--output", str(tmp_path / "out"), "--direct_num_workers", "2"]
    command = [sys.executable, "-m", "beam_textclean.pipelines", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert ran.stderr == "runner: FnApiRunner, Beam's own local runner (2 worker processes)\n"
    assert ran.stdout.startswith("1 document: ")


def test_the_path_of_the_interpreter_may_hold_what_shells_read(document, tmp_path):
    python = tmp_path / "a $b 'c'" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    code = (
        f"import sys; sys.executable = {str(python)!r}; from beam_textclean.pipelines.command.command_line import run; "
    )
    arguments = ["clean", str(document), "--output", str(tmp_path / "out"), "--direct_num_workers", "2"]
    command = [sys.executable, "-c", f"{code}sys.exit(run({arguments}))"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


def test_several_workers_leave_it_to_the_command_to_tell_why_a_job_failed(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "a", "size": 1}\n{"text": "b", "size": "large"}\n')
    options = ["--output", str(tmp_path / "out"), "--format", "parquet", "--direct_num_workers", "2"]
    command = [sys.executable, "-m", "beam_textclean.pipelines", "clean", str(tmp_path / "in.jsonl"), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    _, reason, advice = ran.stderr.splitlines()
    assert "the records do not fit one table" in reason
    assert advice.endswith("--verbose shows the traceback)")
    ran = subprocess.run([*command, "--verbose"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr


def test_what_the_output_cannot_show_is_escaped(tmp_path):
    (tmp_path / "été.txt").write_text("L'Ã©tÃ©", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "beam_textclean.pipelines", "explain", str(tmp_path)],
        capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.splitlines()[0] == b"\\xe9t\\xe9.txt"


def test_a_reader_that_has_enough_is_no_reason_for_a_traceback(tmp_path):
    (tmp_path / "long.txt").write_text("L'Ã©tÃ© " * 1000, encoding="utf-8")
    command = [sys.executable, "-m", "beam_textclean.pipelines", "explain", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        ran.stdout.readline()
        ran.stdout.close()
        assert ran.stderr.read() == b""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_command_says_so_and_nothing_else(workers, tmp_path):
    """As from a terminal: the signal goes to the command and to its workers."""
    texts = (f"Le texte numéro {number} est un paragraphe assez long. " * 20 for number in range(25_000))
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    options = ["--output", str(tmp_path / "out"), "--direct_num_workers", workers]
    command = [sys.executable, "-m", "beam_textclean.pipelines", "clean", str(tmp_path / "in.jsonl"), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as ran:
        while not (tmp_path / "out" / ".staging" / "cleaned").exists():  # a block; others are being cleaned
            assert ran.poll() is None
            time.sleep(0.02)
        os.killpg(ran.pid, signal.SIGINT)
        _, *said = ran.stderr.read().splitlines()
    assert ran.returncode == 130
    assert said == ["the same command goes on from where this one stops", "beam-textclean: interrupted"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
