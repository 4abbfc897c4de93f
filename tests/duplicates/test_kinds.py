"""What paragraphs are by their form."""

import pytest

from beam_textclean.transforms.duplicates.reading.paragraph_kinds import kind_of

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
        "Le pont est ouvert. 🎉",
        "Le pont est ouvert. #pont #ville",
        "Le pont est ouvert.<br />",
        "<p>Le pont <a>est ouvert.</a></p>",
        "Le pont est ouvert.†",
        "Le pont est ouvert.[note 3]",
        "Le pont est ouvert.\u200b",
        "\ufeffle pont qui est ouvert",
        "यह पुल खुला है॥",
        "3.5 million people live here!",
        "the rest, indeed",
        "{Applause in the hall,\nsilence after it.}",
        "会计师事务所以及相关机构的工作人员应当遵守本办法的规定并且按时提交材料会计师事务所以及相关",
        "Der Bundestag hat am Dienstag beschlossen, dass die\nBrücke gesperrt wird. Die Lastwagen warten am\n"
        "Ufer auf die Fähre.",
        "The bridge is open.\nThe ferry is late.\nThe road is closed.",
        "\n".join(f"Vers {number} du poème" for number in range(17)),
        "1. Le comptable conserve les pièces\n   pendant cinq ans au moins.",
        "Smith, John. The bridges\n    London 1920.",
    ],
    "introduction": ["Sont déduits :", "会计师：", "- Les pièces suivantes :"],
    "clause": [
        "le total des frais;",
        "les frais, ou",
        "les frais, oder",
        "le total, et",
        "la quantité remise; et",
        "会计师、",
        "Les frais,",
    ],
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
        "1º Les frais de port",
        "123. Les frais de port",
        *(f"{mark} Une copie." for mark in "+‣◦·▪✓➢□"),
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
        "Ottawa, 1999",
        "Россия и США, США",
        "3.2 Why is it kept?",
        "会计师事务所以及相关机构",
        "« Une copie »",
        "Anhang B\u200b",
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
