"""Measure how well the encoding pass decodes and repairs, on any clean text.

    python benchmarks/quality.py encoding [--seed 1] [--samples 40] FOLDER_OR_FILE.jsonl[.gz] ...

The records need a text and a language (fields ``text`` and ``lang``). The program makes the damage itself, from a seed:
re-encodings, mixtures, mojibake, legacy bytes read as windows-1252; and prints a table for each, with the share of the
samples that are restored exactly.
"""

import argparse
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import ftfy

from beam_textclean.transforms.encoding import decode_bytes, normalize_encoding
from beam_textclean.transforms.errors import UndecodableText

# In which encodings texts of a language were published.
ENCODINGS = {
    "fr": ["cp1252", "iso8859-15", "cp850", "mac-roman"],
    "de": ["cp1252", "cp850", "cp437"],
    "es": ["cp1252", "cp850"],
    "pt": ["cp1252", "cp850"],
    "it": ["cp1252"],
    "pl": ["cp1250", "iso8859-2", "cp852"],
    "cs": ["cp1250", "iso8859-2"],
    "hu": ["cp1250", "iso8859-2"],
    "ro": ["cp1250"],
    "lt": ["cp1257", "iso8859-13"],
    "tr": ["cp1254"],
    "el": ["cp1253", "iso8859-7"],
    "ru": ["cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic"],
    "ar": ["cp1256", "iso8859-6"],
    "th": ["cp874"],
    "ja": ["cp932", "euc_jp", "iso2022_jp"],
    "zh": ["gb18030", "big5"],
    "ko": ["cp949"],
}
ON_THE_WEB = {
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1256", "cp1257", "cp874", "iso8859-2", "iso8859-7"),
    *("iso8859-15", "koi8-r", "cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949"),
}
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
WRONG_READINGS = {
    "latin-1": "latin-1",
    **{f"cp{number}": f"sloppy-windows-{number}" for number in (1250, 1251, 1252, 1253, 1254, 1257)},
    **{name: name for name in ("iso8859-2", "mac-roman", "cp437", "cp850", "cp866", "koi8-r", "gb18030", "cp932")},
}
LEGACY = {
    "ru": ["cp1251", "koi8-r"],
    "el": ["cp1253", "iso8859-7"],
    "ar": ["cp1256"],
    "he": ["cp1255"],
    "th": ["cp874"],
    "ja": ["cp932", "euc_jp"],
    "zh": ["gb18030", "big5"],
    "ko": ["cp949"],
    "pl": ["cp1250", "iso8859-2"],
    "cs": ["cp1250", "iso8859-2"],
    "tr": ["cp1254"],
    "hu": ["cp1250", "iso8859-2"],
    "ro": ["cp1250"],
    "lt": ["cp1257"],
}


def read_lines(paths: list[Path], most: int) -> dict[str, list[str]]:
    """Collect lines by language, as this pass leaves them, so that what it would change anyway is not measured."""
    lines: dict[str, list[str]] = defaultdict(list)
    files = [file for path in paths for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])]
    for file in files:
        here: Counter[str] = Counter()
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as source:
            for record in map(json.loads, source):
                for line in record["text"].split("\n"):
                    if 20 < len(line) < 500 and here[record["lang"]] < most:
                        here[record["lang"]] += 1
                        lines[record["lang"]].append(normalize_encoding(line).text)
    return lines


