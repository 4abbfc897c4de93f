"""`CleanCorpus` over PCollections, and the three passes one after the other in somebody's job."""

from typing import NamedTuple

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.error_handling import CollectingErrorHandler

from beam_textclean.pipelines import CleanConfig, CleanCorpus
from beam_textclean.transforms import (
    CollapseDuplicateParagraphs,
    DuplicatesConfig,
    FixTypos,
    InvalidOption,
    NormalizeEncoding,
    UnknownLanguage,
    WrongElementType,
    revert_changes,
)

pytestmark = pytest.mark.jobs

LATER = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."
NOISE = bytes(range(256))


class News(NamedTuple):
    id: str
    text: str
    date: int


def of_kind(kind, number, text):
    """The same document as an element of each kind."""
    if kind == "pair":
        return (number, text)
    if kind == "dict":
        return {"id": number, "text": text, "date": 1}
    if kind == "row":
        return beam.Row(id=number, text=text, date=1)
    return News(number, text, 1) if kind == "named tuple" else text


@pytest.mark.parametrize("kind", ["str", "pair", "dict", "row", "named tuple"])
def test_the_three_passes_embed_in_a_larger_job_with_every_kind_of_element(kind, seed, cleaned_seed, counters_of):
    def text_only(element):
        if isinstance(element, str):
            return element
        if isinstance(element, dict):
            return element["text"]
        return element.text if hasattr(element, "text") else element[1]

    pipeline = TestPipeline(runner="FnApiRunner")
    mojibake = seed.encode().decode("windows-1252")
    documents = (
        pipeline
        | beam.Create([of_kind(kind, "1", seed), of_kind(kind, "2", mojibake), of_kind(kind, "3", "")])
        | beam.Reshuffle()
        | NormalizeEncoding()
        | FixTypos(("fr",))
        | CollapseDuplicateParagraphs()
    )
    texts = documents | beam.Map(text_only) | beam.Map(str.rstrip)
    assert_that(texts, equal_to([cleaned_seed.rstrip(), cleaned_seed.rstrip(), ""]))
    result = pipeline.run()
    assert counters_of(result, "NormalizeEncoding")["documents_changed"] == 1
    assert counters_of(result, "FixTypos") == {"documents": 3, "documents_changed": 2, "typos_context": 4}
    assert counters_of(result, "CollapseDuplicateParagraphs") == {
        "documents": 3,
        "documents_changed": 2,
        "duplicates_glued": 2,
    }


def test_a_corpus_of_bytes_comes_out_clean_with_each_paragraph_once(seed, cleaned_seed):
    pages = [("b", seed.encode("windows-1252")), ("a", f"Kaboul\n\n{seed}".encode()), ("c", LATER.encode())]
    cleaned = dict(pages | CleanCorpus())
    assert cleaned["a"].rstrip() == f"Kaboul\n\n{cleaned_seed}".rstrip()
    assert cleaned["b"].rstrip() == ""  # the heading is removed with the only paragraph under it
    assert cleaned["c"] == LATER


def test_within_documents_it_needs_no_ids(seed, cleaned_seed):
    documents = 2 * [seed] | CleanCorpus(scope="document")
    assert [document.rstrip() for document in documents] == 2 * [cleaned_seed.rstrip()]
    with pytest.raises(WrongElementType, match=r"elements of type str have no id; give \(id, text\) pairs"):
        _ = [seed] | CleanCorpus()


def test_a_handler_collects_from_all_passes_and_changes_from_the_good_documents():
    # What is no text fails in the first pass, what has no place in the order in the last.
    pages = [
        {"id": "1", "text": NOISE, "date": 3},
        {"id": "2", "text": LATER, "date": None},
        {"id": "3", "text": LATER, "date": 2},
        {"id": "4", "text": LATER, "date": 1},
        {"id": "5", "text": None, "date": 5},
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        with CollectingErrorHandler() as handler:
            step = CleanCorpus(order_by="date").with_error_handler(handler).with_changes()
            documents, changes = pipeline | beam.Create(pages) | step
        good = [{"id": "3", "text": "", "date": 2}, {"id": "4", "text": LATER, "date": 1}]
        errors = handler.output() | beam.MapTuple(lambda element, error: (element["id"], error[0].__name__))
        steps = changes | beam.Map(lambda change: (change.id, change.step, change.rule))
        assert_that(documents, equal_to(good), label="documents")
        assert_that(
            errors,
            equal_to([("1", "UndecodableText"), ("2", "WrongElementType"), ("5", "WrongElementType")]),
            label="errors",
        )
        assert_that(steps, equal_to([("3", "corpus_duplicates", "exact")]), label="changes")


def test_a_document_can_be_undone_from_its_changes(seed):
    mojibake = seed.encode().decode("windows-1252")
    pages = {"1": seed, "2": mojibake, "3": f"Kaboul\r\n\r\n{LATER}\r\n\r\n{LATER}", "4": LATER}
    documents, changes = list(pages.items()) | CleanCorpus().with_changes()
    changes.sort(key=lambda change: (CleanCorpus.STEPS.index(change.step), change.number))
    assert {change.step for change in changes} == {"encoding", "typos", "duplicates", "corpus_duplicates"}
    for number, text in documents:
        assert revert_changes(text, [change.change() for change in changes if change.id == number]) == pages[number]


def test_the_configuration_chooses_the_passes_and_their_options(seed):
    assert ["— Oui.\n\n— Oui."] | CleanCorpus(
        CleanConfig(duplicates=DuplicatesConfig(min_characters=3)), scope="document"
    ) == ["— Oui."]
    only_typos = CleanCorpus(CleanConfig(passes=("typos",)))
    assert [("1", seed)] | only_typos == [("1", seed.replace("sevrant", "servant"))]
    french = CleanCorpus(CleanConfig(passes=("typos",), languages=("en",)), languages=("fr",))
    assert [("1", seed)] | french == [("1", seed.replace("sevrant", "servant"))]
    english = CleanCorpus(CleanConfig(passes=("typos",), languages=("en",)))
    assert [("1", seed)] | english == [("1", seed)]


def test_wrong_options_fail_at_construction():
    with pytest.raises(InvalidOption, match="'document', 'corpus'"):
        CleanCorpus(scope="page")
    with pytest.raises(UnknownLanguage, match="'tlh'"):
        CleanCorpus(languages=("tlh",))
    with pytest.raises(InvalidOption, match="needs scope='corpus'"):
        CleanCorpus(scope="document", order_by="date")


def test_it_can_be_pickled_and_shows_its_options():
    step = CleanCorpus(languages=("fr",))
    assert pickler.loads(pickler.dumps(step)).display_data() == step.display_data()
    assert step.display_data()["scope"].value == "corpus"
