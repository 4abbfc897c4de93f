"""`LearnTypos` over PCollections, and `FixTypos` with what it finds, or with a dictionary, as a side input."""

from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.error_handling import CollectingErrorHandler
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from beam_textclean.transforms import (
    FixTypos,
    InvalidOption,
    LearnConfig,
    LearnTypos,
    MissingField,
    TypoProposal,
    TyposConfig,
    UnknownLanguage,
    WrongElementType,
    learn_typos,
)
from element_kinds import Page

pytestmark = pytest.mark.jobs

PROSE = [
    "Ils sont partis avec les gribouldis dans le nord du pays.",
    "Des soldats en servant à nos côtés ont risqué leur vie dans ce pays.",
] * 12
TYPO = "Ils sont partis avec les griboudlis dans le nord."
FIXED = "Ils sont partis avec les gribouldis dans le nord."
WORD = "Un soldat en sevrant à Kaboul a risqué la vie de ses amis."
TEXTS = [*PROSE, TYPO, WORD]


def found(proposals: list[TypoProposal]) -> list[tuple[str, str]]:
    return sorted((proposal.typo, proposal.correction) for proposal in proposals)


def test_the_transform_finds_what_the_function_finds() -> None:
    proposals = sorted(TEXTS | LearnTypos(("fr",)))
    assert proposals == learn_typos(TEXTS, ("fr",))
    assert found(proposals) == [("griboudlis", "gribouldis"), ("sevrant", "servant")]


def test_typos_are_learned_from_every_kind_of_element() -> None:
    step = LearnTypos(("fr",))
    expected = sorted(TEXTS | step)
    assert sorted([(number, text) for number, text in enumerate(TEXTS)] | step) == expected
    assert sorted([{"text": text} for text in TEXTS] | step) == expected
    assert sorted([Page(str(number), text) for number, text in enumerate(TEXTS)] | step) == expected


@pytest.mark.parametrize("bundles", [1, 5])
def test_bundles_and_the_order_of_documents_make_no_difference(bundles: int) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        parts = [
            pipeline | f"Create{part}" >> beam.Create(TEXTS[::-1][part::bundles], reshuffle=False)
            for part in range(bundles)
        ]
        proposals = parts | beam.Flatten() | beam.Reshuffle() | LearnTypos(("fr",))
        assert_that(proposals, equal_to(learn_typos(TEXTS, ("fr",))))


def test_the_windows_of_the_documents_are_one_corpus() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        documents = (
            pipeline
            | beam.Create(list(enumerate(TEXTS)))
            | beam.MapTuple(lambda number, text: TimestampedValue(text, number)).with_output_types(str)
            | beam.WindowInto(FixedWindows(5))
        )
        proposals = documents | LearnTypos(("fr",))
        assert_that(proposals, equal_to(learn_typos(TEXTS, ("fr",))), label="proposals")
        cleaned = documents | FixTypos(("fr",), learned=proposals)
        expected = [*PROSE, FIXED, WORD.replace("sevrant", "servant")]
        assert_that(cleaned, equal_to(expected), label="cleaned")


def test_a_corpus_is_cleaned_with_what_it_teaches_in_one_job(counters_of: Callable[..., dict[str, int]]) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    documents = pipeline | beam.Create([{"id": str(number), "text": text} for number, text in enumerate(TEXTS)])
    cleaned = documents | "Fix" >> FixTypos(("fr",), learned=documents | LearnTypos(("fr",))).with_changes()
    changes = cleaned.changes | beam.Map(lambda change: (change.id, change.rule, change.before, change.after))
    assert_that(
        changes,
        equal_to([("24", "learned", "griboudlis", "gribouldis"), ("25", "learned", "sevrant", "servant")]),
    )
    assert counters_of(pipeline.run(), "Fix")["typos_learned"] == 2


def test_the_pass_learns_from_its_own_input_where_it_is_told_to() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        with CollectingErrorHandler() as handler:
            documents = pipeline | beam.Create([*enumerate(TEXTS), (-1, None)])
            step = FixTypos(("fr",), TyposConfig(learn=True, allow=("sevrant",))).with_error_handler(handler)
            assert_that(documents | step, equal_to([*enumerate([*PROSE, FIXED, WORD])]), label="cleaned")
        assert_that(handler.output() | beam.Map(lambda error: error[0]), equal_to([(-1, None)]), label="rejected")


def test_what_can_never_be_learned_is_refused_while_the_pipeline_is_built() -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    config = TyposConfig(learn=True)
    with pytest.raises(InvalidOption, match="unbounded"):
        _ = pipeline | "Endless" >> TestStream(coder=beam.coders.StrUtf8Coder()) | FixTypos(config=config)
    with pytest.raises(InvalidOption, match="choose one of them"):
        FixTypos(config=config, learned=pipeline | "Pairs" >> beam.Create([("a", "b")]))


