"""The transforms in pipelines of Beam YAML."""

import inspect
import json
from pathlib import Path

import apache_beam as beam
import pytest
import yaml
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.yaml import main
from apache_beam.yaml.yaml_provider import InlineProvider
from apache_beam.yaml.yaml_transform import expand_pipeline

from beam_textclean.pipelines import beam_yaml
from beam_textclean.transforms import InvalidOption, UnknownLanguage, revert_changes
from beam_textclean.transforms.records import Change

pytestmark = pytest.mark.jobs

ROOT = Path(__file__).parents[2]
LISTING = ROOT / "pipelines" / "beam_yaml_providers.yaml"
PROVIDED = yaml.safe_load(LISTING.read_text(encoding="utf-8"))[0]["transforms"]
FACTORIES = {name: getattr(beam_yaml, path.rpartition(".")[2]) for name, path in PROVIDED.items()}

SENTENCE = "Le Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul pour des frappes."
PAGES = [
    {"id": "1", "text": "Ils ont risqué leur vie en sevrant à nos cÃ´tÃ©s."},
    {"id": "2", "text": f"{SENTENCE}\n\n{SENTENCE}"},
    {"id": "3", "text": f"Kaboul, jeudi\n\n{SENTENCE}"},
]


def check_chain(transforms, cleaned, pages=PAGES):
    """Run transforms of Beam YAML on pages, one after the other, and hold what comes out against rows of values."""
    steps = [{"type": "Create", "config": {"elements": pages}}, *transforms]
    spec = {"pipeline": {"type": "chain", "transforms": steps}, "providers": [{"include": str(LISTING)}]}
    with TestPipeline(runner="FnApiRunner") as pipeline:
        rows = expand_pipeline(pipeline, yaml.safe_dump(spec, allow_unicode=True))
        assert_that(rows | beam.Map(tuple), equal_to(cleaned))


