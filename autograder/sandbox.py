"""Run a part's code in workers, within limits, and bring back raw files.

`run_worker` is one run; `run_part` asks again what a dead worker left unanswered. No answer ever
stands in what goes out.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from autograder.artefacts import MAX_ZIP, Malformed, read_bytes, text
from autograder.errors import GraderError
from autograder.hosts import HOSTS
from autograder.model import Limits, Part, Question, Sheet

DATA = Path(__file__).parent.parent / "data"
DATA_FILES = "*.txt"
Watcher = Callable[[dict], None]
Chooser = Callable[[list["Run"]], Iterable[str]]
BEYOND_KERAS = re.compile(r"\btensorflow\b(?!\.keras)|\btf\.(?!keras)")
GO = "go.json"
BY_DESCRIPTOR = os.open in os.supports_dir_fd
NATIVE = [-getattr(signal, name, 0) for name in ("SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS")]


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
    compiled: Path | None = None
    shift: int = 0  # added to a seed that the student's own code sets
    history: tuple[str, ...] = ()  # keys of a training whose reply is kept, which is not run again

    @property
    def tensorflow(self) -> bool:
        """Tell whether the code seems to need more of TensorFlow than Keras: a hint, for speed."""
        code = "".join(cell.code for cell in self.part.cells)
        return self.backend == "jax" and BEYOND_KERAS.search(code) is not None


def lay_out(root: Path, job: Job, indices: list[int]) -> None:
    """Lay out an empty folder for a worker: code, questions, public data, compiled networks."""
    for name in ("out", "questions", "work/assignment/figures", "work/data", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, content in job.sheet.files.items():
        (root / "questions" / name).write_text(content, encoding="utf-8", newline="")
    for name, source in job.modules.items():
        (root / "work/assignment" / name).parent.mkdir(exist_ok=True)
        (root / "work/assignment" / name).write_bytes(source)
    for path in DATA.glob(DATA_FILES):
        shutil.copyfile(path, root / "work/data" / path.name)
    if job.compiled:  # a copy: what a worker does to it is gone with the worker
        with contextlib.suppress(OSError):  # for speed only
            shutil.copytree(job.compiled, root / "compiled")
    np.savez(root / "inputs.npz", **job.sheet.arrays)
    write_questions(root, job, indices)


def write_questions(root: Path, job: Job, indices: list[int]) -> None:
    """Write the order for one worker: the code and the questions with these numbers."""
    questions = [{"index": i, **asdict(job.sheet.questions[i])} for i in indices]
    order = {
        "module": job.part.stem,
        "cells": [asdict(cell) for cell in job.part.cells],
        "questions": questions,
        "seed": job.seed,
        "shift": job.shift,
        "history": job.history,
        "disk_mb": job.limits.disk_mb,
    }
    (root / "job.json").write_text(json.dumps(order), encoding="utf-8")


class Choice:
    """Which questions are asked: all, or those that a chooser names before the first training."""

    def __init__(self, questions: tuple[Question, ...], choose: Chooser | None):
        self.choose = choose
        self.ids = None if choose else [question.id for question in questions]

    def make(self, runs: list["Run"]) -> None:
        """Let the chooser choose, who may look at all replies that were brought back so far."""
        self.ids = list(self.choose(runs))


def run_part(
    job: Job, keep: Path, on_event: Watcher = lambda event: None, choose: Chooser | None = None
) -> list[Run]:
    """Ask every question; after a worker died, ask the rest in a new one. Replies go to `keep`.

    The function in which a worker died is not asked again: it would only cost time and restarts.

    Args:
        job: What is asked.
        keep: Where the replies are brought.
        on_event: Told of every event, for display.
        choose: Called once, before the first training, when all other replies up to there are in
            `keep`, with the runs so far: returns the ids of the questions that are still wanted.
    """
    runs, questions = [], job.sheet.questions
    left, choice = list(range(len(questions))), Choice(questions, choose)
    keep.mkdir(parents=True, exist_ok=True)
    while left and len(runs) <= job.limits.restarts:
        spent_s = sum(run.seconds for run in runs)
        left_s = max(job.limits.part_s - spent_s, job.limits.call_s)  # figures rest on no training
        timed = replace(job, limits=replace(job.limits, part_s=left_s))
        runs.append(run_worker(timed, left, keep, on_event, choice, runs))
        spent_s, asked = spent_s + runs[-1].seconds, runs[-1].asked
        died = next((i for i in left if questions[i].id == asked), None)
        if died is None:
            break  # it died while the code was loading: it would die there again
        if spent_s > job.limits.part_s:
            left = [i for i in left if questions[i].kind == "plot"]
        if runs[-1].returncode in NATIVE and job.compiled:  # rather our fault than the student's
            job, left = replace(job, compiled=None), [i for i in left if i >= died]
        else:
            function = questions[died].function
            left = [i for i in left if i > died and questions[i].function != function]
        left = [i for i in left if choice.ids is None or questions[i].id in choice.ids]
    return runs


def bring_back(out: Path, keep: Path, asked: list[int], most_mb: int) -> None:
    """Copy a worker's replies to what it was asked; what was brought before stays as it is.

    Args:
        out: Where the worker wrote them.
        keep: Where they are kept, those of all workers.
        asked: The numbers of its questions.
        most_mb: Size of all that is kept.

    Raises:
        GraderError: There is no room for them: they are not the student's to lose.
    """
    there = {path.name: path.stat().st_size for path in keep.iterdir() if path.is_file()}
    names = ["load.json", *(f"{k}.{end}" for end in ("json", "npz") for k in asked)]
    wanted = [name for name in names if not {name, Path(name).stem + ".json"} <= there.keys()]
    for name, content in replies_in(out, wanted, most_mb * 2**20 - sum(there.values())):
        try:
            (keep / name).write_bytes(content)
        except OSError as error:
            raise GraderError(f"No reply can be kept ({error}). Make room, and try again.") from error


def replies_in(out: Path, names: list[str], left: int) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of a worker's files with these names, up to a size in all.

    The worker may still be running: nothing is opened through a link, whenever it appears.
    """
    with contextlib.suppress(OSError):  # the worker removed or spoilt its own folder
        folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW) if BY_DESCRIPTOR else None
        try:
            for name in names:
                with contextlib.suppress(OSError, Malformed):
                    place = Path(name) if BY_DESCRIPTOR else out / name
                    content = read_bytes(place, min(MAX_ZIP, left), folder)
                    left -= len(content)
                    yield name, content
        finally:
            if folder is not None:
                os.close(folder)


