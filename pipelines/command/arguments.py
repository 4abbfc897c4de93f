"""The options of the command ``beam-textclean``."""

import argparse
from collections.abc import Collection, Sequence
from importlib.metadata import version
from typing import Any

from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.csv_dialects import QUOTINGS, parse_dialect
from beam_textclean.pipelines.formats.registry import ENDINGS, OUTPUT_FORMATS
from beam_textclean.pipelines.passes import NAMES, PURPOSE
from beam_textclean.transforms.errors import InvalidOption, did_you_mean
from beam_textclean.transforms.typos import LearnConfig

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

_STATUSES = "exit status:\n" + "".join(f"  {status:<4} {meaning}\n" for status, meaning in STATUSES.items())
_EPILOG = f"Every option of Beam is taken too: --runner, --direct_num_workers, ...\n\n{_STATUSES}"


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


def make_parser() -> Parser:
    """Return the parser of the command; the name of the subcommand is in ``command``."""
    parser = Parser(
        prog="beam-textclean",
        description="Clean files of text.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=version("beam-textclean"))
    parser.set_defaults(verbose=False)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    _add_clean(commands)
    _add_explain(commands)
    _add_report(commands)
    _add_undo(commands)
    _add_learn(commands)
    _add_merge_indexes(commands)
    _add_completion(commands)
    return parser


def _add_passes(command: argparse.ArgumentParser) -> None:
    """Add the options that say how texts are cleaned."""
    command.add_argument(
        "--config",
        metavar="FILE.yaml",
        help="configuration of the passes, such as {duplicates: {near: 0.8}}; see README.md",
    )
    command.add_argument(
        "--languages",
        "--language",
        metavar="fr,en|auto",
        help="languages to fix typos in (default: auto, by document)",
    )
    command.add_argument(
        "--learned",
        action="append",
        default=[],
        metavar="FILE.csv",
        help="file of learn-typos whose accepted rows are typos too; may be given again",
    )
    command.add_argument("--passes", metavar="NAMES", help=f"passes to make (default: {','.join(NAMES)})")


def _add_reading(command: argparse.ArgumentParser) -> None:
    """Add the options that say how files are read."""
    command.add_argument("--text-field", default="text", metavar="NAME", help="field of the text (default: text)")
    command.add_argument(
        "--csv-dialect",
        type=_dialect,
        default="auto",
        metavar="NAME",
        help=f"how .csv and .tsv are written: {', '.join(QUOTINGS)}, also with a delimiter, as 'quoted:;' or "
        "'unquoted:tab' (default: auto, by file)",
    )
    command.add_argument("--lines", action="store_true", help="a .txt file has one document per line")
    command.add_argument(
        "--max-record-bytes",
        type=_positive,
        default=64 << 20,
        metavar="N",
        help="reject records larger than this (default: %(default)s)",
    )
    command.add_argument("--limit", type=_positive, metavar="N", help="take only the first N documents")
    command.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_clean(commands: Any) -> None:
    clean = commands.add_parser(
        "clean",
        help=PURPOSE,
        description=f"Clean files of text: {PURPOSE}.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    clean.add_argument(
        "input",
        nargs="+",
        metavar="INPUT",
        help=f"files, folders or globs of {', '.join('.' + ending for ending in ENDINGS)}, also "
        f"{' '.join('.' + ending for ending in COMPRESSIONS)}; of equal paragraphs the first is kept, in this order",
    )
    clean.add_argument(
        "--output",
        required=True,
        metavar="DIR",
        help="folder for documents/, changes/, rejected/, summary.json, report.html",
    )
    _add_passes(clean)
    clean.add_argument(
        "--learn",
        action="store_true",
        help="learn the typos of the input itself first, and fix those that are certain; learned.csv lists all",
    )
    clean.add_argument(
        "--scope",
        choices=("corpus", "document"),
        default="corpus",
        help="where a paragraph is a duplicate: anywhere in the input, or in its own document (default: %(default)s)",
    )
    clean.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="INPUT",
        help="files that have paragraphs already: these are removed from the input; may be given again",
    )
    clean.add_argument(
        "--index",
        metavar="DIR",
        help="index of the fingerprints of earlier corpora: what they have is removed from the input, and the "
        "fingerprints of the input are added; it is made if there is none",
    )
    clean.add_argument(
        "--list-copies",
        action="store_true",
        help="also write copies.jsonl: each repeated paragraph, with all its places",
    )
    _add_reading(clean)
    clean.add_argument("--id-field", default="id", metavar="NAME", help="field of the id (default: %(default)s)")
    clean.add_argument(
        "--format", choices=OUTPUT_FORMATS, default="same", help="format to write (default: %(default)s)"
    )
    clean.add_argument("--dry-run", action="store_true", help="report what would be done; write nothing")
    clean.add_argument("--overwrite", action="store_true", help="replace the results of an earlier job")
    clean.add_argument("--no-report", action="store_true", help="write no report.html")
    clean.add_argument("--json", action="store_true", help="print the summary as JSON, as in summary.json")
    clean.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    clean.add_argument(
        "--strict",
        action="store_true",
        help="exit with status 3 if records were rejected or a file could not be opened",
    )


