import re
import unicodedata

from hypothesis import assume, example, given
from hypothesis import strategies as st

from beam_textclean.transforms.code_and_markup import fenced_spans
from beam_textclean.transforms.duplicates import (
    Dropped,
    DuplicatesConfig,
    collapse_duplicate_paragraphs,
    drop_paragraphs,
    fingerprint_paragraphs,
    split_paragraphs,
)
from beam_textclean.transforms.duplicates.reading.clean_cuts import is_clean_cut
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.within.collapse import comparison_of
from beam_textclean.transforms.duplicates.within.kept_twice import Reason, kept_twice
from beam_textclean.transforms.duplicates.within.search import SHORTEST, search_each, search_grid
from beam_textclean.transforms.records import Change, apply_changes, revert_changes

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u2060\ufeff"

ODD = st.text(alphabet="ab. \n\r\t\x0b\x0c\x1c\x1f\x85\xa0\u2028\u2029\u200b\u0301é\u00ad国A;", max_size=200)
WORDS = ["Kaboul", "talibans", "déploiement", "six", "cent", "soldats", "la", "ville", "de", "Londres", "quitter"]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=3, max_size=14).map(
    lambda words: " ".join(words).capitalize() + "."
)


def fold(text: str) -> str:
    """The folded form as the documentation defines it, written down as plainly as can be."""
    kept = [c for c in unicodedata.normalize("NFC", text) if not c.isspace() and c not in INVISIBLE]
    return "".join(kept)


