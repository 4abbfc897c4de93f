"""The command ``beam-textclean``: clean files, explain it, undo it, and learn their typos."""

import argparse
import dataclasses
import json
import logging
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from beam_textclean.pipelines.command.arguments import make_parser
from beam_textclean.pipelines.command.completion import completion_script
from beam_textclean.pipelines.command.explain import (
    Document,
    Explained,
    documents_of,
    explain_as_json,
    explain_bytes,
    explain_bytes_as_json,
    explain_files,
    sample_of,
    why_in_documents,
)
from beam_textclean.pipelines.command.interrupt import told_apart
from beam_textclean.pipelines.command.marks import marks_for, visible
from beam_textclean.pipelines.command.printed_summary import counted, print_summary
from beam_textclean.pipelines.command.progress import Progress
from beam_textclean.pipelines.command.report import Reporter, report_on
from beam_textclean.pipelines.command.runner import beam_option_names, choose_runner, split_arguments
from beam_textclean.pipelines.command.why import why_word
from beam_textclean.pipelines.configuration import check_for_files, check_tables, config_from_mapping
from beam_textclean.pipelines.configuration_file import read_configuration
from beam_textclean.pipelines.file_job.clean_files import clean_files
from beam_textclean.pipelines.file_job.index_files import index_held, index_of_job, merge_indexes
from beam_textclean.pipelines.file_job.inputs import Inputs, count_kinds, find_inputs
from beam_textclean.pipelines.file_job.job import Folders, Job, JobIndex
from beam_textclean.pipelines.file_job.learn_typos import check_output, learn_from_files, why_unreadable
from beam_textclean.pipelines.file_job.output_folder import begun, check_apart, check_tables_apart, limit_plan
from beam_textclean.pipelines.file_job.paths import absolute, check_filesystem, lies_in, real_path
from beam_textclean.pipelines.file_job.plan import Plan, make_plan
from beam_textclean.pipelines.file_job.result_files import check_names
from beam_textclean.pipelines.file_job.schema import Summary
from beam_textclean.pipelines.file_job.staging import exists
from beam_textclean.pipelines.file_job.stopping import JobStopped
from beam_textclean.pipelines.file_job.undo import undo
from beam_textclean.pipelines.formats.rows import Reading, Settings
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.errors import InvalidOption, TextCleanError
from beam_textclean.transforms.typos import LearnConfig
from beam_textclean.transforms.typos.languages import check_languages

DONE, FAILED, USAGE, REJECTED = 0, 1, 2, 3
_NONE = Inputs([], {}, [])
_WHILE_RUNNING = re.compile(r" \[while running '[^']*'\]$")  # which Beam adds


def run(argv: Sequence[str]) -> int:
    """Run the command.

    Args:
        argv: The arguments.

    Returns:
        The exit status.
    """
    try:
        own, beam_options = split_arguments(argv)
        arguments = make_parser().parse_args(own, beam_option_names())
        arguments.argv = list(argv)
        logging.getLogger().setLevel(logging.INFO)
        # Not by a level: Beam gives the loggers of some engines one of their own.
        logging.disable(logging.NOTSET if arguments.verbose else logging.ERROR)
        if beam_options and arguments.command not in _WITH_BEAM:
            given = ", ".join(f"--{name}" for name in beam_options)
            raise InvalidOption(f"{arguments.command} runs no Beam; it takes no {given}")
        return _COMMANDS[arguments.command](arguments, beam_options)
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)
    except TextCleanError as error:
        print(f"beam-textclean: {error}", file=sys.stderr)
        return USAGE


