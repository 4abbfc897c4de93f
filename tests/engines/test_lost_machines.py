"""A machine of a cluster is lost in the middle of a job: the job ends by itself, with the same bytes."""

import json
import random
import threading
import time
from pathlib import Path

import pytest

from beam_textclean.pipelines.command.command_line import run
from beam_textclean.pipelines.file_job import plan as plans
from engine_clusters import Engine
from result_folders import content

_WORDS = [
    "vent",
    "mer",
    "pierre",
    "maison",
    "arbre",
    "route",
    "ville",
    "parmis",
    "biensur",
    "dans",
    "sous",
    "avec",
    "sans",
]


def test_a_job_survives_the_loss_of_a_machine(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if engine.lose_a_worker is None:
        pytest.skip(f"{engine.name} is not a cluster")
    monkeypatch.setattr(plans, "BLOCK_BYTES", 50_000)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "pages.jsonl").write_text("".join(map(_line, range(1200))), encoding="utf-8")
    assert run(["clean", "in", "--output", "expected"]) == 0
    lost = threading.Event()
    watch = threading.Thread(target=_lose, args=(engine, tmp_path / "out" / ".staging", lost), daemon=True)
    watch.start()
    assert run(["clean", "in", "--output", "out", *engine.options]) == 0
    assert lost.is_set(), "the job ended before a machine was lost"
    assert content("out") == content("expected")


def _lose(engine: Engine, staging: Path, lost: threading.Event) -> None:
    """Wait until one block is cleaned; then two stages are still to come."""
    while not any(staging.glob("cleaned/*")):
        time.sleep(0.05)
    assert engine.lose_a_worker is not None
    engine.lose_a_worker()
    lost.set()


def _line(number: int) -> str:
    words = random.Random(number % 900)
    paragraphs = [" ".join(words.choices(_WORDS, k=40)) for _ in range(6)]
    return json.dumps({"id": number, "text": "\n\n".join(paragraphs)}) + "\n"
