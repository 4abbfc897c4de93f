"""The text and the id of an element, for every kind of element that jobs have.

An element is a text (`str`, or `bytes` before decoding), a ``(key, text)`` pair, or a record: a dict, a NamedTuple, a
`beam.Row` or a dataclass, whose text is in a field. `check_element_type` and `type_with_text` look at the type of the
elements once, while the pipeline is built. `text_of`, `id_of`, `value_of` and `with_text` look at one element.

A field with dots is a path where a record has no field of that name: ``data.text`` is the field ``text`` of the record
in the field ``data``.
"""

import copy
import dataclasses
import typing
from collections.abc import Collection, Iterable
from typing import Any

import apache_beam as beam
from apache_beam.typehints import row_type, typehints
from apache_beam.typehints.native_type_compatibility import convert_to_beam_type

from beam_textclean.transforms.errors import MissingField, WrongElementType, wrong_text_type

_KINDS = "str, (key, text) pairs, dicts, NamedTuples, beam.Row and dataclasses"

# Types that do not say whether their elements have a text. Each element shows it.
_SILENT = (typehints.AnyTypeConstraint, typehints.TupleSequenceConstraint, typehints.MappingTypeConstraint)


def text_of(element: Any, field: str) -> Any:
    """Return the text of an element, whatever its type.

    Args:
        element: One element of any kind.
        field: The field of a record that holds the text.

    Raises:
        MissingField: A record has no such field.
        WrongElementType: The element is not of a kind that has a text.

    >>> text_of(("page 1", "Bonjour."), "text"), text_of({"text": "Bonjour.", "lang": "fr"}, "text")
    ('Bonjour.', 'Bonjour.')
    >>> text_of({"text": "Bonjour."}, "body")
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.MissingField: there is no field 'body'; the fields are: 'text'
    >>> text_of({"data": {"text": "Bonjour."}}, "data.text")
    'Bonjour.'
    """
    if isinstance(element, (str, bytes)):
        return element
    if _is_pair(element):
        return element[1]
    return _text_in(_record(element), field, "")


def id_of(element: Any, id_field: str) -> Any:
    """Return the id of an element: the key of a pair, the field of a record, or None if there is none.

    >>> id_of(("page 1", "Bonjour."), "id"), id_of({"id": 7, "text": "Bonjour."}, "id"), id_of("Bonjour.", "id")
    ('page 1', 7, None)
    """
    if isinstance(element, (str, bytes)):
        return None
    return element[0] if _is_pair(element) else value_of(element, id_field)


def value_of(element: Any, field: str) -> Any:
    """Return another field of a record, or None if the record does not have it.

    Raises:
        WrongElementType: The element is not a record.

    >>> value_of({"text": "Bonjour.", "lang": "fr"}, "lang")
    'fr'
    """
    return _record(element).get(field)


def with_text(element: Any, field: str, text: str) -> Any:
    """Return an element of the same kind with another text and nothing else changed; `element` is not modified.

    >>> with_text({"text": "Bonjour.", "lang": "fr"}, "text", "Bonsoir.")
    {'text': 'Bonsoir.', 'lang': 'fr'}
    """
    if isinstance(element, (str, bytes)):
        return text
    if _is_pair(element):
        return (element[0], text)
    record = _record(element)
    head, rest = _split(record, field)
    return _with_value(element, head, with_text(record[head], rest, text) if rest else text)


def _with_value(element: Any, field: str, value: Any) -> Any:
    """Return a record of the same kind with another value in a field."""
    if isinstance(element, dict):
        changed = copy.copy(element)
        changed[field] = value
        return changed
    if isinstance(element, beam.Row):
        return beam.Row(**{**vars(element), field: value})
    if isinstance(element, tuple):
        return typing.cast(Any, element)._replace(**{field: value})
    return dataclasses.replace(element, **{field: value})


def _split(fields: Collection[str], field: str) -> tuple[str, str]:
    """Return the field of a record that a path begins with, and the path from there."""
    head, _, rest = field.partition(".")
    return (field, "") if field in fields or not rest else (head, rest)


