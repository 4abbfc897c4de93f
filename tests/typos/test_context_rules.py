"""Every context rule of the shipped tables does what its examples say."""

import pytest

from beam_textclean.transforms.typos import available_languages, fix_typos
from beam_textclean.transforms.typos.context import ContextRule, Examples, read_rules

RULES = [
    pytest.param(language, rule, examples, id=f"{language}-{rule.phrase}")
    for language in available_languages()
    for rule, examples in read_rules(language)
]


@pytest.mark.parametrize(("language", "rule", "examples"), RULES)
def test_a_rule_corrects_its_positive_examples(language: str, rule: ContextRule, examples: Examples) -> None:
    assert examples.positive
    for sentence in examples.positive:
        changes = [change for change in fix_typos(sentence, (language,)).changes if change.rule == "context"]
        assert [change.detail["entry"] for change in changes] == [rule.phrase], sentence


@pytest.mark.parametrize(("language", "rule", "examples"), RULES)
def test_a_rule_leaves_its_negative_examples_alone(language: str, rule: ContextRule, examples: Examples) -> None:
    assert examples.negative
    for sentence in examples.negative:
        entries = [change.detail["entry"] for change in fix_typos(sentence, (language,)).changes]
        assert rule.phrase not in entries, sentence


def test_french_and_english_have_at_least_sixty_rules_each() -> None:
    assert len(read_rules("fr")) >= 60
    assert len(read_rules("en")) >= 60


def test_no_rule_of_a_language_is_in_its_table_twice() -> None:
    for language in available_languages():
        rules = [(rule.phrase, rule.correction, examples.positive) for rule, examples in read_rules(language)]
        assert len(rules) == len(set(rules))