def _clean(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    mapping = _mapping(arguments)
    config = _configuration(arguments, mapping)
    check_for_files(config, arguments.scope)
    options, runner, sentence = choose_runner(beam_options, arguments.verbose)
    settings = Settings(arguments.text_field, arguments.id_field, arguments.max_record_bytes, arguments.csv_dialect)
    folder: AbstractContextManager[str] = nullcontext(arguments.output)
    if arguments.dry_run:
        folder = tempfile.TemporaryDirectory()
    with folder as output:
        folders = Folders(_folder(output))
        job = Job(
            folders, settings, config, arguments.scope, arguments.format, arguments.list_copies, arguments.drop_empty
        )
        plan = _plan(arguments, job)
        index = _index(arguments, mapping, job, plan)
        job = job._replace(earlier=index)
        with index_held(index), begun(job, plan, arguments.overwrite and not arguments.dry_run) as is_continued:
            notes = ["going on with the interrupted job in this folder"] * is_continued + [sentence]
            if job.learns() and not exists(job.folders.unfinished.learned):
                notes.append("typos are learned first, for which the input is read three times more")
            if job.compares_texts():
                notes.append("texts are compared; on one machine that takes up to 18 times their size of memory")
            if not arguments.quiet:
                print(*notes, sep="\n", file=sys.stderr)
            try:
                with Progress(job, plan, arguments.quiet) as progress, told_apart():
                    reporter = Reporter(arguments.argv, sentence.removeprefix("runner: "), progress, is_continued)
                    makes_report = not (arguments.no_report or arguments.dry_run)
                    summary = clean_files(job, plan, options, runner, *[reporter] * makes_report)
            except KeyboardInterrupt:
                if not arguments.dry_run:
                    print("the same command goes on from where this one stops", file=sys.stderr)
                raise
            except JobStopped as error:
                return _failed(error, arguments.verbose, "nothing was written; the same command begins anew")
            except Exception as error:
                return _failed(
                    error,
                    arguments.verbose,
                    "once the cause is fixed, the same command goes on from where this one stopped",
                )
        if arguments.json:
            print(json.dumps(summary))
        elif not arguments.quiet:
            print_summary(summary, arguments.output.rstrip("/"), arguments.dry_run, makes_report)
    return _status(summary, arguments.strict)


def _status(summary: Summary, strict: bool) -> int:
    """Return what a finished job ends with."""
    rejected, unopened = summary["counts"]["documents_rejected"], summary["unopened_files"]
    if not summary["counts"]["documents"] and (rejected or unopened):
        first = summary["first_rejected"] or unopened[0]
        return _nothing_cleaned(f"{first['file']}: {first['reason']}")
    return REJECTED if strict and (rejected or unopened or summary["rejected_references"]) else DONE


def _nothing_cleaned(reason: str) -> int:
    print(f"beam-textclean: nothing could be cleaned: {visible(reason)}", file=sys.stderr)
    return FAILED


def _folder(path: str) -> str:
    """Return a folder as workers find it, which may run in another one than this command."""
    check_filesystem(path)
    return absolute(path).rstrip("/")


def _plan(arguments: argparse.Namespace, job: Job) -> Plan:
    references = _references(arguments, job)
    inputs = _find(arguments, references)
    check_apart([*references.files, *inputs.files], [*references.folders, *inputs.folders], arguments.output)
    typos = job.config.typos
    check_tables_apart((*typos.dictionaries, *typos.learned), arguments.output)
    # References come first: of equal paragraphs the first in document order is kept.
    plan = make_plan([*references.files, *inputs.files])
    check_names(plan, arguments.format)
    return limit_plan(plan, job.settings, arguments.limit) if arguments.limit else plan


def _references(arguments: argparse.Namespace, job: Job) -> Inputs:
    if (arguments.against or arguments.list_copies) and not job.across_corpus():
        option = "--against" if arguments.against else "--list-copies"
        raise InvalidOption(f"{option} needs the duplicates pass, with --scope corpus")
    if arguments.against and job.config.duplicates.unit == "passage":
        raise InvalidOption("--against is about paragraphs or documents; duplicates.unit is 'passage'")
    return find_inputs(arguments.against, arguments.lines, are_references=True)


def _find(arguments: argparse.Namespace, references: Inputs = _NONE) -> Inputs:
    inputs = find_inputs(arguments.input, arguments.lines)
    if inputs.left_out and not arguments.quiet:
        print(f"files left out: {count_kinds(inputs.left_out)}", file=sys.stderr)
    known = {real_path(file.path) for file in references.files}
    for file in inputs.files:
        if real_path(file.path) in known:
            raise InvalidOption(f"{file.path} is both input and given with --against, which would leave nothing of it")
    return inputs


def _index(arguments: argparse.Namespace, mapping: dict[str, Any], job: Job, plan: Plan) -> JobIndex | None:
    """Find the index that the command or the configuration names, and what of it the job is compared with."""
    folder = arguments.index or mapping.get("index")
    if folder is None:
        return None
    if not isinstance(folder, str) or not folder:
        raise InvalidOption(f"index: {folder!r} is not the path of a folder")
    if not job.across_corpus():
        raise InvalidOption("--index needs the duplicates pass, with --scope corpus")
    if lies_in(folder, arguments.output) or lies_in(arguments.output, folder):
        raise InvalidOption(f"the index {folder} and the output {arguments.output} lie in each other; choose others")
    index = index_of_job(_folder(folder), plan, job.settings, job.config.duplicates)
    return index._replace(corpus="") if arguments.dry_run else index


def _mapping(arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the configuration file, if there is one."""
    return read_configuration(arguments.config) if arguments.config else {}


def _configuration(arguments: argparse.Namespace, mapping: dict[str, Any]) -> CleanConfig:
    mapping = {name: value for name, value in mapping.items() if name != "index"}
    if arguments.passes is not None:
        mapping["passes"] = arguments.passes.split(",")
    if arguments.languages is not None:
        mapping["languages"] = _languages(arguments)
    config = config_from_mapping(mapping)
    dictionaries = tuple(map(absolute, config.typos.dictionaries))  # as workers find them
    learned = tuple(map(absolute, (*config.typos.learned, *arguments.learned)))
    config = dataclasses.replace(
        config, typos=dataclasses.replace(config.typos, dictionaries=dictionaries, learned=learned)
    )
    if arguments.learn:
        config = dataclasses.replace(config, typos=dataclasses.replace(config.typos, learn=True))
    check_tables(config)
    return config


def _languages(arguments: argparse.Namespace) -> str | tuple[str, ...]:
    return "auto" if arguments.languages in (None, "auto") else tuple(map(str.strip, arguments.languages.split(",")))


def _explain(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    if not arguments.input and arguments.why is None:
        raise InvalidOption("explain needs an INPUT: files, folders, or - for a text on standard input")
    if arguments.why is not None and (arguments.json or arguments.sample):
        raise InvalidOption("--why is about one word; it takes neither --json nor --sample")
    config, marks = _configuration(arguments, _mapping(arguments)), marks_for(sys.stdout)
    settings = Settings(
        arguments.text_field, max_record_bytes=arguments.max_record_bytes, csv_dialect=arguments.csv_dialect
    )
    text = _text_to_explain(arguments)
    if text is not None or not arguments.input:
        try:
            if arguments.why is not None:
                reading = None if text is None else Reading(text)
                lines = list(why_word(arguments.why, reading, config, marks))
                lines = lines or [f"the text does not have {arguments.why!r}"]
            elif arguments.json:
                lines = [explain_bytes_as_json(text or b"", config)]
            else:
                lines = list(explain_bytes(text or b"", config, marks))
        except TextCleanError as error:
            return _nothing_cleaned(str(error))
        print(*lines, sep="\n")
        return DONE
    plan = make_plan(_find(arguments).files)
    if arguments.limit:
        plan = limit_plan(plan, settings, arguments.limit)
    documents: Iterable[Document] = documents_of(plan, settings)
    if arguments.sample:
        documents = sample_of(documents, arguments.sample)
    explained = Explained()
    if arguments.why is not None:
        lines_of_all = why_in_documents(arguments.why, documents, config, marks, explained)
    elif arguments.json:
        lines_of_all = explain_as_json(documents, config, explained)
    else:
        lines_of_all = explain_files(documents, config, marks, explained)
    for line in lines_of_all:
        print(line)
    return FAILED if explained.rejected and explained.rejected == explained.documents else DONE


def _text_to_explain(arguments: argparse.Namespace) -> bytes | None:
    """Return the text that was given itself, on standard input or with --why; None for files."""
    if arguments.input == ["-"]:
        return sys.stdin.buffer.read()
    if arguments.why is None or len(arguments.input) != 1:
        return None
    given = arguments.input[0]
    is_text = " " in given.strip() and not os.path.exists(given)
    return os.fsencode(given) if is_text else None


def _learn(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    config = LearnConfig(arguments.min_correction_count, arguments.min_ratio)
    options, runner, sentence = choose_runner(beam_options, arguments.verbose)
    settings = Settings(
        arguments.text_field, max_record_bytes=arguments.max_record_bytes, csv_dialect=arguments.csv_dialect
    )
    languages = check_languages(_languages(arguments))
    inputs = _find(arguments)
    output = check_output(arguments.output, inputs, arguments.overwrite)
    plan = make_plan(inputs.files)
    if arguments.limit:
        plan = limit_plan(plan, settings, arguments.limit)
    print(sentence, file=sys.stderr)
    reason = why_unreadable(plan, settings)
    if reason is not None:
        return _nothing_cleaned(reason)
    try:
        with told_apart():
            learnt = learn_from_files(plan, settings, languages, output, config, options, runner)
    except Exception as error:
        return _failed(error, arguments.verbose, "nothing was written")
    print(f"{learnt.proposals} proposals, {learnt.accepted} of them accepted without a review")
    print(f"written to {arguments.output}")
    return DONE


def _merge_indexes(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    merged = merge_indexes(arguments.indexes, arguments.output)
    print(f"{sum(part.digests for part in merged.parts)} fingerprints, written to {arguments.output}")
    return DONE


def _undo(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    options, runner, _ = choose_runner(beam_options, arguments.verbose)
    try:
        with told_apart():
            done = undo(_folder(arguments.folder), _folder(arguments.output), options, runner)
    except TextCleanError:
        raise
    except Exception as error:
        return _failed(error, arguments.verbose, "nothing was changed in the folder of the results")
    print(f"{counted(done.records, 'record')} in {counted(done.files, 'file')} rebuilt in {arguments.output}")
    if done.rejected:
        print(f"{done.rejected} of them are rejected records, put back where they stood")
    return DONE


def _report(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    print(f"written to {report_on(_folder(arguments.folder), arguments.output)}")
    return DONE


def _failed(error: Exception, verbose: bool, advice: str) -> int:
    if verbose:
        traceback.print_exc()
    # Beam puts the traceback of a worker into the message; its last line is the error itself.
    reason = str(error).strip().splitlines()
    last = _WHILE_RUNNING.sub("", reason[-1]) if reason else repr(error)
    print(f"beam-textclean: the job failed: {last}", file=sys.stderr)
    print(f"({advice}; --verbose shows the traceback)", file=sys.stderr)
    return FAILED


def _completion(arguments: argparse.Namespace, beam_options: dict[str, Any]) -> int:
    print(completion_script(arguments.shell))
    return DONE


_COMMANDS: dict[str, Callable[[argparse.Namespace, dict[str, Any]], int]] = {
    "clean": _clean,
    "explain": _explain,
    "report": _report,
    "undo": _undo,
    "learn-typos": _learn,
    "completion": _completion,
    "merge-indexes": _merge_indexes,
}
_WITH_BEAM = ("clean", "undo", "learn-typos")
