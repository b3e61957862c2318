"""The engine: collect → worker → artefacts → judge → score, part by part.

`grade` is the only door; the command line, pytest and every later interface stand behind it.
"""

import os
import shutil
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from threadpoolctl import threadpool_limits

from autograder import exam as exams
from autograder.asking import BACKENDS, Display, Plan, attempt_folder, is_finished
from autograder.attempts import exam_of, grade_part_alone, judge_attempts, merged
from autograder.collect import collect
from autograder.compiling import COMPILER, Recipe, recipes, shared
from autograder.errors import CallError
from autograder.exam import Seeds
from autograder.hosts import HOSTS, at_once
from autograder.isolation import choose_isolation, own_user_possible
from autograder.keeping import keep_submission, read_kept
from autograder.model import PARTS, Exam, Form, Graded, Part, Rubric, Submission
from autograder.model import Result as Result
from autograder.rubric import read_rubric
from autograder.score import result_of

T = TypeVar("T")
AHEAD = 2  # submissions per processor whose results may wait for an earlier one


def grade(
    path: str | Path,
    *,
    parts: tuple[int, ...] = PARTS,
    seed: int | None = None,
    exam_seed: str | None = None,
    isolation: str = "auto",
    form: Form | None = None,
    backend: str = "auto",
    fresh: bool = True,
    keep: Path | None = None,
    display: Display | None = None,
) -> Result:
    """Grade a submission.

    Args:
        path: A folder with the parts, or the file of one part.
        parts: The parts to be graded.
        seed: The practice seed; the rubric's if not given.
        exam_seed: A secret of 128 bits or more; wins over `seed`.
        isolation: `auto`, `process` or `bwrap`.
        form: `py` or `ipynb` where both forms were edited.
        backend: `jax` or `tensorflow`; `auto` is JAX, and TensorFlow for what fails there.
        fresh: Run everything. Otherwise replies may be kept from an earlier run of the same code,
            if this is a practice run on a submission inside this repository.
        keep: Folder for the artefacts, for `score --from`; thrown away if not given.
        display: Sees the grading while it goes on.

    Returns:
        The result; if the grader itself broke, `score` is None and `broken` says why.

    Raises:
        CallError: The call is wrong; the message says what to type.
    """
    started = time.monotonic()
    isolation, backends = choose_isolation(isolation), choose_backends(backend)
    HOSTS.start(isolation, backends[0], min(at_once(), len(parts)))
    rubric = read_rubric()
    seeds = seeds_of(seed, exam_seed, rubric.practice_seed)
    submission = collect(Path(path), rubric, checked_parts(parts), form)
    with tempfile.TemporaryDirectory(prefix="moveout-kept-") as scratch:
        folder = emptied_folder(keep or Path(scratch))
        plan = Plan(submission, rubric, seeds, isolation, folder, backends, display or Display(),
                    COMPILER.compiled() if shared(isolation, seeds.kind) else None,
                    fresh or seeds.kind == "exam" or not own(Path(path)))  # fmt: skip
        keep_submission(plan, seed)
        graded = side_by_side(submission, lambda part: grade_part_alone(plan, part))
    if shared(isolation, seeds.kind):
        COMPILER.ask(trained_by(graded, seeds), isolation, rubric.limits)
    return result_of(plan, graded, time.monotonic() - started, missing_here(plan))


def grade_many(
    paths: Iterable[str | Path], *, grader: Callable[..., T] = grade, **options
) -> Iterator[T]:
    """Grade submissions, the next ones while the last parts of one are still training.

    Args:
        paths: Folders or files of parts; taken one by one, a few ahead of the results.
        grader: What is called for each; one that raises ends the others.
        **options: As for `grade`.

    Yields:
        The results in the order of the paths.
    """
    ahead: deque[Future[T]] = deque()
    with HOSTS.pinned(), ThreadPoolExecutor(max_workers=at_once()) as pool:
        try:
            for path in paths:
                ahead.append(pool.submit(grader, path, **options))
                if len(ahead) > AHEAD * at_once():
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        except BaseException:  # Ctrl-C too: nobody waits until what is running has been trained
            HOSTS.end()
            pool.shutdown(cancel_futures=True)
            HOSTS.ended = False
            raise


def own(path: Path) -> bool:
    """Tell whether a submission lies in this repository: a student's own work."""
    return path.resolve().is_relative_to(Path(__file__).resolve().parent.parent)


def trained_by(graded: dict[int, Graded], seeds: Seeds) -> Iterator[Recipe]:
    """Return what was compiled for the trainings on the JAX backend."""
    for number, part in graded.items():
        if part.artefacts.backend == "jax":
            yield from recipes(part.artefacts.replies, exam_of(number, seeds).sheet)


