"""Beam's options on the command line, and which runner a job really runs on.

Beam's ``DirectRunner`` tries to download and start Prism first, and falls back to its in-process runner where it
cannot: the same command would run on one thing with a network and on another without. A local job therefore names the
in-process runner, `FnApiRunner`, itself. Prism is there for whoever asks: ``--runner PrismRunner``.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.runners.runner import create_runner

from beam_textclean.transforms.errors import InvalidOption

LOCAL_RUNNER = "FnApiRunner"
_LOCAL_NAMES = (None, "DirectRunner", "direct", LOCAL_RUNNER)


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Take Beam's options out of a command line.

    Args:
        arguments: Our options, Beam's options and positional arguments, in any order.

    Returns:
        What is not Beam's, in order, and the Beam options that were given, by name.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for group in sorted(_subclasses(PipelineOptions), key=lambda group: group.__name__):
        group._add_argparse_args(parser)  # type: ignore[arg-type]  # its own kind differs in its help alone
    for action in parser._actions:
        action.default = argparse.SUPPRESS  # so that only what was given comes back
        action.required = False
    given, rest = parser.parse_known_args(list(arguments))
    return rest, vars(given)


def choose_runner(beam_options: Mapping[str, Any]) -> tuple[PipelineOptions, str, str]:
    """Make Beam's options and pin the runner.

    Args:
        beam_options: The Beam options that were given, by name.

    Returns:
        The options, the runner's name, and a line that says what will run.

    Raises:
        InvalidOption: There is no such runner.
    """
    options = PipelineOptions([], **beam_options)
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
    if workers > 1 and direct.direct_running_mode in (None, "in_memory"):
        direct.direct_running_mode = "multi_processing"  # in one process they would take turns
    options.view_as(StandardOptions).runner = LOCAL_RUNNER
    processes = "1 worker" if workers == 1 else f"{workers} workers, {direct.direct_running_mode}"
    return options, LOCAL_RUNNER, f"runner: {LOCAL_RUNNER}, Beam's own local runner in this process ({processes})"


def _subclasses(group: type[PipelineOptions]) -> set[type[PipelineOptions]]:
    return {below for child in group.__subclasses__() for below in {child} | _subclasses(child)}
