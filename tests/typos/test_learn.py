"""What `learn_typos` finds in a corpus, and how what it finds is reviewed and used."""

from itertools import chain
from pathlib import Path

import pytest

from beam_textclean.transforms import LearnConfig, TypoProposal, TyposConfig, fix_typos, learn_typos
from beam_textclean.transforms.errors import InvalidOption, UnknownLanguage
from beam_textclean.transforms.typos import Learned, LearnedEntry
from beam_textclean.transforms.typos.learned import entry_of, proposals_as_csv, read_learned
from beam_textclean.transforms.typos.lexicon import Lexicon, bloom_filter, is_common, is_known
from beam_textclean.transforms.typos.safe_edits import is_other_spelling, letters, safe_edit

# A corpus of which a few sentences come again and again, as sentences do in a corpus of any size.
PROSE = [
    "Le comité de la ville publie les bloguistes de la région dans la revue.",
    "Ils sont partis avec les gribouldis dans le nord du pays, et les gribouldis sont dans la ville.",
    "Des soldats en servant à nos côtés ont risqué leur vie dans ce pays.",
] * 24


def proposed(*more: str) -> dict[str, TypoProposal]:
    return {proposal.typo: proposal for proposal in learn_typos([*PROSE, *more], ("fr",))}


def test_clean_text_gives_no_proposals() -> None:
    assert learn_typos(PROSE, ("fr",)) == []
    assert learn_typos([]) == []


def test_an_unknown_word_is_proposed_with_its_evidence() -> None:
    (proposal,) = proposed("Ils sont partis avec les griboudlis dans le nord du pays.").values()
    assert (proposal.language, proposal.typo, proposal.correction) == ("fr", "griboudlis", "gribouldis")
    assert (proposal.typo_count, proposal.correction_count) == (1, 48)
    assert proposal.kind == "unknown"
    assert proposal.neighbours == ()
    assert proposal.accept
    assert proposal.evidence == "transposition; in 1 of 1 places a neighbour fits, in 1 both"
    assert proposal.examples == ("…Ils sont partis avec les [griboudlis] dans le nord du pays.…",)


def test_an_unknown_word_that_nothing_beside_it_speaks_for_is_left_to_the_reviewer() -> None:
    assert not proposed("Voici mes griboudlis préférés dans la ville, et les autres.")["griboudlis"].accept


def test_a_word_that_exists_is_a_typo_only_beside_its_neighbours() -> None:
    proposal = proposed("Un soldat en sevrant à Kaboul a risqué la vie de ses amis dans ce pays.")["sevrant"]
    assert (proposal.correction, proposal.kind, proposal.accept) == ("servant", "word", True)
    assert proposal.neighbours == ("en sevrant à",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Elle reprend le travail, sevrant tôt son bébé, dans la ville.", "no neighbour fits"),
        ("Les Griboudlis sont dans la ville.", "a capital makes it a name"),
        ("Les `griboudlis` sont dans la ville, et griboudlis() aussi.", "code"),
        ("Le mot « griboudlis » est dans la revue.", "a mention"),
        ("The griboudlis are in the north of the country, and they are with us.", "another language"),
    ],
)
def test_what_the_pass_would_not_change_is_no_evidence(text: str, why: str) -> None:
    assert proposed(text) == {}, why


def test_a_form_that_is_not_rare_beside_the_other_is_no_typo() -> None:
    assert proposed(*["Ils sont partis avec les griboudlis dans le nord."] * 5) == {}


def test_a_form_that_another_language_has_is_a_word() -> None:
    english = "The nachts are in the north of the country, and they are with us."
    german = "Die Stadt ist in der Nacht und auch nachts sehr schön, und wir sind nicht da."
    assert proposed(english, german) == {}


def test_what_the_shipped_tables_correct_is_not_learned() -> None:
    assert proposed(*["Un événement dans la ville avec les gens."] * 20, "Un evenement dans la ville.") == {}


def test_the_order_of_the_documents_and_how_they_are_divided_make_no_difference() -> None:
    texts = [*PROSE, "Avec les griboudlis dans le nord.", "Un soldat en sevrant à Kaboul, dans ce pays et la ville."]
    assert learn_typos(texts, ("fr",)) == learn_typos(texts[::-1], ("fr",))
    joined = learn_typos(["\n\n".join(texts)], ("fr",))
    assert [proposal[:-1] for proposal in joined] == [proposal[:-1] for proposal in learn_typos(texts, ("fr",))]


