"""Files that are damaged in many ways: none is lost, none ends the job, and all come back."""

from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.jobs
def test_mutated_files_of_all_formats_and_compressions_come_back(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from mutated_files import MAKE, PACK, clean_and_undo

    outcome = clean_and_undo(seed=15, numbers=range(400), folder=tmp_path)
    assert outcome.failures == []
    assert outcome.files > 350
    assert len(outcome.kinds) == (len(MAKE) - 1) * len(PACK) + 1


@pytest.mark.jobs
@pytest.mark.parametrize(
    ("seed", "number"),
    [
        pytest.param(2, 17479, id="statistics for which Arrow would end the process"),
        pytest.param(3, 4969, id="a row group that has fewer rows than it says"),
    ],
)
def test_a_damaged_parquet_file_that_arrow_does_not_refuse_comes_back(seed, number, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from mutated_files import clean_and_undo

    outcome = clean_and_undo(seed, range(number, number + 1), tmp_path)
    assert (outcome.files, outcome.failures) == (1, [])
