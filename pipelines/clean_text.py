"""`clean_text`: the whole cleaning of one document, without Beam."""

from functools import cache
from typing import TYPE_CHECKING, Any

from beam_textclean.transforms.errors import WrongElementType
from beam_textclean.transforms.records import Change, Cleaned

if TYPE_CHECKING:
    from beam_textclean.pipelines.passes import CleanConfig
    from beam_textclean.transforms.typos import Learned


def clean_text(
    data: bytes | str,
    config: "CleanConfig | None" = None,
    declared: str | None = None,
    learned: "Learned | None" = None,
) -> Cleaned:
    """Make the passes of a configuration over one document, in order.

    Args:
        data: A document, as bytes in any encoding or as a text.
        config: Which passes to make, and their options; None for all passes, as they are by default.
        declared: The charset that came with the bytes; it is used only where it fits.
        learned: Typos that were learned from the corpus of the document.

    Returns:
        The cleaned text, and the changes of all passes, one run for each. For bytes, the first change records the
        decoding, and the changes lead from the decoded text.

    Raises:
        UndecodableText: The bytes are in no encoding that could be found.
        WrongElementType: The document is neither a str nor bytes, or it is bytes and the encoding pass is left out.

    >>> cleaned = clean_text("Ils ont risquÃ© leur vie en sevrant Ã  nos cÃ´tÃ©s.")
    >>> cleaned.text
    'Ils ont risqué leur vie en servant à nos côtés.'
    """
    if not isinstance(data, (str, bytes)):
        raise WrongElementType(f"a document is a str or bytes, not {type(data).__name__}")
    text: Any = data
    changes: list[Change] = []
    config = config or _default_config()
    for each in config.chosen():
        if not isinstance(text, each.accepts):
            raise WrongElementType("the document is bytes, and the encoding pass, which decodes them, is left out")
        text, found = each.clean(text, config, declared, learned)
        changes += found
    return Cleaned(text, tuple(changes))


@cache
def _default_config() -> "CleanConfig":
    from beam_textclean.pipelines.passes import CleanConfig  # the passes are imported when a text is cleaned

    return CleanConfig()
