"""How text and changes are shown on a terminal, and where that is not one."""

import os
from typing import NamedTuple, TextIO

_CONTEXT = 40  # code points shown to each side of a change
_SHOWN = 160  # of a longer change the beginning and the end are shown
_HIDDEN = 40  # less is not worth hiding
_SIGNS = {ord("\n"): "⏎", ord("\r"): "␍", ord("\t"): "⇥", 0xA0: "⍽"}


class Marks(NamedTuple):
    """What surrounds what is removed, what is added, a heading, and a word that is kept."""

    removed: tuple[str, str]
    added: tuple[str, str]
    heading: tuple[str, str]
    kept: tuple[str, str]


PLAIN = Marks(("[-", "-]"), ("{+", "+}"), ("", ""), ("[=", "=]"))
COLOURED = Marks(("\x1b[31;9m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"), ("\x1b[1m", "\x1b[0m"), ("\x1b[33m", "\x1b[0m"))


def marks_for(stream: TextIO) -> Marks:
    """Return colours for a terminal that wants them (https://no-color.org), signs for everything else."""
    return COLOURED if stream.isatty() and not os.environ.get("NO_COLOR") else PLAIN


def in_context(text: str, start: int, end: int, *pieces: tuple[str, tuple[str, str]]) -> str:
    """Return the text around a span on one line, with some pieces in its place.

    Args:
        text: The text.
        start: First code point of the span.
        end: Code point after it.
        pieces: What is shown instead, each with what surrounds it; empty ones are left out.
    """
    first, last = max(0, start - _CONTEXT), end + _CONTEXT
    shown = [f"{around[0]}{visible(shortened(piece, _SHOWN))}{around[1]}" for piece, around in pieces if piece]
    return "".join(
        [
            "…" * (first > 0) + visible(text[first:start]),
            *shown,
            visible(text[end:last]) + "…" * (last < len(text)),
        ]
    )


def shortened(text: str, width: int) -> str:
    """Return the two ends of a text that is longer than a width."""
    if len(text) <= width + _HIDDEN:
        return text
    half = width // 2
    return f"{text[:half]} … ({len(text) - 2 * half:,} characters) … {text[-half:]}"


def visible(text: str) -> str:
    """Return a stretch of text as one line; what cannot be seen or would move the cursor is an escape."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text.translate(_SIGNS)
    )
