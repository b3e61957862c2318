"""Put files and folders in their place whole, so that nobody ever finds half of one."""

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import CallError

FULL = (errno.ENOSPC, errno.EDQUOT)


def place(made: Path, target: Path) -> None:
    """Move a finished folder to its place, in the place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".moveout-") as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        try:
            shutil.move(made, new)  # perhaps from another disk
        except shutil.Error as error:
            raise first_of(error) from error
        with contextlib.suppress(FileNotFoundError):
            target.rename(old)
        new.rename(target)


def first_of(error: shutil.Error) -> OSError:
    """Return the first of the errors of a copy, which tells them as text alone."""
    found = re.search(r"\[Errno (\d+)\]", str(error))
    number = int(found[1]) if found else errno.EIO
    return OSError(number, os.strerror(number))


def place_text(text: str, target: Path) -> None:
    """Write a text file whole, in the place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".moveout-") as scratch:
        new = Path(scratch) / "new"
        new.write_text(text, encoding="utf-8", errors="replace", newline="")
        new.replace(target)


@contextlib.contextmanager
def told_if_unwritable(folder: Path, again: str) -> Iterator[None]:
    """Say of a folder that takes no files what to do; `again` is how to go on once there is room."""
    try:
        yield
    except OSError as error:
        other = "Give another folder with --out, or close the program that holds it."
        todo = f"Make room there, then {again}." if error.errno in FULL else other
        raise CallError(f"{folder} cannot be written ({error.strerror or error}). {todo}") from error
