"""Every context rule of the shipped tables does what its examples say."""

import pytest

from beam_textclean.transforms.typos import available_languages, fix_typos
from beam_textclean.transforms.typos.context import read_rules

LANGUAGES = pytest.mark.parametrize("language", available_languages())


def entries(sentence: str, language: str) -> list[object]:
    """Return the entries of the context rules that change a sentence."""
    changes = fix_typos(sentence, (language,)).changes
    return [change.detail["entry"] for change in changes if change.rule == "context"]


@LANGUAGES
def test_a_rule_corrects_its_positive_examples(language: str) -> None:
    for rule, examples in read_rules(language):
        assert examples.positive, rule.phrase
        for sentence in examples.positive:
            assert entries(sentence, language) == [rule.phrase], sentence


@LANGUAGES
def test_a_rule_leaves_its_negative_examples_alone(language: str) -> None:
    for rule, examples in read_rules(language):
        assert examples.negative, rule.phrase
        for sentence in examples.negative:
            assert rule.phrase not in entries(sentence, language), sentence


def test_french_and_english_have_at_least_sixty_rules_each() -> None:
    assert len(read_rules("fr")) >= 60
    assert len(read_rules("en")) >= 60


@LANGUAGES
def test_no_rule_of_a_language_is_in_its_table_twice(language: str) -> None:
    rules = [(rule.phrase, rule.correction, examples.positive) for rule, examples in read_rules(language)]
    assert len(rules) == len(set(rules))
