"""Dead letters: elements that cannot be cleaned are recorded, and the job continues.

python examples/dead_letters.py
"""

import json

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from beam_textclean.transforms import FixTypos, NormalizeEncoding

PAGES = [
    ("page 1", "Ils ont risqué leur vie en sevrant à nos côtés.".encode()),
    ("page 2", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ("page 3", None),
]


def describe(bad: tuple) -> str:
    """Return a line of JSON about a bad element: its key, its bytes, and what is wrong."""
    (key, content), (error, message, _traceback) = bad
    content = None if content is None else content.hex()
    return json.dumps({"id": key, "bytes": content, "error": error.__name__, "message": message})


def run() -> None:
    """Print the cleaned pages, and the pages that could not be cleaned."""
    with beam.Pipeline() as pipeline:
        to_rejected = "Describe" >> beam.Map(describe) | "PrintRejected" >> beam.Map(print)
        # One handler collects the bad elements of all steps that it is passed to.
        with ErrorHandler(to_rejected) as rejected:
            _ = (
                pipeline
                | beam.Create(PAGES)
                | NormalizeEncoding().with_error_handler(rejected)
                | FixTypos(("fr",)).with_error_handler(rejected)
                | "Print" >> beam.MapTuple(lambda key, text: print(f"{key}: {text}"))
            )


if __name__ == "__main__":
    run()
