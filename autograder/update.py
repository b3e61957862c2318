"""Bring a student's copy up to date with a newer one: `python -m autograder update [FROM]`.

    FROM --fetching--> newer copy --taking--> plan --apply--> files, the manifest last

What the student wrote is never lost: their work stays, an edit of the grader is in git or in a backup.
As the manifest comes last, an update that was interrupted is finished by the next one. The engine may
be half new by then, so nothing of it is imported here, and no installed package.
"""

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.errors import CallError, CourseError
from autograder.fetching import git, read_copy
from autograder.manifest import (
    NAME,
    HandedOut,
    digest,
    hash_of,
    is_instructors,
    is_protected,
    read_handed_out,
    shadows,
)
from autograder.taking import BESIDE, Plan, apply, demand_places, plan_of

ROOT = Path(__file__).resolve().parent.parent
DONE, WOULD_CHANGE, CALL_WRONG, STOPPED = 0, 1, 2, 130
BACKUP = Path("build/before-update")
RELEASES = "autograder/template.json"  # its list only grows
AGAIN = "Run the same without --check to take it over."
UNKNOWN = f"{NAME} cannot be read, so all that is not as in the course counts as edited here."
SHOWN = 12  # names of a list


def main(arguments: list[str]) -> int:
    """Run the command without the engine and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    command = argparse.ArgumentParser(prog="python -m autograder update")
    add_options(command)
    given = command.parse_args(arguments)
    try:
        return run(ROOT, given.source, given.check)
    except (CallError, CourseError) as error:
        print(error, file=sys.stderr)
        return CALL_WRONG
    except KeyboardInterrupt:
        print("Interrupted. Run it again: it goes on.", file=sys.stderr)
        return STOPPED


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `update`."""
    places = "address of the course's repository, unless it is known, or a folder with a newer copy"
    command.add_argument("source", metavar="FROM", nargs="?", help=places)
    command.add_argument("--check", action="store_true", help="only tell what would change")


def run(root: Path, source: str | None, check: bool = False) -> int:
    """Update a student's copy, or only tell what would change; return the exit code.

    Raises:
        CallError: The source is no newer student's copy, or work would be lost; nothing was changed.
    """
    if is_instructors(root):
        raise CallError("This is the instructor's repository, and no student's copy. "
                        "Run `python -m autograder release --student-repo DIR`.")  # fmt: skip
    old = known_before(root)
    source = source or known_address(root)
    new, files = read_copy(source)
    demand_newer(root, files, source)
    plan = plan_of(root, old, new)
    if not plan.written and not plan.removed and hash_of(root / NAME) == digest(files[NAME]):
        print("Up to date: nothing was changed.")
        return DONE
    demand_places(root, plan)
    backup = None if is_tracked(root) else BACKUP / time.strftime("%Y-%m-%d-%H%M%S")
    if backup is None:
        demand_committed(root, plan)
    told = [] if old.all else [UNKNOWN]
    told += sentences(root, plan, backup, check)
    told += [AGAIN] if check else next_steps(plan, backup)
    if not check:
        apply(root, plan, files, backup)
    print("\n".join(["To be changed (nothing is so far):" if check else "Updated.", *told]))
    return WOULD_CHANGE if check else DONE


def known_before(root: Path) -> HandedOut:
    """Return what a copy was handed out with; nothing where its manifest is damaged."""
    try:
        return read_handed_out(root / NAME)
    except CourseError:
        return HandedOut({}, {})


def demand_newer(root: Path, files: dict[str, bytes], source: str) -> None:
    """Raise `CallError` if the releases that a source knows are only the first of those known here."""
    mine = (root / RELEASES).read_bytes() if (root / RELEASES).is_file() else b""
    ours, theirs = releases(mine), releases(files.get(RELEASES, b""))
    if theirs and len(theirs) < len(ours) and ours[: len(theirs)] == theirs:
        raise CallError(f"{source} is older than what you have. Give the address that was announced: "
                        "`python -m autograder update ADDRESS`. If this is the one, the course took "
                        f"something back: delete {RELEASES}, then run this again.")  # fmt: skip


