"""What changed in a document, as HTML."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from beam_textclean.pipelines import clean_text
from beam_textclean.transforms import Change, Cleaned, apply_changes
from beam_textclean.transforms.difference import difference, difference_html

WEIRD = st.text("ab \n\r\t<>&\"'\u200b\u202e\x00\ud800é", max_size=12)


@st.composite
def changed_texts(draw: st.DrawFn) -> tuple[str, list[Change]]:
    """Draw a text and the changes of up to four runs, as passes record them."""
    before = text = draw(WEIRD)
    changes: list[Change] = []
    for step in draw(st.lists(st.sampled_from("abcd"), max_size=4, unique=True)):
        borders = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
        run = [
            Change(step, "rule", start, end, text[start:end], draw(WEIRD))
            for start, end in zip(borders[::2], borders[1::2], strict=False)
        ]
        changes += run
        text = apply_changes(text, run)
    return before, changes


@given(changed_texts())
def test_a_difference_holds_the_text_before_and_the_text_after(changed: tuple[str, list[Change]]) -> None:
    before, changes = changed
    stretches = difference(before, changes)
    assert "".join(each.text for each in stretches if each.kind != "added") == before
    assert "".join(each.text for each in stretches if each.kind != "removed") == apply_changes(before, changes)
    assert all((each.change is None) == (each.kind == "kept") for each in stretches)


class Elements(HTMLParser):
    """Collects the names of the elements of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@given(changed_texts(), st.sampled_from([None, 0, 3]), st.sampled_from([None, 1]))
def test_whatever_a_text_holds_is_text_in_its_difference(
    changed: tuple[str, list[Change]], context: int | None, most: int | None
) -> None:
    html = difference_html(*changed, context, most)
    found = Elements(html)
    assert found.names <= {"pre", "del", "ins"}
    assert found.attributes <= {"class", "dir", "title"}
    html.encode()  # surrogates are escaped
    assert not set("\x00\r\u202e\u200f") & set(html)


def test_what_one_pass_added_and_the_next_removed_is_not_shown() -> None:
    changes = [Change("a", "one", 0, 1, "x", "y"), Change("b", "two", 0, 2, "y ", "")]
    html = difference_html("x z", changes)
    assert html.partition("\n")[2] == '<del title="a: one">x</del><del title="b: two">␣</del>z</pre>'


def test_a_long_text_is_shown_around_its_changes() -> None:
    change = Change("typos", "dictionary", 1000, 1003, "teh", "the")
    html = difference_html("a" * 1000 + "teh" + "b" * 1000, [change], context=5)
    title = 'title="typos: dictionary"'
    assert html.partition("\n")[2] == f" … aaaaa<del {title}>teh</del><ins {title}>the</ins>bbbbb … </pre>"


def test_more_changes_than_asked_for_are_counted() -> None:
    changes = [Change("typos", "dictionary", place, place + 1, "a", "b") for place in range(3)]
    assert Elements(difference_html("aaa", changes, most=1)).text.endswith("aa\n… 2 more changes")


def test_line_breaks_and_blanks_that_were_changed_can_be_seen() -> None:
    html = difference_html("a\r\nb", [Change("encoding", "newlines", 1, 3, "\r\n", "\n")])
    assert ">␍⏎\n</del>" in html
    assert ">⏎\n</ins>" in html


def test_a_notebook_shows_a_cleaned_text() -> None:
    html = clean_text("J'ai recu les résultats de <b>tous</b> les tests.")._repr_html_()
    assert html.startswith("<p>1 change</p><pre")
    assert ">reçu</ins>" in html
    assert "&lt;b&gt;" in html
    assert Cleaned("")._repr_html_() == '<p>0 changes</p><pre class="difference" dir="auto">\n</pre>'
