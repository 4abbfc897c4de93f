r"""Derive the shipped lexicons, Bloom filters of the inflected forms of a language, from named, licensed sources.

    python tools/build_lexicons.py --output transforms/typos/data fr=dictionary-fr en=dictionary-en \
        en=dictionary-en-gb es=dictionary-es pt=dictionary-pt pt=dictionary-pt-pt

The folders are npm packages of hunspell dictionaries; docs/typos-how-it-works.md lists the versions, and NOTICE the
licences. Forms are in lower case, names included. Of the eight million forms of dictionary-pt only those that wordfreq
knows are used. A second filter has those of them that are common (wordfreq). The same inputs give the same bytes.
"""

import argparse
from collections import defaultdict
from pathlib import Path

from hunspell import read_forms
from wordfreq import freq_to_zipf, get_frequency_dict

from beam_textclean.transforms.typos.lexicon import bloom_filter

# If there are more forms than this, the rare ones are combinations that nobody has written.
_MANY = 1_000_000

# A word of this frequency (Zipf) is common: two times in ten million words.
_COMMON = 2.3


def read_words(folder: Path, language: str) -> set[str]:
    words = {form.lower() for form in read_forms(folder) if form.isalpha() and len(form) >= 3}
    return words if len(words) <= _MANY else words & get_frequency_dict(language, "best").keys()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("sources", nargs="+", metavar="LANGUAGE=FOLDER")
    options = parser.parse_args()
    words: dict[str, set[str]] = defaultdict(set)
    for source in options.sources:
        language, _, folder = source.partition("=")
        words[language] |= read_words(Path(folder), language)
    for language, known in sorted(words.items()):
        frequencies = get_frequency_dict(language, "best")
        common = {word for word in known if freq_to_zipf(frequencies.get(word, 1e-9)) >= _COMMON}
        for name, chosen in (("words", known), ("common", common)):
            path = options.output / f"{language}_{name}.bloom"
            path.write_bytes(bloom_filter(chosen))
            print(f"{path.name}: {len(chosen)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
