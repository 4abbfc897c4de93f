"""Repairs of ftfy that are not made: signs and letters that somebody wrote, and texts about encodings.

ftfy judges two or three neighbouring characters. Damage shows itself in words: beside a lone piece of it stands no word
that it belongs to. And who writes about damage writes down what it should have been, in the same line, or puts it
between quotation marks. Each veto below is one such kind; all of them look at one repair and the text around it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from beam_textclean.transforms.encoding.alphabets import has_other_script
from beam_textclean.transforms.encoding.edits import Edit, apply_edits

Veto = Callable[[str, Edit], bool]

#: The last capital of a word and a sign behind it, which happen to be UTF-8: “AMANHÃ”, NIVÅ², HIÐ\xa0!
LAST_CAPITAL_AND_SIGN = re.compile(r"(?<=[A-ZÀ-ÖØ-Þ])[Â-ÖØ-ÞĂĄĘŁŌŐŠŞŢŪŮŲŽȘȚ](?:[”“’‘»›–…²³¹º°®™](?![^\W\d_])|[\xa0—])")

_QUOTATION_MARKS = frozenset("“”‘’")
# What a quoted piece is between: quotation marks, backticks, brackets, slashes.
_OPENING = frozenset("\"'`“‘„‚«‹»›([{/|")
_CLOSING = frozenset("\"'`”’“‘»›«‹)]}/|")
_MOST_QUOTED = 2  # characters of a repaired piece that is quoted as an example; more are words
_FEWEST_WORDS = 2  # in a line that can be about a letter
_MOST_EXAMPLES = 40  # repairs in a line that is about them
_AROUND = 100  # characters
_TWO_BYTES = 2  # three and more characters are UTF-8 by no accident
_MOST_FOREIGN = 2  # letters of another script that two or three signs may be by accident
_APOSTROPHES = frozenset("’‘“”")
_TOKEN = re.compile(r"[^\s\"'`“”„«»‹›()\[\]{}|,;:!?=<>/]+")
# A string of a program, without spaces: printf("caf&eacute;").
_IN_CODE = re.compile(r"[(\[{=,]\s?[\"'][^\s\"']*\Z")
_CODE_ENDS = re.compile(r"[^\s\"']*[\"'](?:[)\]},;]|\s*$)")
_PUNCTUATION = '.,;:!?"()[]«»“”„'
_URL = re.compile(r"\w+://\S*\Z")
_OPERATOR = re.compile(r"Â(?:[²³¹†‡]| [-=+−*/|⟩⟨])")
_WORDS = frozenset("àáâåæèéêìíòóöøúÿ")  # letters that are words


def veto(text: str, edits: Sequence[Edit], *, many: bool = False) -> list[Edit]:
    """Choose among ftfy's repairs of a text those that are made.

    Texts about encodings are judged line by line: where most pieces of a line are examples, all of them stay. The other
    vetoes hold where no other repair of the document shows that it is damaged.

    Args:
        text: The text before the repairs.
        edits: All repairs, of which only those of the rule ``mojibake`` are judged.
        many: They are a reading of whole lines, so many that letters of another script are no accident.

    Returns:
        The repairs to make, in order.
    """
    found = [edit for edit in edits if edit.rule == "mojibake"]
    if not found:
        return list(edits)
    kept = set(edits)
    kept -= set(found) - set(without_examples(text, found))
    certain = [edit for edit in kept.intersection(found) if not any(doubtful(text, edit) for doubtful in _DOUBTFUL)]
    for edit in found:
        if edit not in kept:
            continue
        if (has_foreign_letter(text, edit) and not many) or (
            not certain and any(doubtful(text, edit) for doubtful in _DOUBTFUL)
        ):
            kept.discard(edit)
    return [edit for edit in edits if edit in kept]


def without_examples(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the repairs of the lines in which less than half of the damage is shown on purpose."""
    shown = set(examples(text, edits))
    return [
        edit
        for line in _by_line(text, edits)
        if not shown or 2 * len(shown.intersection(line)) < len(line)
        for edit in line
    ]


