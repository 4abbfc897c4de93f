"""Damage that lost a byte, and signs that no text has: what neither a whole line nor ftfy can read.

A byte that windows-1252 leaves undefined, or that a program took for a space, is missing from a character of UTF-8. It
is put back where only one byte is likely. And nobody writes the spelling that some signs have in a wrong encoding, such
as â„¢ and рџЋ‰, so it is damage wherever it occurs by itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import ftfy.bad_codecs  # noqa: F401  registers the sloppy-windows-125x codecs

from beam_textclean.transforms.encoding.edits import Edit
from beam_textclean.transforms.encoding.vetoes import veto

# What nobody writes: the signs below and emoji, as the encodings spell them.
_SIGNS = "’‘“”‚„‹›–—―…•′″™€→←↑↓↔−≠≤≥≈∞√✓✔★☆●■►▪◆\u2002\u2003\u2009\u200a\u200b\u202f"
_SPELLING = ("sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253")
_MARK = "\ufeff"  # a byte order mark, at the start of a text
_MARK_SPELLING = ("latin-1", "mac-roman", "cp437", "cp850", "sloppy-windows-1251", "sloppy-windows-1250")

# What is restored, the characters by which it is known, and where these are damage. Of the bytes that may be missing
# behind "â€", only that of ” is undefined in windows-1252.
_LOST = {
    "”": ("â€", re.compile(r"â€(?<=[\w.,!?…%)]â€)(?![^\x00-\x7f\xa0])")),
    "\xa0": (
        "Â ",
        re.compile(r"Â (?:(?<=\dÂ )(?=[\w€$£%°])|(?<=[:;!?»]Â )(?=[\w€$£«])|(?<=«Â )(?=\w)|(?<=\wÂ )(?=[:;!?»]))"),
    ),
    "Å": ("Ã…", re.compile(r"Ã…(?<![^\W\d_]Ã…)(?=[a-z]{2})")),
    "í": ("Ã", re.compile(r"Ã(?<=[a-z]Ã)(?=[a-z])")),
}
_OPENED = re.compile("â€œ|“")
_OTHER_DAMAGE = re.compile("Ã[\x80-\xbf‰‡š“”]")  # in whose line "Ã" alone is "í", of which the soft hyphen was lost


def lost_bytes(text: str) -> list[Edit]:
    r"""Find pieces of UTF-8, read as windows-1252, of which one byte is missing.

    >>> [edit.after for edit in lost_bytes("5Â kg, â€œyesâ€ she said")]
    ['\xa0', '”']
    """
    found = [
        Edit(match.start(), match.end(), after, "mojibake")
        for after, (literal, pattern) in _LOST.items()
        if literal in text
        for match in pattern.finditer(text)
        if (after != "”" or _OPENED.search(text, *_line_before(text, match.start())))
        and (after != "í" or _OTHER_DAMAGE.search(text, *_line_around(text, match.start())))
    ]
    return veto(text, sorted(found))


def lone_signs(text: str) -> list[Edit]:
    """Find signs and emoji as other encodings spell them, between ASCII.

    >>> [edit.after for edit in lone_signs("Acmeâ„¢ рџЋ‰")]
    ['™', '🎉']
    """
    found = [Edit(start, start + len(spelled), after, "mojibake") for start, spelled, after in _spelled(text)]
    start = next((mark for mark in _marks() if text.startswith(mark)), "")
    if start:
        found = [Edit(0, len(start), "", "mojibake"), *(edit for edit in found if edit.start >= len(start))]
    return veto(text, found)


def _spelled(text: str) -> Iterator[tuple[int, str, str]]:
    pattern, meant = _lone_signs()
    for match in pattern.finditer(text):
        start, end = match.start() - 1, match.end()
        spelled = text[start:end]
        # What is beside other damage, or spelled twice, is read with its line.
        if (text[start - 1 : start] + text[end : end + 1]).isascii() and (meant.get(spelled) or _emoji(spelled)):
            yield start, spelled, meant.get(spelled) or _emoji(spelled)


def _emoji(spelled: str) -> str:
    for encoding in _SPELLING:
        try:
            return spelled.encode(encoding).decode()
        except UnicodeError:
            continue
    return ""


@lru_cache(maxsize=1)
def _lone_signs() -> tuple[re.Pattern[str], dict[str, str]]:
    """Compile an expression for all but the first character, which is a frequent letter in some languages."""
    spelled = {sign.encode().decode(encoding): sign for encoding in _SPELLING for sign in _SIGNS}
    groups: dict[str, list[str]] = {}
    for first, second, third in map(tuple, spelled):
        groups.setdefault(second, []).append(f"(?<={first}{second}){re.escape(third)}")
    for encoding in _SPELLING:
        lead = b"\xf0\x9f".decode(encoding)
        others = re.escape(bytes(range(0x80, 0xC0)).decode(encoding))
        groups.setdefault(lead[1], []).append(f"(?<={lead})[{others}]{{2}}")
    seconds = "".join(map(re.escape, groups))
    rest = "|".join(f"(?<={re.escape(second)})(?:{'|'.join(others)})" for second, others in groups.items())
    return re.compile(f"[{seconds}](?:{rest})"), spelled


@lru_cache(maxsize=1)
def _marks() -> tuple[str, ...]:
    return tuple(_MARK.encode().decode(encoding) for encoding in _MARK_SPELLING)


def _line_before(text: str, at: int) -> tuple[int, int]:
    return text.rfind("\n", 0, at) + 1, at


def _line_around(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end
