"""Measure how well the passes work: on the cases of the tests, on a folder of gold data, or one pass in depth.

    python benchmarks/quality.py cases              every case of tests/cases: right, wrong, known failures
    python benchmarks/quality.py gold FOLDER        every JSONL file of the folder, by the fields of its records
    python benchmarks/quality.py NAME ARGUMENT...   encoding, typos, learn-typos, duplicates, near or passages in depth;
                                                    its own help says more

Records of gold data have ``text`` and ``dups`` (repeated spans: see duplicates_quality.py), or ``line``,
``src``, ``tgt`` and ``type`` in a file named by its language (mined corrections: see typos_quality.py), or else
``text`` and ``lang`` (clean text, which is then damaged: see encoding_quality.py).
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duplicates_quality
import encoding_quality
import learn_quality
import near_quality
import passages_quality
import typos_quality

from beam_textclean.transforms import DuplicatesConfig, collapse_duplicate_paragraphs, fix_typos, normalize_encoding
from beam_textclean.transforms.duplicates.across.passages import collapse_repeated_passages
from beam_textclean.transforms.duplicates.reading.folding import fold_run
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows

CASES = Path(__file__).parents[1] / "tests" / "cases"
PROGRAMS = {
    "encoding": encoding_quality.main,
    "typos": typos_quality.main,
    "learn-typos": learn_quality.main,
    "duplicates": duplicates_quality.main,
    "near": near_quality.main,
    "passages": passages_quality.main,
}


def main() -> None:
    if len(sys.argv) == 2 and sys.argv[1] == "cases":
        run_cases()
    elif len(sys.argv) == 3 and sys.argv[1] == "gold":
        run_gold(Path(sys.argv[2]))
    elif len(sys.argv) > 2 and sys.argv[1] in PROGRAMS:
        run_program(sys.argv[1], sys.argv[2:])
    else:
        raise SystemExit(__doc__)


def run_cases() -> None:
    for path in sorted(CASES.glob("*.json")):
        counts: Counter[str] = Counter()
        for case in json.loads(path.read_text(encoding="utf-8")):
            known = "xfail" in case
            right = outcome(path.name, case)
            name = ("known failure" if not right else "known failure that is fixed") if known else str(right)
            counts[{"True": "right", "False": "WRONG"}.get(name, name)] += 1
            if not right and not known:
                print(f"  wrong: {path.name}: {case['label']}")
        print(f"{path.name:<28} {', '.join(f'{count} {name}' for name, count in counts.items())}")


def outcome(name: str, case: dict[str, Any]) -> bool:
    if name.startswith("near"):
        one, other = (windows(fold_run(case[side], DuplicatesConfig())) for side in ("one", "other"))
        return (jaccard(one, other) >= case.get("threshold", 0.8)) == case["near"]
    if name.startswith("passages"):
        config = DuplicatesConfig(min_passage=case.get("min_passage", 200), folds=tuple(case.get("folds", ())))
        documents = [(str(number), text) for number, text in enumerate(case["documents"])]
        return [cleaned.text for cleaned in collapse_repeated_passages(documents, config)] == case["fixed"]
    original = bytes.fromhex(case["bytes"]) if "bytes" in case else case.get("original", case.get("text"))
    expected = case.get("fixed", case.get("text", original))
    if name.startswith("encoding"):
        return normalize_encoding(original).text == expected
    if name.startswith("typos"):
        return fix_typos(original, case.get("languages", "auto")).text == expected
    config = DuplicatesConfig(folds=tuple(case.get("folds", ())))
    return collapse_duplicate_paragraphs(original, config).text == expected


def run_gold(folder: Path) -> None:
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")]):
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            record = json.loads(file.readline())
        print(f"== {path.name}")
        if "dups" in record:
            run_program("duplicates", [str(path)])
        elif "src" in record:
            run_program("typos", ["mined", f"{path.name.split('.')[0]}={path}"])
        else:
            run_program("encoding", [str(path)])


def run_program(name: str, arguments: list[str]) -> None:
    sys.argv = [f"{name}_quality.py", *arguments]
    PROGRAMS[name]()


if __name__ == "__main__":
    main()