def compared(change: Change, text: str) -> str | bytes:
    """A text as it was compared for a change: plainly, or with the folds that the change names."""
    return fold_run(text, comparison_of(change, SMALL)) if "folds" in change.detail else fold(text)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Paragraphs, and among them copies: exact, glued, cut, with something new before, between or after."""
    paragraphs = draw(st.lists(SENTENCE, min_size=1, max_size=6))
    blocks = list(paragraphs)
    for _ in range(draw(st.integers(0, 3))):
        first = draw(st.integers(0, len(paragraphs) - 1))
        last = draw(st.integers(first + 1, len(paragraphs)))
        pieces = paragraphs[first:last]
        if draw(st.booleans()):
            pieces.insert(draw(st.integers(0, len(pieces))), draw(SENTENCE))
        copy = draw(st.sampled_from(["", " ", "\n", "\n\n", "\xa0"])).join(pieces)
        cut = draw(st.integers(0, len(copy)))
        parts = [copy[:cut], copy[cut:]] if draw(st.booleans()) else [copy]
        at = draw(st.integers(0, len(blocks)))
        blocks[at:at] = parts
    separator = draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n", "\n \n\n"]))
    return separator.join(blocks) + draw(st.sampled_from(["", "\n"]))


def with_marks(text: str) -> st.SearchStrategy[str]:
    """Set footnotes and quotation marks in a text, each time others."""
    marks = st.lists(st.sampled_from(["", "", " [1]", "[12]", "\xa0[ 3 ]", "’", "...", "…", "É", "é", "7"]), min_size=1)
    words = text.split(" ")
    return marks.map(lambda some: " ".join(word + some[at % len(some)] for at, word in enumerate(words)))


TEXTS = st.one_of(documents(), ODD)
SMALL = DuplicatesConfig(min_characters=20)


@given(TEXTS)
@example(
    "Kaboul six kaboul six kaboul.Kaboul six kaboul six kaboul.\n\nK\n\naboul six kaboul six kaboul.Kaboul six kaboul "
    "six kaboul.\n\nKaboul six kaboul six kaboul.\n\nKaboul six kaboul six kaboul."
)
def test_changes_are_exact_inverses(text: str) -> None:
    cleaned = collapse_duplicate_paragraphs(text, SMALL)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    ends = [0, *[change.end for change in cleaned.changes]]
    assert all(end <= change.start < change.end for end, change in zip(ends, cleaned.changes, strict=False))
    assert all(change.after == "" for change in cleaned.changes)


@given(TEXTS)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = collapse_duplicate_paragraphs(text, SMALL)
    assert collapse_duplicate_paragraphs(once.text, SMALL).changes == ()


@given(TEXTS)
def test_everything_removed_stands_in_what_is_kept(text: str) -> None:
    cleaned = collapse_duplicate_paragraphs(text, SMALL)
    for change in cleaned.changes:
        assert compared(change, change.before) in compared(change, cleaned.text)


@given(TEXTS)
@example("Kaboul kaboul kaboul kaboul.\nK\nKaboul kaboul kaboul kaboul.\naboul kaboul kaboul kaboul.")
def test_the_span_named_as_kept_holds_what_was_removed(text: str) -> None:
    cleaned = collapse_duplicate_paragraphs(text, SMALL)
    gone = {place for change in cleaned.changes for place in range(change.start, change.end)}
    for change in cleaned.changes:
        span = range(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
        kept = "".join(text[place] for place in span if place not in gone)
        assert compared(change, change.before) == compared(change, kept)


@given(
    st.one_of(TEXTS, documents().flatmap(with_marks)),
    st.sets(st.sampled_from(["case", "accents", "digits", "punctuation", "typography", "notes"])),
)
def test_whatever_is_overlooked_what_goes_stays_elsewhere(text: str, folds: set[str]) -> None:
    config = DuplicatesConfig(min_characters=20, folds=tuple(folds))
    cleaned = collapse_duplicate_paragraphs(text, config)
    assert revert_changes(cleaned.text, cleaned.changes) == text
    for change in cleaned.changes:
        comparison = comparison_of(change, config)
        assert fold_run(change.before, comparison) in fold_run(cleaned.text, comparison)


@given(TEXTS)
def test_no_text_is_emptied(text: str) -> None:
    assert bool(fold(collapse_duplicate_paragraphs(text, SMALL).text)) == bool(fold(text))


def in_order(places: list[tuple[int, int, int]]) -> int:
    """The most that is repeated in the order in which it was said first, as plainly as can be: places of the copy and
    of its equal, and the size."""
    most = [0] * len(places)
    for at, (_, source, size) in enumerate(places):
        most[at] = size + max((most[before] for before in range(at) if places[before][1] < source), default=0)
    return max(most, default=0)


@given(documents())
def test_a_long_paragraph_is_left_twice_only_for_a_reason(text: str) -> None:
    """The reference: of equal paragraphs of the minimum length one is left, but for those that need their place, and
    for those that are beside something else in a text that says only little of itself again.

    Not promised where a block says one paragraph twice, or one paragraph is a part of another: what is taken from it
    may keep the others from going.
    """
    originals = [fold(text[start:end]) for start, end in split_paragraphs(text)]
    units = {content for content in originals if len(content) >= SMALL.min_characters}
    assume(not any(content.count(unit) > 1 for content in originals for unit in units))
    assume(not any(one != other and one in other for one in units for other in units))
    cleaned = collapse_duplicate_paragraphs(text, SMALL).text
    twice = list(kept_twice(cleaned, SMALL))
    refrains = [fold(cleaned[slice(*kept.span)]) for kept in twice if kept.reason is Reason.REFRAIN]
    assert all(fold(cleaned).count(refrain) > 2 for refrain in refrains)
    elsewhere = [kept for kept in twice if kept.reason is Reason.ELSEWHERE]
    size = len(fold(cleaned).encode())
    places = [(kept.span[0], kept.equal[0], len(fold(cleaned[slice(*kept.span)]).encode())) for kept in elsewhere]
    assert 100 * in_order(places) < 19 * size
    assert all(cleaned[kept.equal[1] : kept.span[0]].strip() for kept in elsewhere)


FENCED_LINES = st.lists(st.one_of(SENTENCE, st.sampled_from(["", "```js", "x = 1", f"{WORDS[0]} " * 6])), max_size=6)


@given(st.lists(st.tuples(SENTENCE, FENCED_LINES, st.sampled_from(["````", "~~~~ sh", "  ````` ts"])), max_size=5))
def test_fenced_code_stays_whole(parts: list[tuple[str, list[str], str]]) -> None:
    blocks = ["\n".join([fence, *lines, fence.split()[0]]) for _, lines, fence in parts]
    text = "\n\n".join(f"{sentence}\n\n{block}" for (sentence, _, _), block in zip(parts, blocks, strict=True))
    cleaned = collapse_duplicate_paragraphs(text, SMALL).text
    fingerprints = fingerprint_paragraphs(cleaned, SMALL)
    place = 0
    for block in blocks:
        begin = cleaned.index(block, place)
        place = begin + len(block)
        assert all(end <= begin or start >= place for _, start, end in fingerprints)


LISTINGS = [
    "x[0] = y[0]; z[0] = 0;\nx[1] = y[1]; z[1] = 1;",
    "| pays | soldats |\n|------|---------|\n| France | 350 |",
    "```js\nx = y\n\nz = `y`\n```",
    "~~~~\n```\n~~~~",
    "Londres",
    "- six cent",
]
MIXED = "La ville de Londres. Six cent talibans quitter la ville de Kaboul."
PARAGRAPH = SENTENCE.filter(lambda sentence: len(fold(sentence)) >= 40)
NEW = [f"C'est nouveau pour la {number}e fois." for number in range(9)]


@st.composite
def second_copies(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """An article, what it says a second time, and what is new there."""
    article: list[str] = []
    for paragraph in draw(st.lists(PARAGRAPH, min_size=3, max_size=8, unique=True)):
        article += [paragraph, *draw(st.lists(st.sampled_from([*LISTINGS, MIXED]), max_size=2))]
    copy = list(article)
    new = draw(st.lists(st.sampled_from(NEW), max_size=3, unique=True))
    for sentence in new:
        place = draw(st.integers(1, len(copy)))
        copy[place : place + draw(st.integers(0, 1))] = [sentence]
    return "\n\n".join(article), copy, [sentence for sentence in new if sentence in copy]


@given(second_copies())
def test_in_a_second_copy_what_is_new_stays_and_the_rest_goes_for_a_reason(
    texts: tuple[str, list[str], list[str]],
) -> None:
    article, copy, new = texts
    text = "\n\n".join([article, *copy])
    cleaned = collapse_duplicate_paragraphs(text, SMALL)
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert collapse_duplicate_paragraphs(cleaned.text, SMALL).changes == ()
    assert all(compared(change, change.before) in compared(change, cleaned.text) for change in cleaned.changes)
    assert all(sentence in cleaned.text for sentence in new)
    fenced = [text[start:end] for start, end in fenced_spans(text)]
    assert all(cleaned.text[start:end] in fenced for start, end in fenced_spans(cleaned.text))


@given(
    st.lists(st.tuples(PARAGRAPH, st.sampled_from(LISTINGS)), min_size=6, max_size=8, unique_by=lambda part: part[0])
)
def test_an_article_said_twice_stands_once_with_its_listings(parts: list[tuple[str, str]]) -> None:
    """But for the last listing: it may belong to what follows."""
    article = "\n\n".join(f"{paragraph}\n\n{listing}" for paragraph, listing in parts)
    assume(not any(fold(one) in fold(other) for one, _ in parts for other, _ in parts if one != other))
    text = f"{article}\n\nC'est nouveau.\n\n{article}"
    cleaned = collapse_duplicate_paragraphs(text, SMALL).text
    assert cleaned.removesuffix(f"\n\n{parts[-1][1]}") == f"{article}\n\nC'est nouveau."


@given(st.lists(SENTENCE.filter(lambda sentence: len(fold(sentence)) >= 20), min_size=2, max_size=6, unique=True))
@example(["Six cent soldats de Londres.", "La ville de Kaboul quitter."])
def test_a_glued_copy_goes_wherever_it_stands_and_however_it_was_glued(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    if any(one != other and fold(one) in fold(other) for one in paragraphs for other in paragraphs):
        return
    for glue in "", " ", "\n", "\xa0":
        assert collapse_duplicate_paragraphs(f"{text}\n\n{glue.join(paragraphs)}", SMALL).text == text
        assert collapse_duplicate_paragraphs(f"{glue.join(paragraphs)}\n\n{text}", SMALL).text == text


@given(TEXTS)
def test_paragraphs_hold_all_visible_characters_once_and_in_order(text: str) -> None:
    paragraphs = split_paragraphs(text)
    assert "".join("".join(text[start:end].split()) for start, end in paragraphs) == "".join(text.split())
    assert all(text[start:end].strip() for start, end in paragraphs)
    assert paragraphs == sorted(paragraphs)
    for start, end in paragraphs:
        assert not re.match(r"\s*[\n\r\x0b\x0c\x85\u2028\u2029]", text[start:end])


@given(TEXTS, TEXTS)
def test_fingerprints_are_equal_exactly_where_folded_forms_are(one: str, other: str) -> None:
    found = {}
    for text in one, other:
        for digest, start, end in fingerprint_paragraphs(text, SMALL):
            content = fold(text[start:end])
            assert len(content) >= SMALL.min_characters
            assert found.setdefault(digest, content) == content
    assert len(set(found.values())) == len(found)


@given(TEXTS, st.data())
def test_dropping_paragraphs_leaves_exactly_the_others(text: str, data: st.DataObject) -> None:
    paragraphs = split_paragraphs(text)
    losers = data.draw(st.lists(st.sampled_from(paragraphs), unique=True)) if paragraphs else []
    cleaned = drop_paragraphs(text, [Dropped(start, end, {}) for start, end in losers])
    assert revert_changes(cleaned.text, cleaned.changes) == text
    kept = "".join("".join(text[start:end].split()) for start, end in paragraphs if (start, end) not in losers)
    assert "".join(cleaned.text.split()) == kept


@given(
    st.lists(st.binary(min_size=SHORTEST, max_size=70).map(lambda data: bytes(byte % 3 for byte in data)), max_size=5),
    st.data(),
)
def test_both_searches_find_the_same_repeats(contents: list[bytes], data: st.DataObject) -> None:
    pieces = [piece for content in contents for piece in (content, content[3:])]
    paragraphs = data.draw(st.lists(st.sampled_from([*contents, *pieces]), max_size=12)) if contents else []
    units: dict[bytes, int] = {}
    place = 0
    for paragraph in paragraphs:
        if len(paragraph) >= SHORTEST:
            units.setdefault(paragraph, place)
        place += len(paragraph)
    if units:
        stream = b"".join(paragraphs)
        assert sorted(search_each(stream, units)) == sorted(search_grid(stream, units))


FOLDS = ("case", "accents", "digits", "punctuation", "typography", "notes")
OPENING_MARKS = st.sampled_from(["", "« ", "(", '"', "— ", "„"])
CLOSING_MARKS = st.sampled_from([".", "?", " !", ".[7]", ". [12]", " »", ".”", "]", "…", '."'])
COPIED = ["La ville de Londres quitte six cent soldats.", "Les talibans quittent la ville de Kaboul en 2021."]


@st.composite
def sentences_around_a_copy(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """A glued copy of two paragraphs, with a sentence of its own before it and one after it."""
    before, after = (draw(OPENING_MARKS) + draw(SENTENCE).rstrip(".") + draw(CLOSING_MARKS) for _ in range(2))
    space = draw(st.sampled_from(["", " ", "\n", "\xa0"]))
    note = draw(st.sampled_from(["", "[4]", " [4]"]))
    return before, f"{space}{''.join(COPIED)}{note}", draw(st.sampled_from(["", " ", "\n"])), after


@given(sentences_around_a_copy(), st.sets(st.sampled_from(FOLDS)))
@example(("Un mot.[7]", f"{''.join(COPIED)}[4]", " ", "Et voilà."), {"notes"})
@example(("Updated [on Tuesday]", f" {''.join(COPIED)}", " ", "(Et voilà)"), {"punctuation"})
def test_what_is_kept_is_whole_sentences_with_all_their_signs(
    parts: tuple[str, str, str, str], folds: set[str]
) -> None:
    before, copy, space, after = parts
    config = DuplicatesConfig(min_characters=20, folds=tuple(folds))
    loose = DuplicatesConfig(folds=(*folds, "notes", "digits", "case", "typography"))
    assume(fold_run(before, loose) != fold_run(after, loose))  # the one would be a copy of the other
    text = "\n\n".join([*COPIED, before + copy + space + after])
    cleaned = collapse_duplicate_paragraphs(text, config)
    assert revert_changes(cleaned.text, cleaned.changes) == text
    kept = "".join(cleaned.text.split())
    for sentence in before, after:
        assert "".join(sentence.split()) in kept


@given(st.one_of(TEXTS, documents().flatmap(with_marks)), st.sets(st.sampled_from(FOLDS)))
def test_what_is_kept_is_cut_only_where_a_text_may_be_cut(text: str, folds: set[str]) -> None:
    """Every cut lies at the border of a paragraph, or where a sentence or a heading may end: never within a word."""
    cleaned = collapse_duplicate_paragraphs(text, DuplicatesConfig(min_characters=20, folds=tuple(folds)))
    borders = {place for span in split_paragraphs(text) for place in span}
    gone = {place for change in cleaned.changes for place in range(change.start, change.end)}
    for change in cleaned.changes:
        for place in change.start, change.end:
            if place in (0, len(text)) or (place - 1 in gone) == (place in gone):
                continue
            first = len(text[:place].rstrip())
            following = len(text) - len(text[place:].lstrip())
            if first in borders or following in borders or not 0 < first <= following < len(text):
                continue
            assert is_clean_cut(text[first - 1], text[first:following], text[following])
