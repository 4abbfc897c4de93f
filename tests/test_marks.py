"""The mark `jobs`: `make quick` runs what does not have it, and what does not have it starts nothing slow."""

import subprocess
import sys
from collections.abc import Callable

import apache_beam as beam
import pytest


def _run_a_pipeline() -> object:
    return ["un"] | beam.Map(str)


def _run_a_process() -> object:
    return subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.parametrize("start", [_run_a_pipeline, _run_a_process])
def test_without_the_mark_nothing_is_started(start: Callable[[], object]) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"pytest\.mark\.jobs"):
        start()


@pytest.mark.jobs
@pytest.mark.parametrize("start", [_run_a_pipeline, _run_a_process])
def test_with_the_mark_it_is_started(start: Callable[[], object]) -> None:
    assert start()


def test_a_fixture_that_starts_jobs_marks_the_tests_that_use_it(request: pytest.FixtureRequest, jobs: None) -> None:
    assert request.node.get_closest_marker("jobs")
