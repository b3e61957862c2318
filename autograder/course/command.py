"""The steps of `python -m autograder nbgrader`."""

import argparse
from pathlib import Path

from rich.console import Console

from autograder.course import folder


def run(root: Path, given: list[str], console: Console) -> int:
    """Run one step; return the exit code."""
    arguments = parser().parse_args(given)
    return arguments.run(root, arguments, console)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all steps."""
    top = argparse.ArgumentParser(prog="python -m autograder nbgrader", description=__doc__)
    steps = top.add_subparsers(required=True, metavar="STEP")
    add_init(steps.add_parser("init", help="make or refresh the course folder"))
    return top


def add_course_dir(step: argparse.ArgumentParser) -> None:
    """Add the folder that all steps work in."""
    step.add_argument("course_dir", nargs="?", default="course", type=Path, metavar="COURSE_DIR")


def add_init(step: argparse.ArgumentParser) -> None:
    """Add the options of `init`."""
    add_course_dir(step)
    step.add_argument("--roster", type=Path, metavar="CSV", help="students to be imported")
    step.set_defaults(run=run_init)


def run_init(root: Path, arguments: argparse.Namespace, console: Console) -> int:
    """Make or refresh the course folder."""
    for path in folder.init(root, arguments.course_dir, arguments.roster):
        console.print(str(path), markup=False, soft_wrap=True)
    with folder.api_of(arguments.course_dir) as gradebook:
        console.print(f"{len(gradebook.students)} students in the gradebook.", markup=False)
    release = f"nbgrader generate_assignment {folder.ASSIGNMENT}"
    console.print(f"Next: `cd {arguments.course_dir}`, then `{release}`.", markup=False, soft_wrap=True)
    return 0
