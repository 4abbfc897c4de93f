"""Near copies within a document: what an edited second copy loses, and what it keeps."""

import json
import sys
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from beam_textclean.transforms import CollapseDuplicateParagraphs
from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.across.near_copies import minhash
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows
from beam_textclean.transforms.duplicates.within.edited_copies import NearCopy, Part, find_near
from beam_textclean.transforms.records import revert_changes

CASES = json.loads((Path(__file__).parents[1] / "cases" / "duplicates_near.json").read_text(encoding="utf-8"))
FOOTNOTE = next(case for case in CASES if case["label"] == "near: a footnote")

CAMP = "Chacun des camps loge six cents personnes, qui attendent un visa."
EDITED = f"{CAMP}[12]"
QUEUE = "Les files commencent avant l'aube et durent jusqu'au soir."
NEW = "Un médecin passe le mardi, et un autre passera le jeudi."
COLON = "Voici les chiffres que le ministère a donnés hier soir :"


def parts(*texts: str, paragraphs: Sequence[int] = (), code: Sequence[int] = (), start: int = 0) -> list[Part]:
    """Make parts of sentences, all of one paragraph if not said otherwise."""
    contents = ["".join(text.split()).encode() for text in texts]
    places = pairwise(accumulate(map(len, contents), initial=start))
    return [
        Part(begin, end, content, paragraphs[number] if paragraphs else 0, number not in code)
        for number, (content, (begin, end)) in enumerate(zip(contents, places, strict=True))
    ]


def gone(copies: list[Part], sources: list[Part], staying: frozenset[int] = frozenset()) -> list[tuple[int, int]]:
    """Give the first and the last of the parts that go, of each near copy."""
    starts, ends = ([part[side] for part in copies] for side in (0, 1))
    found = find_near(copies, sources, 0.5, 40, staying)
    return [(starts.index(copy.start), ends.index(copy.end)) for copy in found]


def test_a_near_copy_says_what_stays_and_how_near_it_is() -> None:
    copies, sources = parts(EDITED, QUEUE, start=1000), parts(NEW, CAMP, QUEUE, NEW[::-1], start=300)
    [copy] = find_near(copies, sources, 0.5, 40)
    one, other = (windows(b"".join(part.content for part in side)) for side in (copies, sources[1:3]))
    assert copy == NearCopy(1000, copies[1].end, sources[1].start, sources[2].end, jaccard(one, other))


def test_what_is_new_stays_and_parts_what_goes() -> None:
    assert gone(parts(QUEUE, NEW, EDITED), parts(QUEUE, CAMP)) == [(0, 0), (2, 2)]


@pytest.mark.parametrize("paragraphs", [(0, 1), (0, 0)], ids=["here", "there"])
def test_paragraphs_are_compared_one_by_one(paragraphs: tuple[int, int]) -> None:
    there = 0 if paragraphs[1] else 1
    copies, sources = parts(EDITED, QUEUE, paragraphs=paragraphs), parts(CAMP, QUEUE, paragraphs=(0, there))
    assert gone(copies, sources) == [(0, 0), (1, 1)]


def test_code_is_no_near_copy() -> None:
    assert gone(parts(EDITED, code=[0]), parts(CAMP, code=[0])) == []
    assert gone(parts(EDITED), parts(CAMP, code=[0])) == []


def test_what_is_shorter_than_a_paragraph_may_be_stays() -> None:
    assert gone(parts("Le convoi compte six cents soldats."), parts("Le convoi compte six cents soldats")) == []


def test_what_is_short_stays_beside_something_that_stays() -> None:
    short = "Une file."
    assert gone(parts(EDITED, short, QUEUE), parts(CAMP, short, QUEUE)) == [(0, 2)]
    assert gone(parts(EDITED, short, NEW), parts(CAMP, short)) == [(0, 0)]
    assert gone(parts(NEW, short, EDITED), parts(short, CAMP)) == [(2, 2)]
    assert gone(parts(short, EDITED, short), parts(short, CAMP, short)) == [(0, 2)]
    assert gone(parts(short, EDITED, short), parts(short, CAMP, short), frozenset({-1})) == [(1, 2)]
    assert gone(parts(short, EDITED, short), parts(short, CAMP, short), frozenset({3})) == [(0, 1)]


