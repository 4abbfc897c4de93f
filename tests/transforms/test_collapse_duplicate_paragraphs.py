"""`CollapseDuplicateParagraphs` over PCollections: what stays, what goes, and that it never depends on arrival."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.test_stream import TestStream
from apache_beam.testing.util import assert_that, equal_to, equal_to_per_window
from apache_beam.transforms.error_handling import CollectingErrorHandler
from apache_beam.transforms.window import (
    FixedWindows,
    GlobalWindows,
    IntervalWindow,
    Sessions,
    SlidingWindows,
    TimestampedValue,
)

from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig
from beam_textclean.transforms.duplicates import collapse_duplicate_paragraphs, fingerprint_paragraphs
from beam_textclean.transforms.duplicates.across.corpus import Corpus as CorpusOfPairs
from beam_textclean.transforms.errors import InvalidOption, MissingField, WrongElementType
from beam_textclean.transforms.records import revert_changes
from element_kinds import FrozenPage, MutablePage, Page, RegisteredPage, values

pytestmark = pytest.mark.jobs

TALIBAN = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."
SOLDIERS = "Ils rejoindront les quelque 650 soldats américains encore en Afghanistan."
BRITISH = "Le Royaume-Uni va déployer temporairement environ 600 militaires en Afghanistan."


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


Corpus = CollapseDuplicateParagraphs(scope="corpus")


@pytest.mark.parametrize(
    "element",
    [
        text(SOLDIERS, TALIBAN, SOLDIERS),
        ("1", text(SOLDIERS, TALIBAN, SOLDIERS)),
        {"id": "1", "text": text(SOLDIERS, TALIBAN, SOLDIERS)},
        Page("1", text(SOLDIERS, TALIBAN, SOLDIERS)),
    ],
    ids=lambda element: type(element).__name__,
)
def test_within_a_document_later_copies_go_from_every_kind_of_element(element: Any) -> None:
    [cleaned] = [element] | CollapseDuplicateParagraphs()
    assert type(cleaned) is type(element)
    assert text(SOLDIERS, TALIBAN) in (cleaned, *(cleaned if isinstance(cleaned, tuple) else ()), *values_of(cleaned))


def values_of(element: Any) -> list[Any]:
    return list(element.values()) if isinstance(element, dict) else []


RECORDS: list[Callable[..., Any]] = [
    dict,
    Page,
    RegisteredPage,
    MutablePage,
    FrozenPage,
    beam.Row,
]


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_across_a_corpus_the_first_document_by_id_keeps_a_paragraph_for_every_kind_of_record(
    kind: Callable[..., Any],
) -> None:
    pages = [
        kind(id="2", text=text(TALIBAN, SOLDIERS), views=2),
        kind(id="3", text=TALIBAN, views=3),
        kind(id="1", text=text(BRITISH, TALIBAN, BRITISH), views=1),
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        cleaned = pipeline | beam.Create(pages) | Corpus | beam.Map(values)
        expected = [
            {"id": "1", "text": text(BRITISH, TALIBAN), "views": 1},
            {"id": "2", "text": SOLDIERS, "views": 2},
            {"id": "3", "text": "", "views": 3},
        ]
        assert_that(cleaned, equal_to(expected))


@pytest.mark.parametrize("order_by", ["date", lambda page: page["date"]], ids=["field", "function"])
def test_across_a_corpus_order_by_says_which_document_is_first(order_by: Any) -> None:
    pages = [{"id": 1, "date": 20, "text": TALIBAN}, {"id": 2, "date": 3, "text": TALIBAN}]
    cleaned = pages | CollapseDuplicateParagraphs(scope="corpus", order_by=order_by)
    assert {page["id"]: page["text"] for page in cleaned} == {1: "", 2: TALIBAN}


def test_ids_that_are_numbers_are_in_the_order_of_numbers() -> None:
    assert sorted([(10, TALIBAN), (9, TALIBAN)] | Corpus) == [(9, TALIBAN), (10, "")]


def test_ids_that_repeat_cost_nobody_a_paragraph_that_stands_nowhere_else() -> None:
    pages = [("1", text(SOLDIERS, TALIBAN)), ("1", BRITISH), ("1", text(TALIBAN, BRITISH, "Un titre"))]
    kept = [part for _, page in pages | Corpus for part in page.split("\n\n") if part]
    assert sorted(kept) == sorted([SOLDIERS, TALIBAN, BRITISH, "Un titre"])


def test_of_documents_equal_in_id_and_text_one_keeps_its_paragraphs() -> None:
    pages = 3 * [("2", text(SOLDIERS, TALIBAN, "Un titre"))] + [("1", SOLDIERS)]
    assert sorted(pages | Corpus) == sorted(
        [("1", SOLDIERS), ("2", text(TALIBAN, "Un titre")), ("2", "Un titre"), ("2", "Un titre")]
    )


def test_of_documents_equal_in_id_and_text_the_first_by_order_keeps_its_paragraphs() -> None:
    pages = [{"id": "1", "text": TALIBAN, "date": date} for date in (3, 1, 2)]
    cleaned = pages | CollapseDuplicateParagraphs(scope="corpus", order_by="date")
    assert {page["date"]: page["text"] for page in cleaned} == {1: TALIBAN, 2: "", 3: ""}


def random_corpus(seed: int) -> list[tuple[int, str]]:
    """Documents of 1 to 6 paragraphs of a small stock, a third of the ids used twice."""
    generator = random.Random(seed)
    stock = [f"Paragraphe {number} : " + 8 * f"la phrase {number} se répète. " for number in range(30)]
    stock += [f"Fin {number}." for number in range(5)]  # no title, which could make a section of what follows
    return [(generator.randrange(45), text(*generator.choices(stock, k=generator.randint(1, 6)))) for _ in range(60)]


def digests(pages: list[tuple[int, str]]) -> Counter[bytes]:
    return Counter(fingerprint.digest for _, page in pages for fingerprint in fingerprint_paragraphs(page))


@pytest.mark.parametrize("seed", range(3))
def test_every_paragraph_of_a_corpus_stays_exactly_once_whatever_order_the_documents_arrive_in(seed: int) -> None:
    pages = random_corpus(seed)
    cleaned = pages | Corpus
    assert digests(cleaned) == dict.fromkeys(digests(pages), 1)
    random.Random(seed).shuffle(pages)
    assert sorted(pages | beam.Reshuffle() | Corpus) == sorted(cleaned)


def test_the_surviving_paragraphs_are_those_of_a_plain_loop_over_the_documents_in_order() -> None:
    pages = list(dict(random_corpus(4)).items())  # ids of their own
    seen: set[bytes] = set()
    expected = {}
    for number, page in sorted(pages):
        page = collapse_duplicate_paragraphs(page).text
        kept = []
        for paragraph in page.split("\n\n"):
            found = [fingerprint.digest for fingerprint in fingerprint_paragraphs(paragraph)]
            if not seen.intersection(found):
                kept.append(paragraph)
            seen.update(found)
        expected[number] = text(*kept)
    assert dict(pages | Corpus) == expected


class Grouped(PipelineVisitor):
    """Collect what goes into the GroupByKey steps of a transform."""

    def __init__(self, label: str) -> None:
        self.inputs: list[Any] = []
        self._label = label

    def visit_transform(self, node: AppliedPTransform) -> None:
        if isinstance(node.transform, beam.GroupByKey) and node.full_label.startswith(self._label):
            self.inputs += node.inputs


@pytest.mark.parametrize("changes", [False, True], ids=["documents", "with changes"])
def test_only_documents_equal_in_id_and_text_are_shuffled(changes: bool) -> None:
    single = [("1", text(SOLDIERS, TALIBAN)), ("2", text(TALIBAN, "Un titre")), ("3", BRITISH), ("3", "Un titre")]
    equal = 2 * [("4", text("Une dépêche", TALIBAN))]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        step = CollapseDuplicateParagraphs(scope="corpus")
        _ = pipeline | beam.Create(single + equal) | "Collapse" >> (step.with_changes() if changes else step)
        grouped = Grouped("Collapse")
        pipeline.visit(grouped)
        everything = grouped.inputs | beam.Flatten() | beam.Map(repr)
        # No piece of a text goes there either, but those of the documents that have to meet.
        pieces = ("Pentagone", "soldats", "Royaume-Uni", "Un titre", "Une dépêche")
        texts = everything | beam.Filter(lambda value: any(piece in value for piece in pieces))
        assert_that(texts | beam.Map(lambda value: "Une dépêche" in value), equal_to([True, True]))


class Copies:
    """What grouping gives: it can be gone through again and again, and is never there all at once."""

    def __iter__(self) -> Iterator[Any]:
        for number in range(20_000):
            yield 2, number, f"document {number}", number.to_bytes(16, "big"), 0, 80, b""


def test_the_copies_of_a_paragraph_of_all_documents_are_never_held_in_memory() -> None:
    corpus = CorpusOfPairs(DuplicatesConfig(), "text", "id")
    tracemalloc.start()
    losers = sum(1 for _ in corpus.losers((b"digest", Copies())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (losers, peak < 100_000) == (19_999, True)


def test_changes_say_where_the_copy_is_that_stays_and_can_be_undone() -> None:
    pages = {"1": text("Kaboul, jeudi", TALIBAN), "2": text(SOLDIERS, SOLDIERS, TALIBAN)}
    documents, changes = list(pages.items()) | CollapseDuplicateParagraphs(scope="corpus").with_changes()
    [corpus_change] = [change for change in changes if change.step == "corpus_duplicates"]
    detail = corpus_change.detail
    assert (corpus_change.id, corpus_change.rule, corpus_change.number) == ("2", "exact", 0)
    assert detail["kept_id"] == "1"
    assert pages["1"][detail["kept_start"] : detail["kept_end"]] == TALIBAN
    steps = ["duplicates", "corpus_duplicates"]
    changes.sort(key=lambda change: (steps.index(change.step), change.number))
    for number, page in documents:
        assert revert_changes(page, [change.change() for change in changes if change.id == number]) == pages[number]


def test_the_copies_of_a_whole_document_are_in_the_changes_too() -> None:
    _, changes = 2 * [("1", text(SOLDIERS, TALIBAN))] | CollapseDuplicateParagraphs(scope="corpus").with_changes()
    assert [(change.before.strip(), change.detail["kept_id"]) for change in changes] == [
        (SOLDIERS, "1"),
        (TALIBAN, "1"),
    ]


def test_windows_are_corpora_of_their_own() -> None:
    pages = [(0, ("1", TALIBAN)), (30, ("2", text(TALIBAN, SOLDIERS))), (70, ("3", text(TALIBAN, BRITISH)))]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        documents = (
            pipeline
            | beam.Create(pages)
            | beam.MapTuple(lambda time, page: TimestampedValue(page, time))
            | "IntoWindows" >> beam.WindowInto(FixedWindows(60))
            | Corpus
            | "IntoOne" >> beam.WindowInto(GlobalWindows())
        )
        assert_that(documents, equal_to([("1", TALIBAN), ("2", SOLDIERS), ("3", text(TALIBAN, BRITISH))]))


class When(beam.DoFn):
    """Give the id, the timestamp and the beginning of the window of a document or a change."""

    def process(
        self, element: Any, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Any:
        yield element[0], int(timestamp), int(window.start)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (FixedWindows(60), [("1", 7, 0), ("2", 40, 0)]),
        (SlidingWindows(60, 30), [("1", 7, -30), ("1", 7, 0), ("2", 40, 0), ("2", 40, 30)]),
    ],
    ids=["fixed", "sliding"],
)
def test_documents_and_changes_keep_their_timestamps_and_windows(windows: Any, expected: Any) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        documents, changes = (
            pipeline
            | beam.Create([(7, ("1", TALIBAN)), (40, ("2", TALIBAN))])
            | beam.MapTuple(lambda time, page: TimestampedValue(page, time))
            | "IntoWindows" >> beam.WindowInto(windows)
            | CollapseDuplicateParagraphs(scope="corpus").with_changes()
        )
        documents = documents | "WhenDocuments" >> beam.ParDo(When()) | "GlobalA" >> beam.WindowInto(GlobalWindows())
        changes = changes | "WhenChanges" >> beam.ParDo(When()) | "GlobalB" >> beam.WindowInto(GlobalWindows())
        assert_that(documents, equal_to(expected), label="documents")
        assert_that(changes, equal_to([("2", 40, 0)]), label="changes")


def test_every_sliding_window_is_a_corpus_of_its_own() -> None:
    times = random.Random(6)
    pages = [(times.randrange(120), page) for page in random_corpus(6)]
    pages += pages[:6]  # equal in id and text
    expected = {
        IntervalWindow(start, start + 60): [page for time, page in pages if start <= time < start + 60] | Corpus
        for start in (-30, 0, 30, 60, 90)
    }
    with TestPipeline(runner="FnApiRunner") as pipeline:
        documents = (
            pipeline
            | beam.Create(pages)
            | beam.MapTuple(lambda time, page: TimestampedValue(page, time))
            | "IntoWindows" >> beam.WindowInto(SlidingWindows(60, 30))
            | Corpus
        )
        assert_that(documents, equal_to_per_window(expected), reify_windows=True)


@pytest.mark.parametrize("unit", ["paragraph", "document", "passage"])
def test_windows_that_merge_are_refused_while_the_pipeline_is_built(unit: Any) -> None:
    pages = beam.Pipeline() | beam.Create([("1", TALIBAN)]) | beam.WindowInto(Sessions(60))
    with pytest.raises(InvalidOption, match=r"Sessions merge .* give FixedWindows, SlidingWindows"):
        _ = pages | CollapseDuplicateParagraphs(DuplicatesConfig(unit=unit), scope="corpus")


def test_counters_count_documents_once_and_paragraphs_by_rule(counters_of: Callable[..., dict[str, int]]) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    pages = [("1", text(SOLDIERS, TALIBAN)), ("2", text(BRITISH, TALIBAN, BRITISH)), ("3", text(TALIBAN, SOLDIERS))]
    _ = pipeline | beam.Create(pages) | "Collapse" >> Corpus
    assert counters_of(pipeline.run(), "Collapse") == {
        "documents": 3,
        "documents_changed": 3,  # document 2 within itself, and documents 2 and 3 by what document 1 has
        "duplicates_exact": 1,
        "corpus_duplicates_exact": 3,
    }


def test_documents_without_an_id_fail_while_the_pipeline_is_built() -> None:
    pipeline = beam.Pipeline()
    with pytest.raises(WrongElementType, match=r"elements of type str have no id; give \(id, text\) pairs"):
        _ = pipeline | "Texts" >> beam.Create(["un"]) | "CleanTexts" >> Corpus
    with pytest.raises(MissingField, match=r"'url'.*'id', 'text', 'views'"):
        pages = pipeline | "Pages" >> beam.Create([Page("1", "un")])
        _ = pages | "CleanPages" >> CollapseDuplicateParagraphs(scope="corpus", id_field="url")
    with pytest.raises(MissingField, match=r"'date'.*'id', 'text', 'views'"):
        pages = pipeline | "Others" >> beam.Create([Page("1", "un")])
        _ = pages | "CleanOthers" >> CollapseDuplicateParagraphs(scope="corpus", order_by="date")


def test_a_record_without_its_id_or_its_place_in_the_order_goes_to_the_handler_as_it_was() -> None:
    bad: list[dict[str, Any]] = [
        {"text": TALIBAN, "date": 1},
        {"id": None, "text": TALIBAN, "date": 1},
        {"id": float("nan"), "text": TALIBAN, "date": 1},
        {"id": 1, "text": TALIBAN},
    ]
    good = {"id": "2", "text": TALIBAN, "date": 2}
    with TestPipeline(runner="FnApiRunner") as pipeline:
        pages = pipeline | beam.Create([*bad, good])
        with CollectingErrorHandler() as handler:
            step = CollapseDuplicateParagraphs(scope="corpus", order_by="date").with_error_handler(handler)
            documents = pages | step
        assert_that(documents, equal_to([good]), label="documents")
        # As text, since NaN is not equal to itself.
        assert_that(handler.output() | beam.Keys() | beam.Map(repr), equal_to(list(map(repr, bad))), label="errors")


def test_an_order_that_cannot_be_compared_fails_saying_so() -> None:
    pages = [{"id": "1", "text": TALIBAN, "date": 1}, {"id": "2", "text": TALIBAN, "date": "2021"}]
    with pytest.raises(Exception, match="the documents cannot be put in order"):
        _ = pages | CollapseDuplicateParagraphs(scope="corpus", order_by="date")


def test_wrong_options_fail_at_construction() -> None:
    with pytest.raises(InvalidOption, match="'document', 'corpus'"):
        CollapseDuplicateParagraphs(scope="page")
    with pytest.raises(InvalidOption, match="needs scope='corpus'"):
        CollapseDuplicateParagraphs(order_by="date")


def test_the_configuration_has_its_effect_across_a_corpus() -> None:
    pages = [("1", "— Oui."), ("2", "— Oui.")]
    assert sorted(pages | Corpus) == pages
    short = CollapseDuplicateParagraphs(DuplicatesConfig(min_characters=2), scope="corpus")
    assert sorted(pages | short) == [("1", "— Oui."), ("2", "")]


def test_the_transform_can_be_pickled_and_shows_its_options() -> None:
    step = CollapseDuplicateParagraphs(scope="corpus", id_field="url")
    assert pickler.loads(pickler.dumps(step)).display_data() == step.display_data()
    assert step.display_data()["scope"].value == "corpus"
    assert step.display_data()["id_field"].value == "url"


def test_in_a_stream_each_window_comes_out_when_it_is_over() -> None:
    stream = (
        TestStream()
        .add_elements([TimestampedValue(("1", TALIBAN), 5), TimestampedValue(("2", TALIBAN), 50)])
        .add_elements([TimestampedValue(("1", TALIBAN), 55)])
        .advance_watermark_to(61)
        .add_elements([TimestampedValue(("3", TALIBAN), 70), TimestampedValue(("4", text(TALIBAN, SOLDIERS)), 65)])
        .advance_watermark_to_infinity()
    )
    with TestPipeline(options=PipelineOptions(["--streaming"])) as pipeline:
        documents = pipeline | stream | "IntoWindows" >> beam.WindowInto(FixedWindows(60)) | Corpus
        expected = {
            IntervalWindow(0, 60): [("1", TALIBAN), ("1", ""), ("2", "")],
            IntervalWindow(60, 120): [("3", TALIBAN), ("4", SOLDIERS)],
        }
        assert_that(documents, equal_to_per_window(expected), reify_windows=True)


def test_two_workers_give_what_one_gives() -> None:
    pages = random_corpus(5)
    options = PipelineOptions(["--direct_num_workers=2", "--direct_running_mode=multi_threading"])
    with TestPipeline(runner="FnApiRunner", options=options) as pipeline:
        assert_that(pipeline | beam.Create(pages) | beam.Reshuffle() | Corpus, equal_to(pages | Corpus))
