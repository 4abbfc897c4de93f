"""A worker process of a local job: Beam's own, but for its log, of which ``--verbose`` shows the errors."""

import logging
import os
import signal
import sys

if __name__ == "__main__":
    verbose = "--verbose" in sys.argv
    if not verbose:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # to end without a traceback
    logging.disable(logging.WARNING if verbose else logging.CRITICAL)  # importing Beam warns, too
    from apache_beam.runners.worker.sdk_worker_main import main

    if not verbose:  # Beam prints the errors that the command reports, and that workers lost a job that was stopped
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    main(sys.argv)
