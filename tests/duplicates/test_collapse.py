import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.records import apply_changes, revert_changes

A = "Le Pentagone n'utilisera pas l'aéroport de Kaboul pour des frappes."
B = "Le Royaume-Uni va déployer environ 600 militaires en Afghanistan."
C = "Les ressortissants britanniques quitteront le pays avant la fin du mois."


def test_a_text_without_repeats_is_returned_itself() -> None:
    text = "".join([A, "\n\n", B])
    cleaned = collapse_duplicate_paragraphs(text)
    assert cleaned.text is text
    assert cleaned.changes == ()


def test_each_change_says_where_the_kept_copy_is() -> None:
    text = f"{A}\n\n{B}\n\n{C}\n\n{B}\n\n{C}{A} Nouveau.\n"
    cleaned = collapse_duplicate_paragraphs(text)
    assert cleaned.text == f"{A}\n\n{B}\n\n{C}\n\nNouveau.\n"
    kept = [text[change.detail["kept_start"] : change.detail["kept_end"]] for change in cleaned.changes]
    assert kept == [B, C, A]
    assert [change.rule for change in cleaned.changes] == ["exact", "glued", "glued"]
    assert {change.step for change in cleaned.changes} == {"duplicates"}


def test_a_glued_copy_of_neighbours_names_all_of_them() -> None:
    text = f"{A}\n\n{B}\n\n{C}\n\n{A}{B}{C}"
    (change,) = collapse_duplicate_paragraphs(text).changes
    assert (change.detail["kept_start"], change.detail["kept_end"]) == (0, len(f"{A}\n\n{B}\n\n{C}"))


def test_a_part_that_stays_is_in_no_span() -> None:
    text = f"{A}\n\n{B}\n\nD'abord ceci. {A} Puis cela. {B} Enfin voilà.\n"
    cleaned = collapse_duplicate_paragraphs(text)
    assert cleaned.text == f"{A}\n\n{B}\n\nD'abord ceci. Puis cela. Enfin voilà.\n"
    assert [change.before.strip() for change in cleaned.changes] == [A, B]


def test_the_minimum_is_an_option() -> None:
    text = "Oui, bien sûr.\n\nNon.\n\nOui, bien sûr."
    assert collapse_duplicate_paragraphs(text).text == text
    assert collapse_duplicate_paragraphs(text, DuplicatesConfig(min_characters=12)).text == "Oui, bien sûr.\n\nNon."


def test_a_smaller_minimum_takes_short_paragraphs_of_any_form() -> None:
    config = DuplicatesConfig(min_characters=10)
    for line in "— Oui, monsieur.", "会计师事务所以及相关机构的人员", "Comptables du Canada":
        text = f"{line}\n\nNon.\n\n{line}"
        assert collapse_duplicate_paragraphs(text, config).text == f"{line}\n\nNon."


@pytest.mark.parametrize(
    "paragraphs",
    [
        (f"|{A}{A}", A, "X", f"|{A}", A + A, f"|{A}{A}{A}"),
        (A + B, A, "X", A * 3, B, "X", "X", A + B + A, A * 2),
    ],
)
def test_what_goes_for_one_reason_does_not_go_for_another_too(paragraphs: tuple[str, ...]) -> None:
    text = "\n\n".join(paragraphs)
    cleaned = collapse_duplicate_paragraphs(text)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert collapse_duplicate_paragraphs(cleaned.text).changes == ()


def test_a_kept_span_does_not_begin_or_end_within_a_character() -> None:
    line = "ПЕщё одна новая строка о мосте и реке, сказал он."  # "П" and "Д" begin with the same byte
    text = f"{line}\n\n{line}П\n\nДа."
    kept = [
        text[int(change.detail["kept_start"]) : int(change.detail["kept_end"])]
        for change in collapse_duplicate_paragraphs(text).changes
    ]
    assert kept == [line, "П"]


# Between two runs of long paragraphs, many short ones that could part them.
LONG_CHAIN = "\n\n".join([A, *map(str, range(8_000)), *(f"{B} {number}" for number in range(8_000))])
HUNDRED = "\n\n".join(f"{A} {number}." for number in range(100))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LONG_CHAIN}\n\n{LONG_CHAIN}\n", LONG_CHAIN),
        (f"{A}\n\n" * 20_000, f"{A}\n\n"),
        (f"{A}\n" * 20_000, f"{A}\n"),
        (f"{HUNDRED}\n\n" * 200, HUNDRED),
        (f"{HUNDRED}\n\nTitre\n\n" * 200, HUNDRED + "\n\nTitre" * 200),
        ("oui\n" * 100_000, "oui\n" * 100_000),
        ("abc" * 20 + "\n\n" + "abc" * 100_000, None),
        ("abc" * 30_000 + "\n\n" + "abc" * 30_000 + "x\n\n" + "abcabc" * 30_000, None),
        ("e\u0301" * 50_000 + "\n\n" + "é" * 50_000, "e\u0301" * 50_000),
        ("\u0301" * 50_000, None),
        ("\r\n\n\r\x0b\x0c\x85\u2028\u2029 \t" * 10_000, None),
        ("\n\n".join([(A + " ") * 2**level for level in range(9)]), None),
        (f"{A} {B} " * 3_000 + f"\n\n{A}\n\n{B}\n", None),
        ("\udc80" * 60 + "\n\n" + "\udc80" * 60, "\udc80" * 60),
    ],
    ids=lambda text: repr(text)[:20],
)
def test_pathological_texts_end_with_the_right_answer(text: str, expected: str | None) -> None:
    cleaned = collapse_duplicate_paragraphs(text)
    if expected is not None:
        assert cleaned.text.strip() == expected.strip()
    assert collapse_duplicate_paragraphs(cleaned.text).changes == ()
    assert bool(cleaned.text.strip()) == bool(text.strip())


def test_copies_nested_a_hundred_looks_deep_take_a_bounded_number_of_them_and_lose_nothing() -> None:
    text = "\n\n".join([f"{A} " * 2**level for level in range(14)])  # a million characters
    cleaned = collapse_duplicate_paragraphs(text)
    assert cleaned.changes
    assert set(cleaned.text.replace(A, "").split()) == set()
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    gone = bytearray(len(text))
    for change in cleaned.changes:
        gone[change.start : change.end] = b"\1" * (change.end - change.start)
    for change in cleaned.changes:
        kept = range(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
        assert "".join(text[place] for place in kept if not gone[place]).split() == change.before.split()


def test_no_character_is_cut_where_its_accent_is_one_of_its_own() -> None:
    first, second = (
        "E\u0301vacuation des derniers ressortissants britanniques ;",
        "Le Royaume-Uni va déployer 600 militaires.",
    )
    text = f"{first}\n\n{second}\n\nC'est nouveau. {first}{second} Ceci aussi.\n"
    cleaned = collapse_duplicate_paragraphs(text)
    assert cleaned.text == f"{first}\n\n{second}\n\nC'est nouveau. Ceci aussi.\n"
    [change] = cleaned.changes
    assert change.before.strip() == f"{first}{second}"
