"""Ask one part's questions, on one backend and then another, and keep what came back on disk.

What is judged is always read back from the kept folder, so that `score --from` sees the same.
"""

import contextlib
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from autograder.artefacts import read_artefacts
from autograder.errors import CallError
from autograder.exam import Seeds
from autograder.exceptions import any_backend_raises
from autograder.model import (
    Absent,
    Artefacts,
    Ended,
    Exam,
    Outcome,
    Part,
    Question,
    Raised,
    Reply,
    Returned,
    Rubric,
    Submission,
)
from autograder.sandbox import Job, Run, run_part
from autograder.seen import is_stub
from autograder.unchanged import DONE, Keeper, digest_of, keys_of, take
from autograder.versions import versions
from autograder.witness import hear, heard

BACKENDS = ("jax", "tensorflow")
RUNS = "runs.json"
Chooser = Callable[[Artefacts], Iterable[str]]


class Display:
    """Sees a grading while it goes on, for people only. This one shows nothing."""

    def progress(self, part: int, event: dict) -> None:
        """Show what a worker does: the question it answers, the epoch it trains."""

    def judged(self, part: Part, outcomes: tuple[Outcome, ...], final: bool) -> None:
        """Show the outcomes of a part that are known now; `final` if these are all."""


@dataclass(frozen=True)
class Plan:
    """What the grading of every part shares."""

    submission: Submission
    rubric: Rubric
    seeds: Seeds
    isolation: str
    keep: Path
    backends: tuple[str, ...] = BACKENDS
    display: Display = field(default_factory=Display)
    compiled: Path | None = None
    fresh: bool = True
    shift: int = 0
    taken: dict[int, str] = field(default_factory=dict)


def only(exam: Exam, questions: tuple[Question, ...]) -> Exam:
    """Return an exam with some of its questions."""
    return replace(exam, sheet=replace(exam.sheet, questions=questions))


def attempt_folder(keep: Path, part: int, attempt: int) -> Path:
    """Return where one attempt at a part is kept, a folder per backend inside."""
    return keep / f"part{part}" / f"attempt{attempt}"


def ask(plan: Plan, part: Part, exam: Exam, attempt: int, choose: Chooser | None = None) -> Artefacts:
    """Ask the questions on JAX; what raised an exception there is asked once more on TensorFlow.

    Args:
        plan: The grading.
        part: The part.
        exam: Its exam, or some questions of it.
        attempt: Number of the training seed.
        choose: Given the replies from before the first training, names the questions that are
            still wanted; what could be mended by another backend is not among these replies.
    """
    first, *others = plan.backends
    run_backend(plan, part, exam, attempt, first, choose)
    folder = attempt_folder(plan.keep, part.number, attempt)
    found = read_attempt(folder, exam)
    again = for_second(exam.sheet.questions, found) if others else ()
    if again:
        run_backend(plan, part, only(exam, again), attempt, others[0],
                    lambda early: worth_second(again, found, early))  # fmt: skip
        found = read_attempt(folder, exam)
    return found


def for_second(questions: tuple[Question, ...], found: Artefacts) -> tuple[Question, ...]:
    """Return what another backend could mend, and what rests on it.

    That are trainings, which were given their rows unscaled where the scaling failed, and figures,
    which know no further keys of a history where the training failed.
    """
    failed = [q for q in questions if deserves_second(q, found)]
    scaling = {question.function for question in failed}
    trained = [q for q in questions if q.kind == "train"
               and (q in failed or q.options.get("preprocess") in scaling)]  # fmt: skip
    drawn = [q for q in questions if trained and q.kind == "plot"
             and isinstance(found.replies.get(q.id), Raised)]  # fmt: skip
    return tuple(q for q in questions if q in failed or q in trained or q in drawn)


def worth_second(again: tuple[Question, ...], found: Artefacts, early: Artefacts) -> list[str]:
    """Return the ids of what is asked on another backend: no training whose scaling fails there too."""
    mended = {q.function for q in again if isinstance(early.replies.get(q.id), Returned)}
    return [q.id for q in again if q.kind != "train" or deserves_second(q, found)
            or q.options.get("preprocess") in mended]  # fmt: skip


def deserves_second(question: Question, artefacts: Artefacts) -> bool:
    """Tell whether an exception, or one at the top of the file, could be due to the backend."""
    reply = artefacts.replies.get(question.id)
    if question.options.get("malformed"):
        return False  # an exception is the right reply
    if isinstance(reply, Absent):
        return any(not is_stub(error) for error in artefacts.load_errors)
    return isinstance(reply, Raised) and bool(artefacts.load_errors or not any_backend_raises(reply))


def run_backend(
    plan: Plan,
    part: Part,
    exam: Exam,
    attempt: int,
    backend: str,
    choose: Chooser | None = None,
) -> None:
    """Run the workers of one part on one backend; files and costs go to the attempt's folder."""
    folder = attempt_folder(plan.keep, part.number, attempt) / backend
    job = Job(
        part=part,
        sheet=exam.sheet,
        seed=plan.seeds.training(part.number, attempt),
        backend=backend,
        isolation=plan.isolation,
        limits=plan.rubric.limits,
        modules=plan.submission.modules,
        compiled=plan.compiled,
        shift=plan.shift,
    )
    keeper = None if plan.fresh else Keeper(job, versions())
    said = take_all(keeper, folder, plan) or run(plan, job, exam, folder, choose, keeper)
    kept = {
        "questions": [question.id for question in exam.sheet.questions],
        "skipped": said["skipped"],
        "sheet": digest_of(exam.sheet),
        "runs": said["runs"],
    }
    (folder / RUNS).write_text(json.dumps(kept), encoding="utf-8")


