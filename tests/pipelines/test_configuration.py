"""How a configuration file becomes a `CleanConfig`, and how it is refused."""

import pickle
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from beam_textclean.pipelines import CleanConfig, config_from_mapping
from beam_textclean.pipelines.passes import NAMES
from beam_textclean.transforms import DuplicatesConfig, EncodingConfig, InvalidOption, TyposConfig, UnknownLanguage

CHOICES = ", ".join(NAMES)


def test_an_empty_mapping_gives_the_defaults() -> None:
    assert config_from_mapping({}) == CleanConfig()
    assert CleanConfig().passes == NAMES
    assert CleanConfig().languages == "auto"


def test_the_configuration_in_the_readme_is_one() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    example, _ = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)  # the other is for Beam YAML
    config = config_from_mapping(yaml.safe_load(example))
    assert config.languages == ("fr", "en")
    assert (config.typos.allow, config.duplicates.near) == (("teh",), 0.8)


def test_every_kind_of_option_can_be_set_and_the_others_keep_their_defaults() -> None:
    config = config_from_mapping(
        {
            "passes": ["duplicates", "encoding"],
            "languages": ["fr", "en"],
            "encoding": {"ligatures": False, "html_entities": "keep", "ftfy": {"uncurl_quotes": True}},
            "typos": {"allow": ["sevrant"], "max_share": 1},
            "duplicates": {"min_characters": 80, "folds": ["typography"], "unit": "document", "near": 1},
        }
    )
    assert config == CleanConfig(
        passes=("encoding", "duplicates"),
        languages=("fr", "en"),
        encoding=EncodingConfig(
            ligatures=False, html_entities="keep", ftfy=EncodingConfig().ftfy._replace(uncurl_quotes=True)
        ),
        typos=TyposConfig(allow=("sevrant",), max_share=1),
        duplicates=DuplicatesConfig(min_characters=80, folds=("typography",), unit="document", near=1),
    )


def test_one_language_is_a_choice_of_one() -> None:
    assert config_from_mapping({"languages": "fr"}) == CleanConfig(languages=("fr",))
    assert config_from_mapping({"languages": "auto"}) == CleanConfig()


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            {"pases": []},
            f"^there is no option 'pases'; there are passes, languages, {CHOICES}; did you mean 'passes'.$",
        ),
        ({"passes": ["encoding", "spelling"]}, f"passes: .*'spelling'.* is not a choice of {CHOICES}"),
        ({"passes": []}, f"passes: .* is not a choice of {CHOICES}"),
        ({"passes": "typos"}, r"passes: 'typos' is one text, not a list; write \[typos\]"),
        ({"passes": None}, "passes: None is not a list of texts"),
        ({"languages": 3}, "languages: 3 is not a text or a list of texts"),
        ({"encoding": {"ligature": True}}, "encoding: there is no option 'ligature'; there are ftfy, html_entities"),
        ({"encoding": {"ligatures": "yes"}}, "encoding.ligatures: 'yes' is not true or false"),
        ({"encoding": {"undecodable": "drop"}}, "encoding.undecodable: 'drop' is not one of 'reject', 'replace'"),
        (
            {"encoding": {"ftfy": {"uncurl": True}}},
            "encoding.ftfy: there is no option 'uncurl'; there are .*uncurl_quotes",
        ),
        ({"encoding": ["ligatures"]}, r"encoding: \['ligatures'\] is not a mapping of options"),
        ({"encoding": None}, "encoding: there are no options; leave it out to have the defaults"),
        ({"typos": {"max_share": "2 %"}}, "typos.max_share: '2 %' is not a number"),
        ({"typos": {"max_share": True}}, "typos.max_share: True is not a number"),
        ({"typos": {"max_share": 2}}, "max_share"),
        ({"typos": {"allow": [1]}}, r"typos.allow: \[1\] is not a list of texts"),
        ({"duplicates": {"min_characters": 0}}, "min_characters"),
        ({"duplicates": {"min_characters": 40.0}}, "duplicates.min_characters: 40.0 is not a whole number"),
        ({"duplicates": {"folds": ["accent"]}}, "'accent' is not one of case, accents"),
        (["passes"], r"\['passes'\] is not a mapping of options"),
    ],
)
def test_what_is_wrong_is_refused_saying_what_is_allowed(mapping: Any, message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        config_from_mapping(mapping)


def test_an_unknown_language_is_refused_naming_those_that_exist() -> None:
    with pytest.raises(UnknownLanguage, match=r"'tlh'.*en.*fr"):
        config_from_mapping({"languages": ["fr", "tlh"]})


def test_a_configuration_can_be_pickled() -> None:
    config = config_from_mapping({"languages": ["fr"], "duplicates": {"folds": ["case"]}})
    assert pickle.loads(pickle.dumps(config)) == config
