"""The command ``beam-textclean``: clean files, undo it, and learn their typos."""

import argparse
import dataclasses
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
from beam_textclean.pipelines.configuration import CleanConfig, check_for_files, config_from_mapping
from beam_textclean.pipelines.formats import OUTPUT_FORMATS, check_columns
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.pipelines.inputs import InputFile, find_inputs, real_path
from beam_textclean.pipelines.learn_typos import check_output, learn_from_files
from beam_textclean.pipelines.output_folder import begin, check_apart, limit_plan
from beam_textclean.pipelines.plan import Plan, make_plan
from beam_textclean.pipelines.progress import Progress
from beam_textclean.pipelines.result_files import check_names
from beam_textclean.pipelines.staging import Folders
from beam_textclean.pipelines.undo import undo
from beam_textclean.transforms import fix_typos
from beam_textclean.transforms.errors import InvalidOption, TextCleanError
from beam_textclean.transforms.typos import LearnConfig

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
    _add_learn(commands)
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
    clean.add_argument(
        "--config",
        metavar="FILE.yaml",
        help="configuration of the passes, such as {duplicates: {near: 0.8}}; see README.md",
    )
    clean.add_argument(
        "--languages", metavar="fr,en|auto", help="languages to fix typos in (default: auto, by document)"
    )
    clean.add_argument(
        "--learned",
        action="append",
        default=[],
        metavar="FILE.csv",
        help="file of learn-typos whose accepted rows are typos too; may be given again",
    )
    clean.add_argument("--passes", metavar="NAMES", help="passes to make (default: encoding,typos,duplicates)")
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
        help="files that hold paragraphs already: what stands there goes from the input; may be given again",
    )
    clean.add_argument(
        "--list-copies",
        action="store_true",
        help="also write copies.jsonl: each repeated paragraph, with all its places",
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


def _add_learn(commands: Any) -> None:
    learn = commands.add_parser(
        "learn-typos",
        help="propose typos for review, from the files themselves",
        description="Learn the typos of files of text, and write them to a CSV file for review.",
        epilog="""\
Review the column "accept": rows with "yes" are used by beam-textclean clean --learned FILE.csv.

Every option of Beam is taken too. Exit status: 0 done; 1 the job failed; 2 wrong usage, no input, or
the output exists.
""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    learn.add_argument("input", nargs="+", metavar="INPUT", help="files, folders or globs, as for clean")
    learn.add_argument("--output", required=True, metavar="FILE.csv", help="file to write")
    learn.add_argument("--languages", metavar="fr,en|auto", help="languages to learn (default: auto, by document)")
    learn.add_argument("--text-field", default="text", metavar="NAME", help="field of the text (default: %(default)s)")
    learn.add_argument("--lines", action="store_true", help="a .txt file holds a document a line")
    learn.add_argument(
        "--min-correction-count",
        type=_positive,
        default=LearnConfig().min_correction_count,
        metavar="N",
        help="times that a correction is found at least (default: %(default)s)",
    )
    learn.add_argument(
        "--min-ratio",
        type=_positive,
        default=LearnConfig().min_ratio,
        metavar="N",
        help="times as often as its typo that it is found (default: %(default)s)",
    )
    learn.add_argument("--max-record-bytes", type=_positive, default=64 << 20, metavar="N", help="as for clean")
    learn.add_argument("--limit", type=_positive, metavar="N", help="learn only from the first N documents")
    learn.add_argument("--overwrite", action="store_true", help="replace an earlier file")
    learn.add_argument("--verbose", action="store_true", help="show tracebacks and Beam's log")
    learn.set_defaults(run=_learn)


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
        folders = Folders(output.rstrip("/"))
        job = Job(folders, settings, config, arguments.scope, arguments.format, arguments.list_copies)
        plan = _plan(arguments, job)
        if begin(job, plan, arguments.overwrite and not arguments.dry_run):
            print("going on with the interrupted job in this folder", file=sys.stderr)
        print(sentence, file=sys.stderr)
        if job.compares_texts():
            print("texts are compared; on one machine that takes up to 18 times their size of memory", file=sys.stderr)
        try:
            with Progress(job, plan):
                summary = clean_files(job, plan, options, runner)
        except Exception as error:
            return _failed(error, arguments.verbose, "the same command goes on from where this one stopped")
        _report(summary, arguments.output, arguments.dry_run)
    rejected = summary["counts"]["documents_rejected"] or summary["rejected_references"]
    return REJECTED if arguments.strict and rejected else DONE


def _plan(arguments: argparse.Namespace, job: Job) -> Plan:
    plan = _find(arguments, _references(arguments, job))
    check_apart(plan, arguments.output)
    check_names(plan, arguments.format)
    return _checked(arguments, job, plan)


def _references(arguments: argparse.Namespace, job: Job) -> list[InputFile]:
    if (arguments.against or arguments.list_copies) and not job.across_corpus():
        option = "--against" if arguments.against else "--list-copies"
        raise InvalidOption(f"{option} needs the duplicates pass, with --scope corpus")
    if not arguments.against:
        return []
    if job.config.duplicates.unit == "passage":
        raise InvalidOption("--against is about paragraphs or documents; duplicates.unit is 'passage'")
    files = find_inputs(arguments.against, arguments.lines).files
    return [file._replace(is_reference=True) for file in files]


def _find(arguments: argparse.Namespace, references: Sequence[InputFile] = ()) -> Plan:
    inputs = find_inputs(arguments.input, arguments.lines)
    if inputs.left_out:
        print(f"{inputs.left_out} files of other kinds are left out", file=sys.stderr)
    known = {real_path(file.path) for file in references}
    for file in inputs.files:
        if real_path(file.path) in known:
            raise InvalidOption(f"{file.path} is both input and given with --against, which would leave nothing of it")
    # References come first: of equal paragraphs the first in document order stays.
    return make_plan([*references, *inputs.files])


def _checked(arguments: argparse.Namespace, job: Job, plan: Plan) -> Plan:
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
        mapping["languages"] = _languages(arguments)
    config = config_from_mapping(mapping)
    check_for_files(config, arguments.scope)
    if arguments.learned:
        learned = (*config.typos.learned, *arguments.learned)
        config = dataclasses.replace(config, typos=dataclasses.replace(config.typos, learned=learned))
    if "typos" in config.passes and (config.typos.dictionaries or config.typos.learned):
        fix_typos("", config.languages, config.typos)  # reads them: a wrong one is told before any data is read
    return config


def _languages(arguments: argparse.Namespace) -> str | tuple[str, ...]:
    return "auto" if arguments.languages in (None, "auto") else tuple(map(str.strip, arguments.languages.split(",")))


def _learn(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    config = LearnConfig(arguments.min_correction_count, arguments.min_ratio)
    options, runner, sentence = choose_runner(beam_options)
    settings = Settings(arguments.text_field, max_record_bytes=arguments.max_record_bytes)
    job = Job(Folders(""), settings, CleanConfig(languages=_languages(arguments)), "document", "same")
    plan = _find(arguments)
    output = check_output(arguments.output, plan, arguments.overwrite)
    plan = _checked(arguments, job, plan)
    print(sentence, file=sys.stderr)
    try:
        learnt = learn_from_files(job, plan, output, config, options, runner)
    except Exception as error:
        return _failed(error, arguments.verbose, "nothing was written")
    print(f"{learnt.proposals} proposals, {learnt.accepted} of them accepted without a review")
    print(f"written to {arguments.output}")
    return DONE


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
    if summary["rejected_references"]:
        one = summary["rejected_references"][0]
        print(
            f"{len(summary['rejected_references'])} records of the reference could not be read and count for nothing:"
        )
        print(f"  {one['file']}, record {one['record']}: {one['reason']} ... (all are in summary.json)")
    if dry_run:
        print("dry run: nothing was written")
        return
    where = [f"{output}/documents"] + [f"{output}/changes"] * bool(changed) + [f"{output}/rejected"] * bool(rejected)
    print(f"written to {', '.join(where)} and {output}/summary.json")
