"""`NormalizeEncoding` over PCollections."""

from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.error_handling import CollectingErrorHandler

from beam_textclean.transforms import EncodingConfig, MissingField, NormalizeEncoding, WrongElementType
from element_kinds import Page

pytestmark = pytest.mark.jobs

PHRASE = "L'été dernier, à Besançon, tout était fermé."


@pytest.mark.parametrize(
    "element",
    [
        PHRASE.encode(),
        PHRASE.encode("cp1252"),
        PHRASE.encode("utf-8-sig"),
        PHRASE.encode("utf-16"),
        PHRASE.encode().decode("cp1252"),
        PHRASE,
    ],
    ids=["utf-8", "windows-1252", "byte order mark", "utf-16", "mojibake", "clean"],
)
def test_bytes_and_texts_come_out_as_the_text_that_was_meant(element: Any) -> None:
    assert [element] | NormalizeEncoding() == [PHRASE]
    assert [("page 1", element)] | NormalizeEncoding() == [("page 1", PHRASE)]
    assert [{"id": 1, "text": element}] | NormalizeEncoding() == [{"id": 1, "text": PHRASE}]


def test_a_declared_charset_is_taken_from_the_field_that_is_named() -> None:
    page = {"text": "Žluťoučký kůň".encode("iso-8859-2"), "charset": "iso-8859-2"}
    [cleaned] = [page] | NormalizeEncoding(declared_field="charset")
    assert cleaned == {"text": "Žluťoučký kůň", "charset": "iso-8859-2"}
    nothing_declared = {"text": PHRASE.encode(), "charset": None}
    assert [nothing_declared] | NormalizeEncoding(declared_field="charset") == [{"text": PHRASE, "charset": None}]


def test_a_declared_field_that_the_records_do_not_have_fails_while_the_pipeline_is_built() -> None:
    pipeline = beam.Pipeline()
    step = NormalizeEncoding(declared_field="charset")
    with pytest.raises(MissingField, match="'charset'"):
        _ = pipeline | "Pages" >> beam.Create([Page("1", "un")]) | "CleanPages" >> step
    with pytest.raises(WrongElementType, match="have no fields"):
        _ = pipeline | "Texts" >> beam.Create(["un"]) | "CleanTexts" >> step


def test_what_cannot_be_decoded_goes_to_the_handler_with_its_bytes() -> None:
    noise = bytes(range(256))
    with TestPipeline(runner="FnApiRunner") as pipeline:
        with CollectingErrorHandler() as handler:
            pages = pipeline | beam.Create([(1, noise), (2, PHRASE.encode())])
            documents = pages | NormalizeEncoding().with_error_handler(handler)
        errors = handler.output() | beam.MapTuple(lambda element, error: (element, error[0].__name__))
        assert_that(documents, equal_to([(2, PHRASE)]), label="documents")
        assert_that(errors, equal_to([((1, noise), "UndecodableText")]), label="errors")


def test_a_lone_surrogate_is_repaired_in_elements_that_can_bring_one_here() -> None:
    # A NamedTuple that is not registered is pickled; Beam's other coders refuse a lone surrogate before any transform.
    [page] = [Page("1", "un\ud800 deux")] | NormalizeEncoding()
    assert page.text == "un\ufffd deux"


def test_counters_say_how_documents_were_decoded_and_what_was_repaired(
    counters_of: Callable[..., dict[str, int]],
) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    pages = [PHRASE.encode(), PHRASE.encode().decode("cp1252").encode()]
    _ = pipeline | beam.Create(pages) | "Normalize" >> NormalizeEncoding()
    counters = counters_of(pipeline.run(), "Normalize")
    assert (counters["documents"], counters["documents_changed"]) == (2, 1)
    assert counters["encoding_decoded_utf_8"] == 2
    assert counters["encoding_mojibake"] > 0


def test_the_configuration_has_its_effect() -> None:
    assert ["ﬁn"] | NormalizeEncoding() == ["fin"]
    assert ["ﬁn"] | NormalizeEncoding(EncodingConfig(ligatures=False)) == ["ﬁn"]


def test_the_transform_can_be_pickled_and_shows_its_options() -> None:
    step = NormalizeEncoding(declared_field="charset")
    assert pickler.loads(pickler.dumps(step)).display_data() == step.display_data()
    assert step.display_data()["declared_field"].value == "charset"
