"""`clean_text`: the three passes over one document."""

import pytest

from beam_textclean.pipelines import CleanConfig, clean_text
from beam_textclean.transforms import DuplicatesConfig, UndecodableText, WrongElementType, revert_changes

NEW = "Une phrase que personne n'a encore lue se trouve ici."


@pytest.fixture
def blocks(seed):
    """The four paragraphs, and the second copy of them glued together."""
    return seed.rstrip("\n").split("\n\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_the_seed_is_cleaned_whatever_encoding_it_is_in(seed, cleaned_seed, encoding):
    assert clean_text(seed.encode(encoding)).text.rstrip("\n") == cleaned_seed.rstrip("\n")


def test_the_seed_is_cleaned_as_a_text_as_mojibake_and_with_other_line_ends(seed, cleaned_seed):
    for text in (seed, seed.encode().decode("windows-1252"), seed.replace("\n", "\r\n"), seed.replace("\n", "\r")):
        assert clean_text(text).text.rstrip("\n") == cleaned_seed.rstrip("\n")


def test_the_well_set_copy_stays_when_the_glued_one_comes_first(blocks, cleaned_seed):
    *paragraphs, glued = blocks
    assert clean_text("\n\n".join([glued, *paragraphs])).text == cleaned_seed.rstrip("\n")


def test_a_glued_copy_in_two_blocks_goes_wherever_it_is_cut(blocks, cleaned_seed):
    *paragraphs, glued = blocks
    for cut in (200, len(glued) // 2, len(glued) - 200):
        text = "\n\n".join([*paragraphs, glued[:cut], glued[cut:]])
        assert clean_text(text).text == cleaned_seed.rstrip("\n")


def test_what_a_glued_copy_says_anew_stays(blocks, cleaned_seed):
    *paragraphs, glued = blocks
    inside = glued.replace("talibans.Le Pentagone", f"talibans.{NEW}Le Pentagone")
    for block in (glued + NEW, NEW + glued, inside):
        cleaned = clean_text("\n\n".join([*paragraphs, block])).text
        assert cleaned == cleaned_seed.rstrip("\n") + "\n\n" + NEW


@pytest.mark.parametrize(
    "text",
    [
        "Elle reprend le travail en sevrant son bébé à six mois.",
        "Le patient en sevrage a été suivi pendant un an.",
        "M. Sevrant a déclaré que les talibans avançaient.",
        "Evacuation britannique",
        "Il cria : « Non ! » — et s’en alla…",
        "",
    ],
)
def test_clean_text_stays_as_it_is(text):
    assert clean_text(text) == (text, ())


def test_the_changes_of_all_passes_lead_back_to_the_text_that_was_decoded(seed):
    received = seed.encode().decode("windows-1252")
    cleaned = clean_text(received.encode())
    assert [change.step for change in cleaned.changes][:1] == ["encoding"]
    assert {change.step for change in cleaned.changes} == {"encoding", "typos", "duplicates"}
    assert revert_changes(cleaned.text, cleaned.changes) == received


def test_only_the_passes_of_the_configuration_are_made(seed):
    assert "sevrant" in clean_text(seed, CleanConfig(passes=("duplicates",))).text
    assert clean_text(seed, CleanConfig(passes=("typos",))).text == seed.replace("sevrant", "servant")
    assert clean_text(seed, CleanConfig(languages=("en",))).text.count("sevrant") == 1
    assert clean_text("— Oui.\n\n— Oui.", CleanConfig(duplicates=DuplicatesConfig(min_characters=3))).text == "— Oui."


def test_what_is_no_document_is_refused():
    with pytest.raises(UndecodableText):
        clean_text(bytes(range(256)))
    with pytest.raises(WrongElementType, match="not NoneType"):
        clean_text(None)
    with pytest.raises(WrongElementType, match="encoding pass, which decodes them, is left out"):
        clean_text(b"un", CleanConfig(passes=("typos",)))