def _text_in(record: dict[str, Any], field: str, path: str) -> Any:
    """Return what a field holds; `path` is how the record was reached."""
    head, rest = _split(record, field)
    if head not in record:
        raise _missing(path + field, [path + name for name in record])
    value = record[head]
    if not rest:
        return value
    try:
        inner = _record(value)
    except WrongElementType:
        raise _missing(path + field, [path + name for name in record]) from None
    return _text_in(inner, rest, f"{path}{head}.")


def check_element_type(element_type: Any, field: str, accepted: tuple[type, ...], also: Iterable[str] = ()) -> None:
    """Check the type of the elements while the pipeline is built.

    What the type does not say (Any, dict, a union with one fitting member) is checked for each element.

    Args:
        element_type: ``pcoll.element_type``, or a Python type.
        field: The field of a record that holds the text.
        accepted: The types that a text may have: ``(str,)`` or ``(str, bytes)``.
        also: Other fields that records must have.

    Raises:
        MissingField: Records of this type have no such field.
        WrongElementType: No element of this type can hold a text of the accepted types.
    """
    element_type = _beam_type(element_type)
    if isinstance(element_type, typehints.UnionConstraint):
        _check_union(element_type, field, accepted, also)
        return
    if _says_nothing(element_type):
        return
    fields = _fields_of_type(element_type)
    if also and fields is None and not isinstance(element_type, typehints.DictConstraint):
        raise WrongElementType(f"elements of type {_name(element_type)} have no fields, so no {_quoted(also)}")
    if fields is not None:
        for name in also:
            if name not in fields:
                raise _missing(name, fields)
    text_type = _text_type(element_type, field, fields)
    if text_type is None:
        raise WrongElementType(f"elements of type {_name(element_type)} have no text; accepted are {_KINDS}")
    if not _can_hold(text_type, accepted):
        raise wrong_text_type(_name(text_type), accepted)


def type_with_text(element_type: Any, field: str) -> Any:
    """Return the type of the elements that `with_text` returns for elements of a type that was checked.

    A NamedTuple or a dataclass that declares its text as bytes becomes a row type with a str there.

    >>> type_with_text(tuple[int, bytes], "text")
    Tuple[<class 'int'>, <class 'str'>]
    """
    element_type = _beam_type(element_type)
    if isinstance(element_type, typehints.UnionConstraint):
        members = [member for member in element_type.union_types if member is not type(None)]
        return typehints.Union[tuple(type_with_text(member, field) for member in members)]
    if isinstance(element_type, type) and issubclass(element_type, (str, bytes)):
        return str
    if isinstance(element_type, typehints.TupleConstraint):
        return typehints.Tuple[element_type.tuple_types[0], str]
    if isinstance(element_type, typehints.DictConstraint):
        if _can_hold(_text_type(element_type, field, None), (str,)):
            return element_type
        return typehints.Dict[element_type.key_type, typehints.Union[element_type.value_type, str]]
    fields = _fields_of_type(element_type)
    if fields is None or _can_hold(_text_type(element_type, field, fields), (str,)):
        return element_type
    head, rest = _split(fields, field)
    inner = type_with_text(fields[head], rest) if rest else str
    return row_type.RowTypeConstraint.from_fields(list({**fields, head: inner}.items()))


def check_id(element_type: Any, id_field: str) -> None:
    """Check while the pipeline is built that elements of this type can have an id.

    Raises:
        MissingField: Records of this type have no field for it.
        WrongElementType: The elements are bare texts.
    """
    element_type = _beam_type(element_type)
    if isinstance(element_type, type) and issubclass(element_type, (str, bytes)):
        raise WrongElementType(
            f"elements of type {_name(element_type)} have no id; give (id, text) pairs, or records with a field for it"
        )
    fields = _fields_of_type(element_type)
    if fields is not None and id_field not in fields:
        raise _missing(id_field, fields)


def _beam_type(element_type: Any) -> Any:
    """Return the type in Beam's terms; Beam has None where its type checks are switched off."""
    return typehints.Any if element_type is None else convert_to_beam_type(element_type)


def _is_pair(element: Any) -> bool:
    return isinstance(element, tuple) and len(element) == 2 and not hasattr(element, "_fields")


