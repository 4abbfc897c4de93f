import re
import unicodedata
from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.anchors import find_anchors
from beam_textclean.transforms.duplicates.across.matches import Match, find_matches
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages
from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.sentences import sentence_gaps
from beam_textclean.transforms.records import Cleaned, apply_changes, revert_changes

CONFIG = DuplicatesConfig(min_characters=10, unit="passage", min_passage=30)
WORDS = [
    "Kaboul",
    "été",
    "talibans",
    "déploiement",
    "six",
    "cent",
    "soldats",
    "la",
    "ville",
    "de",
    "Londres",
    "quitter",
]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=2, max_size=8).map(
    lambda words: " ".join(words).capitalize() + "."
)
GLUE = st.sampled_from(["", " ", "\n", "\n\n", "\xa0", "\r\n\r\n"])
ODD = st.text(alphabet="ab. \n\r\t\x85\xa0\u2029\u200bé国。A;`-", max_size=120)
BYTES = st.one_of(st.binary(max_size=80), st.text(alphabet="ab", max_size=80).map(str.encode))


@st.composite
def corpora(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Documents of sentences, and of stretches of the documents before, cut anywhere and glued anyhow."""
    texts: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        parts = draw(st.lists(SENTENCE, max_size=6))
        if draw(st.booleans()):
            parts.append(draw(ODD))
        for _ in range(draw(st.integers(0, 2)) if texts else 0):
            source = draw(st.sampled_from(texts))
            start = draw(st.integers(0, len(source)))
            parts.insert(draw(st.integers(0, len(parts))), source[start : draw(st.integers(start, len(source)))])
        texts.append("".join(part + draw(GLUE) for part in parts))
    return [(str(number), text) for number, text in enumerate(texts)]


def visible(text: str) -> list[int]:
    """The places of the characters that count. (No character of these corpora composes with another.)"""
    return [place for place, character in enumerate(text) if not character.isspace() and character != "\u200b"]


def fold(text: str) -> str:
    return "".join(text[place] for place in visible(text))


def kept_pieces(name: int, start: int, end: int, texts: list[str], results: list[Cleaned]) -> Iterator[str]:
    """Follow a span of a document to the text that stays: in this document, or where its changes lead."""
    place = start
    for change in results[name].changes:
        if change.end <= place or change.start >= end:
            continue
        yield fold(texts[name][place : change.start])
        source = int(str(change.detail["kept_id"]))
        assert source < name
        span = range(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
        # The part of the change that lies in the span, by its visible characters.
        before = len(fold(texts[name][change.start : max(place, change.start)]))
        count = len(fold(texts[name][max(place, change.start) : min(end, change.end)]))
        there = [span.start + offset for offset in visible(texts[source][span.start : span.stop])]
        if count:
            yield from kept_pieces(source, there[before], there[before + count - 1] + 1, texts, results)
        place = change.end
    yield fold(texts[name][place:end])


@given(corpora())
def test_changes_are_exact_inverses(documents: list[tuple[str, str]]) -> None:
    for (_, text), cleaned in zip(documents, collapse_repeated_passages(documents, CONFIG), strict=True):
        assert apply_changes(text, cleaned.changes) == cleaned.text
        assert revert_changes(cleaned.text, cleaned.changes) == text
        ends = [0, *[change.end for change in cleaned.changes]]
        assert all(end <= change.start <= change.end for end, change in zip(ends, cleaned.changes, strict=False))
        assert all(change.after == "" for change in cleaned.changes)


@given(corpora())
def test_the_place_named_as_kept_holds_what_was_removed(documents: list[tuple[str, str]]) -> None:
    texts = dict(documents)
    for cleaned in collapse_repeated_passages(documents, CONFIG):
        for change in cleaned.changes:
            span = slice(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
            assert fold(texts[str(change.detail["kept_id"])][span]) == fold(change.before)


@given(corpora())
def test_everything_removed_stands_in_text_that_stays(documents: list[tuple[str, str]]) -> None:
    texts = [text for _, text in documents]
    results = collapse_repeated_passages(documents, CONFIG)
    for number, cleaned in enumerate(results):
        for change in cleaned.changes:
            pieces = list(kept_pieces(number, change.start, change.end, texts, results))
            assert "".join(pieces) == fold(change.before)


@given(corpora())
def test_nothing_is_removed_that_does_not_repeat_an_earlier_document(documents: list[tuple[str, str]]) -> None:
    """The reference: every stretch of `min_passage` characters of the documents before; 国 is worth two and a half."""
    seen: set[str] = set()
    is_wide = any("国" in text for _, text in documents)
    size = 2 * CONFIG.min_passage // 5 if is_wide else CONFIG.min_passage
    for (_, text), cleaned in zip(documents, collapse_repeated_passages(documents, CONFIG), strict=True):
        content, places = fold(text), visible(text)
        repeated = set()
        for start in range(len(content) - size + 1):
            if content[start : start + size] in seen:
                repeated.update(places[start : start + size])
        for change in cleaned.changes:
            assert {place for place in places if change.start <= place < change.end} <= repeated
        seen.update(content[start : start + size] for start in range(len(content) - size + 1))


@given(corpora())
def test_letters_written_as_two_code_points_make_no_difference(documents: list[tuple[str, str]]) -> None:
    decomposed = [(name, unicodedata.normalize("NFD", text)) for name, text in documents]
    results = collapse_repeated_passages(documents, CONFIG)
    for cleaned, other in zip(results, collapse_repeated_passages(decomposed, CONFIG), strict=True):
        assert other.text == unicodedata.normalize("NFD", cleaned.text)
        spans = [(change.before, change.detail["kept_id"]) for change in other.changes]
        assert spans == [
            (unicodedata.normalize("NFD", change.before), change.detail["kept_id"]) for change in cleaned.changes
        ]
        for change in other.changes:
            span = slice(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
            assert fold(dict(decomposed)[str(change.detail["kept_id"])][span]) == fold(change.before)


@given(corpora())
def test_no_word_is_cut(documents: list[tuple[str, str]]) -> None:
    for (_, text), cleaned in zip(documents, collapse_repeated_passages(documents, CONFIG), strict=True):
        for change in cleaned.changes:
            for place in change.start, change.end:
                assert not re.match(r"\w[\w]", text[place - 1 : place + 1]) or text[place].isupper() or "国" in text


@given(st.lists(SENTENCE, min_size=1, max_size=6), st.lists(SENTENCE, max_size=3), GLUE, st.integers(0, 3))
def test_a_passage_of_whole_paragraphs_goes_wherever_it_stands_and_however_it_is_glued(
    passage: list[str], others: list[str], glue: str, where: int
) -> None:
    # Every word is another one, so that the passage repeats nothing of itself.
    passage = [
        " ".join(f"{word.rstrip('.')}{chr(97 + place) * 2}{number}" for place, word in enumerate(sentence.split()))
        + "."
        for number, sentence in enumerate(passage)
    ]
    if len(fold("".join(passage))) < CONFIG.min_passage:
        return
    new = [f"Nouveau {chr(65 + number) * 40}." for number, _ in enumerate(others)]
    first = "\n\n".join(passage)
    second = "\n\n".join([*new[:where], glue.join(passage), *new[where:]])
    assert collapse_repeated_passages([("1", first), ("2", second)], CONFIG)[1].text == "\n\n".join(new)


@given(BYTES, st.binary(min_size=30, max_size=200), BYTES, BYTES, BYTES)
def test_streams_that_share_a_long_stretch_share_an_anchor(
    before: bytes, shared: bytes, after: bytes, other_before: bytes, other_after: bytes
) -> None:
    one, other = find_anchors(before + shared + after, 30), find_anchors(other_before + shared + other_after, 30)
    assert np.intersect1d(one.hashes, other.hashes).size
    assert np.all(np.diff(one.places) > 0)


@given(BYTES, BYTES, st.lists(st.tuples(st.integers(0, 79), st.integers(0, 79)), max_size=10), st.integers(1, 20))
def test_matches_are_the_longest_stretches_that_two_streams_share(
    one: bytes, other: bytes, meetings: list[tuple[int, int]], shortest: int
) -> None:
    meetings = [(place, there) for place, there in meetings if place <= len(one) and there <= len(other)]
    found = find_matches(one, other, meetings, shortest)
    for start, end, source in found:
        there = source + end - start
        assert one[start:end] == other[source:there]
        assert end - start >= shortest
        assert start == 0 or source == 0 or one[start - 1] != other[source - 1]
        assert end == len(one) or there == len(other) or one[end] != other[there]
    for place, there in meetings:
        if one[place : place + shortest] == other[there : there + shortest] != b"" and place + shortest <= len(one):
            assert any(
                match.start <= place < match.end and match.source - match.start == there - place for match in found
            )
    assert len(set(found)) == len(found)
    assert all(isinstance(match, Match) for match in found)


@given(st.one_of(ODD, st.lists(SENTENCE).map(" ".join)))
def test_sentences_hold_all_that_is_visible_once_and_in_order(text: str) -> None:
    place = 0
    for start, end in sentence_gaps(text):
        assert place <= start <= end
        assert not text[start:end].strip()
        place = end


@given(st.one_of(ODD, st.lists(SENTENCE).map("\n\n".join)))
def test_places_of_a_stream_lead_back_to_their_characters(text: str) -> None:
    folded = FoldedText(text, CONFIG)
    assert folded.stream.decode() == fold(text)
    size = 0
    for place in visible(text):
        paragraph = folded.paragraph_at(size)
        start, end = folded.span(size, size + len(text[place].encode()))
        assert text[place] in text[start:end]
        assert fold(text[start:end]) == text[place]
        assert paragraph == folded.paragraph_at(size + len(text[place].encode()) - 1)
        size += len(text[place].encode())