def releases(text: bytes) -> list:
    """Return the releases that a copy lists, the oldest first; none where they cannot be read."""
    try:
        return list(json.loads(text)["releases"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def known_address(root: Path) -> str:
    """Return the address that the course was handed out with; raise `CallError` if there is none."""
    try:
        rubric = tomllib.loads((root / "autograder" / "rubric.toml").read_text(encoding="utf-8"))
        address = str(rubric.get("repository", ""))
    except (OSError, ValueError):
        address = ""
    if not address:
        raise CallError("The course's address is not known here. Give the one that was announced: "
                        "`python -m autograder update ADDRESS`.")  # fmt: skip
    return address


def is_tracked(root: Path) -> bool:
    """Tell whether a copy is in git, not only in some folder of a repository."""
    try:
        return bool(git(root, "ls-files", "--", str(Path(NAME).parent)))
    except CallError:
        return False


def demand_committed(root: Path, plan: Plan) -> None:
    """Raise `CallError` if the student's edits, which an update undoes, are not in git."""
    for name in plan.lost:
        try:
            committed = digest(git(root, "cat-file", "blob", f"HEAD:./{name}"))
        except CallError:
            raise CallError(f"{name} is not committed, and the update replaces it. Commit it "
                            f'(`git add {name}`, `git commit -m "Mine"`) or move it elsewhere, '
                            "then run this again.") from None  # fmt: skip
        if committed != hash_of(root / name):
            raise CallError(f"{name} holds changes that are not committed, and the update replaces it. "
                            f'Commit them (`git add {name}`, `git commit -m "Mine"`) or undo them '
                            f"(`git checkout HEAD -- {name}`), then run this again.")  # fmt: skip


def sentences(root: Path, plan: Plan, backup: Path | None, check: bool) -> Iterator[str]:
    """Yield what a student has to know of an update; of one to come, not where it puts what."""
    if plan.written:
        yield f"New from the course: {listed(plan.written)}."
    if plan.removed:
        yield f"Removed, as the course has it no longer: {listed(plan.removed)}."
    for name in plan.lost:
        yours = "" if check else f" Your version: {place_of(root, name, backup)}"
        yield f"{name} was edited here, and {'would be' if check else 'is'} the course's again.{yours}"
    for name in plan.kept:
        there = (root / name).exists()
        did, stays = ("edited", "yours stays as it is") if there else ("deleted", "it stays away")
        beside = f" The new one is {(BESIDE / name).as_posix()}; carry over what you need."
        yield (f"{name} was {did} here, and has changed in the course: {stays}."
               f"{'' if check else beside}")  # fmt: skip
    if plan.own:
        yield f"Yours, and left alone: {listed(plan.own)}."
    for name in plan.own:
        if is_protected(name) or shadows(name):
            yield (f"{name} is none of the course's files, and reports will say so. "
                   "Move it into `assignment/` if it is yours, or delete it.")  # fmt: skip


def next_steps(plan: Plan, backup: Path | None) -> Iterator[str]:
    """Yield what a student does after an update."""
    if "requirements.txt" in plan.written:
        yield "The packages have changed: `make grade`, or `python -m pip install -r requirements.txt`."
    yield "Next: see your points with `python -m autograder grade`" + "." * bool(backup)
    if not backup:
        yield 'and hand in:\n  git add --all\n  git commit -m "Update of the course"\n  git push'
    if not backup and any(name.startswith(".github/workflows/") for name in plan.written):
        yield "Where GitHub wants the scope `workflow` for that: gh auth refresh --scopes workflow"


def place_of(root: Path, name: str, backup: Path | None) -> str:
    """Return where the student's version of a file is to be had."""
    return (backup / name).as_posix() if backup else f"git show {newest(root)}:./{name}"


def newest(root: Path) -> str:
    """Return the short name of the newest commit."""
    return git(root, "rev-parse", "--short", "HEAD").decode("ascii").strip()


def listed(names: Iterable[str]) -> str:
    """Return names as a text of bearable length."""
    shown = sorted(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + more
