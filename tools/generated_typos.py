"""Misspellings of the frequent words of a language that can mean nothing else."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from misspellings import RATES, base, misspellings
from word_lexicons import KNOWN_ZIPF, Lexicons

# A correction must be this much more frequent than its typo.
GAP = {"accent_left_out": 0.7, "letter_singled": 1.2, "consonant_doubled": 1.2, "letter_doubled": 1.2}
OTHER_GAP = 1.5
# It must beat every other word one edit away by this much, and be as much more likely than any other that the same slip
# or another one leads to (see LIKELIHOOD).
LEAD = 0.7
FAR_LEAD = 2.0
# Any edit that is none of the known slips happens so seldom (see misspellings.RATES): a frequent slip in a word is more
# likely than an odd one in a somewhat more frequent word (chiamta is chiamata rather than chiama).
ODD_EDIT = -8.8

# A misspelling is generated if the frequency of the word (Zipf) and the rate of the slip (misspellings.RATES) add up to
# this: rare slips in rare words would make the table large for nothing.
LIKELIHOOD = {"de": -4.2, "en": -4.2, "es": -4.2, "fr": -4.4, "it": -4.2, "pt": -4.2}
MINIMUM_LENGTH = 5
# A short word that only lacks accents is still plain: recu, apres.
MINIMUM_LENGTH_OF_ACCENTS = 4
# What wordfreq knows may be a word that the lexicon lacks. Texts in these languages hold too many misspellings to take
# all for words: only from this frequency on, where a third are names or slang (Moyne, compet), or if another language
# has it too. That costs 1 in 100 corrections found; the plain misspellings among them are listed in dictionary_sources.
WORD_ZIPF = {"de": 1.7, "es": 2.0, "fr": 2.0, "it": 2.0, "pt": 2.0}

_ROMANCE_PREFIXES = (
    "anti archi auto bi bio ciné co contre dé dés demi dis éco électro en entre euro ex extra géo hydro hyper hypo im "
    "in infra inter intra ir macro maxi méga més mé mi micro mini mono multi néo non omni para péri photo poly post "
    "pré pro pseudo psycho radio re ré rétro ri semi socio sotto sous sovra stra sub super supra sur télé thermo trans "
    "tri ultra uni vidéo"
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


# Endings with which an English word is taken over: forken, Branchs, clickear.
_LOAN_ENDINGS = {
    "de": ("en", "n", "e", "s", "t", "et", "te", "ten", "ens", "er", "ung"),
    "es": ("ar", "ear", "ado", "ada", "ando", "eado", "eando", "s"),
    "it": ("are", "ato", "ata", "ati", "ando", "izzare", "izzato"),
    "pt": ("ar", "ear", "ado", "ada", "ando", "izar"),
}
_LOAN_STEM = 4
_LOAN_STEM_ZIPF = 3.3


class Slip(NamedTuple):
    """A word that a misspelling stands for, the kind of slip, and how likely it is (see LIKELIHOOD)."""

    word: str
    kind: str
    likelihood: float


class Generator:
    """Misspellings of the frequent words of one language that can mean nothing else."""

    def __init__(self, lexicons: Lexicons, language: str, words: Iterable[str] = ()) -> None:
        """Take the words whose misspellings are generated: a list, of which the lexicon knows all, or the lexicon."""
        self._lexicons = lexicons
        self._language = language
        self._zipf = lexicons.zipf[language]
        self._targets = lexicons.lower[language].intersection(words) or lexicons.forms[language]
        self._lower = lexicons.lower[language]
        self._neighbours = lexicons.neighbours[language]

    def entries(self) -> dict[str, str]:
        """Generate the table."""
        least = LIKELIHOOD[self._language]
        lowest = least - max(RATES.values())
        targets = [
            word
            for word in self._targets
            if word.islower()
            and word.isalpha()
            and len(word) >= MINIMUM_LENGTH_OF_ACCENTS
            and self._zipf.get(word, 0) >= lowest
        ]
        table: dict[str, Slip] = {}
        doubtful = set()
        for word in sorted(targets):
            for typo, kind in misspellings(word, self._language, least - self._zipf[word]).items():
                likelihood = self._zipf[word] + RATES[kind]
                if likelihood < least or not self._accepts(typo, word, kind):
                    continue
                if table.setdefault(typo, Slip(word, kind, likelihood)).word != word:
                    doubtful.add(typo)
        doubtful.update(self._with_rivals(table))
        return {typo: slip.word for typo, slip in table.items() if typo not in doubtful}

    def _with_rivals(self, table: dict[str, Slip]) -> Iterator[str]:
        """Yield the typos that another word may be meant by: embarasser is embarrasser, be embrasser more frequent."""
        least = LIKELIHOOD[self._language] - LEAD
        for rival in sorted(self._lower & self._zipf.keys()):
            zipf = self._zipf[rival]
            if zipf < KNOWN_ZIPF or len(rival) < MINIMUM_LENGTH - 1:
                continue
            for typo, kind in misspellings(rival, self._language, least - zipf).items():
                slip = table.get(typo)
                if (
                    slip
                    and slip.word != rival
                    and _are_comparable(kind, slip.kind)
                    and zipf + RATES[kind] > slip.likelihood - LEAD
                ):
                    yield typo

    def _accepts(self, typo: str, word: str, kind: str) -> bool:
        gap = GAP.get(kind, OTHER_GAP)
        if base(typo) != base(word) and self._may_be_word(typo, word):
            return False
        # Where accents are all that differs, only German has English words so often (den Handlern).
        if (self._language == "de" or base(typo) != base(word)) and self._is_english_loan(typo):
            return False
        least = MINIMUM_LENGTH_OF_ACCENTS if kind == "accent_left_out" else MINIMUM_LENGTH
        if len(typo) < least or self._lexicons.refuses(typo, word, self._language, gap):
            return False
        variants = self._neighbours.variants(typo)
        zipf = self._zipf[word]
        if not kind.startswith("accent"):
            # One that needs an accent only is nearer, however rare.
            if any(other != word for other in variants) or self._is_formation(typo):
                return False
            # Of two words that fit, the nearer may be meant, be it rare; with two letters missing any is nearer.
            most = zipf - FAR_LEAD if kind == "syllable_left_out" else zipf + RATES[kind] - ODD_EDIT - LEAD
            near = self._neighbours.one_edit_away(typo)
            return all(other == word or self._zipf[other] < most for other in near)
        # A needless accent at the end may make a participle that the lexicon lacks.
        if kind.startswith("accent_wrong") and re.search("ée?s?$", typo) and not re.search("[éèê]e?s?$", word):
            return False
        distance = _differences(typo, word)
        nearest = [other for other in variants if other != word and _differences(typo, other) <= distance]
        return all(self._zipf[other] < zipf - LEAD for other in nearest) and all(
            other == word or base(other) == base(word) or self._zipf[other] < zipf + LEAD
            for other in self._neighbours.one_edit_away(typo)
        )

    def _may_be_word(self, typo: str, word: str) -> bool:
        """Return whether a form is known so well that it may be a word or a name which the lexicon lacks: improv."""
        if typo not in self._zipf:
            return False
        if self._zipf[typo] >= WORD_ZIPF.get(self._language, 0.0):
            return True
        return self._lexicons.is_found_elsewhere(typo, word, self._language)

    def _is_english_loan(self, typo: str) -> bool:
        """Return whether a form is an English word with an ending of the language."""
        english, zipf = self._lexicons.lower["en"], self._lexicons.zipf["en"]
        for ending in _LOAN_ENDINGS.get(self._language, ()):
            stem = typo[: -len(ending)]
            if typo.endswith(ending) and len(stem) >= _LOAN_STEM:
                stems = (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem)
                if any(word in english and zipf.get(word, 0.0) >= _LOAN_STEM_ZIPF for word in stems):
                    return True
        return False

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


def _are_comparable(kind: str, other: str) -> bool:
    """Return whether the rates of two slips decide. Of an accent and a letter, or two accents, _accepts decides."""
    if kind.startswith("accent"):
        return kind == other == "accent_left_out"
    return not other.startswith("accent")


def _differences(a: str, b: str) -> int:
    return sum(map(str.__ne__, a, b))
