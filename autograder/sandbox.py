"""Run a part's code in a worker process of its own, within limits, and bring back raw files.

`start` is the one place that knows how a worker is started; `run_worker` is one run; `run_part`
asks again what a dead worker left unanswered. No answer ever stands in what goes out.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil

from autograder.errors import GraderError
from autograder.isolation import (
    FIRST_UID,
    bare_environment,
    bubble,
    environment,
    give_away,
    own_user_possible,
)
from autograder.model import Limits, Part, Sheet, Submission

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
DATA_FILES = "arrival_times_*.txt"
Watcher = Callable[[dict], None]


@dataclass(frozen=True)
class Run:
    """How one worker ended."""

    cause: str | None
    returncode: int | None
    peak_mb: int
    seconds: float
    output: str = ""
    asked: str | None = None


@dataclass(frozen=True)
class Job:
    """What one worker is given."""

    part: Part
    sheet: Sheet
    seed: int
    backend: str
    isolation: str
    limits: Limits
    modules: dict[str, bytes] = field(default_factory=dict)


def job_of(submission: Submission, part: Part, sheet: Sheet, **rest) -> Job:
    """Return the job of one part, with the scripts that it may import."""
    return Job(part=part, sheet=sheet, modules=submission.modules, **rest)


@contextmanager
def job_folder(job: Job) -> Iterator[Path]:
    """Lay out a fresh folder for a worker: code, questions, public data; gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="moveout-"))
    try:
        for name in ("out", "questions", "work/assignment", "work/data", "tmp"):
            (root / name).mkdir(parents=True)
        for name, content in job.sheet.files.items():
            (root / "questions" / name).write_text(content, encoding="utf-8", newline="")
        for name, source in job.modules.items():
            (root / "work/assignment" / name).write_bytes(source)
        for path in DATA.glob(DATA_FILES):
            shutil.copyfile(path, root / "work/data" / path.name)
        np.savez(root / "inputs.npz", **job.sheet.arrays)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def write_questions(root: Path, job: Job, indices: list[int]) -> None:
    """Write the order for one worker: the code and the questions with these numbers."""
    questions = [{"index": i, **asdict(job.sheet.questions[i])} for i in indices]
    order = {
        "module": job.part.stem,
        "cells": [asdict(cell) for cell in job.part.cells],
        "questions": questions,
        "seed": job.seed,
    }
    (root / "job.json").write_text(json.dumps(order), encoding="utf-8")


def run_part(job: Job, keep: Path, on_event: Watcher = lambda event: None) -> list[Run]:
    """Ask every question; after a worker died, ask the rest in a new one. Replies go to `keep`.

    The function in which a worker died is not asked again: it would only cost time and restarts.
    """
    runs, questions = [], job.sheet.questions
    left = list(range(len(questions)))
    ids = [question.id for question in questions]
    keep.mkdir(parents=True, exist_ok=True)
    while left and len(runs) <= job.limits.restarts:
        with job_folder(job) as root:  # fresh each time: what a dead worker wrote is not in the way
            write_questions(root, job, left)
            run = run_worker(root, job, on_event, job.limits.part_s - sum(r.seconds for r in runs))
            bring_back(root / "out", keep)
        runs.append(run)
        if run.cause == "time" and sum(r.seconds for r in runs) > job.limits.part_s:
            break
        if run.asked is None or run.asked not in ids:
            break  # it died while the code was loading: it would die there again
        last = ids.index(run.asked)  # the very last one, unless the worker died before
        again = questions[last].function
        left = [i for i in left if i > last and questions[i].function != again]
    return runs


def bring_back(out: Path, keep: Path) -> None:
    """Copy a worker's plain files; what an earlier worker answered stays as it is."""
    there = {path.name for path in keep.iterdir()}

    def unwanted(folder: str, names: list[str]) -> list[str]:
        return [*_not_plain(folder, names), *there.intersection(names)]

    if not out.is_symlink():
        with contextlib.suppress(OSError):  # the worker removed or spoilt its own folder
            shutil.copytree(out, keep, symlinks=True, ignore=unwanted, dirs_exist_ok=True)


def _not_plain(folder: str, names: list[str]) -> list[str]:
    """Name what must not be copied from a worker's folder: links, pipes, devices, folders."""
    return [n for n in names if (Path(folder) / n).is_symlink() or not (Path(folder) / n).is_file()]


def run_worker(root: Path, job: Job, on_event: Watcher, part_s: float) -> Run:
    """Run one worker to its end, at most `part_s` seconds, and return how it ended."""
    asked, end = None, None
    with start(root, replace(job, limits=replace(job.limits, part_s=part_s))) as supervisor:
        for line in supervisor.stdout:
            with contextlib.suppress(ValueError):
                event = json.loads(line[:100_000])
                asked = event.get("question", asked)
                end = event if event.get("end") else end
                on_event(event)
    if end is None:  # the supervisor itself was killed
        end_those_left(root)
        return Run("crash", supervisor.returncode, 0, 0.0, asked=asked)
    named = {key: end[key] for key in ("cause", "returncode", "peak_mb", "seconds", "output")}
    if named["cause"] == "closed":
        raise GraderError("The worker was stopped from outside. Run the command again.")
    return Run(**named, asked=asked)


def end_those_left(root: Path) -> None:
    """Kill every process that has its home in a worker's folder."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("HOME") == str(root / "tmp"):
                process.kill()


@contextmanager
def start(root: Path, job: Job) -> Iterator[subprocess.Popen]:
    """Start a worker under its supervisor: the one function that knows how workers are started."""
    inside = "/job" if job.isolation == "bwrap" else str(root)
    argv = [sys.executable, "-I", "-B", str(HERE / "worker.py"), inside]
    cwd = root / "work" / "assignment"
    uid = None
    if job.isolation == "bwrap":
        argv, cwd = [*bubble(root), *argv], root
    elif own_user_possible():
        uid = FIRST_UID + job.part.number
        give_away(root, uid)
    order = {
        "argv": argv,
        "env": environment(Path(inside), job.backend),
        "cwd": str(cwd),
        "job": str(root),
        "uid": uid,
        "limits": asdict(job.limits),
    }
    supervisor = subprocess.Popen(
        [sys.executable, "-I", "-B", str(HERE / "supervisor.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        env=bare_environment(),
    )
    try:
        supervisor.stdin.write(json.dumps(order) + "\n")
        supervisor.stdin.flush()
        yield supervisor
    finally:
        supervisor.stdin.close()  # the supervisor ends its worker and itself
        supervisor.wait(timeout=30)
