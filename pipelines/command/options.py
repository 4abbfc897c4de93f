"""The options of each command."""

import argparse
from collections.abc import Callable

from beam_textclean.pipelines.command.arguments import SHELLS, STATUSES_HELP
from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.csv_dialects import QUOTINGS, parse_dialect
from beam_textclean.pipelines.formats.registry import ENDINGS, OUTPUT_FORMATS
from beam_textclean.pipelines.passes import NAMES, PURPOSE
from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos import LearnConfig

_EPILOG = f"Every option of Beam is taken too: --runner, --direct_num_workers, ...\n\n{STATUSES_HELP}"


def add_options(name: str, command: argparse.ArgumentParser) -> None:
    """Add the options of a command to its parser."""
    _OPTIONS[name](command)


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


def _add_clean(clean: argparse.ArgumentParser) -> None:
    clean.description = f"Clean files of text: {PURPOSE}."
    clean.epilog = _EPILOG
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
    clean.add_argument(
        "--drop-empty", action="store_true", help="leave out the documents that are left empty; undo puts them back"
    )
    clean.add_argument("--no-report", action="store_true", help="write no report.html")
    clean.add_argument("--json", action="store_true", help="print the summary as JSON, as in summary.json")
    clean.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    clean.add_argument(
        "--strict",
        action="store_true",
        help="exit with status 3 if records were rejected or a file could not be opened",
    )


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.description = (
        "Show what would be changed in each document by itself, in its place, and why; where nothing "
        "would be changed, why not. Writes no files."
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


def _add_report(report: argparse.ArgumentParser) -> None:
    report.description = (
        "Write the report of a finished job from its results: one page of HTML that needs no other file."
    )
    report.add_argument("folder", metavar="DIR", help="output folder of a finished job")
    report.add_argument("--output", metavar="FILE.html", help="file to write (default: DIR/report.html)")
    report.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_undo(undo: argparse.ArgumentParser) -> None:
    undo.description = "Rebuild the input of a job from its cleaned documents and its audit trail."
    undo.epilog = _EPILOG
    undo.add_argument("folder", metavar="DIR", help="output folder of a finished job")
    undo.add_argument("--output", required=True, metavar="DIR2", help="folder for the rebuilt files")
    undo.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_learn(learn: argparse.ArgumentParser) -> None:
    learn.description = "Learn the typos of files of text, and write them to a CSV file for review."
    learn.epilog = (
        'Review the column "accept": rows with "yes" are used by beam-textclean clean --learned FILE.csv.\n\n' + _EPILOG
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


def _add_merge_indexes(merge: argparse.ArgumentParser) -> None:
    merge.add_argument("indexes", nargs="+", metavar="INDEX", help="folders of indexes")
    merge.add_argument("--output", required=True, metavar="DIR", help="folder for the merged index")
    merge.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")


def _add_completion(completion: argparse.ArgumentParser) -> None:
    completion.epilog = (
        "bash: beam-textclean completion bash > ~/.local/share/bash-completion/completions/beam-textclean\n"
        "zsh:  beam-textclean completion zsh > ~/.zfunc/_beam-textclean  (a folder of $fpath)\n"
        "fish: beam-textclean completion fish > ~/.config/fish/completions/beam-textclean.fish"
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


_OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "clean": _add_clean,
    "explain": _add_explain,
    "report": _add_report,
    "undo": _add_undo,
    "learn-typos": _add_learn,
    "merge-indexes": _add_merge_indexes,
    "completion": _add_completion,
}