def choose_backends(wanted: str) -> tuple[str, ...]:
    """Return the backends to be tried, in order; raise `CallError` for an unknown one."""
    if wanted not in ("auto", *BACKENDS):
        raise CallError(f"No backend is called {wanted!r}. Use auto, {' or '.join(BACKENDS)}.")
    return BACKENDS if wanted == "auto" else (wanted,)


def missing_here(plan: Plan) -> tuple[str, ...]:
    """Say which protections this grading lacked."""
    notes = []
    if sys.platform != "linux":
        notes.append("Not on Linux: a process that leaves its worker may outlive the grading.")
    root = os.name == "posix" and os.geteuid() == 0
    exposed = plan.isolation == "process" and not own_user_possible()
    if exposed and (root or plan.seeds.kind == "exam"):
        notes.append("The workers ran as the grader's own user: they could read and change its "
                     "files, the exam seed too. Install bubblewrap to keep strangers out.")  # fmt: skip
    return tuple(notes)


def rescore(keep: Path, exam_seed: str | None = None) -> Result:
    """Judge kept artefacts again, with today's rubric and checks, without running any code.

    Raises:
        CallError: Nothing is kept there, or the exam seed is needed and not given.
    """
    started = time.monotonic()
    kept, rubric = read_kept(keep), read_rubric()
    if kept.seed_kind == "exam" and exam_seed is None:
        raise CallError("These artefacts are of an exam. Add --exam-seed-file.")
    seeds = seeds_of(kept.seed, exam_seed, rubric.practice_seed)

    def judged(part: Part) -> Graded:
        return judge_kept(keep, part, exam_of(part.number, seeds), rubric)

    graded = side_by_side(kept.submission, judged)
    plan = Plan(kept.submission, rubric, seeds, kept.isolation, keep)
    return result_of(plan, graded, time.monotonic() - started)


def judge_kept(keep: Path, part: Part, exam: Exam, rubric: Rubric) -> Graded:
    """Judge the kept attempts of one part; say if a floor was missed that has tries left."""
    attempts = []
    while (folder := attempt_folder(keep, part.number, len(attempts))).is_dir():
        demand_finished(folder, part)
        attempts.append(merged(attempts, folder, exam))
    if not (attempts or part.problem):
        demand_finished(folder, part)
    part, judgement, artefacts = judge_attempts(part, exam, attempts, rubric)
    tries = f"{len(attempts)} of at most {rubric.limits.trainings} trainings"
    note = f"Part {part.number} misses a floor after {tries}. Grade again for the others."
    due = bool(judgement.by_chance) and 0 < len(attempts) < rubric.limits.trainings
    return Graded(part, replace(judgement, notes=judgement.notes + (note,) * due), artefacts, 0.0)


def demand_finished(folder: Path, part: Part) -> None:
    """Raise `CallError` for an attempt that was broken off."""
    if not is_finished(folder):
        raise CallError(f"The grading of part {part.number} was not finished here. Grade again.")


def seeds_of(seed: int | None, exam_seed: str | None, default: int) -> Seeds:
    """Return the seeds of an exam or of a practice run."""
    if exam_seed is not None:
        return exams.exam_seeds(exam_seed)
    return exams.practice_seeds(default if seed is None else seed)


def checked_parts(parts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the parts, or raise `CallError` for one that does not exist."""
    wrong = [part for part in parts if part not in PARTS]
    if wrong or not parts:
        raise CallError(f"There is no part {wrong}. Give {', '.join(map(str, PARTS))}.")
    return tuple(sorted(set(parts)))


def emptied_folder(folder: Path) -> Path:
    """Return an empty folder; raise `CallError` if it cannot be emptied or made."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise CallError(f"{folder} cannot be made anew ({error.strerror}). Delete it.") from error
    return folder


def side_by_side(submission: Submission, work: Callable[[Part], Graded]) -> dict[int, Graded]:
    """Return the graded parts, as many at a time as there are processors and memory for."""
    parts = submission.parts
    one_thread = threadpool_limits(1)  # the judge's matrices are small, and workers want the cores
    with one_thread, ThreadPoolExecutor(max_workers=min(len(parts), at_once())) as pool:
        futures = {number: pool.submit(work, part) for number, part in parts.items()}
        try:
            return {number: future.result() for number, future in futures.items()}
        except KeyboardInterrupt:
            HOSTS.close()  # or the pool would wait until the workers are done
            raise
