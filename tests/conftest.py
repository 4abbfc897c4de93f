"""What tests of several folders share."""

import os
from collections import Counter
from collections.abc import Callable

import pytest
from apache_beam.runners.runner import PipelineResult
from hypothesis import settings

# No test is timed. A shared machine draws the same examples every time; a developer's draws new ones.
settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


@pytest.fixture
def counters_of() -> Callable[[PipelineResult, str], dict[str, int]]:
    """Give the counters of this package that the steps below a label have counted."""

    def counters(result: PipelineResult, label: str) -> dict[str, int]:
        found: Counter[str] = Counter()
        for counter in result.metrics().query()["counters"]:
            name = counter.key.metric
            if name.namespace == "beam_textclean" and counter.key.step.split("/")[0] == label:
                found[name.name] += counter.committed
        return dict(found)

    return counters
