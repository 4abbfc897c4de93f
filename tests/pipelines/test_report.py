"""The report: what it says, that it says it in a browser, and that no text of a document becomes a part of the page."""

import json
import re
import shutil
from pathlib import Path

import pytest

from beam_textclean.pipelines.file_job.job import Results
from beam_textclean.pipelines.report import flow
from beam_textclean.pipelines.report.findings import ChangePlace, DocumentPlace, Findings, Fix
from beam_textclean.pipelines.report.page import make_report, run_of
from beam_textclean.pipelines.report.run import Run
from beam_textclean.pipelines.report.sample import Sample
from result_folders import content

HOSTILE = "</script></pre><img src=x onerror=alert(1)><script>document.title='broken'</script>{{ 7 * 7 }} &lt;"
RUN = Run(
    "beam-textclean clean </script>", "an engine", "3.12", "2026-01-01 00:00:00 UTC", 1.5, 2.5, {"writing": 1}, False
)


@pytest.fixture
def results(tmp_path, clean, jobs):
    """The folder of a job whose documents have everything that a report shows."""
    (tmp_path / "in").mkdir()
    paragraph = "Tous les textes de ce site sont libres de droits, sauf mention contraire."
    texts = [
        f"{HOSTILE} un Ã©tÃ© avec teh book. I have teh book and I recieve it.\n\n{paragraph}",
        f"שלום עולם, זהו טקסט. I have teh book and I recieve the letters.\n\n{paragraph}",
        "A clean text.",
    ]
    lines = [json.dumps({"id": f"<b>{number}</b>", "text": text}) for number, text in enumerate(texts)]
    (tmp_path / "in" / "a&b.jsonl").write_text("\n".join([*lines, f'["{HOSTILE}"]', ""]))
    return clean(tmp_path / "in")


@pytest.mark.jobs
def test_it_says_what_was_done(results):
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "3 documents" in page
    assert "1 record rejected" in page
    assert "typos: dictionary (language: en" in page
    assert '<del title="encoding: mojibake' in page
    assert "taken out by corpus_duplicates" in page
    assert page.count("a&amp;b.jsonl, record") > 3
    assert "a&b" not in re.sub(r'<div id="times">.*', "", page, flags=re.DOTALL)
    assert "49" not in re.findall(r"<script>document.title='broken'</script>(\S*)", page)


@pytest.mark.jobs
def test_no_text_becomes_a_part_of_the_page(results):
    page = (results / "report.html").read_text(encoding="utf-8")
    tags = set(re.findall(r"<(\w+)", page))
    assert "img" not in tags
    assert page.count("<script") == 2  # the page's own, and its data
    assert "<b>0</b>" not in page


@pytest.mark.jobs
def test_the_command_writes_it_again_and_keeps_what_is_known_of_the_run(results, command, tmp_path):
    before = content(results)
    run = run_of((results / "report.html").read_text(encoding="utf-8"))
    assert run is not None
    assert run.command.startswith("beam-textclean clean ")
    assert command("report", results)[0] == 0
    assert content(results) == before
    assert run_of((results / "report.html").read_text(encoding="utf-8")) == run
    (results / "report.html").unlink()
    assert command("report", results, "--output", tmp_path / "r.html")[0] == 0
    assert run_of((tmp_path / "r.html").read_text(encoding="utf-8")) is None
    assert "What was cleaned" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert not (results / ".staging").exists()
    status, printed = command("report", tmp_path)
    assert status == 2
    assert "summary.json" in printed


@pytest.mark.jobs
def test_a_folder_in_its_place_is_left_alone(results, command):
    (results / "report.html").unlink()
    (results / "report.html").mkdir()
    (results / "report.html" / "mine").touch()
    status, printed = command("report", results)
    assert (status, "is a folder; --output names another file" in printed) == (2, True)
    assert (results / "report.html" / "mine").exists()


@pytest.mark.jobs
def test_results_that_are_not_whole_are_named(results, command):
    shutil.rmtree(results / "changes")
    status, printed = command("report", results)
    assert (status, "is not whole, its results do not fit together" in printed) == (2, True)


@pytest.mark.jobs
def test_a_name_with_a_line_break_is_one_like_any_other(clean, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "two\nlines.txt").write_text("I have teh book and the others are in the house.")
    out = clean(tmp_path / "in")
    assert (out / "documents" / "two\nlines.txt").read_text().startswith("I have the book")
    assert "lines.txt, record 1" in (out / "report.html").read_text()


@pytest.mark.jobs
def test_it_can_be_left_out_and_the_job_can_be_quiet_or_print_json(tmp_path, command):
    (tmp_path / "a.txt").write_text("I have teh book.")
    call = ["clean", tmp_path / "a.txt", "--output", tmp_path / "out", "--overwrite"]
    status, printed = command(*call, "--no-report", "--quiet")
    assert (status, printed) == (0, "")
    assert not (tmp_path / "out" / "report.html").exists()
    status, printed = command(*call, "--json", "--quiet")
    assert json.loads(printed) == json.loads((tmp_path / "out" / "summary.json").read_text())


