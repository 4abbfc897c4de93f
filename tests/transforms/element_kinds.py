"""Records of every kind that people's jobs hold. They are not in a test module, as Beam's row coder wants it."""

import dataclasses
from typing import Any, NamedTuple

import apache_beam as beam


class Page(NamedTuple):
    """A NamedTuple that Beam pickles."""

    id: str
    text: str
    views: int = 0


class RegisteredPage(NamedTuple):
    """A NamedTuple with Beam's row coder."""

    id: str
    text: str | None
    views: int = 0


class RawPage(NamedTuple):
    """A NamedTuple whose text is not decoded yet."""

    id: str
    text: bytes
    views: int = 0


@dataclasses.dataclass
class MutablePage:
    id: str
    text: str
    views: int = 0


@dataclasses.dataclass(frozen=True)
class FrozenPage:
    id: str
    text: str
    views: int = 0


@dataclasses.dataclass(frozen=True)
class FrozenRawPage:
    id: str
    text: bytes
    views: int = 0


beam.coders.registry.register_coder(RegisteredPage, beam.coders.RowCoder)
if hasattr(beam.coders.registry, "register_row"):  # older Beam pickles all dataclasses
    for dataclass in (FrozenPage, FrozenRawPage):
        beam.coders.registry.register_row(dataclass)


def values(record: Any) -> Any:
    """Give a record as a dict: a row that was encoded comes back as a NamedTuple of Beam's own making."""
    if dataclasses.is_dataclass(record):
        return dataclasses.asdict(record)
    return record._asdict() if hasattr(record, "_asdict") else record
