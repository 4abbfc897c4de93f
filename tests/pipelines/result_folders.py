"""Look into the folders that a job reads and writes."""

import json
import re
from pathlib import Path

_TIMES = re.compile(rb'<div id="times">.*?</div>', re.DOTALL)


def entries(folder):
    """All lines of all JSON lines files below a folder, in order."""
    return [
        json.loads(line)
        for path in sorted(Path(folder).rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def content(folder):
    """The bytes of every file below a folder, by relative path; without what a report says of the run."""
    folder = Path(folder)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _TIMES.sub(b"", data) if name == "report.html" else data for name, data in files.items()}
