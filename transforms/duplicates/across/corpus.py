"""Which copies of a unit are removed across a corpus: the functions that a pipeline groups with. No Beam here."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from beam_textclean.transforms.duplicates.across.fingerprints import fingerprint_units
from beam_textclean.transforms.duplicates.across.near_copies import band_hashes
from beam_textclean.transforms.duplicates.config import DuplicatesConfig
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.elements import id_of, text_of, value_of
from beam_textclean.transforms.errors import MissingField, WrongElementType, wrong_text_type

_KEY_BYTES = 16
_NO_KEY = b""  # of documents that nothing is removed from
_OF_REFERENCE, _IN_INDEX, _OF_CORPUS = range(3)

#: What puts documents in order: the name of a field of records, or a function of the element.
OrderBy: TypeAlias = str | Callable[[Any], Any]

# Plain tuples, as Beam's coders like them.
#: Where a copy of a unit is: in the reference, an index or the corpus; the place of its document in the order, the name
#: and key of the document, the span; and the bands of its signature, end to end, where near-duplicates are searched.
Copy: TypeAlias = tuple[int, Any, str, bytes, int, int, bytes]
#: Why a unit is removed.
Detail: TypeAlias = dict[str, str | int | float]
#: A duplicate to remove: the key of its document, and there its span, the rule, and why. Without these: the key of a
#: document that is there several times and keeps a unit.
Duplicate: TypeAlias = tuple[bytes, tuple[int, int, str, Detail] | None]


class Corpus(NamedTuple):
    """How the documents of a corpus are told apart and put in order, and what of them is compared.

    Attributes:
        config: What is compared.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id.
        order_by: What puts documents in order; the id if it is not given.
        knows: Returns for each of some digests whether an index of earlier corpora has it.
    """

    config: DuplicatesConfig
    field: str
    id_field: str
    order_by: OrderBy | None = None
    knows: Callable[[Sequence[bytes]], Iterable[bool]] | None = None

    def place(self, element: Any) -> tuple[Any, str]:
        """Return what puts a document in order, and its id as a string."""
        document_id = id_of(element, self.id_field)
        if document_id is None or document_id != document_id:  # NaN means missing, and has no order
            raise MissingField(f"there is no id in {self.id_field!r}; across a corpus every document needs one")
        if self.order_by is None:
            return document_id, str(document_id)
        order = value_of(element, self.order_by) if isinstance(self.order_by, str) else self.order_by(element)
        if order is None or order != order:  # None and NaN have no place in an order
            name = f" {self.order_by!r}" if isinstance(self.order_by, str) else ""
            raise WrongElementType(f"order_by{name} gives {order!r}, which cannot be put in order")
        return order, str(document_id)

    def key(self, element: Any) -> bytes:
        """Digest id and text: ids may repeat, and what is found in one text must not be cut out of another."""
        digest = hashlib.blake2b(repr(id_of(element, self.id_field)).encode(), digest_size=_KEY_BYTES)
        digest.update(b"\0" + text_of(element, self.field).encode())
        return digest.digest()

    def copies(self, element: Any) -> Iterator[tuple[bytes, Copy]]:
        """Yield every unit of a document that may be collapsed, by its digest; and once more if an index has it."""
        order, name = self.place(element)
        key = self.key(element)
        text = text_of(element, self.field)
        units = fingerprint_units(text, self.config)
        for digest, start, end in units:
            yield digest, (_OF_CORPUS, order, name, key, start, end, self._bands(text[start:end]))
        digests = [digest for digest, _, _ in units]
        for digest, is_known in zip(digests, self.knows(digests), strict=True) if self.knows else ():
            if is_known:
                yield digest, (_IN_INDEX, 0, "", _NO_KEY, 0, 0, b"")

    def reference_copies(self, element: Any) -> Iterator[tuple[bytes, Copy]]:
        """Yield the units of a document of the reference, which comes before all others."""
        text = text_of(element, self.field)
        if not isinstance(text, str):
            raise wrong_text_type(type(text).__name__, (str,))
        document_id = id_of(element, self.id_field)
        name = str(document_id)
        # Numbers in their order, then the others by what they are called: ids of a reference may be of any type.
        order = (0, document_id, "") if isinstance(document_id, int) else (1, 0, name)
        for digest, start, end in fingerprint_units(text, self.config):
            yield digest, (_OF_REFERENCE, order, name, _NO_KEY, start, end, b"")

    def contents(self, element: Any, wanted: Mapping[bytes, Iterable[bytes]]) -> Iterator[tuple[bytes, bytes]]:
        """Yield the folded forms of the units that are wanted from this document, by their digests.

        Args:
            element: The document.
            wanted: For the key of each document, the digests of the units that are wanted from it.
        """
        digests = set(wanted[self.key(element)])
        text = text_of(element, self.field)
        for digest, start, end in fingerprint_units(text, self.config) if digests else ():
            if digest in digests:
                yield digest, fold_run(text[start:end], self.config)

    def losers(self, group: tuple[bytes, Iterable[Copy]]) -> Iterator[tuple[bytes, Duplicate]]:
        """Yield the copies of one unit that are removed, by their digest.

        That is all but those in the document that comes first; or all, where one is in the reference or an index, or
        where the unit is boilerplate. If several documents are equal in id and text to the first one, its key is
        yielded too.
        """
        digest, copies = group
        first = first_copy(copies)
        rule, detail = "exact", kept_copy(first)
        if first[0] == _OF_REFERENCE:
            rule, detail = "against", {"kept_in": "against", **detail}
        elif first[0] == _IN_INDEX:
            rule, detail = "against", {"kept_in": "index"}
        elif self._is_boilerplate(copies):
            rule, detail = "boilerplate", {"documents_over": self.config.boilerplate or 0}
        at_first_place = 0
        for origin, _, _, key, start, end, _ in copies:
            if origin != _OF_CORPUS:
                continue
            if rule != "exact" or key != first[3]:
                yield digest, (key, (start, end, rule, detail))
            else:
                at_first_place += start == first[4]
        if at_first_place > 1:
            yield digest, (first[3], None)

    def is_kept(self, copies: Iterable[Copy]) -> bool:
        """Return whether the first of the copies of a unit is kept."""
        return first_copy(copies)[0] == _OF_CORPUS and not self._is_boilerplate(copies)

    def _is_boilerplate(self, copies: Iterable[Copy]) -> bool:
        if self.config.boilerplate is None:
            return False
        documents = 0
        places: dict[bytes, int] = {}  # of each key one place, as copies within a document count once
        for _, _, _, key, start, _, _ in copies:
            documents += places.setdefault(key, start) == start
            if documents > self.config.boilerplate:
                return True
        return False

    def _bands(self, text: str) -> bytes:
        if self.config.near is None:
            return b""
        return b"".join(band_hashes(fold_run(text, self.config), self.config.near))


def first_copy(copies: Iterable[Copy]) -> Copy:
    """Return the copy of a unit that comes first.

    Raises:
        WrongElementType: What `order_by` gives for one document does not compare with what it gives for another.
    """
    try:
        return min(copies)
    except TypeError as error:
        raise no_order(error) from error


def no_order(error: TypeError) -> WrongElementType:
    """Make the error for documents of which one does not compare with the other."""
    return WrongElementType(
        f"the documents cannot be put in order: {error}; give an order_by whose values compare with each other"
    )


def kept_copy(copy: Copy) -> Detail:
    """Return the detail of a change that names the copy that is kept."""
    return {"kept_id": copy[2], "kept_start": copy[4], "kept_end": copy[5]}