def _record(element: Any) -> dict[str, Any]:
    """Return the fields of a record; of dataclasses and rows their own attributes, so that no value is copied."""
    if isinstance(element, dict):
        return element
    if isinstance(element, beam.Row):
        return vars(element)
    if isinstance(element, tuple) and hasattr(element, "_fields"):
        return typing.cast(Any, element)._asdict()
    if dataclasses.is_dataclass(element) and not isinstance(element, type):
        return {field.name: getattr(element, field.name) for field in dataclasses.fields(element)}
    raise WrongElementType(f"an element of type {type(element).__name__} is not a record; accepted are {_KINDS}")


def _check_union(union: Any, field: str, accepted: tuple[type, ...], also: Iterable[str]) -> None:
    """Check a union, of which one fitting member is enough: each element shows which one it is."""
    errors: list[MissingField | WrongElementType] = []
    for member in sorted(union.union_types, key=str):
        if member is type(None):
            continue
        try:
            check_element_type(member, field, accepted, also)
            return
        except (MissingField, WrongElementType) as error:
            errors.append(error)
    raise errors[0]


def _text_type(element_type: Any, field: str, fields: dict[str, Any] | None) -> Any:
    """Return the declared type of the text, or None if elements of this type have none.

    Raises:
        MissingField: Records of this type have no such field.
    """
    if fields is not None:
        head, rest = _split(fields, field)
        if head not in fields:
            raise _missing(field, fields)
        return _type_within(fields[head], rest) if rest else fields[head]
    if isinstance(element_type, type) and issubclass(element_type, (str, bytes)):
        return element_type
    if isinstance(element_type, typehints.TupleConstraint) and len(element_type.tuple_types) == 2:
        return element_type.tuple_types[1]
    if isinstance(element_type, typehints.DictConstraint):
        _, rest = _split((), field)
        inner = element_type.value_type
        return _type_within(inner, rest) if rest and not _can_hold(inner, (str, bytes)) else inner
    return None


def _type_within(element_type: Any, field: str) -> Any:
    """Return the declared type of the text in a record that is within another; Any where the type does not say."""
    if isinstance(element_type, typehints.UnionConstraint):
        members = [member for member in element_type.union_types if member is not type(None)]
        return typehints.Union[tuple(_type_within(member, field) for member in members)]
    fields = _fields_of_type(element_type)
    if fields is None and not isinstance(element_type, typehints.DictConstraint):
        if _says_nothing(element_type):
            return typehints.Any
        raise MissingField(f"there is no field {field!r} in elements of type {_name(element_type)}")
    return _text_type(element_type, field, fields)


def _fields_of_type(element_type: Any) -> dict[str, Any] | None:
    """Return the fields of a record type and their types, or None if it is not a record type or does not say."""
    if isinstance(element_type, row_type.RowTypeConstraint):
        return dict(element_type._fields)
    if not isinstance(element_type, type):
        return None
    if issubclass(element_type, tuple) and hasattr(element_type, "_fields"):
        names = element_type._fields
    elif dataclasses.is_dataclass(element_type):
        names = [field.name for field in dataclasses.fields(element_type)]
    else:
        return None
    try:
        hints = typing.get_type_hints(element_type)
    except NameError:  # a forward reference to a name that does not exist at run time
        hints = {}
    return {name: convert_to_beam_type(hints.get(name, Any)) for name in names}


def _says_nothing(element_type: Any) -> bool:
    if isinstance(element_type, typehints.TypeConstraint):
        return isinstance(element_type, _SILENT)
    if not isinstance(element_type, type):
        return True  # a NewType or another alias
    if element_type is object or issubclass(element_type, (dict, beam.Row)):
        return True
    return issubclass(element_type, tuple) and not hasattr(element_type, "_fields")


def _can_hold(text_type: Any, accepted: tuple[type, ...]) -> bool:
    if isinstance(text_type, typehints.UnionConstraint):
        return any(_can_hold(member, accepted) for member in text_type.union_types)
    if isinstance(text_type, type):
        return text_type is object or issubclass(text_type, accepted)
    return not isinstance(text_type, typehints.TypeConstraint) or isinstance(text_type, typehints.AnyTypeConstraint)


def _missing(field: str, fields: Iterable[str]) -> MissingField:
    return MissingField(f"there is no field {field!r}; the fields are: {_quoted(fields)}")


def _quoted(names: Iterable[object]) -> str:
    return ", ".join(map(repr, names))


def _name(element_type: Any) -> str:
    return element_type.__name__ if isinstance(element_type, type) else str(element_type)
