"""Why a document would not be changed, and why a word is kept: as the passes themselves say."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from beam_textclean.pipelines.command.marks import PLAIN, Marks, in_context, visible
from beam_textclean.pipelines.file_job.clean_record import text_before
from beam_textclean.pipelines.formats.rows import Reading
from beam_textclean.pipelines.passes import NAMES, CleanConfig
from beam_textclean.transforms.difference import reason_for
from beam_textclean.transforms.duplicates.within.kept_twice import kept_twice
from beam_textclean.transforms.records import Change, Cleaned
from beam_textclean.transforms.typos.first_look import fold, occurrences
from beam_textclean.transforms.typos.fix import examine
from beam_textclean.transforms.typos.kept import NEIGHBOURS, NO_LANGUAGE, Examined, Kept
from beam_textclean.transforms.typos.languages import available_languages
from beam_textclean.transforms.typos.tables import load_tables

_LATIN_1 = re.compile("[ '’\u0000-\u00ff]+")
_MOST = 10  # words that are shown one by one


def examined_by_typos(reading: Reading, config: CleanConfig) -> tuple[str, Examined]:
    """Return a document as the typo pass receives it, and what that makes of it; nothing where the pass is left out.

    Raises:
        TextCleanError: An earlier pass rejects it.
    """
    text = text_before("typos", reading, config)
    if "typos" not in config.passes:
        return text, Examined(Cleaned(text))
    return text, examine(text, config.languages, config.typos)


def noteworthy(kept: Iterable[Kept]) -> list[Kept]:
    """Leave out the words that are right where they are, as far as their neighbours show."""
    return sorted(each for each in kept if each.reason != NEIGHBOURS)


def why_unchanged(reading: Reading, config: CleanConfig, marks: Marks = PLAIN) -> Iterator[str]:
    r"""Yield for each pass why it would change nothing in a document.

    >>> print(*why_unchanged(Reading("I have teh book"), CleanConfig(passes=("typos",))), sep="\n")
    encoding: the pass is left out
    typos: 'teh' (en: the) is kept: it is not certain which language the text around it is in
        I have [=teh=] book
        --languages en says which it is
    duplicates: the pass is left out
    """
    for name in NAMES:
        if name not in config.passes:
            yield f"{name}: the pass is left out"
        elif name == "encoding":
            yield f"{name}: there is nothing to repair"
        elif name == "typos":
            yield from _why_typos(reading, config, marks)
        elif name == "duplicates":
            yield from _why_duplicates(reading, config, marks)
        else:
            yield f"{name}: nothing to change"


def _why_typos(reading: Reading, config: CleanConfig, marks: Marks) -> Iterator[str]:
    text, examined = examined_by_typos(reading, config)
    kept = noteworthy(examined.kept)
    if not kept:
        yield f"typos: no word of it is known as a typo in {_languages(config)}"
    for each in kept[:_MOST]:
        yield from _kept_lines(text, each, marks)
    if len(kept) > _MOST:
        yield f"typos: {len(kept) - _MOST} more words are kept"


def _why_duplicates(reading: Reading, config: CleanConfig, marks: Marks) -> Iterator[str]:
    text = text_before("duplicates", reading, config)
    kept = list(kept_twice(text, config.duplicates))
    if not kept:
        least = config.duplicates.min_characters
        yield f"duplicates: no paragraph of {least} characters or more is there twice in this document"
    for span, _, reason in kept[:_MOST]:
        yield f"duplicates: a paragraph that is there twice is kept: {reason.value}"
        yield "    " + in_context(text, *span, (text[slice(*span)], marks.kept))
    if len(kept) > _MOST:
        yield f"duplicates: {len(kept) - _MOST} more paragraphs are kept"


def _languages(config: CleanConfig) -> str:
    return ", ".join(available_languages() if config.languages == "auto" else config.languages)


def _kept_lines(text: str, kept: Kept, marks: Marks) -> Iterator[str]:
    word = visible(text[kept.start : kept.end])
    yield f"typos: {word!r} ({kept.language}: {visible(kept.correction)}) is kept: {kept.reason}"
    yield "    " + in_context(text, kept.start, kept.end, (text[kept.start : kept.end], marks.kept))
    if kept.reason == NO_LANGUAGE:
        yield f"    --languages {kept.language} says which it is"


def count_reasons(reasons: Counter[str]) -> Iterator[str]:
    """Yield how many words of several documents are kept for each reason, the most frequent first."""
    for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"typos: {count} word{'s are' if count != 1 else ' is'} kept: {reason}"


def why_word(word: str, reading: Reading | None, config: CleanConfig, marks: Marks = PLAIN) -> Iterator[str]:
    r"""Yield what becomes of a word, and why: everywhere in a document, if it is there, or by itself.

    Args:
        word: A word, or a phrase.
        reading: The document; None for the word by itself, in each of the languages.
        config: How texts are cleaned.
        marks: How to show a word in its place.

    >>> print(*why_word("recieve", None, CleanConfig(languages=("en",))), sep="\n")
    en: 'recieve' is changed
        typos: dictionary (language: en, entry: recieve)
        [-recieve-]{+receive+}
    >>> print(*why_word("recieve", Reading("They « recieve » it in the house."), CleanConfig()), sep="\n")
    typos: 'recieve' (en: receive) is kept: it is quoted or set apart, or [sic] follows
        They « [=recieve=] » it in the house.
    """
    if "typos" not in config.passes:
        yield "typos: the pass is left out"
        return
    if not fold(word).strip() or not _LATIN_1.fullmatch(word):
        yield f"typos: {word!r} is not made of letters of Latin-1, as all entries are"
        return
    if reading is None:
        yield from _why_alone(word, config, marks)
        return
    text, examined = examined_by_typos(reading, config)
    folded = b" ".join(fold(word).split())
    for start in occurrences(fold(text), folded):
        end = start + len(folded)
        changes = [change for change in examined.cleaned.changes if change.start < end and change.end > start]
        kept = [each for each in examined.kept if each.start < end and each.end > start]
        for change in changes:
            yield visible(reason_for(change))
            yield "    " + _changed(text, change, marks)
        for each in kept if not changes else ():
            yield from _kept_lines(text, each, marks)
        if not changes and not kept:
            yield f"typos: no entry of {_languages(config)} names {word!r} here"
            yield "    " + in_context(text, start, end, (text[start:end], marks.kept))


def _why_alone(word: str, config: CleanConfig, marks: Marks) -> Iterator[str]:
    found = False
    for language in available_languages() if config.languages == "auto" else config.languages:
        examined = examine(word, (language,), config.typos)
        for change in examined.cleaned.changes:
            yield f"{language}: {word!r} is changed"
            yield f"    {visible(reason_for(change))}"
            yield "    " + _changed(word, change, marks)
        for kept in examined.kept:
            yield f"{language}: {word!r} (to {visible(kept.correction)}) by itself is kept: {kept.reason}"
        phrases = sorted(_phrases_with(word, language, config))
        if phrases:
            yield f"{language}: it is in {len(phrases)} phrases that have rules, such as {', '.join(phrases[:3])}"
        found = found or bool(examined.cleaned.changes or examined.kept or phrases)
    if not found:
        yield f"no table and no rule of {_languages(config)} has {word!r}; a dictionary of yours may: see docs/typos.md"


def _phrases_with(word: str, language: str, config: CleanConfig) -> Iterator[str]:
    folded = b" %b " % b" ".join(fold(word).split())
    for phrase, rules in load_tables(language, config.typos).rules.items():
        if b" " in phrase and folded in b" %b " % phrase:
            yield from (f"{rule.phrase!r} -> {rule.correction!r}" for rule in rules)


def _changed(text: str, change: Change, marks: Marks) -> str:
    return in_context(text, change.start, change.end, (change.before, marks.removed), (change.after, marks.added))
