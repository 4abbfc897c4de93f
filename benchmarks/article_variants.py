"""Write real articles twice in 34 ways, and measure how much of the second copy is removed and what is lost.

    python benchmarks/article_variants.py CORPUS.jsonl.gz... [--folds typography,notes] [--near 0.7] [--show N]

An article is ten paragraphs of prose from the records of one language (the field lang: ar, de, en, es, fr, ja, ru, zh),
single sentences grouped, with two headings made of words of other sentences. Ten articles are taken for each language,
spread over what is given.

The surplus is all that a text has beyond one copy of the article and the new texts, white space not counted; recall is
the share of it that is removed. A sentence is lost when no copy of its letters and digits is left, a new text when it
is not kept to the byte. The column "losing" counts the texts with such a loss.
"""

import argparse
import gzip
import html
import json
import re
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from removals import add_config, config_of, read_records

from beam_textclean.transforms.duplicates import collapse_duplicate_paragraphs

LANGUAGES = ("fr", "en", "de", "es", "zh", "ja", "ar", "ru")
UNSPACED = ("zh", "ja")  # no spaces between words; a character says more than a letter
PARAGRAPHS = 10
NEW = 5  # paragraphs for headings and new texts
SENTENCE = re.compile(r".+?(?:[.!?…؟]+[\"'»”’)]*(?=\s|$)|[。！？]+[」』”’）]*|$)", re.DOTALL)
NO_PROSE = re.compile(r"[|{}<>`*#_\[\]\\=~@]|https?:|\w/\w|^[^\w«“\"'¿¡「『]|^\W*\d")
NOTE = re.compile(r"\[\d+\]")
INVISIBLE = "\u200b"


class Block(NamedTuple):
    """A heading or a paragraph."""

    text: str
    is_heading: bool = False


class Article(NamedTuple):
    """What is written twice: its blocks; and new texts, to put beside it."""

    language: str
    blocks: list[Block]
    new: list[str]

    @property
    def space(self) -> str:
        """Return the separator of two sentences."""
        return "" if self.language in UNSPACED else " "

    def lines(self) -> list[str]:
        """Return the texts of the blocks."""
        return [block.text for block in self.blocks]

    def well_set(self) -> str:
        """Return the text with blank lines between the blocks."""
        return "\n\n".join(self.lines())

    def glued(self, joint: str = "") -> str:
        """Return the text without them."""
        return joint.join(self.lines())

    def first(self) -> str:
        """Return the first paragraph that is not a heading."""
        return next(block.text for block in self.blocks if not block.is_heading)

    def edited(self, edit: Callable[[Block], str]) -> "Article":
        """Return the article with every block edited."""
        return self._replace(blocks=[block._replace(text=edit(block)) for block in self.blocks])


class Variant(NamedTuple):
    """An article written twice, and the new texts in it."""

    text: str
    new: list[str] = []  # noqa: RUF012 (of a NamedTuple)


def is_prose(paragraph: str) -> bool:
    ends = paragraph.rstrip("\"'»”’)」』）").endswith((".", "!", "?", "…", "。", "！", "？", "؟"))
    return ends and 15 <= len(paragraph) <= 1500 and not NO_PROSE.search(paragraph)


def prose(path: Path) -> Iterator[tuple[str, str]]:
    """Return language and text of the paragraphs of a corpus, short ones grouped."""
    group: list[str] = []
    for record in read_records(path):
        language = record["lang"]
        least, space = (80, "") if language in UNSPACED else (220, " ")
        for paragraph in record["text"].split("\n\n"):
            line = " ".join(paragraph.split())
            if is_prose(line) and language in LANGUAGES:
                group.append(line)
            if sum(map(len, group)) >= least:
                yield language, space.join(group)
                group = []


