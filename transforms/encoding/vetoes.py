"""Repairs of ftfy that are not made: signs and letters that somebody wrote, and texts about encodings.

ftfy judges two or three neighbouring characters. Damage shows itself in words: beside a lone piece of it stands no word
that it belongs to. Each veto below is one such kind; all of them look at one repair and the text around it. Texts that
show damage on purpose are recognised in `examples`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from beam_textclean.transforms.encoding.alphabets import (
    has_other_script,
    latin_letters,
    may_be_word,
    share_of_one_alphabet,
)
from beam_textclean.transforms.encoding.edits import Edit
from beam_textclean.transforms.encoding.examples import (
    CLOSING,
    OPENING,
    beside,
    by_line,
    line_of,
    token_end,
    token_start,
    without_examples,
)

Veto = Callable[[str, Edit], bool]

#: The last capital of a word and a sign behind it, which happen to be UTF-8: “AMANHÃ”, NIVÅ², HIÐ\xa0!
LAST_CAPITAL_AND_SIGN = re.compile(r"(?<=[A-ZÀ-ÖØ-Þ])[Â-ÖØ-ÞĂĄĘŁŌŐŠŞŢŪŮŲŽȘȚ](?:[”“’‘»›–…²³¹º°®™](?![^\W\d_])|[\xa0—])")

_QUOTATION_MARKS = frozenset("“”‘’")
_FEWEST_WORDS = 2  # in a line that can be about a letter
_AROUND = 100  # characters
_MANY = 6  # different letters in as many lines, that nobody writes in a wrong encoding
_TWO_BYTES = 2  # three and more characters are UTF-8 by no accident
_MOST_FOREIGN = 2  # letters of another script that two or three signs may be by accident
_APOSTROPHES = frozenset("’‘“”")
_URL = re.compile(r"\w+://\S*\Z")
_OPERATOR = re.compile(r"Â(?:[²³¹†‡]| [-=+−*/|⟩⟨])")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ACCENTED = re.compile("[à-öø-ÿ]")
_LETTER_BY_ITSELF = re.compile(r"[ÂÃĂ](?=\s(?!\s)|[)\]}»”\"'`|])")
_BEFORE_LETTER = re.compile(r"(?:[\w.,;:]\ |[(\[{«“\"'`|]\s?|\xa0)\Z")
# The code of a character, or its bytes, beside it: U+00E9, C3 A9, %C3%A9, \\xc3.
_CODE = re.compile(
    r"\b(?:U\+[0-9A-F]{4,6}|0x[89A-F][0-9A-F]|[C-E][0-9A-F][ ,]+[89AB][0-9A-F])\b"
    r"|%[C-E][0-9A-F]%[89AB]|\\[ux][0-9A-F]{2}",
    re.IGNORECASE,
)
_OTHERS_A = re.compile(r"\s(?:la\b|\d)")  # the French preposition in other languages: à la carte, 3 à 5
_MARK = re.compile(r"(?<=[^\n]\s)(?:ï»¿|п»ї|\u2229\u2557\u2510|п\u2557\u2510)(?=[\s.,;:)!?]|\Z)")
_FEWEST_LETTERS, _ONE_ALPHABET = 6, 0.75  # letters beyond ASCII in a line, and their share in one alphabet


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
    kept -= {edit for line in by_line(text, found) if _is_decoration(text, line) for edit in line}
    doubted = {edit for edit in kept.intersection(found) if any(doubtful(text, edit) for doubtful in _DOUBTFUL)}
    certain = kept.intersection(found) - doubted
    if len({edit.after for edit in doubted}) >= _MANY <= len(list(by_line(text, sorted(doubted)))):
        certain = doubted  # a table of characters
    for edit in kept.intersection(found):
        if (not many and (has_foreign_letter(text, edit) or has_unknown_letter(edit))) or (
            not certain and edit in doubted
        ):
            kept.discard(edit)
    return [edit for edit in edits if edit in kept]


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
    return capital.isupper() and behind in CLOSING and text[edit.start - 1 : edit.start] in OPENING


def is_lone_letter(text: str, edit: Edit) -> bool:
    """Return whether the damage would be one letter that belongs to no word: Å², Ø½, Ñ±1, Ã±."""
    if edit.end - edit.start > _TWO_BYTES or len(edit.after) != 1 or not "\xc0" <= edit.after < "\u0900":
        return False
    before, behind = _word_before(text, edit.start), _word_behind(text, edit.end)
    if edit.after <= "ÿ":
        if before or behind or (edit.after == "à" and _OTHERS_A.match(text, edit.end)):
            return False
        around = text[max(0, edit.start - _AROUND) : edit.start] + " " + text[edit.end : edit.end + _AROUND]
        return len(re.findall("[A-Za-z]{2,}", around)) >= _FEWEST_WORDS and not may_be_word(edit.after.lower(), around)
    return len(before) < 2 and len(behind) < 2


def is_letter_by_itself(text: str, edit: Edit) -> bool:
    """Return whether the damage may be a capital that a text is about: "a letra Ã é nasal", "the letter Â in names"."""
    if not _LETTER_BY_ITSELF.match(text, edit.start) or not _BEFORE_LETTER.search(text[: edit.start][-2:]):
        return False
    around = text[max(0, edit.start - _AROUND) : edit.start] + text[edit.end : edit.end + _AROUND]
    return text[edit.start] == "Â" or _ACCENTED.search(around) is not None


def is_mark_by_itself(text: str, edit: Edit) -> bool:
    """Return whether the damage is a byte order mark between spaces, as in sentences about it."""
    return _MARK.match(text, edit.start) is not None


def is_beside_code(text: str, edit: Edit) -> bool:
    """Return whether the damage is in no word, in a line that has the code of a character: "Ã©, U+00E9"."""
    token = text[token_start(text, edit.start) : edit.start] + text[edit.end : token_end(text, edit.end)]
    if len(edit.after) > 1 or any(map(str.isalnum, token)):
        return False
    return _CODE.search(text, *line_of(text, edit)) is not None


def is_operator(text: str, edit: Edit) -> bool:
    """Return whether the damage may be an operator of physics: Â², {Â†, Â}, Â = B."""
    if text[edit.start : edit.start + 1] != "Â" or text[edit.start - 1 : edit.start].isalnum():
        return False
    return _OPERATOR.match(text, edit.start) is not None


def is_dagger(text: str, edit: Edit) -> bool:
    """Return whether the damage is half of a quotation mark, which ftfy takes for a dagger and a lost space."""
    return edit.after == "†" and text[edit.start : edit.end] == "â€ "


def is_by_itself(text: str, edit: Edit) -> bool:
    """Return whether an apostrophe or quotation mark would be between white space."""
    around = text[max(0, edit.start - 1) : edit.start] + text[edit.end : edit.end + 1]
    return edit.after in _APOSTROPHES and bool(around) and not around.strip(" \n")


def is_in_url(text: str, edit: Edit) -> bool:
    """Return whether the damage is in an address, which leads nowhere else."""
    return _URL.search(text, max(0, edit.start - 200), edit.start) is not None


def has_unknown_letter(edit: Edit) -> bool:
    """Return whether the repair would make a letter of no language: CƩcile, or a character that does not exist."""
    return any(
        ("\u0180" <= character <= "\u024f" and character not in latin_letters())
        or unicodedata.category(character) == "Cn"
        for character in edit.after
    )


def _is_decoration(text: str, line: Sequence[Edit]) -> bool:
    """Return whether the letters beyond ASCII beside the damage of a line are of no language: Ðârk§øûl †Ãñgê£†."""
    rest = beside(text, line)
    letters = [character for character in _NOT_ASCII.findall(rest) if character.isalpha()]
    return len(letters) >= _FEWEST_LETTERS and share_of_one_alphabet(rest) < _ONE_ALPHABET


def has_foreign_letter(text: str, edit: Edit) -> bool:
    """Return whether the repair would put letters of another script into a word of Latin letters: Spaß€, ÕÖ×Ø."""
    letters = [character for character in edit.after if _is_letter(character) and not _is_latin(character)]
    if not letters or len(letters) > _MOST_FOREIGN:
        return False
    word = text[token_start(text, edit.start) : edit.start] + text[edit.end : token_end(text, edit.end)]
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
    is_letter_by_itself,
    is_beside_code,
    is_mark_by_itself,
    is_operator,
    is_dagger,
    is_by_itself,
    is_in_url,
)


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
