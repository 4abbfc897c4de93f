"""Whether a value that was read from JSON has the types that `schema` declares."""

import types
import typing
from collections.abc import Iterable
from functools import cache
from typing import Any

_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "true or false", type(None): "null"}


def fault_of(value: object, hint: Any, where: str = "") -> str:
    """Return what of a value is not as its type says, or nothing.

    Args:
        value: A value of JSON.
        hint: A class of `schema`, or what its fields are declared as.
        where: What the value is called.

    >>> from beam_textclean.pipelines.file_job.schema import SpotEntry
    >>> fault_of({"file": "a", "record": "1", "start": 0, "end": 1}, SpotEntry)
    'record is not an integer'
    >>> fault_of({"file": "a", "record": 1, "start": 0}, SpotEntry, "kept")
    'kept has no end'
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return ""
    if origin in (typing.Union, types.UnionType):
        faults = [fault_of(value, argument, where) for argument in arguments]
        return "" if "" in faults else faults[0]
    if origin is list:
        if not isinstance(value, list):
            return f"{where} is not a list"
        return _first(enumerate(value), arguments[0], where, "[{}]")
    if origin is dict:
        if not isinstance(value, dict):
            return f"{where} is not an object"
        return _first(value.items(), arguments[1], where, ".{}")
    if typing.is_typeddict(hint):
        return _fault_of_object(value, hint, where)
    return "" if type(value) is hint else f"{where} is not {_NAMES[hint]}"


def _fault_of_object(value: object, hint: Any, where: str) -> str:
    if not isinstance(value, dict):
        return f"{where} is not an object"
    hints = _hints(hint)
    missing = sorted(hint.__required_keys__ - value.keys())
    if missing:
        return f"{where} has no {missing[0]}".strip()
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        return f"{where} has {unknown[0]!r}, which results do not have".strip()
    for name, item in value.items():
        fault = fault_of(item, hints[name], f"{where}.{name}".lstrip("."))
        if fault:
            return fault
    return ""


def _first(items: Iterable[tuple[object, object]], hint: Any, where: str, form: str) -> str:
    return next(filter(None, (fault_of(item, hint, where + form.format(name)) for name, item in items)), "")


@cache
def _hints(hint: Any) -> dict[str, Any]:
    return typing.get_type_hints(hint)
