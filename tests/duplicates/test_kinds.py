"""What paragraphs are by their form."""

import pytest

from beam_textclean.transforms.duplicates.kinds import kind_of

LONG = "Comptables et cabinets d'expertise comptable agréés du Québec, de l'Ontario et des autres provinces du Canada"
KINDS = {
    "text": [
        "Les comptables vérifient.",
        "Il a dit : «\xa0Je viendrai demain matin à huit heures.\xa0»",
        "Le registre est tenu cinq ans.[12]",
        "Le registre est tenu cinq ans. [12]",
        "Le registre est tenu cinq ans.¹²",
        "Le registre est tenu cinq ans.12",
        "Le registre est tenu cinq ans. (AFP)",
        "<p>Le registre est tenu cinq ans.</p>",
        "**Le registre est tenu cinq ans.**",
        "1. Le registre est tenu cinq ans.",
        "A. Smith said it. He said it again. [3]",
        "(1) Le comptable dit : « " + "Le pont tient. " * 20 + "»",
        "le pont qui a été construit sur la rivière",  # no heading begins so
        LONG + ", de Terre-Neuve",  # wider than headings are
        "SHA256:" + "0123456789abcdef" * 4,
        "#" * 50,
        "Le pont sur la\nrivière",
        "国防部发言人星期二表示\n部队将不会使用机场\n进行空袭",  # lines without capitals may be a wrapped paragraph
        "Il était un petit navire,\nqui n'avait jamais navigué,\nOhé, matelot",
        "Il était un petit navire,\nQui n'avait jamais navigué,\n" + "Ohé " * 17 + "!",
        "የኢትዮጵያ መንግሥት ዛሬ አስታወቀ።",
        "Regents of the University of California; USA.",
        "Quelle heure est-il à Kaboul ?",
    ],
    "introduction": ["Sont déduits :", "会计师：", "- Les pièces suivantes :"],
    "clause": ["le total des frais;", "les frais, ou", "la quantité remise; et", "会计师、", "Les frais,"],
    "item": [
        "- Une copie du passeport.",
        "* Une copie du passeport.",
        "• Une copie du passeport.",
        "● Une copie du passeport.",
        "-- Vous partez, dit-il.",
        "— Vous partez, dit-il.",
        "—Vous partez, dit-il.",
        "| Une copie | 2 |",
        "*    *   Offiziere/Beamte des gehobenen Dienstes",
        "a) les frais de port",
        "(iii) les frais de port",
        "A. Les frais de port",
        "1° Les frais de port",
        "3. Les frais de port, qui sont payés par celui qui les demande, dans les trente jours, s'il ne les a pas déjà "
        "payés à celui qui les doit",
        "       -V, --version\n           Affiche la version et finit.",
    ],
    "heading": [
        "Comptables et cabinets",
        LONG,
        "11.1.3. Restrictions",
        "3.2 Les restrictions",
        "12.1.2. My system is vulnerable! (Are you sure?)",
        "Regents of the University of California; USA",
        "Version 3.10",
        "会计师事务所以及相关机构",
        "« Une copie »",
    ],
    "verse": [
        "Il était un petit navire,\nQui n'avait jamais navigué,\nOhé, ohé !",
        "SIEGE\nDU TRIBUNAL\nD'INSTANCE.",
        "«\xa0Ô temps, suspends ton vol,\nÉt vous, heures propices,\n(Suspendez votre cours.)",
    ],
}


@pytest.mark.parametrize(
    ("kind", "paragraph"), [(kind, paragraph) for kind, paragraphs in KINDS.items() for paragraph in paragraphs]
)
def test_the_form_of_a_paragraph_tells_its_kind(kind: str, paragraph: str) -> None:
    assert kind_of(paragraph) == kind
    assert kind_of("\n" + paragraph.replace("\n", "\r\n") + " \n", "Avant.") == kind


@pytest.mark.parametrize("before", ["Sont déduits :", "le total,", "le total; et"])
def test_what_goes_on_in_lower_case_after_a_clause_is_one(before: str) -> None:
    assert kind_of("le reste de la somme.", before) == "clause"
    assert kind_of("Le reste de la somme.", before) == "text"
    assert kind_of("le reste de la somme.", "Le total.") == "text"
