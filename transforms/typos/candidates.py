"""The first reading of a corpus by `learn_typos`: its words, and the rare among them that may be typos of others."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from beam_textclean.transforms.errors import InvalidOption
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.languages import language_of
from beam_textclean.transforms.typos.learned import folded
from beam_textclean.transforms.typos.lexicon import is_known, lexicons
from beam_textclean.transforms.typos.safe_edits import (
    DOUBLED,
    TRANSPOSITION,
    is_other_spelling,
    other_readings,
    safe_edit,
)
from beam_textclean.transforms.typos.tables import declined_words, load_tables

UNKNOWN, WORD = "unknown", "word"

# Words that are counted, in letters; typos are longer than the shortest, which have too many others one edit away.
_COUNTED = range(4, 41)
_SHORTEST_TYPO = 5

# The best correction must be so many times as frequent as any other.
_LEAD = 5

# What is put before words and makes new ones, which lexicons lack.
_PREFIXES = (
    "anti auto bi co contre de dé demi dis en entre ex extra hyper hypo in inter intra ir macro mé micro mini mono "
    "multi néo non over para poly post pre pré pro re ré rétro semi sous sub super sur télé trans tri ultra un"
)

# The words of a document that tell its language.
_SAMPLE_WORDS = 2000

# In Latin-1 the ligature that French needs is no letter: þ stands in for it, so that no word falls into two.
_LIGATURES = str.maketrans("œŒ", "þÞ")
_CLAUSE_ENDS = '.!?;:,()[]{}"«»'
_CASED = bytes(code if chr(code).isalpha() else ord(" ") for code in range(256))
CLAUSES = bytes(
    ord("\n") if chr(code) in _CLAUSE_ENDS else ord(chr(code).lower()) if chr(code).isalpha() else ord(" ")
    for code in range(256)
)


@dataclass(frozen=True)
class LearnConfig:
    """What counts as evidence.

    Attributes:
        min_correction_count: A correction is found at least so often in the corpus.
        min_ratio: It is found so many times as often as the typo.
        max_candidates: So many candidates, those with the most frequent corrections, are examined closely. It bounds
            the memory of a worker.

    Raises:
        InvalidOption: One of them is below 1.
    """

    min_correction_count: int = 5
    min_ratio: float = 10
    max_candidates: int = 50_000

    def __post_init__(self) -> None:
        for name in ("min_correction_count", "min_ratio", "max_candidates"):
            if getattr(self, name) < 1:
                raise InvalidOption(f"{name} is at least 1, not {getattr(self, name)!r}")


class WordCount(NamedTuple):
    """How often the paragraphs in a language have a word, in lower case and with capitals."""

    language: str
    word: str
    lower: int
    capitals: int


class Candidate(NamedTuple):
    """A rare word one edit away from a frequent one.

    Attributes:
        correction_count: How often the frequent one is found.
        typo_count: How often the rare one is.
        language: The language of the paragraphs.
        typo: The rare word.
        correction: The frequent one.
        kind: `UNKNOWN` or `WORD`.
        edit: The slip that leads from one to the other.
        others: Other common words that may have been meant by an unknown one.
    """

    correction_count: int
    typo_count: int
    language: str
    typo: str
    correction: str
    kind: str
    edit: str
    others: tuple[str, ...] = ()


def count_words(text: str, languages: tuple[str, ...] | None, counts: dict[str, Counter[bytes]]) -> None:
    """Count the words of a document by the language of their paragraphs.

    Args:
        text: The document.
        languages: The languages to learn, of which a single one is also taken for text too short to tell; None for all.
        counts: What is counted so far, by language, as written; words in other languages are counted too.
    """
    data = encoded(text)
    words = data.translate(CLAUSES).split(None, _SAMPLE_WORDS)[:_SAMPLE_WORDS]
    of_document = language_of(words) or (languages[0] if languages and len(languages) == 1 else None)
    for paragraph in data.split(b"\n\n"):
        language = language_of(paragraph.translate(CLAUSES).split()) or of_document
        if language is not None:
            counts.setdefault(language, Counter()).update(paragraph.translate(_CASED).split())


def word_counts(language: str, counts: Mapping[bytes, int]) -> Iterator[WordCount]:
    """Return the words of a language that `count_words` has counted and that matter, each once."""
    lower: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for written, count in counts.items():
        word = written.decode("latin-1")
        if len(word) in _COUNTED:
            (lower if word.islower() else capitals)[word.lower()] += count
    for word in lower.keys() | capitals.keys():
        if "þ" not in word:
            yield WordCount(language, word, lower[word], capitals[word])


def find_candidates(
    words: Collection[WordCount], languages: Collection[str], config: LearnConfig, typos: TyposConfig
) -> Iterator[Candidate]:
    """Find the rare words, among all with the same `letters`, that are one safe edit from a far more frequent one.

    Args:
        words: All words with the same letters, of all languages, each once.
        languages: The languages to learn.
        config: What counts as far more frequent.
        typos: The choices of the pass: what they decide need not be learned.
    """
    for language in languages:
        frequent = [
            count
            for count in words
            if count.language == language and count.lower >= max(config.min_correction_count, count.capitals)
        ]
        foreign = {count.word for count in words if count.language != language}
        found = [
            _candidate(rare, frequent, foreign, config, typos)
            for rare in words
            if rare.language == language and rare.lower and len(rare.word) >= _SHORTEST_TYPO
        ]
        candidates = [candidate for candidate in found if candidate is not None]
        # A correction that seems to be a typo itself is none.
        rare_words = {candidate.typo for candidate in candidates}
        yield from (candidate for candidate in candidates if candidate.correction not in rare_words)


def _candidate(
    rare: WordCount, frequent: Iterable[WordCount], foreign: Set[str], config: LearnConfig, typos: TyposConfig
) -> Candidate | None:
    if rare.capitals > rare.lower:  # a name, which some write in lower case
        return None
    known = rare.word in foreign or rare.capitals > 0 or rare.language not in lexicons() or is_known(rare.word)
    found = []
    for other in frequent:
        if abs(len(other.word) - len(rare.word)) <= 1 and other.lower >= config.min_ratio * rare.lower:
            edit = safe_edit(rare.word, other.word)
            if edit == TRANSPOSITION or (
                edit is not None and not known and not is_other_spelling(rare.word, other.word, rare.language)
            ):
                found.append((other.lower, other.word, edit))
    if not found:
        return None
    (count, correction, edit), *rivals = sorted(found, reverse=True)
    if rivals and rivals[0][0] * _LEAD > count:
        return None
    if edit == DOUBLED and is_formation(rare.word):
        return None
    word = folded(rare.word)
    if word in declined_words(typos) or load_tables(rare.language, typos).typos({word, folded(correction)}):
        return None
    others = () if known or edit != TRANSPOSITION else other_readings(rare.word, correction, rare.language)
    kind = WORD if known else UNKNOWN
    return Candidate(count, rare.lower, rare.language, rare.word, correction, kind, edit, others)


def is_formation(word: str) -> bool:
    """Return whether a word is put together of a prefix, or a word, and a word, which lexicons lack."""
    splits = ((word[:place], word[place:]) for place in range(2, len(word) - 2))
    prefixes = _PREFIXES.split()
    return any((left in prefixes or (len(left) > 3 and is_known(left))) and is_known(right) for left, right in splits)


def encoded(text: str) -> bytes:
    """Encode to Latin-1, where apostrophes are plain and what has no code becomes a question mark."""
    if "œ" in text or "Œ" in text:
        text = text.translate(_LIGATURES)
    return text.replace("’", "'").encode("latin-1", "replace")
