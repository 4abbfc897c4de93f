"""The encoding pass on single documents: what it repairs, and what it must leave alone."""

import json
import pickle
from pathlib import Path
from typing import Any

import ftfy
import pytest

from beam_textclean.transforms.encoding import EncodingConfig, decode_bytes, normalize_encoding, reencode
from beam_textclean.transforms.errors import InvalidOption, UndecodableText
from beam_textclean.transforms.records import apply_changes, revert_changes

CASES = Path(__file__).parents[1] / "cases"
SEED = (Path(__file__).parents[1] / "data" / "seed.txt").read_text(encoding="utf-8")


def cases(name: str) -> list[Any]:
    found = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [
        pytest.param(case, id=case["label"], marks=[pytest.mark.xfail(reason=case["xfail"])] if "xfail" in case else [])
        for case in found
    ]


@pytest.mark.parametrize("case", cases("encoding_repairs.json"))
def test_damage_is_repaired_under_the_name_of_its_rule(case: dict[str, Any]) -> None:
    cleaned = normalize_encoding(case["original"])
    assert cleaned.text == case["fixed"]
    assert {change.rule for change in cleaned.changes} == set(case["rules"])
    assert apply_changes(case["original"], cleaned.changes) == case["fixed"]
    assert revert_changes(case["fixed"], cleaned.changes) == case["original"]
    assert normalize_encoding(case["fixed"]).changes == ()


@pytest.mark.parametrize("case", cases("encoding_untouched.json"))
def test_text_that_is_not_damaged_stays_as_it_is(case: dict[str, Any]) -> None:
    for text in (case["text"], f"{case['text']}\n" * 20):
        assert normalize_encoding(text) == (text, ())


@pytest.mark.parametrize("case", cases("encoding_bytes.json"))
def test_bytes_are_decoded_and_the_way_is_recorded(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["bytes"])
    decoded = decode_bytes(data, case.get("declared"))
    assert (decoded.text, decoded.how) == (case["text"], case["how"])
    assert reencode(decoded.text, decoded.detail) == data
    first = normalize_encoding(data, declared=case.get("declared")).changes[0]
    assert first[:6] == ("encoding", f"decoded_{case['how']}", 0, 0, "", "")
    assert json.loads(json.dumps(first.detail)) == decoded.detail


@pytest.mark.parametrize("declared", [5, b"latin-1", "x\0y", "", "no such charset", "base64"])
def test_a_declared_charset_that_is_none_is_passed_over(declared: Any) -> None:
    assert decode_bytes("déjà vu".encode("cp1252"), declared).how == "detected"


def test_a_charset_may_be_declared_as_in_a_header() -> None:
    decoded = decode_bytes("déjà vu".encode("cp1252"), 'text/html; charset="ISO-8859-1"; x=y')
    assert (decoded.text, decoded.encoding, decoded.how) == ("déjà vu", "cp1252", "declared")


@pytest.mark.parametrize(
    "data",
    [
        SEED.encode(),
        SEED.encode("cp1252"),
        SEED.encode("utf-8-sig"),
        SEED.encode("utf-16"),
        SEED.encode().decode("cp1252").encode(),
        SEED.replace("\n", "\r\n").encode(),
        SEED.replace("\n", "\r\n").encode("cp1252"),
        SEED.replace("\n", "\r\n").encode().decode("cp1252").encode("utf-8-sig"),
        SEED[:900].encode() + SEED[900:1000].encode("cp1252") + SEED[1000:].encode(),
    ],
    ids=["utf-8", "windows-1252", "mark", "utf-16", "mojibake", "crlf", "windows-1252 crlf", "all at once", "mixed"],
)
def test_the_seed_comes_out_as_its_utf_8_original(data: bytes) -> None:
    cleaned = normalize_encoding(data)
    assert cleaned.text == SEED
    assert reencode(revert_changes(cleaned.text, cleaned.changes), cleaned.changes[0].detail) == data


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"PK\x03\x04\x14" + bytes(range(255, 0, -1)), bytes(range(256)) * 8],
)
def test_bytes_that_are_no_text_are_rejected_or_replaced_on_request(data: bytes) -> None:
    with pytest.raises(UndecodableText, match=f"{len(data)} bytes"):
        normalize_encoding(data)
    cleaned = normalize_encoding(data, EncodingConfig(undecodable="replace"))
    assert "\ufffd" in cleaned.text
    assert reencode(revert_changes(cleaned.text, cleaned.changes), cleaned.changes[0].detail) == data


def test_the_halves_of_a_surrogate_pair_are_joined() -> None:
    cleaned = normalize_encoding("bien \ud83d\ude00")
    assert cleaned.text == "bien \U0001f600"
    assert [change.rule for change in cleaned.changes] == ["surrogate_pairs"]


