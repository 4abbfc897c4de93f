"""What the encoding pass promises for any input."""

import re
import unicodedata
from itertools import pairwise
from unittest.mock import patch

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES
from hypothesis import assume, given
from hypothesis import strategies as st

from beam_textclean.transforms.encoding import (
    EncodingConfig,
    decode_bytes,
    legacy,
    normalize,
    normalize_encoding,
    reencode,
    repair_text,
)
from beam_textclean.transforms.encoding.composition import compositions
from beam_textclean.transforms.encoding.config import CORPUS_FTFY
from beam_textclean.transforms.encoding.edits import Edit, apply_edits, compose, narrow
from beam_textclean.transforms.encoding.first_look import Look, first_look
from beam_textclean.transforms.encoding.odd_pairs import odd_pairs
from beam_textclean.transforms.encoding.tables import Tables, derive_tables
from beam_textclean.transforms.errors import UndecodableText
from beam_textclean.transforms.records import apply_changes, revert_changes

# Characters by which ftfy or one of our rules is set off, beside what hypothesis thinks of itself.
TROUBLE = "".join(MOJIBAKE_CATEGORIES.values()) + (
    "\x00\x07\x0b\x0c\x1a\x1b[31m\x1c\x1f\r\n\x85\u2028\u2029\ud83d\ude00\udc00ﬁĲＡ，“”‘’&;#<>lt"
    "\u0301\u0327\u1100\u1161\u11a8か\u3099\U0001f600\U0001d15e\U0002f800\ufffd\ufeff\xa0\xad\u200dВГРСÐÑØÙà²β€ā abc."
)
PIECES = [
    *(
        "Ã©",
        "â€™",
        "Ã ",
        "Â«",
        "ПрРµ",
        "вЂ™",
        "ΞΈ",
        "√©",
        "├⌐",
        "Å",
        "&eacute;",
        "&amp;lt;",
        "&#x80;",
        "&lt;",
        "l&#39;eau",
    ),
    *("été", "Besançon", "привет", "日本語", "한국어", "שלום", "\x1b[1m", "\x1b]0;title\x07", "\r\n", "\ud83d", "\x0b"),
    *("_\ba", "a\ba", "^\bo", "\b", "\u212b", "\u0340", "\uf900", "\u0958", "\U0002f800", "\u0301", "\u0323", "\u0338"),
    *(
        "http://a.fr/e\u0301",
        "https://(",
        ">",
        ")",
        "\x1b$B",
        "\x0e",
        "~{",
        "~\n",
        "+AGE-",
        "ÀÔ¼ú",
        "縺ゅ",
        "&#8;",
        "Â\xa0",
    ),
    *("Ïðèâåò", "za¿ó³æ", "gêœl¹", "þ", "“", "”", "«", " ", "\n", "a", "e\u0301", "ﬁn", "\U0001f468\u200d\U0001f469"),
]
texts = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from(TROUBLE), max_size=40),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join),
    # The same few again and again, as damage is: what judges a whole document is sure of itself then.
    st.lists(st.sampled_from(PIECES), min_size=2, max_size=5).flatmap(
        lambda few: st.lists(st.sampled_from(few), min_size=5, max_size=40).map("".join)
    ),
)
WRONG_READINGS = ["latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "mac-roman", "cp437"]
misread = st.builds(
    lambda text, encoding: text.encode("utf-8", "replace").decode(encoding), texts, st.sampled_from(WRONG_READINGS)
)
CONFIGURATIONS = [
    ftfy.TextFixerConfig(),
    CORPUS_FTFY,
    ftfy.TextFixerConfig(unescape_html=True, normalization="NFKC"),
    ftfy.TextFixerConfig(fix_encoding=False, normalization=None),
    ftfy.TextFixerConfig(explain=False, fix_line_breaks=False, remove_control_chars=False, uncurl_quotes=False),
    ftfy.TextFixerConfig(
        restore_byte_a0=False,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
        fix_c1_controls=False,
        normalization="NFD",
    ),
    ftfy.TextFixerConfig(max_decode_length=7),
    ftfy.TextFixerConfig(fix_surrogates=False, remove_terminal_escapes=False, fix_latin_ligatures=False),
]


# What the first look judges by: characters of every kind that is odd beside another, and letters of many alphabets.
ODD = "°©¡ÉÃüœČıİß’»—│╔πΩЖжשمÂ\x81脙茅毛东ﾃ한\U0001f600 azZ.\n"
tables = derive_tables(CORPUS_FTFY, odd=True)
assert tables


@given(st.text(st.sampled_from(ODD), max_size=12) | texts | misread)
def test_the_first_look_sees_every_odd_pair(text: str) -> None:
    odd = odd_pairs()
    codes = [min(ord(character), 0xFFFF) for character in text]
    leads, ideographs = odd.leads[codes].sum(), (odd.leads | odd.ideographs)[codes].sum()
    expected = (
        any(first[left] and second[right] for left, right in pairwise(codes) for first, second in odd.pairs)
        or any(odd.latin[codes[at : at + 3]].all() for at in range(len(text) - 2))
        or (len(text) > 1 and odd.c1[codes].any())
        or leads > 0.15 * ideographs
    )
    assert first_look(text, tables).odd == expected


@given(st.text(st.sampled_from(ODD + "éèçãşğłøðľ³"), max_size=30) | texts | misread)
def test_looking_closely_at_every_text_finds_no_more(text: str) -> None:
    def look_closely(text: str, tables: Tables) -> Look:
        return Look(frozenset(text), odd=first_look(text, tables).odd, plain=False)

    cleaned = normalize_encoding(text)
    with patch.object(normalize, "first_look", look_closely), patch.object(legacy, "is_plain", return_value=False):
        assert normalize_encoding(text) == cleaned


@given(texts | misread, st.sampled_from(CONFIGURATIONS))
def test_repair_text_gives_what_ftfy_gives(text: str, config: ftfy.TextFixerConfig) -> None:
    assert repair_text(text, config) == ftfy.fix_text(text, config)


@given(texts | misread)
def test_changes_lead_to_the_text_and_back(text: str) -> None:
    cleaned = normalize_encoding(text)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert all(before.end <= after.start for before, after in pairwise(cleaned.changes))
    assert all(change.before != change.after for change in cleaned.changes)


@given(texts | misread)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = normalize_encoding(text)
    twice = normalize_encoding(once.text)
    assert twice.text == once.text
    assert twice.changes == ()


@given(
    texts | misread | st.lists(st.sampled_from(["\n", "\r", "&#10;", "l&#39;a", "\x0b", "\u2028", "Ã©"])).map("".join)
)
def test_where_line_breaks_are_left_alone_none_is_made_or_lost(text: str) -> None:
    cleaned = normalize_encoding(text, EncodingConfig(CORPUS_FTFY._replace(fix_line_breaks=False)))
    assert re.findall("[\n\r]", cleaned.text) == re.findall("[\n\r]", text)
    assert revert_changes(cleaned.text, cleaned.changes) == text


@given(texts | misread)
def test_the_text_can_always_be_written_as_utf_8(text: str) -> None:
    normalize_encoding(text).text.encode("utf-8")


@given(texts | misread)
def test_a_text_without_changes_is_the_same_object(text: str) -> None:
    cleaned = normalize_encoding(text)
    assert (cleaned.text is text) == (cleaned.changes == ())


@given(texts)
def test_utf_8_is_always_decoded_as_such(text: str) -> None:
    assume(not any("\ud800" <= character <= "\udfff" or character < " " for character in text))
    assert decode_bytes(text.encode()).text == text.removeprefix("\ufeff")


@given(
    st.one_of(
        st.binary(max_size=80),
        texts.map(lambda text: text.encode("utf-8", "replace")),
        st.builds(
            lambda text, encoding: text.encode(encoding, "replace"),
            texts,
            st.sampled_from(["cp1252", "cp1251", "utf-16", "utf-16-le", "utf-32", "cp932", "iso2022_jp", "gb18030"]),
        ),
        st.lists(st.binary(max_size=3) | texts.map(lambda text: text.encode("utf-8", "replace")), max_size=9).map(
            b"".join
        ),
    ),
    st.sampled_from(["reject", "replace"]),
)
def test_what_was_decoded_can_be_encoded_back(data: bytes, undecodable: str) -> None:
    try:
        decoded = decode_bytes(data, undecodable=undecodable)  # type: ignore[arg-type]
    except UndecodableText:
        assert undecodable == "reject"
        return
    assert reencode(decoded.text, decoded.detail) == data
    cleaned = normalize_encoding(data, EncodingConfig(undecodable=undecodable))  # type: ignore[arg-type]
    assert reencode(revert_changes(cleaned.text, cleaned.changes), cleaned.changes[0].detail) == data
    assert (cleaned.changes[0].start, cleaned.changes[0].end) == (0, 0)
    assert normalize_encoding(cleaned.text) == (cleaned.text, ())


@given(texts)
def test_composing_changes_no_text_that_unicode_calls_different(text: str) -> None:
    composed = apply_edits(text, compositions(text))
    assert unicodedata.normalize("NFD", composed) == unicodedata.normalize("NFD", text)
    assert list(compositions(composed)) == []


MARKS = "\u0301\u0327\u0323\u0338\u1100\u1161\u11a8か\u3099\u09c7\u09be\u0651\u064f\u05bc\u05b8"


@given(st.text(st.sampled_from("aeo =>" + MARKS) | st.characters()))
def test_composing_is_nfc_but_for_replaced_characters_and_the_order_of_marks(text: str) -> None:
    assume("://" not in text and all(unicodedata.is_normalized("NFC", character) for character in text))
    composed = apply_edits(text, compositions(text))
    assert sorted(composed) == sorted(unicodedata.normalize("NFC", text))


@given(st.text(st.sampled_from("aeoéق =>" + MARKS) | st.characters()))
def test_what_could_be_composed_is_found(text: str) -> None:
    # By the tables, which look at pairs of characters.
    assert list(compositions(normalize_encoding(text).text)) == []


def test_every_character_that_unicode_composes_is_composed_and_every_other_stays() -> None:
    for character in map(chr, [*range(0xA0, 0xD800), *range(0xF900, 0x12000), *range(0x1D100, 0x1D200)]):
        assert list(compositions(character)) == []
        decomposed = unicodedata.normalize("NFD", character)
        if unicodedata.is_normalized("NFC", character):
            assert apply_edits(decomposed, compositions(decomposed)) == character


@given(st.text("ab \n\xa0é", max_size=30), st.text("ab \n\xa0é", max_size=30))
def test_narrow_edits_make_one_text_into_the_other(before: str, after: str) -> None:
    edits = list(narrow(before, after, "rule"))
    assert apply_edits(before, edits) == after
    assert (edits == []) == (before == after)


@given(st.data())
def test_two_rounds_of_edits_are_the_same_as_their_composition(data: st.DataObject) -> None:
    text = data.draw(st.text("abc", max_size=12))
    first = _draw_edits(data, text)
    between = apply_edits(text, first)
    second = _draw_edits(data, between)
    both = compose(first, second, between)
    assert apply_edits(text, both) == apply_edits(between, second)
    assert all(before.end <= after.start for before, after in pairwise(both))


def _draw_edits(data: st.DataObject, text: str) -> list[Edit]:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    places = places[: len(places) // 2 * 2]
    edits = []
    for start, end in zip(places[::2], places[1::2], strict=True):
        if not edits or start > edits[-1].end:
            edits.append(Edit(start, end, data.draw(st.text("xyz", max_size=3)), "rule"))
    return edits


@pytest.mark.parametrize("config", CONFIGURATIONS[:3])
def test_every_pair_of_ftfys_mojibake_characters_is_repaired_as_ftfy_does(config: ftfy.TextFixerConfig) -> None:
    characters = [chr(code) for code in range(0x80, 0x100)] + sorted(
        set("œŠšŸž€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›√≈√∂†Ђўр ВГРСвβāŐŪŁł")
    )
    for first in characters:
        line = "".join(f"{first}{second} x{first}{second}{first}{second}a " for second in characters)
        text = "\n".join(line[start : start + 60] for start in range(0, len(line), 60))
        assert repair_text(text, config) == ftfy.fix_text(text, config)
