"""`learn_typos`: what a corpus itself says about its typos, in three readings that each need little memory.

1. **Words** are counted, exactly. A rare word one safe edit (see safe_edits.py) from a far more frequent one is a
   candidate.
2. **Places:** `fix_typos` is run with the candidates as if they were entries. So a candidate counts only where the pass
   would change it, whatever it is that protects code, names and mentions. The neighbours there are noted.
3. **Neighbours:** how often the correction, and the typo, stand beside these is counted, and no other pair of words.

What is in no lexicon is proposed as a typo everywhere; a word (sevrant for servant) only beside neighbours that stand
far more often beside the correction than beside it. The functions here are the steps, for one document or one group of
words; what they give adds up to the same in any order.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from itertools import pairwise
from typing import NamedTuple

from beam_textclean.transforms.typos.candidates import (
    CLAUSES,
    UNKNOWN,
    WORD,
    Candidate,
    LearnConfig,
    WordCount,
    count_words,
    encoded,
    find_candidates,
    is_formation,
    word_counts,
)
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.context import plain
from beam_textclean.transforms.typos.fix import fix_typos
from beam_textclean.transforms.typos.languages import available_languages, check_languages, language_facts
from beam_textclean.transforms.typos.learned import Learned, LearnedEntry, TypoProposal
from beam_textclean.transforms.typos.lexicon import is_common, is_known, lexicons
from beam_textclean.transforms.typos.safe_edits import is_only_reading, letters

# A word is a typo where its neighbours stand so many times as often beside the correction as beside it elsewhere: the
# product of both, or one of them. A function word alone tells nothing: "en sevrant son bébé" has one of "en servant".
_BOTH_FIT = 4
_ONE_FITS = 10

# An unknown word up to this length may be another one, so both its neighbours must fit the correction.
_SHORT = 6

# It must fit so many times as often as any other word that may have been meant.
_RIVAL_LEAD = 10

# What a corpus has more often is a term of it, not a slip, unless people say so.
_TERM_COUNT = 5

# The neighbours of a typo are examined in so many places at most: the first in alphabetical order, whoever counts.
_PLACES = 50
_EXAMPLES = 3
_EXAMPLE_REACH = 40

# A word and its neighbour, with what is joined to that; with anything else between them they are no neighbours.
_BEFORE = re.compile(r"(?:[^\W\d_]+['-])*([^\W\d_]+)[ ']\Z")
_AFTER = re.compile(r"[ ']([^\W\d_]+)(?:['-][^\W\d_]+)*")
_NEIGHBOUR_REACH = 42

_DEFAULT = TyposConfig()


class Place(NamedTuple):
    """Where a candidate appears: the phrase of it and its neighbours; a neighbour is empty where there is none."""

    phrase: str
    left: str
    right: str


class Occurrences(NamedTuple):
    """How often a candidate appears in a place, and one piece of text, the alphabetically first, that shows it."""

    times: int
    example: str


def as_entries(candidates: Iterable[Candidate]) -> Learned:
    """Make entries of candidates, with which `find_places` looks for them."""
    return Learned(LearnedEntry(candidate.typo, candidate.correction, candidate.language) for candidate in candidates)


def find_places(
    text: str, languages: str | tuple[str, ...], entries: Learned, typos: TyposConfig
) -> Iterator[tuple[tuple[str, str], Place, str]]:
    """Find where the pass would correct candidates in a document.

    Yields:
        Language and typo, the place, and the piece of text around it.
    """
    if not entries.entries:
        return
    for change in fix_typos(text, languages, typos, entries).changes:
        if change.rule != "learned":
            continue
        before = plain(text[max(0, change.start - _NEIGHBOUR_REACH) : change.start]).lower()
        after = plain(text[change.end : change.end + _NEIGHBOUR_REACH]).lower()
        left, right = _BEFORE.search(before), _AFTER.match(after)
        typo = str(change.detail["entry"])
        phrase = (left.group() if left else "") + typo + (right.group() if right else "")
        place = Place(phrase, left[1] if left else "", right[1] if right else "")
        yield (str(change.detail["language"]), typo), place, _example(text, change.start, change.end)


def _example(text: str, start: int, end: int) -> str:
    left, right = max(0, start - _EXAMPLE_REACH), end + _EXAMPLE_REACH
    piece = f"…{text[left:start]}[{text[start:end]}]{text[end:right]}…"
    # A line of a file, in which " | " separates examples; a lone surrogate could not be written.
    return " ".join(piece.replace("|", " ").encode("utf-8", "replace").decode("utf-8").split())


def add_places(
    places: Mapping[Place, Occurrences], others: Iterable[tuple[Place, Occurrences]]
) -> dict[Place, Occurrences]:
    """Add up places, and keep the alphabetically first ones: the same whoever adds what first."""
    added = dict(places)
    for place, found in others:
        known = added.get(place)
        added[place] = (
            Occurrences(known.times + found.times, min(known.example, found.example)) if known is not None else found
        )
    return {place: added[place] for place in sorted(added)[:_PLACES]}


def pairs_wanted(candidate: Candidate, places: Iterable[Place]) -> Iterator[tuple[bytes, bytes]]:
    """Return the pairs of neighbouring words that tell what fits in the places of a candidate."""
    for place in places:
        for word in (candidate.typo, candidate.correction, *candidate.others):
            if place.left:
                yield encoded(place.left), encoded(word)
            if place.right:
                yield encoded(word), encoded(place.right)


def count_pairs(text: str, wanted: Set[tuple[bytes, bytes]], counts: Counter[tuple[bytes, bytes]]) -> None:
    """Count those pairs of neighbouring words of a document that are wanted; a clause ends where a sentence may."""
    for clause in encoded(text).translate(CLAUSES).split(b"\n"):
        counts.update(filter(wanted.__contains__, pairwise(clause.split())))


def propose(
    candidate: Candidate, places: Mapping[Place, Occurrences], counts: Mapping[tuple[bytes, bytes], int]
) -> Iterator[TypoProposal]:
    """Weigh the evidence for a candidate.

    Args:
        candidate: The typo and its correction.
        places: Where the typo appears.
        counts: How often the `pairs_wanted` are found.

    Yields:
        For an unknown word one proposal, accepted if it is certain. For a word one with the places that tell, accepted
        if the word is neither common nor frequent in the corpus, and one with those where only little speaks for the
        correction.
    """
    fits = {place: _fit(candidate.correction, place, counts) for place in places}
    if candidate.kind == UNKNOWN:
        if places:
            yield _proposal(candidate, places, fits, accept=_is_certain(candidate, fits, counts))
        return
    certain, possible = [], []
    for place, (left, right) in fits.items():
        # How often the typo stands beside the same neighbours elsewhere.
        own_left, own_right = _fit(candidate.typo, place, counts, places[place].times)
        own = (own_left + 1) * (own_right + 1)
        telling = max(left * _tells(place.left), right * _tells(place.right))
        if left * right >= _BOTH_FIT * own or telling >= _ONE_FITS * own:
            certain.append(place)
        elif max(left, right) >= own:
            possible.append(place)
    languages = (candidate.language, *lexicons("common"))
    common = any(is_common(candidate.typo, language) for language in languages)  # a text may quote another language
    doubtful = common or candidate.typo_count > _TERM_COUNT
    for chosen, accept in ((certain, not doubtful), (possible, False)):
        if chosen:
            yield _proposal(candidate, {place: places[place] for place in chosen}, fits, accept)


def _is_certain(
    candidate: Candidate, fits: Mapping[Place, tuple[int, int]], counts: Mapping[tuple[bytes, bytes], int]
) -> bool:
    """Return whether an unknown word is a typo beyond doubt: it needs no review."""
    support = sum(map(sum, fits.values()))
    rival = max((sum(sum(_fit(other, place, counts)) for place in fits) for other in candidate.others), default=0)
    fit = all if len(candidate.typo) <= _SHORT else any
    return (
        any(fit(found) for found in fits.values())
        and support > _RIVAL_LEAD * rival
        and candidate.typo_count <= _TERM_COUNT
        and is_only_reading(candidate.typo, candidate.correction, candidate.language)
        and not is_formation(candidate.typo)
        and not any(_is_part_of_word(candidate.typo, place) for place in fits)
    )


def _is_part_of_word(typo: str, place: Place) -> bool:
    """Return whether a typo and a neighbour are a word that a blank has parted ("pas sions")."""
    return bool(place.left and is_known(place.left + typo)) or bool(place.right and is_known(typo + place.right))


def _tells(neighbour: str) -> bool:
    """Return whether a neighbour alone says what is meant: a word of four letters or more, and no function word."""
    return len(neighbour) >= 4 and encoded(neighbour) not in language_facts().of_word


def _fit(word: str, place: Place, counts: Mapping[tuple[bytes, bytes], int], uncounted: int = 0) -> tuple[int, int]:
    """Count how often a word stands beside the left and the right neighbour of a place."""
    found = encoded(word)
    left = counts.get((encoded(place.left), found), 0)
    right = counts.get((found, encoded(place.right)), 0)
    return max(0, left - uncounted), max(0, right - uncounted)


def _proposal(
    candidate: Candidate, places: Mapping[Place, Occurrences], fits: Mapping[Place, tuple[int, int]], accept: bool
) -> TypoProposal:
    found = [fits[place] for place in places]
    beside = sum(1 for left, right in found if left or right)
    between = sum(1 for left, right in found if left and right)
    return TypoProposal(
        accept,
        candidate.language,
        candidate.typo,
        candidate.correction,
        candidate.typo_count,
        candidate.correction_count,
        support=sum(left + right for left, right in found),
        kind=candidate.kind,
        neighbours=tuple(sorted({place.phrase for place in places})) if candidate.kind == WORD else (),
        evidence=f"{candidate.edit}; in {beside} of {len(places)} places a neighbour fits, in {between} both",
        examples=tuple(sorted(places[place].example for place in places)[:_EXAMPLES]),
    )


def learn_typos(
    texts: Collection[str],
    languages: str | Collection[str] = "auto",
    config: LearnConfig | None = None,
    typos: TyposConfig = _DEFAULT,
) -> list[TypoProposal]:
    """Learn typos from a corpus that fits in memory, by the steps that `LearnTypos` makes over one that does not.

    Args:
        texts: The documents.
        languages: ``"auto"``, or the codes of the languages to learn.
        config: What counts as evidence.
        typos: The choices of the pass that will use the proposals. A word that they allow, have an entry for, or that
            was declined in one of their learned files, is not proposed.

    Returns:
        Proposals, sorted.

    Raises:
        UnknownLanguage: A language has no tables.
    """
    config = config or LearnConfig()
    codes = check_languages(languages if isinstance(languages, str) else tuple(languages))
    by_language: dict[str, Counter[bytes]] = {}
    for text in texts:
        count_words(text, codes, by_language)
    groups: dict[str, list[WordCount]] = {}
    for language, found in by_language.items():
        for count in word_counts(language, found):
            groups.setdefault(letters(count.word), []).append(count)
    candidates = [
        candidate
        for words in groups.values()
        for candidate in find_candidates(words, codes or available_languages(), config, typos)
    ]
    candidates = sorted(candidates, reverse=True)[: config.max_candidates]
    entries = as_entries(candidates)
    places: dict[tuple[str, str], dict[Place, Occurrences]] = {}
    for text in texts:
        for typo, place, example in find_places(text, codes or "auto", entries, typos):
            places[typo] = add_places(places.get(typo, {}), [(place, Occurrences(1, example))])
    wanted = {
        pair
        for candidate in candidates
        for pair in pairs_wanted(candidate, places.get((candidate.language, candidate.typo), {}))
    }
    pair_counts: Counter[tuple[bytes, bytes]] = Counter()
    for text in texts:
        count_pairs(text, wanted, pair_counts)
    return sorted(
        proposal
        for candidate in candidates
        for proposal in propose(candidate, places.get((candidate.language, candidate.typo), {}), pair_counts)
    )
