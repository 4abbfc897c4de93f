"""Measure that control characters do not make UTF-16 of UTF-8, and that UTF-16 and UTF-32 are read without a mark.

    python benchmarks/encoding_wide.py [--seed 1] [--lines 100000]

The lines are made of frequent words (wordfreq) of 30 languages, from a seed. Into half of them control characters are
put as files have them; the others are encoded as UTF-16 and UTF-32.
"""

import argparse
import random
from collections import Counter

from wordfreq import top_n_list

from beam_textclean.transforms.encoding import decode_bytes

LANGUAGES = [
    "ar",
    "bn",
    "cs",
    "de",
    "el",
    "en",
    "es",
    "fa",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sv",
    "ta",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
]
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
CONTROLS = "\0\0\0\x01\x02\x03\x07\b\x0e\x0f\x16\x1a\x1c\x1d\x1e\x1f"
FEWEST = 8  # characters of UTF-16


def line(rng: random.Random) -> str:
    """Return a line of frequent words of one language, with a capital and punctuation in half of the lines."""
    language = rng.choice(LANGUAGES)
    words = rng.sample(top_n_list(language, 2000), rng.randint(3, 14))
    text = ("" if language in ("zh", "ja") else " ").join(words)
    return text[:1].upper() + text[1:] + rng.choice([".", "!", "", " 12", "\n"]) if rng.random() < 0.5 else text


def with_controls(text: str, rng: random.Random) -> str:
    """Return a line with control characters: at its end, between words, in words, struck over letters."""
    control = rng.choice(CONTROLS)
    place = rng.randrange(len(text) + 1)
    return rng.choice(
        (
            text + control,
            text + control * rng.randint(1, 8),
            text[:place] + control + text[place:],
            control.join(text.split(" ")),
            "".join(letter + "\b" + letter if rng.random() < 0.4 and letter != " " else letter for letter in text),
            "".join(letter + control * (rng.random() < 0.1) for letter in text),
        )
    )


def misread(lines: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Count what is read wrongly, by kind, and how many of each kind there were."""
    rng = random.Random(seed)
    wrong: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for _ in range(lines):
        text = with_controls(line(rng), rng)
        total["UTF-8 with control characters"] += 1
        wrong["UTF-8 with control characters"] += decode_bytes(text.encode()).how != "utf_8"
        text = line(rng)
        if len(text) >= FEWEST:
            encoding = rng.choice(WIDE)
            total[encoding] += 1
            wrong[encoding] += decode_bytes(text.encode(encoding)).text != text
    return wrong, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=100_000)
    arguments = parser.parse_args()
    wrong, total = misread(arguments.lines, arguments.seed)
    for kind, count in total.items():
        print(f"- {kind}: {wrong[kind]} of {count} read wrongly")


if __name__ == "__main__":
    main()
