"""One batch at a time in a folder; the lock is the system's, so a process that is gone holds none."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from autograder.errors import CallError

LOCK = ".lock"

if sys.platform == "win32":
    import msvcrt

    def lock(file: IO) -> None:
        """Lock a file until it is closed; raise `OSError` if another process has."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def lock(file: IO) -> None:
        """Lock a file until it is closed; raise `OSError` if another process has."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other batches out of a folder meanwhile; raise `CallError` if one is at work there."""
    with contextlib.ExitStack() as held:
        try:
            lock(held.enter_context((folder / LOCK).open("a+b")))
        except OSError as error:
            raise CallError(f"Another batch is at work in {folder}, or it cannot be locked "
                            f"({error.strerror}). Wait for it, or give another folder.") from error
        yield