def is_last_capital(text: str, edit: Edit) -> bool:
    """Return whether the damage may be the last capital of a word and the sign behind it: “AMANHÃ”."""
    match = LAST_CAPITAL_AND_SIGN.match(text, edit.start)
    if not match:
        return False
    if text[edit.start : edit.end] == "Â" and not edit.after:  # other signs than quotation marks often have it
        return match[0][1] in _QUOTATION_MARKS
    return match.end() == edit.end


def is_quoted_capital(text: str, edit: Edit) -> bool:
    """Return whether the damage may be a capital between quotation marks or brackets: “Ã”, „Ð“."""
    capital, behind = text[edit.start : edit.start + 1], text[edit.start + 1 : edit.start + 2]
    return capital.isupper() and behind in _CLOSING and text[edit.start - 1 : edit.start] in _OPENING - {""}


def is_lone_letter(text: str, edit: Edit) -> bool:
    """Return whether the damage would be one letter that belongs to no word: Å², Ø½, Ñ±1, Ã±."""
    if edit.end - edit.start > _TWO_BYTES or len(edit.after) != 1 or not "\xc0" <= edit.after < "\u0900":
        return False
    before, behind = _word_before(text, edit.start), _word_behind(text, edit.end)
    if edit.after <= "ÿ":
        if before or behind or edit.after.lower() in _WORDS:
            return False
        around = text[max(0, edit.start - _AROUND) : edit.end + _AROUND]
        return len(re.findall("[A-Za-z]{2,}", around)) >= _FEWEST_WORDS
    return len(before) < 2 and len(behind) < 2


def is_operator(text: str, edit: Edit) -> bool:
    """Return whether the damage may be an operator of physics: Â², {Â†, Â}, Â = B."""
    if text[edit.start : edit.start + 1] != "Â" or text[edit.start - 1 : edit.start].isalnum():
        return False
    return _OPERATOR.match(text, edit.start) is not None


def is_dagger(text: str, edit: Edit) -> bool:
    """Return whether the damage is half of a quotation mark, which ftfy takes for a dagger and a lost space."""
    return edit.after == "†" and text[edit.start : edit.end] == "â€ "


def is_by_itself(text: str, edit: Edit) -> bool:
    """Return whether an apostrophe or quotation mark would be between two spaces."""
    around = text[edit.start - 1 : edit.start] + text[edit.end : edit.end + 1]
    return edit.after in _APOSTROPHES and around == "  "


def is_in_url(text: str, edit: Edit) -> bool:
    """Return whether the damage is in an address, which leads nowhere else."""
    return _URL.search(text, max(0, edit.start - 200), edit.start) is not None


def has_foreign_letter(text: str, edit: Edit) -> bool:
    """Return whether the repair would put letters of another script into a word of Latin letters: Spaß€, ÕÖ×Ø."""
    letters = [character for character in edit.after if _is_letter(character) and not _is_latin(character)]
    if not letters or len(letters) > _MOST_FOREIGN:
        return False
    word = text[_first(text, edit.start) : edit.start] + text[edit.end : _last(text, edit.end)]
    if sum(character > "\x7f" for character in word) >= _MOST_FOREIGN and not has_other_script(word):
        return True  # more damage than the repair removes
    beside = text[edit.start - 1 : edit.start] + text[edit.end : edit.end + 1]
    beside += "".join(character for character in edit.after if _is_letter(character) and _is_latin(character))
    latin = [character for character in beside if character.isalpha() and _is_latin(character)]
    return any(not character.isascii() for character in latin) or (
        bool(latin) and len(letters) == 1 and _joins(letters[0])
    )


_DOUBTFUL: tuple[Veto, ...] = (
    is_last_capital,
    is_quoted_capital,
    is_lone_letter,
    is_operator,
    is_dagger,
    is_by_itself,
    is_in_url,
)


