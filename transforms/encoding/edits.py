"""Edits of a text: finding small ones between two versions, and joining two rounds of them into one."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# What edits are narrowed to. A no-break space can be half of a broken letter and does not part tokens.
_TOKEN = re.compile(r"[^ \t\n]+|[ \t]+|\n")
_MOST_TOKENS = 200  # per side, above which differing token counts are not aligned (it takes quadratic time)


class Edit(NamedTuple):
    """One replaced span: ``text[start:end]`` becomes ``after`` because of ``rule``."""

    start: int
    end: int
    after: str
    rule: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Make sorted, disjoint edits.

    >>> apply_edits("ﬁn", [Edit(0, 1, "fi", "ligatures")])
    'fin'
    """
    pieces: list[str] = []
    last = 0
    for start, end, after, _ in edits:
        pieces += text[last:start], after
        last = end
    return "".join([*pieces, text[last:]]) if pieces else text


def narrow(before: str, after: str, rule: str, offset: int = 0) -> Iterator[Edit]:
    """Find the small edits that make one short text into another, in linear time.

    Args:
        before: The text, for instance a line.
        after: What it became.
        rule: The rule of all edits.
        offset: Where ``before`` starts.

    Yields:
        Sorted, disjoint edits whose positions count from ``-offset``.

    >>> [edit[:3] for edit in narrow("le thÃ©, l'Ã©tÃ©", "le thé, l'été", "mojibake")]
    [(5, 7, 'é'), (11, 16, 'été')]
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) == len(new):
        pairs: Iterable[tuple[str, str]] = zip(old, new, strict=True)
    elif len(old) <= _MOST_TOKENS and len(new) <= _MOST_TOKENS:
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        pairs = (("".join(old[i:j]), "".join(new[k:m])) for _, i, j, k, m in blocks)
    else:
        pairs = [(before, after)]
    for left, right in pairs:
        if left != right:
            yield _trimmed(left, right, rule, offset)
        offset += len(left)


def compose(first: list[Edit], second: list[Edit], between: str) -> list[Edit]:
    """Join two rounds of edits into one.

    Args:
        first: Sorted, disjoint edits.
        second: The same, made on what the first ones lead to.
        between: The text that the first lead to.

    Returns:
        Sorted, disjoint edits of the text before the first. Where edits of both rounds overlap, they become one, under
        the first one's rule.

    >>> compose([Edit(0, 2, "e", "mojibake")], [Edit(0, 1, "E", "x"), Edit(2, 3, "", "y")], "et!")
    [Edit(start=0, end=2, after='E', rule='mojibake'), Edit(start=3, end=4, after='', rule='y')]
    """
    if not first or not second:
        return first or second
    joined: list[Edit] = []
    shift = 0  # from a position between the rounds to one before the first
    i = j = 0
    while i < len(first) or j < len(second):
        # A group begins with one edit, and takes in what overlaps it.
        start_i, start_j, start_shift = i, j, shift
        if i < len(first) and (j == len(second) or first[i].start - shift <= second[j].start):
            start = first[i].start - shift
        else:
            start = second[j].start
        end = start
        while True:
            if i < len(first) and (first[i].start - shift < end or (i == start_i and first[i].start - shift == start)):
                edit = first[i]
                end = max(end, edit.start - shift + len(edit.after))
                shift += edit.end - edit.start - len(edit.after)
                i += 1
            elif j < len(second) and (second[j].start < end or (i == start_i and j == start_j)):
                end = max(end, second[j].end)
                j += 1
            else:
                break
        group = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in second[start_j:j]]
        rule = first[start_i].rule if i > start_i else second[start_j].rule
        joined.append(Edit(start + start_shift, end + shift, apply_edits(between[start:end], group), rule))
    return joined


def _trimmed(before: str, after: str, rule: str, offset: int) -> Edit:
    """Leave off what two texts have in common at both ends."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    return Edit(offset + head, offset + len(before) - tail, after[head : len(after) - tail], rule)
