"""The encoding pass: from bytes, or a text that was read wrongly, to the text that was meant.

`normalize_encoding` does all of it, `decode_bytes` and `repair_text` its two halves. docs/encoding.md has every rule
with an example.
"""

from beam_textclean.transforms.encoding.config import EncodingConfig
from beam_textclean.transforms.encoding.decode import Decoded, decode_bytes, reencode
from beam_textclean.transforms.encoding.normalize import normalize_encoding
from beam_textclean.transforms.encoding.repair import repair_text

__all__ = ["Decoded", "EncodingConfig", "decode_bytes", "normalize_encoding", "reencode", "repair_text"]
