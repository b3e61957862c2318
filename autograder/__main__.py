"""The command line: `python -m autograder COMMAND`. Thin: it calls, shows, and sets exit codes."""

import sys

from autograder import update

if __name__ == "__main__" and sys.argv[1:2] == ["update"]:  # also where the engine is half of it new
    sys.exit(update.main(sys.argv[2:]))

import argparse
import contextlib
import os
import time
import traceback
from functools import partial
from importlib import import_module
from pathlib import Path

from rich.console import Console

from autograder import terminal
from autograder.asking import BACKENDS, Display
from autograder.collect import packages
from autograder.compiling import COMPILER
from autograder.errors import CallError, CourseError, GraderError
from autograder.exam import read_exam_seed
from autograder.grading import grade, rescore
from autograder.model import PARTS, Outcome, Result
from autograder.publish import command as publishing
from autograder.report import RESULT
from autograder.writing import demand_place, telling, write_json, write_report

ROOT = Path(__file__).resolve().parent.parent
GRADED, BELOW, CALL_WRONG, BROKE, STOPPED = 0, 1, 2, 3, 130
LOOK_S = 0.2
STAFF = {  # commands with parsers of their own, in packages that students do not get
    "nbgrader": ("course.command", "the course in nbgrader: init, grade, export"),
    "gather": ("gathering.command", "take a class's files from its repositories"),
    "grade-all": ("gathering.batch_command", "grade a class"),
    "audit": ("gathering.audit_command", "replay practice results"),
}


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    console = Console(highlight=False)
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments, console)
    except (CallError, CourseError) as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False)
        return CALL_WRONG
    except KeyboardInterrupt:
        return STOPPED
    except Exception as error:  # not the student's fault, whatever it is
        if not isinstance(error, GraderError):
            traceback.print_exc()
        text = f"The grader broke, no mark is issued: {error}"
        Console(stderr=True, highlight=False).print(text, markup=False)
        return BROKE


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add_grade(commands.add_parser("grade", help="grade a submission"))
    add_score(commands.add_parser("score", help="judge kept artefacts again, without running code"))
    add_publish(commands.add_parser("publish", help="show a report on GitHub"))
    add_release(commands.add_parser("release", help="make assignment/ from solution/"))
    add_update(commands.add_parser("update", help="take over what is new in the course"))
    add_calibrate(commands.add_parser("calibrate", help="measure the error rates of the floors"))
    for name, (module, help_) in STAFF.items():
        add_staff(commands.add_parser(name, help=help_, add_help=False, prefix_chars="\0"), module)
    check = commands.add_parser("self-check", help="let the repository judge itself")
    check.set_defaults(run=run_self_check)
    return top


def add_grade(command: argparse.ArgumentParser) -> None:
    """Add the options of `grade`."""
    command.add_argument("path", nargs="?", default="assignment", type=Path)
    command.add_argument("--part", type=int, choices=PARTS, action="append")
    command.add_argument("--form", choices=("py", "ipynb"))
    command.add_argument("--seed", type=int, help="practice seed")
    command.add_argument("--isolation", choices=("auto", "process", "bwrap"), default="auto")
    command.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    command.add_argument("--fresh", action="store_true", help="run all again, changed or not")
    command.add_argument("--watch", action="store_true", help="grade again when a file is saved")
    add_output(command)
    command.set_defaults(run=run_grade)


def add_score(command: argparse.ArgumentParser) -> None:
    """Add the options of `score`."""
    command.add_argument("--from", dest="artefacts", type=Path, required=True)
    add_output(command)
    command.set_defaults(run=run_score)


def add_output(command: argparse.ArgumentParser) -> None:
    """Add the options that `grade` and `score` share."""
    command.add_argument("--exam-seed-file", type=Path, help="file with a secret of 128 bits")
    command.add_argument("--json", type=Path, help="write the result here as well")
    command.add_argument("--report", type=Path, default=Path("build/report"))
    command.add_argument("--fail-under", type=int, metavar="POINTS")


def add_publish(command: argparse.ArgumentParser) -> None:
    """Add the options of `publish`."""
    publishing.add_options(command)
    command.set_defaults(run=run_publish)


def add_release(command: argparse.ArgumentParser) -> None:
    """Add the options of `release`."""
    command.add_argument("--check", action="store_true", help="fail if anything is stale")
    command.add_argument("--student-repo", type=Path, metavar="DIR")
    command.set_defaults(run=run_release)


def add_update(command: argparse.ArgumentParser) -> None:
    """Add the options of `update`."""
    update.add_options(command)
    command.set_defaults(run=run_update)


def add_calibrate(command: argparse.ArgumentParser) -> None:
    """Add the options of `calibrate`."""
    command.add_argument("--seeds", type=int, default=300, metavar="N", help="seeds 1 to N")
    command.add_argument("--part", type=int, choices=PARTS, action="append")
    command.add_argument("--backend", choices=BACKENDS, default="jax")
    command.set_defaults(run=run_calibrate)


def add_staff(command: argparse.ArgumentParser, module: str) -> None:
    """Leave all words to a module that students do not have."""
    command.add_argument("words", nargs="*")
    command.set_defaults(run=partial(run_staff, module))


