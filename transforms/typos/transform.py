"""`FixTypos`, the typo pass over a PCollection of documents, and `LearnTypos`, which finds it further entries."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSideInput, AsSingleton
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from beam_textclean.transforms.documents import CleanDocuments, DocumentTransform, short_name
from beam_textclean.transforms.elements import check_element_type, text_of, value_of
from beam_textclean.transforms.errors import InvalidOption, TextCleanError, check_config, wrong_text_type
from beam_textclean.transforms.records import Cleaned
from beam_textclean.transforms.typos.candidates import (
    Candidate,
    LearnConfig,
    WordCount,
    count_words,
    find_candidates,
    word_counts,
)
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.fix import fix_typos
from beam_textclean.transforms.typos.languages import available_languages, check_languages
from beam_textclean.transforms.typos.learn import (
    Occurrences,
    Place,
    add_places,
    as_entries,
    count_pairs,
    find_places,
    pairs_wanted,
    propose,
)
from beam_textclean.transforms.typos.learned import Learned, LearnedEntry, TypoProposal, entry_of
from beam_textclean.transforms.typos.safe_edits import letters

_DEFAULT = TyposConfig()
_LEARN_DEFAULT = LearnConfig()

# Counts of a bundle are emitted when there are so many of them, so that a large bundle needs no more memory.
_MOST_COUNTS = 500_000

#: The languages that the paragraphs of a document may be in; None for all, empty for none.
Languages: TypeAlias = tuple[str, ...] | None


@dataclass(eq=False, repr=False)
class FixTypos(DocumentTransform):
    """Correct the typos of documents that the tables of their language name, by `fix_typos`.

    It accepts str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses, and returns the same kind
    with nothing but the text touched.

    Args:
        languages: ``"auto"``, or the codes of the languages to clean.
        config: Dictionaries of your own, words never to change.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id, by which changes and errors name a document.
        language_field: A field of a record that may hold the language of the document ("fr", "fr-CA"). It wins over
            what the text looks like: the document is cleaned by the tables of that language if `languages` allow it,
            and left alone if they do not or if there are none. An empty field says nothing.
        learned: A PCollection of further entries, which win over all others: the proposals of `LearnTypos`, of which
            those marked `accept` count, or pairs (typo, correction), which are all trusted.

    Raises:
        UnknownLanguage: One of the languages has no tables.
        InvalidOption: `learned` is not a bounded PCollection, or the documents are not, which are to be learned from
            (`TyposConfig.learn`).

    >>> ["Ils ont risqué leur vie en sevrant à nos côtés."] | FixTypos(("fr",))
    ['Ils ont risqué leur vie en servant à nos côtés.']
    """

    languages: str | Sequence[str] = "auto"
    config: TyposConfig = _DEFAULT
    field: str = "text"
    id_field: str = "id"
    language_field: str | None = None
    learned: beam.PCollection[Any] | None = None

    def __post_init__(self) -> None:
        check_config(self.config, TyposConfig)
        if self.learned is not None and not isinstance(self.learned, beam.PCollection):
            raise InvalidOption(f"learned is a PCollection of proposals or pairs, not {type(self.learned).__name__}")
        if self.learned is not None and self.config.learn:
            raise InvalidOption("there are entries in learned, and config.learn would find others; choose one of them")
        if self.learned is not None and not self.learned.is_bounded:
            raise InvalidOption("learned is unbounded: no document could be cleaned, as it never is whole; bound it")
        available_languages()  # reports data that is missing
        check_languages(self.languages)

    def expand(self, documents: beam.PCollection[Any]) -> Any:
        """Apply the pass; see `DocumentTransform` for what is returned."""
        languages = check_languages(self.languages)
        clean = partial(_fix, languages=languages, config=self.config, language_field=self.language_field)
        also = () if self.language_field is None else (self.language_field,)
        step = CleanDocuments(clean, (str,), also, self.field, self.id_field, self._side_inputs(documents))
        return documents | "CleanDocuments" >> self._with_own_options(step)

    def _side_inputs(self, documents: beam.PCollection[Any]) -> tuple[AsSideInput, ...]:
        learned = documents | "LearnTypos" >> self._learning(documents) if self.config.learn else self.learned
        if learned is None:
            return ()
        entries = (
            learned
            | "LearnFromAllWindows" >> beam.WindowInto(GlobalWindows())
            | "TakeAccepted" >> beam.Map(entry_of)
            | "CollectEntries" >> beam.CombineGlobally(beam.combiners.ToSetCombineFn())
            | "MakeLearned" >> beam.Map(_learned)
        )
        return (AsSingleton(entries),)

    def _learning(self, documents: beam.PCollection[Any]) -> "LearnTyposFrom":
        """Make the step that learns from the documents; those that cannot be read are left to the pass itself."""
        if not documents.is_bounded:
            raise InvalidOption("learn: typos are learned from all documents, and this PCollection is unbounded")
        languages = check_languages(self.languages)
        reader = _Reader(languages, self.field, self.id_field, self.language_field, skips=True)
        return LearnTyposFrom(reader.read, languages, typos=self.config)


def _learned(entries: Iterable[LearnedEntry | None]) -> Learned:
    return Learned(entry for entry in entries if entry is not None)


def _fix(
    text: str,
    element: Any,
    learned: Learned | None = None,
    *,
    languages: Languages,
    config: TyposConfig,
    language_field: str | None,
) -> Cleaned:
    languages = _languages_of(element, languages, language_field)
    return Cleaned(text) if languages == () else fix_typos(text, languages or "auto", config, learned)


def _languages_of(element: Any, languages: Languages, language_field: str | None) -> Languages:
    """Return the languages that a document may be in, after what it says itself."""
    declared = None if language_field is None else value_of(element, language_field)
    if not declared:
        return languages
    language = str(declared).replace("_", "-").partition("-")[0].lower()
    return (language,) if language in (languages or available_languages()) else ()


class LearnTypos(beam.PTransform[Any, Any]):
    """Learn the typos of a corpus, by the steps of `learn_typos`; gives a PCollection of `TypoProposal`.

    Takes str, ``(key, text)`` pairs, dicts, NamedTuples, `beam.Row` and dataclasses. The documents are read three
    times, and no text goes through a shuffle: words are counted in each bundle before they do, and all that is large
    about them is the vocabulary. Counts are exact; there is a limit to how many candidates are examined closely
    (`LearnConfig.max_candidates`), and to the places of each whose neighbours are (50). The proposals are the same
    whatever the bundles and the number of workers. All windows are one corpus.

    ``documents | FixTypos(learned=documents | LearnTypos())`` corrects in the same job what is accepted without review.

    Args:
        languages: ``"auto"``, or the codes of the languages to learn.
        config: What counts as evidence.
        field: The field of a record that holds the text.
        id_field: The field of a record that holds the id, by which errors name a document.
        language_field: As for `FixTypos`.
        typos: The choices of the pass that will use the proposals: what they decide is not proposed.

    Raises:
        UnknownLanguage: One of the languages has no tables.

    >>> texts = ["Il est dans la rue avec les gribouldis."] * 12 + ["Il est dans la rue avec les griboudlis."]
    >>> [(found.typo, found.correction, found.accept) for found in texts | LearnTypos(("fr",))]
    [('griboudlis', 'gribouldis', True)]
    """

    def __init__(
        self,
        languages: str | Sequence[str] = "auto",
        config: LearnConfig = _LEARN_DEFAULT,
        field: str = "text",
        id_field: str = "id",
        language_field: str | None = None,
        typos: TyposConfig = _DEFAULT,
    ) -> None:
        super().__init__()
        check_config(config, LearnConfig)
        check_config(typos, TyposConfig)
        self._typos = typos
        self._languages = check_languages(languages)
        self._config = config
        self._reader = _Reader(self._languages, field, id_field, language_field)

    def expand(self, documents: beam.PCollection[Any]) -> beam.PCollection[TypoProposal]:
        """Look at the type of the elements, then learn."""
        reader = self._reader
        also = () if reader.language_field is None else (reader.language_field,)
        check_element_type(documents.element_type, reader.field, (str,), also)
        return documents | "LearnTyposFrom" >> LearnTyposFrom(reader.read, self._languages, self._config, self._typos)


class LearnTyposFrom(beam.PTransform[Any, Any]):
    """`LearnTypos` over elements of any kind, such as names of files, from which texts can be read.

    Args:
        read: Returns the documents of an element, each with the languages it may be in. It is called three times.
        languages: The languages to learn; None for all.
        config: What counts as evidence.
        typos: As for `LearnTypos`.
    """

    def __init__(
        self,
        read: Callable[[Any], Iterable[tuple[str, Languages]]],
        languages: Languages,
        config: LearnConfig = _LEARN_DEFAULT,
        typos: TyposConfig = _DEFAULT,
    ) -> None:
        super().__init__()
        self._read = read
        self._languages = languages or available_languages()
        self._config = config
        self._typos = typos

    def expand(self, elements: beam.PCollection[Any]) -> beam.PCollection[TypoProposal]:
        """Build the three readings, each of which waits for the one before."""
        elements = elements | "AllWindows" >> beam.WindowInto(GlobalWindows())
        candidates = (
            elements
            | "CountWords"
            >> beam.ParDo(_CountWords(self._read)).with_output_types(tuple[tuple[str, str], tuple[int, int]])
            | "AddWordCounts" >> beam.CombinePerKey(_add_counts)
            | "KeyByLetters" >> beam.Map(_by_letters).with_output_types(tuple[str, Any])
            | "GroupByLetters" >> beam.GroupByKey()
            | "FindCandidates" >> beam.FlatMap(_candidates, self._languages, self._config, self._typos)
            | "LimitCandidates" >> beam.combiners.Top.Of(self._config.max_candidates)
        )
        entries = candidates | "MakeEntries" >> beam.Map(as_entries)
        places = (
            elements
            | "FindPlaces"
            >> beam.ParDo(_FindPlaces(self._read, self._typos), AsSingleton(entries)).with_output_types(
                tuple[tuple[str, str], Any]
            )
            | "AddPlaces" >> beam.CombinePerKey(_add_places)
        )
        keyed = candidates | "KeyByTypo" >> beam.FlatMap(_by_typo).with_output_types(tuple[tuple[str, str], Any])
        located = (keyed, places) | "JoinByTypo" >> beam.CoGroupByKey() | "TakeLocated" >> beam.FlatMap(_located)
        wanted = (
            located
            | "ListPairs" >> beam.FlatMap(_pairs_wanted)
            | "CollectPairs" >> beam.CombineGlobally(beam.combiners.ToSetCombineFn())
        )
        counts = (
            elements
            | "CountPairs"
            >> beam.ParDo(_CountPairs(self._read), AsSingleton(wanted)).with_output_types(
                tuple[tuple[bytes, bytes], int]
            )
            | "AddPairCounts" >> beam.CombinePerKey(sum)
        )
        return located | "Propose" >> beam.FlatMap(_propose, AsDict(counts)).with_output_types(TypoProposal)


class _Reader(NamedTuple):
    """How documents are read from the elements of a PCollection; one without a text is skipped, or an error."""

    languages: Languages
    field: str
    id_field: str
    language_field: str | None
    skips: bool = False

    def read(self, element: Any) -> Iterator[tuple[str, Languages]]:
        try:
            text = text_of(element, self.field)
            if not isinstance(text, str):
                raise wrong_text_type(type(text).__name__, (str,))
        except TextCleanError as error:
            if self.skips:
                return
            raise type(error)(f"document {short_name(element, self.id_field)}: {error}") from error
        yield text, _languages_of(element, self.languages, self.language_field)


class _CountWords(beam.DoFn):
    """Counts words by language, a bundle at a time: the frequent ones would else go through the shuffle one by one."""

    def __init__(self, read: Callable[[Any], Iterable[tuple[str, Languages]]]) -> None:
        self._read = read

    def start_bundle(self) -> None:
        self._counts: dict[str, Counter[bytes]] = {}

    def process(self, element: Any) -> Iterator[Any]:
        for text, languages in self._read(element):
            if languages != ():
                count_words(text, languages, self._counts)
        if sum(map(len, self._counts.values())) > _MOST_COUNTS:
            yield from self._given_out()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from map(_in_global_window, self._given_out())

    def _given_out(self) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
        for language, counts in self._counts.items():
            for found in word_counts(language, counts):
                yield (language, found.word), (found.lower, found.capitals)
        self._counts = {}


class _FindPlaces(beam.DoFn):
    def __init__(self, read: Callable[[Any], Iterable[tuple[str, Languages]]], typos: TyposConfig) -> None:
        self._read = read
        self._typos = typos

    def process(self, element: Any, entries: Learned) -> Iterator[Any]:
        for text, languages in self._read(element):
            if languages != ():
                for typo, place, example in find_places(text, languages or "auto", entries, self._typos):
                    yield typo, {place: Occurrences(1, example)}


class _CountPairs(beam.DoFn):
    def __init__(self, read: Callable[[Any], Iterable[tuple[str, Languages]]]) -> None:
        self._read = read

    def start_bundle(self) -> None:
        self._counts: Counter[tuple[bytes, bytes]] = Counter()

    def process(self, element: Any, wanted: Set[tuple[bytes, bytes]]) -> None:
        # Never more counts than pairs that are wanted.
        for text, _ in self._read(element):
            count_pairs(text, wanted, self._counts)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from map(_in_global_window, self._counts.items())


def _add_counts(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    lower, capitals = zip(*counts, strict=True)
    return sum(lower), sum(capitals)


def _add_places(found: Iterable[Mapping[Place, Occurrences]]) -> Mapping[Place, Occurrences]:
    return add_places({}, chain.from_iterable(places.items() for places in found))


def _in_global_window(value: Any) -> WindowedValue:
    return WindowedValue(value, GlobalWindow().max_timestamp(), (GlobalWindow(),))


def _by_letters(counted: tuple[tuple[str, str], tuple[int, int]]) -> tuple[str, WordCount]:
    (language, word), (lower, capitals) = counted
    return letters(word), WordCount(language, word, lower, capitals)


def _candidates(
    group: tuple[str, Iterable[WordCount]], languages: tuple[str, ...], config: LearnConfig, typos: TyposConfig
) -> Iterator[Candidate]:
    return find_candidates(list(group[1]), languages, config, typos)


def _by_typo(candidates: Iterable[Candidate]) -> Iterator[tuple[tuple[str, str], Candidate]]:
    return (((candidate.language, candidate.typo), candidate) for candidate in candidates)


def _located(joined: tuple[Any, tuple[Iterable[Candidate], Iterable[Any]]]) -> Iterator[Any]:
    candidates, places = joined[1]
    for found in places:
        for candidate in candidates:
            yield candidate, found


def _pairs_wanted(located: tuple[Candidate, Mapping[Place, Occurrences]]) -> Iterator[tuple[bytes, bytes]]:
    candidate, places = located
    return pairs_wanted(candidate, places)


def _propose(
    located: tuple[Candidate, Mapping[Place, Occurrences]], counts: Mapping[tuple[bytes, bytes], int]
) -> Iterator[TypoProposal]:
    return propose(*located, counts)
