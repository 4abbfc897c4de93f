"""``python -m beam_textclean.pipelines`` is the command ``beam-textclean``."""

import logging
import sys


def main() -> int:
    """Run the command on the arguments of the process, and give its exit status."""
    # Importing Beam warns of optional parts that are not installed, which a user of this command need not know.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    from beam_textclean.pipelines.command_line import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
