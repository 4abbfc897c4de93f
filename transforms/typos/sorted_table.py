"""A table as the lines of its file, which load faster than a dictionary and take a fraction of its memory."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

import numpy as np

from beam_textclean.transforms.typos.first_look import PADDING, Hashes, Positions, hashes

# So many bytes, and the rest of a line, stand between two places of the index.
_STEP = 1024


class Lines(Mapping[bytes, bytes]):
    r"""A table of sorted lines ``typo,correction``.

    Args:
        lines: The lines, sorted by their typos, each with its end of line.

    >>> lines = Lines(b"recieve,receive\nteh,the\n")
    >>> lines[b"teh"], b"the" in lines, list(lines)
    (b'the', False, [b'recieve', b'teh'])
    """

    def __init__(self, lines: bytes) -> None:
        self._lines = b"\n" + lines
        self._length = lines.count(b"\n")
        steps = {self._lines.find(b"\n", place) for place in range(0, len(lines), _STEP)}
        self._places = sorted(steps | {len(lines)})
        self._typos = [self._typo(place) for place in self._places[:-1]]

    def __getitem__(self, typo: bytes) -> bytes:
        step = bisect_right(self._typos, typo)
        found = self._lines.find(b"\n%b," % typo, self._places[step - 1], self._places[step] + 1) if step else -1
        if found < 0:
            raise KeyError(typo)
        start = found + len(typo) + 2
        return self._lines[start : self._lines.index(b"\n", start)]

    def __iter__(self) -> Iterator[bytes]:
        return map(self._typo, self._breaks()[:-1].tolist())

    def __len__(self) -> int:
        return self._length

    def hashes(self) -> Hashes:
        """Hash all typos, as `Gate` wants them."""
        commas = (np.frombuffer(self._lines, np.uint8) == ord(",")).nonzero()[0]
        return hashes(self._lines + PADDING, self._breaks()[:-1] + 1, commas)

    def _breaks(self) -> Positions:
        return (np.frombuffer(self._lines, np.uint8) == ord("\n")).nonzero()[0]

    def _typo(self, place: int) -> bytes:
        return self._lines[place + 1 : self._lines.index(b",", place)]
