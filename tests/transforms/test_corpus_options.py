"""What `CollapseDuplicateParagraphs` does across a corpus by choice: near-duplicates, documents, a reference ..."""

import random
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream
from apache_beam.testing.util import assert_that, equal_to, equal_to_per_window
from apache_beam.transforms.error_handling import CollectingErrorHandler
from apache_beam.transforms.window import FixedWindows, IntervalWindow, TimestampedValue

from beam_textclean.pipelines import CleanConfig, CleanCorpus
from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows
from beam_textclean.transforms.errors import InvalidOption, MissingField, WrongElementType
from beam_textclean.transforms.records import revert_changes

pytestmark = pytest.mark.jobs

NEWS = (
    "Le Pentagone assure qu'il n'utilisera pas l'aéroport international de Kaboul pour mener des frappes contre les "
    "talibans. Le Royaume-Uni va déployer temporairement environ six cents {} pour aider ses ressortissants à quitter "
    "le pays, et le Canada enverra des forces spéciales pour fermer son ambassade avant la fin de la semaine."
)
SOLDIERS, TROOPS = NEWS.format("soldats"), NEWS.format("militaires")
TALIBAN = "Ils rejoindront les quelque 650 soldats américains encore en Afghanistan."
FEWER = TALIBAN.replace("650", "350")
FOOTER = "Tous droits réservés. Toute reproduction, même partielle, est interdite."


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def corpus(**options: Any) -> CollapseDuplicateParagraphs:
    return CollapseDuplicateParagraphs(DuplicatesConfig(**options), scope="corpus")


Near = corpus(near=0.8)


def test_a_near_duplicate_goes_and_the_change_says_what_stays_and_how_near_it_is(
    counters_of: Callable[..., dict[str, int]],
) -> None:
    pages = {"1": text("Kaboul", SOLDIERS, TALIBAN), "2": text(FEWER, TROOPS)}
    documents, changes = list(pages.items()) | Near.with_changes()
    assert dict(documents) == {"1": pages["1"], "2": FEWER}
    [change] = changes
    assert (change.step, change.rule, change.before) == ("corpus_duplicates", "near", "\n\n" + TROOPS)
    detail = change.detail
    assert pages[detail["kept_id"]][detail["kept_start"] : detail["kept_end"]] == SOLDIERS
    one, other = (windows(fold_run(side, DuplicatesConfig())) for side in (SOLDIERS, TROOPS))
    assert detail["jaccard"] == round(jaccard(one, other), 4) >= 0.8
    assert revert_changes(FEWER, [change.change()]) == pages["2"]

    pipeline = TestPipeline(runner="FnApiRunner")
    _ = pipeline | beam.Create([*pages.items(), ("3", text(TALIBAN, TROOPS))]) | "Collapse" >> Near
    counters = counters_of(pipeline.run(), "Collapse")
    assert counters == {
        "documents": 3,
        "documents_changed": 2,
        "corpus_duplicates_near": 2,
        "corpus_duplicates_exact": 1,
    }


def test_without_near_what_is_nearly_equal_stays() -> None:
    pages = [("1", SOLDIERS), ("2", TROOPS)]
    assert sorted(pages | corpus()) == pages


def test_copies_of_a_near_duplicate_go_too_and_name_what_stays() -> None:
    pages = [("1", SOLDIERS), ("2", TROOPS), ("3", text("Londres", TROOPS)), ("4", SOLDIERS)]
    documents, changes = pages | Near.with_changes()
    assert dict(documents) == {"1": SOLDIERS, "2": "", "3": "Londres", "4": ""}
    assert {(change.id, change.rule, change.detail["kept_id"]) for change in changes} == {
        ("2", "near", "1"),
        ("3", "near", "1"),
        ("4", "exact", "1"),
    }


def test_near_duplicates_within_one_document_go_too() -> None:
    assert [("1", text(SOLDIERS, TALIBAN, TROOPS))] | Near == [("1", text(SOLDIERS, TALIBAN))]


def test_the_threshold_and_the_folds_decide_what_is_near() -> None:
    pages = [("1", SOLDIERS), ("2", TROOPS)]
    assert sorted(pages | corpus(near=0.99)) == pages
    shouted = [("1", SOLDIERS), ("2", TROOPS.upper())]
    assert sorted(shouted | Near) == shouted
    assert dict(shouted | corpus(near=0.8, folds=("case",)))["2"] == ""


