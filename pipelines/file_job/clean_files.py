"""The file-to-file job: blocks of the input are cleaned, later copies decided, results written.

The elements of the Beam pipeline are numbers of blocks and partitions. Text and fingerprints are in the staging folder;
no text is shuffled, unless near-duplicates or passages are searched. A stage starts when the one before has finished:
it has a side input that combines the results of that one.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.runners.runner import PipelineRunner
from apache_beam.typehints import Tuple

from beam_textclean.pipelines.file_job.clean_block import clean_block
from beam_textclean.pipelines.file_job.compare_texts import copy_of, loss_of, stage_lists, stage_losses, texts_of_block
from beam_textclean.pipelines.file_job.copies_report import join_copies
from beam_textclean.pipelines.file_job.decide_copies import decide_copies, runs_of
from beam_textclean.pipelines.file_job.exchange import is_under_way
from beam_textclean.pipelines.file_job.index_files import add_to_index
from beam_textclean.pipelines.file_job.job import Folders, Job, Results
from beam_textclean.pipelines.file_job.known_texts import KnownTexts
from beam_textclean.pipelines.file_job.layout import Layout, lay_out
from beam_textclean.pipelines.file_job.learn_typos import BlockReader
from beam_textclean.pipelines.file_job.listed_files import fault_of_summary
from beam_textclean.pipelines.file_job.outcomes import Copy, Loss
from beam_textclean.pipelines.file_job.output_folder import finish
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.proposals import write_proposals
from beam_textclean.pipelines.file_job.schema import Summary
from beam_textclean.pipelines.file_job.staging import (
    DamagedStaging,
    exists,
    read_layout,
    read_learned,
    read_plan,
    read_written,
    write_json,
    write_layout,
)
from beam_textclean.pipelines.file_job.stopping import JobStopped, marking_the_end, why_stopped
from beam_textclean.pipelines.file_job.summary import summarize
from beam_textclean.pipelines.file_job.write_block import write_block
from beam_textclean.pipelines.formats.byte_streams import delete
from beam_textclean.transforms.documents import METRICS_NAMESPACE
from beam_textclean.transforms.duplicates.across.corpus import Corpus
from beam_textclean.transforms.duplicates.beam.copies import DropCopies
from beam_textclean.transforms.duplicates.beam.passages import DropRepeatedPassages
from beam_textclean.transforms.typos import Learned, TypoProposal
from beam_textclean.transforms.typos.languages import check_languages
from beam_textclean.transforms.typos.transform import Languages, LearnTyposFrom

_DOCUMENTS = ("texts", "references")


class CleanFiles(beam.PTransform[beam.Pipeline, beam.PCollection[dict[str, int]]]):
    """Clean the files of a plan into the job's output folder.

    Applied to the beginning of a pipeline, it returns one element: the counts of the whole job.

    Args:
        job: What is to be done. Its staging folder holds the plan.
        plan: The blocks.
    """

    def __init__(self, job: Job, plan: Plan) -> None:
        super().__init__()
        self._job = job
        self._plan = plan
        self._blocks = len(plan.blocks)
        self._partitions = plan.partitions if job.across_corpus() else 0

    def expand(self, root: beam.Pipeline) -> beam.PCollection[dict[str, int]]:
        """Build the three stages."""
        learned = self._learn_typos(root)
        layout = (
            root
            | "ListBlocks" >> beam.Create(range(self._blocks), reshuffle=True)
            | "CleanBlocks" >> beam.ParDo(_CleanBlock(self._job), *learned)
            | "CollectRecordCounts" >> beam.CombineGlobally(beam.combiners.ToListCombineFn())
            | "LayOutRecords" >> beam.ParDo(_LayOut(self._job))
        )
        decide = self._compare_texts if self._job.compares_texts() else self._decide_copies
        copies = decide(root, layout) | "CountCopies" >> beam.CombineGlobally(sum)
        return (
            root
            | "ListCleanedBlocks" >> beam.Create(range(self._blocks), reshuffle=True)
            | "WriteBlocks" >> beam.ParDo(_WriteBlock(self._job), AsSingleton(layout), AsSingleton(copies))
            | "AddCounts" >> beam.CombineGlobally(_add_counts)
        )

    def _learn_typos(self, root: beam.Pipeline) -> tuple[AsSingleton, ...]:
        """Write the typos of the input, if that was asked for; a job that is continued has them already."""
        if not self._job.learns() or exists(self._job.folders.unfinished.learned):
            return ()
        languages = check_languages(self._job.config.languages)
        written = (
            root
            | "ListBlocksToLearnFrom" >> beam.Create(range(self._blocks), reshuffle=True)
            | "LearnTypos"
            >> LearnTyposFrom(_Lesson(self._job, self._plan).read, languages, typos=self._job.config.typos)
            | "CollectProposals" >> beam.CombineGlobally(beam.combiners.ToListCombineFn())
            | "WriteProposals" >> beam.Map(_write_proposals, self._job.folders)
        )
        return (AsSingleton(written),)

    def _decide_copies(self, root: beam.Pipeline, layout: beam.PCollection[int]) -> beam.PCollection[int]:
        return (
            root
            | "ListPartitions" >> beam.Create(range(self._partitions), reshuffle=True)
            | "DecideCopies" >> beam.ParDo(_DecideCopies(self._job), AsSingleton(layout))
        )

    def _compare_texts(self, root: beam.Pipeline, layout: beam.PCollection[int]) -> beam.PCollection[int]:
        """Find near-duplicates or passages as across a PCollection, and stage what the documents lose."""
        config = self._job.config.duplicates
        documents = (
            root
            | "ListBlocksOfTexts" >> beam.Create(range(self._blocks), reshuffle=True)
            | "ReadTexts" >> beam.ParDo(_ReadTexts(self._job), AsSingleton(layout)).with_outputs(*_DOCUMENTS)
        )
        for name in _DOCUMENTS:
            documents[name].element_type = Tuple[int, str]
        corpus = Corpus(config, "text", "id")
        if config.unit == "passage":
            compared = documents.texts | "DropPassages" >> DropRepeatedPassages(corpus, True)
        else:
            compared = documents.texts | "DropCopies" >> DropCopies(corpus, True, documents.references)
        # Every block and every partition is there, with what belongs to it or with nothing.
        losses = (
            (
                compared.changes | "TakeLosses" >> beam.Map(loss_of),
                root | "EveryBlock" >> beam.Create([(block, None) for block in range(self._blocks)]),
            )
            | "FlattenLosses" >> beam.Flatten()
            | "GroupByBlock" >> beam.GroupByKey()
            | "StageLosses" >> beam.ParDo(_StageLosses(self._job))
        )
        lists = (
            (
                compared.changes | "TakeCopies" >> beam.Map(copy_of, config, self._partitions),
                root | "EveryPartition" >> beam.Create([(partition, None) for partition in range(self._partitions)]),
            )
            | "FlattenCopies" >> beam.Flatten()
            | "GroupByPartition" >> beam.GroupByKey()
            | "StageLists" >> beam.ParDo(_StageLists(self._job))
        )
        return (losses, lists) | "FlattenStaged" >> beam.Flatten()


class _StageDoFn(beam.DoFn):
    """A stage's work on the plan in the staging folder, which is read once by a worker."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._known_layout: Layout | None = None

    def setup(self) -> None:
        gc.freeze()  # what Beam's modules hold is kept anyway; that the collector passes it over saves 6 %
        self._plan = read_plan(self._job.folders)

    def _layout(self) -> Layout:
        """Return where records are, which is known once all blocks are cleaned."""
        if self._known_layout is None:
            self._known_layout = read_layout(self._job.folders, self._plan)
        return self._known_layout


