"""A configuration file made into a mapping, at a cost that its size bounds."""

from collections.abc import Hashable
from typing import Any

import yaml
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node

from beam_textclean.transforms.errors import InvalidOption

_MOST_BYTES = 1 << 20
_DEEPEST = 20


def read_configuration(path: str) -> dict[str, Any]:
    """Read a configuration file.

    Args:
        path: A file of YAML.

    Returns:
        Its options by name.

    Raises:
        InvalidOption: It cannot be read, or is not a mapping of options. Aliases, keys that are given twice and deep
            nesting are refused, with the line.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise InvalidOption(f"the configuration {path} is larger than {_MOST_BYTES:,} bytes")
        mapping = yaml.load(data.decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError as error:
        raise InvalidOption(f"the configuration {path} is not UTF-8, from byte {error.start + 1} on") from error
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise InvalidOption(f"cannot read the configuration {path}: {error}") from error
    if mapping is None:
        return {}
    if not isinstance(mapping, dict):
        raise InvalidOption(f"the configuration {path} is a {type(mapping).__name__}, not a mapping")
    return mapping


class _Loader(yaml.SafeLoader):
    """Loads plain values, lists and mappings, each written out once."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Refuse what would be larger, or deeper, than it is written."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, AliasEvent):
            raise _fault(f"*{event.anchor} is an alias; write it out", event.start_mark)
        if self._depth == _DEEPEST:
            raise _fault(f"more than {_DEEPEST} levels", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that is given twice, of which one would be silently without effect."""
        seen = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise _fault(f"{name} is given twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _fault(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
