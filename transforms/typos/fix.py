"""`fix_typos`: the pass over one document."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from beam_textclean.transforms.errors import wrong_text_type
from beam_textclean.transforms.records import Change, Cleaned, apply_changes
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import ContextRule, plain
from beam_textclean.transforms.typos.document import Document
from beam_textclean.transforms.typos.first_look import fold, occurrences
from beam_textclean.transforms.typos.kept import (
    ALLOWED,
    CUT_SHORT,
    DISCUSSED,
    FREQUENT_TERM,
    INITIAL_ACCENT,
    LEFT_ALONE,
    NEIGHBOURS,
    NO_LANGUAGE,
    OLD_SPELLING,
    OTHER_LANGUAGE,
    TERM,
    Examined,
    Kept,
    undone,
)
from beam_textclean.transforms.typos.languages import (
    MARKERS,
    available_languages,
    check_languages,
    is_function_word,
    language_facts,
    language_of_short,
)
from beam_textclean.transforms.typos.learned import Learned
from beam_textclean.transforms.typos.letter_case import differing_words, in_the_case_of
from beam_textclean.transforms.typos.protected import Protection
from beam_textclean.transforms.typos.tables import Tables, check_dictionaries, folded_word, load_all

STEP = "typos"

# A document is left alone only if at least this many words would change: one typo in a short note is not dialect.
_LEFT_ALONE_WORDS = 10

# So many different old spellings (poëte, collége) show that the others of a document are no typos either.
_OLD_SPELLINGS = 2

# A typo found so often, and never the correction, is a name or a term of the document.
_TERM_COUNT = 4
_LISTED_TERM_COUNT = 10

# What shows that a word ended where it ends: more text on its line, in lower case.
_GOES_ON = re.compile(r"[,;]?[^\S\r\n]{1,2}[*_«\"(\xa0]*[^\W\d_A-Z]")

# What a blank may have parted from a word, on either side of it.
_PARTED_REACH = 5
_PARTED_BEFORE = re.compile(r"(?<![\w'’-])([^\W\d_]{1,3})[ \t]\Z")
_PARTED_AFTER = re.compile(r"[ \t]([^\W\d_]+)(?![\w'’-])")

# A text that has the correction so near (in code points, on the same line) is about the typo. Short corrections (the)
# are near to anything, so between those and the typo there must be nothing but a sign that sets them side by side.
_MENTION_REACH = 40
_MENTION_LENGTH = 6
_SIDE_BY_SIDE = (
    r"\W{0,3}(?:->|=>|[→(/=])\W{0,3}"
    r"|\W{1,3}(?:instead of|rather than|au lieu de|plutôt que|en lugar de|en vez de|invece di|em vez de|statt)\W{1,3}"
)

_DEFAULT = TyposConfig()


def fix_typos(
    text: str,
    languages: str | Sequence[str] = "auto",
    config: TyposConfig = _DEFAULT,
    learned: Learned | None = None,
) -> Cleaned:
    """Correct the typos of a document that the tables of its language name, where nothing speaks against it.

    Every change is one word, or part of one, or the words in which a phrase differs from its correction. The rules are
    ``dictionary`` (the word is in no language a word), ``context`` (it is one, but not beside these neighbours),
    ``learned`` (it is an entry of your own corpus) and ``left_alone`` (nothing was changed, as too much would have
    been; a change of no characters at 0, whose detail has the counts). A paragraph in another language than those given
    is never touched.

    Args:
        text: The document.
        languages: ``"auto"`` to tell the language of every paragraph; or the codes of the languages to clean, of which
            a single one is also taken for text that is too short to tell.
        config: Dictionaries of your own, words never to change.
        learned: Entries beside those of the tables, as `LearnTypos` and `learn_typos` find them.

    Returns:
        The text and its changes; the very same text and no changes where there is nothing to correct.

    Raises:
        UnknownLanguage: A language has no tables.
        InvalidOption: A dictionary of the configuration cannot be used.
        WrongElementType: It is not a text.

    >>> cleaned = fix_typos("Ils ont risqué leur vie en sevrant à nos côtés.")
    >>> cleaned.text
    'Ils ont risqué leur vie en servant à nos côtés.'
    >>> cleaned.changes[0].rule, cleaned.changes[0].before, cleaned.changes[0].after
    ('context', 'sevrant', 'servant')
    >>> fix_typos("Elle reprend le travail en sevrant son bébé à six mois.").changes
    ()
    """
    look = _look(text, languages, config, learned)
    if not look:
        return Cleaned(text)
    return _examined(look, [language for language in look.tables_of if language in look.held]).cleaned


def examine(
    text: str,
    languages: str | Sequence[str] = "auto",
    config: TyposConfig = _DEFAULT,
    learned: Learned | None = None,
) -> Examined:
    """Correct a document as `fix_typos` does, and say of every other word that an entry names why it is kept.

    The arguments and errors are those of `fix_typos`.

    >>> [(kept.entry, kept.reason) for kept in examine("They have read « recieve » in the text.").kept]
    [('recieve', 'it is quoted or set apart, or [sic] follows')]
    """
    look = _look(text, languages, config, learned)
    return _examined(look, look.tables_of) if look else Examined(Cleaned(text))


class _Look(NamedTuple):
    """A document with entries of languages.

    Attributes:
        document: The document.
        tables_of: The tables of the languages that have entries in it.
        entries_of: These entries.
        held: The languages that some of it may be in. Nothing is changed by entries of others.
        max_share: The share of its words that may change.
    """

    document: Document
    tables_of: Mapping[str, Tables]
    entries_of: Mapping[str, set[bytes]]
    held: Container[str | None]
    max_share: float


def _look(text: str, languages: str | Sequence[str], config: TyposConfig, learned: Learned | None) -> _Look | None:
    """Return what the gate finds in a document, or None where it finds nothing."""
    if not isinstance(text, str):
        raise wrong_text_type(type(text).__name__, (str,))
    codes = check_languages(languages)
    check_dictionaries(config)
    folded = fold(text)
    tables_of, gate = load_all(codes or available_languages(), config, learned)
    entries_of, markers = gate.look(folded)
    if not entries_of:
        return None
    held = codes or {language for language, count in markers.items() if count >= MARKERS} | {language_of_short(folded)}
    found = {language: tables for language, tables in tables_of.items() if language in entries_of}
    return _Look(Document(text, folded, codes), found, entries_of, held, config.max_share)


def _examined(look: _Look, languages: Iterable[str]) -> Examined:
    """Decide on the entries of some languages."""
    text, folded = look.document.text, look.document.folded
    changes: list[Change] = []
    kept: list[Kept] = []
    for language in languages:
        tables, entries = look.tables_of[language], look.entries_of[language]
        typos = tables.typos(entries)
        if entries & tables.allowed:
            kept += _all_kept(folded, language, tables, entries & tables.allowed, ALLOWED)
        if len(language_facts().old_spelling[language] & entries) >= _OLD_SPELLINGS:
            kept += _all_kept(folded, language, tables, typos, OLD_SPELLING)
            continue
        rules = [rule for phrase in tables.rules.keys() & entries for rule in tables.rules[phrase]]
        if typos or rules:
            for decision in _decisions(look.document, language, tables, typos, rules):
                if isinstance(decision, Kept):
                    kept.append(decision)
                elif language in look.held:
                    changes.append(decision)
                else:
                    kept.append(undone(decision, OTHER_LANGUAGE))
    if not changes:
        return Examined(Cleaned(text), tuple(kept))
    changes = _disjoint(changes)
    # Accents that are all lost make no dialect: such a text is restored as far as it is certain.
    telling = sum(not _differ_in_accents(change.before, change.after) for change in changes)
    if telling >= _LEFT_ALONE_WORDS and telling > look.max_share * (words := len(folded.split())):
        detail = {"words": words, "would_change": len(changes)}
        kept += (undone(change, LEFT_ALONE) for change in changes)
        return Examined(Cleaned(text, (Change(STEP, "left_alone", 0, 0, "", "", detail),)), tuple(kept))
    return Examined(Cleaned(apply_changes(text, changes), tuple(changes)), tuple(kept))


def _all_kept(folded: bytes, language: str, tables: Tables, typos: Set[bytes], reason: str) -> Iterator[Kept]:
    """Yield every place of some typos, which are all kept for one reason."""
    for typo in sorted(typos):
        for start in occurrences(folded, typo):
            yield Kept(start, start + len(typo), language, typo.decode("latin-1"), tables.correction(typo), reason)


def _decisions(
    document: Document, language: str, tables: Tables, typos: Set[bytes], rules: list[ContextRule]
) -> Iterator[Change | Kept]:
    """Decide on every place where an entry of a language is found."""
    facts = language_facts()
    protection = Protection(
        document.text,
        facts.elided.get(language, frozenset()),
        facts.suffixed.get(language, frozenset()),
        nouns_capitalised=language == "de",
    )

    def guard(start: int, end: int, listed: bool = True, in_context: bool = False) -> str | None:
        found = document.language_at(start, end)
        if found != language:
            return f"the text around it is in another language: {found}" if found else NO_LANGUAGE
        return protection.guard(start, end, listed, in_context)

    made: set[bytes] = set()  # folded words of the corrections
    for rule in rules:
        for start in occurrences(document.folded, rule.folded):
            end = start + len(rule.phrase)
            if not rule.holds(document.text, start, end):
                yield Kept(start, end, language, rule.phrase, rule.correction, NEIGHBOURS)
                continue
            before = document.text[start:end]
            offset, old, new = differing_words(plain(before), in_the_case_of(before, rule.correction))
            reason = (
                guard(start, end, in_context=True)
                or (INITIAL_ACCENT if _adds_only_an_initial_accent(old, new) else None)
                or (DISCUSSED if _is_discussed(document.text, start, end, rule.correction) else None)
            )
            if reason:
                yield Kept(start, end, language, rule.phrase, rule.correction, reason)
                continue
            first = start + offset
            written = document.text[first : first + len(old)]
            if "’" in written:
                new = new.replace("'", "’")
            made.update(fold(new).split())
            detail = {"language": language, "entry": rule.phrase}
            yield Change(STEP, rule.name, first, first + len(old), written, new, detail)
    places = {typo: list(occurrences(document.folded, typo)) for typo in typos}
    # The frequent ones last: what is corrected besides may show how they are spelled.
    for typo, found in sorted(places.items(), key=lambda item: len(item[1]) >= _TERM_COUNT):
        correction = tables.correction(typo)
        folded = folded_word(correction)
        listed = tables.is_listed(typo)
        # Accents are left out everywhere in some texts, and in all addresses and identifiers: that shows nothing.
        if not _differ_in_accents(typo.decode("latin-1"), correction):
            is_frequent = (
                len(found) >= (_LISTED_TERM_COUNT if listed else _TERM_COUNT)
                and folded not in made
                and not any(occurrences(document.folded, folded))
            )
            if is_frequent or any(protection.shows_term(start, start + len(typo), listed) for start in found):
                reason = FREQUENT_TERM.format(len(found)) if is_frequent else TERM
                entry = typo.decode("latin-1")
                yield from (Kept(start, start + len(typo), language, entry, correction, reason) for start in found)
                continue
        for start in found:
            end = start + len(typo)
            before = document.text[start:end]
            after = in_the_case_of(before, correction)
            whole = _whole_word(document.text, start, end, after, language)
            entry = typo.decode("latin-1")
            reason = (
                (CUT_SHORT if whole is None else None)
                or (INITIAL_ACCENT if _adds_only_an_initial_accent(before, after) else None)
                or guard(start, end, listed)
                or (DISCUSSED if _is_discussed(document.text, start, end, after) else None)
            )
            if reason or whole is None:
                yield Kept(start, end, language, entry, correction, reason or CUT_SHORT)
                continue
            start, end = whole
            before = document.text[start:end]
            after = in_the_case_of(before, correction)
            made.add(folded)
            rule_name = "learned" if typo in tables.learned else "dictionary"
            yield Change(STEP, rule_name, start, end, before, after, {"language": language, "entry": entry})


def _whole_word(text: str, start: int, end: int, correction: str, language: str) -> tuple[int, int] | None:
    """Return the span of a typo with what a blank has parted from it ("environmen t"), or None if that is not certain.

    A word cut short ("necessar...") lacks letters for a reason, and so does one before "ement" ("automatiqu ement").
    """
    before = text[start:end]
    head = _PARTED_BEFORE.search(text, max(0, start - _PARTED_REACH), start) if correction.endswith(before) else None
    if head and head[1] == correction[: -len(before)]:
        return head.start(), end
    if not correction.startswith(before):
        return start, end
    missing = correction[len(before) :]
    if tail := _PARTED_AFTER.match(text, end):
        if tail[1] == missing:
            return start, tail.end()
        if tail[1].startswith(missing) and not is_function_word(tail[1], language):
            return None
    return (start, end) if _GOES_ON.match(text, end) else None


def _differ_in_accents(before: str, after: str) -> bool:
    return _without_accents(before) == _without_accents(after)


def _without_accents(word: str) -> bytes:
    return unicodedata.normalize("NFD", word).encode("ascii", "ignore").lower()


def _is_discussed(text: str, start: int, end: int, correction: str) -> bool:
    """Return whether the correction appears near the typo as well: "not recieve but receive" mentions both."""
    before = plain(text[max(0, start - _MENTION_REACH) : start].rpartition("\n")[2]).lower()
    after = plain(text[end : end + _MENTION_REACH].partition("\n")[0]).lower()
    wanted = plain(correction).lower()
    if wanted not in before and wanted not in after:
        return False
    wanted = re.escape(wanted)
    if len(correction) >= _MENTION_LENGTH:
        # Not in an address, which an author may spell better than the text of the link to it.
        return any(re.search(rf"(?<![\w-]){wanted}(?![\w-]|\.\w)", side) for side in (before, after))
    return bool(
        re.match(rf"(?:{_SIDE_BY_SIDE}){wanted}(?!\w)", after)
        or re.search(rf"(?<!\w){wanted}(?:{_SIDE_BY_SIDE})\Z", before)
    )


def _precedence(change: Change) -> tuple[int, int, str, int, str]:
    entry = str(change.detail["entry"])
    return change.start, -change.end, change.rule, -len(entry), entry


def _adds_only_an_initial_accent(before: str, after: str) -> bool:
    """Return whether "Evacuation" would become "Évacuation": a capital without its accent is accepted typography."""
    return before[:1].isupper() and before != after and before[1:] == after[1:]


def _disjoint(changes: list[Change]) -> list[Change]:
    """Sort the changes and keep, of those that overlap, the first, the longest, and that of the longest entry."""
    kept: list[Change] = []
    for change in sorted(changes, key=_precedence):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept
