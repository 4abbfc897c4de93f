"""What lets a shell complete the command: a script made from its options."""

import argparse
from typing import Any

import shtab

from beam_textclean.pipelines.command.arguments import make_parser

_COMPLETED: dict[str, Any] = {"DIR": shtab.DIRECTORY, "DIR2": shtab.DIRECTORY, "INPUT": shtab.FILE}


def completion_script(shell: str) -> str:
    """Return the script for a shell, with names of files and folders where an argument is one."""
    parser = make_parser()
    for command in parser.commands().values():
        for action in command._actions:
            kind = _kind(action)
            if kind is not None:
                action.complete = kind  # type: ignore[attr-defined]  # which shtab reads
    return str(shtab.complete(parser, shell))


def _kind(action: argparse.Action) -> Any:
    name = action.metavar if isinstance(action.metavar, str) else ""
    return shtab.FILE if name.startswith("FILE") else _COMPLETED.get(name)
