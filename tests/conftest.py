"""What tests of several folders share."""

import os
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import apache_beam as beam
import pytest
from apache_beam.runners.runner import PipelineResult
from apache_beam.transforms import userstate
from hypothesis import HealthCheck, settings

# No test is timed, nor is the drawing of examples. A shared machine draws the same examples every time; a developer's
# draws new ones. `--hypothesis-profile` chooses another: "quick" at every save, "thorough" for a night.
_UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("developer", **_UNTIMED)
settings.register_profile("ci", **_UNTIMED, derandomize=True)
settings.register_profile("quick", **_UNTIMED, max_examples=20)
settings.register_profile("thorough", **_UNTIMED, max_examples=2000)
settings.load_profile("ci" if os.environ.get("CI") else "developer")

# While Beam builds a pipeline it reads the signatures of each DoFn eight times, a fifth of the work of a small job.
userstate.get_dofn_specs = lru_cache(userstate.get_dofn_specs)


@pytest.fixture(scope="session")
def jobs() -> None:
    """Let a test, or a fixture that others use, start pipelines or processes; it marks the tests as `jobs`."""


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start pipelines or processes through a fixture."""
    for item in items:
        if "jobs" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.jobs)


@pytest.fixture(autouse=True)
def _no_jobs_without_the_mark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that starts a pipeline or a process and is not marked, so that `make quick` stays quick."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a test that starts a pipeline or a process is marked with pytest.mark.jobs")

    if request.node.get_closest_marker("jobs") is None:
        monkeypatch.setattr(beam.Pipeline, "run", refuse)
        monkeypatch.setattr(subprocess.Popen, "__init__", refuse)


@pytest.fixture
def counters_of() -> Callable[[PipelineResult, str], dict[str, int]]:
    """Return the counters of this package that the steps below a label have counted."""

    def counters(result: PipelineResult, label: str) -> dict[str, int]:
        found: Counter[str] = Counter()
        for counter in result.metrics().query()["counters"]:
            name = counter.key.metric
            if name.namespace == "beam_textclean" and counter.key.step.split("/")[0] == label:
                found[name.name] += counter.committed
        return dict(found)

    return counters
