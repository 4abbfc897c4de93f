"""What is known about words, in all languages: the filter that every entry of a typo table passes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from hunspell import read_forms
from misspellings import base
from wordfreq import freq_to_zipf, get_frequency_dict

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")

# A word of a language with tables is not a typo in another from this frequency on (Zipf scale: 3 is once in a million
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
# Where only accents are left out, the form in another language must not be this much more frequent than the correction
# in its own (numero, voce). English words, which texts in any language quote, are never typos (reference, education).
# Not so the dots of German, without which Bücher is a name.
ACCENTED_LANGUAGES = ("es", "fr", "it", "pt")
ACCENT_LEAD = 0.3
ENGLISH_ZIPF = 3.0
MISSPELLED_ZIPF = 3.1
MISSPELLED_GAP = 1.8

# Rarer words are not meant by a misspelling.
KNOWN_ZIPF = 1.2

# Spellings of older French: privilége, poëte, enfans, étoit.
_OLD_FRENCH = re.compile(r"ég(?:e|er|es|ent|eant|eait)$|[ëÿ]|oi[st]$|oient$|[ae]ns$|tems|êmes?$|étement$|jeûn|faîs")
# The reform of 1990 writes è for é before a syllable with a mute e: événement, évènement; réglementer, règlementer.
_MUTE_SYLLABLE = re.compile(r"è[^aeiouyàâéèêëîïôûù]+e(?!r$|z$)")

# Reforms took letters (elle, commissário: 1911) and accents (sôbre: 1971; apóio, idéia: 1990) away in Portuguese.
_OLD_PORTUGUESE = [*((2 * letter, letter) for letter in "cflmnpt"), ("ê", "e"), ("ô", "o"), ("éi", "ei"), ("ói", "oi")]

# Imperatives and their pronouns on the River Plate lack the r of the infinitive: hacelo, ponete.
_PRONOUN_AFTER_INFINITIVE = re.compile(r"(?<=[aei])r(?=(?:me|te|se|nos|l[aeo]s?)$)")

# So do the forms for "vos" stress their end (llamás, necesitás): publicás is no slip of públicas, nor ayudanos of
# ayúdanos.
_FORM_FOR_VOS = re.compile("(?:[áéí]s?|[aei](?:me|te|nos|l[aeo]s?))$")
_AFTER_STEM = re.compile("(?:(?<=[áéí])s|(?<=[aei])(?:me|te|nos|l[aeo]s?))$")
_STRESSED_ENDING = re.compile("(?:á|é)s$")


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
            for language in (*LANGUAGES, *LOAN_LANGUAGES)
        }
        # Lexicons of many inflections hold forms that nobody ever wrote; they are not words to other languages.
        self.words = {word for language in ("en", "fr") for word in self.lower[language]}
        self.words.update(
            word for language in ("es", "pt") for word in self.lower[language] & self.zipf[language].keys()
        )
        self.other_words = {
            word for language in OTHER_LANGUAGES for word, zipf in self.zipf[language].items() if zipf >= OTHER_ZIPF
        }
        self.loans = {
            word for language in LOAN_LANGUAGES for word, zipf in self.zipf[language].items() if zipf >= LOAN_ZIPF
        }
        for language in self.forms.keys() - set(LANGUAGES):
            self.other_words.update(form.lower() for form in self.forms[language])
        self.neighbours = {language: Neighbours(self._known(language)) for language in LANGUAGES}

    def _known(self, language: str) -> Iterator[str]:
        """Yield the words that a misspelling may stand for."""
        for word in sorted(self.lower[language]):
            if len(word) >= 3 and self.zipf[language].get(word, 0.0) >= KNOWN_ZIPF:
                yield word

    def is_misspelled(self, typo: str, language: str, correction: str = "") -> bool:
        """Return whether a form that texts of a language hold is only a misspelling there, of a word like another."""
        zipf = self.zipf[language]
        if zipf.get(typo, 0.0) >= MISSPELLED_ZIPF:
            return False
        least = zipf.get(typo, 0.0) + MISSPELLED_GAP
        return any(
            zipf[word] >= least and (not correction or is_near(base(word), base(correction)))
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
        """Return whether an entry could do harm: the filter that every entry of every table has passed."""
        if not typo.isalpha() or len(typo) < (3 if ours else 4) or typo in self.lower[language]:
            return True
        try:
            typo.encode("latin-1")
        except UnicodeEncodeError:
            return True
        if language == "pt" and typo[-1] in "áêíô" and base(typo) + "r" in self.lower["pt"]:
            return True  # of an infinitive before a pronoun: procurá-la
        if language == "es" and self._is_form_for_vos(typo):
            return True
        if typo in self.never[language] or is_other_spelling(typo, correction, language):
            return True
        if self.frequency(correction, language) - self.zipf[language].get(typo, 0.0) < gap:
            return True
        if language in ACCENTED_LANGUAGES and lacks_accents(typo, correction):
            return self._is_foreign_without_accents(typo, correction, language)
        if typo in self.words:
            return True
        alike = "" if ours else correction
        others = (other for other in LANGUAGES if other != language and self.zipf[other].get(typo, 0.0) >= FOREIGN_ZIPF)
        if not all(self.is_misspelled(typo, other, alike) for other in others):
            return True
        # Our own lists were written with the other languages in mind.
        return not ours and (typo in self.other_words or typo in self.loans)

    def _is_form_for_vos(self, form: str) -> bool:
        return bool(_FORM_FOR_VOS.search(form)) and base(_AFTER_STEM.sub("", form)) + "r" in self.lower["es"]

    def _is_foreign_without_accents(self, typo: str, correction: str, language: str) -> bool:
        """Return whether what lacks accents is rather a word of another language: réference, but not probleme."""
        english = self.zipf["en"]
        if typo in self.lower["en"] or english.get(typo, 0.0) >= ENGLISH_ZIPF:
            return True
        if english.get(typo, 0.0) >= FOREIGN_ZIPF and english.get(typo.removesuffix("s"), 0.0) >= ENGLISH_ZIPF:
            return True  # a plural that the dictionary lacks: detections
        most = self.frequency(correction, language) + ACCENT_LEAD
        return any(zipf.get(typo, 0.0) > most for other, zipf in self.zipf.items() if other != language)

    def is_found_elsewhere(self, typo: str, correction: str, language: str) -> bool:
        """Return whether texts in another language hold a form otherwise than for a correction that they hold too."""
        likely = {correction, base(correction)}
        return any(
            typo in zipf and all(zipf.get(word, 0.0) < zipf[typo] + MISSPELLED_GAP for word in likely)
            for other, zipf in self.zipf.items()
            if other != language
        )


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
        return {other for other in near if is_near(form, other)}

    def of(self, form: str) -> set[str]:
        """Return all near words."""
        return self.one_edit_away(form).union(self.variants(form))


def _stress_on_stem(form: str) -> str:
    return _STRESSED_ENDING.sub(lambda ending: base(ending[0]), form)


def is_other_spelling(typo: str, word: str, language: str) -> bool:
    """Return whether a form is not a typo of a word but an old spelling, or right since a reform."""
    if language == "de":
        return typo.replace("ß", "ss") == word.replace("ß", "ss")
    if language == "es":
        return _PRONOUN_AFTER_INFINITIVE.sub("", word) == typo or _stress_on_stem(typo) == word
    if language == "pt":
        return any(typo.replace(old, new) == word for old, new in _OLD_PORTUGUESE)
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
    # Of older French too, and of names: celuy, ennemy, Choisy.
    if ("i", "y") in pairs:
        return True
    return ("é", "è") in pairs and bool(_MUTE_SYLLABLE.search(typo))


def lacks_accents(typo: str, word: str) -> bool:
    """Return whether accents, and nothing else, are left out of a word.

    >>> lacks_accents("probleme", "problème"), lacks_accents("probléme", "problème")
    (True, False)
    """
    if len(typo) != len(word) or typo == word:
        return False
    return all(one in (other, base(other)) for one, other in zip(typo, word, strict=True))


def _with_deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def is_near(a: str, b: str) -> bool:
    """Return whether one edit (insert, delete, replace, transpose) leads from one word to the other."""
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    return (
        a[i + 1 :] == b[i + 1 :]
        or a[i:] == b[i + 1 :]
        or a[i + 1 :] == b[i:]
        or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    )