def examples(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the repairs of what a text shows on purpose: it is quoted, or what it should be is in the same line.

    >>> examples("Ã© instead of é", [Edit(0, 2, "é", "mojibake")])
    [Edit(start=0, end=2, after='é', rule='mojibake')]
    """
    found = []
    for line in _by_line(text, edits):
        if len(line) > _MOST_EXAMPLES:
            continue
        start, end = _line(text, line[0])
        others, at = "", start
        for edit in line:
            others += text[at : max(at, _first(text, edit.start))] + " "
            at = max(at, _last(text, edit.end) if edit.after else edit.end + 1)
        others += text[at:end]
        tokens = {match[0].rstrip(".") for match in _TOKEN.finditer(others)} | set(re.findall(r"[^\w\s.]", others))
        words = {word.strip(_PUNCTUATION) for word in others.split()}
        repaired = _repaired_words(text, line)
        found += [
            edit
            for edit in line
            if _is_quoted(text, edit) or _meant(text, edit) in tokens - {""} or repaired.get(edit) in words - {""}
        ]
    return found


def _repaired_words(text: str, line: Sequence[Edit]) -> dict[Edit, str]:
    """Return, by repair, the word between spaces that it is in, with all of its repairs."""
    words: dict[Edit, str] = {}
    for word in re.finditer(r"\S+", text[slice(*_line(text, line[0]))]):
        start = _line(text, line[0])[0] + word.start()
        inside = [edit for edit in line if start <= edit.start and edit.end <= start + len(word[0])]
        if any(edit.after.isalpha() for edit in inside):
            moved = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in inside]
            words |= dict.fromkeys(inside, apply_edits(word[0], moved).strip(_PUNCTUATION))
    return words


def _is_quoted(text: str, edit: Edit) -> bool:
    before, behind = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
    if len(edit.after) <= _MOST_QUOTED and before in _OPENING - {""} and behind in _CLOSING - {""}:
        return before and behind  # type: ignore[return-value]
    start, end = _line(text, edit)
    if _IN_CODE.search(text, start, edit.start) and _CODE_ENDS.match(text, edit.end, end):
        return True
    return (
        text.count("`", start, edit.start) % 2 == 1
        and "`" in text[edit.end : end]
        and " " not in text[text.rfind("`", start, edit.start) : edit.start]
    )


def _meant(text: str, edit: Edit) -> str:
    """Return the repaired word that a repair is in."""
    if not edit.after:  # of "Â" and the sign that it belongs to
        return text[edit.end : edit.end + 1].strip()
    before, behind = text[_first(text, edit.start) : edit.start], text[edit.end : _last(text, edit.end)]
    return (before + edit.after + behind).rstrip(".")


def _first(line: str, at: int) -> int:
    while at and _TOKEN.match(line[at - 1]):
        at -= 1
    return at


def _last(line: str, at: int) -> int:
    match = _TOKEN.match(line, at)
    return match.end() if match else at


def _by_line(text: str, edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    line: list[Edit] = []
    end = -1
    for edit in edits:
        if edit.start > end:
            if line:
                yield line
            line = []
            end = _line(text, edit)[1]
        line.append(edit)
    if line:
        yield line


def _line(text: str, edit: Edit) -> tuple[int, int]:
    end = text.find("\n", edit.end)
    return text.rfind("\n", 0, edit.start) + 1, len(text) if end < 0 else end


def _word_before(text: str, at: int) -> str:
    match = re.search(r"[^\W\d_]*\Z", text[max(0, at - 20) : at])
    return match[0] if match else ""


def _word_behind(text: str, at: int) -> str:
    match = re.match(r"[^\W\d_]*", text[at : at + 20])
    return match[0] if match else ""


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _is_latin(character: str) -> bool:
    return character < "\u0250" or "\u1e00" <= character <= "\u1eff"


def _joins(letter: str) -> bool:
    """Return whether a letter is of a script that no Latin letter is beside, as Chinese ones often have."""
    return not has_other_script(letter) or letter < "\u2e80"
