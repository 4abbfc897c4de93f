"""`repair_text` against ftfy itself."""

import contextlib
import doctest
import random
import re
import unicodedata
from pathlib import Path

import ftfy
import pytest
from ftfy import chardata
from ftfy.badness import MOJIBAKE_CATEGORIES

from beam_textclean.transforms.encoding import repair_text, tables
from beam_textclean.transforms.encoding.config import CORPUS_FTFY

SEED = (Path(__file__).parents[1] / "data" / "seed.txt").read_text(encoding="utf-8")
PHRASES = [
    *SEED.split("\n"),
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Съешь же ещё этих мягких французских булок, «да» выпей чаю",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "いろはにほへと　ちりぬるを、（わかよ）「たれそ」",
    "天地玄黄，宇宙洪荒。ＡＢＣ",
    "다람쥐 헌 쳇바퀴에 타고파",
    "“Quoted” – it’s «été», l’œuvre & cœur; €5 §3 10°C",
    "It &amp; that &lt;tag&gt; &eacute; P&EACUTE;REZ &#x2019;",
    "",
]
ENCODINGS = chardata.CHARMAP_ENCODINGS
WILD = (
    "".join(MOJIBAKE_CATEGORIES.values())
    + "\x00\x1b[1m\r\n\x85\u2028\ud83d\ude00ﬁＡ“”&;<e\u0301か\u3099\u1100\u1161\U0001d15e"
)
CONFIGURATIONS = {
    "default": ftfy.TextFixerConfig(),
    "corpus": CORPUS_FTFY,
    "html": ftfy.TextFixerConfig(unescape_html=True, normalization="NFKC"),
    "no encoding": ftfy.TextFixerConfig(fix_encoding=False, normalization=None),
    "not explained": ftfy.TextFixerConfig(explain=False, replace_lossy_sequences=False, fix_line_breaks=False),
    "short segments": ftfy.TextFixerConfig(max_decode_length=10, restore_byte_a0=False),
}


def damaged_documents(count: int) -> list[str]:
    rng = random.Random(2026)

    def line() -> str:
        text = rng.choice(PHRASES)
        kind = rng.random()
        if kind < 0.4:
            with contextlib.suppress(UnicodeDecodeError):
                text = text.encode().decode(rng.choice(ENCODINGS))
        if 0.3 < kind < 0.7:
            text = "".join(character if rng.random() > 0.05 else rng.choice(WILD) for character in text)
        return text.replace("\xa0", " ") if 0.25 < kind < 0.35 else text

    return [rng.choice(["\n", "\n", "\r\n", ""]).join(line() for _ in range(rng.randint(1, 6))) for _ in range(count)]


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_damaged_documents_come_out_as_from_ftfy(config: ftfy.TextFixerConfig) -> None:
    for document in damaged_documents(600):
        assert repair_text(document, config) == ftfy.fix_text(document, config)


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_the_examples_of_ftfys_documentation_come_out_as_from_ftfy(config: ftfy.TextFixerConfig) -> None:
    sources = [ftfy.__doc__ or "", *(function.__doc__ or "" for function in (ftfy.fix_text, *ftfy.FIXERS.values()))]
    examples = [example for source in sources for example in doctest.DocTestParser().get_examples(source)]
    quoted = [literal for example in examples for literal in re.findall(r"""['"](.*)['"]""", example.source)]
    assert len(quoted) > 10
    for text in quoted:
        for document in (text, text.encode("latin-1", "backslashreplace").decode("unicode-escape"), f"a\n{text}\nb"):
            assert repair_text(document, config) == ftfy.fix_text(document, config)


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_every_character_comes_out_as_from_ftfy(config: ftfy.TextFixerConfig) -> None:
    codes = [
        *range(0x3400),
        *range(0xA000, 0xAC00),
        *range(0xD7A0, 0x11000),
        *range(0x1D100, 0x1D200),
        *range(0x2F800, 0x2FA20),
    ]
    text = "\n".join(f"a{chr(code)}b{chr(code)}" for code in codes)
    assert repair_text(text, config) == ftfy.fix_text(text, config)


@pytest.mark.parametrize("form", ["NFC", "NFKC", "NFD"])
def test_every_character_is_composed_and_put_into_order_as_from_ftfy(form: str) -> None:
    config = CORPUS_FTFY._replace(normalization=form)
    codes = [*range(0xA0, 0xAC00), *range(0xAC00, 0xD7A4, 97), *range(0xF900, 0x12000), *range(0x1D100, 0x1D200)]
    decomposed = {unicodedata.normalize("NFD", chr(code)) for code in codes if unicodedata.decomposition(chr(code))}
    # As it is, with a mark between letter and mark, and a mark of a lower class after it.
    lines = [f"{text}\n{text[0]}\u0334{text[1:]}\n{text}\u0323\nक{text[1:]}" for text in sorted(decomposed)]
    text = "\n".join(lines)
    assert repair_text(text, config) == ftfy.fix_text(text, config)


def test_an_encoding_is_possible_where_ftfy_says_so() -> None:
    # The shortcut for strict UTF-8 relies on it.
    for encoding in ENCODINGS:
        possible = chardata.ENCODING_REGEXES[encoding]
        for character in map(chr, [*range(0x3000), *range(0xE000, 0x10010)]):
            assert bool(character.encode(encoding, "ignore")) == bool(possible.match(character))


def test_another_ftfy_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftfy, "__version__", "7.0.0")
    tables.derive_tables.cache_clear()
    assert tables.derive_tables(ftfy.TextFixerConfig()) is None
    assert repair_text("l’Ã©tÃ©", CORPUS_FTFY) == "l’été"
    monkeypatch.undo()
    tables.derive_tables.cache_clear()
    assert tables.derive_tables(ftfy.TextFixerConfig()) is not None


def test_a_clean_text_is_the_same_object() -> None:
    assert repair_text(SEED) is SEED
