"""The command ``beam-textclean``: clean files, and undo it."""

import argparse
import logging
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from typing import Any

import yaml

from beam_textclean.pipelines.beam_options import choose_runner, split_arguments
from beam_textclean.pipelines.clean_block import Job
from beam_textclean.pipelines.clean_files import clean_files
from beam_textclean.pipelines.configuration import CleanConfig, config_from_mapping
from beam_textclean.pipelines.formats import OUTPUT_FORMATS, check_columns
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.pipelines.inputs import find_inputs
from beam_textclean.pipelines.output_folder import begin, check_apart, limit_plan
from beam_textclean.pipelines.plan import Plan, make_plan
from beam_textclean.pipelines.progress import Progress
from beam_textclean.pipelines.result_files import check_names
from beam_textclean.pipelines.staging import Folders
from beam_textclean.pipelines.undo import undo
from beam_textclean.transforms import fix_typos
from beam_textclean.transforms.errors import InvalidOption, TextCleanError

DONE, FAILED, USAGE, REJECTED = 0, 1, 2, 3

_EPILOG = """\
Every option of Beam is taken too: --runner, --direct_num_workers, ...

exit status: 0 done; 1 the job failed; 2 wrong usage, no input, or the output exists;
3 done, but records were rejected and --strict was given
"""


def run(argv: Sequence[str]) -> int:
    """Run the command.

    Args:
        argv: The arguments.

    Returns:
        The exit status.
    """
    try:
        own, beam_options = split_arguments(argv)
        arguments = _parser().parse_args(own)
        logging.getLogger().setLevel(logging.INFO if arguments.verbose else logging.CRITICAL)
        return int(arguments.run(arguments, beam_options))
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)
    except TextCleanError as error:
        print(f"beam-textclean: {error}", file=sys.stderr)
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="beam-textclean", description="Clean files of text.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=version("beam-textclean"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_clean(commands)
    _add_undo(commands)
    return parser


def _add_clean(commands: Any) -> None:
    clean = commands.add_parser(
        "clean",
        help="repair encodings, fix typos, collapse duplicate paragraphs",
        description="Clean files of text: repair encodings, fix typos, collapse duplicate paragraphs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    clean.add_argument(
        "input",
        nargs="+",
        metavar="INPUT",
        help="files, folders or globs of .txt, .jsonl, .csv, .parquet, also .gz .bz2 .zst",
    )
    clean.add_argument(
        "--output", required=True, metavar="DIR", help="folder for documents/, changes/, rejected/, summary.json"
    )
    clean.add_argument("--config", metavar="FILE.yaml", help="configuration of the passes")
    clean.add_argument(
        "--languages", metavar="fr,en|auto", help="languages to fix typos in (default: auto, by document)"
    )
    clean.add_argument("--passes", metavar="NAMES", help="passes to make (default: encoding,typos,duplicates)")
    clean.add_argument(
        "--scope",
        choices=("corpus", "document"),
        default="corpus",
        help="where a paragraph is a duplicate: anywhere in the input, or in its own document (default: %(default)s)",
    )
    clean.add_argument("--text-field", default="text", metavar="NAME", help="field of the text (default: %(default)s)")
    clean.add_argument("--id-field", default="id", metavar="NAME", help="field of the id (default: %(default)s)")
    clean.add_argument("--lines", action="store_true", help="a .txt file holds a document a line")
    clean.add_argument(
        "--format", choices=OUTPUT_FORMATS, default="same", help="format to write (default: %(default)s)"
    )
    clean.add_argument(
        "--max-record-bytes",
        type=_positive,
        default=64 << 20,
        metavar="N",
        help="reject records larger than this (default: %(default)s)",
    )
    clean.add_argument("--limit", type=_positive, metavar="N", help="clean only the first N documents")
    clean.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing")
    clean.add_argument("--overwrite", action="store_true", help="replace the results of an earlier job")
    clean.add_argument("--strict", action="store_true", help="exit with status 3 where records were rejected")
    clean.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")
    clean.set_defaults(run=_clean)


