"""Names that markup holds, and parts of words that it sets apart: what stands in it and is not prose.

The recognisers of code are in code_and_markup.py.
"""

import re

_OPEN_LINK_TARGET = re.compile(r"\]\((?:<[^<>]*|(?:[^\s()<>]|\([^\s()]*\))*)")
_OPEN_VALUE = re.compile(r"""=(["'])[^\s"']*\Z""")
_VALUE_END = re.compile(r"""[^\s"']*["']""")
_INLINE_MARKUP = r"(?:[*`_]+|</?(?:a|b|big|em|font|i|mark|small|span|strong|u)\b[^<>]*>)+"
_LETTER_BEFORE = re.compile(rf"[^\W\d_]{_INLINE_MARKUP}\Z")
_LETTER_AFTER = re.compile(rf"{_INLINE_MARKUP}[^\W\d_]")
_MARKUP_REACH = 60
_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
# Elements of prose: one word alone in another one is the name of a column, of a type, of a value.
_PROSE_TAG = re.compile(
    "a|abbr|acronym|b|big|blockquote|body|button|caption|center|cite|dd|del|dfn|div|dt|em|emphasis|figcaption|font|h[1-6]"
    "|i|ins|label|legend|li|listitem|mark|p|para|q|quote|s|section|simpara|small|span|strike|strong|sub|summary|sup|term"
    "|title|u",
    re.IGNORECASE,
)
_TAG_BEFORE = re.compile(r"<([a-zA-Z][\w:-]*)(?:\s[^<>]*)?>\s*\Z")
_TAG_AFTER = re.compile(r"\s*</")
_CELL_BEFORE = re.compile(r"\|[ \t]*\Z")
_CELL_AFTER = re.compile(r"[ \t]*\|")
_MESSAGE = re.compile(r"(?:#[~|]+ ?)?(msg\w+)")
_MESSAGE_GOES_ON = re.compile(r'(?:#[~|]+ ?)?"')
_SOURCES = "msgid", "msgid_plural", "msgctxt"
# A key of YAML, TOML, INI or a file of properties, and a value that is one name.
_LINE_KEY = re.compile(r"[ \t]*(?:-[ \t]+)*[a-z_][\w.-]*(?::(?=\s|\Z)|[ \t]*=)")
_LINE_NAME = re.compile(r"""[ \t]*(?:-[ \t]+)*[a-z_][\w.-]*(?::[ \t]+|[ \t]*=[ \t]*)(["']?)[^\s"']+\1[ \t]*,?[ \t]*""")
_NAMES_ONLY = re.compile(r"""[ \t]*(?:-[ \t]+)*(?:[\w.-]+:[ \t]*)?(["']?)[^\s"']*\1[ \t]*""")
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)*[\w.-]+:(?:\s|\Z)")


def is_in_link_target(text: str, place: int) -> bool:
    """Return whether a place lies in the address of a Markdown link, which may hold blanks between `<` and `>`.

    >>> text = '[la page](une-page.md "La page")'
    >>> is_in_link_target(text, text.index("une")), is_in_link_target(text, text.rindex("page"))
    (True, False)
    """
    opening = text.rfind("](", text.rfind("\n", 0, place) + 1, place)
    return opening >= 0 and _OPEN_LINK_TARGET.fullmatch(text, opening, place) is not None


def is_in_value(text: str, place: int) -> bool:
    """Return whether a place lies in the quoted value of an attribute, within a tag or not, that is a single name.

    >>> text = 'id="frequence-page" title="La page"'
    >>> is_in_value(text, text.index("page")), is_in_value(text, text.rindex("page"))
    (True, False)
    """
    return (
        _OPEN_VALUE.search(text, max(0, place - _MARKUP_REACH), place) is not None
        and _VALUE_END.match(text, place) is not None
    )


def is_part_of_marked_word(text: str, start: int, end: int) -> bool:
    """Return whether a letter follows beyond the markup that a span touches: only a part of the word is set apart.

    >>> is_part_of_marked_word("**l**anguage", 5, 12), is_part_of_marked_word("<b>le</b> mot", 10, 13)
    (True, False)
    """
    return (
        _LETTER_BEFORE.search(text, max(0, start - _MARKUP_REACH), start) is not None
        or _LETTER_AFTER.match(text, end, end + _MARKUP_REACH) is not None
    )


def is_metadata_name(text: str, place: int) -> bool:
    r"""Return whether a place lies in the metadata before a document (YAML between `---`), in a key or a lone name.

    >>> text = "---\ntitle: Une page\ntype: page\n---\nUne page"
    >>> [is_metadata_name(text, place) for place, letter in enumerate(text) if text[place:].startswith("page")]
    [False, True, False]
    """
    front = _FRONT_MATTER.match(text)
    if front is None or place >= front.end():
        return False
    line_start = text.rfind("\n", 0, place) + 1
    line_end = text.find("\n", place)
    if _NAMES_ONLY.fullmatch(text, line_start, line_end if line_end >= 0 else len(text)):
        return True
    key = _KEY.match(text, line_start)
    return key is not None and place < key.end()


def is_key_or_name(text: str, place: int) -> bool:
    r"""Return whether a place lies in the key of a line `key: value` or `key = value`, or in a value that is one name.

    >>> text = "page: la page\ntype: page\nBonne page: la page"
    >>> [is_key_or_name(text, place) for place, letter in enumerate(text) if text[place:].startswith("page")]
    [True, False, True, False, False]
    """
    line_start = text.rfind("\n", 0, place) + 1
    key = _LINE_KEY.match(text, line_start)
    if key is None:
        return False
    line_end = text.find("\n", place)
    return place < key.end() or bool(_LINE_NAME.fullmatch(text, line_start, line_end if line_end >= 0 else len(text)))


def is_lone_in_element(text: str, start: int, end: int) -> bool:
    """Return whether a span is all that an element or a cell of a table holds, as names of columns and values are.

    In an element of prose only a compound is such a name.

    >>> is_lone_in_element("<td>page</td>", 4, 8), is_lone_in_element("<p>page</p>", 3, 7)
    (True, False)
    >>> is_lone_in_element("<p>ma-page</p>", 3, 10)
    True
    >>> is_lone_in_element("| page | une |", 2, 6), is_lone_in_element("| une page |", 6, 10)
    (True, False)
    """
    tag = _TAG_BEFORE.search(text, max(0, start - _MARKUP_REACH), start)
    is_name = tag and (not _PROSE_TAG.fullmatch(tag[1]) or "-" in text[start:end])
    if is_name and _TAG_AFTER.match(text, end):
        return True
    return bool(_CELL_BEFORE.search(text, max(0, start - _MARKUP_REACH), start) and _CELL_AFTER.match(text, end))


def is_in_source_message(text: str, place: int) -> bool:
    r"""Return whether a place lies in a message to translate, by which the translation is looked up (gettext).

    >>> text = 'msgid ""\n"Une page"\nmsgstr "A page"'
    >>> is_in_source_message(text, text.index("page")), is_in_source_message(text, text.rindex("page"))
    (True, False)
    """
    line_start = text.rfind("\n", 0, place) + 1
    while line_start > 0 and _MESSAGE_GOES_ON.match(text, line_start):
        line_start = text.rfind("\n", 0, line_start - 1) + 1
    message = _MESSAGE.match(text, line_start)
    return message is not None and message[1] in _SOURCES
