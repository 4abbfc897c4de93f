"""The flow of characters through a job, as a drawing: what went in, what each pass took out, what came out."""

from collections.abc import Mapping
from typing import NamedTuple

WIDTH, HEIGHT = 1000, 220
"""The size of the drawing, in its own units."""

_BAR = 14  # the width of a bar
_GAP = 10  # between two branches
_LEAST = 2.0  # so that what is little can be seen


class Branch(NamedTuple):
    """A part of what went in: what it is called, how many code points it has."""

    name: str
    characters: int


class Ribbon(NamedTuple):
    """A branch as it is drawn.

    Attributes:
        branch: The branch.
        path: The path of its ribbon, as SVG has it.
        x: Where its bar begins.
        y: Where its bar begins.
        height: How high its bar is.
        share: Its share of what went in, from 0 to 1.
    """

    branch: Branch
    path: str
    x: float
    y: float
    height: float
    share: float


def branches_of(written: int, characters: Mapping[str, int]) -> list[Branch]:
    """Return the parts of what went in.

    Args:
        written: How many code points came out.
        characters: By how many the changes of each step made the texts longer; below 0 for shorter.

    >>> branches_of(70, {"typos": 1, "duplicates": -30})
    [Branch(name='written', characters=70), Branch(name='duplicates', characters=30)]
    """
    return [Branch("written", written), *(Branch(step, -more) for step, more in characters.items() if more < 0)]


def draw(branches: list[Branch]) -> list[Ribbon]:
    """Lay out the branches from top to bottom, in proportion to their characters."""
    total = sum(branch.characters for branch in branches)
    if not total:
        return []
    room = HEIGHT - _GAP * (len(branches) - 1) - _LEAST * len(branches)
    left, right = float(_BAR), float(WIDTH - _BAR)
    from_y = (HEIGHT - room - _LEAST * len(branches)) / 2
    to_y = 0.0
    ribbons = []
    for branch in branches:
        height = _LEAST + room * branch.characters / total
        middle = (left + right) / 2
        path = (
            f"M{left:.1f},{from_y:.1f} C{middle:.1f},{from_y:.1f} {middle:.1f},{to_y:.1f} {right:.1f},{to_y:.1f} "
            f"v{height:.1f} C{middle:.1f},{to_y + height:.1f} {middle:.1f},{from_y + height:.1f} "
            f"{left:.1f},{from_y + height:.1f} Z"
        )
        ribbons.append(Ribbon(branch, path, right, to_y, height, branch.characters / total))
        from_y += height
        to_y += height + _GAP
    return ribbons
