"""A worker process of a local job: Beam's own, but for its log of every connection that it makes."""

import logging
import sys

if __name__ == "__main__":
    logging.disable(logging.WARNING)  # importing Beam warns, too
    from apache_beam.runners.worker.sdk_worker_main import main

    main(sys.argv)
