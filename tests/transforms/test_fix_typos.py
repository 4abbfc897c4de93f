"""`FixTypos` over PCollections."""

from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.testing.test_pipeline import TestPipeline

from beam_textclean.transforms import FixTypos, MissingField, TyposConfig, UnknownLanguage, WrongElementType
from element_kinds import Page

pytestmark = pytest.mark.jobs

TYPO = "Ils ont risqué leur vie en sevrant à nos côtés."
FIXED = "Ils ont risqué leur vie en servant à nos côtés."


@pytest.mark.parametrize("languages", ["auto", "fr", ("fr",), ["fr", "en"]])
def test_typos_are_fixed_in_every_kind_of_element(languages: Any) -> None:
    step = FixTypos(languages)
    assert [TYPO] | step == [FIXED]
    assert [(1, TYPO)] | step == [(1, FIXED)]
    assert [{"text": TYPO, "views": 1}] | step == [{"text": FIXED, "views": 1}]
    assert [Page("1", TYPO, 1)] | step == [Page("1", FIXED, 1)]


def test_the_language_of_the_record_wins() -> None:
    step = FixTypos(language_field="lang")
    for language, text in [("fr", FIXED), ("fr-CA", FIXED), ("FR_fr", FIXED), (None, FIXED), ("", FIXED), ("la", TYPO)]:
        assert [{"text": TYPO, "lang": language}] | step == [{"text": text, "lang": language}]
    assert [{"text": TYPO}] | step == [{"text": FIXED}]


def test_a_record_in_a_language_that_was_not_asked_for_is_left_alone() -> None:
    step = FixTypos(("en",), language_field="lang")
    assert [{"text": TYPO, "lang": "fr"}] | step == [{"text": TYPO, "lang": "fr"}]


def test_an_unknown_language_fails_at_construction() -> None:
    with pytest.raises(UnknownLanguage, match=r"'tlh'.*fr"):
        FixTypos(("fr", "tlh"))


def test_bytes_and_missing_fields_fail_while_the_pipeline_is_built() -> None:
    pipeline = beam.Pipeline()
    with pytest.raises(WrongElementType, match="NormalizeEncoding makes str of bytes"):
        _ = pipeline | "Bytes" >> beam.Create([b"un"]) | "CleanBytes" >> FixTypos()
    with pytest.raises(MissingField, match="'lang'"):
        _ = pipeline | "Pages" >> beam.Create([Page("1", "un")]) | "CleanPages" >> FixTypos(language_field="lang")


def test_the_configuration_has_its_effect() -> None:
    assert [TYPO] | FixTypos(config=TyposConfig(allow=("sevrant",))) == [TYPO]


def test_counters_count_by_rule(counters_of: Callable[..., dict[str, int]]) -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    _ = pipeline | beam.Create([TYPO, FIXED]) | "Fix" >> FixTypos(("fr",))
    assert counters_of(pipeline.run(), "Fix") == {"documents": 2, "documents_changed": 1, "typos_context": 1}


def test_the_transform_can_be_pickled_and_shows_its_options() -> None:
    step = FixTypos(("fr", "en"), language_field="lang")
    assert pickler.loads(pickler.dumps(step)).display_data() == step.display_data()
    assert step.display_data()["languages"].value == "fr,en"
