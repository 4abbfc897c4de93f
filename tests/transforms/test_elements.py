"""Where the text of an element is, and what the type of the elements says about it."""

import copy
import dataclasses
import re
from collections import OrderedDict
from typing import Any, NamedTuple, NewType, TypedDict

import apache_beam as beam
import pytest
from apache_beam.typehints import typehints
from apache_beam.typehints.native_type_compatibility import convert_to_beam_type
from apache_beam.typehints.row_type import RowTypeConstraint

from beam_textclean.transforms.elements import (
    check_element_type,
    check_id,
    id_of,
    text_of,
    type_with_text,
    value_of,
    with_text,
)
from beam_textclean.transforms.errors import MissingField, WrongElementType
from element_kinds import FrozenPage, FrozenRawPage, MutablePage, Page, RawPage, RegisteredPage, values

RECORDS = [
    {"id": "1", "text": "un", "views": 3},
    OrderedDict(id="1", text="un", views=3),
    Page("1", "un", 3),
    RegisteredPage("1", "un", 3),
    MutablePage("1", "un", 3),
    FrozenPage("1", "un", 3),
    beam.Row(id="1", text="un", views=3),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_of_any_kind_gives_its_text_and_id_and_takes_another_text(record: Any) -> None:
    before = dict(values(record))
    assert (text_of(record, "text"), id_of(record, "id"), value_of(record, "views")) == ("un", "1", 3)
    changed = with_text(record, "text", "deux")
    assert type(changed) is type(record)
    assert values(changed) == {"id": "1", "text": "deux", "views": 3}
    assert values(record) == before


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_field_that_is_missing_is_named_together_with_those_that_exist(record: Any) -> None:
    with pytest.raises(MissingField, match=r"'body'.*'id', 'text', 'views'"):
        text_of(record, "body")
    assert id_of(record, "url") is None


def test_a_pair_has_its_key_as_id_and_keeps_it() -> None:
    assert (text_of((7, "un"), "text"), id_of((7, "un"), "id"), with_text((7, "un"), "text", "deux")) == (
        "un",
        7,
        (7, "deux"),
    )


@pytest.mark.parametrize("text", ["un", b"un"])
def test_a_bare_text_has_no_id(text: Any) -> None:
    assert (text_of(text, "text"), id_of(text, "id"), with_text(text, "text", "deux")) == (text, None, "deux")


@pytest.mark.parametrize("element", [None, 3, ["un"], ("a", "b", "c"), object()])
def test_what_is_neither_text_nor_pair_nor_record_is_refused(element: Any) -> None:
    with pytest.raises(WrongElementType, match="accepted are str"):
        text_of(element, "text")


class PageDict(TypedDict):
    id: str
    text: str


class Loose(NamedTuple):
    id: str
    text: "NotDefinedAnywhere"  # noqa: F821 - what a record type looks like whose names are imported for checkers only


Row = RowTypeConstraint.from_fields([("id", str), ("text", str)])
RawRow = RowTypeConstraint.from_fields([("id", str), ("text", bytes)])
RECORD_TYPES = [Page, RegisteredPage, MutablePage, FrozenPage, Row]
SILENT_TYPES = [
    Any,
    object,
    dict,
    tuple,
    beam.Row,
    PageDict,
    Loose,
    tuple[str, Any],
    tuple[Any, ...],
    NewType("T", str),
]


@pytest.mark.parametrize("element_type", [*RECORD_TYPES, *SILENT_TYPES, str, tuple[int, str], dict[str, int | str]])
def test_types_that_hold_or_may_hold_a_text_pass_and_stay_what_they_are(element_type: Any) -> None:
    check_element_type(element_type, "text", (str,))
    assert type_with_text(element_type, "text") == typehints.normalize(type_with_text(element_type, "text"))
    if element_type not in (tuple[str, Any],):
        assert type_with_text(element_type, "text") == beam.typehints.native_type_compatibility.convert_to_beam_type(
            element_type
        )


@pytest.mark.parametrize("element_type", RECORD_TYPES)
def test_a_record_type_without_the_field_is_refused_naming_its_fields(element_type: Any) -> None:
    with pytest.raises(MissingField, match=r"'body'.*'id', 'text'"):
        check_element_type(element_type, "body", (str,))
    with pytest.raises(MissingField, match=r"'lang'.*'id', 'text'"):
        check_element_type(element_type, "text", (str,), also=("lang",))
    with pytest.raises(MissingField, match="'url'"):
        check_id(element_type, "url")


@pytest.mark.parametrize(
    ("element_type", "message"),
    [
        (int, "elements of type int have no text"),
        (list[str], "have no text"),
        (tuple[str, str, str], "have no text"),
        (type(None), "have no text"),
        (tuple[str, int], "the text is of type int, not str"),
        (dict[str, int], "the text is of type int, not str"),
        (bytes, "of type bytes, not str; NormalizeEncoding makes str of bytes"),
        (tuple[str, bytes], "of type bytes, not str; NormalizeEncoding makes str of bytes"),
        (RawPage, "of type bytes, not str; NormalizeEncoding makes str of bytes"),
        (RawRow, "of type bytes, not str; NormalizeEncoding makes str of bytes"),
        (int | float, "have no text"),
    ],
)
def test_a_type_that_cannot_hold_the_text_is_refused(element_type: Any, message: str) -> None:
    with pytest.raises(WrongElementType, match=message):
        check_element_type(element_type, "text", (str,))


def test_one_member_of_a_union_that_fits_is_enough() -> None:
    check_element_type(str | None, "text", (str,))
    check_element_type(bytes | str, "text", (str,))
    check_element_type(int | Page, "text", (str,))


def test_bare_texts_and_pairs_have_no_other_fields() -> None:
    for element_type in (str, tuple[str, str]):
        with pytest.raises(WrongElementType, match="have no fields, so no 'lang'"):
            check_element_type(element_type, "text", (str,), also=("lang",))
    check_element_type(dict[str, str], "text", (str,), also=("lang",))


def test_bare_texts_have_no_id_and_pairs_and_silent_types_may_have_one() -> None:
    for element_type in (str, bytes):
        with pytest.raises(WrongElementType, match="have no id"):
            check_id(element_type, "id")
    for element_type in (tuple[int, str], *RECORD_TYPES, *SILENT_TYPES):
        check_id(element_type, "id")


@pytest.mark.parametrize(
    ("received", "given"),
    [
        (bytes, str),
        (bytes | str | None, str),
        (tuple[int, bytes], tuple[int, str]),
        (tuple[int, Any], tuple[int, str]),
        (dict[str, bytes], dict[str, bytes | str]),
        (dict[str, bytes | str], dict[str, bytes | str]),
        (RawRow, Row),
        (RawPage, RowTypeConstraint.from_fields([("id", str), ("text", str), ("views", int)])),
        (FrozenRawPage, RowTypeConstraint.from_fields([("id", str), ("text", str), ("views", int)])),
    ],
)
def test_after_decoding_the_type_says_str(received: Any, given: Any) -> None:
    check_element_type(received, "text", (str, bytes))
    assert type_with_text(received, "text") == beam.typehints.native_type_compatibility.convert_to_beam_type(given)
    check_element_type(type_with_text(received, "text"), "text", (str,))


class Inner(NamedTuple):
    text: str
    lang: str = "fr"


class Outer(NamedTuple):
    id: str
    data: Inner


class RawInner(NamedTuple):
    text: bytes


class RawOuter(NamedTuple):
    id: str
    data: RawInner | None


@dataclasses.dataclass(frozen=True)
class FrozenOuter:
    id: str
    data: Inner


NESTED = [
    {"id": "1", "data": {"text": "un", "lang": "fr"}},
    {"id": "1", "data": Inner("un")},
    Outer("1", Inner("un")),
    FrozenOuter("1", Inner("un")),
    beam.Row(id="1", data=beam.Row(text="un", lang="fr")),
    {"id": "1", "data": {"text": "un", "lang": {"text": "fr"}}},
]


@pytest.mark.parametrize("record", NESTED, ids=lambda record: type(record).__name__)
def test_a_field_within_another_is_reached_by_its_path(record: Any) -> None:
    before = copy.deepcopy(record)
    assert text_of(record, "data.text") == "un"
    changed = with_text(record, "data.text", "deux")
    assert type(changed) is type(record)
    assert type(value_of(changed, "data")) is type(value_of(record, "data"))
    assert text_of(changed, "data.text") == "deux"
    assert text_of(changed, "data.lang") == text_of(record, "data.lang")
    assert record == before
    with pytest.raises(MissingField, match=r"'data.body'.*'data.text', 'data.lang'"):
        text_of(record, "data.body")
    with pytest.raises(MissingField, match=r"'id.text'.*'id', 'data'"):
        text_of(record, "id.text")


def test_a_field_whose_name_has_a_dot_is_no_path() -> None:
    record = {"data.text": "un", "data": {"text": "deux"}}
    assert text_of(record, "data.text") == "un"
    assert with_text(record, "data.text", "trois") == {"data.text": "trois", "data": {"text": "deux"}}


@pytest.mark.parametrize("kind", [Outer, FrozenOuter, RawOuter, dict[str, Inner], dict[str, dict[str, str]], dict])
def test_the_type_of_a_field_within_another_is_checked(kind: Any) -> None:
    check_element_type(kind, "data.text", (str, bytes))
    if kind is not RawOuter:
        check_element_type(kind, "data.text", (str,))
        assert type_with_text(kind, "data.text") == _as_beam(kind)
        return
    with pytest.raises(WrongElementType, match="bytes"):
        check_element_type(kind, "data.text", (str,))
    fields = dict(type_with_text(kind, "data.text")._fields)
    assert dict(fields["data"]._fields) == {"text": str}


@pytest.mark.parametrize("field", ["data.body", "id.text", "body.text"])
def test_a_path_that_a_type_does_not_have_is_an_error_while_the_pipeline_is_built(field: str) -> None:
    with pytest.raises(MissingField, match=re.escape(field.rpartition(".")[2])):
        check_element_type(Outer, field, (str,))


def _as_beam(kind: Any) -> Any:
    return convert_to_beam_type(kind)