def run_worker(
    job: Job, indices: list[int], keep: Path, on_event: Watcher, choice: Choice, runs: list[Run]
) -> Run:
    """Run one worker to its end, bring its replies back, and return how it ended."""
    asked, end, known = None, {}, {question.id for question in job.sheet.questions}
    with HOSTS.lent(job.isolation, job.backend) as host:
        lay_out(host.root, job, indices)
        if choice.ids is not None:
            let_go(host.root, choice.ids)
        for event in host.run(job.limits, job.tensorflow):
            if event.get("question", asked) not in known | {None}:
                continue  # a forged one
            asked = event.get("question", asked)
            end = event if event.get("end") else end
            if "pause" in event and choice.ids is None:
                bring_back(host.root / "out", keep, indices, job.limits.disk_mb)
                choice.make(runs)
                let_go(host.root, choice.ids)
            on_event(event)
        bring_back(host.root / "out", keep, indices, job.limits.disk_mb)
    return run_of(end, asked)


def let_go(root: Path, wanted: list[str]) -> None:
    """Tell the worker which questions are still wanted.

    The folder is the worker's by now: the file is made outside it and moved in, which follows no
    link that the worker put there. If it cannot be moved, the worker waits until its time is over.
    """
    handle, scratch = tempfile.mkstemp(prefix="moveout-go-", dir=root.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(wanted, stream)
    Path(scratch).chmod(0o644)  # the worker may be another user
    try:
        Path(scratch).replace(root / GO)
    except OSError:
        Path(scratch).unlink()


def run_of(end: dict, asked: str | None) -> Run:
    """Return how a worker ended from the last word of its supervisor."""
    if not end:  # the supervisor itself was killed
        return Run("crash", None, 0, 0.0, asked=asked)
    if end["cause"] == "closed":
        raise GraderError("The worker was stopped from outside. Run the command again.")
    if end["cause"] == "server":
        last = end["output"].strip().splitlines()[-1:] or ["no message"]
        raise GraderError(f"No worker could be started ({text(last[0], 200)}). Run self-check.")
    named = {key: end[key] for key in ("cause", "returncode", "peak_mb", "seconds", "output")}
    return Run(**named, asked=asked)