def test_every_choice_can_be_switched_off() -> None:
    off = EncodingConfig(html_entities="keep", redecode=False, ligatures=False)
    assert normalize_encoding("l&#39;eau", off).changes == ()
    assert normalize_encoding("ﬁn", off).changes == ()
    assert normalize_encoding("Ñúåøü æå åù¸ ýòèõ ìÿãêèõ áóëîê", off).text == "Ñúåøü æå åù¸ ýòèõ ìÿãêèõ áóëîê"
    nothing = ftfy.TextFixerConfig(
        *(False,) * 13,
        normalization=None,
    )
    text = "Ã©\r\n\x00\x0b\x1b[0me\u0301“＃”"
    assert normalize_encoding(text, EncodingConfig(nothing, "keep", False, False)).changes == ()


def test_ftfys_own_options_work_as_in_ftfy() -> None:
    cleaned = normalize_encoding("“a” ＯＫ", EncodingConfig(ftfy=ftfy.TextFixerConfig()))
    assert cleaned.text == '"a" OK'
    assert {change.rule for change in cleaned.changes} == {"character_width", "quotes"}


@pytest.mark.parametrize(
    "options",
    [
        {"html_entities": "yes"},
        {"undecodable": "ignore"},
        {"ftfy": {"uncurl_quotes": True}},
        {"also": ("quoted",)},
        {"also": "utf_7"},
    ],
)
def test_an_option_that_does_not_exist_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match=next(iter(options))):
        EncodingConfig(**options)


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("quoted_printable", "Le th=C3=A9 est pr=C3=AAt", "Le thé est prêt"),
        ("quoted_printable", "a=AB, b=2", "a=AB, b=2"),
        ("quoted_printable", "x=AB and y=C3, ?q=20&r=3D", "x=AB and y=C3, ?q=20&r=3D"),
        ("quoted_printable", "Sch=F6ne Gr=FC=DFe", "Schöne Grüße"),
        ("unicode_escapes", r"Le th\u00e9, \ud83d\ude00, pr\xc3\xaat", "Le thé, 😀, prêt"),
        ("unicode_escapes", r"C:\users, \u12, \x41", r"C:\users, \u12, \x41"),
        ("utf_7", "th+AOk- vert", "thé vert"),
        ("utf_7", "1+234-5, a+bcd", "1+234-5, a+bcd"),
        ("utf_7", "C++ and a+b-c, +33-1-42, 1+1=2", "C++ and a+b-c, +33-1-42, 1+1=2"),
        ("arabic_presentation_forms", "ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("arabic_presentation_forms", "مرحبا ﴾ ﷼ ﴿", "مرحبا ﴾ ﷼ ﴿"),
        ("latex_accents", "f¨ur die T¨ur, na¨ıf", "für die Tür, naïf"),
        ("latex_accents", "2^n, the `a` option, x ¨ y, an acute ´", "2^n, the `a` option, x ¨ y, an acute ´"),
        ("tag_characters", "oui\U000e0041\U000e0042 non", "oui non"),
        (
            "tag_characters",
            "\U0001f3f4\U000e0067\U000e0062\U000e007f",
            "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        ),
    ],
)
def test_a_repair_that_is_off_by_default_is_made_on_request(name: str, text: str, meant: str) -> None:
    assert normalize_encoding(text).changes == ()
    cleaned = normalize_encoding(text, EncodingConfig(also=(name,)))
    assert cleaned.text == meant
    assert {change.rule for change in cleaned.changes} <= {name}
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert normalize_encoding(meant, EncodingConfig(also=(name,))).changes == ()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 0, 2)])
def test_clean_and_damaged_lines_may_come_in_any_order(order: tuple[int, ...]) -> None:
    clean = "Les élèves étaient arrivés à l'heure, déjà fatigués 😀 pour 5 €"
    russian = "Поезд опоздал на три часа, и мы пили чай"
    lines = [
        (clean, clean),
        ("L'été dernier, près de la forêt".encode().decode("cp850"), "L'été dernier, près de la forêt"),
        (russian.encode("cp1251").decode("cp1252"), russian),
    ]
    text = "\n".join(lines[number][0] for number in order)
    assert normalize_encoding(text).text == "\n".join(lines[number][1] for number in order)


def test_a_configuration_can_be_sent_to_workers_and_used_as_a_key() -> None:
    config = EncodingConfig(html_entities="keep")
    assert pickle.loads(pickle.dumps(config)) == config
    assert {config: 1}[EncodingConfig(html_entities="keep")] == 1


def test_changes_are_small_in_a_long_line() -> None:
    line = "Un mot, un autre mot. " * 500 + "cafÃ© noir" + " et encore un mot." * 500
    [change] = normalize_encoding(line).changes
    assert (change.before, change.after) == ("Ã©", "é")


def test_long_documents_are_repaired_whatever_their_shape() -> None:
    assert normalize_encoding("Ã©tÃ© " * 100_000).text == "été " * 100_000
    assert normalize_encoding("été\r\n" * 100_000).text == "été\n" * 100_000
    assert normalize_encoding("\ud800" * 300_000).text == "\ufffd" * 300_000
    assert normalize_encoding("e\u0301" * 100_000).text == "é" * 100_000
    text = "«\xa0Été\xa0» " * 50_000
    assert normalize_encoding(text).text is text
