"""Start an engine, print Beam's options for a job on it, and stop it at Ctrl-C.

python engines/start.py flink-cluster
"""

import argparse
import shlex
import signal
import tempfile
from pathlib import Path

from engine_artefacts import why_not
from engine_clusters import ENGINES, engine


def main() -> None:
    """Read the command line and run the engine until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("--folder", type=Path, help="for its logs and files (default: one that is removed again)")
    given = parser.parse_args()
    name = given.engine
    if missing := why_not(name):
        parser.error(f"{name} needs {missing}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _run(name, folder)


def _run(name: str, folder: Path) -> None:
    with engine(name, folder) as running:
        print(f"logs: {folder}\noptions of a job: {shlex.join(running.options)}", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
