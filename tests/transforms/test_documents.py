"""How any pass is applied to documents: kinds of elements, bad elements, changes, counters, types, pickling."""

from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.error_handling import CollectingErrorHandler
from apache_beam.typehints import typehints

from beam_textclean.transforms.documents import CleanDocuments, DocumentChange
from beam_textclean.transforms.errors import MissingField, UndecodableText, WrongElementType
from beam_textclean.transforms.records import Change, Cleaned, revert_changes
from element_kinds import FrozenPage, FrozenRawPage, MutablePage, Page, RawPage, RegisteredPage, values

pytestmark = pytest.mark.jobs


def shout(text: str | bytes, element: Any) -> Cleaned:
    """A pass that is easy to follow: every small a becomes a capital; a text with a question mark is refused."""
    if isinstance(text, bytes):
        text = text.decode()
    if "?" in text:
        raise UndecodableText("questions are not shouted")
    changes = tuple(Change("shout", "a", at, at + 1, "a", "A") for at, letter in enumerate(text) if letter == "a")
    return Cleaned(text.replace("a", "A"), changes)


Shout = CleanDocuments(shout, (str, bytes))

KINDS = [
    ("a la mer", "A lA mer"),
    (b"a la mer", "A lA mer"),
    (("1", "a la mer"), ("1", "A lA mer")),
    ((1, b"a la mer"), (1, "A lA mer")),
    ({"id": "1", "text": "a la mer", "n": 2}, {"id": "1", "text": "A lA mer", "n": 2}),
    ({"id": b"1", "text": b"a la mer"}, {"id": b"1", "text": "A lA mer"}),
    (Page("1", "a la mer", 2), Page("1", "A lA mer", 2)),
    (RegisteredPage("1", "a la mer", 2), RegisteredPage("1", "A lA mer", 2)),
    (MutablePage("1", "a la mer", 2), MutablePage("1", "A lA mer", 2)),
    (FrozenPage("1", "a la mer", 2), FrozenPage("1", "A lA mer", 2)),
    (beam.Row(id="1", text="a la mer", views=2), beam.Row(id="1", text="A lA mer", views=2)),
    (RawPage("1", b"a la mer", 2), Page("1", "A lA mer", 2)),
    (FrozenRawPage("1", b"a la mer", 2), FrozenPage("1", "A lA mer", 2)),
    (beam.Row(id="1", text=b"a la mer", views=2), beam.Row(id="1", text="A lA mer", views=2)),
]


@pytest.mark.parametrize(("element", "cleaned"), KINDS, ids=lambda element: type(element).__name__)
def test_every_kind_of_element_comes_back_as_its_kind_with_only_the_text_changed(element: Any, cleaned: Any) -> None:
    assert [values(output) for output in [element] | Shout] == [values(cleaned)]


@pytest.mark.parametrize(("element", "cleaned"), KINDS, ids=lambda element: type(element).__name__)
def test_every_kind_of_element_survives_the_stages_of_a_larger_job(element: Any, cleaned: Any) -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        received = pipeline | beam.Create([element, element]) | "Before" >> beam.Reshuffle()
        given = received | Shout | "After" >> beam.Reshuffle() | "Again" >> Shout | beam.Map(values)
        assert_that(given, equal_to([values(cleaned)] * 2))


def test_the_element_that_was_given_is_not_touched() -> None:
    received: dict[str, Any] = {"id": "1", "text": "a"}
    seen = []
    with TestPipeline(runner="FnApiRunner") as pipeline:
        given = pipeline | beam.Create([None]) | beam.Map(lambda _: received)
        _ = given | Shout
        assert_that(given, lambda elements: seen.extend(elements))
    assert received == {"id": "1", "text": "a"}


def test_the_type_of_the_elements_says_that_the_text_is_a_str_now() -> None:
    pipeline = beam.Pipeline()
    pages = pipeline | "Pages" >> beam.Create([(1, b"a")]) | "CleanPages" >> Shout
    rows = pipeline | "Rows" >> beam.Create([beam.Row(id="1", text=b"a")]) | "CleanRows" >> Shout
    assert pages.element_type == typehints.Tuple[int, str]
    assert dict(rows.element_type._fields) == {"id": str, "text": str}


@pytest.mark.parametrize(
    ("elements", "error", "message"),
    [
        ([1, 2], WrongElementType, "elements of type int have no text"),
        ([("1", 2)], WrongElementType, "the text is of type int"),
        ([Page("1", "a")], MissingField, "there is no field 'body'; the fields are: 'id', 'text', 'views'"),
        ([beam.Row(id="1", text="a")], MissingField, "there is no field 'body'; the fields are: 'id', 'text'"),
    ],
)
def test_a_type_that_cannot_hold_the_text_fails_while_the_pipeline_is_built(
    elements: list[Any], error: type[Exception], message: str
) -> None:
    documents = beam.Pipeline() | beam.Create(elements)
    with pytest.raises(error, match=message):
        _ = documents | CleanDocuments(shout, field="body")


BAD = [
    ({"id": "page 7", "body": "un"}, "MissingField", r"document 'page 7': there is no field 'text'"),
    ({"id": "page 7", "text": None}, "WrongElementType", r"document 'page 7': the text is of type NoneType"),
    ((7, None), "WrongElementType", r"document 7: the text is of type NoneType"),
    (None, "WrongElementType", r"document None: an element of type NoneType"),
    (("page 7", "un?"), "UndecodableText", r"document 'page 7': questions are not shouted"),
    ("un?" + 90 * " encore", "UndecodableText", r"document 'un\? encore e\.\.\.encore encore': questions"),
]