def test_an_introduction_stays_with_what_it_introduces() -> None:
    assert gone(parts(COLON, EDITED), parts(COLON, CAMP)) == [(0, 1)]
    assert gone(parts(EDITED, COLON, NEW), parts(CAMP, COLON)) == [(0, 0)]
    new_introduction = parts("À la frontière, un témoin raconte :", QUEUE, EDITED)
    assert gone(new_introduction, parts(QUEUE, CAMP)) == [(2, 2)]


def test_an_introduction_goes_with_its_listing_if_that_is_the_same() -> None:
    listing = "x[0] = y[0]; z[0] = 0;"
    copies, sources = parts(EDITED, COLON, listing, code=[2]), parts(CAMP, COLON, listing, code=[2])
    assert gone(copies, sources) == [(0, 1)]
    assert gone(copies, parts(CAMP, COLON, listing.replace("0", "1"), code=[2])) == [(0, 0)]


def test_half_a_sentence_stays_with_the_other_half() -> None:
    half = "Pour demander une place dans un des premiers convois, choisissez"
    rest = "Demande de départ dans le menu de la page que le ministère a ouverte."
    assert gone(parts(QUEUE, half, rest), parts(QUEUE, half)) == [(0, 0)]
    assert gone(parts(QUEUE, half, rest, paragraphs=(0, 0, 1)), parts(QUEUE, half)) == [(0, 1)]


def test_where_there_is_nothing_to_compare_with_all_stays() -> None:
    assert gone(parts(EDITED), []) == gone([], parts(CAMP)) == []


def test_the_change_says_what_stays_and_how_near_it_is() -> None:
    text = FOOTNOTE["original"]
    [change] = [
        change
        for change in collapse_duplicate_paragraphs(text, DuplicatesConfig(near=0.7)).changes
        if change.rule == "near"
    ]
    kept = text[change.detail["kept_start"] : change.detail["kept_end"]]
    assert change.before == "\n\n" + kept.replace("Europe", "Europe[12]")
    one, other = (windows(fold_run(side, DuplicatesConfig())) for side in (kept, change.before))
    assert change.detail["jaccard"] == round(jaccard(one, other), 4)


@pytest.mark.jobs
def test_documents_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    minhash.cache_clear()
    monkeypatch.setitem(sys.modules, "rensa", None)
    assert [FOOTNOTE["original"]] | CollapseDuplicateParagraphs(DuplicatesConfig(near=0.7)) == [FOOTNOTE["fixed"]]


# A near copy at the end of the first block names the end of the last one; what follows it is then a copy of that end.
MIDDLE = (
    "De ambassade londres convoi ambassade soldats talibans kaboul. "
    "Mardi ambassade convoi soldats kaboul londres soldats."
)
START, END = "Ambassade pays cent quitter déploiement frontière talibans soldats quitter.", "six ville kaboul talibans."
TWICE = "Déploiement déploiement convoi"
NESTED = "\n\n".join(
    [
        "déploiement frontière taliba",
        f"kaboul. {MIDDLE} {START} Déploiement déploieme",
        f"{END} {TWICE} {END}",
        "kaboul.",
        MIDDLE,
        f"{START} {TWICE} {END}",
    ]
)


def test_nothing_near_goes_where_what_it_names_would_go_itself() -> None:
    near, exact = (DuplicatesConfig(min_characters=20, near=threshold) for threshold in (0.5, None))
    assert collapse_duplicate_paragraphs(NESTED, near) == collapse_duplicate_paragraphs(NESTED, exact)
    assert collapse_duplicate_paragraphs(NESTED, exact).changes


@pytest.mark.parametrize("code", [(), (0,)])
def test_nuls_are_near_to_nothing(code: Sequence[int]) -> None:
    assert gone(parts("\0" * 40), parts(QUEUE, code=code)) == []


def test_what_is_near_to_what_is_beside_two_originals_goes_once() -> None:
    one, other = (
        " ".join(f"Le {name} numéro {n} ouvre à {7 * n + 3} heures." for n in range(14)) for name in ("camp", "pont")
    )
    notes = [f"{CAMP} {QUEUE}({n})" for n in range(3)]
    text = "\n\n".join([notes[0], one, other, notes[1], other, notes[2], one])
    cleaned = collapse_duplicate_paragraphs(text, DuplicatesConfig(near=0.5))
    assert cleaned.text == "\n\n".join([notes[0], one, other, notes[1]])
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert [change.rule for change in cleaned.changes] == ["exact", "near", "exact"]
