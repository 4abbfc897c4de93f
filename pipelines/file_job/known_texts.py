"""What a worker remembers of texts: a document that the corpus has again is not cleaned again."""

from collections import OrderedDict
from hashlib import blake2b
from typing import NamedTuple

from beam_textclean.pipelines.formats.rows import Reading

_DIGEST_BYTES = 16
_MOST_BYTES = 32 << 20  # 100,000 short texts, or some 200 MB of long ones
_ENTRY_BYTES = 300  # what an entry takes besides its contents


class Staged(NamedTuple):
    """What is staged of a cleaned text.

    Attributes:
        outcome: The staged form of its outcome, or nothing where the text is not changed.
        characters: How many code points the cleaned text has.
        fingerprints: Rows of `FINGERPRINT`, all with the record 0.
    """

    outcome: str
    characters: int
    fingerprints: bytes


class KnownTexts:
    """The texts that a worker met last, and what is staged of each.

    The passes are pure functions, so what they made of a text once they would make of it again. Texts are known by
    digests, of which two are the same with a probability of 10**-20 for 10**9 texts.

    Args:
        most_bytes: How much memory to take. What was not met for the longest time is forgotten first.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._staged: OrderedDict[bytes, Staged] = OrderedDict()

    def get(self, key: bytes) -> Staged | None:
        """Return what is staged of a text, or None where it is not known."""
        staged = self._staged.get(key)
        if staged is not None:
            self._staged.move_to_end(key)
        return staged

    def add(self, key: bytes, staged: Staged) -> None:
        """Remember a text that is not known."""
        self._staged[key] = staged
        self._bytes += _size(staged)
        while self._bytes > self._most_bytes:
            _, oldest = self._staged.popitem(last=False)
            self._bytes -= _size(oldest)


def key_of(reading: Reading, kind: str) -> bytes:
    """Return the digest of all that the outcome of a text depends on within a job.

    Args:
        reading: The text.
        kind: The format of its file.

    >>> key_of(Reading("Un."), "jsonl") == key_of(Reading("Un."), "jsonl")
    True
    >>> key_of(Reading("Un."), "jsonl") == key_of(Reading(b"Un."), "jsonl")
    False
    """
    text = reading.text
    about = f"{kind} {type(text).__name__} {reading.declared} {reading.unwritable!r}\n"
    digest = blake2b(about.encode(), digest_size=_DIGEST_BYTES)
    digest.update(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def _size(staged: Staged) -> int:
    return _ENTRY_BYTES + len(staged.outcome) + len(staged.fingerprints)
