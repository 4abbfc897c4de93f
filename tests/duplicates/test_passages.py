import json
from pathlib import Path
from typing import Any

import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.anchors import find_anchors
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages
from beam_textclean.transforms.duplicates.reading.sentences import sentence_gaps
from beam_textclean.transforms.records import apply_changes, revert_changes

CASES = json.loads((Path(__file__).parents[1] / "cases" / "passages.json").read_text(encoding="utf-8"))


def config_of(case: dict[str, Any]) -> DuplicatesConfig:
    return DuplicatesConfig(
        unit="passage", min_passage=case.get("min_passage", 200), folds=tuple(case.get("folds", ()))
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_every_case_gives_the_right_answer_and_can_be_undone(case: dict[str, Any]) -> None:
    documents = [(str(number), text) for number, text in enumerate(case["documents"])]
    results = collapse_repeated_passages(documents, config_of(case))
    assert [cleaned.text for cleaned in results] == case["fixed"]
    for (_, text), cleaned in zip(documents, results, strict=True):
        assert revert_changes(cleaned.text, cleaned.changes) == text
        assert apply_changes(text, cleaned.changes) == cleaned.text


A, B, C = CASES[0]["documents"][0].split("\n\n")
CONFIG = DuplicatesConfig(unit="passage")


def test_each_change_says_in_which_document_the_passage_stands_and_where() -> None:
    documents = [("a", f"Avant.\n\n{A}\n\n{B}"), ("b", f"{C} Puis.\n\n{A}\n\n{B}"), ("c", f"{A}{B}\n\nEt {C}")]
    texts = dict(documents)
    changes = [change for cleaned in collapse_repeated_passages(documents, CONFIG) for change in cleaned.changes]
    assert {(change.step, change.rule) for change in changes} == {("corpus_duplicates", "passage")}
    kept = [(change.detail["kept_id"], change.detail["kept_start"], change.detail["kept_end"]) for change in changes]
    assert [(name, texts[str(name)][int(start) : int(end)]) for name, start, end in kept] == [
        ("a", A),
        ("a", B),
        ("a", f"{A}\n\n{B}"),
    ]


def test_what_stands_in_several_documents_goes_for_the_first_of_them() -> None:
    documents = [("a", f"{A} {B}"), ("b", f"{A} {B} {C} Puis."), ("c", f"{A} {B} {C} Enfin.")]
    _, second, third = collapse_repeated_passages(documents, CONFIG)
    assert second.text == f"{C} Puis."
    # The second holds all of the passage, the first only a part, but keeps it.
    assert [(change.detail["kept_id"], change.before.strip()) for change in third.changes] == [
        ("a", f"{A} {B}"),
        ("b", C),
    ]
    assert third.text == "Enfin."


def test_a_corpus_without_documents_or_text_is_no_error() -> None:
    assert collapse_repeated_passages([], CONFIG) == []
    assert [cleaned.text for cleaned in collapse_repeated_passages([("a", ""), ("b", " \n")], CONFIG)] == ["", " \n"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Il vient demain. Il part après. Fin.", ["Il vient demain.", "Il part après.", "Fin."]),
        ("Voir M. Dupont. Elle vient.", ["Voir M. Dupont.", "Elle vient."]),
        ("Selon l'art. L. 312-1, c'est vrai. Selon d'autres, non.", None),
        ("Il le dit : « Je viens. » Puis il part.", ["Il le dit : « Je viens. »", "Puis il part."]),
        ("Est-ce vrai ? Oui ! non, peut-être… Qui sait ?", ["Est-ce vrai ?", "Oui ! non, peut-être…", "Qui sait ?"]),
        ("他来了。他走了！“真的？”是。", ["他来了。", "他走了！", "“真的？”", "是。"]),
        ("Trois points :\n- un premier ;\n- le second, plus long.", None),
        (
            "Une ligne qui est assez longue pour\nKaboul et la suite.",
            ["Une ligne qui est assez longue pour\nKaboul et la suite."],
        ),
        ("Titre\nUne ligne qui est assez longue.", ["Titre", "Une ligne qui est assez longue."]),
        ("conditions:\n .\n the software", ["conditions:\n .", "the software"]),
        ("Un.Deux java.lang.String", ["Un.Deux java.lang.String"]),
        ("", [""]),
        ("." * 50_000, None),
        (". " * 50_000, None),
        ("。" * 50_000, None),
        (" \n" * 50_000 + "a", None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_sentences_end_where_a_reader_sees_it(text: str, sentences: list[str] | None) -> None:
    gaps = sentence_gaps(text)
    ends = [start for start, _ in gaps]
    found = [text[start:end] for start, end in zip([0, *[end for _, end in gaps]], [*ends, len(text)], strict=True)]
    if sentences is not None:
        assert found == sentences
    assert all(not text[start:end].strip() for start, end in gaps)


@pytest.mark.parametrize("period", ["a", "ab", "abc def. "])
def test_periodic_text_has_few_anchors_and_is_searched_in_bounded_time(period: str) -> None:
    text = period * (300_000 // len(period))
    assert len(find_anchors(text.encode(), 200).places) < 20
    first, second = collapse_repeated_passages([("a", text), ("b", f"{A}\n\n{text}")], CONFIG)
    assert first.changes == ()
    assert second.text.startswith(A)
    assert set(second.text[len(A) :]) <= set(period) | {"\n"}
