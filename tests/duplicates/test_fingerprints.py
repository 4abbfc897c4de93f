import pytest

from beam_textclean.transforms.duplicates import DuplicatesConfig, fingerprint_paragraphs

SENTENCE = "Le Pentagone n'utilisera pas l'aéroport de Kaboul pour des frappes."


def digests(text: str, config: DuplicatesConfig = DuplicatesConfig()) -> list[bytes]:  # noqa: B008
    return [fingerprint.digest for fingerprint in fingerprint_paragraphs(text, config)]


@pytest.mark.parametrize(
    "other",
    [
        SENTENCE.replace(" ", "\n"),
        SENTENCE.replace(" ", "\r\n  "),
        SENTENCE.replace(" ", "\xa0"),
        SENTENCE.replace(" ", "\u3000"),
        SENTENCE.replace("é", "e\u0301"),
        "\ufeff" + SENTENCE.replace("port", "\u00adport").replace("aé", "a\u200bé"),
        SENTENCE.replace(" ", "\x1f"),
    ],
)
def test_white_space_invisible_characters_and_composition_make_no_difference(other: str) -> None:
    assert digests(f"Titre\n\n{SENTENCE}") == digests(f"Titre\n\n{other}")


@pytest.mark.parametrize(
    ("fold", "other"),
    [
        ("case", SENTENCE.upper()),
        ("accents", SENTENCE.replace("é", "e")),
        ("punctuation", SENTENCE.replace(".", "").replace("'", "")),
        ("typography", SENTENCE.replace("'", "’")),
        ("notes", SENTENCE.replace(".", " [12].")),
    ],
)
def test_other_differences_count_unless_folded(fold: str, other: str) -> None:
    assert digests(SENTENCE) != digests(other)
    config = DuplicatesConfig(folds=(fold,))
    assert digests(SENTENCE, config) == digests(other, config)


def test_digits_count_unless_folded() -> None:
    one, other = (f"Il y a encore {number} soldats américains en Afghanistan." for number in (350, 650))
    assert digests(one) != digests(other)
    assert digests(one, DuplicatesConfig(folds=("digits",))) == digests(other, DuplicatesConfig(folds=("digits",)))


def test_digests_are_16_bytes_and_spans_are_those_of_the_paragraphs() -> None:
    text = f"Titre\n\n  {SENTENCE} \n\n{SENTENCE}\n"
    first, second = fingerprint_paragraphs(text)
    assert len(first.digest) == 16
    assert first.digest == second.digest
    assert text[first.start : first.end] == f"  {SENTENCE} "
    assert text[second.start : second.end] == SENTENCE


@pytest.mark.parametrize(("letter", "minimum"), [("a", 40), ("é", 40), ("😀", 40), ("国", 16), ("か", 16), ("국", 16)])
def test_the_minimum_counts_characters_by_what_they_are_worth_without_white_space(letter: str, minimum: int) -> None:
    assert not fingerprint_paragraphs(" ".join(letter * (minimum - 1)))
    assert len(fingerprint_paragraphs(" ".join(letter * minimum))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "for (int i = 0; i < n; ++i) {\n    total += weights[i] * values[i];\n}",
        "$ apt-get update && apt-get install -y python3-pip > /dev/null 2>&1",
        "| pays     | soldats |\n|----------|---------|\n| France   | 350     |",
        "Paris\t2 102 650\t105,40\nLyon\t522 250\t47,87\nLille\t236 710\t34,83",
        "    mount --bind ancien-dossier nouveau-dossier-du-disque",
        "/* Fermer le descripteur de fichier de ce processus */",
        "$ apt install dictionnaire des mots courants",
        f"```\n{SENTENCE}\n\n{SENTENCE}\n\n{SENTENCE}\n```",
        f"1. ~~~~ text\n\n   {SENTENCE}\n\n   ~~~\n   {SENTENCE}\n   ~~~~",
        f"> ```\n> {SENTENCE}\n\n{SENTENCE}\n> ````",
    ],
)
def test_code_and_tables_have_no_fingerprint(text: str) -> None:
    assert fingerprint_paragraphs(f"{SENTENCE}\n\n{text}")[1:] == []


@pytest.mark.parametrize(
    "text",
    [
        "Le 7 mai 1954, à 17 h 30, 10 863 soldats de 17 nationalités furent faits prisonniers.",
        "Art. L. 312-1, 2°, al. 3 : v. aussi art. R. 312-4 (D. n° 2004-1136, 21 oct. 2004).",
        "Voir http://www.example.org/ pour la suite de cette histoire (en anglais).",
        "$5 millions ont été versés aux victimes de la catastrophe.",
        f"    {SENTENCE}",
        f"``` n'ouvre rien avec ``` sur la même ligne.\n{SENTENCE}",
    ],
)
def test_prose_with_many_digits_or_signs_has_one(text: str) -> None:
    assert len(fingerprint_paragraphs(text)) == 1