def _add_undo(commands: Any) -> None:
    undo = commands.add_parser(
        "undo",
        help="rebuild the input from cleaned documents",
        description="Rebuild the input of a job from its cleaned documents and its audit trail.",
        epilog="Every option of Beam is taken too.",
        allow_abbrev=False,
    )
    undo.add_argument("folder", metavar="DIR", help="output folder of a finished job")
    undo.add_argument("--output", required=True, metavar="DIR2", help="folder for the rebuilt files")
    undo.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")
    undo.set_defaults(run=_undo)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _clean(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    config = _configuration(arguments)
    options, runner, sentence = choose_runner(beam_options)
    settings = Settings(arguments.text_field, arguments.id_field, arguments.max_record_bytes)
    folder: AbstractContextManager[str] = nullcontext(arguments.output)
    if arguments.dry_run:
        folder = tempfile.TemporaryDirectory()
    with folder as output:
        job = Job(Folders(output.rstrip("/")), settings, config, arguments.scope, arguments.format)
        plan = _plan(arguments, job)
        if begin(job, plan, arguments.overwrite and not arguments.dry_run):
            print("going on with the interrupted job in this folder", file=sys.stderr)
        print(sentence, file=sys.stderr)
        try:
            with Progress(job, plan):
                summary = clean_files(job, plan, options, runner)
        except Exception as error:
            return _failed(error, arguments.verbose, "the same command goes on from where this one stopped")
        _report(summary, arguments.output, arguments.dry_run)
    return REJECTED if arguments.strict and summary["counts"]["documents_rejected"] else DONE


def _plan(arguments: argparse.Namespace, job: Job) -> Plan:
    inputs = find_inputs(arguments.input, arguments.lines)
    if inputs.left_out:
        print(f"{inputs.left_out} files of other kinds are left out", file=sys.stderr)
    plan = make_plan(inputs.files)
    check_apart(plan, arguments.output)
    check_names(plan, arguments.format)
    for block in plan.blocks:
        for piece in block:
            if piece.part == 0:
                check_columns(job.source(plan, piece))
    return limit_plan(job, plan, arguments.limit) if arguments.limit else plan


def _configuration(arguments: argparse.Namespace) -> CleanConfig:
    mapping: dict[str, Any] = {}
    if arguments.config:
        try:
            with open(arguments.config, encoding="utf-8") as file:
                mapping = yaml.safe_load(file) or {}
        except (OSError, yaml.YAMLError) as error:
            raise InvalidOption(f"cannot read the configuration {arguments.config}: {error}") from error
        if not isinstance(mapping, dict):
            raise InvalidOption(f"the configuration {arguments.config} is a {type(mapping).__name__}, not a mapping")
    if arguments.passes is not None:
        mapping["passes"] = arguments.passes.split(",")
    if arguments.languages is not None:
        mapping["languages"] = "auto" if arguments.languages == "auto" else arguments.languages.split(",")
    config = config_from_mapping(mapping)
    if "typos" in config.passes and config.typos.dictionaries:
        fix_typos("", config.languages, config.typos)  # reads them: a wrong one is told before any data is read
    return config


def _undo(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    options, runner, _ = choose_runner(beam_options)
    try:
        done = undo(arguments.folder.rstrip("/"), arguments.output.rstrip("/"), options, runner)
    except TextCleanError:
        raise
    except Exception as error:
        return _failed(error, arguments.verbose, "nothing was changed in the folder of the results")
    print(f"{done.records} records in {done.files} files rebuilt in {arguments.output}")
    if done.rejected:
        print(f"{done.rejected} of them are rejected records, put back where they stood")
    return DONE


def _failed(error: Exception, verbose: bool, advice: str) -> int:
    if verbose:
        traceback.print_exc()
    # Beam puts the traceback of a worker into the message; its last line is the error itself.
    reason = str(error).strip().splitlines()
    print(f"beam-textclean: the job failed: {reason[-1] if reason else error!r}", file=sys.stderr)
    print(f"({advice}; --verbose shows the traceback)", file=sys.stderr)
    return FAILED


def _report(summary: dict[str, Any], output: str, dry_run: bool) -> None:
    counts = dict(summary["counts"])
    documents, changed, emptied, rejected = (
        counts.pop(name) for name in ("documents", "documents_changed", "documents_emptied", "documents_rejected")
    )
    print(f"{documents} documents: {changed} changed, {emptied} left empty; {rejected} records rejected")
    for name, count in counts.items():
        print(f"  {name:<40} {count:>10}")
    if dry_run:
        print("dry run: nothing was written")
        return
    where = [f"{output}/documents"] + [f"{output}/changes"] * bool(changed) + [f"{output}/rejected"] * bool(rejected)
    print(f"written to {', '.join(where)} and {output}/summary.json")
