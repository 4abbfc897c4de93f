"""The command as a process of its own."""

import re
import sys

COMMAND = (sys.executable, "-m", "beam_textclean.pipelines")
_PROGRESS = re.compile(r"(?:cleaning|comparing|writing): \d+ of \d+ (?:blocks|partitions) ")


def said(printed: str) -> list[str]:
    """Return the lines that a command printed, except those of its progress: a slow machine prints more of them."""
    return [line for line in printed.splitlines() if not _PROGRESS.match(line)]