def test_a_typo_of_a_typo_is_no_correction() -> None:
    rare = ["Ils sont avec les griboudlis dans le nord."] * 5 + ["Ils sont avec les grbioudlis dans le nord."]
    many = ["Ils sont avec les gribouldis dans le nord."] * 60
    proposals = learn_typos([*many, *rare], ("fr",))
    assert {proposal.correction for proposal in proposals} <= {"gribouldis"}


def test_an_unknown_language_or_a_senseless_choice_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="'xx'"):
        learn_typos([], ("xx",))
    with pytest.raises(InvalidOption, match="min_ratio"):
        LearnConfig(min_ratio=0.5)


def test_the_accepted_rows_of_the_file_are_used_and_others_are_not(tmp_path: Path) -> None:
    text = (
        "Avec les griboudlis dans le nord. Un soldat en sevrant à Kaboul. Elle vit en sevrant son bébé dans la ville."
    )
    path = tmp_path / "learned.csv"
    path.write_text("".join(proposals_as_csv(proposed(text).values())), encoding="utf-8")
    config = TyposConfig(learned=(str(path),))
    cleaned = fix_typos(text, ("fr",), config)
    assert cleaned.text == text.replace("griboudlis", "gribouldis").replace("sevrant à", "servant à")
    assert [(change.rule, change.detail["entry"]) for change in cleaned.changes] == [
        ("learned", "griboudlis"),
        ("learned", "en sevrant à"),
    ]

    reviewed = tmp_path / "reviewed.csv"
    reviewed.write_text(path.read_text(encoding="utf-8").replace("yes,", "no,"), encoding="utf-8")
    assert fix_typos("Avec les griboudlis.", ("fr",), TyposConfig(learned=(str(reviewed),))).changes == ()


def test_an_allowed_word_stays_whatever_was_learned() -> None:
    word = LearnedEntry("sevrant", "servant", "", ("en sevrant au",))
    learned = Learned([LearnedEntry("griboudlis", "gribouldis"), word])
    text = "Avec les griboudlis du nord, en sevrant au nord."
    assert len(fix_typos(text, ("fr",), learned=learned).changes) == 2
    assert fix_typos(text, ("fr",), TyposConfig(allow=("griboudlis", "sevrant")), learned).changes == ()


def test_a_learned_entry_wins_over_the_shipped_one() -> None:
    learned = Learned([LearnedEntry("evenement", "évènement", "fr")])
    assert fix_typos("Un evenement dans la ville.", ("fr",), learned=learned).text == "Un évènement dans la ville."
    assert fix_typos("Un evenement dans la ville.", ("fr",)).text == "Un événement dans la ville."


def test_an_entry_of_one_language_leaves_the_others_alone() -> None:
    learned = Learned([LearnedEntry("griboudlis", "gribouldis", "fr")])
    english = "The griboudlis are in the north of the country, and they are with us."
    assert fix_typos(english, learned=learned).changes == ()


def test_neighbours_hold_across_elisions_line_breaks_and_apostrophes() -> None:
    learned = Learned([LearnedEntry("corus", "cours", "fr", ("des corus d'ouverture",))])
    text = "L'heure des\ncorus d’ouverture est dans le journal."
    assert fix_typos(text, ("fr",), learned=learned).text == text.replace("corus", "cours")
    assert fix_typos("L'heure des corus d'eau est dans le journal.", ("fr",), learned=learned).changes == ()


@pytest.mark.parametrize("phrase", ["corus !", "corus,", "« corus", "(corus)", "αὖ corus"])
def test_neighbours_may_be_no_words_of_latin_1(phrase: str) -> None:
    learned = Learned([LearnedEntry("corus", "cours", "fr", (phrase,))])
    text = f"Le {phrase} est dans le journal, et le corus est dans la ville."
    assert fix_typos(text, ("fr",), learned=learned).text == text.replace("corus", "cours", 1)


@pytest.mark.parametrize(
    ("language", "correction", "typo", "sentence", "why"),
    [
        ("en", "cache", "ccache", "They build it with the {} of the project.", "a doubled letter makes a term"),
        ("fr", "petite", "pétite", "Il est dans la rue avec la {} dans les bras.", "an added accent makes a dialect"),
        ("pt", "executar", "executra", "O botão que executa a função, ou para {} a função, não está aqui.", "executa"),
        ("fr", "soins", "sions", "Il est dans les soins, et ses pas {} de vieillard sont dans la rue.", "passions"),
        ("en", "retired", "retried", "They are the ones who have {} it with the others.", "tried again"),
    ],
)
def test_what_may_mean_something_else_is_left_to_the_reviewer(
    language: str, correction: str, typo: str, sentence: str, why: str
) -> None:
    found = learn_typos([sentence.format(correction)] * 60 + [sentence.format(typo)], (language,))
    assert {(proposal.typo, proposal.accept) for proposal in found} <= {(typo, False)}, why


