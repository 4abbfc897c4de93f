"""The choices of a whole cleaning job, in one object, and how a configuration file becomes one."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.near_copies import minhash
from beam_textclean.transforms.encoding import EncodingConfig
from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos import TyposConfig
from beam_textclean.transforms.typos.languages import check_languages

#: The passes, in the order in which they are made.
PASSES = ("encoding", "typos", "duplicates")

Config = TypeVar("Config")


@dataclasses.dataclass(frozen=True)
class CleanConfig:
    """What the passes over a document or a corpus do.

    Attributes:
        passes: The passes to make, of ``encoding``, ``typos`` and ``duplicates``. They are always made in this order.
        languages: The languages of the typo pass: ``"auto"``, or codes.
        encoding: The choices of the encoding pass.
        typos: The choices of the typo pass.
        duplicates: The choices of the duplicates pass.

    Raises:
        InvalidOption: A pass that does not exist, or none.
        UnknownLanguage: A language has no tables.

    >>> CleanConfig(passes=("duplicates", "encoding")).passes
    ('encoding', 'duplicates')
    """

    passes: tuple[str, ...] = PASSES
    languages: str | tuple[str, ...] = "auto"
    encoding: EncodingConfig = dataclasses.field(default_factory=EncodingConfig)
    typos: TyposConfig = dataclasses.field(default_factory=TyposConfig)
    duplicates: DuplicatesConfig = dataclasses.field(default_factory=DuplicatesConfig)

    def __post_init__(self) -> None:
        """Check the passes and the languages, and make equal choices equal objects."""
        wrong = [name for name in self.passes if name not in PASSES]
        if wrong or not self.passes or isinstance(self.passes, str):
            chosen = repr(self.passes) if isinstance(self.passes, str) else ", ".join(map(repr, wrong)) or "nothing"
            raise InvalidOption(f"passes: {chosen} is not a choice of {', '.join(PASSES)}")
        object.__setattr__(self, "passes", tuple(name for name in PASSES if name in self.passes))
        object.__setattr__(self, "languages", check_languages(self.languages) or "auto")


def check_for_files(config: CleanConfig, scope: str = "corpus") -> None:
    """Refuse what a job over files does not do.

    Raises:
        InvalidOption: An option about a corpus where the scope is a document, which it names; near-duplicates across a
            corpus without the extra ``near``.

    >>> check_for_files(CleanConfig(duplicates=DuplicatesConfig(boilerplate=3)), "document")
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidOption: duplicates.boilerplate is about a corpus; it needs the scope \
corpus, not document
    """
    for name in ("unit", "boilerplate") if scope != "corpus" else ():
        if getattr(config.duplicates, name) != getattr(DuplicatesConfig(), name):
            raise InvalidOption(f"duplicates.{name} is about a corpus; it needs the scope corpus, not {scope}")
    if config.duplicates.near is not None and scope == "corpus":
        minhash()  # a package that is missing is told now


def config_from_mapping(mapping: Mapping[str, Any]) -> CleanConfig:
    """Make a configuration of what a configuration file holds.

    Args:
        mapping: Options by name, as in `CleanConfig`; each pass has a mapping of its own options. What is not there
            keeps its default.

    Raises:
        InvalidOption: An option that does not exist, or a value that it cannot have; says what is allowed.
        UnknownLanguage: A language has no tables.

    >>> config = config_from_mapping({"languages": ["fr"], "duplicates": {"min_characters": 80}})
    >>> config.languages, config.duplicates.min_characters
    (('fr',), 80)
    >>> config_from_mapping({"typos": {"dictionary": "mine.csv"}})
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidOption: typos: there is no option 'dictionary'; there are dictionaries, \
allow, max_share, learned
    """
    return _updated(CleanConfig(), mapping, "")


def _updated(config: Config, mapping: Any, path: str) -> Config:
    """Give a configuration object (dataclass or NamedTuple) with the options of a mapping in place of its own."""
    where = f"{path}: " if path else ""
    if mapping is None:
        raise InvalidOption(f"{where}there are no options; leave it out to have the defaults")
    if not isinstance(mapping, Mapping):
        raise InvalidOption(f"{where}{mapping!r} is not a mapping of options")
    hints = typing.get_type_hints(type(config))
    for name in mapping:
        if name not in hints:
            raise InvalidOption(f"{where}there is no option {name!r}; there are {', '.join(hints)}")
    values = {
        name: _converted(value, hints[name], getattr(config, name), f"{path}.{name}" if path else name)
        for name, value in mapping.items()
    }
    if isinstance(config, tuple):
        return typing.cast(Any, config)._replace(**values)
    return dataclasses.replace(typing.cast(Any, config), **values)


def _converted(value: Any, hint: Any, default: Any, path: str) -> Any:
    """Check one value against the type of its option, and make a tuple of a list and a config of a mapping."""
    if dataclasses.is_dataclass(default) or hasattr(default, "_fields"):
        return _updated(default, value, path)
    if isinstance(default, tuple) and isinstance(value, str) and not _fits(value, hint):
        raise InvalidOption(f"{path}: {value!r} is one text, not a list; write [{value}]")
    if not _fits(value, hint):
        raise InvalidOption(f"{path}: {value!r} is not {_described(hint)}")
    return tuple(value) if isinstance(value, list) else value


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is Literal:
        return any(value is argument or (type(value) is type(argument) and value == argument) for argument in arguments)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, argument) for argument in arguments)
    if origin is tuple:
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(_fits(item, arguments[0]) for item in value)
        )
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint


def _described(hint: Any) -> str:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, arguments))
    if origin in (typing.Union, types.UnionType):
        return " or ".join(map(_described, arguments))
    if origin is tuple:
        return f"a list of {_described(arguments[0]).removeprefix('a ')}s"
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", type(None): "null"}
    return names.get(hint, str(hint))
