"""The commands of ``beam-textclean``, and the parser of its arguments.

``beam-textclean --help`` needs nothing but this module, which imports neither Beam nor the passes: it is there at once.
"""

import argparse
from collections.abc import Collection, Sequence
from importlib.metadata import version
from typing import Any

from beam_textclean.transforms.errors import did_you_mean

STATUSES = {
    0: "done",
    1: "the job failed, or nothing could be read or cleaned at all",
    2: "wrong usage, no input, the output exists, or the results cannot be undone",
    3: "done, but with --strict: records were rejected, or a file could not be opened",
    130: "interrupted (Ctrl-C)",
    143: "terminated (SIGTERM)",
}
"""What a run ends with."""

SHELLS = ("bash", "zsh", "fish")
"""The shells that can complete the command."""

COMMANDS = {
    "clean": "clean files of text, with a record of every change",
    "explain": "show what would be changed, and why",
    "report": "write the page that shows what a finished job did",
    "undo": "rebuild the input from cleaned documents",
    "learn-typos": "propose typos for review, from the files themselves",
    "merge-indexes": "merge indexes of clean --index into a new one",
    "completion": "print what lets a shell complete this command",
}
"""The commands, and what each does."""

STATUSES_HELP = "exit status:\n" + "".join(f"  {status:<4} {meaning}\n" for status, meaning in STATUSES.items())


class Parser(argparse.ArgumentParser):
    """A parser that suggests the nearest option, command or value where one does not exist."""

    def parse_args(  # type: ignore[override]  # it is called in one way only
        self, args: Sequence[str], more_options: Collection[str] = ()
    ) -> argparse.Namespace:
        """Parse arguments, or print what is wrong and exit.

        Args:
            args: The arguments.
            more_options: Options that were taken out before, and may have been meant.
        """
        parsed, rest = self.parse_known_args(args)
        if rest:
            known = {*more_options, *self.options(parsed.command)}
            asked = "".join(did_you_mean(name.partition("=")[0], known) for name in rest[:1])
            self.error(f"unrecognized arguments: {' '.join(rest)}{asked}")
        return parsed

    def commands(self) -> dict[str, argparse.ArgumentParser]:
        """Return the parsers of the subcommands, by name."""
        found = (action.choices for action in self._actions if isinstance(action, argparse._SubParsersAction))
        return dict(next(found, {}))

    def options(self, command: str) -> list[str]:
        """Return the options of a subcommand."""
        return list(self.commands()[command]._option_string_actions)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += did_you_mean(value, action.choices or ())
            raise


class _Version(argparse.Action):
    """Prints the version, which is looked for only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.exit(message=f"{version('beam-textclean')}\n")


def make_outline() -> Parser:
    """Return the parser without the options of the commands, which is enough for its help."""
    parser = Parser(
        prog="beam-textclean",
        description="Clean files of text.",
        epilog=STATUSES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    parser.set_defaults(verbose=False, quiet=False, learn=False)  # of the commands that have no such option
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        commands.add_parser(
            name,
            help=purpose,
            description=f"{purpose[0].upper()}{purpose[1:]}.",
            epilog=STATUSES_HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
    return parser


def make_parser() -> Parser:
    """Return the parser of the command; the name of the subcommand is in ``command``."""
    from beam_textclean.pipelines.command.options import add_options  # imports the passes and the formats

    parser = make_outline()
    for name, command in parser.commands().items():
        add_options(name, command)
    return parser


def asks_for_outline(argv: Sequence[str]) -> bool:
    """Return whether arguments are about no command in particular: there are none, or the first asks for help."""
    return not argv or argv[0] in ("-h", "--help", "--version")