def take_all(keeper: Keeper | None, folder: Path, plan: Plan) -> dict | None:
    """Bring the kept replies to all questions, if they are kept."""
    if keeper is None or not (keeper.place() / DONE).is_file():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    plan.taken.setdefault(keeper.job.part.number, "all")
    return take(keeper.place(), folder)


def run(
    plan: Plan, job: Job, exam: Exam, folder: Path, choose: Chooser | None, keeper: Keeper | None
) -> dict:
    """Run the workers, but for trainings whose replies are kept; return runs and what was skipped."""
    questions, number = exam.sheet.questions, job.part.number
    kept = keeper.trainings() if keeper else {}
    job = replace(job, history=keys_of(kept.values()))
    wanted = [question.id for question in questions]

    def chosen(runs: list[Run]) -> list[str]:
        if choose:
            early = read_artefacts(folder, questions, ended_in(runs, questions))
            wanted[:] = choose(settled(plan, exam, early))
        return [id_ for id_ in wanted if id_ not in kept]

    runs = run_part(job, folder, lambda event: show(plan.display.progress, number, event), chosen)
    for index, question in enumerate(questions):
        if question.id in kept and question.id in wanted:
            take(kept[question.id], folder, index)
            plan.taken[number] = "training"
    skipped = [question.id for question in questions if question.id not in wanted]
    if keeper:
        keeper.keep(folder, runs, skipped)
    return {"runs": [asdict(run) for run in runs], "skipped": skipped}


def settled(plan: Plan, exam: Exam, found: Artefacts) -> Artefacts:
    """Return the replies before the first training that no other backend could mend."""
    early = itertools.takewhile(lambda question: question.kind != "train", exam.sheet.questions)
    others = plan.backends[1:]
    keep = [q.id for q in early if not (others and deserves_second(q, found))
            and not isinstance(found.replies[q.id], Ended)]  # fmt: skip  (or a pause was forged)
    return replace(found, replies={id_: found.replies[id_] for id_ in keep})


def show(display_method: Callable, *told, **more) -> None:
    """Tell the display something; it can never disturb a grading."""
    with contextlib.suppress(Exception):
        display_method(*told, **more)


def is_finished(folder: Path) -> bool:
    """Tell whether an attempt was carried through, on every backend that it was begun on."""
    begun = [folder / backend for backend in BACKENDS if (folder / backend).is_dir()]
    return bool(begun) and all((place / RUNS).is_file() for place in begun)


def read_attempt(folder: Path, exam: Exam) -> Artefacts:
    """Return what is kept of one attempt: the first backend's replies, mended by the second's."""
    first, *others = [
        read_backend(folder / backend, exam, backend)
        for backend in BACKENDS
        if (folder / backend).is_dir()
    ]
    found = mended(first, others[0]) if others else first
    return replace(found, witnesses=heard(folder, exam.sheet.questions))


def ask_witness(plan: Plan, part: Part, exam: Exam, attempt: int, disputed: Iterable[str]) -> None:
    """Let our own code predict where a worker's predictions are disputed; keep what it gives."""
    folder = attempt_folder(plan.keep, part.number, attempt)
    found = read_attempt(folder, exam)
    for question in filter(lambda id_: can_be_heard(found.replies.get(id_)), disputed):
        hear(found.replies[question].value, question, folder, backend=found.backend,
             isolation=plan.isolation, limits=plan.rubric.limits)  # fmt: skip


def can_be_heard(reply: Reply | None) -> bool:
    """Tell whether an attempt gave a network, its weights and rows for a witness to predict with."""
    claims = reply.value if isinstance(reply, Returned) and isinstance(reply.value, dict) else {}
    weights = claims.get("weights")
    arrays = [claims.get("probe"), *(weights if isinstance(weights, list) else [None])]
    return isinstance(claims.get("config"), str) and all(isinstance(a, np.ndarray) for a in arrays)


def read_backend(folder: Path, exam: Exam, backend: str) -> Artefacts:
    """Return what is kept of one attempt on one backend."""
    kept = json.loads((folder / RUNS).read_text(encoding="utf-8"))
    runs = [Run(**run) for run in kept["runs"]]
    asked = tuple(q for q in exam.sheet.questions if q.id in kept["questions"])
    if digest_of(replace(exam.sheet, questions=asked)) != kept["sheet"]:
        raise CallError("These artefacts answer other questions: another seed, or the questions "
                        "have changed since. Give the right seed, or grade again.")  # fmt: skip
    found = read_artefacts(
        folder,
        asked,
        ended_in(runs, asked),
        backend=backend,
        seconds=sum(run.seconds for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
    )
    replies = {id_: r for id_, r in found.replies.items() if id_ not in kept.get("skipped", [])}
    return replace(found, replies=replies)


def ended_in(runs: list[Run], questions: tuple[Question, ...]) -> dict[str, str]:
    """Return in which questions workers died, and by which cause: all of a function that died."""
    died = [run for run in runs if run.cause or run.returncode or run is not runs[-1]]
    causes = {run.asked or "load": run.cause or "crash" for run in died}
    functions = {q.function: causes[q.id] for q in questions if q.id in causes}
    same = {q.id: functions[q.function] for q in questions if q.function in functions}
    return {**same, **causes}


def mended(first: Artefacts, second: Artefacts) -> Artefacts:
    """Return the first backend's replies with those that only the second could give."""
    better = {id_: r for id_, r in second.replies.items() if isinstance(r, Returned)}
    cost = {
        "seconds": first.seconds + second.seconds,
        "peak_mb": max(first.peak_mb, second.peak_mb),
    }
    if not better:
        return replace(first, **cost)
    note = f"On the TensorFlow backend, because JAX raised an exception: {', '.join(better)}."
    replies = {**first.replies, **better}
    return replace(first, **cost, replies=replies, backend=second.backend, notes=(note,))