@pytest.mark.jobs
@pytest.mark.parametrize("format", ["txt", "jsonl"])
def test_documents_in_another_format_are_shown_as_far_as_they_can_be_read(format, tmp_path, clean):
    (tmp_path / "a.csv").write_text('id,text\n1,"I have teh book, and more."\n')
    out = clean(tmp_path / "a.csv", "--format", format)
    page = make_report(Results(str(out)))
    assert ">teh</del>" in page
    assert ("and more" in page) == (format == "jsonl")


def test_a_run_is_read_back_from_the_page_whatever_it_holds(tmp_path):
    (tmp_path / "summary.json").write_text(
        json.dumps(
            {
                "counts": {"documents": 0, "documents_changed": 0, "documents_emptied": 0, "documents_rejected": 0},
                "versions": {},
                "configuration": {
                    "format": "same",
                    "text_field": "text",
                    "id_field": "id",
                    "max_record_bytes": 9,
                    "csv_dialect": "auto",
                },
                "first_rejected": None,
                "unopened_files": [],
                "against": [],
                "rejected_references": [],
                "most_repeated": [],
                "files": [],
            }
        )
    )
    page = make_report(Results(str(tmp_path)), RUN)
    assert run_of(page) == RUN
    assert "</script>\n" not in json.dumps(RUN)
    assert page.count("</script>") == 2
    assert run_of(make_report(Results(str(tmp_path)))) is None


def entry(before, after, step="typos", rule="dictionary", **detail):
    return {
        "file": "a.txt",
        "record": 1,
        "step": step,
        "rule": rule,
        "start": 0,
        "end": len(before),
        "before": before,
        "after": after,
        "detail": detail,
    }


def test_the_documents_changed_most_come_first_and_of_equals_the_first():
    findings = Findings()
    for record, size in enumerate([5, 9, 5, *[1] * 20], 1):
        findings.add(DocumentPlace(0, "a.txt", record), [entry("x" * size, "")])
    assert [place.record for _, place in findings.ranked()][:4] == [2, 1, 3, 4]
    assert len(findings.ranked()) == 12
    assert findings.drawn.offered == 23


def test_fixes_are_counted_by_language_and_the_first_is_known():
    findings = Findings()
    for record in (1, 2):
        findings.add(DocumentPlace(0, "a.txt", record), [entry("teh", "the", language="en")])
    fix = Fix("teh", "the", "en")
    assert findings.fixes == {fix: 2}
    assert findings.first_fix[fix] == ChangePlace(DocumentPlace(0, "a.txt", 1), 0)


def test_every_item_of_a_stream_has_the_same_chance():
    drawn = [0] * 10
    sample = Sample(1000)
    for number in range(100_000):
        sample.offer(number)
    for number in sample.items:
        drawn[number // 10_000] += 1
    assert min(drawn) > 60
    assert max(drawn) < 140


def test_ribbons_fill_the_drawing_in_proportion():
    assert flow.draw([]) == []
    ribbons = flow.draw(flow.branches_of(499, {"typos": 3, "duplicates": -500, "corpus_duplicates": -1}))
    assert [ribbon.branch.characters for ribbon in ribbons] == [499, 500, 1]
    last = ribbons[-1]
    assert last.y + last.height == pytest.approx(flow.HEIGHT)
    assert last.height >= 2


@pytest.mark.jobs
@pytest.mark.skipif(
    not shutil.which("chromedriver"), reason="needs Chromium with its driver: apt install chromium-driver"
)
def test_it_works_in_a_browser(results):
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        browser.get(Path(results / "report.html").as_uri())
        title, columns, rows, opened = browser.execute_script(_USE)
        assert title == "beam-textclean report"
        assert columns == sorted(columns, key=int)
        assert rows == 1
        assert "teh" in opened
        assert browser.get_log("browser") == []
    finally:
        browser.quit()


_USE = """
const rules = document.querySelector("#rules table.data");
const heading = rules.tHead.rows[0].cells[2].firstChild;
heading.click();
heading.click();
const column = [...rules.tBodies[0].rows].map(row => row.cells[2].dataset.value);
const body = rules.tBodies[0];
const first = document.querySelector("details.document");
first.open = true;
const search = document.querySelector("input[type=search]");
let shown = 1;
if (search) {
  search.value = "mojibake";
  search.dispatchEvent(new Event("input"));
  shown = [...body.rows].filter(row => row.checkVisibility()).length;
}
const documents = [...document.querySelectorAll("details.document")].map(each => each.textContent);
return [document.title, column, shown, documents.join()];
"""
