import logging
from pathlib import Path

import pytest

from beam_textclean.pipelines.command.command_line import run
from result_folders import content

SEED = (Path(__file__).parents[1] / "data" / "seed.txt").read_text(encoding="utf-8")


@pytest.fixture
def seed():
    return SEED


@pytest.fixture
def cleaned_seed():
    """The four paragraphs once, with the one typo fixed and nothing else changed."""
    return "\n\n".join(SEED.split("\n\n")[:4]).replace("sevrant", "servant")


@pytest.fixture
def document(tmp_path):
    """A file in which there is nothing to clean, in a folder of its own."""
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text("Un document.\n")
    return path


@pytest.fixture
def command(capfd, jobs):
    """Run the command in this process; returns the exit status and what was printed."""

    def call(*arguments):
        status = run([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return status, printed.out + printed.err

    yield call
    logging.disable(logging.NOTSET)


@pytest.fixture
def clean(command, tmp_path):
    """Clean into tmp_path/out, and expect that it is done, or ends with another status."""

    def call(*arguments, status=0):
        ended, printed = command("clean", *arguments, "--output", tmp_path / "out")
        assert ended == status, printed
        return tmp_path / "out"

    return call


@pytest.fixture
def cleaned_and_undone(clean, command, tmp_path):
    """Clean files in one job, and undo it; returns the output folder and the files that came back, by name."""

    def call(files, *arguments, status=0):
        (tmp_path / "in").mkdir()
        for name, data in files.items():
            (tmp_path / "in" / name).write_bytes(data)
        out = clean(tmp_path / "in", *arguments, status=status)
        undone, printed = command("undo", out, "--output", tmp_path / "back")
        assert undone == 0, printed
        return out, content(tmp_path / "back")

    return call
