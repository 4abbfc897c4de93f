"""One pass in a job of your own: repair the encoding of records before counting their words.

python examples/one_pass.py
"""

import apache_beam as beam

from beam_textclean.transforms import NormalizeEncoding

RECORDS = [
    {"url": "https://example.org/1", "body": "Un Ã©tÃ© Ã  la mer".encode(), "charset": None},
    {"url": "https://example.org/2", "body": "Un été à la montagne".encode("windows-1252"), "charset": None},
    {"url": "https://example.org/3", "body": "Léto na horách a u vody".encode("iso-8859-2"), "charset": "iso-8859-2"},
]


def run() -> None:
    """Print the words that two records or more contain."""
    with beam.Pipeline() as pipeline:
        _ = (
            pipeline
            | beam.Create(RECORDS)
            | NormalizeEncoding(field="body", id_field="url", declared_field="charset")
            | "SplitWords" >> beam.FlatMap(lambda record: set(record["body"].split()))
            | "CountWords" >> beam.combiners.Count.PerElement()
            | "KeepRepeated" >> beam.Filter(lambda word: word[1] > 1)
            | "Print" >> beam.MapTuple(lambda word, count: print(count, word))
        )


if __name__ == "__main__":
    run()