def test_what_is_written_often_is_a_term() -> None:
    texts = ["They are in the house with the merkle of it."] * 200
    assert [found.accept for found in learn_typos([*texts, *["They are in the house with the mekrle of it."] * 5])] == [
        True
    ]
    assert [found.accept for found in learn_typos([*texts, *["They are in the house with the mekrle of it."] * 6])] == [
        False
    ]


def test_a_name_is_not_a_typo_where_some_write_it_in_lower_case() -> None:
    texts = ["They are in the house with the relay of it."] * 200 + [
        "They are in the house with Erlay and the rest."
    ] * 3
    assert learn_typos([*texts, "They are in the house with the erlay of it."]) == []


def test_what_the_configuration_decides_is_not_proposed(tmp_path: Path) -> None:
    texts = ["Il est dans la rue avec les gribouldis."] * 12 + ["Il est dans la rue avec les griboudlis."]
    path = tmp_path / "learned.csv"
    path.write_text("accept,typo,correction\nno,griboudlis,gribouldis\n", encoding="utf-8")
    assert len(learn_typos(texts)) == 1
    assert learn_typos(texts, typos=TyposConfig(learned=(str(path),))) == []
    assert learn_typos(texts, typos=TyposConfig(allow=("griboudlis",))) == []


def test_two_typos_in_one_phrase_are_both_entries() -> None:
    phrase = ("thinsg liek",)
    learned = Learned([LearnedEntry("thinsg", "things", "en", phrase), LearnedEntry("liek", "like", "en", phrase)])
    assert fix_typos("They say thinsg liek this with the others.", learned=learned).text == (
        "They say things like this with the others."
    )


def test_a_spreadsheet_may_add_a_mark_and_leave_columns_out(tmp_path: Path) -> None:
    path = tmp_path / "learned.csv"
    path.write_text("\ufeffaccept,typo,correction\nYES,Beem,beam\n,flinck,flint\n", encoding="utf-8")
    assert read_learned((str(path),)) == Learned([LearnedEntry("beem", "beam")])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("typo,correction\nbeem,beam\n", "no column 'accept'"),
        ("accept,typo,correction\nmaybe,beem,beam\n", "line 2: accept is 'maybe'"),
        ("accept,typo,correction\nyes,two words,one\n", "line 2: 'two words' is not a single word"),
        ("accept,typo,correction\nyes,beem,\n", "line 2: 'beem' has no correction"),
        ("accept,typo,correction,neighbours\nyes,beem,beam,the bean is\n", "do not stand around 'beem'"),
        ("accept,typo,correction\nyes,beem,beam\nyes,beem,bream\n", "two corrections"),
        ("accept,typo,correction\nyes,beem,beam\nyes,beam,bream\n", "is one itself"),
        ("accept,typo,correction\nyes,maison,Maison\n", "differs from its correction in capitals only"),
        ("accept,language,typo,correction\nyes,french,beem,beam\n", "line 2: the language 'french' is none of"),
        ("accept,typo,correction,kind,neighbours\nyes,sevrant,servant,word,\n", "line 2: 'sevrant' is a word"),
        ("accept,typo,correction,neighbours\nyes,corus,cours,en corus de\nyes,corus,corps,en corus de\n", "two corr"),
        ("", "no column 'accept'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "learned.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidOption, match=message):
        fix_typos("any text", ("en",), TyposConfig(learned=(str(path),)))


def test_phrases_may_stand_close_to_the_bar_between_them(tmp_path: Path) -> None:
    path = tmp_path / "learned.csv"
    path.write_text("accept,language,typo,correction,neighbours\nyes,FR,corus,cours,en corus de|un corus du |\n")
    (entry,) = read_learned((str(path),)).entries
    assert entry == LearnedEntry("corus", "cours", "fr", ("en corus de", "un corus du"))


def test_a_file_that_was_edited_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "learned.csv"
    config = TyposConfig(learned=(str(path),))
    path.write_text("accept,typo,correction\nyes,griboudlis,gribouldis\n")
    assert fix_typos("griboudlis", ("fr",), config).changes
    path.write_text("accept,typo,correction\nno,griboudlis,gribouldis\n")
    assert not fix_typos("griboudlis", ("fr",), config).changes


