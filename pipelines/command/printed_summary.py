"""What a finished job did, in words."""

from beam_textclean.pipelines.command.marks import visible
from beam_textclean.pipelines.file_job.schema import Summary

_MORE = " ... (all are in summary.json)"


def print_summary(summary: Summary, output: str, dry_run: bool, has_report: bool) -> None:
    """Print the numbers of a job, and where its results are.

    Args:
        summary: The summary.
        output: The output folder, as it was given.
        dry_run: Whether nothing was written.
        has_report: Whether there is a report.
    """
    counts = dict(summary["counts"])
    documents, changed, emptied, rejected = (
        counts.pop(name) for name in ("documents", "documents_changed", "documents_emptied", "documents_rejected")
    )
    print(f"{counted(documents, 'document')}: {changed} changed, {emptied} left empty; ", end="")
    print(f"{counted(rejected, 'record')} rejected")
    if first := summary["first_rejected"]:
        print(f"  the first: {visible(first['file'])}, record {first['record']}: {visible(first['reason'])}")
    if unopened := summary["unopened_files"]:
        print(f"{counted(len(unopened), 'file')} could not be opened:")
        print(f"  {visible(unopened[0]['file'])}: {visible(unopened[0]['reason'])}{_MORE * (len(unopened) > 1)}")
    for name, count in counts.items():
        print(f"  {name:<40} {count:>10}")
    if learned := summary.get("learned"):
        rows = f" (all are in {output}/learned.csv, for review)" if not dry_run else ""
        print(f"{counted(learned['accepted'], 'typo')} learned, of {counted(learned['proposals'], 'proposal')}{rows}")
    if summary["rejected_references"]:
        one = summary["rejected_references"][0]
        records = counted(len(summary["rejected_references"]), "record")
        print(f"{records} of the reference could not be read, and nothing is compared with them:")
        print(f"  {visible(one['file'])}, record {one['record']}: {visible(one['reason'])}{_MORE}")
    if dry_run:
        print("dry run: nothing was written")
        return
    where = [f"{output}/documents"] + [f"{output}/changes"] * bool(changed) + [f"{output}/rejected"] * bool(rejected)
    print(f"written to {', '.join(where)} and {output}/summary.json")
    if has_report:
        print(f"what was done, and why: {output}/report.html")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "file"), counted(2, "file")
    ('1 file', '2 files')
    """
    return f"{number} {noun}{'s' * (number != 1)}"
