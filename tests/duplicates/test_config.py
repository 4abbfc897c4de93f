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
    with pytest.raises(InvalidOption, match="case, accents, digits, punctuation, typography"):
        DuplicatesConfig(**options)


@pytest.mark.parametrize("minimum", [0, -1, 1.5, True, "40"])
def test_a_minimum_that_is_no_positive_whole_number_is_refused(minimum: Any) -> None:
    with pytest.raises(InvalidOption, match="min_characters"):
        DuplicatesConfig(min_characters=minimum)
