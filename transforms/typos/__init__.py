"""The dictionary pass: typos fixed by reviewed tables, one language at a time, in context, and never in code or names.

`fix_typos` is the pass, `TyposConfig` its choices, `available_languages` the languages that have tables; `learn_typos`
learns further typos from a corpus. See docs/typos.md for what each rule does and why it is safe.
"""

from beam_textclean.transforms.typos.candidates import LearnConfig
from beam_textclean.transforms.typos.config import TyposConfig
from beam_textclean.transforms.typos.fix import fix_typos
from beam_textclean.transforms.typos.languages import available_languages
from beam_textclean.transforms.typos.learn import learn_typos
from beam_textclean.transforms.typos.learned import Learned, LearnedEntry, TypoProposal

__all__ = [
    "LearnConfig",
    "Learned",
    "LearnedEntry",
    "TypoProposal",
    "TyposConfig",
    "available_languages",
    "fix_typos",
    "learn_typos",
]
