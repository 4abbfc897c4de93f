"""The page of the report: one file of HTML that needs no network and no other file."""

import base64
import hashlib
import json
import re
from collections import Counter
from importlib.resources import files
from typing import NamedTuple

import jinja2
import yaml
from markupsafe import Markup

from beam_textclean.pipelines.file_job.job import Results
from beam_textclean.pipelines.file_job.listed_files import read_summary
from beam_textclean.pipelines.file_job.schema import Summary
from beam_textclean.pipelines.passes import STEPS
from beam_textclean.pipelines.report import flow
from beam_textclean.pipelines.report.findings import EXAMPLES, Findings, find
from beam_textclean.pipelines.report.run import Run
from beam_textclean.pipelines.report.shown import show, words_per_character

MOST_FILES = 300
"""How many input files are listed."""

MOST_FIXES = 200
"""How many of the most frequent fixes are listed."""

_IN_CONTEXT = 30  # of these fixes, how many are shown in their text
_MOST_ENCODINGS = 50


class FileRow(NamedTuple):
    """An input file in numbers."""

    name: str
    format: str
    records: int
    changes: int
    rejected: int


def make_report(results: Results, run: Run | None = None) -> str:
    """Return the report of a finished job.

    Args:
        results: The files of the job.
        run: How it was run, where that is known. The rest of the page depends on the results alone.

    Returns:
        A page of HTML.

    Raises:
        NotResults: The folder does not hold what a job leaves.
    """
    summary = read_summary(results)
    findings = find(results, summary)
    ranked = findings.ranked()
    most_changed = [place for _, place in ranked]
    drawn = [place for place in sorted(findings.drawn.items) if place not in set(most_changed)]
    fixes = sorted(findings.fixes.items(), key=lambda item: (-item[1], item[0]))[:MOST_FIXES]
    in_context = {fix: findings.first_fix[fix] for fix, _ in fixes[:_IN_CONTEXT]}
    examples = {key: sorted(sample.items) for key, sample in findings.examples.items()}
    places = [*in_context.values(), *(place for drawn_places in examples.values() for place in drawn_places)]
    documents, changes = show(results, summary, [*most_changed, *drawn], places)
    data = files("beam_textclean.pipelines.report").joinpath("data")
    style, script, template = (
        data.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js", "report.html.jinja")
    )
    page = (
        _environment()
        .from_string(template)
        .render(
            summary=summary,
            counts=summary["counts"],
            run=run,
            run_json=Markup(_as_script(run)),
            style=Markup(style),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
            ribbons=flow.draw(_branches(summary, findings)),
            flow=flow,
            rules=_rules(findings),
            steps=_steps(findings),
            encodings=sorted(findings.encodings.items(), key=lambda item: (-item[1], item[0]))[:_MOST_ENCODINGS],
            examples={key: [changes[place] for place in drawn if place in changes] for key, drawn in examples.items()},
            example_places=examples,
            most_examples=EXAMPLES,
            fixes=[(fix, count, changes.get(in_context.get(fix))) for fix, count in fixes],  # type: ignore[arg-type]
            findings=findings,
            most_changed=[(documents[place], size) for size, place in ranked if place in documents],
            drawn=[documents[place] for place in drawn if place in documents],
            file_rows=_file_rows(summary, findings)[:MOST_FILES],
            files_rejecting=findings.rejected_in_file.most_common(10),
            words=words_per_character(results, summary),
            configuration=yaml.safe_dump(summary["configuration"], sort_keys=False, allow_unicode=True),
        )
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8")  # of names in no encoding


def run_of(page: str) -> Run | None:
    """Return how a job was run, as an earlier report of it says, or None."""
    found = re.search(r'<script type="application/json" id="run">(.*?)</script>', page, re.DOTALL)
    if found is None:
        return None
    try:
        return Run(**json.loads(found[1]))
    except (ValueError, TypeError):
        return None


def _as_script(run: Run | None) -> str:
    """Return a run as JSON that no text can break out of."""
    return json.dumps(None if run is None else run._asdict()).replace("<", "\\u003c")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["percent"] = _percent
    environment.filters["seconds"] = lambda seconds: f"{seconds:,.1f} s"
    environment.filters["safe_html"] = Markup
    return environment


def _percent(share: float) -> str:
    """Return a share as people read it.

    >>> _percent(0.123), _percent(0.00001), _percent(0.0)
    ('12.3 %', '< 0.1 %', '0 %')
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if share else "0 %"


def _branches(summary: Summary, findings: Findings) -> list[flow.Branch]:
    written = summary["counts"].get("characters_written")
    if written is None:  # results of an earlier version
        return []
    characters: Counter[str] = Counter()
    for (step, _), more in findings.characters.items():
        characters[step] += more
    return flow.branches_of(written, {step: characters[step] for step in STEPS})


def _rules(findings: Findings) -> list[tuple[str, str, int, int]]:
    """Return step, rule, number of changes, and by how many code points they made texts longer."""
    return [
        (step, rule, count, findings.characters[step, rule])
        for (step, rule), count in sorted(
            findings.rules.items(), key=lambda item: (STEPS.index(item[0][0]), -item[1], item[0])
        )
    ]


def _steps(findings: Findings) -> list[tuple[str, int]]:
    steps: Counter[str] = Counter()
    for (step, _), count in findings.rules.items():
        steps[step] += count
    return [(step, steps[step]) for step in STEPS]


def _file_rows(summary: Summary, findings: Findings) -> list[FileRow]:
    rows = [
        FileRow(
            file["name"],
            file["format"] + (f".{file['compression']}" if file["compression"] else ""),
            sum(output["records"] for output in file["outputs"]),
            findings.changed_in_file[file["name"]],
            findings.rejected_in_file[file["name"]],
        )
        for file in summary["files"]
    ]
    return sorted(rows, key=lambda row: (-row.rejected, -row.changes, row.name))
