"""The audit trail: every change of every page, and the original pages, restored from the cleaned ones.

python examples/changes.py
"""

import apache_beam as beam

from beam_textclean.pipelines import CleanCorpus
from beam_textclean.transforms import revert_changes

PAGES = [
    ("page 1", "Le Pentagone assure qu'il n'utilisera pas l'aÃ©roport de Kaboul."),
    ("page 2", "Ils servent.\n\nLe Pentagone assure qu'il n'utilisera pas l'aéroport de Kaboul."),
]


def undo(page: tuple) -> tuple:
    """Return a page as it was before it was cleaned."""
    key, joined = page
    [text] = joined["text"]
    changes = sorted(joined["changes"], key=lambda change: (CleanCorpus.STEPS.index(change.step), change.number))
    return key, revert_changes(text, [change.change() for change in changes])


def run() -> None:
    """Print the changes and the restored pages."""
    with beam.Pipeline() as pipeline:
        documents, changes = pipeline | beam.Create(PAGES) | CleanCorpus().with_changes()
        _ = changes | "PrintChanges" >> beam.Map(
            lambda change: print(f"{change.id}: {change.step}/{change.rule}: {change.before!r} -> {change.after!r}")
        )
        by_page = changes | "KeyById" >> beam.WithKeys(lambda change: change.id)
        _ = (
            {"text": documents, "changes": by_page}
            | beam.CoGroupByKey()
            | "Undo" >> beam.Map(undo)
            | "PrintPages" >> beam.MapTuple(lambda key, text: print(f"{key} was {text!r}"))
        )


if __name__ == "__main__":
    run()
