import json
from pathlib import Path
from typing import Any

import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.records import apply_changes, revert_changes

CASES = [
    pytest.param(case, id=case["label"])
    for path in sorted((Path(__file__).parents[1] / "cases").glob("duplicates_*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_every_case_gives_the_right_answer_and_can_be_undone(case: dict[str, Any]) -> None:
    config = DuplicatesConfig(folds=tuple(case.get("folds", ())), near=case.get("near"))
    cleaned = collapse_duplicate_paragraphs(case["original"], config)
    assert cleaned.text == case["fixed"]
    assert revert_changes(cleaned.text, cleaned.changes) == case["original"]
    assert apply_changes(case["original"], cleaned.changes) == case["fixed"]


@pytest.mark.parametrize("case", CASES)
def test_a_second_pass_changes_nothing(case: dict[str, Any]) -> None:
    config = DuplicatesConfig(folds=tuple(case.get("folds", ())), near=case.get("near"))
    assert collapse_duplicate_paragraphs(case["fixed"], config).changes == ()