class _CleanBlock(_StageDoFn):
    def setup(self) -> None:
        super().setup()
        self._known = KnownTexts()
        self._known_learned: Learned | None = None

    def process(self, block: int, barrier: int = 0) -> Iterator[tuple[int, list[int]]]:
        with marking_the_end(self._job.folders):
            yield block, clean_block(self._job, self._plan, block, self._known, self._learned()).records

    def _learned(self) -> Learned | None:
        """Return the typos that were learned, if that was asked for, once they are written."""
        if self._known_learned is None and self._job.learns():
            self._known_learned = read_learned(self._job.folders)
        return self._known_learned


class _Lesson(NamedTuple):
    """What is learned from: the texts of the job's blocks."""

    job: Job
    plan: Plan

    def read(self, block: int) -> Iterator[tuple[str, Languages]]:
        """Read the texts of a block."""
        with marking_the_end(self.job.folders):
            yield from BlockReader(self.plan, self.job.settings, self.job.config).read(block)


def _write_proposals(proposals: list[TypoProposal], folders: Folders) -> int:
    with folders.create(folders.unfinished.learned) as file:
        write_proposals(file, proposals)
    return len(proposals)


class _LayOut(_StageDoFn):
    def process(self, records: list[tuple[int, list[int]]]) -> Iterator[int]:
        layout = lay_out(self._plan, dict(records))
        write_layout(self._job.folders, layout)
        yield sum(extent.records for block in layout.extents for extent in block)


