"""What a job that was interrupted has staged is believed only where it is whole; the rest is made again."""

import json
import shutil
from itertools import cycle

import pytest

from beam_textclean.pipelines.file_job import clean_files
from result_folders import content

PARAGRAPH = "Un paragraphe que deux documents ont en commun, et qui est assez long pour cela."
TEXTS = [f"Page {number}. un Ã©tÃ© avec teh book, I have teh book.\n\n{PARAGRAPH}" for number in range(4)]
DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "foreign": lambda path: path.write_bytes(b"[]\n"),
    "gone": lambda path: path.unlink(),
}
KINDS = ["cleaned", "outcomes", "fingerprints", "copies", "listed", "repeated", "written", "results/documents"]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """A job of two files that stopped before its results took their place, its command, and what is to come out."""
    from beam_textclean.pipelines.command.command_line import run

    folder = tmp_path_factory.mktemp("interrupted")
    (folder / "in").mkdir()
    for name in "ab":
        lines = [json.dumps({"text": f"{name} {text}"}) for text in TEXTS]
        (folder / "in" / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    call = ["clean", str(folder / "in"), "--list-copies", "--no-report", "--quiet", "--output"]
    assert run([*call, str(folder / "whole")]) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean_files, "finish", _stop)
        assert run([*call, str(folder / "out")]) == 1
    return folder, [*call, str(folder / "out")]


def _stop(*_):
    raise RuntimeError("stopped")


@pytest.mark.jobs
@pytest.mark.parametrize(("kind", "damage"), [*zip(KINDS, cycle(DAMAGES)), *(("outcomes", name) for name in DAMAGES)])
def test_what_is_not_whole_is_made_again(kind, damage, interrupted, command, tmp_path):
    folder, call = interrupted
    kept = tmp_path / "kept"
    shutil.copytree(folder / "out", kept)
    staged = folder / "out" / ".staging"
    try:
        victims = [path for path in sorted((staged / kind).rglob("*")) if path.is_file()]
        assert victims
        for path in victims:
            DAMAGES[damage](path)
        status, printed = command(*call)
        assert status == 0, printed
        assert content(folder / "out") == content(folder / "whole")
    finally:
        shutil.rmtree(folder / "out")
        shutil.copytree(kept, folder / "out")
