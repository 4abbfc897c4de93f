"""All passes over a corpus: the pages of a folder, with each paragraph kept in the first page that has it.

python examples/clean_corpus.py --input 'examples/data/*.txt' --output cleaned
"""

import argparse
import json

import apache_beam as beam
from apache_beam.io import fileio
from apache_beam.options.pipeline_options import PipelineOptions

from beam_textclean.pipelines import CleanConfig, CleanCorpus
from beam_textclean.transforms import DuplicatesConfig


def run() -> None:
    """Write one line of JSON for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    arguments, beam_arguments = parser.parse_known_args()

    config = CleanConfig(duplicates=DuplicatesConfig(folds=("typography",)))
    with beam.Pipeline(options=PipelineOptions(beam_arguments)) as pipeline:
        _ = (
            pipeline
            | fileio.MatchFiles(arguments.input)
            | fileio.ReadMatches()
            | "ReadPages" >> beam.Map(lambda file: (file.metadata.path, file.read()))
            | CleanCorpus(config)
            | "MakeLines" >> beam.MapTuple(lambda path, text: json.dumps({"path": path, "text": text}))
            | "WritePages" >> beam.io.WriteToText(arguments.output, file_name_suffix=".jsonl")
        )


if __name__ == "__main__":
    run()
