"""Ctrl-C and SIGTERM, which Beam treats as a failure of the step that they interrupt; its threads fail after them."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_interrupted = threading.Event()
_signals: list[int] = []


def listen(verbose: bool) -> None:
    """Notice Ctrl-C and SIGTERM from now on; a second SIGTERM ends the process at once.

    Args:
        verbose: Whether threads that fail for it may report so.
    """

    def interrupt(number: int, *_: object) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _signals.append(number)
        _interrupted.set()
        if not verbose:
            threading.excepthook = lambda _: None
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


def status() -> int:
    """Return what a process ends with that was interrupted, as a shell reports it: 128 and the number of the signal."""
    return 128 + (_signals[0] if _signals else signal.SIGINT)


@contextmanager
def told_apart() -> Iterator[None]:
    """Distinguish a job that was interrupted from one that failed.

    Raises:
        KeyboardInterrupt: It was interrupted, whatever Beam made of that.
    """
    try:
        yield
    except Exception as error:
        if _interrupted.is_set():
            raise KeyboardInterrupt from error
        raise
