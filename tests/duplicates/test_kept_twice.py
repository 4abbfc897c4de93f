"""Why a long paragraph is kept twice: a closed list, which the documentation has."""

import re
from pathlib import Path

import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.within.kept_twice import Reason, kept_twice

TWICE = "Write to the office of the harbour by the end of the month."
OTHER = "The sheds of the harbour are painted again in every second summer, before the boats come home."
TEXTS = {
    Reason.CODE: "mask = channel.read(4) & 0xff; assert mask == 0xff\n\nx = f(y[0]); g(x)\n\n" * 2,
    Reason.PART: f"{OTHER} One.\n\n- {TWICE}\n\n{OTHER} Two.\n\n{OTHER} Three.\n\n- {TWICE}\n\n{OTHER} Four.",
    Reason.SECTION: f"Boats\n\n{TWICE}\n\nSheds\n\n{TWICE}",
    Reason.REFRAIN: f"{OTHER} One.\n\n{TWICE}\n\n{TWICE}\n\n{OTHER} Two.\n\n{OTHER} Three.\n\n{TWICE}\n\n{OTHER} Four.",
    Reason.ELSEWHERE: f"{OTHER} One.\n\n{TWICE}\n\n{OTHER} Two.\n\n{OTHER} Three.\n\n{TWICE}\n\n{OTHER} Four.",
}


@pytest.mark.parametrize("reason", TEXTS)
def test_the_reason_is_named(reason):
    text = TEXTS[reason]
    cleaned = collapse_duplicate_paragraphs(text, DuplicatesConfig()).text
    assert cleaned == text
    assert next(kept_twice(cleaned, DuplicatesConfig())).reason is reason


def test_the_documentation_lists_the_reasons():
    page = (Path(__file__).parents[2] / "docs" / "duplicates.md").read_text(encoding="utf-8")
    section = page.partition("### Why a paragraph is kept twice")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    assert rows == [(reason.name, reason.value) for reason in Reason]
