"""The options of the encoding pass, and why it does no more by default."""

from dataclasses import dataclass
from typing import Literal

from ftfy import TextFixerConfig

from beam_textclean.transforms.encoding.optional import OPTIONAL
from beam_textclean.transforms.errors import InvalidOption

#: ftfy for corpora: repairs damage and leaves typography alone. Measured on clean text, the four fields below that are
#: off changed up to 7,000 lines per MB (Chinese punctuation, French and German quotation marks, Croatian digraphs).
CORPUS_FTFY = TextFixerConfig(
    unescape_html=False,  # decided per document: see EncodingConfig.html_entities
    fix_latin_ligatures=False,  # ftfy also splits ĳ and ǆ, which are letters; see EncodingConfig.ligatures
    fix_character_width=False,  # full-width commas are how Chinese and Japanese are written
    uncurl_quotes=False,  # curly quotes are text, not damage
)


@dataclass(frozen=True)
class EncodingConfig:
    r"""The choices of the encoding pass.

    Attributes:
        ftfy: What ftfy repairs, in its own terms. With its ``fix_line_breaks`` off, as for documents of one line each,
            line breaks stay as they are and none is made.
        html_entities: ``"document"`` decodes ``&eacute;`` where a whole document shows that it was escaped once and is
            no markup; ``"keep"`` never decodes.
        redecode: Find lines and documents that were read in the wrong encoding: UTF-8 as one of 24 others, or single
            bytes of one encoding as those of another. Off, only ftfy's own repairs are made.
        ligatures: Write the seven typographic ligatures U+FB00 to U+FB06 as letters: PDF extraction leaves them, and
            no search or dictionary finds a word that holds one. Digraph letters (ĳ, ǆ) stay.
        undecodable: ``"reject"`` raises `UndecodableText`; ``"replace"`` decodes as UTF-8 with U+FFFD for what is
            not, which loses text and is therefore never the default.
        also: Names of repairs that are off by default, since some texts hold the same on purpose:
            ``"quoted_printable"`` (``caf=C3=A9``), ``"unicode_escapes"`` (``\u00e9``), ``"utf_7"`` (``caf+AOk-``),
            ``"arabic_presentation_forms"``, ``"latex_accents"`` (``f¨ur``) and ``"tag_characters"``.

    >>> EncodingConfig().ftfy.uncurl_quotes
    False
    """

    ftfy: TextFixerConfig = CORPUS_FTFY
    html_entities: Literal["document", "keep"] = "document"
    redecode: bool = True
    ligatures: bool = True
    undecodable: Literal["reject", "replace"] = "reject"
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a value that is not allowed.

        Raises:
            InvalidOption: A field has a value that is not allowed.
        """
        allowed = {"html_entities": ("document", "keep"), "undecodable": ("reject", "replace")}
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise InvalidOption(f"{name} is {getattr(self, name)!r}; allowed are {', '.join(map(repr, values))}")
        unknown = [name for name in self.also if name not in OPTIONAL]
        if isinstance(self.also, str) or unknown:
            raise InvalidOption(f"also is {self.also!r}; it must be a tuple of names from {', '.join(OPTIONAL)}")
        if not isinstance(self.ftfy, TextFixerConfig):
            raise InvalidOption(f"ftfy is {self.ftfy!r}; it must be an ftfy.TextFixerConfig")