@pytest.fixture
def run_file(tmp_path):
    """Run the example on lines of JSON; gives what it wrote, by output."""

    def run(lines):
        (tmp_path / "pages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        variables = {"input": str(tmp_path / "pages.jsonl"), "output": str(tmp_path / "cleaned")}
        main.run(
            [
                "--runner=FnApiRunner",
                f"--yaml_pipeline_file={ROOT / 'examples' / 'clean_corpus.yaml'}",
                f"--jinja_variables={json.dumps(variables)}",
            ]
        )
        return {
            name: [json.loads(line) for path in tmp_path.glob(f"cleaned/{name}*") for line in path.open()]
            for name in ("documents", "changes", "rejected")
        }

    return run


def test_the_example_cleans_files_and_keeps_changes_and_bad_rows(run_file, seed, cleaned_seed):
    pages = [{"id": "a", "text": seed, "views": 1}, {"id": "b", "text": None, "views": 2}]
    written = run_file(map(json.dumps, pages))
    assert written["documents"] == [{"id": "a", "text": cleaned_seed, "views": 1}]
    changes = sorted(written["changes"], key=lambda change: (change["step"] == "duplicates", change["number"]))
    assert [(change["step"], change["rule"]) for change in changes] == [
        ("typos", "context"),
        ("typos", "context"),
        ("duplicates", "glued"),
    ]
    runs = [
        Change(**{name: change[name] for name in Change._fields[:-1]}, detail=json.loads(change["detail"]))
        for change in changes
    ]
    assert revert_changes(cleaned_seed, runs) == seed
    assert [bad["msg"] for bad in written["rejected"]] == [
        "WrongElementType(\"document 'b': the text is of type NoneType, not str or bytes\")"
    ]


def test_the_corpus_transform_makes_all_passes():
    check_chain(
        [{"type": "CleanCorpus", "config": {"options": {"languages": ["fr"]}}}],
        [
            ("1", "Ils ont risqué leur vie en servant à nos côtés."),
            ("2", SENTENCE),
            ("3", "Kaboul, jeudi"),
        ],
    )


def test_the_passes_make_a_chain_with_transforms_of_beam():
    check_chain(
        [
            {"type": "NormalizeEncoding"},
            {"type": "FixTypos", "config": {"languages": "fr"}},
            {"type": "CollapseDuplicateParagraphs", "config": {"options": {"min_characters": 60}}},
            {"type": "MapToFields", "config": {"language": "python", "fields": {"id": "id", "size": "len(text)"}}},
        ],
        [("1", 47), ("2", len(SENTENCE)), ("3", len(SENTENCE) + 15)],
    )


def test_the_order_of_a_corpus_is_a_field():
    pages = [{"id": str(number), "date": 9 - number, "text": SENTENCE} for number in range(3)]
    options = {"scope": "corpus", "order_by": "date"}
    cleaned = [(9, "0", ""), (8, "1", ""), (7, "2", SENTENCE)]  # the fields in the order of the alphabet
    check_chain([{"type": "CollapseDuplicateParagraphs", "config": options}], cleaned, pages)


def test_changes_are_rows_of_which_beam_knows_the_fields():
    with TestPipeline(runner="FnApiRunner") as pipeline:
        rows = pipeline | beam.Create([beam.Row(id=7, text="l'été".encode())])
        outputs = rows | beam_yaml.normalize_encoding(changes="changes")
        assert set(outputs) == {"good", "changes"}
        assert outputs["changes"].element_type is beam_yaml.ChangeRow
        found = outputs["changes"] | beam.Map(lambda change: (change.id, change.rule, json.loads(change.detail)))
        assert_that(found, equal_to([("7", "decoded_utf_8", {"encoding": "utf-8", "confidence": 1.0})]))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: beam_yaml.fix_typos("xx"), UnknownLanguage, "no typo tables for 'xx'"),
        (lambda: beam_yaml.fix_typos(options={"words": []}), InvalidOption, "there is no option 'words'"),
        (lambda: beam_yaml.clean_corpus({"typo": {}}), InvalidOption, "there is no option 'typo'"),
        (lambda: beam_yaml.clean_corpus(scope="page"), InvalidOption, "'page' is not one of"),
        (lambda: beam_yaml.clean_corpus(changes="good"), InvalidOption, "names of their own"),
        (lambda: beam_yaml.clean_corpus(changes=""), InvalidOption, "names of their own"),
        (lambda: beam_yaml.clean_corpus(changes=5), InvalidOption, "names of their own"),
        (lambda: beam_yaml.clean_corpus(error_handling={"output": ""}), InvalidOption, "write output: NAME"),
        (lambda: beam_yaml.clean_corpus(error_handling={}), InvalidOption, "write output: NAME"),
        (lambda: beam_yaml.clean_corpus(error_handling={"output": 3}), InvalidOption, "write output: NAME"),
        (
            lambda: beam_yaml.clean_corpus(changes="a", error_handling={"output": "a"}),
            InvalidOption,
            "names of their own",
        ),
    ],
)
def test_wrong_options_are_told_when_the_pipeline_is_built(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_without_error_handling_a_bad_row_fails_the_job():
    with pytest.raises(Exception, match="the text is of type NoneType, not str or bytes"):
        check_chain([{"type": "NormalizeEncoding"}], [], [{"id": "1", "text": "a"}, {"id": "2", "text": None}])


@pytest.mark.parametrize("name", FACTORIES)
def test_beam_shows_every_option_with_its_help(name):
    provider = InlineProvider(FACTORIES)
    assert provider.description(name)
    shown = {field.name: field.description for field in provider.config_schema(name).fields}
    assert list(shown) == list(inspect.signature(FACTORIES[name]).parameters)
    assert all(shown.values())


def test_a_field_within_another_is_named_by_its_path():
    pages = [{"id": "1", "data": {"text": "nos cÃ´tÃ©s", "lang": "fr"}}]
    cleaned = [(("fr", "nos côtés"), "1")]  # Beam YAML puts fields in the order of their names
    check_chain([{"type": "CleanCorpus", "config": {"field": "data.text"}}], cleaned, pages)
