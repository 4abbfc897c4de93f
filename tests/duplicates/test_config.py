import pickle
from typing import Any

import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.errors import InvalidOption


def test_a_config_can_be_pickled_and_is_a_key() -> None:
    config = DuplicatesConfig(min_characters=20, folds=("digits", "case"))
    assert pickle.loads(pickle.dumps(config)) == config
    assert {config: 1}[DuplicatesConfig(20, ("case", "digits", "case"))] == 1


@pytest.mark.parametrize("options", [{"folds": ("accent",)}, {"folds": "accents"}])
def test_an_unknown_fold_is_refused_with_the_names_allowed(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="case, accents, digits, punctuation, typography, notes"):
        DuplicatesConfig(**options)


@pytest.mark.parametrize("minimum", [0, -1, 1.5, True, "40"])
@pytest.mark.parametrize("name", ["min_characters", "boilerplate"])
def test_a_number_that_is_no_positive_whole_number_is_refused(name: str, minimum: Any) -> None:
    with pytest.raises(InvalidOption, match=name):
        DuplicatesConfig(**{name: minimum})


@pytest.mark.parametrize("near", [0, 0.49, 1.01, 80, True, "0.8", float("nan")])
def test_a_threshold_that_is_no_share_of_a_half_or_more_is_refused(near: Any) -> None:
    with pytest.raises(InvalidOption, match=r"near: .* is not a number from 0\.5 to 1"):
        DuplicatesConfig(near=near)


def test_an_unknown_unit_is_refused_with_the_names_allowed() -> None:
    with pytest.raises(InvalidOption, match="unit: 'sentence' is not one of paragraph, document"):
        DuplicatesConfig(unit="sentence")  # type: ignore[arg-type]
