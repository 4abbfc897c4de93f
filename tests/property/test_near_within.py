"""Near copies within a document: what is promised of any text."""

from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.transforms.code_and_markup import fenced_spans
from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.within.collapse import comparison_of
from beam_textclean.transforms.duplicates.within.repetition import ELLIPSIS
from beam_textclean.transforms.records import apply_changes, revert_changes

WORDS = ["Kaboul", "talibans", "déploiement", "six", "cent", "soldats", "la", "ville", "de", "Londres", "quitter", "国"]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=5, max_size=14).map(
    lambda words: " ".join(words).capitalize() + "."
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join)
LISTING = st.sampled_from(["```js\nx = y\n\nz = 0\n```", "x[0] = y[0]; z[0] = 0;\nx[1] = y[1]; z[1] = 1;", "Londres"])
EDITS = ["", "", "[12]", " de", "…", "\u0301", "’", " (ou six)"]
CONFIGS = st.builds(
    DuplicatesConfig,
    min_characters=st.just(15),
    folds=st.sets(st.sampled_from(["case", "accents", "digits", "punctuation", "typography", "notes"])).map(tuple),
    near=st.sampled_from([0.5, 0.5, 0.6, 0.75, 0.9]),
)


@st.composite
def edited_copies(draw: st.DrawFn, is_glued: bool = True) -> str:
    """An article, and stretches of it once more: with words changed, something new between, glued and cut anyhow."""
    glues = ["", " ", "\n", "\n\n", "\n\n"] if is_glued else ["\n\n"]
    article = [*draw(st.lists(PARAGRAPH, min_size=4, max_size=8)), *draw(st.lists(LISTING, max_size=2))]
    article = draw(st.permutations(article))
    blocks = list(article)
    for _ in range(draw(st.integers(1, 2))):
        first = draw(st.sampled_from([0, 0, 0, 1, 2]))
        copy: list[str] = []
        for paragraph in article[first : len(article) - draw(st.sampled_from([0, 0, 0, 1]))]:
            words = paragraph.split(" ")
            if draw(st.integers(0, 3)) == 0:
                words[draw(st.integers(0, len(words) - 1))] += draw(st.sampled_from(EDITS))
            copy.append(" ".join(words))
            if draw(st.integers(0, 5)) == 0:
                copy.append(draw(SENTENCE))
        block = draw(st.sampled_from(glues)).join(copy)
        cut = draw(st.integers(0, len(block)))
        at = draw(st.integers(0, len(blocks)))
        blocks[at:at] = [block[:cut], block[cut:]] if is_glued and draw(st.integers(0, 4)) == 0 else [block]
    return "\n\n".join(blocks)


def plain_windows(content: bytes) -> set[bytes]:
    return {content[start : start + 16] for start in range(max(1, len(content) - 15))}


@given(edited_copies(), CONFIGS)
def test_changes_are_exact_inverses_and_a_second_pass_changes_nothing(text: str, config: DuplicatesConfig) -> None:
    cleaned = collapse_duplicate_paragraphs(text, config)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    assert collapse_duplicate_paragraphs(cleaned.text, config).changes == ()


@given(edited_copies(), CONFIGS)
def test_all_that_goes_as_near_is_near_to_what_stays_and_the_rest_stands_there(
    text: str, config: DuplicatesConfig
) -> None:
    cleaned = collapse_duplicate_paragraphs(text, config)
    gone = {place for change in cleaned.changes for place in range(change.start, change.end)}
    for change in cleaned.changes:
        content = fold_run(change.before, comparison_of(change, config))
        if change.rule != "near":
            kept = fold_run(cleaned.text, comparison_of(change, config))
            assert (ELLIPSIS.sub(b"", content) if change.rule == "stub" else content) in kept
            continue
        span = range(int(change.detail["kept_start"]), int(change.detail["kept_end"]))
        assert gone.isdisjoint(span)
        one, other = plain_windows(content), plain_windows(fold_run(text[span.start : span.stop], config))
        similarity = len(one & other) / len(one | other)
        assert similarity >= (config.near or 1)
        assert change.detail["jaccard"] == round(similarity, 4)
        assert len(content.decode()) >= config.min_characters


@given(edited_copies(is_glued=False), CONFIGS)
def test_fenced_code_stays_whole_or_goes_for_the_same(text: str, config: DuplicatesConfig) -> None:
    cleaned = collapse_duplicate_paragraphs(text, config)
    fenced = [text[start:end] for start, end in fenced_spans(text)]
    assert all(cleaned.text[start:end] in fenced for start, end in fenced_spans(cleaned.text))


@given(edited_copies(), CONFIGS)
def test_without_near_copies_nothing_else_is_other_than_it_was(text: str, config: DuplicatesConfig) -> None:
    exact = DuplicatesConfig(min_characters=15, folds=config.folds)
    cleaned = collapse_duplicate_paragraphs(text, config)
    if all(change.rule != "near" for change in cleaned.changes):
        assert cleaned == collapse_duplicate_paragraphs(text, exact)
