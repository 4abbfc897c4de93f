"""Beam's options on the command line, and which runner a job really runs on.

Beam's ``DirectRunner`` tries to download and start Prism first, and falls back to its in-process runner where it
cannot: the same command would run on one thing with a network and on another without. A local job therefore names the
in-process runner, `FnApiRunner`, itself. Prism is there for whoever asks: ``--runner PrismRunner``.

Several workers are processes of `beam_textclean.pipelines.command.worker`.
"""

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.runner import PipelineRunner, create_runner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from beam_textclean.transforms.errors import InvalidOption

LOCAL_RUNNER = "FnApiRunner"
_join = shlex.join if os.name == "posix" else subprocess.list2cmdline  # Beam has it run by a shell
_WORKER = _join([sys.executable, "-m", "beam_textclean.pipelines.command.worker"])
_LOCAL_NAMES = (None, "DirectRunner", "direct", LOCAL_RUNNER)


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Take Beam's options out of a command line.

    Args:
        arguments: Our options, Beam's options and positional arguments, in any order.

    Returns:
        What is not Beam's, in order, and the Beam options that were given, by name.
    """
    given, rest = _beam_parser().parse_known_args(list(arguments))
    return rest, vars(given)


def beam_option_names() -> list[str]:
    """Return the options of Beam."""
    return list(_beam_parser()._option_string_actions)


@cache
def _beam_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for group in sorted(_subclasses(PipelineOptions), key=lambda group: group.__name__):
        group._add_argparse_args(parser)  # type: ignore[arg-type]  # its own kind differs in its help alone
    for action in parser._actions:
        action.default = argparse.SUPPRESS  # so that only what was given comes back
        action.required = False
    return parser


def choose_runner(
    beam_options: Mapping[str, Any], verbose: bool = False
) -> tuple[PipelineOptions, str | PipelineRunner, str]:
    """Make Beam's options and pin the runner.

    Args:
        beam_options: The Beam options that were given, by name.
        verbose: Whether worker processes show their errors, beside the one that the job ends with.

    Returns:
        The options, the runner or its name, and a line that says what will run.

    Raises:
        InvalidOption: The runner does not exist, or an option of Beam would end the job with a misleading error.
    """
    options = PipelineOptions([], **_checked(beam_options))
    FileSystems.set_options(options)  # inputs and outputs are looked at before there is a pipeline
    runner = options.view_as(StandardOptions).runner
    if runner not in _LOCAL_NAMES:
        try:
            create_runner(str(runner))
        except (ValueError, ImportError, AttributeError) as error:
            raise InvalidOption(f"--runner {runner}: {error}") from error
        return options, str(runner), f"runner: {runner}"
    direct = options.view_as(DirectOptions)
    workers = direct.direct_num_workers
    if workers == 0:
        workers = direct.direct_num_workers = os.cpu_count() or 1
    options.view_as(StandardOptions).runner = LOCAL_RUNNER
    sentence = f"runner: {LOCAL_RUNNER}, Beam's own local runner"
    if direct.direct_running_mode == "multi_threading":
        return options, LOCAL_RUNNER, f"{sentence} ({workers} threads)"
    if workers == 1:
        return options, LOCAL_RUNNER, f"{sentence} (1 worker, this process)"
    direct.direct_running_mode = "in_memory"  # "multi_processing" would put Beam's own worker in the place of ours
    worker = SubprocessSDKEnvironment.from_command_string(_WORKER + " --verbose" * verbose)
    return options, FnApiRunner(worker), f"{sentence} ({workers} worker processes)"


def _checked(beam_options: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse Beam's own dry run, which leaves no results, and make the path of a package absolute."""
    if beam_options.get("dry_run"):
        raise InvalidOption("--dry_run is an option of Beam, which runs nothing; --dry-run reports what would be done")
    setup = beam_options.get("setup_file")
    if setup is None:
        return dict(beam_options)
    if not os.path.isfile(setup):
        raise InvalidOption(f"--setup_file {setup}: this file does not exist; give the path of setup.py")
    return {**beam_options, "setup_file": os.path.abspath(setup)}  # Beam would look for its folder in vain


def _subclasses(group: type[PipelineOptions]) -> set[type[PipelineOptions]]:
    return {below for child in group.__subclasses__() for below in {child} | _subclasses(child)}
