"""The one list of passes, in the order in which they are made, and the configuration of them all.

Whatever names passes is derived from here: `clean_text`, `CleanCorpus`, the transforms for Beam YAML, the command's
help, what is learned from. To add a pass, add a record to `PASSES` and a field to `CleanConfig`; the tests of
tests/pipelines/test_passes.py say what else is missing. Nothing here imports Beam.
"""

import dataclasses
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from beam_textclean.transforms.duplicates import DuplicatesConfig, collapse_duplicate_paragraphs
from beam_textclean.transforms.encoding import EncodingConfig, normalize_encoding
from beam_textclean.transforms.errors import InvalidOption, did_you_mean
from beam_textclean.transforms.records import Cleaned
from beam_textclean.transforms.typos import Learned, TyposConfig, fix_typos
from beam_textclean.transforms.typos.languages import check_languages

if TYPE_CHECKING:
    from beam_textclean.transforms.documents import DocumentTransform


class Pass(NamedTuple):
    """What a pass is to everything around it.

    Attributes:
        name: The name by which it is chosen, of its folder in transforms/, and of its options in `CleanConfig`.
        purpose: What it does, in the imperative, for help texts.
        function: The pure function of the pass.
        clean: Calls the function for one document, with a configuration, the charset that was declared, and what was
            learned from the corpus; the last two may be None.
        transform_name: The name of its transform, in Python and in Beam YAML.
        steps: The steps that its changes have, in the order in which they are made; the first is the name of the pass.
        accepts: The types of text that it takes; it returns a str.
    """

    name: str
    purpose: str
    function: Callable[..., Cleaned]
    clean: Callable[[Any, "CleanConfig", str | None, Learned | None], Cleaned]
    transform_name: str
    steps: tuple[str, ...]
    accepts: tuple[type, ...] = (str,)

    def transform(self) -> "type[DocumentTransform]":
        """Return the class of the transform; imports Beam."""
        module = import_module(f"beam_textclean.transforms.{self.name}.transform")
        return getattr(module, self.transform_name)


def _normalize(data: bytes | str, config: "CleanConfig", declared: str | None, learned: Learned | None) -> Cleaned:
    return normalize_encoding(data, config.encoding, declared)


def _fix(text: str, config: "CleanConfig", declared: str | None, learned: Learned | None) -> Cleaned:
    return fix_typos(text, config.languages, config.typos, learned)


def _collapse(text: str, config: "CleanConfig", declared: str | None, learned: Learned | None) -> Cleaned:
    if config.duplicates.unit == "document":  # only whole documents are removed, and only across a corpus
        return Cleaned(text)
    return collapse_duplicate_paragraphs(text, config.duplicates)


PASSES = (
    Pass(
        name="encoding",
        purpose="repair encodings",
        function=normalize_encoding,
        clean=_normalize,
        transform_name="NormalizeEncoding",
        steps=("encoding",),
        accepts=(str, bytes),
    ),
    Pass(
        name="typos",
        purpose="fix typos",
        function=fix_typos,
        clean=_fix,
        transform_name="FixTypos",
        steps=("typos",),
    ),
    Pass(
        name="duplicates",
        purpose="collapse duplicate paragraphs",
        function=collapse_duplicate_paragraphs,
        clean=_collapse,
        transform_name="CollapseDuplicateParagraphs",
        steps=("duplicates", "corpus_duplicates"),
    ),
)

#: The names of the passes, in order.
NAMES = tuple(each.name for each in PASSES)

#: The steps that the changes of a document may have, in the order in which they are made.
STEPS = tuple(step for each in PASSES for step in each.steps)

#: What all passes do, as one sentence without its first capital and full stop.
PURPOSE = ", ".join(each.purpose for each in PASSES)


def names_before(name: str) -> tuple[str, ...]:
    """Return the names of the passes that are made before another one.

    >>> "encoding" in names_before("typos"), "duplicates" in names_before("typos")
    (True, False)
    """
    return NAMES[: NAMES.index(name)]


@dataclasses.dataclass(frozen=True)
class CleanConfig:
    """The choices of all passes over a document or a corpus.

    Attributes:
        passes: The names of the passes to make. They are always made in the order of `PASSES`.
        languages: The languages of the typo pass: ``"auto"``, or codes.
        encoding: The choices of the encoding pass.
        typos: The choices of the typo pass.
        duplicates: The choices of the duplicates pass.

    Raises:
        InvalidOption: A pass that does not exist, or none.
        UnknownLanguage: A language has no tables.

    >>> CleanConfig(passes=("duplicates", "encoding")).passes
    ('encoding', 'duplicates')
    """

    passes: tuple[str, ...] = NAMES
    languages: str | tuple[str, ...] = "auto"
    encoding: EncodingConfig = dataclasses.field(default_factory=EncodingConfig)
    typos: TyposConfig = dataclasses.field(default_factory=TyposConfig)
    duplicates: DuplicatesConfig = dataclasses.field(default_factory=DuplicatesConfig)

    def __post_init__(self) -> None:
        """Check the passes and the languages, and make equal choices equal objects."""
        wrong = [name for name in self.passes if name not in NAMES]
        if wrong or not self.passes or isinstance(self.passes, str):
            chosen = repr(self.passes) if isinstance(self.passes, str) else ", ".join(map(repr, wrong)) or "nothing"
            asked = "".join(did_you_mean(name, NAMES) for name in wrong[:1])
            raise InvalidOption(f"passes: {chosen} is not a choice of {', '.join(NAMES)}{asked}")
        object.__setattr__(self, "passes", tuple(name for name in NAMES if name in self.passes))
        object.__setattr__(self, "languages", check_languages(self.languages) or "auto")

    def chosen(self) -> tuple[Pass, ...]:
        """Return the passes to make, in order."""
        return tuple(each for each in PASSES if each.name in self.passes)
