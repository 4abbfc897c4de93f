"""The graph of a job: what an engine must be able to run, and what must not change between two versions."""

import json
import tarfile
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.runners.portability.stager import Stager
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows

from beam_textclean.pipelines import CleanConfig, CleanCorpus
from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig, FixTypos, NormalizeEncoding

ROOT = Path(__file__).parents[2]
STEPS = Path(__file__).parents[1] / "cases" / "streaming_steps.json"
CLEANED = "En servant à nos côtés, ils ont aidé."


class _Steps(PipelineVisitor):
    """Collects the steps that have a name of ours, the shuffles, and the side inputs."""

    def __init__(self) -> None:
        self.named: list[str] = []
        self.shuffles = self.side_inputs = 0

    def enter_composite_transform(self, node: AppliedPTransform) -> None:
        self._visit(node)

    def visit_transform(self, node: AppliedPTransform) -> None:
        self._visit(node)
        self.side_inputs += len(node.side_inputs)

    def _visit(self, node: AppliedPTransform) -> None:
        self.shuffles += isinstance(node.transform, beam.GroupByKey)
        if node.parent is not None and type(node.parent.transform).__module__.startswith("beam_textclean"):
            self.named.append(node.full_label)


def _steps(step: Any, kind: str = "documents") -> _Steps:
    pipeline = beam.Pipeline()
    documents = pipeline | "Documents" >> beam.Create([("1", "un")], reshuffle=False)
    if kind == "stream":
        documents = documents | "Windows" >> beam.WindowInto(FixedWindows(60))
    if kind == "reference":
        step = step(against=pipeline | "Known" >> beam.Create([("2", "deux")], reshuffle=False))
    _ = documents | "Clean" >> step
    found = _Steps()
    pipeline.visit(found)
    return found


@pytest.mark.parametrize(
    ("step", "shuffles", "side_inputs"),
    [
        (NormalizeEncoding(), 0, 0),
        (FixTypos(), 0, 0),
        (CollapseDuplicateParagraphs(), 0, 0),
        (CleanCorpus(), 3, 1),
        (CleanCorpus(CleanConfig(duplicates=DuplicatesConfig(near=0.8))), 9, 2),
        (CleanCorpus(CleanConfig(duplicates=DuplicatesConfig(unit="passage"))), 4, 0),
    ],
    ids=["encoding", "typos", "within", "corpus", "near", "passage"],
)
def test_a_transform_shuffles_no_more_than_docs_design_says(step: Any, shuffles: int, side_inputs: int) -> None:
    found = _steps(step)
    assert (found.shuffles, found.side_inputs) == (shuffles, side_inputs)


def test_a_reference_adds_no_shuffle() -> None:
    assert _steps(CleanCorpus, "reference").shuffles == 3


def test_the_steps_of_a_stream_keep_their_names() -> None:
    """Dataflow and Flink update a running job by the names of its steps: whoever changes them changes the file."""
    assert _steps(CleanCorpus(), "stream").named == json.loads(STEPS.read_text(encoding="utf-8"))


@pytest.mark.jobs
@pytest.mark.parametrize("library", ["cloudpickle", "dill"])
def test_a_pipeline_can_be_pickled_by_both_of_beams_picklers(library: str) -> None:
    if library == "dill":
        pytest.importorskip("dill", reason="Beam's extra dill is not installed")
    pages = [("1", "En sevrant à nos côtés, ils ont aidé."), ("2", "L'Ã©tÃ©.")]
    options = PipelineOptions([f"--pickle_library={library}", "--runner=FnApiRunner"])
    try:
        with beam.Pipeline(options=options) as pipeline:
            step = CleanCorpus(languages=("fr",), order_by=lambda page: page[0])
            assert_that(pipeline | beam.Create(pages) | step, equal_to([("1", CLEANED), ("2", "L'été.")]))
    finally:
        pickler.set_library(pickler.DEFAULT_PICKLE_LIB)


@pytest.mark.jobs
def test_the_package_that_is_staged_for_dataflow_is_whole(tmp_path: Path) -> None:
    options = PipelineOptions([f"--setup_file={ROOT / 'setup.py'}", "--sdk_location=container"])
    Stager.create_job_resources(options, str(tmp_path), log_submission_env_dependencies=False)
    staged = next(tmp_path.glob("*.tar.gz"))
    with tarfile.open(staged) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        str(path.relative_to(ROOT))
        for folder in ("transforms", "pipelines")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - inside == set()


@pytest.mark.jobs
def test_dataflow_takes_the_job_up_to_its_submission() -> None:
    pytest.importorskip("apitools", reason="Beam's extra gcp is not installed")
    options = PipelineOptions(
        [
            *("--runner=DataflowRunner", "--project=some-project", "--region=europe-west1", "--dry_run=true"),
            *("--temp_location=gs://bucket/temp", "--staging_location=gs://bucket/staging", "--sdk_location=container"),
            f"--setup_file={ROOT / 'setup.py'}",
        ]
    )
    pipeline = beam.Pipeline(options=options)
    _ = pipeline | beam.Create([("1", "un")], reshuffle=False) | CleanCorpus()
    graph = pipeline.run().job.proto_pipeline.components
    names = {transform.unique_name for transform in graph.transforms.values()}
    assert "CleanCorpus/CollapseDuplicateParagraphs/DropCopies/DropDuplicates" in names
    assert {environment.urn for environment in graph.environments.values()} == {"beam:env:docker:v1"}
