"""Put files and folders in their place whole, so that nobody ever finds half of one."""

import contextlib
import shutil
import tempfile
from pathlib import Path


def place(made: Path, target: Path) -> None:
    """Move a finished folder to its place, in the place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".moveout-") as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        shutil.move(made, new)  # perhaps from another disk
        with contextlib.suppress(FileNotFoundError):
            target.rename(old)
        new.rename(target)


def place_text(text: str, target: Path) -> None:
    """Write a text file whole, in the place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".moveout-") as scratch:
        new = Path(scratch) / "new"
        new.write_text(text, encoding="utf-8", errors="replace", newline="")
        new.replace(target)
