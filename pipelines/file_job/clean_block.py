"""First stage of a file job: clean the documents of a block, and take the fingerprints of their paragraphs."""

from beam_textclean.pipelines.file_job.clean_record import (
    clean_reading,
    configs_of,
    edits_of,
    naming_defects,
    reason_of,
)
from beam_textclean.pipelines.file_job.fingerprint_files import FingerprintFile, pack_fingerprints
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.known_texts import KnownTexts, Staged, key_of
from beam_textclean.pipelines.file_job.outcomes import CleanedBlock, Rejected, outcome_as_json
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import (
    are_whole,
    cleaned_path,
    read_cleaned,
    read_if_staged,
    write_json,
    write_outcome,
)
from beam_textclean.pipelines.file_job.stopping import reading, why_not_opened
from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.rows import Reading, Row, Unreadable
from beam_textclean.pipelines.formats.watched_reads import Reads
from beam_textclean.transforms.duplicates.across.fingerprints import fingerprint_units
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.typos import Learned


def clean_block(job: Job, plan: Plan, number: int, known: KnownTexts, learned: Learned | None = None) -> CleanedBlock:
    """Clean a block and stage what changed.

    Args:
        job: What is to be done.
        plan: The blocks.
        number: Which block.
        known: What the worker remembers of the texts of this job.
        learned: The typos that were learned from the input, if any.

    Returns:
        How many records there are, and how their fingerprints are staged. A block that is staged already, and whole, is
        not cleaned again.
    """
    staged = _staged(job.folders, number)
    if staged is not None:
        return staged
    records: list[int] = []
    characters: list[int] = []
    reads: list[Reads] = []
    unopened: list[str | None] = []
    with (
        job.folders.create(job.folders.staged("outcomes", number)) as outcomes,
        job.folders.create(job.folders.staged("fingerprints", number)) as file,
    ):
        fingerprints = FingerprintFile(file, plan.partitions)
        block = _Block(job, known, learned, outcomes, fingerprints)
        for piece in plan.blocks[number]:
            first, characters_before = block.records, block.characters
            kind = plan.files[piece.file].format
            unopened.append(why_not_opened(plan.files[piece.file].path))
            with reading(plan.files[piece.file]) as read:
                for row in plan.rows(piece, job.settings) if unopened[-1] is None else ():
                    block.stage(row, kind)
            records.append(block.records - first)
            characters.append(block.characters - characters_before)
            reads.append(read)
        fingerprints.flush()
    cleaned = CleanedBlock(records, fingerprints.runs, reads, outcomes.sha256, unopened, characters, file.sha256)
    write_json(job.folders, cleaned_path(job.folders, number), cleaned.to_json())
    return cleaned


def _staged(folders: Folders, number: int) -> CleanedBlock | None:
    """Return what is staged of a block, or None where nothing is, or not what was staged."""
    cleaned = read_if_staged(cleaned_path(folders, number), lambda: read_cleaned(folders, number))
    if cleaned is None:
        return None
    expected = {"outcomes": cleaned.outcomes, "fingerprints": cleaned.fingerprints}
    return cleaned if are_whole({folders.staged(kind, number): digest for kind, digest in expected.items()}) else None


class _Block:
    """A block on its way to the staging folder.

    Attributes:
        records: How many of its records are staged.
        characters: How many code points their cleaned texts have.
    """

    def __init__(
        self,
        job: Job,
        known: KnownTexts,
        learned: Learned | None,
        outcomes: OutputFile,
        fingerprints: FingerprintFile,
    ) -> None:
        self.records = 0
        self.characters = 0
        self._config = job.config.duplicates
        self._configs = configs_of(job.config, learned)
        self._takes_fingerprints = job.across_corpus() and not job.compares_texts()
        self._known = known
        self._outcomes = outcomes
        self._fingerprints = fingerprints

    def stage(self, row: Row | Unreadable, kind: str) -> None:
        """Clean the next record and stage its outcome; of one that is not changed, only the fingerprints."""
        record = self.records
        self.records += 1
        try:
            with naming_defects():
                staged = self._staged(row, kind)
        except TextCleanError as error:
            write_outcome(self._outcomes, record, Rejected(type(error).__name__, reason_of(error)))
            return
        self.characters += staged.characters
        self._fingerprints.add(staged.fingerprints, record)
        if staged.outcome:
            write_outcome(self._outcomes, record, staged.outcome)

    def _staged(self, row: Row | Unreadable, kind: str) -> Staged:
        if isinstance(row, Unreadable):
            raise row.error
        reading = row.read()
        if reading.decoding is not None:  # the row itself, not only its text, has been changed
            return self._cleaned(row, reading, kind)[0]
        key = key_of(reading, kind)
        known = self._known.get(key)
        if known is not None:
            return known
        staged, is_all_in_text = self._cleaned(row, reading, kind)
        if is_all_in_text:
            self._known.add(key, staged)
        return staged

    def _cleaned(self, row: Row, reading: Reading, kind: str) -> tuple[Staged, bool]:
        """Clean a record; return what to stage, and whether it depends on nothing but the text."""
        cleaned = clean_reading(reading, self._configs)
        edited = edits_of(row, reading, cleaned, kind)
        fingerprints = b""
        if self._takes_fingerprints:
            fingerprints = pack_fingerprints(fingerprint_units(cleaned.text, self._config))
        staged = Staged("" if edited is None else outcome_as_json(edited), len(cleaned.text), fingerprints)
        return staged, edited is None or (edited.decoded is None and edited.raw is None)
