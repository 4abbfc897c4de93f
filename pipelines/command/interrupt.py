"""Ctrl-C, which Beam treats as a failure of the step that it interrupts, and after which Beam's threads fail."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_interrupted = threading.Event()


def listen(verbose: bool) -> None:
    """Notice Ctrl-C from now on.

    Args:
        verbose: Whether threads that fail for it may report so.
    """

    def interrupt(*_: object) -> NoReturn:
        _interrupted.set()
        if not verbose:
            threading.excepthook = lambda _: None
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)


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
