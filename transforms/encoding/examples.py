"""What a text shows on purpose: pieces of damage, entities and letters that it is about.

Who writes about encodings writes down in the same line what a piece should have been, or its code, or puts it between
quotation marks. Repaired, such a text says nothing any more.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from beam_textclean.transforms.encoding.edits import Edit, apply_edits

#: What a quoted piece is between: quotation marks, backticks, brackets, slashes.
OPENING = frozenset("\"'`“‘„‚«‹»›([{/|")
CLOSING = frozenset("\"'`”’“‘»›«‹)]}/|")

_SPACED = frozenset("«([{|“„")  # those between which a letter may have spaces
_FIRST_IDEOGRAPH = "\u2e80"
_MOST_QUOTED = 2  # characters of a repaired piece that is quoted as an example; more are words
_MOST_EXAMPLES = 40  # repairs in a line that is about them
_TOKEN = re.compile(r"[^\s\"'`“”„«»‹›()\[\]{}|,;:!?=<>/]+")
# A string of a program, without spaces: printf("caf&eacute;").
_IN_CODE = re.compile(r"[(\[{=,]\s?[\"'][^\s\"']*\Z")
_CODE_ENDS = re.compile(r"[^\s\"']*[\"'](?:[)\]},;]|\s*$)")
_PUNCTUATION = '.,;:!?"()[]«»“”„'


def without_examples(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the repairs of the lines in which less than half of the damage is shown on purpose."""
    shown = set(examples(text, edits))
    return [
        edit
        for line in by_line(text, edits)
        if not shown or 2 * len(shown.intersection(line)) < len(line)
        for edit in line
    ]


def examples(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the repairs of what a text shows on purpose.

    It is quoted, or what it should be is in the same line.

    >>> examples("Ã© instead of é", [Edit(0, 2, "é", "mojibake")])
    [Edit(start=0, end=2, after='é', rule='mojibake')]
    """
    found = []
    for line in by_line(text, edits):
        if len(line) > _MOST_EXAMPLES:
            continue
        others = beside(text, line)
        tokens = {match[0].rstrip(".") for match in _TOKEN.finditer(others)} | set(re.findall(r"[^\w\s.]", others))
        words = {word.strip(_PUNCTUATION) for word in others.split()}
        repaired = _repaired_words(text, line)
        if "&" in others:
            tokens.update(html.unescape(word) for word in words)
        found += [
            edit
            for edit in line
            if _is_quoted(text, edit) or _meant(text, edit) in tokens - {""} or repaired.get(edit) in words - {""}
        ]
    return found


def _repaired_words(text: str, line: Sequence[Edit]) -> dict[Edit, str]:
    """Return, by repair, the word between spaces that it is in, with all of its repairs."""
    words: dict[Edit, str] = {}
    for word in re.finditer(r"\S+", text[slice(*line_of(text, line[0]))]):
        start = line_of(text, line[0])[0] + word.start()
        inside = [edit for edit in line if start <= edit.start and edit.end <= start + len(word[0])]
        if any(edit.after.isalpha() for edit in inside):
            moved = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in inside]
            words |= dict.fromkeys(inside, apply_edits(word[0], moved).strip(_PUNCTUATION))
    return words


def _is_quoted(text: str, edit: Edit) -> bool:
    start, end = line_of(text, edit)
    before, behind = text[start : edit.start], text[edit.end : end]
    letter = len(edit.after) == 1 and edit.after.isalpha() and edit.after < _FIRST_IDEOGRAPH
    if letter and before[-1:].isspace() and behind[:1].isspace() and before.rstrip()[-1:] in _SPACED:
        before, behind = before.rstrip(), behind.lstrip()
    few = len(edit.after) + sum(character >= _FIRST_IDEOGRAPH for character in edit.after) <= _MOST_QUOTED
    # In 'a'–'h' the quotation marks are those of the letters.
    of_letters = before[-1:] in "'\"" and (before[-2:-1].isalnum() or behind[1:2].isalnum())
    if few and not of_letters and before[-1:] in OPENING and behind[:1] in CLOSING:
        return True
    if _IN_CODE.search(before) and _CODE_ENDS.match(behind):
        return True
    return before.count("`") % 2 == 1 and "`" in behind and " " not in before[before.rfind("`") :]


def _meant(text: str, edit: Edit) -> str:
    """Return the repaired word that a repair is in."""
    if not edit.after:  # of "Â" and the sign that it belongs to
        return text[edit.end : edit.end + 1].strip()
    before, behind = text[token_start(text, edit.start) : edit.start], text[edit.end : token_end(text, edit.end)]
    return (before + edit.after + behind).rstrip(".")


def token_start(line: str, at: int) -> int:
    """Return where the token begins that ends at a position."""
    while at and _TOKEN.match(line[at - 1]):
        at -= 1
    return at


def token_end(line: str, at: int) -> int:
    """Return where the token ends that begins at a position."""
    match = _TOKEN.match(line, at)
    return match.end() if match else at


def beside(text: str, line: Sequence[Edit]) -> str:
    """Return what a line holds beside the tokens that its edits change."""
    start, end = line_of(text, line[0])
    others, at = "", start
    for edit in line:
        others += text[at : max(at, token_start(text, edit.start))] + " "
        at = max(at, token_end(text, edit.end) if edit.after else edit.end + 1)
    return others + text[at:end]


def by_line(text: str, edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """Group edits by the line that they are in."""
    line: list[Edit] = []
    end = -1
    for edit in edits:
        if edit.start > end:
            if line:
                yield line
            line = []
            end = line_of(text, edit)[1]
        line.append(edit)
    if line:
        yield line


def line_of(text: str, edit: Edit) -> tuple[int, int]:
    """Return where the line of an edit begins and ends."""
    end = text.find("\n", edit.end)
    return text.rfind("\n", 0, edit.start) + 1, len(text) if end < 0 else end