def _add_explain(commands: Any) -> None:
    explain = commands.add_parser(
        "explain",
        help="show what would be changed, and why",
        description="Show what would be changed in each document by itself, in its place, and why; where nothing "
        "would be changed, why not. Writes no files.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    explain.add_argument(
        "input",
        nargs="*",
        metavar="INPUT",
        help="files, folders or globs, as for clean; - for a text on standard input; with --why also the text itself",
    )
    explain.add_argument(
        "--why",
        metavar="WORD",
        help="tell which entry or rule changes a word, or what keeps it: in the INPUT, or by itself without one",
    )
    explain.add_argument(
        "--sample", type=_positive, metavar="N", help="explain only N documents, from all over the input"
    )
    explain.add_argument("--json", action="store_true", help="print lines of JSON, for programs")
    _add_passes(explain)
    _add_reading(explain)


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="write the page that shows what a finished job did",
        description="Write the report of a finished job from its results: one page of HTML that needs no other file.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    report.add_argument("folder", metavar="DIR", help="output folder of a finished job")
    report.add_argument("--output", metavar="FILE.html", help="file to write (default: DIR/report.html)")
    report.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_undo(commands: Any) -> None:
    undo = commands.add_parser(
        "undo",
        help="rebuild the input from cleaned documents",
        description="Rebuild the input of a job from its cleaned documents and its audit trail.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    undo.add_argument("folder", metavar="DIR", help="output folder of a finished job")
    undo.add_argument("--output", required=True, metavar="DIR2", help="folder for the rebuilt files")
    undo.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_learn(commands: Any) -> None:
    learn = commands.add_parser(
        "learn-typos",
        help="propose typos for review, from the files themselves",
        description="Learn the typos of files of text, and write them to a CSV file for review.",
        epilog='Review the column "accept": rows with "yes" are used by beam-textclean clean --learned FILE.csv.\n\n'
        + _EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    learn.add_argument("input", nargs="+", metavar="INPUT", help="files, folders or globs, as for clean")
    learn.add_argument("--output", required=True, metavar="FILE.csv", help="file to write")
    learn.add_argument("--languages", metavar="fr,en|auto", help="languages to learn (default: auto, by document)")
    _add_reading(learn)
    learn.add_argument(
        "--min-correction-count",
        type=_positive,
        default=LearnConfig().min_correction_count,
        metavar="N",
        help="least number of times that a correction is found (default: %(default)s)",
    )
    learn.add_argument(
        "--min-ratio",
        type=_positive,
        default=LearnConfig().min_ratio,
        metavar="N",
        help="least number of times as often as its typo (default: %(default)s)",
    )
    learn.add_argument("--overwrite", action="store_true", help="replace an earlier file")


def _add_merge_indexes(commands: Any) -> None:
    merge = commands.add_parser(
        "merge-indexes",
        help="merge indexes of clean --index into a new one",
        description="Merge indexes of clean --index into a new one.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    merge.add_argument("indexes", nargs="+", metavar="INDEX", help="folders of indexes")
    merge.add_argument("--output", required=True, metavar="DIR", help="folder for the merged index")
    merge.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_completion(commands: Any) -> None:
    completion = commands.add_parser(
        "completion",
        help="print what lets a shell complete this command",
        description="Print what lets a shell complete this command.",
        epilog="bash: beam-textclean completion bash > ~/.local/share/bash-completion/completions/beam-textclean\n"
        "zsh:  beam-textclean completion zsh > ~/.zfunc/_beam-textclean  (a folder of $fpath)\n"
        "fish: beam-textclean completion fish > ~/.config/fish/completions/beam-textclean.fish",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell")


def _dialect(text: str) -> str:
    try:
        parse_dialect(text)
    except InvalidOption as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number
