"""Every pass of the list does what is promised of a pass. Whoever adds one is told here what is missing."""

import dataclasses
import json
import pickle
import re
from pathlib import Path

import apache_beam as beam
import pytest
import yaml
from apache_beam.internal import pickler
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.error_handling import CollectingErrorHandler

import beam_textclean.transforms
from beam_textclean.pipelines import CleanConfig, CleanCorpus, beam_yaml, clean_text, config_from_mapping
from beam_textclean.pipelines.configuration import config_as_mapping
from beam_textclean.pipelines.passes import NAMES, PASSES, STEPS, names_before
from beam_textclean.transforms import InvalidOption, WrongElementType, apply_changes, revert_changes
from element_kinds import FrozenPage, MutablePage, Page, RegisteredPage, values
from result_folders import content, entries

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    case["label"]: (case["original"], case["fixed"])
    for case in json.loads((ROOT / "tests" / "cases" / "passes.json").read_text(encoding="utf-8"))
}
RECORDS = [Page, RegisteredPage, MutablePage, FrozenPage, lambda name, text: beam.Row(id=name, text=text, views=0)]


@pytest.fixture(params=PASSES, ids=lambda each: each.name)
def each(request):
    """A pass of the list."""
    return request.param


@pytest.fixture
def example(each):
    """The documents of a small corpus, and what the pass alone makes of them across it."""
    if each.name not in EXAMPLES:
        pytest.fail(f"tests/cases/passes.json has no example of the pass {each.name!r}")
    return EXAMPLES[each.name]


@pytest.fixture
def only(each):
    """The configuration of the pass alone."""
    return CleanConfig(passes=(each.name,))


def help_of(name, command):
    status, printed = command(name, "--help")
    assert status == 0
    return " ".join(printed.split())


def test_names_and_steps_are_taken_once():
    assert len(set(NAMES)) == len(NAMES)
    assert len(set(STEPS)) == len(STEPS)
    assert STEPS == CleanCorpus.STEPS


def test_it_is_a_function_and_a_transform_with_public_names(each):
    for name in each.function.__name__, each.transform_name:
        assert name in beam_textclean.transforms.__all__, f"transforms/__init__.py does not list {name}"
    assert getattr(beam_textclean.transforms, each.function.__name__) is each.function
    assert getattr(beam_textclean.transforms, each.transform_name) is each.transform()
    assert each.steps[0] == each.name
    for wrong in None, 5:
        with pytest.raises(WrongElementType, match=type(wrong).__name__):
            each.function(wrong)


def test_its_options_are_a_section_of_the_configuration(each):
    sections = {field.name for field in dataclasses.fields(CleanConfig)}
    assert each.name in sections, f"CleanConfig has no field {each.name}"
    options = getattr(CleanConfig(), each.name)
    assert dataclasses.is_dataclass(options)
    assert hash(options) == hash(pickle.loads(pickle.dumps(options)))
    assert config_from_mapping({each.name: {}}) == CleanConfig()
    with pytest.raises(InvalidOption, match=f"{each.name}: there is no option 'no_such_option'"):
        config_from_mapping({each.name: {"no_such_option": 1}})
    written = json.loads(json.dumps(config_as_mapping(CleanConfig())))
    assert config_from_mapping({each.name: written[each.name]}) == CleanConfig()


def test_its_changes_lead_there_and_back_and_a_second_time_there_are_none(each, example, only):
    document = example[0][0]
    text, changes = clean_text(document, only)
    assert text != document
    assert {change.step for change in changes} == {each.name}
    assert apply_changes(document, changes) == text
    assert revert_changes(text, changes) == document
    assert clean_text(text, only) == (text, ())


def test_it_takes_bytes_or_says_which_pass_decodes_them(each, example, only):
    documents, _ = example
    if bytes in each.accepts:
        assert clean_text(documents[0].encode(), only).text == clean_text(documents[0], only).text
        return
    with pytest.raises(WrongElementType, match="the encoding pass, which decodes them, is left out"):
        clean_text(documents[0].encode(), only)


@pytest.mark.jobs
def test_its_transform_does_the_same_to_every_kind_of_element(each, example, only):
    document, *_ = example[0]
    text = clean_text(document, only).text
    transform = each.transform()()
    assert [document] | transform == [text]
    assert [("1", document)] | transform == [("1", text)]
    assert [{"id": "1", "text": document, "lang": "fr"}] | transform == [{"id": "1", "text": text, "lang": "fr"}]
    for kind in RECORDS:
        (cleaned,) = [kind("1", document)] | transform
        assert values(cleaned) == {"id": "1", "text": text, "views": 0}
    if bytes in each.accepts:
        assert [("1", document.encode())] | transform == [("1", text)]


