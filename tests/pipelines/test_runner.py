"""Beam's options on the command line that would end a job with a misleading error."""

from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import SetupOptions

from beam_textclean.pipelines.command.runner import choose_runner
from beam_textclean.transforms import InvalidOption


def test_beams_dry_run_after_which_there_are_no_results_is_refused() -> None:
    with pytest.raises(InvalidOption, match="--dry-run reports what would be done"):
        choose_runner({"dry_run": True, "runner": "PortableRunner"})


def test_a_relative_setup_file_is_found_by_beam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "setup.py").touch()
    monkeypatch.chdir(tmp_path)
    options, _, _ = choose_runner({"setup_file": "setup.py"})
    assert options.view_as(SetupOptions).setup_file == str(tmp_path / "setup.py")


def test_a_setup_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="this file does not exist"):
        choose_runner({"setup_file": str(tmp_path / "setup.py")})
