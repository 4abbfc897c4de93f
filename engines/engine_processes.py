"""The processes of an engine: each with a log of its own, all ended by their own ids."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

_PATIENCE = 120  # seconds until an engine is there; only a machine that is very busy needs more than ten


class Processes:
    """What an engine runs, each in a process group of its own, so that what it starts ends with it.

    Args:
        folder: Where the logs are written, and where the processes work.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._names: dict[int, str] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in reversed(self._running):
            _signal(process, signal.SIGTERM)
        for process in self._running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            _signal(process, signal.SIGKILL)  # the rest of its group, too
            process.wait()

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process, whose log is ``<name>.log``."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        self._names[process.pid] = name
        return process

    def lose(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and all that it started at once, as where a machine is lost."""
        _signal(process, signal.SIGKILL)
        process.wait()
        self._running.remove(process)

    def wait_until(self, is_ready: Callable[[], bool], *needed: subprocess.Popen[bytes]) -> None:
        """Wait until what some processes are started for is there.

        Raises:
            RuntimeError: One of them has ended, or it takes too long; with the last lines of a log.
        """
        deadline = time.monotonic() + _PATIENCE
        while not is_ready():
            ended = [process for process in needed if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"an engine does not start:\n{self._last_lines((ended or needed)[0])}")
            time.sleep(0.2)

    def _last_lines(self, process: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"{self._names[process.pid]}.log").read_text(errors="replace")[-3000:]


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listens(port: int) -> Callable[[], bool]:
    """Return a test of whether something listens on a port."""

    def is_listening() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return is_listening


def says(port: int, path: str, key: str, value: object) -> Callable[[], bool]:
    """Return a test of whether a web server answers with a JSON object that has a value."""

    def has_value() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                return bool(json.load(answer).get(key) == value)
        except (OSError, ValueError):
            return False

    return has_value


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # all of them have ended
        os.killpg(process.pid, number)
