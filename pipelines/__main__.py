"""``python -m beam_textclean.pipelines`` is the command ``beam-textclean``."""

import logging
import os
import sys

from beam_textclean.pipelines.command import interrupt
from beam_textclean.pipelines.command.arguments import asks_for_outline, make_outline


def main() -> int:
    """Run the command on the arguments of the process, and give its exit status."""
    interrupt.listen("--verbose" in sys.argv)
    # Importing Beam warns of optional parts that are not installed, which a user of this command need not know.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # of what it cannot show, the escape
    if asks_for_outline(sys.argv[1:]):
        make_outline().parse_args(sys.argv[1:])  # exits
    try:
        from beam_textclean.pipelines.command.command_line import run

        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has enough; Python writes the rest when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("beam-textclean: interrupted", file=sys.stderr)
        return interrupt.status()
    return status


if __name__ == "__main__":
    sys.exit(main())
