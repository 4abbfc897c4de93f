"""How a configuration file becomes a `CleanConfig`, how that is written down, and what a job over files refuses."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from beam_textclean.pipelines.passes import CleanConfig
from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.near_copies import minhash
from beam_textclean.transforms.errors import InvalidOption, did_you_mean
from beam_textclean.transforms.typos import available_languages, fix_typos

Config = TypeVar("Config")


def check_for_files(config: CleanConfig, scope: str = "corpus") -> None:
    """Refuse what a job over files cannot do, before it reads any.

    Args:
        config: What is to be done.
        scope: ``corpus`` or ``document``.

    Raises:
        InvalidOption: An option about a corpus, which it names, where the scope is a document; near-duplicates across a
            corpus without the extra ``near``.

    >>> check_for_files(CleanConfig(duplicates=DuplicatesConfig(boilerplate=3)), "document")
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidOption: duplicates.boilerplate is about a corpus; it needs the scope \
corpus, not document
    """
    if config.typos.learn and "typos" not in config.passes:
        raise InvalidOption("typos.learn is about the typo pass, which is left out")
    for name in ("unit", "boilerplate") if scope != "corpus" else ():
        if getattr(config.duplicates, name) != getattr(DuplicatesConfig(), name):
            raise InvalidOption(f"duplicates.{name} is about a corpus; it needs the scope corpus, not {scope}")
    if config.duplicates.near is not None and scope == "corpus":
        minhash()  # reports a package that is missing


def check_tables(config: CleanConfig) -> None:
    """Read the tables of the typo pass, so that a fault in one is reported before any document is read.

    Raises:
        InvalidOption: A dictionary or a file of learned typos cannot be used.
        IncompleteLanguage: A language has only some of its data files.
    """
    if "typos" not in config.passes:
        return
    available_languages()
    if config.typos.dictionaries or config.typos.learned:
        fix_typos("", config.languages, config.typos)


def config_from_mapping(mapping: Mapping[str, Any]) -> CleanConfig:
    """Return the configuration that a configuration file describes.

    Args:
        mapping: Options by name, as in `CleanConfig`; each pass has a mapping of its own options. An option that is not
            there keeps its default.

    Raises:
        InvalidOption: An option does not exist, or cannot have its value; the message says what is allowed.
        UnknownLanguage: A language has no tables.

    >>> config = config_from_mapping({"languages": ["fr"], "duplicates": {"min_characters": 80}})
    >>> config.languages, config.duplicates.min_characters
    (('fr',), 80)
    >>> config_from_mapping({"typos": {"dictionary": "mine.csv"}})
    Traceback (most recent call last):
        ...
    beam_textclean.transforms.errors.InvalidOption: typos: there is no option 'dictionary'; there are dictionaries, \
allow, max_share, learned, learn; did you mean 'dictionaries'?
    """
    return _updated(CleanConfig(), mapping, "")


def config_as_mapping(config: CleanConfig) -> dict[str, Any]:
    """Return a configuration as mappings by name, as `config_from_mapping` takes them.

    >>> config_as_mapping(CleanConfig())["typos"]["max_share"]
    0.02
    """
    return {name: _plain(value) for name, value in vars(config).items()}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {name: _plain(option) for name, option in vars(value).items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return typing.cast(Any, value)._asdict()
    return value


def _updated(config: Config, mapping: Any, path: str) -> Config:
    """Return a configuration object (dataclass or NamedTuple) with the options of a mapping in place of its own."""
    where = f"{path}: " if path else ""
    if mapping is None:
        raise InvalidOption(f"{where}there are no options; leave it out to have the defaults")
    if not isinstance(mapping, Mapping):
        raise InvalidOption(f"{where}{mapping!r} is not a mapping of options")
    hints = typing.get_type_hints(type(config))
    for name in mapping:
        if name not in hints:
            raise InvalidOption(
                f"{where}there is no option {name!r}; there are {', '.join(hints)}{did_you_mean(name, hints)}"
            )
    values = {
        name: _converted(value, hints[name], getattr(config, name), f"{path}.{name}" if path else name)
        for name, value in mapping.items()
    }
    if isinstance(config, tuple):
        return typing.cast(Any, config)._replace(**values)
    return dataclasses.replace(typing.cast(Any, config), **values)


def _converted(value: Any, hint: Any, default: Any, path: str) -> Any:
    """Check one value against the type of its option; a list becomes a tuple, a mapping a configuration."""
    if dataclasses.is_dataclass(default) or hasattr(default, "_fields"):
        return _updated(default, value, path)
    if isinstance(default, tuple) and isinstance(value, str) and not _fits(value, hint):
        raise InvalidOption(f"{path}: {value!r} is one text, not a list; write [{value}]")
    if not _fits(value, hint):
        raise InvalidOption(f"{path}: {value!r} is not {_described(hint)}{did_you_mean(value, _choices(hint))}")
    return tuple(value) if isinstance(value, list) else value


def _choices(hint: Any) -> tuple[Any, ...]:
    """Return the values that an option of a type may have, where they can be listed."""
    arguments = typing.get_args(hint)
    return arguments if typing.get_origin(hint) is Literal else sum(map(_choices, arguments), ())


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
