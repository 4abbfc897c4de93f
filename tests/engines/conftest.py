"""The engines that the tests run on: Beam's own job server, or those that ``BEAM_TEXTCLEAN_ENGINES`` names."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_artefacts import why_not
from engine_clusters import ENGINES, Engine
from engine_clusters import engine as running_engine

_NAMED = os.environ.get("BEAM_TEXTCLEAN_ENGINES", "embed")
_NAMES = list(ENGINES) if _NAMED == "all" else _NAMED.split()
# Beam lists, for its log, what is installed where a job is submitted; it starts pip for that.
_NO_LIST = "--experiments=disable_logging_submission_environment"


@pytest.fixture(scope="module", params=_NAMES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, jobs: None) -> Iterator[Engine]:
    """An engine, for all tests of a module."""
    if missing := why_not(request.param):
        pytest.skip(f"NOT RUN on {request.param}: this machine has no {missing}")
    modules = Path(__file__).parents[1] / "transforms"
    with running_engine(request.param, tmp_path_factory.mktemp(request.param), modules) as running:
        yield running._replace(options=[_NO_LIST, *running.options])
