"""What holds for `clean_text` on any text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from beam_textclean.pipelines import clean_text
from beam_textclean.transforms import UndecodableText, apply_changes, revert_changes

# Pieces of defects, so that the passes have something to do.
PIECES = st.sampled_from(
    [
        "Ã©",
        "â€™",
        "&eacute;",
        "\r\n",
        "\n\n",
        "\n",
        " ",
        "\ud800",
        "\x85",
        "\x1b[31m",
        "a\ba",
        "e\u0301",
        "\u212b",
        "é\xc2\xa0",
        "ÀÔ¼ú",
        "+AGE-",
        "`code teh`",
        "ﬁ",
        "en sevrant à nos côtés, ",
        "Le gouvernement a annoncé jeudi que les soldats étaient encore dans le pays.",
        "Ils rejoindront les soldats qui sont encore en Afghanistan avec les autres.",
        "un evenement ",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)
EXAMPLES = settings.default.max_examples  # of the profile: more where examples are cheap, fewer where they are not


@given(TEXTS)
@settings(max_examples=EXAMPLES * 3 // 2)
def test_the_changes_lead_from_the_text_to_the_cleaned_text_and_back(text: str) -> None:
    cleaned = clean_text(text)
    assert apply_changes(text, cleaned.changes) == cleaned.text
    assert revert_changes(cleaned.text, cleaned.changes) == text
    cleaned.text.encode()  # can be written


@given(st.binary(max_size=60) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=EXAMPLES * 3 // 2)
def test_any_bytes_give_a_text_or_an_error_of_ours(data: bytes) -> None:
    try:
        cleaned = clean_text(data)
    except UndecodableText:
        return
    decoded = revert_changes(cleaned.text, cleaned.changes)
    assert apply_changes(decoded, cleaned.changes) == cleaned.text
