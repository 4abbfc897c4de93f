"""The difference that changes make to a document, as HTML: for reports and notebooks.

The changes of all runs are shown in one text, the one before the first of them: what was removed in ``<del>``, what was
added in ``<ins>``, each with the reason as its title.
"""

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from typing import NamedTuple

from beam_textclean.transforms.records import Change, Cleaned, revert_changes, runs_of

# Signs of blanks, where nothing else was removed or added.
_SIGNS = {"\r": "␍", "\n": "⏎\n", "\t": "⇥\t", "\xa0": "⍽", " ": "␣"}

# Among other characters these are as they are; the others of their categories are escaped.
_HARMLESS = "\n\t\xad\u200c\u200d\u200e\u200f"
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}

# What a notebook shows: so many code points beside a change, and so many changes.
_NOTEBOOK_CONTEXT = 200
_NOTEBOOK_CHANGES = 100

# Less is not worth hiding, in code points.
_HIDDEN = 40


class Stretch(NamedTuple):
    """A stretch of text: kept, removed or added.

    Attributes:
        text: The text.
        kind: ``kept``, ``removed`` or ``added``.
        change: What removed or added it.
    """

    text: str
    kind: str
    change: Change | None = None


def reason_for(change: Change) -> str:
    """Return which pass and rule made a change, and why.

    >>> reason_for(Change("typos", "dictionary", 3, 12, "evenement", "événement", {"language": "fr"}))
    'typos: dictionary (language: fr)'
    """
    why = ", ".join(f"{name}: {value}" for name, value in change.detail.items())
    return f"{change.step}: {change.rule}" + (f" ({why})" if why else "")


def difference_html(before: str, changes: Iterable[Change], context: int | None = None, most: int | None = None) -> str:
    r"""Return the difference that changes make to a text, as one ``<pre>`` element.

    It holds no element but ``<del>`` and ``<ins>``, whatever the text is. Its lines each have the direction of their
    own script.

    Args:
        before: The text that the first step received, as `revert_changes` returns it.
        changes: The changes, as a `Cleaned` has them.
        context: How many code points of unchanged text are shown to each side of a change, and of each end of what was
            removed or added; the rest is an ellipsis. None shows all.
        most: So many changes are shown at most, and how many more there are.

    >>> change = Change("typos", "dictionary", 3, 12, "evenement", "événement", {"language": "fr"})
    >>> print(difference_html("un evenement <i>", [change]).replace("</del>", "</del>\n"))
    <pre class="difference" dir="auto">
    un <del title="typos: dictionary (language: fr)">evenement</del>
    <ins title="typos: dictionary (language: fr)">événement</ins> &lt;i&gt;</pre>
    """
    changes = list(changes)
    shown = list(islice(changes, most))
    stretches = list(_merged(difference(before, shown)))
    html = "".join(
        _html(stretch, context, is_first=number == 0, is_last=number == len(stretches) - 1)
        for number, stretch in enumerate(stretches)
    )
    hidden = len(changes) - len(shown)
    more = f"\n… {hidden:,} more change{'s' * (hidden != 1)}" if hidden else ""
    # The first line break in a <pre> is not part of it.
    return f'<pre class="difference" dir="auto">\n{html}{more}</pre>'


def notebook_html(cleaned: Cleaned) -> str:
    """Return what a notebook shows of a cleaned text: how many changes there are, and the first of them in place.

    >>> print(notebook_html(Cleaned("the cat")))
    <p>0 changes</p><pre class="difference" dir="auto">
    the cat</pre>
    """
    count = sum(change.before != change.after for change in cleaned.changes)
    shown = difference_html(revert_changes(*cleaned), cleaned.changes, _NOTEBOOK_CONTEXT, _NOTEBOOK_CHANGES)
    return f"<p>{count:,} change{'s' * (count != 1)}</p>{shown}"


def difference(before: str, changes: Iterable[Change]) -> list[Stretch]:
    """Return a text with what the changes of all runs removed and added, in order.

    What one step added and a later one removed is left out. Without what was added, the stretches are the text before;
    without what was removed, the text after.

    >>> typo = Change("typos", "dictionary", 0, 3, "teh", "the")
    >>> copy = Change("duplicates", "paragraph", 0, 4, "the ", "")
    >>> [(stretch.text, stretch.kind) for stretch in difference("teh cat", [typo, copy])]
    [('teh', 'removed'), (' ', 'removed'), ('cat', 'kept')]
    """
    stretches = [Stretch(before, "kept")]
    for run in runs_of(changes):
        stretches = list(_applied(stretches, run))
    return [stretch for stretch in stretches if stretch.text]


def _applied(stretches: Iterable[Stretch], run: Iterable[Change]) -> Iterator[Stretch]:
    """Make the changes of a run, whose spans count in what is kept or added."""
    changes = deque(run)
    place = 0
    for stretch in _cut(stretches, sorted({border for change in changes for border in (change.start, change.end)})):
        if stretch.kind == "removed":
            yield stretch
            continue
        while changes and changes[0].end <= place:
            yield _addition(changes.popleft())
        if not changes or place < changes[0].start:
            yield stretch
        elif stretch.kind == "kept":
            yield Stretch(stretch.text, "removed", changes[0])
        place += len(stretch.text)
    yield from map(_addition, changes)


def _cut(stretches: Iterable[Stretch], borders: Iterable[int]) -> Iterator[Stretch]:
    """Cut what is kept or added at some borders, which are sorted."""
    ahead = deque(borders)
    place = 0
    for stretch in stretches:
        text = stretch.text
        if stretch.kind != "removed":
            while ahead and ahead[0] < place + len(text):
                border = ahead.popleft()
                if border > place:
                    yield stretch._replace(text=text[: border - place])
                    text, place = text[border - place :], border
            place += len(text)
        yield stretch._replace(text=text)


def _addition(change: Change) -> Stretch:
    return Stretch(change.after, "added", change)


def _merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Join neighbours that are alike, as a text that several steps have cut."""
    last: Stretch | None = None
    for stretch in stretches:
        if last is not None and stretch[1:] == last[1:]:
            last = last._replace(text=last.text + stretch.text)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last


def _html(stretch: Stretch, context: int | None, is_first: bool, is_last: bool) -> str:
    if stretch.change is None:
        head, tail = ("" if is_first else None), ("" if is_last else None)
        return _escaped(_shortened(stretch.text, context, head, tail))
    tag = "del" if stretch.kind == "removed" else "ins"
    is_blank = all(character.isspace() or _is_unseen(character) for character in stretch.text)
    shortened = _shortened(stretch.text, context)
    shown = "".join(map(_sign, shortened)) if is_blank else _escaped(shortened)
    return f'<{tag} title="{_escaped(reason_for(stretch.change))}">{shown}</{tag}>'


def _shortened(text: str, context: int | None, head: str | None = None, tail: str | None = None) -> str:
    """Return the ends of a text that is too long; `head` or `tail` replaces an end that need not be shown."""
    if context is None:
        return text
    left = text[:context] if head is None else head
    right = text[-context:] if tail is None else tail
    hidden = len(text) - len(left) - len(right)
    if hidden <= _HIDDEN:
        return text
    return f"{left} … {right}" if left or right else "…"


def _sign(character: str) -> str:
    return _SIGNS.get(character) or (_code(character) if _is_unseen(character) else character)


def _escaped(text: str) -> str:
    if all(map(str.isprintable, text.split("\n"))):
        return escape(text)
    return "".join(
        _code(character) if _is_unseen(character) and character not in _HARMLESS else escape(character)
        for character in text
    )


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _code(character: str) -> str:
    return character.encode("unicode_escape").decode()