@pytest.mark.jobs
def test_its_transform_keeps_changes_and_bad_elements(each, example, only):
    document, *_ = example[0]
    text = clean_text(document, only).text
    with TestPipeline(runner="FnApiRunner") as pipeline:
        elements = pipeline | beam.Create([("good", document), ("bad", None)])
        with CollectingErrorHandler() as handler:
            cleaned = elements | each.transform()().with_changes().with_error_handler(handler)
        rejected = handler.output() | "Name" >> beam.MapTuple(lambda element, error: (element[0], error[0].__name__))
        reverted = (
            cleaned.changes
            | beam.Map(lambda change: (change.id, change))
            | beam.GroupByKey()
            | beam.MapTuple(lambda name, found: revert_changes(text, [row.change() for row in sorted(found)]))
        )
        assert_that(cleaned.documents, equal_to([("good", text)]), label="documents")
        assert_that(rejected, equal_to([("bad", "WrongElementType")]), label="rejected")
        assert_that(reverted, equal_to([document]), label="changes")


def test_its_transform_shows_its_options_and_can_be_pickled(each):
    transform = each.transform()(field="body")
    shown = transform.display_data()
    assert list(shown) == [option.name for option in each.transform().options()]
    assert shown["field"].value == "body"
    assert pickler.loads(pickler.dumps(transform)).display_data() == shown
    with pytest.raises(InvalidOption, match="config: 5 is of type int"):
        each.transform()(config=5)


@pytest.mark.jobs
def test_across_a_corpus_its_changes_are_undone_in_the_order_of_the_steps(each, example, only):
    documents = dict(enumerate(example[0]))
    cleaned, changes = list(documents.items()) | CleanCorpus(only).with_changes()
    assert dict(cleaned) == dict(enumerate(example[1]))
    assert {change.step for change in changes} == set(each.steps)
    changes.sort(key=lambda change: (CleanCorpus.STEPS.index(change.step), change.number))
    for name, text in cleaned:
        assert revert_changes(text, [row.change() for row in changes if row.id == str(name)]) == documents[name]


@pytest.mark.jobs
def test_beam_yaml_lists_it_and_passes_its_options_on(each, example, only):
    listing = yaml.safe_load((ROOT / "pipelines" / "beam_yaml_providers.yaml").read_text(encoding="utf-8"))
    path = f"beam_textclean.pipelines.beam_yaml.{each.function.__name__}"
    line = f"{each.transform_name}: {path}"
    assert listing[0]["transforms"].get(each.transform_name) == path, f"beam_yaml_providers.yaml lacks the line: {line}"
    make = beam_yaml.FACTORIES[each.function.__name__]
    with pytest.raises(InvalidOption, match="there is no option 'no_such_option'"):
        make(options={"no_such_option": 1})
    document = example[0][0]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        rows = pipeline | beam.Create([beam.Row(name="1", body=document)])
        outputs = rows | make(options={}, field="body", id_field="name", changes="changes")
        assert_that(outputs["good"] | beam.Map(lambda row: row.body), equal_to([clean_text(document, only).text]))


def test_beam_yaml_lists_nothing_else():
    listing = yaml.safe_load((ROOT / "pipelines" / "beam_yaml_providers.yaml").read_text(encoding="utf-8"))
    assert list(listing[0]["transforms"]) == ["CleanCorpus", *(each.transform_name for each in PASSES)]


def test_the_help_of_the_command_names_it(each, command):
    clean_help = help_of("clean", command)
    assert each.purpose in clean_help
    assert re.search(rf"passes to make \(default: [a-z,]*\b{each.name}\b", clean_help)
    assert re.search(rf"passes to make \(default: [a-z,]*\b{each.name}\b", help_of("explain", command))


def test_the_command_makes_it_counts_its_steps_and_undoes_it(each, example, clean, command, tmp_path):
    documents, fixed = example
    source = tmp_path / "in" / "pages.jsonl"
    source.parent.mkdir()
    source.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in enumerate(documents)))
    out = clean(source, "--passes", each.name)
    assert [record["text"] for record in entries(out / "documents")] == fixed
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["configuration"][each.name] == json.loads(json.dumps(config_as_mapping(CleanConfig())[each.name]))
    changes = [(change["step"], change["rule"]) for change in entries(out / "changes")]
    assert {step for step, _ in changes} == set(each.steps)
    for step, rule in changes:
        assert summary["counts"][f"{step}_{rule}"] == changes.count((step, rule))
    assert command("undo", out, "--output", tmp_path / "again")[0] == 0
    assert content(tmp_path / "again") == {"pages.jsonl": source.read_bytes()}


@pytest.mark.parametrize("name", names_before("typos"))
def test_typos_are_learned_from_what_the_passes_before_made_of_the_texts(name, command, tmp_path):
    original, fixed = (texts[0] for texts in EXAMPLES[name])
    prose = ["Ils sont partis avec les gribouldis dans le nord."] * 24
    texts = [*prose, f"Ils sont partis avec les griboudlis : {original}"]
    source = tmp_path / "pages.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert command("learn-typos", source, "--output", tmp_path / "learned.csv")[0] == 0
    learned = (tmp_path / "learned.csv").read_text(encoding="utf-8")
    assert f"[griboudlis] : {fixed[:12]}" in learned
