"""`CollapseDuplicateParagraphs` with ``unit="passage"``: stretches of text that stand in an earlier document."""

import random
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, GlobalWindows, TimestampedValue

from beam_textclean.transforms import CollapseDuplicateParagraphs, DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages
from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.records import revert_changes

pytestmark = pytest.mark.jobs

CONFIG = DuplicatesConfig(unit="passage", min_passage=100)
Corpus = CollapseDuplicateParagraphs(CONFIG, scope="corpus")

SOLDIERS = "Ils rejoindront les quelque 650 soldats américains encore en Afghanistan, a précisé M. Kirby à la presse."
TALIBAN = "Le Pentagone assure également qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."
ARTICLE = f"{SOLDIERS}\n\n{TALIBAN}"


def test_a_glued_copy_in_another_document_goes_and_what_is_new_stays() -> None:
    pages = [("1", ARTICLE), ("2", f"Une page. {SOLDIERS}{TALIBAN}C'est tout.")]
    assert dict(pages | Corpus) == {"1": ARTICLE, "2": "Une page. C'est tout."}


def test_paragraphs_that_are_no_passage_stay() -> None:
    pages = [("1", TALIBAN), ("2", f"{TALIBAN}\n\nUne page.")]
    assert sorted(pages | Corpus) == pages


def test_copies_within_a_document_go_first() -> None:
    pages = [("1", f"{TALIBAN}\n\n{TALIBAN}")]
    assert (pages | Corpus) == [("1", TALIBAN)]


def test_the_first_by_order_keeps_the_passage() -> None:
    pages = [{"id": "1", "date": 2, "text": ARTICLE}, {"id": "2", "date": 1, "text": ARTICLE}]
    cleaned = pages | CollapseDuplicateParagraphs(CONFIG, scope="corpus", order_by="date")
    assert {page["id"]: page["text"] for page in cleaned} == {"1": "", "2": ARTICLE}


def test_of_documents_equal_in_id_and_text_one_keeps_its_passages() -> None:
    pages = [
        *3
        * [
            ("2", f"{ARTICLE}\n\nUn titre"),
        ],
        ("1", TALIBAN),
    ]
    assert sorted(pages | Corpus) == [("1", TALIBAN), ("2", ""), ("2", ""), ("2", f"{ARTICLE}\n\nUn titre")]


def random_corpus(seed: int) -> list[tuple[int, str]]:
    """Documents of sentences of a small stock, in runs that are the same in many of them."""
    generator = random.Random(seed)
    stock = [f"La phrase {number} du corpus se répète {'très ' * (number % 4)}souvent." for number in range(40)]
    pages = []
    for number in range(50):
        parts = []
        for _ in range(generator.randint(1, 4)):
            start = generator.randrange(len(stock))
            run = stock[start : start + generator.randint(1, 8)]
            parts.append(generator.choice(["", " ", "\n\n"]).join(run))
        pages.append((number, generator.choice([" ", "\n\n"]).join(parts)))
    return pages


@pytest.mark.parametrize("seed", range(3))
def test_the_result_is_that_of_the_pure_functions_whatever_order_the_documents_arrive_in(seed: int) -> None:
    pages = [(number, collapse_duplicate_paragraphs(page).text) for number, page in random_corpus(seed)]
    expected = collapse_repeated_passages([(str(number), page) for number, page in pages], CONFIG)
    assert sum(len(cleaned.changes) for cleaned in expected) > 20
    random.Random(seed).shuffle(pages)
    with TestPipeline(runner="FnApiRunner") as pipeline:
        # The shuffle puts other documents into the same bundle.
        documents, changes = pipeline | beam.Create(pages) | beam.Reshuffle() | Corpus.with_changes()
        texts = [(number, cleaned.text) for number, cleaned in enumerate(expected)]
        assert_that(documents, equal_to(texts), label="documents")
        flat = [
            (str(document), number, change)
            for document, cleaned in enumerate(expected)
            for number, change in enumerate(cleaned.changes)
        ]
        changes = changes | beam.Map(lambda change: (change.id, change.number, change.change()))
        assert_that(changes, equal_to(flat), label="changes")


def test_changes_can_be_undone() -> None:
    pages = {"1": f"{ARTICLE}\n\n{TALIBAN}", "2": f"Une page.\n\n{ARTICLE}"}
    documents, changes = list(pages.items()) | Corpus.with_changes()
    steps = ["duplicates", "corpus_duplicates"]
    changes.sort(key=lambda change: (steps.index(change.step), change.number))
    assert [(change.id, change.step, change.rule) for change in changes] == [
        ("1", "duplicates", "repeated"),
        ("2", "corpus_duplicates", "passage"),
        ("2", "corpus_duplicates", "passage"),
    ]
    for name, page in documents:
        assert revert_changes(page, [change.change() for change in changes if change.id == name]) == pages[name]


def test_windows_are_corpora_of_their_own_and_documents_keep_their_timestamps() -> None:
    pages = [(0, ("1", ARTICLE)), (30, ("2", f"{ARTICLE}\n\nUn titre")), (70, ("3", ARTICLE))]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        documents = (
            pipeline
            | beam.Create(pages)
            | beam.MapTuple(lambda time, page: TimestampedValue(page, time))
            | "IntoWindows" >> beam.WindowInto(FixedWindows(60))
            | Corpus
            | beam.Map(lambda page, time=beam.DoFn.TimestampParam: (int(time), page))
            | "IntoOne" >> beam.WindowInto(GlobalWindows())
        )
        assert_that(documents, equal_to([(0, ("1", ARTICLE)), (30, ("2", "Un titre")), (70, ("3", ARTICLE))]))


def test_counters_count_by_rule(counters_of: Callable[..., dict[str, int]]) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    _ = pipeline | beam.Create([("1", ARTICLE), ("2", ARTICLE)]) | "Collapse" >> Corpus
    assert counters_of(pipeline.run(), "Collapse") == {
        "documents": 2,
        "documents_changed": 1,
        "corpus_duplicates_passage": 2,
    }


def test_an_order_that_cannot_be_compared_fails_saying_so() -> None:
    pages = [{"id": "1", "text": ARTICLE, "date": 1}, {"id": "2", "text": ARTICLE, "date": "2021"}]
    with pytest.raises(Exception, match="the documents cannot be put in order"):
        _ = pages | CollapseDuplicateParagraphs(CONFIG, scope="corpus", order_by="date")


@pytest.mark.parametrize("options", [{"near": 0.8}, {"boilerplate": 3}, {"min_passage": 19}, {"min_passage": 1 << 17}])
def test_options_that_do_not_go_with_passages_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="passage"):
        DuplicatesConfig(unit="passage", **options)


def test_passages_need_a_corpus_and_no_reference() -> None:
    with pytest.raises(InvalidOption, match="scope='corpus'"):
        CollapseDuplicateParagraphs(CONFIG)
    with pytest.raises(InvalidOption, match="against"):
        CollapseDuplicateParagraphs(CONFIG, scope="corpus", against=beam.Pipeline() | beam.Create([("1", ARTICLE)]))
