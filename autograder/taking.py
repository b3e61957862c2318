"""What of a newer copy a student's copy takes over, and the writing of it.

The course's own files become the newer ones. What is the student's to change becomes newer only where
they have not changed it.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CallError
from autograder.manifest import LEFT_BY_RUNS, NAME, HandedOut, hash_of, names_in

BESIDE = Path("build/update")  # newer versions of what the student changed
FIRST = [f"autograder/{stem}.py" for stem in
         ("__init__", "errors", "manifest", "fetching", "taking", "update", "__main__")]  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What an update does to a copy, by the names of its files."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    lost: tuple[str, ...]  # those of the two in which the student had changed something
    kept: tuple[str, ...]  # changed or deleted by the student, and changed in the course
    own: tuple[str, ...]  # the student's, which are not of the newer copy


def plan_of(root: Path, old: HandedOut, new: HandedOut) -> Plan:
    """Return what an update does.

    Args:
        root: The student's copy.
        old: What it was handed out with.
        new: What the newer copy hands out. What is protected is its decision.
    """
    before, after = old.all, new.all
    now = {name: state(root / name) for name in before | after}
    differs = sorted(name for name in after if now[name] != after[name])
    free = {name for name in differs if name in new.files or now[name] == before.get(name, "")}
    kept = [name for name in differs if name not in free and after[name] != before.get(name)]
    gone = sorted(name for name in before.keys() - after.keys() if now[name])
    removed = [name for name in gone if name in old.files or now[name] == before[name]]
    written = sorted(free, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    lost = [name for name in (*written, *removed) if now[name] not in ("", before.get(name))]
    known = after.keys() | {NAME, *removed}
    made = ("build", *LEFT_BY_RUNS)
    own = {name for name in names_in(root) if name not in known and name.split("/")[0] not in made}
    own = sorted(own.union(gone) - set(removed))
    return Plan(*map(tuple, (written, removed, lost, kept, own)))


def state(path: Path) -> str:
    """Return the hash of a file, "" where there is nothing, and else what equals no hash."""
    return hash_of(path) or ("no file" if path.is_symlink() or path.exists() else "")


def demand_places(root: Path, plan: Plan) -> None:
    """Raise `CallError` where a folder stands in the way, or a link leads out of the copy."""
    for name in (*plan.written, *plan.removed):
        path = root / name
        if path.is_dir() and not path.is_symlink():
            raise CallError(f"{name} is a folder, and a file of the course. Rename the folder.")
        for above in path.relative_to(root).parents:
            if (root / above).is_symlink() or (root / above).is_file():
                raise CallError(f"{above} is no folder of its own. Rename it, then run this again.")


def apply(root: Path, plan: Plan, files: dict[str, bytes], backup: Path | None) -> None:
    """Do what is planned, the manifest last.

    Args:
        root: The student's copy.
        plan: What to do.
        files: The newer copy.
        backup: A folder for what the student would lose; None if git has it.
    """
    try:
        for name in plan.lost if backup else ():
            made_for(root / backup / name)
            shutil.copy2(root / name, root / backup / name, follow_symlinks=False)
        for name in plan.kept:
            made_for(root / BESIDE / name).write_bytes(files[name])
        for name in plan.removed:
            (root / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                (root / name).parent.rmdir()  # unless something is left in it
        for name in (*plan.written, NAME):
            replace(root / name, files[name])
    except OSError as error:
        problem = f"{error.filename or 'A file'} cannot be written ({error.strerror})"
        again = "Mend that, or close what has it open, then run this again: it goes on."
        raise CallError(f"{problem}. {again}") from error


def replace(path: Path, data: bytes) -> None:
    """Give a file other bytes, all at once."""
    fresh = made_for(path.with_name(f".{path.name}.new"))
    fresh.write_bytes(data)
    if path.is_file() and not path.is_symlink():
        shutil.copymode(path, fresh)
    fresh.replace(path)


def made_for(path: Path) -> Path:
    """Return a path whose folder exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