def near_corpus(seed: int) -> list[tuple[int, str]]:
    """Documents of paragraphs of which most are one of six with up to three words changed: clusters, chains, copies."""
    generator = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(generator.choices(letters, k=generator.randint(3, 9))) for _ in range(300)]
    stock = [generator.choices(words, k=60) for _ in range(6)]
    pages = []
    for number in range(40):
        paragraphs = []
        for _ in range(generator.randint(1, 3)):
            paragraph = list(generator.choice(stock))
            for _ in range(generator.randint(0, 3)):
                paragraph[generator.randrange(60)] = generator.choice(words)
            paragraphs.append(" ".join(paragraph) + ".")
        pages.append((number, text(*paragraphs)))
    return pages


def near_losers(pages: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """The reference: a plain loop that compares every paragraph with all that stayed before it."""
    kept: list[set[str]] = []
    losers = set()
    for number, page in pages:
        for paragraph in page.split("\n\n"):
            folded = paragraph.replace(" ", "")
            mine = {folded[start : start + 16] for start in range(len(folded) - 15)}
            if any(len(mine & other) / len(mine | other) >= 0.8 for other in kept):
                losers.add((number, paragraph))
            else:
                kept.append(mine)
    return losers


@pytest.mark.parametrize("seed", range(2))
def test_what_goes_is_what_a_plain_loop_takes_whatever_order_the_documents_arrive_in(seed: int) -> None:
    pages = near_corpus(seed)
    documents, changes = pages | Near.with_changes()
    gone = {(int(change.id), change.before.strip()) for change in changes if change.step == "corpus_duplicates"}
    assert gone == near_losers(pages)
    shuffled = random.Random(seed).sample(pages, len(pages))
    again, changes_again = shuffled | beam.Reshuffle() | Near.with_changes()
    assert sorted(again) == sorted(documents)
    assert sorted(changes_again, key=repr) == sorted(changes, key=repr)


@pytest.mark.parametrize("workers", [2, 3])
def test_more_workers_and_smaller_bundles_give_the_same(workers: int) -> None:
    pages = near_corpus(2)
    options = PipelineOptions([f"--direct_num_workers={workers}", "--direct_running_mode=multi_threading"])
    with TestPipeline(runner="FnApiRunner", options=options) as pipeline:
        cleaned = pipeline | beam.Create(reversed(pages)) | beam.Reshuffle() | Near
        assert_that(cleaned, equal_to(pages | Near))


def test_near_duplicates_are_found_in_each_window_of_a_stream() -> None:
    stream = (
        TestStream()
        .add_elements([TimestampedValue(("1", SOLDIERS), 5), TimestampedValue(("2", TROOPS), 50)])
        .advance_watermark_to(61)
        .add_elements([TimestampedValue(("3", TROOPS), 70)])
        .advance_watermark_to_infinity()
    )
    with TestPipeline(options=PipelineOptions(["--streaming"])) as pipeline:
        documents = pipeline | stream | "IntoWindows" >> beam.WindowInto(FixedWindows(60)) | Near
        expected = {IntervalWindow(0, 60): [("1", SOLDIERS), ("2", "")], IntervalWindow(60, 120): [("3", TROOPS)]}
        assert_that(documents, equal_to_per_window(expected), reify_windows=True)


def test_an_order_that_cannot_be_compared_fails_saying_so() -> None:
    pages = [{"id": "1", "text": SOLDIERS, "date": 1}, {"id": "2", "text": TROOPS, "date": "2021"}]
    with pytest.raises(Exception, match="the documents cannot be put in order"):
        _ = pages | CollapseDuplicateParagraphs(DuplicatesConfig(near=0.8), scope="corpus", order_by="date")


def test_of_documents_that_are_copies_as_a_whole_the_later_one_is_left_empty() -> None:
    pages = {
        "1": text("Kaboul", TALIBAN, TALIBAN),
        "2": text("Kaboul", TALIBAN, TALIBAN) + "\n",
        "3": text("Londres", TALIBAN),
        "4": "Kaboul",
        "5": "Kaboul",
    }
    documents, changes = list(pages.items()) | corpus(unit="document").with_changes()
    assert dict(documents) == pages | {"2": ""}
    [change] = changes
    assert (change.id, change.step, change.rule) == ("2", "corpus_duplicates", "exact")
    assert change.detail == {"kept_id": "1", "kept_start": 0, "kept_end": len(pages["1"])}
    assert revert_changes("", [change.change()]) == pages["2"]


def test_of_documents_that_are_near_the_later_one_is_left_empty() -> None:
    pages = {"1": text("Kaboul", SOLDIERS), "2": text("Kaboul", TROOPS), "3": text(SOLDIERS, SOLDIERS[::-1])}
    documents, changes = list(pages.items()) | corpus(unit="document", near=0.8).with_changes()
    assert dict(documents) == pages | {"2": ""}
    [change] = changes
    assert (change.rule, change.detail["kept_id"]) == ("near", "1")


def test_of_documents_equal_in_id_and_text_one_stays() -> None:
    assert sorted(3 * [("1", TALIBAN)] | corpus(unit="document")) == [("1", ""), ("1", ""), ("1", TALIBAN)]
    assert sorted(2 * [("2", TROOPS)] + [("1", SOLDIERS)] | Near) == [("1", SOLDIERS), ("2", ""), ("2", "")]


def test_what_stands_in_the_reference_goes_and_the_reference_is_not_put_out(
    counters_of: Callable[..., dict[str, int]],
) -> None:
    pages = [("1", text(TALIBAN, FOOTER)), ("2", text(SOLDIERS, FOOTER, SOLDIERS)), ("3", text(FOOTER, SOLDIERS))]
    pipeline = TestPipeline(runner="FnApiRunner")
    # Reference and corpus may be of different kinds, and ids of the one say nothing about the other.
    reference = pipeline | "Reference" >> beam.Create([{"id": 1, "text": text("Pied", FOOTER)}, {"id": 0, "text": ""}])
    step = CollapseDuplicateParagraphs(scope="corpus", against=reference).with_changes()
    documents, changes = pipeline | "Pages" >> beam.Create(pages) | "Collapse" >> step
    why = changes | beam.Map(lambda change: (change.id, change.rule, change.detail.get("kept_in")))
    place = changes | beam.Filter(lambda change: change.rule == "against") | beam.Map(lambda change: change.detail)
    assert_that(documents, equal_to([("1", TALIBAN), ("2", SOLDIERS), ("3", "")]), label="documents")
    assert_that(
        why,
        equal_to(
            [
                ("1", "against", "against"),
                ("2", "against", "against"),
                ("3", "against", "against"),
                ("2", "exact", None),
                ("3", "exact", None),
            ]
        ),
        label="why",
    )
    kept = {"kept_in": "against", "kept_id": "1", "kept_start": 6, "kept_end": 6 + len(FOOTER)}
    assert_that(place, equal_to(3 * [kept]), label="place")
    assert counters_of(pipeline.run(), "Collapse") == {
        "documents": 3,
        "documents_changed": 4,  # document 2 within itself too
        "duplicates_exact": 1,
        "corpus_duplicates_against": 3,
        "corpus_duplicates_exact": 1,
    }


@pytest.mark.parametrize(("ids", "first"), [([10, 9], "9"), (["b", 10, None], "10"), (["b", "a"], "a")])
def test_of_several_copies_in_a_reference_the_first_by_id_is_named(ids: list[object], first: str) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        reference = pipeline | "Reference" >> beam.Create([{"id": each, "text": FOOTER} for each in ids])
        step = CollapseDuplicateParagraphs(scope="corpus", against=reference).with_changes()
        _, changes = pipeline | "Pages" >> beam.Create([("1", FOOTER)]) | step
        assert_that(changes | beam.Map(lambda change: change.detail["kept_id"]), equal_to([first]))


def test_whole_documents_can_be_held_against_a_reference() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        reference = pipeline | "Reference" >> beam.Create([("a", text(TALIBAN, FOOTER))])
        pages = [("1", text(TALIBAN, FOOTER)), ("2", FOOTER)]
        config = CleanConfig(passes=("duplicates",), duplicates=DuplicatesConfig(unit="document"))
        cleaned = pipeline | "Pages" >> beam.Create(pages) | CleanCorpus(config, against=reference)
        assert_that(cleaned, equal_to([("1", ""), ("2", FOOTER)]))


def test_a_reference_without_texts_or_ids_is_refused() -> None:
    pipeline = beam.Pipeline()
    pages = pipeline | "Pages" >> beam.Create([("1", TALIBAN)])
    with pytest.raises(WrongElementType, match="elements of type str have no id"):
        texts = pipeline | "Texts" >> beam.Create([TALIBAN])
        _ = pages | "A" >> CollapseDuplicateParagraphs(scope="corpus", against=texts)
    with pytest.raises(MissingField, match="'body'"):
        rows = pipeline | "Rows" >> beam.Create([beam.Row(id="1", body=TALIBAN)])
        _ = pages | "B" >> CollapseDuplicateParagraphs(scope="corpus", against=rows)


def test_a_reference_document_that_is_no_text_goes_to_the_handler() -> None:
    bad = {"id": "a", "text": None}
    with TestPipeline(runner="FnApiRunner") as pipeline:
        reference = pipeline | "Reference" >> beam.Create([bad, {"id": "b", "text": FOOTER}])
        with CollectingErrorHandler() as handler:
            step = CollapseDuplicateParagraphs(scope="corpus", against=reference).with_error_handler(handler)
            cleaned = pipeline | "Pages" >> beam.Create([("1", text(TALIBAN, FOOTER))]) | step
        assert_that(cleaned, equal_to([("1", TALIBAN)]), label="documents")
        assert_that(handler.output() | beam.Keys(), equal_to([bad]), label="errors")


def test_boilerplate_goes_from_all_documents_and_what_is_less_frequent_stays_once() -> None:
    pages = [(str(number), text(f"Page {number}", FOOTER)) for number in range(4)]
    pages += [("4", TALIBAN), ("5", TALIBAN), ("6", TALIBAN)]
    documents, changes = pages | corpus(boilerplate=3).with_changes()
    assert dict(documents) == {"0": "Page 0", "1": "Page 1", "2": "Page 2", "3": "Page 3", "4": TALIBAN} | {
        "5": "",
        "6": "",
    }
    assert {(change.id, change.rule) for change in changes} == {
        *((str(number), "boilerplate") for number in range(4)),
        ("5", "exact"),
        ("6", "exact"),
    }
    assert [change.detail for change in changes if change.rule == "boilerplate"] == 4 * [{"documents_over": 3}]


def test_what_stands_often_in_few_documents_is_no_boilerplate() -> None:
    short = {"min_characters": 5, "boilerplate": 2}
    pages = [("1", "— Bonsoir.\n\n— Oui.\n\n— Bonsoir."), ("2", "— Bonsoir.")]
    assert sorted(pages | corpus(**short)) == [("1", "— Bonsoir.\n\n— Oui."), ("2", "")]


def test_documents_equal_in_id_and_text_count_each_for_boilerplate() -> None:
    pages = 3 * [("1", text("Kaboul", FOOTER))] + [("2", text("Londres", TALIBAN)), ("3", TALIBAN)]
    assert sorted(pages | corpus(boilerplate=2)) == [*3 * [("1", "Kaboul")], pages[3], ("3", "")]


@pytest.mark.parametrize("options", [{"unit": "document"}, {"boilerplate": 3}])
def test_what_is_about_a_corpus_is_refused_without_one(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match=f"{next(iter(options))}=.* needs scope='corpus'"):
        CollapseDuplicateParagraphs(DuplicatesConfig(**options))


def test_a_reference_is_refused_without_a_corpus() -> None:
    with pytest.raises(InvalidOption, match=r"against .* needs scope='corpus'"):
        CollapseDuplicateParagraphs(against=beam.Pipeline() | beam.Create([("1", TALIBAN)]))
    with pytest.raises(InvalidOption, match="against is a PCollection of documents, not list"):
        CollapseDuplicateParagraphs(scope="corpus", against=[("1", TALIBAN)])


def test_a_reference_in_other_windows_is_refused_while_the_pipeline_is_built() -> None:
    pipeline = beam.Pipeline()
    windows = beam.WindowInto(beam.window.FixedWindows(60))
    documents = pipeline | "Documents" >> beam.Create([("1", "text")]) | windows
    reference = pipeline | "Reference" >> beam.Create([("2", "text")])
    with pytest.raises(InvalidOption, match="the same windows"):
        documents | CollapseDuplicateParagraphs(scope="corpus", against=reference)
