"""The transforms for Beam YAML: rows in, rows out, and options that YAML can hold.

The options of a transform are those of its class, but for PCollections. Its configuration is the mapping ``options``,
as in a configuration file, and there are two more options, for the outputs. Beam YAML shows types and descriptions
as help.

``beam_yaml_providers.yaml``, beside this module, lists the transforms as Beam YAML wants it: by the functions here that
make them. A function is called as the pure function of its pass. It needs ``apache-beam[yaml]``.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin

import apache_beam as beam
import docstring_parser
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.yaml.yaml_errors import map_errors_to_standard_format

from beam_textclean.pipelines.clean_corpus import CleanCorpus
from beam_textclean.pipelines.configuration import config_from_mapping
from beam_textclean.pipelines.passes import PASSES
from beam_textclean.transforms.documents import CleanedDocuments, DocumentChange, DocumentTransform
from beam_textclean.transforms.errors import InvalidOption


class ChangeRow(NamedTuple):
    """A `DocumentChange` as a row: the same fields, and `detail` as a JSON object."""

    id: str | None
    number: int
    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    detail: str


class CleanRows(beam.PTransform[Any, Any]):
    """A transform with the outputs of Beam YAML: ``good``, the changes, and bad rows in Beam YAML's form for errors.

    Args:
        transform: Cleans the rows.
        changes: The name of the output with the changes, if they are wanted.
        error_handling: The name of the output with the bad rows, as ``output``; without it they fail the job.

    Raises:
        InvalidOption: An output has no name, or one that is taken.
    """

    def __init__(
        self, transform: DocumentTransform, changes: str | None = None, error_handling: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._transform = transform
        self._changes = changes
        self._rejected = _output_name(error_handling)
        names = ["good", *(name for name in (changes, self._rejected) if name is not None)]
        if len(set(names)) < len(names) or not all(isinstance(name, str) and name for name in names):
            raise InvalidOption(f"outputs need names of their own; these are {', '.join(map(repr, names))}")

    def expand(self, rows: beam.PCollection[Any]) -> Any:
        """Clean the rows; returns the outputs by name."""
        if self._rejected is None:
            return self._outputs(rows | self._transform.with_changes())
        with ErrorHandler("DescribeRejected" >> map_errors_to_standard_format(rows.element_type)) as handler:
            cleaned = rows | self._transform.with_changes().with_error_handler(handler)
        return self._outputs(cleaned) | {self._rejected: handler.output()}

    def _outputs(self, cleaned: CleanedDocuments) -> dict[str, Any]:
        if self._changes is None:
            return {"good": cleaned.documents}
        return {"good": cleaned.documents, self._changes: cleaned.changes | "MakeChangeRows" >> beam.Map(_change_row)}


def _output_name(error_handling: Mapping[str, Any] | None) -> str | None:
    if error_handling is None:
        return None
    if (
        list(error_handling) != ["output"]
        or not isinstance(error_handling["output"], str)
        or not error_handling["output"]
    ):
        raise InvalidOption(
            f"error_handling: {dict(error_handling)!r} is not the name of an output; write output: NAME"
        )
    return error_handling["output"]


def _change_row(change: DocumentChange) -> ChangeRow:
    return ChangeRow(*change[:-1], json.dumps(dict(change.detail)))


def _factory(transform: Any, section: str | None = None) -> Callable[..., CleanRows]:
    """Return a function that makes a transform for Beam YAML.

    Args:
        transform: The class of a `DocumentTransform`.
        section: The section of the configuration that its ``options`` are; None for the whole.
    """
    options = list(_options(transform))
    signature = inspect.Signature([parameter for parameter, _ in options])

    def make(*values: Any, **named_values: Any) -> CleanRows:
        given = signature.bind(*values, **named_values).arguments
        outputs = {name: given.pop(name, None) for name in ("changes", "error_handling")}
        mapping = given.pop("options", None) or {}
        config = config_from_mapping({section: mapping} if section else mapping)
        return CleanRows(transform(**given, config=getattr(config, section) if section else config), **outputs)

    summary = docstring_parser.parse(inspect.getdoc(transform) or "").short_description
    help_texts = [f"    {parameter.name}: {text}" for parameter, text in options]
    make.__doc__ = "\n".join([f"{summary}\n", "Args:", *help_texts])
    make.__signature__ = signature  # type: ignore[attr-defined]
    return make


def _options(transform: type[DocumentTransform]) -> Iterator[tuple[inspect.Parameter, str]]:
    """Yield the options of a transform in YAML, each with its help."""
    documented = docstring_parser.parse(inspect.getdoc(transform) or "").params
    help_of = {parameter.arg_name: " ".join((parameter.description or "").split()) for parameter in documented}
    for option in transform.options():
        kind: Any = option.type
        if option.name == "config":
            text = f"The options of `{kind.__name__}` by name, as in a configuration file of the command."
            yield _parameter("options", Mapping[str, Any] | None, None), text
        elif not any((get_origin(part) or part) is beam.PCollection for part in get_args(kind)):
            yield _parameter(option.name, kind, option.default), help_of[option.name]
    yield _parameter("changes", str | None, None), "A name for a further output, with one row for each change."
    yield (
        _parameter("error_handling", Mapping[str, Any] | None, None),
        "Where to send rows that cannot be cleaned, as in ``output: rejected``; without it they fail the job.",
    )


def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)


FACTORIES = {
    "clean_corpus": _factory(CleanCorpus),
    **{each.function.__name__: _factory(each.transform(), each.name) for each in PASSES},
}
"""The functions that make the transforms; each is also an attribute of this module."""


def __getattr__(name: str) -> Callable[..., CleanRows]:
    if name not in FACTORIES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return FACTORIES[name]
