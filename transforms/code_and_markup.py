"""What is code or markup rather than text: fences, indentation, tags, inline code, statements, tables.

Here it is recognised, for all passes. What follows from it, a pass decides itself: the duplicates pass keeps whole
paragraphs of code where they are, the typo pass leaves single words of it alone. Two passes may have different rules
for one thing; here these appear side by side.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache

# --- Lines ---

LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
"""The characters that end a line."""

# --- Fences and blocks in tags ---

# Blanks, quote marks and a list item's mark may stand before a fence.
_FENCE = re.compile(
    rf"(?<![^{LINE_BREAKS}])[ \t>]*(?P<item>(?:[-*+]|\d{{1,9}}[.)])[ \t]+)?"
    rf"(?P<mark>`{{3,}}|~{{3,}})(?P<rest>[^{LINE_BREAKS}]*)"
)
# A fence has no backtick after it on its line: "```ls``` lists files" is code within a line. A tag between backticks is
# one that the text is about. The last is the listing of AsciiDoc.
_CODE_TAGS = (
    "code|pre|script|style|kbd|samp|tt|math"
    "|programlisting|screen|synopsis|cmdsynopsis|funcsynopsis|literal|replaceable|filename|varname|envar|classname"
    "|constant|structname|structfield|userinput|computeroutput|systemitem"  # DocBook
    "|source"  # what is translated, in Qt's files and XLIFF
)
_BLOCK = re.compile(
    r"^[ \t]*(?P<fence>```+(?=[^`\n]*$)|~~~+).*?(?:^[ \t]*(?P=fence)|\Z)"
    rf"|(?<!`)<(?P<tag>{_CODE_TAGS})\b.*?</(?P=tag)\s*>"
    r"|^\[(?:source|listing)\b[^\]\n]*\][ \t]*\n(?P<line>-{4,})[ \t]*\n.*?^(?P=line)[ \t]*$",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_BLOCK_SIGNS = "```", "~~~", "</", "\n----"


@lru_cache(maxsize=1)  # several steps look at one text in turn
def fenced_spans(text: str) -> tuple[tuple[int, int], ...]:
    r"""Find the code fences and what stands between them (CommonMark, "Fenced code blocks").

    A fence without a closing one stands alone.

    Args:
        text: Any text.

    Returns:
        The spans in code points, sorted and disjoint.

    >>> text = "Voici :\n\n```js\na()\n\nb()\n```\n\nVoilà."
    >>> [text[start:end] for start, end in fenced_spans(text)]
    ['```js\na()\n\nb()\n```']
    """
    # With a backtick after those of the fence it is code within a line.
    fences = [fence for fence in _FENCE.finditer(text) if fence["mark"][0] == "~" or "`" not in fence["rest"]]
    # The longest mark that closes, from each fence on: one that is never closed is not searched to the end.
    longest = {"`": "", "~": ""}
    closing = [longest]
    for fence in reversed(fences):
        mark = fence["mark"]
        if _closes(fence, mark) and len(mark) > len(longest[mark[0]]):
            longest = longest | {mark[0]: mark}
        closing.append(longest)
    closing.reverse()
    spans = []
    number = 0
    while number < len(fences):
        start, end = fences[number].span()
        mark = fences[number]["mark"]
        number += 1
        if closing[number][mark[0]].startswith(mark):
            while not _closes(fences[number], mark):
                number += 1
            end = fences[number].end()
            number += 1
        spans.append((start, end))
    return tuple(spans)


def _closes(fence: re.Match[str], mark: str) -> bool:
    """Return whether a fence closes one of a mark: as many characters or more, and nothing beside them."""
    return fence["mark"].startswith(mark) and not fence["item"] and not fence["rest"].strip()


def block_spans(text: str) -> list[tuple[int, int]]:
    r"""Find blocks between fences, and elements whose tag says that they hold code.

    A fence without a closing one holds all that follows.

    Args:
        text: Any text.

    Returns:
        The spans in code points, sorted and disjoint.

    >>> text = "Voici <code>a()</code> :\n~~~\nb()"
    >>> [text[start:end] for start, end in block_spans(text)]
    ['<code>a()</code>', '~~~\nb()']
    """
    if not any(sign in text for sign in _BLOCK_SIGNS):
        return []
    return [match.span() for match in _BLOCK.finditer(text)]


# --- Indentation ---

CODE_INDENTATION = 3
"""Columns that code is set deeper by: 4 are usual, but manual pages set examples 3 columns deeper than text."""

_TAB = 4
_INDENTED = "   ", "\t", " \t", "  \t"
_INDENTED_LINE = re.compile(r"(?: {4}|\t)")
_INDENTED_CODE = re.compile(r"\w\(|[;{]\s*\Z|\w\s?=\s?[\w\"']")


def begins_indented(text: str, start: int) -> bool:
    """Return whether a paragraph that starts at a place begins with the indentation of code."""
    return text.startswith(_INDENTED, start)


def line_depths(text: str) -> list[int]:
    r"""Measure the indentation of each line that is not blank, in columns.

    >>> line_depths("un\n\tdeux\n\n  trois")
    [0, 4, 2]
    """
    lines = text.expandtabs(_TAB).splitlines()
    return [len(line) - len(visible) for line in lines if (visible := line.lstrip())]


@lru_cache(maxsize=1)  # several steps look at one text in turn
def usual_depth(text: str) -> int:
    """Return the indentation in columns that three lines of four have or exceed."""
    depths = sorted(line_depths(text))
    return depths[len(depths) // 4]


def is_in_indented_block(text: str, line_start: int) -> bool:
    r"""Return whether a line is indented and looks like code, or all lines of its paragraph are indented (Markdown).

    Args:
        text: Any text.
        line_start: The first code point of the line.

    >>> is_in_indented_block("Voici :\n\n    un exemple\n", 9), is_in_indented_block("un\n    deux\n", 3)
    (True, False)
    """
    if not _INDENTED_LINE.match(text, line_start):
        return False
    if _INDENTED_CODE.search(text[line_start : _end(text, "\n", line_start)]):
        return True
    paragraph = text[text.rfind("\n\n", 0, line_start) + 1 : _end(text, "\n\n", line_start)]
    return all(_INDENTED_LINE.match(line) for line in paragraph.split("\n") if line.strip())


# --- Within a line ---

_BACKTICKS = re.compile("`+")
_OPEN_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*)?\Z")
_CODE_CHARACTERS = re.compile(r"[/\\@_=#{}$^~|&%+]|::|\d|www\.|[a-zà-öø-ÿ][A-ZÀ-Ö]|-[^-]*-[^-]*-")


def is_in_inline_code(text: str, start: int, end: int) -> bool:
    """Return whether a span stands between backticks: an odd number of runs before it opens one around it.

    >>> is_in_inline_code("le mot `teh` ici", 8, 11), is_in_inline_code("`le` mot teh `ici`", 9, 12)
    (True, False)
    """
    line_start = text.rfind("\n", 0, start) + 1
    return len(_BACKTICKS.findall(text, line_start, start)) % 2 == 1 and "`" in text[end : _end(text, "\n", end)]


def is_in_tag(text: str, place: int) -> bool:
    """Return whether a place lies between the `<` and the `>` of a tag, on one line.

    >>> is_in_tag("<a href=recieve>recieve</a>", 8), is_in_tag("<a href=recieve>recieve</a>", 16)
    (True, False)
    """
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return "<" in before and _OPEN_TAG.search(before) is not None


def has_code_characters(text: str, start: int, end: int) -> bool:
    """Return whether a stretch holds a character, or a pair of them, that addresses and identifiers have, not words."""
    return _CODE_CHARACTERS.search(text, start, end) is not None


# --- Lines of code and of tables ---

# What is code without an indentation too, and no line of prose ("return to sender" goes on).
_STATEMENT = re.compile(
    r"""[ \t]*(?:
        (?:import|from)[ ][\w.]+(?:[ ](?:import|as)[ ].*)?;?      # import json
        | return[ ][\w.]+;?
        | (?:def|class)[ ]\w+.*:
        | \#[ ]?include\b.*
        | (?:extern|typedef)\b.*[();{]
        | [\w.]+[ ][-+*/|&]?=[ ]\S+                              # the two sides of an assignment
        | [\w., \[\]"']{1,60}[ ][-+*/|&]?=[ ].*(?:(?:\w\(|[\[{]).*|;)
        | \w+[ ]\([^()]*\);                                      # a call in the style of GNU
        | [\w.]+\(.*\);
        | .*[ ]\{
        | [a-z][\w-]*:[ ]+(?:(['"])\S*\1|[\[{].*[\]}]|\d\S*|true|false|null|\S*[/_=\\<>{}]\S*)  # YAML
        | [a-z][\w-]*:[ ]+[a-z]+(?:-[a-z]+)+
        | \$[ ][a-z].*                                            # the prompt of a shell
        | SELECT[ ].*\bFROM\b.* | SELECT[ ][\w.*]+(?:,[ ][\w.*]+)*
        | (?:INSERT[ ]INTO|DELETE[ ]FROM|CREATE[ ]TABLE|ALTER[ ]TABLE|UPDATE[ ]\w+[ ]SET)\b.*
    )\s*""",
    re.VERBOSE,
)
_STATEMENT_LENGTH = 200
_CODE_LINES = 3  # lines that a document of code has at least
_CODE_SHARE = 2  # one character of so many is of lines of code
_PROSE_SHARE = 10  # fewer than one of so many is of lines that end as sentences do
_SENTENCE_WORDS = 4
_CODE_START = re.compile(r"\s*(?://|/\*|[$%]\s|>>>\s|<!--|\{[ \t]*\r?\n)")
# A line that opens a block at its end, closes one, or has one; but not "\end{proof}", "{{cite web}}" or "{% raw %}".
_BLOCK_LINE = re.compile(
    r"\{\s*(?:/[/*].*)?$|^\s*\}(?!\})|\s\}[)\];,]*\s*(?:/[/*].*)?$|[\s)]\{\}[)\];,]*\s*(?:/[/*].*)?$"
)
_CODE_LINE = re.compile(r"\s*(?:[$#%>]\s|//|/\*|#include\b|</?\w+[^>]*>\s*$)|.*[;{}\\]\s*$")
_TABLE_GAP = re.compile(r"\S(?:\t| {2,}| *\| *)\S")
_RULED = re.compile(r"[-+=|:\s]{5,}|[-=_*+|]{3,}")


# What a line of code, of a configuration or of markup looks like in most languages, be it a statement or not. For speed
# all white space before it is taken at once, and what needs a sign somewhere begins with a look for the sign.
_CODE_SHAPE = re.compile(
    r"""\s*(?=\S)(?:
        .*[{]\s*                                                    # opens a block, closes one
        | [\])}]+[;,)]*\s*
        | .*\)\s*(?:;|:|\{|=>)\s*
        | (?=.*;).*[=()\[\]{}<>"'].*;\s*
        | (?:\w+\s+)?(?:def|class|function|func|fn|sub|struct|enum|interface|namespace|trait|impl|module|package)
            \s+[\w.:<>]+.*(?<![.!?])
        | (?:import|from|use|using|require|include|require_once|library)
            \s+[\w.:/\\{}*"'<>-]+(?:\s+(?:import|as|from)\s.*)?;?\s*
        | \#\s*(?:include|define|if|ifdef|ifndef|endif|else|pragma|import)\b.*
        | (?:if|elif|else|for|while|try|except|finally|with|switch|case|do|unless|until|foreach)\b.*[:{(]\s*
        | (?:if|for|while|switch|return|catch|elseif)\s*\(.*
        | (?:return|yield|raise|throw|await|assert|del|pass|break|continue|end|endif|fi|done|esac|then|begin)
            (?:\s+[\w.'"\[\](){}-]+)?;?\s*
        | (?:public|private|protected|static|const|let|var|final|export|extern|typedef|async|pub|mut|local
            |int|char|void|float|double|bool|string|unsigned)\s+[\w<>\[\]*&:]+[^.!?]*
        | (?=.*=|.*<-)["']?[\w.$@%\[\]'"*&:>-]+["']?\s*(?:[-+*/|&.:%]?=|=>|<-|\?=)\s*\S.*   # an assignment
        | ["']?[\w.-]+["']?\s*:\s*(?:["'\[{\d].*|true|false|null|none)?,?\s*    # a key and its value
        | (?:-\s+)?[a-z_][\w.-]*:\s+\S+\s*
        | @[\w.]+(?:\(.*\))?\s*
        | [\w.:$>-]+\(.*\)\s*[,;]?\s*
        | </?[\w:!?][^<>]*>.*
        | [$>%]\s\S.*(?<![.!?:])
        | (?:sudo|apt|apt-get|pip3?|npm|git|docker|cd|cp|mv|mkdir|echo|export|curl|wget|chmod|make)
            \s[\w./~$"'-].*(?<![.!?:])
        | (?=.*-)[\w./-]+\s.*(?<=\s)--?[a-z][\w-]+.*                   # a command with an option
        | \[[\w .:"-]+\]\s*                                            # a section
        | ["'][^"']*["'],\s*
        | \\\w+.*
        | \w+\s::\s.*
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"\s*(?://|/\*|\*(?:\s|/|$)|--\s|;;|\#|%|<!--)")
_DATA_STARTS = "#!", "<?xml", "<?php", "<!DOCTYPE", "<!doctype"
_TRIPLE_QUOTE = '"""'


@lru_cache(maxsize=1024)  # a line is asked for as one of a document and as one of a paragraph, and lines repeat
def has_code_shape(line: str) -> bool:
    """Return whether a line looks like one of code, of a configuration or of markup, in whatever language.

    >>> [has_code_shape(line) for line in ("name = North", "} else {", "Voilà une phrase.", "git commit -m x")]
    [True, True, False, True]
    """
    if len(line) > _STATEMENT_LENGTH or _is_sentence(line):
        return False
    return _CODE_SHAPE.fullmatch(line) is not None


@lru_cache(maxsize=1)  # several steps look at one text in turn
def is_code_document(text: str) -> bool:
    r"""Return whether a whole document is code or data: it parses as JSON, or most of its characters look so.

    Comments count on neither side, documentation strings as code. Sentences are a sign of an article with listings.

    Args:
        text: A document.

    >>> is_code_document('{"name": [1, 2]}'), is_code_document("Voici :\n\nx = 1\n\nCe programme pose x.")
    (True, False)
    """
    content = text.strip()
    if content.startswith(_DATA_STARTS) or _is_json(content):
        return True
    lines = list(filter(str.strip, content.splitlines()))
    if _PROSE_SHARE * sum(len(line) for line in lines if _is_sentence(line)) >= len(content):
        return False
    if _TRIPLE_QUOTE not in content:
        lines.sort(key=len, reverse=True)  # the longest decide soonest
    code = other = shaped = 0
    sizes = [len(line.strip()) for line in lines]
    left = sum(sizes)
    is_string = False
    for line, size in zip(lines, sizes, strict=True):
        left -= size
        quotes = line.count(_TRIPLE_QUOTE)
        if quotes or is_string:
            is_string ^= quotes % 2 == 1
            code += size
        elif has_code_shape(line):
            code += size
            shaped += 1
        elif not _COMMENT.match(line):
            other += size
            if (code + left) * _CODE_SHARE < code + left + other:  # even if all that is left is code
                return False
    return shaped >= _CODE_LINES and code * _CODE_SHARE >= code + other


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "!", "?", "…")) and line[-2:-1].isalpha() and line.count(" ") + 1 >= _SENTENCE_WORDS


def _is_json(content: str) -> bool:
    if content[:1] + content[-1:] not in ("{}", "[]"):
        return False
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def is_statement(text: str, line_start: int) -> bool:
    """Return whether the line that starts at a place is a statement of a programming language, or a line of YAML.

    >>> is_statement("import json", 0), is_statement("return to sender", 0)
    (True, False)
    """
    line = text[line_start : line_start + _STATEMENT_LENGTH + 1].partition("\n")[0]
    return len(line) <= _STATEMENT_LENGTH and _STATEMENT.fullmatch(line) is not None


def begins_as_code(text: str, start: int, end: int) -> bool:
    r"""Return whether a paragraph begins with a prompt, a comment sign or a brace alone.

    >>> begins_as_code("$ ls", 0, 4), begins_as_code("5 $", 0, 3)
    (True, False)
    """
    return _CODE_START.match(text, start, end) is not None


def count_block_lines(lines: Iterable[str]) -> int:
    """Count the lines that open a block in braces at their end, close one or have one.

    >>> count_block_lines(["if (a) {", "b();", "}"])
    2
    """
    return sum(_BLOCK_LINE.search(line) is not None for line in lines)


def count_code_lines(lines: Iterable[str]) -> int:
    r"""Count the lines with a prompt, a comment sign or a tag, or with `;`, `{`, `}` or a backslash at the end.

    >>> count_code_lines(["$ make", "# note", "a = 1;", "Voilà."])
    3
    """
    return sum(_CODE_LINE.match(line) is not None for line in lines)


def count_table_lines(lines: Iterable[str]) -> int:
    r"""Count the lines that are ruled or have columns: tabs, bars or runs of blanks between words.

    >>> count_table_lines(["an  prix", "---------", "1990\t5", "Voilà."])
    3
    """
    return sum(_TABLE_GAP.search(line) is not None or _RULED.fullmatch(line) is not None for line in lines)


def _end(text: str, mark: str, start: int) -> int:
    end = text.find(mark, start)
    return len(text) if end < 0 else end