def run_grade(arguments: argparse.Namespace, console: Console) -> int:
    """Grade, show, write the report; with --watch again whenever a file is saved."""
    code = grade_once(arguments, console)
    while arguments.watch:
        console.print(f"Waiting for a change in {arguments.path} (Ctrl-C ends).", markup=False)
        try:
            wait_for_change(arguments.path)
            code = grade_once(arguments, console)
        except KeyboardInterrupt:
            break
        except CallError as error:
            console.print(str(error), markup=False)
    else:
        compile_for_next_time(console)
    return code


def grade_once(arguments: argparse.Namespace, console: Console) -> int:
    """Grade, show, write the report."""
    for place in filter(None, (arguments.json, arguments.report / RESULT)):
        demand_place(place)
    parts = tuple(arguments.part or PARTS)
    secret = read_exam_seed(arguments.exam_seed_file) if arguments.exam_seed_file else None

    def graded(display: Display) -> Result:
        return grade(arguments.path, parts=parts, seed=arguments.seed, exam_seed=secret,
                     isolation=arguments.isolation, form=arguments.form, backend=arguments.backend,
                     fresh=arguments.fresh, keep=arguments.report / "artefacts",
                     display=display)  # fmt: skip

    if not console.is_terminal:
        display = terminal.Plain(console)
        result = graded(display)
    else:
        with terminal.Live(console, parts) as display:
            result = graded(display)
    return finish(result, arguments, console, display.shown)


def wait_for_change(path: Path) -> None:
    """Wait until a script or notebook of a submission is saved."""
    before = saved(path)
    while saved(path) == before:
        time.sleep(LOOK_S)


def saved(path: Path) -> dict[Path, tuple[int, int]]:
    """Return size and time of every script and notebook."""
    found = {}
    files = [path]
    with contextlib.suppress(OSError):  # it is replaced just now
        places = [path, *packages(path)] if path.is_dir() else []
        files += [file for place in places for file in sorted(place.glob("*"))]
    for file in files:
        if file.suffix in (".py", ".ipynb"):
            with contextlib.suppress(OSError):  # an editor replaces the file just now
                found[file] = (file.stat().st_mtime_ns, file.stat().st_size)
    return found


def compile_for_next_time(console: Console) -> None:
    """At a terminal, wait until new networks are compiled ahead, so that the next run is faster."""
    if console.is_terminal and COMPILER.thread is not None:
        console.print("[dim]Preparing the next run (Ctrl-C is fine) …[/]")
        with contextlib.suppress(KeyboardInterrupt):
            COMPILER.wait()


def run_score(arguments: argparse.Namespace, console: Console) -> int:
    """Judge again what is kept."""
    secret = read_exam_seed(arguments.exam_seed_file) if arguments.exam_seed_file else None
    return finish(rescore(arguments.artefacts, secret), arguments, console)


def finish(
    result: Result,
    arguments: argparse.Namespace,
    console: Console,
    shown: dict[str, Outcome] | None = None,
) -> int:
    """Show what was not shown of a result, write its files, and return the exit code."""
    terminal.show(result, console, shown)
    try:
        write_all(result, arguments)
    except CallError as error:
        if not result.broken:
            raise
        console.print(str(error), markup=False)
        return BROKE
    console.print(f"Report: {arguments.report / 'report.md'}", markup=False)
    return exit_code(result, arguments.fail_under)


def write_all(result: Result, arguments: argparse.Namespace) -> None:
    """Write the files of a result; raise `CallError` where they cannot be written."""
    with telling(arguments.report):
        write_report(result, arguments.report)
    if arguments.json:
        with telling(arguments.json):
            write_json(result, arguments.json)


def exit_code(result: Result, fail_under: int | None) -> int:
    """Return 3 if the grader broke, 2 if nothing could be read, 1 below the mark, else 0."""
    if result.broken:
        return BROKE
    if not result.readable:
        return CALL_WRONG
    return BELOW if fail_under is not None and result.score < fail_under else GRADED


def run_publish(arguments: argparse.Namespace, console: Console) -> int:
    """Show the result of a report folder where GitHub and its classrooms read it."""
    return publishing.run(ROOT, arguments)


def run_release(arguments: argparse.Namespace, console: Console) -> int:
    """Make the template, or tell what is stale."""
    from autograder import release

    return release.run(ROOT, arguments.check, arguments.student_repo, console)


def run_update(arguments: argparse.Namespace, console: Console) -> int:
    """Bring a student's copy up to date."""
    return update.run(ROOT, arguments.source, arguments.check)


def run_calibrate(arguments: argparse.Namespace, console: Console) -> int:
    """Measure how often right and wrong work reaches each floor; write the evidence."""
    from autograder.release import require_solution

    require_solution(ROOT)
    from autograder.calibration import command

    return command.run(arguments.seeds, arguments.backend, arguments.part or PARTS, console)


def run_staff(module: str, arguments: argparse.Namespace, console: Console) -> int:
    """Run a command for staff."""
    from autograder.release import require_solution

    require_solution(ROOT)
    return import_module(f"autograder.{module}").run(arguments.words, console)


def run_self_check(arguments: argparse.Namespace, console: Console) -> int:
    """Let the repository judge itself."""
    from autograder import self_check

    return self_check.run(ROOT, console)


if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = "numpy"  # the judge's own: the same digits whatever the shell says
    sys.exit(main())
