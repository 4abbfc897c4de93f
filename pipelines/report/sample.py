"""Items drawn from a stream of unknown length."""

from random import Random
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Sample(Generic[_Item]):
    """Items drawn from a stream, each with the same chance; the same stream gives the same items.

    Source: Vitter, Random sampling with a reservoir, 1985, "algorithm R".

    Args:
        size: How many items are drawn at most.

    >>> sample = Sample(2)
    >>> for item in "abcde":
    ...     sample.offer(item)
    >>> len(sample.items)
    2
    """

    def __init__(self, size: int) -> None:
        self.items: list[_Item] = []
        self.offered = 0
        self._size = size
        self._random = Random(0)

    def offer(self, item: _Item) -> None:
        """Take an item, or pass it over."""
        self.offered += 1
        if len(self.items) < self._size:
            self.items.append(item)
            return
        place = int(self._random.random() * self.offered)
        if place < self._size:
            self.items[place] = item