def test_proposals_that_nobody_accepted_are_not_applied() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        proposals = learn_typos(TEXTS, ("fr",))
        refused = pipeline | "Proposals" >> beam.Create([proposal._replace(accept=False) for proposal in proposals])
        cleaned = pipeline | "Texts" >> beam.Create([TYPO, WORD]) | FixTypos(("fr",), learned=refused)
        assert_that(cleaned, equal_to([TYPO, WORD]))


def test_a_dictionary_may_be_a_side_input() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        pairs = pipeline | "Pairs" >> beam.Create([("griboudlis", "gribouldis"), ("Beem", "beam")])
        cleaned = pipeline | "Texts" >> beam.Create([TYPO, "Avec le beem dans le nord."])
        assert_that(cleaned | FixTypos(learned=pairs), equal_to([FIXED, "Avec le beam dans le nord."]))


def test_an_empty_side_input_changes_nothing() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        pairs = pipeline | "Pairs" >> beam.Create([])
        cleaned = pipeline | "Texts" >> beam.Create([TYPO, "Un evenement dans la ville."]) | FixTypos(learned=pairs)
        assert_that(cleaned, equal_to([TYPO, "Un événement dans la ville."]))


def test_one_pipeline_knows_nothing_of_the_entries_of_another() -> None:
    for correction in ("gribouldis", "gribouille", None):
        with TestPipeline(runner="FnApiRunner") as pipeline:
            pairs = [] if correction is None else [("griboudlis", correction)]
            learned = pipeline | "Pairs" >> beam.Create(pairs)
            cleaned = pipeline | "Texts" >> beam.Create([TYPO]) | FixTypos(("fr",), learned=learned)
            assert_that(cleaned, equal_to([TYPO.replace("griboudlis", correction or "griboudlis")]))
    assert [TYPO] | FixTypos(("fr",)) == [TYPO]


def test_two_corrections_for_one_typo_fail_the_job_and_are_named() -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    pairs = pipeline | "Pairs" >> beam.Create([("beem", "bream"), ("beem", "beam")])
    _ = pipeline | "Texts" >> beam.Create([TYPO]) | FixTypos(learned=pairs)
    with pytest.raises(Exception, match="two corrections, 'beam' and 'bream'"):
        pipeline.run()


def test_entries_that_never_are_complete_are_refused_while_the_pipeline_is_built() -> None:
    pairs = TestPipeline(runner="FnApiRunner") | "Pairs" >> TestStream()
    with pytest.raises(InvalidOption, match="learned is unbounded"):
        FixTypos(learned=pairs)


def test_bad_elements_go_to_the_error_handler_beside_a_side_input() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        pairs = pipeline | "Pairs" >> beam.Create([("griboudlis", "gribouldis")])
        with CollectingErrorHandler() as handler:
            records = pipeline | "Texts" >> beam.Create([{"text": TYPO}, {"text": None}])
            cleaned = records | FixTypos(("fr",), learned=pairs).with_error_handler(handler)
            assert_that(cleaned, equal_to([{"text": FIXED}]), label="cleaned")
        rejected = handler.output() | beam.Map(lambda error: error[0])
        assert_that(rejected, equal_to([{"text": None}]), label="rejected")


def test_the_language_of_the_record_wins() -> None:
    records = [{"text": text, "lang": "fr-CA"} for text in PROSE]
    step = LearnTypos(language_field="lang")
    assert found([*records, {"text": TYPO, "lang": "fr"}] | step) == [("griboudlis", "gribouldis")]
    assert [*records, {"text": TYPO, "lang": "la"}] | step == []


def test_a_limit_keeps_the_candidates_with_the_most_frequent_corrections() -> None:
    step = LearnTypos(("fr",), LearnConfig(max_candidates=1))
    more = ["Ils sont partis avec les gribouldis dans le nord du pays."] * 5
    assert found([*TEXTS, *more] | step) == [("griboudlis", "gribouldis")]


def test_a_wrong_choice_or_element_fails_early() -> None:
    with pytest.raises(UnknownLanguage, match="'tlh'"):
        LearnTypos(("tlh",))
    pipeline = beam.Pipeline()
    with pytest.raises(WrongElementType, match="NormalizeEncoding makes str of bytes"):
        _ = pipeline | "Bytes" >> beam.Create([b"un"]) | "LearnBytes" >> LearnTypos()
    with pytest.raises(MissingField, match="'lang'"):
        _ = pipeline | "Pages" >> beam.Create([Page("1", "un")]) | "LearnPages" >> LearnTypos(language_field="lang")


def test_a_text_that_is_none_fails_the_job_and_is_named() -> None:
    with pytest.raises(Exception, match="document '7'"):
        _ = [{"id": "7", "text": None}, {"id": "8", "text": TYPO}] | LearnTypos()


def test_the_transform_can_be_pickled() -> None:
    step: Any = pickler.loads(pickler.dumps(LearnTypos(("fr",))))
    assert sorted(TEXTS | step) == learn_typos(TEXTS, ("fr",))
