"""What `fix_typos` changes and, above all, what it does not."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from beam_textclean.transforms.errors import InvalidOption, UnknownLanguage
from beam_textclean.transforms.records import revert_changes
from beam_textclean.transforms.typos import Learned, LearnedEntry, TyposConfig, fix_typos

CASES = Path(__file__).parents[1] / "cases"


def cases(name: str) -> list[Any]:
    loaded = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [
        pytest.param(case, id=case["label"], marks=[pytest.mark.xfail(reason=case["xfail"])] if "xfail" in case else [])
        for case in loaded
    ]


@pytest.mark.parametrize("case", cases("typos_fixed.json"))
def test_a_typo_is_fixed_as_the_case_says(case: dict[str, Any]) -> None:
    cleaned = fix_typos(case["original"], case.get("languages", "auto"))
    assert cleaned.text == case["fixed"]
    assert revert_changes(cleaned.text, cleaned.changes) == case["original"]


@pytest.mark.parametrize("case", cases("typos_kept.json"))
def test_a_text_that_is_right_or_protected_is_kept(case: dict[str, Any]) -> None:
    cleaned = fix_typos(case["original"], case.get("languages", "auto"))
    assert cleaned.text is case["original"]
    assert cleaned.changes == ()


def test_a_change_is_one_word_and_names_language_and_entry() -> None:
    (change,) = fix_typos("L’evenement est dans la rue avec les gens.").changes
    assert (change.step, change.rule, change.start, change.end) == ("typos", "dictionary", 2, 11)
    assert (change.before, change.after) == ("evenement", "événement")
    assert change.detail == {"language": "fr", "entry": "evenement"}


def test_a_phrase_is_changed_only_in_the_word_that_differs() -> None:
    (change,) = fix_typos("Le prix est calculé a partir de lundi pour les membres.").changes
    assert (change.rule, change.before, change.after) == ("context", "a", "à")
    assert change.detail["entry"] == "a partir de"


def test_an_allowed_word_is_never_changed() -> None:
    config = TyposConfig(allow=("Evenement", "sevrant"))
    text = "Un evenement rare pour les soldats sevrant à nos côtés."
    assert fix_typos(text, ("fr",), config).changes == ()


def test_a_dictionary_of_ones_own_is_used_and_the_later_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("beem,beam\nflinck,flint\n", encoding="utf-8")
    second.write_text("flinck,Flink\n", encoding="utf-8")
    config = TyposConfig(dictionaries=(str(first), str(second)))
    assert (
        fix_typos("We run beem on flinck with the others.", ("en",), config).text
        == "We run beam on Flink with the others."
    )


def test_a_dictionary_of_ones_own_may_correct_to_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("lodz,Łódź\ncoeurr,cœur\nslash,a\\\\u0041\n", encoding="utf-8")
    config = TyposConfig(dictionaries=(str(path),))
    text = "We went to lodz with coeurr and slash for the day."
    assert fix_typos(text, ("en",), config).text == "We went to Łódź with cœur and a\\\\u0041 for the day."


@pytest.mark.jobs
def test_threads_that_load_the_tables_at_once_give_the_same_changes() -> None:
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from beam_textclean.transforms.typos import fix_typos\n"
        "texts = ['Un evenement rare dans la ville avec les gens.'] * 16\n"
        "with ThreadPoolExecutor(8) as threads:\n"
        "    print(len({cleaned.text for cleaned in threads.map(fix_typos, texts)}))"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=_environment())
    assert output.stdout == "1\n", output.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("one,two,three\n", "line 1"),
        ("two words,one\n", "single word"),
        ("abc,abd\nabc,abe\n", "second correction"),
        ("typo,correction\nabc,abd\n", "line 1: 'typo,correction' is a header"),
        ("\ufeffWrong, Right\nabc,abd\n", "is a header; a dictionary has none"),
        ("abc,abd\nabd,abe\n", "is a typo there"),
    ],
)
def test_a_dictionary_that_cannot_be_used_says_why(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidOption, match=message):
        fix_typos("any text", ("en",), TyposConfig(dictionaries=(str(path),)))


def test_a_missing_dictionary_is_named() -> None:
    with pytest.raises(InvalidOption, match=r"nowhere\.csv"):
        fix_typos("any text", ("en",), TyposConfig(dictionaries=("nowhere.csv",)))


def test_an_unknown_language_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(UnknownLanguage, match=r"xx.*de, en, es, fr, it, pt"):
        fix_typos("any text", ("fr", "xx"))


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InvalidOption, match="max_share"):
        TyposConfig(max_share=share)


def test_a_configuration_travels_and_keys_a_cache() -> None:
    config = TyposConfig(dictionaries=("a.csv",), allow=("teh",))
    assert pickle.loads(pickle.dumps(config)) == config
    assert hash(config) == hash(TyposConfig(dictionaries=("a.csv",), allow=("teh",)))


TYPOS = "acceuil developpement environement evenement fonctionalité language occurence professionel traval reponse"


def test_a_document_of_which_too_much_would_change_is_left_alone_and_says_so() -> None:
    text = "Dans la ville, avec les gens : " + " ".join(f"le {word}" for word in TYPOS.split() * 2)
    cleaned = fix_typos(text, ("fr",))
    (change,) = cleaned.changes
    assert cleaned.text == text
    assert (change.rule, change.start, change.end, change.before, change.after) == ("left_alone", 0, 0, "", "")
    assert change.detail["would_change"] >= 10
    assert revert_changes(cleaned.text, cleaned.changes) == text


def test_a_few_typos_in_a_short_note_are_fixed_whatever_their_share() -> None:
    assert fix_typos("Le developpement de la ville.", ("fr",)).text == "Le développement de la ville."


def test_a_form_that_recurs_and_is_never_spelled_otherwise_is_a_term_of_the_document() -> None:
    once = "La commande dit le griffonge dans la page. "
    dictionary = LearnedEntry("griffonge", "griffonage")
    assert fix_typos(once * 3, learned=Learned([dictionary])).changes != ()
    assert fix_typos(once * 10, learned=Learned([dictionary])).changes == ()


def test_lost_accents_are_no_term_however_often_they_are_lost() -> None:
    once = "La commande dit l'evenement dans la page. "
    assert fix_typos(once * 20).text == once.replace("evenement", "événement") * 20


def test_a_text_that_has_lost_all_accents_is_restored_as_far_as_that_is_certain() -> None:
    text = (
        "Le gouvernement prevoit une reunion avec les deputes pour etudier les resultats. Apres le debat, la securite, "
        "les ecoles et les societes ont recu des precisions tres detaillees sur le probleme du systeme."
    )
    cleaned = fix_typos(text, ("fr",))
    assert "left_alone" not in {change.rule for change in cleaned.changes}
    assert len(cleaned.changes) >= 12


def test_a_correction_that_the_pass_makes_shows_how_a_recurring_form_is_spelled() -> None:
    once = "La commande dit l'evenement dans la page. "
    cleaned = fix_typos(once * 4 + "Et voilà un événemant pour la ville.", ("fr",))
    assert cleaned.text.count("événement") == 5
    assert fix_typos(cleaned.text, ("fr",)).changes == ()


def test_a_paragraph_in_another_language_than_the_document_has_its_own_tables() -> None:
    french = "Le site est dans la langue de tous les membres, avec un evenement pour chaque jour de la semaine."
    english = "The site is in the language of all the members and they recieve a letter on each day of the week."
    cleaned = fix_typos(f"{french}\n\n{english}\n\n{french}")
    assert [change.detail["language"] for change in cleaned.changes] == ["fr", "en", "fr"]


def test_a_language_that_was_not_asked_for_is_not_touched() -> None:
    english = "The site is in the language of all the members and they recieve a letter on each day."
    assert fix_typos(english, ("fr",)).changes == ()


@pytest.mark.jobs
def test_the_same_text_gives_the_same_changes_in_any_process() -> None:
    program = (
        "from beam_textclean.transforms.typos import fix_typos\n"
        "print(fix_typos('Dans tout les cas, il et possible que les evenements recieve a partir de la ville.').changes)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**_environment(), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
