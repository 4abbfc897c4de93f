"""The job behind ``beam-textclean learn-typos``: the proposals of `LearnTypos` from files, as a CSV file to review.

The elements of the pipeline are numbers of blocks, as in the cleaning job. Each of the three readings reads the files
of a block again and makes the passes that come before the typo pass, so that no text is shuffled.
"""

import os.path
from collections.abc import Iterator
from typing import NamedTuple

import apache_beam as beam
from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner

from beam_textclean.pipelines.file_job.clean_record import naming_defects, reason_of, text_before
from beam_textclean.pipelines.file_job.inputs import Inputs
from beam_textclean.pipelines.file_job.output_folder import OutputExists, check_apart
from beam_textclean.pipelines.file_job.paths import absolute, lies_in
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.proposals import Learnt, count_proposals, write_proposals
from beam_textclean.pipelines.file_job.stopping import reading, why_not_opened
from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.rows import Row, Settings, Unreadable
from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.errors import InvalidOption, TextCleanError
from beam_textclean.transforms.typos import LearnConfig
from beam_textclean.transforms.typos.languages import check_languages
from beam_textclean.transforms.typos.learned import TypoProposal
from beam_textclean.transforms.typos.transform import Languages, LearnTyposFrom


class BlockReader(NamedTuple):
    """Reads the texts of a block, given its number, as the typo pass receives them.

    Attributes:
        plan: The blocks.
        settings: How records are read.
        config: How texts are cleaned.
    """

    plan: Plan
    settings: Settings
    config: CleanConfig

    def read(self, number: int) -> Iterator[tuple[str, Languages]]:
        """Yield the texts that can be read, each with the languages to learn; references are not learned from.

        The cleaning job reports which texts cannot be read, and why.

        Raises:
            InputChanged: A file has changed since the job began.
        """
        languages = check_languages(self.config.languages)
        for piece in self.plan.blocks[number]:
            file = self.plan.files[piece.file]
            if file.is_reference or why_not_opened(file.path) is not None:
                continue
            with reading(file):
                for row in self.plan.rows(piece, self.settings):
                    text = self._text_of(row)
                    if text is not None:
                        yield text, languages

    def _text_of(self, row: Row | Unreadable) -> str | None:
        if isinstance(row, Unreadable):
            return None
        try:
            with naming_defects():
                return text_before("typos", row.read(), self.config)
        except TextCleanError:
            return None


def check_output(output: str, inputs: Inputs, overwrite: bool) -> str:
    """Check that the proposals can be written, before anything is read.

    Args:
        output: The file to write.
        inputs: The input.
        overwrite: Whether it may replace a file.

    Returns:
        The file, with its whole path where it is a local one.

    Raises:
        OutputExists: There is such a file already.
        InvalidOption: It is one of the input files, would be read with them, or cannot be written.
    """
    path = absolute(output)
    if os.path.isdir(path):
        raise InvalidOption(f"the output {output} is a folder; --output names a file")
    if any(lies_in(file.path, path) for file in inputs.files):
        raise InvalidOption(f"the output {output} is one of the input files; choose another --output")
    check_apart([], inputs.folders, path)
    if FileSystems.exists(path) and not overwrite:
        raise OutputExists(f"{output} exists already; --overwrite replaces it, or choose another --output")
    try:
        _create(path).discard()
    except (OSError, BeamIOError) as error:
        raise InvalidOption(f"cannot write {output}: {error}") from error
    return path


def why_unreadable(plan: Plan, settings: Settings) -> str | None:
    """Return why the first record cannot be read where no other can be either; None where there is one, or no record.

    No more is read than up to the first record that can be read.
    """
    first: str | None = None
    for piece in (piece for block in plan.blocks for piece in block):
        for row in plan.rows(piece, settings):
            try:
                if isinstance(row, Unreadable):
                    raise row.error
                row.read()
            except TextCleanError as error:
                first = first or f"{plan.files[piece.file].name}: {reason_of(error)}"
                continue
            return None
    return first


def learn_from_files(
    plan: Plan,
    settings: Settings,
    languages: Languages,
    output: str,
    config: LearnConfig,
    options: PipelineOptions,
    runner: str | PipelineRunner | None = None,
) -> Learnt:
    """Learn from the files of a plan and write the proposals.

    Args:
        plan: The blocks.
        settings: How records are read.
        languages: The languages that are learned, as `check_languages` returns them.
        output: The file to write, as `check_output` returns it; it appears when it is whole.
        config: What counts as evidence.
        options: Beam's options.
        runner: A Beam runner, or its name; None means the one in the options.

    Returns:
        How many proposals there are.

    Raises:
        RuntimeError: The job failed.
    """
    reader = BlockReader(plan, settings, CleanConfig(languages=languages or "auto"))
    with beam.Pipeline(runner=runner, options=options) as pipeline:
        _ = (
            pipeline
            | "ListBlocks" >> beam.Create(range(len(plan.blocks)), reshuffle=True)
            | "LearnTypos" >> LearnTyposFrom(reader.read, languages, config)
            | "CollectProposals" >> beam.CombineGlobally(beam.combiners.ToListCombineFn())
            | "WriteProposals" >> beam.Map(_write, output)
        )
    return count_proposals(output)


def _write(proposals: list[TypoProposal], path: str) -> None:
    with _create(path) as file:
        write_proposals(file, proposals)


def _create(path: str) -> OutputFile:
    return OutputFile(path, f"{path}.unfinished")