def test_no_phrase_with_an_allowed_word_is_changed() -> None:
    text = "They could of been there with us in the morning."
    assert fix_typos(text, ("en",)).changes
    assert not fix_typos(text, ("en",), TyposConfig(allow=("of",))).changes


@pytest.mark.parametrize("name", ["allow", "learned", "dictionaries"])
def test_one_text_is_no_choice_of_several(name: str) -> None:
    with pytest.raises(InvalidOption, match="is one text"):
        TyposConfig(**{name: "evenement"})  # type: ignore[arg-type]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InvalidOption, match=r"nowhere\.csv"):
        fix_typos("any text", ("en",), TyposConfig(learned=("nowhere.csv",)))


def test_what_is_neither_a_proposal_nor_a_pair_is_no_entry() -> None:
    with pytest.raises(InvalidOption, match="not str"):
        entry_of("beem")


def test_equal_entries_in_any_order_are_one_key_of_a_cache() -> None:
    entries = [LearnedEntry("beem", "beam"), LearnedEntry("griboudlis", "gribouldis", "fr")]
    assert Learned(entries) == Learned(entries[::-1])
    assert hash(Learned(entries)) == hash(Learned(entries[::-1]))
    assert Learned(entries) != Learned(entries[:1])


@pytest.mark.parametrize(
    ("typo", "word", "edit"),
    [
        ("evenement", "événement", "accent"),
        ("évenement", "événement", "accent"),
        ("eleve", "élevé", "accent"),
        ("èlève", "élevé", None),
        ("sevrant", "servant", "transposition"),
        ("sevratn", "servant", None),
        ("adresse", "addresse", "doubled letter"),
        ("addresse", "adresse", "doubled letter"),
        ("chatt", "chat", None),
        ("chats", "chat", None),
        ("même", "même", None),
        ("ville", "vile", "doubled letter"),
        ("un", "le", None),
    ],
)
def test_a_safe_edit_is_an_accent_a_transposition_or_a_double(typo: str, word: str, edit: str | None) -> None:
    assert safe_edit(typo, word) == edit
    if edit:
        assert letters(typo) == letters(word)


@pytest.mark.parametrize(
    ("typo", "word"),
    [("connaitre", "connaître"), ("surement", "sûrement"), ("evènement", "événement"), ("privilége", "privilège"),
     ("déjeûner", "déjeuner"), ("poëte", "poète"), ("soeur", "seour")],
)  # fmt: skip
def test_an_accepted_or_old_spelling_is_no_typo(typo: str, word: str) -> None:
    assert is_other_spelling(typo, word, "fr")


def test_a_lexicon_knows_its_words_and_few_others() -> None:
    words = [f"mot{number}" for number in range(2000)]
    lexicon = Lexicon(bloom_filter(words))
    assert all(word in lexicon for word in words)
    assert sum(f"autre{number}" in lexicon for number in range(2000)) < 60
    assert "mot" not in Lexicon(bloom_filter([]))
    assert bloom_filter(words) == bloom_filter(words[::-1])


def test_the_shipped_lexicons_know_inflected_forms_of_four_languages() -> None:
    known = ["sevrant", "afghanistan", "colours", "colors", "canciones", "cantávamos", "élèves"]
    assert all(map(is_known, known))
    assert not any(map(is_known, ["griboudlis", "evenement", "recieve"]))


def test_a_common_word_of_a_language_is_known_as_one() -> None:
    assert is_common("patrie", "fr")
    assert not is_common("sevrant", "fr")
    # Where there is no lexicon, any word may be a common one.
    assert is_common("sevrant", "de")


def test_a_common_word_is_left_to_the_reviewer() -> None:
    texts = ["Il a la garde de ses enfants dans la ville."] * 30
    (proposal,) = learn_typos([*texts, "Il a la grade de sergent dans la ville."], ("fr",))
    assert (proposal.typo, proposal.correction, proposal.accept) == ("grade", "garde", False)


def test_the_examples_of_a_proposal_can_be_written_whatever_stands_in_the_text() -> None:
    found = proposed("Ils sont partis avec les griboudlis dans le nord \ud800 | du pays.")
    line = list(proposals_as_csv(found.values()))[1]
    assert line.encode("utf-8").decode("utf-8") == line
    assert len(list(chain.from_iterable(proposal.examples for proposal in found.values()))) == 1
