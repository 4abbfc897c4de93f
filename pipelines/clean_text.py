"""`clean_text`: the whole cleaning of one document, without Beam."""

from beam_textclean.pipelines.configuration import CleanConfig
from beam_textclean.transforms.duplicates import collapse_duplicate_paragraphs
from beam_textclean.transforms.encoding import normalize_encoding
from beam_textclean.transforms.errors import WrongElementType
from beam_textclean.transforms.records import Change, Cleaned
from beam_textclean.transforms.typos import fix_typos

_DEFAULT = CleanConfig()


def clean_text(data: bytes | str, config: CleanConfig = _DEFAULT, declared: str | None = None) -> Cleaned:
    """Make the passes of a configuration over one document, in order.

    Args:
        data: A document, as bytes in any encoding or as a text.
        config: Which passes, and what they may do.
        declared: The charset that came with the bytes; used only where it fits.

    Returns:
        The cleaned text, and the changes of all passes, a run for each. For bytes, the first change records the
        decoding, and the changes lead from the decoded text.

    Raises:
        UndecodableText: The bytes are in no encoding that could be found.
        WrongElementType: Bytes without the encoding pass, or no text at all.

    >>> cleaned = clean_text("Ils ont risquÃ© leur vie en sevrant Ã  nos cÃ´tÃ©s.")
    >>> cleaned.text
    'Ils ont risqué leur vie en servant à nos côtés.'
    """
    if not isinstance(data, (str, bytes)):
        raise WrongElementType(f"a document is a str or bytes, not {type(data).__name__}")
    text = data
    changes: list[Change] = []
    if "encoding" in config.passes:
        text, found = normalize_encoding(text, config.encoding, declared)
        changes += found
    if isinstance(text, bytes):
        raise WrongElementType("the document is bytes, and the encoding pass, which decodes them, is left out")
    if "typos" in config.passes:
        text, found = fix_typos(text, config.languages, config.typos)
        changes += found
    if "duplicates" in config.passes and config.duplicates.unit != "document":
        text, found = collapse_duplicate_paragraphs(text, config.duplicates)
        changes += found
    return Cleaned(text, tuple(changes))