@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_without_a_handler_a_bad_element_fails_the_job_by_name_and_not_by_its_whole_text(
    bad: Any, error: str, message: str
) -> None:
    with pytest.raises(Exception, match=message) as raised, TestPipeline(runner="FnApiRunner") as pipeline:
        _ = pipeline | beam.Create([bad, "un"]) | beam.Map(lambda element: element).with_output_types(Any) | Shout
    assert type(raised.value).__name__ == error or error in str(raised.value)
    assert "encore encore encore" not in str(raised.value)
    assert "with_error_handler" in str(raised.value)


def test_with_a_handler_bad_elements_go_there_unchanged_and_the_others_go_on(
    counters_of: Callable[..., dict[str, int]],
) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    bad = [element for element, _, _ in BAD]
    elements = pipeline | beam.Create([*bad, "a", "un"]) | beam.Map(lambda element: element).with_output_types(Any)
    with CollectingErrorHandler() as handler:
        documents = elements | "Shout" >> Shout.with_error_handler(handler)
    errors = handler.output() | beam.MapTuple(lambda element, error: (element, error[0].__name__, bool(error[2])))
    assert_that(documents, equal_to(["A", "un"]), label="documents")
    assert_that(errors, equal_to([(element, error, True) for element, error, _ in BAD]), label="errors")
    result = pipeline.run()
    assert counters_of(result, "Shout") == {
        "documents": len(BAD) + 2,
        "documents_changed": 1,
        "documents_rejected": len(BAD),
        "shout_a": 1,
    }


def test_an_error_that_nobody_foresaw_goes_to_the_handler_too() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        with CollectingErrorHandler() as handler:
            step = CleanDocuments(lambda text, element: 1 // 0)
            documents = pipeline | beam.Create(["un"]) | step.with_error_handler(handler)
        assert_that(documents, equal_to([]), label="documents")
        assert_that(handler.output() | beam.Keys(), equal_to(["un"]), label="errors")


def test_an_error_that_nobody_foresaw_names_the_document_and_the_handler() -> None:
    with pytest.raises(Exception, match=r"document 'un': ZeroDivisionError\(.*; with_error_handler"):
        _ = ["un"] | CleanDocuments(lambda text, element: 1 // 0)


def test_changes_name_the_document_and_number_what_was_done_to_it() -> None:
    documents, changes = [("page 1", "la"), ("page 2", "non"), (3, "aa")] | Shout.with_changes()
    assert documents == [("page 1", "lA"), ("page 2", "non"), (3, "AA")]
    assert changes == [
        DocumentChange("page 1", 0, "shout", "a", 1, 2, "a", "A", {}),
        DocumentChange("3", 0, "shout", "a", 0, 1, "a", "A", {}),
        DocumentChange("3", 1, "shout", "a", 1, 2, "a", "A", {}),
    ]
    assert revert_changes("AA", [change.change() for change in changes if change.id == "3"]) == "aa"


def test_changes_and_a_handler_combine_and_bare_texts_have_changes_without_an_id() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        with CollectingErrorHandler() as handler:
            cleaned = pipeline | beam.Create(["a", "un?"]) | Shout.with_changes().with_error_handler(handler)
        assert_that(cleaned.documents, equal_to(["A"]), label="documents")
        assert_that(
            cleaned.changes, equal_to([DocumentChange(None, 0, "shout", "a", 0, 1, "a", "A", {})]), label="changes"
        )
        assert_that(handler.output() | beam.Keys(), equal_to(["un?"]), label="errors")


def test_changes_with_lone_surrogates_pass_from_stage_to_stage() -> None:
    def repair(text: str, element: Any) -> Cleaned:
        return Cleaned("\ufffd", (Change("encoding", "surrogates", 0, 1, "\ud800", "\ufffd"),))

    _, changes = ["un"] | CleanDocuments(repair).with_changes()
    assert (changes | beam.Reshuffle()) == changes


def test_a_change_that_changes_no_text_is_counted_by_its_rule_alone(
    counters_of: Callable[..., dict[str, int]],
) -> None:
    def look(text: str, element: Any) -> Cleaned:
        return Cleaned(text, (Change("look", "seen", 0, 0, "", ""),))

    pipeline = TestPipeline(runner="FnApiRunner")
    _ = pipeline | beam.Create(["un", "deux"]) | "Look" >> CleanDocuments(look)
    assert counters_of(pipeline.run(), "Look") == {"documents": 2, "look_seen": 2}


def test_options_make_a_copy_and_leave_the_transform_as_it_was() -> None:
    _ = Shout.with_changes()
    assert ["a"] | Shout == ["A"]


def test_transforms_can_be_pickled() -> None:
    assert ["a"] | pickler.loads(pickler.dumps(Shout)) == ["A"]


def test_without_beams_type_checks_elements_are_looked_at_when_they_come() -> None:
    with TestPipeline(runner="FnApiRunner", options=PipelineOptions(["--no_pipeline_type_check"])) as pipeline:
        assert_that(pipeline | beam.Create([("1", b"a"), ("2", b"un")]) | Shout, equal_to([("1", "A"), ("2", "un")]))
