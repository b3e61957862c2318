"""Time a whole course, from `nbgrader init` to the exported tables: `make benchmark-course`.

N submissions (100, or `--submissions N`), half of them scripts and half notebooks: most are the
reference with another comment or label, some train a few epochs more or less, one in ten has a
mistake. They are graded as an exam. Each step is one that an instructor types. Of `grade`, two times
are told apart: how long the engine is at work, and all of it; marks are entered into nbgrader while the
engine grades the next ones. What that takes by itself is measured after it: all are entered once more,
with the grades at hand. Prints and writes benchmarks/course.md.
"""

import argparse
import contextlib
import os
import platform
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import jupytext
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.course import batch, export, folder, opening  # noqa: E402 - after the path

RESULTS = ROOT / "benchmarks" / "course.md"
NOT_SHIFTED = ("y = const * numbers[:-1]", "y = const * numbers[1:]")
EPOCHS = re.compile(r"^EPOCHS = (\d+)$", re.MULTILINE)


@dataclass
class Clock:
    """Seconds of every step, in the order in which they were taken."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time that passes to a step."""
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def changed(source: str, number: int) -> str:
    """Return the reference as the student with this number has it."""
    source = source.replace('"epoch"', f'"epoch ({number})"') + f"\n# handed in by student {number}\n"
    if number % 10 == 8:
        source = EPOCHS.sub(lambda match: f"EPOCHS = {int(match[1]) + number % 7 + 1}", source)
    if number % 10 == 9:
        source = source.replace(*NOT_SHIFTED)
    return source


def hand_in(course: Path, number: int) -> None:
    """Put a submission where `nbgrader collect` puts it."""
    target = course / opening.SUBMITTED / student(number) / folder.ASSIGNMENT
    target.mkdir(parents=True)
    for script in (ROOT / "solution").glob("part*.py"):
        source = changed(script.read_text(encoding="utf-8"), number)
        if number % 2:
            notebook = jupytext.reads(source, fmt="py:percent")
            jupytext.write(notebook, target / f"{script.stem}.ipynb")
        else:
            (target / script.name).write_text(source, encoding="utf-8")


def student(number: int) -> str:
    """Return the id of a student."""
    return f"student{number:04d}"


def roster(path: Path, count: int) -> Path:
    """Write a list of so many students."""
    rows = [f"{student(n)},First{n},Last{n},s{n}@example.org" for n in range(count)]
    path.write_text("\n".join(["id,first_name,last_name,email", *rows, ""]), encoding="utf-8")
    return path


def nbgrader(course: Path, command: str) -> None:
    """Run one of nbgrader's own commands."""
    line = [sys.executable, "-m", "nbgrader", command, folder.ASSIGNMENT]
    subprocess.run(line, cwd=course, check=True, capture_output=True)


def grade(course: Path, clock: Clock) -> list[batch.Row]:
    """Grade all as an exam, a line for each as soon as it is entered; then enter all once more."""
    engine, started, grades = batch.graded_or_refused, time.perf_counter(), {}

    def timed(path: Path, **options):
        grades[path] = engine(path, **options)
        clock.seconds["engine"] = time.perf_counter() - started
        return grades[path]

    rows = []
    with mock.patch.object(batch, "graded_or_refused", timed), clock.step("grade"):
        for row in batch.grade_course(course, exam_seed=secrets.token_hex(32)):
            rows.append(row)
            print(f"{row.student}  {row.score}", *row.told, flush=True)
    draw = batch.figures

    def drawn(*given):
        begun = time.perf_counter()
        found = draw(*given)
        clock.seconds["figures"] = clock.seconds.get("figures", 0.0) + time.perf_counter() - begun
        return found

    known = mock.patch.object(batch, "graded_or_refused", lambda path, **options: grades[path])
    with known, mock.patch.object(batch, "figures", drawn), clock.step("entering"):
        assert [row.score for row in batch.grade_course(course)] == [row.score for row in rows]
    return rows


def measure(count: int) -> tuple[Clock, list[batch.Row]]:
    """Go the whole way with so many students."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as scratch:
        course = Path(scratch) / "course"
        with clock.step("init"):
            folder.init(ROOT, course, roster(Path(scratch) / "roster.csv", count))
        with clock.step("generate_assignment"):
            nbgrader(course, "generate_assignment")
        for number in range(count):
            hand_in(course, number)
        rows = grade(course, clock)
        with clock.step("generate_feedback"):
            nbgrader(course, "generate_feedback")
        with clock.step("export"):
            export.export(course)
    return clock, rows


def page(clock: Clock, rows: list[batch.Row]) -> str:
    """Return the measurements as a page."""
    names = {
        "init": "`python -m autograder nbgrader init`",
        "generate_assignment": "`nbgrader generate_assignment`",
        "grade": "`python -m autograder nbgrader grade`, all of it",
        "engine": "– the engine, until its last grade",
        "entering": "all entered into nbgrader once more, with the grades at hand",
        "figures": "– of these, the grader's figures of the trainings",
        "generate_feedback": "`nbgrader generate_feedback`",
        "export": "`python -m autograder nbgrader export`",
    }
    scores = [row.score for row in rows if row.score is not None]
    lines = ["Written by `make benchmark-course`; run it for your own machine.", "",
             f"{platform.machine()}, {os.cpu_count()} processors, "
             f"{psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}, Python "
             f"{platform.python_version()}. {len(rows)} submissions, {len(rows) - len(scores)} without "
             f"a mark, scores from {min(scores, default=0)} to {max(scores, default=0)}.", "",
             "| step | seconds | seconds a submission |", "| --- | ---: | ---: |"]  # fmt: skip
    for key, name in names.items():
        seconds = clock.seconds[key]
        lines.append(f"| {name} | {seconds:.1f} | {seconds / len(rows):.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=100, metavar="N")
    text = page(*measure(parser.parse_args().submissions))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
