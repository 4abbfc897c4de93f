"""Count the files of code and data that parse before the duplicates pass and do not after.

    python benchmarks/code_parses.py .venv /usr          files in these folders, up to --limit of each language
    pip install tree-sitter tree-sitter-c ...            more languages (see GRAMMARS); those without one are left out

Files are cleaned within themselves, and all together by the command with its default scope. Only files that are changed
are parsed, before and after. Files are left out that are equal to an earlier one, not UTF-8, shorter than --least
characters or longer than 200,000. Nothing is written to the folders and no code is run.
"""

import argparse
import ast
import configparser
import importlib
import json
import random
import subprocess
import tempfile
import xml.etree.ElementTree
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import tomllib
import yaml
from removals import Document, add_config, collapse_all, collapse_each, config_of

# Which module and function hold the grammar of a language.
GRAMMARS = {
    "C": ("tree_sitter_c", "language"),
    "C++": ("tree_sitter_cpp", "language"),
    "CSS": ("tree_sitter_css", "language"),
    "Go": ("tree_sitter_go", "language"),
    "Java": ("tree_sitter_java", "language"),
    "JavaScript": ("tree_sitter_javascript", "language"),
    "Make": ("tree_sitter_make", "language"),
    "PHP": ("tree_sitter_php", "language_php"),
    "Ruby": ("tree_sitter_ruby", "language"),
    "Rust": ("tree_sitter_rust", "language"),
}
SUFFIXES = {
    ".py": "Python",
    ".pyi": "Python stubs",
    ".json": "JSON",
    ".toml": "TOML",
    ".yaml": "YAML",
    ".yml": "YAML",
    ".xml": "XML",
    ".svg": "XML",
    ".ini": "INI",
    ".cfg": "INI",
    ".sh": "shell",
    ".js": "JavaScript",
    ".mjs": "JavaScript",
    ".cjs": "JavaScript",
    ".css": "CSS",
    ".go": "Go",
    ".c": "C",
    ".h": "C",
    ".cc": "C++",
    ".cpp": "C++",
    ".hpp": "C++",
    ".java": "Java",
    ".mk": "Make",
    ".php": "PHP",
    ".rb": "Ruby",
    ".rs": "Rust",
}


def parse_ini(text: str) -> None:
    configparser.ConfigParser(interpolation=None).read_string(text)


def parse_shell(text: str) -> None:
    subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True, check=True)


def grammar_parser(module: str, function: str) -> Callable[[str], None] | None:
    """Return a function that raises where a grammar finds an error; None where the grammar is not installed."""
    try:
        tree_sitter = importlib.import_module("tree_sitter")
        language = tree_sitter.Language(getattr(importlib.import_module(module), function)())
    except ImportError:
        return None
    parser = tree_sitter.Parser(language)

    def parse(text: str) -> None:
        if parser.parse(text.encode()).root_node.has_error:
            raise SyntaxError

    return parse


def parsers() -> dict[str, Callable[[str], object]]:
    """Return for each language a function that raises an error for a text that does not parse."""
    grammars = {name: grammar_parser(*place) for name, place in GRAMMARS.items()}
    return {
        "Python": ast.parse,
        "Python stubs": ast.parse,
        "JSON": json.loads,
        "TOML": tomllib.loads,
        "YAML": lambda text: list(yaml.compose_all(text, Loader=yaml.CSafeLoader)),
        "XML": xml.etree.ElementTree.fromstring,
        "INI": parse_ini,
        "shell": parse_shell,
        **{name: parse for name, parse in grammars.items() if parse},
    }


def parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except Exception:  # each parser has errors of its own
        return False
    return True


def language_of(path: Path) -> str | None:
    return "Make" if path.name in ("Makefile", "makefile", "GNUmakefile") else SUFFIXES.get(path.suffix)


def read_files(folders: Sequence[Path], languages: set[str], limit: int, least: int) -> Iterator[tuple[str, Path, str]]:
    """Return language, path and text of files that differ, in an order drawn at random but always the same."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    paths = sorted({path for folder in folders for path in folder.rglob("*") if language_of(path) in languages})
    random.Random(1).shuffle(paths)
    for path in paths:
        language = language_of(path) or ""
        if counts[language] == limit or path.is_symlink() or not path.is_file():
            continue
        try:
            text = path.read_bytes().decode()
        except (UnicodeDecodeError, OSError):
            continue
        if least <= len(text) <= 200_000 and text not in seen:
            seen.add(text)
            counts[language] += 1
            yield language, path, text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=400, help="files of each language (default: 400)")
    parser.add_argument("--least", type=int, default=400, help="characters of a file (default: 400)")
    parser.add_argument("--show", action="store_true", help="print the files that do not parse, and what they lost")
    add_config(parser)
    options = parser.parse_args()

    check = parsers()
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "files.jsonl")
        with corpus.open("w", encoding="utf-8") as lines:
            for language, path, text in read_files(options.folders, set(check), options.limit, options.least):
                files[str(path)] = language
                lines.write(json.dumps({"id": str(path), "text": text}) + "\n")
        within = list(collapse_each([corpus], config_of(options)))
        across = collapse_all([corpus], config_of(options))

    scopes = {"document": within, "corpus": across}
    counts = {scope: count(scope, documents, files, check, options.show) for scope, documents in scopes.items()}
    of_language = Counter(files.values())
    columns = ("changed", "parsed before", "not after")
    print(f"{'':<14}{'files':>7}", *(f"{scope}: {column}" for scope in scopes for column in columns), sep="  ")
    for language in [*sorted(of_language), "all"]:
        total = of_language[language] if language != "all" else len(files)
        cells = [
            f"{sum(each.values()) if language == 'all' else each[language]:>{len(scope + column) + 2}}"
            for scope in scopes
            for column in columns
            for each in [counts[scope][column]]
        ]
        print(f"{language:<14}{total:>7}", *cells, sep="  ")


def count(
    scope: str, documents: list[Document], files: dict[str, str], check: dict[str, Callable[[str], object]], show: bool
) -> dict[str, Counter[str]]:
    """Count by language the files that were changed, those of them that parsed before, and those that do not after."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("changed", "parsed before", "not after")}
    for document in documents:
        if not document.changes:
            continue
        language = files[document.id]
        counts["changed"][language] += 1
        if not parses(check[language], document.text):
            continue
        counts["parsed before"][language] += 1
        if parses(check[language], document.cleaned()):
            continue
        counts["not after"][language] += 1
        if show:
            print(f"{scope}: {document.id}")
            for change in document.changes:
                print(f"    {change.step} {change.rule} {change.before[:200]!r}")
    return counts


if __name__ == "__main__":
    main()