def articles(paths: Iterable[Path], number: int) -> Iterator[Article]:
    """Return so many articles of each language, evenly spread over its paragraphs."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for language, paragraph in prose(path):
            if paragraph not in found[language]:
                found[language].append(paragraph)
    size = PARAGRAPHS + NEW
    for language in LANGUAGES:
        paragraphs = found[language]
        count = min(number, len(paragraphs) // size)
        for at in range(count):
            start = at * (len(paragraphs) - size) // max(count - 1, 1)
            yield make_article(language, paragraphs[start : start + PARAGRAPHS], paragraphs[start:][PARAGRAPHS:size])


def make_article(language: str, paragraphs: list[str], others: list[str]) -> Article:
    blocks = [Block(paragraph) for paragraph in paragraphs]
    for at, other in ((0, others[0]), (5, others[1])):
        words = other[:9] if language in UNSPACED else " ".join(re.findall(r"\w[\w'’-]*", other)[:5])
        heading = re.sub(r"\W+$", "", words)
        blocks.insert(at + (at > 0), Block(heading[:1].upper() + heading[1:], is_heading=True))
    return Article(language, blocks, [sentences(other)[0] for other in others[2:]])


def sentences(text: str) -> list[str]:
    return [match[0].strip() for match in SENTENCE.finditer(text) if match[0].strip()]


def wrapped(block: Block, hyphenate: bool = False) -> str:
    """Break a block into lines of about 70 columns, words between letters too if asked for."""
    lines = textwrap.wrap(block.text, 70, break_on_hyphens=False)
    for at in range(len(lines) - 1 if hyphenate else 0):
        word = lines[at + 1].split(" ")[0]
        if len(word) >= 6 and word.isalpha() and word.lower() != word.upper():
            half = len(word) // 2
            lines[at] += f" {word[:half]}-"
            lines[at + 1] = lines[at + 1][half:]
    return "\n".join(lines)


def stub(paragraph: str) -> str:
    """Return the first half of a paragraph, with an ellipsis."""
    half = paragraph[: len(paragraph) // 2]
    return (half.rsplit(" ", 1)[0] if " " in half else half).rstrip(",;:.،，、") + "…"


def quoted(article: Article, opening: str, closing: str, apostrophe: str) -> Article:
    """Return an article with one form of quotes, and a word of every third paragraph between them."""
    thirds = cycle((True, False, False))

    def edit(block: Block) -> str:
        text = re.sub('[“”«»"]', "", re.sub("[’']", apostrophe, block.text))
        if block.is_heading or not next(thirds):
            return text
        if article.language in UNSPACED:
            return f"{text[:4]}{opening}{text[4:7]}{closing}{text[7:]}"
        first, second, *others = text.split(" ")
        return " ".join([first, f"{opening}{second}{closing}", *others])

    return article.edited(edit)


def noted(article: Article) -> Article:
    numbers = iter(range(1, 1000))
    return article.edited(
        lambda block: (
            block.text
            if block.is_heading
            else article.space.join(f"{sentence}[{next(numbers)}]" for sentence in sentences(block.text))
        )
    )


def every(step: int, text: str, edit: Callable[[str], str]) -> str:
    """Edit every so many-th character of a text, where it is a space or there are none."""
    places = [at for at, character in enumerate(text) if character == " "] or range(1, len(text))
    chosen = set(places[::step])
    return "".join(edit(character) if at in chosen else character for at, character in enumerate(text))


def bulleted(article: Article) -> str:
    """Set the second half of the paragraphs as a list."""
    half = len(article.blocks) // 2
    items = [block.text if block.is_heading else f"• {block.text}" for block in article.blocks[half:]]
    return "\n\n".join([*article.lines()[:half], *items])


def merged_headings(article: Article) -> str:
    return "".join(block.text if block.is_heading else f"{block.text}\n\n" for block in article.blocks)


def halves_swapped(article: Article) -> str:
    half = len(article.blocks) // 2
    return "".join(article.lines()[half:] + article.lines()[:half])


def truncated(article: Article) -> str:
    """Return the article up to the middle of the fifth paragraph."""
    places = [at for at, block in enumerate(article.blocks) if not block.is_heading]
    return "\n\n".join([*article.lines()[: places[4]], stub(article.lines()[places[4]])])


def interleaved(article: Article, separator: str) -> Variant:
    blocks = []
    new = iter(article.new)
    used = []
    for at, line in enumerate(article.lines()):
        blocks.append(line)
        if at % 4 == 2:
            used.append(next(new))
            blocks.append(used[-1])
    return Variant(f"{article.well_set()}\n\n{separator.join(blocks)}", used)


def after(article: Article, copy: str) -> Variant:
    """Return the article as it is well set, and after it a copy."""
    return Variant(f"{article.well_set()}\n\n{copy}")


VARIANTS: dict[str, Callable[[Article], Variant]] = {
    "01 glued, nothing between": lambda a: after(a, a.glued()),
    "02 glued with spaces": lambda a: after(a, a.glued(" ")),
    "03 second copy: single newlines": lambda a: after(a, a.glued("\n")),
    "04 glued, mixed joints": lambda a: after(a, "".join(map("".join, zip(a.lines(), cycle(("", " ", "\n")))))),
    "05 well-set copy": lambda a: after(a, a.well_set()),
    "06 copy hard-wrapped": lambda a: after(a, a.edited(wrapped).well_set()),
    "07 copy hard-wrapped and hyphenated": lambda a: after(a, a.edited(lambda b: wrapped(b, True)).well_set()),
    "08 bullets lost in glued copy": lambda a: Variant(f"{bulleted(a)}\n\n{a.glued()}"),
    "09 headings merged into next paragraph": lambda a: after(a, merged_headings(a)),
    "10 headings upper-cased in glued copy": lambda a: after(
        a, a.edited(lambda b: b.text.upper() if b.is_heading else b.text).glued()
    ),
    "11 teaser with ellipsis, then article": lambda a: Variant(f"{stub(a.first())}\n\n{a.well_set()}"),
    "12 first paragraph as teaser, then article": lambda a: Variant(f"{a.first()}\n\n{a.well_set()}"),
    "13 first copy truncated, then whole": lambda a: Variant(f"{truncated(a)}\n\n{a.well_set()}"),
    "14 three copies: set, glued, set": lambda a: after(a, f"{a.glued()}\n\n{a.well_set()}"),
    "15 three copies: set, glued, glued with spaces": lambda a: after(a, f"{a.glued()}\n\n{a.glued(' ')}"),
    "16 glued copy interleaved with adverts": lambda a: interleaved(a, ""),
    "17 set copy interleaved with adverts": lambda a: interleaved(a, "\n\n"),
    "18 curly first, straight glued": lambda a: after(quoted(a, "“", "”", "’"), quoted(a, '"', '"', "'").glued()),
    "19 no-break spaces in glued copy": lambda a: after(a, every(5, a.glued(), lambda c: "\xa0" if c == " " else c)),
    "20 footnote marks in glued copy": lambda a: after(a, noted(a).glued()),
    "21 glued copy first, then set": lambda a: Variant(f"{a.glued()}\n\n{a.well_set()}"),
    "22 one block of both copies, glued": lambda a: Variant(a.glued() * 2),
    "23 one block of both copies, spaces": lambda a: Variant(f"{a.glued(' ')} {a.glued(' ')}"),
    "24 both copies as lines": lambda a: Variant("\n".join(a.lines() * 2)),
    "25 glued copy, new text after it": lambda a: Variant(after(a, f"{a.glued()} {a.new[0]}").text, [a.new[0]]),
    "26 new text before the glued copy": lambda a: Variant(after(a, f"{a.new[0]} {a.glued()}").text, [a.new[0]]),
    "27 glued copy without one paragraph": lambda a: after(a, "".join(a.lines()[:4] + a.lines()[5:])),
    "28 every paragraph twice": lambda a: Variant(a.edited(lambda b: f"{b.text}\n\n{b.text}").well_set()),
    "29 every line twice": lambda a: Variant(a.edited(lambda b: f"{b.text}\n{b.text}").glued("\n")),
    "30 every paragraph twice within its line": lambda a: Variant(a.edited(lambda b: f"{b.text} {b.text}").well_set()),
    "31 zero-width spaces in glued copy": lambda a: after(a, every(3, a.glued(), lambda c: f"{c}{INVISIBLE}")),
    "32 glued copy, halves swapped": lambda a: after(a, halves_swapped(a)),
    "33 HTML entities in glued copy": lambda a: after(a, a.edited(lambda b: html.escape(b.text)).glued()),
    "34 end punctuation lost in glued copy": lambda a: after(
        a, a.edited(lambda b: b.text.rstrip(".!?…。！？؟\"'»”’)」』）")).glued()
    ),
}


def visible(text: str) -> int:
    """Count what is not white space."""
    return len("".join(text.replace(INVISIBLE, "").split()))


def words(text: str) -> str:
    """Return the letters and digits of a text, in one form."""
    folded = unicodedata.normalize("NFKC", NOTE.sub("", html.unescape(text))).casefold()
    return "".join(character for character in folded if character.isalnum())


def lost_texts(article: Article, variant: Variant, cleaned: str) -> list[str]:
    """Return the sentences of an article, and the new texts, that are not in a cleaned text."""
    left = words(cleaned)
    of_article = [sentence for block in article.blocks for sentence in sentences(block.text)]
    return [sentence for sentence in of_article if words(sentence) not in left] + [
        new for new in variant.new if new not in cleaned
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="corpora, .jsonl or .jsonl.gz")
    parser.add_argument("--articles", type=int, default=10, help="of each language (default: 10)")
    parser.add_argument("--show", type=int, default=0, help="print so many of the losses")
    parser.add_argument("--write", type=Path, help="write the texts to a .jsonl.gz file")
    add_config(parser)
    options = parser.parse_args()
    config = config_of(options)

    recalls: dict[tuple[str, str], list[float]] = defaultdict(list)
    losing: dict[str, int] = defaultdict(int)
    shown = 0
    texts = []
    for number, article in enumerate(articles(options.paths, options.articles)):
        for name, write in VARIANTS.items():
            variant = write(article)
            cleaned = collapse_duplicate_paragraphs(variant.text, config).text
            surplus = visible(variant.text) - visible(article.well_set()) - sum(map(visible, variant.new))
            removed = visible(variant.text) - visible(cleaned)
            for column in (article.language, "all"):
                recalls[name, column].append(min(1.0, removed / surplus))
            lost = lost_texts(article, variant, cleaned)
            losing[name] += bool(lost)
            texts.append({"id": f"{article.language} {number} {name}", "lang": article.language, "text": variant.text})
            for text in lost[: options.show - shown]:
                shown += 1
                print(f"LOST {article.language} {number} {name}: {text!r}")
    if options.write:
        with gzip.open(options.write, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)

    columns = [column for column in (*LANGUAGES, "all") if any(column == key[1] for key in recalls)]
    print(f"| {'recall, %':<48} |", *(f"{column:>5} |" for column in columns), "losing |")
    print(f"|{'-' * 50}|", *("-----:|" for _ in columns), "------:|")
    for name in VARIANTS:
        cells = [recalls[name, column] for column in columns]
        means = [f"{100 * sum(cell) / len(cell):>5.1f} |" for cell in cells]
        print(f"| {name:<48} |", *means, f"{losing[name]:>6} |")
    print(f"{len(texts)} texts of {len(texts) // len(VARIANTS)} articles; {sum(losing.values())} lost something")


if __name__ == "__main__":
    main()