class _DecideCopies(_StageDoFn):
    def setup(self) -> None:
        super().setup()
        self._runs = lru_cache(maxsize=4096)(partial(runs_of, self._job.folders))

    def process(self, partition: int, barrier: int) -> Iterator[int]:
        with marking_the_end(self._job.folders):
            yield decide_copies(self._job, self._layout(), self._runs, partition)


class _ReadTexts(_StageDoFn):
    def process(self, block: int, barrier: int) -> Iterator[Any]:
        with marking_the_end(self._job.folders):
            for is_reference, document in texts_of_block(self._job, self._plan, block):
                yield TaggedOutput(_DOCUMENTS[is_reference], document)


class _StageLosses(_StageDoFn):
    def process(self, group: tuple[int, Iterable[Loss | None]]) -> Iterator[int]:
        losses = (loss for loss in group[1] if loss is not None)
        yield stage_losses(self._job.folders, self._layout(), group[0], losses)


class _StageLists(_StageDoFn):
    def process(self, group: tuple[int, Iterable[Copy | None]]) -> Iterator[int]:
        copies = (copy for copy in group[1] if copy is not None)
        stage_lists(self._job, self._layout(), group[0], copies)
        yield 0  # they are counted where they are staged


class _WriteBlock(_StageDoFn):
    def process(self, block: int, *barriers: int) -> Iterator[dict[str, int]]:
        with marking_the_end(self._job.folders):
            counts = write_block(self._job, self._layout(), block).counts
        for name, count in counts.items():
            Metrics.counter(METRICS_NAMESPACE, name).inc(count)
        yield counts


def _add_counts(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    return dict(sum(map(Counter, counts), Counter()))


def _summary_of(job: Job, plan: Plan) -> Summary:
    """Return the summary of what the blocks report.

    Raises:
        DamagedStaging: They did not report it.
    """
    try:
        summary = summarize(job, plan, [read_written(job.folders, number) for number in range(len(plan.blocks))])
        fault = fault_of_summary(summary)
    except (LookupError, TypeError, ValueError) as error:
        raise DamagedStaging(f"what is staged of the results is damaged: {error!r}") from error
    if fault:
        raise DamagedStaging(f"what is staged of the results is damaged: {fault}")
    return summary


def clean_files(
    job: Job,
    plan: Plan,
    options: PipelineOptions,
    runner: str | PipelineRunner | None = None,
    report: Callable[[Results], str | None] = lambda _: None,
) -> Summary:
    """Run the job and write its summary.

    Args:
        job: What is to be done.
        plan: The blocks.
        options: Beam's options.
        runner: A Beam runner, or its name; None means the one in the options.
        report: Returns the page of the report, or None for no report, when it is given the results.

    Returns:
        The summary, as it is in ``summary.json``.

    Raises:
        JobStopped: It cannot be continued, as an input file has changed. Nothing is left of it.
        RuntimeError: The job failed. What it staged is kept, and the same call continues from there.
    """
    try:
        with beam.Pipeline(runner=runner, options=options) as pipeline:
            pipeline | "CleanFiles" >> CleanFiles(job, plan)
        with marking_the_end(job.folders):
            summary = _summary_of(job, plan)
    except Exception as error:
        reason = why_stopped(job.folders)
        if reason is None:
            raise
        delete(job.folders.staging)
        raise JobStopped(reason) from error
    if job.lists_copies:
        join_copies(job, plan.partitions)
    write_json(job.folders, job.folders.unfinished.summary, summary, indent=2)
    if job.earlier is not None and job.earlier.corpus:
        add_to_index(job.folders, job.earlier, plan.partitions)
    page = None if is_under_way(job.folders) else report(job.folders.unfinished)
    if page is not None:
        with job.folders.create(job.folders.unfinished.report) as file:
            file.write(page.encode("utf-8"))
    finish(job.folders)
    return summary