def snippets(lines: list[str], encoding: str, size: int, samples: int, rng: random.Random) -> Iterator[str]:
    """Cut texts of about a number of bytes at random, which the encoding can write and which are not ASCII."""
    for _ in range(samples * 4):
        start = rng.randrange(len(lines))
        text = " ".join(lines[start : start + max(2, size // 20)])
        start = rng.randrange(max(1, len(text) - size))
        text = text[start : start + size]
        while len(text.encode(encoding, "replace")) > size:
            text = text[: max(1, len(text) * size // len(text.encode(encoding, "replace")) - 1)]
        try:
            exact = text.encode(encoding).decode(encoding) == text
        except UnicodeError:
            continue
        if exact and not text.isascii():
            samples -= 1
            yield text
        if not samples:
            return


def documents(lines: list[str], size: int, samples: int, rng: random.Random) -> list[str]:
    """Return documents of a number of consecutive lines that are not ASCII."""
    starts = [rng.randrange(max(1, len(lines) - size)) for _ in range(samples)]
    found = [normalize_encoding("\n".join(lines[start : start + size])).text for start in starts]
    return [document for document in found if not document.isascii()]


def decode(data: bytes) -> str | None:
    try:
        return decode_bytes(data).text
    except UndecodableText:
        return None


def measure_decoding(lines: dict[str, list[str]], samples: int, rng: random.Random) -> None:
    print("\n## Decoding bytes: exact texts in %, by size of the snippet\n")
    sizes = (20, 200, 2000, 20000)
    print("| language | encoding |" + "".join(f" {size} B |" for size in sizes) + " ms a document at 2 kB |")
    print("|---|---|" + "---|" * (len(sizes) + 1))
    rates: dict[tuple[bool, int], list[float]] = defaultdict(list)
    as_utf8 = total = 0
    for language, encodings in ENCODINGS.items():
        for encoding in encodings if lines.get(language) else []:
            row = f"| {language} | {encoding} |"
            milliseconds = 0.0
            for size in sizes:
                count = samples if size < 20000 else max(4, samples // 5)
                texts = list(snippets(lines[language], encoding, size, count, rng))
                begin = time.process_time()
                answers = [decode(text.encode(encoding)) for text in texts]
                if size == 2000 and texts:
                    milliseconds = (time.process_time() - begin) / len(texts) * 1000
                right = sum(text == answer for text, answer in zip(texts, answers, strict=True))
                for text in texts:
                    total += 1
                    as_utf8 += encoding != "iso2022_jp" and _is_utf8(text.encode(encoding))
                row += f" {100 * right / len(texts):.0f} |" if texts else " - |"
                if texts:
                    rates[encoding in ON_THE_WEB, size].append(right / len(texts))
            print(f"{row} {milliseconds:.1f} |")
    for name, kinds in ("all", (True, False)), ("on the web", (True,)):
        cells = [[rate for kind in kinds for rate in rates[kind, size]] for size in sizes]
        print(f"| **mean** | {name}, {len(cells[1])} pairs |", end="")
        print("".join(f" {100 * sum(cell) / len(cell):.1f} |" for cell in cells) + " |")
    print(f"\nLegacy snippets that are valid UTF-8 by accident: {as_utf8} of {total}.")
    right = Counter[str]()
    count = 0
    for language in lines:
        for text in snippets(lines[language], "utf-8", 200, samples // 4, rng):
            count += 1
            for encoding in WIDE:
                right[encoding] += decode(text.encode(encoding)) == text
    print(f"UTF-16 and UTF-32 without a mark, 200 B, all languages: {dict(right)} of {count}.")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def measure_mixed(lines: dict[str, list[str]], samples: int, rng: random.Random) -> None:
    print("\n## UTF-8 documents of 25 lines in which 1 to 4 lines are windows-1252\n")
    for language in ("fr", "de", "es", "pt", "it"):
        right = count = 0
        for document in documents(lines.get(language, [""]), 25, samples * 3, rng):
            parts = document.split("\n")
            legacy = set(rng.sample(range(len(parts)), min(len(parts), rng.randint(1, 4))))
            try:
                data = b"\n".join(part.encode("cp1252" if n in legacy else "utf-8") for n, part in enumerate(parts))
            except UnicodeEncodeError:
                continue
            if not _is_utf8(data):
                count += 1
                right += decode(data) == document
        print(f"- {language}: {right} of {count} exact")


def measure_mojibake(lines: dict[str, list[str]], samples: int, rng: random.Random) -> None:
    print("\n## Mojibake: documents of 20 lines restored exactly, where nothing was lost in the wrong reading\n")
    readings = {name: [encoding] for name, encoding in WRONG_READINGS.items()}
    readings |= {"cp1252 twice": ["sloppy-windows-1252"] * 2, "cp1252 three times": ["sloppy-windows-1252"] * 3}
    right, with_ftfy, count = Counter[str](), Counter[str](), Counter[str]()
    languages: dict[str, list[str]] = defaultdict(list)
    for language in sorted(lines):
        for name, encodings in readings.items():
            here = exact = 0
            for document in documents(lines[language], 20, samples, rng):
                broken = _misread(document, encodings)
                if broken is None:
                    continue
                here += 1
                exact += normalize_encoding(broken).text == document
                with_ftfy[name] += ftfy.fix_text(broken, uncurl_quotes=False, fix_character_width=False) == document
            right[name] += exact
            count[name] += here
            if exact < here:
                languages[name].append(f"{language} {exact}/{here}")
    print("| read as | documents | this pass | ftfy alone | languages not at 100 % |\n|---|---|---|---|---|")
    for name in readings:
        if count[name]:
            ours, theirs = (100 * hits[name] / count[name] for hits in (right, with_ftfy))
            print(f"| {name} | {count[name]} | {ours:.1f} | {theirs:.1f} | {', '.join(languages[name])} |")


def _misread(text: str, encodings: list[str]) -> str | None:
    broken = text
    for encoding in encodings:
        try:
            once = broken.encode().decode(encoding)
            if once.encode(encoding) != broken.encode():
                return None
        except UnicodeError:
            return None
        broken = once
    return broken


def measure_legacy(lines: dict[str, list[str]], samples: int, rng: random.Random) -> None:
    print("\n## Legacy bytes read as windows-1252: documents restored exactly\n")
    print("| language | encoding | 5 lines | 20 lines |\n|---|---|---|---|")
    for language, encodings in LEGACY.items():
        for encoding in encodings if lines.get(language) else []:
            cells = []
            for size in (5, 20):
                right = count = 0
                for document in documents(lines[language], size, samples, rng):
                    try:
                        broken = document.encode(encoding).decode("sloppy-windows-1252")
                        if broken.encode("sloppy-windows-1252").decode(encoding) != document:
                            continue
                    except UnicodeError:
                        continue
                    count += 1
                    right += normalize_encoding(broken).text == document
                cells.append(f"{right} of {count}")
            print(f"| {language} | {encoding} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=40, help="for each cell of a table")
    parser.add_argument("--lines", type=int, default=1500, help="read for each language of a file")
    parser.add_argument("--only", choices=["decoding", "mixed", "mojibake", "legacy"])
    arguments = parser.parse_args()
    lines = read_lines(arguments.paths, arguments.lines)
    print(", ".join(f"{language} {len(texts)}" for language, texts in sorted(lines.items())), "lines")
    measures: dict[str, Callable[[dict[str, list[str]], int, random.Random], None]] = {
        "decoding": measure_decoding,
        "mixed": measure_mixed,
        "mojibake": measure_mojibake,
        "legacy": measure_legacy,
    }
    for name, measure in measures.items():
        if arguments.only in (None, name):
            measure(lines, arguments.samples, random.Random(arguments.seed))


if __name__ == "__main__":
    main()
