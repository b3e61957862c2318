"""The engine: collect → worker → artefacts → judge → score, part by part, in one function.

`grade` is the only door; the command line, pytest and every later interface stand behind it.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path

from autograder import exam as exams
from autograder.artefacts import absent, read_artefacts
from autograder.checks import MODULES
from autograder.collect import collect
from autograder.errors import GraderError
from autograder.exam import Seeds
from autograder.judge import NOT_WRITTEN, judge, unlucky
from autograder.model import (
    PARTS,
    Absent,
    Artefacts,
    Ended,
    Exam,
    Form,
    Graded,
    Judgement,
    Part,
    Question,
    Raised,
    Result,
    Returned,
    Rubric,
    Submission,
)
from autograder.rubric import read_rubric
from autograder.sandbox import Job, Run, choose_isolation, run_part
from autograder.score import result_of

Watcher = Callable[[int, dict], None]
SECOND_BACKEND = "tensorflow"


@dataclass(frozen=True)
class Plan:
    """What the grading of every part shares."""

    submission: Submission
    rubric: Rubric
    seeds: Seeds
    isolation: str
    keep: Path
    watch: Watcher


def grade(
    path: str | Path,
    *,
    parts: tuple[int, ...] = PARTS,
    seed: int | None = None,
    exam_seed: str | None = None,
    isolation: str = "auto",
    form: Form | None = None,
    keep: Path | None = None,
    watch: Watcher = lambda part, event: None,
) -> Result:
    """Grade a submission.

    Args:
        path: A folder with the parts, or the file of one part.
        parts: The parts to be graded.
        seed: The practice seed; the rubric's if not given.
        exam_seed: A secret of 128 bits or more; wins over `seed`.
        isolation: `auto`, `process` or `bwrap`.
        form: `py` or `ipynb` where both forms were edited.
        keep: Folder for the artefacts, for `score --from`; thrown away if not given.
        watch: Called with the part and an event (a question, an epoch), for display only.

    Returns:
        The result. Where the grader itself broke, `score` is None and `broken` says why.

    Raises:
        CallError: The call is wrong; the message says what to type.
    """
    started = time.monotonic()
    rubric = read_rubric()
    seeds = exams.exam_seeds(exam_seed) if exam_seed else exams.practice_seeds(
        rubric.practice_seed if seed is None else seed)  # fmt: skip
    submission = collect(Path(path), rubric, tuple(parts), form)
    with tempfile.TemporaryDirectory(prefix="moveout-kept-") as scratch:
        plan = Plan(submission, rubric, seeds, choose_isolation(isolation),
                    fresh(keep or Path(scratch)), watch)  # fmt: skip
        graded = grade_parts(plan)
    total = time.monotonic() - started
    return result_of(submission, rubric, graded, seeds.kind, plan.isolation, total)


def fresh(folder: Path) -> Path:
    """Return an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def grade_parts(plan: Plan) -> dict[int, Graded]:
    """Grade the parts side by side, as many as there are processors."""
    parts = plan.submission.parts
    with ThreadPoolExecutor(max_workers=min(len(parts), cpu_count() or 1)) as pool:
        futures = {number: pool.submit(grade_part, plan, part) for number, part in parts.items()}
        return {number: future.result() for number, future in futures.items()}


def grade_part(plan: Plan, part: Part) -> Graded:
    """Run and judge one part; a missed floor is tried again with other training seeds."""
    started = time.monotonic()
    exam = exam_of(part.number, plan.seeds)
    attempts: list[Artefacts] = []
    if part.problem is None:
        attempts = ask_until_passed(plan, part, exam)
    part, judgement, artefacts = judge_attempts(part, exam, attempts, plan.rubric)
    return Graded(part, judgement, artefacts, time.monotonic() - started)


def exam_of(part: int, seeds: Seeds) -> Exam:
    """Return the exam of a part."""
    return exams.set_exam(part, seeds, MODULES[part].questions)


def ask_until_passed(plan: Plan, part: Part, exam: Exam) -> list[Artefacts]:
    """Return the artefacts of every attempt: all questions once, then only the trainings again."""
    attempts = [ask(plan, part, exam, 0)]
    trainings = tuple(q for q in exam.sheet.questions if q.kind == "train")
    while len(attempts) < plan.rubric.limits.trainings:
        _, judgement, artefacts = judge_attempts(part, exam, attempts, plan.rubric)
        if not unlucky(judgement):
            break
        again = ask(plan, part, only(exam, trainings), len(attempts))
        attempts.append(replace(again, replies={**artefacts.replies, **again.replies}))
    return attempts


def only(exam: Exam, questions: tuple[Question, ...]) -> Exam:
    """Return an exam with some of its questions."""
    return replace(exam, sheet=replace(exam.sheet, questions=questions))


def judge_attempts(
    part: Part, exam: Exam, attempts: list[Artefacts], rubric: Rubric
) -> tuple[Part, Judgement, Artefacts]:
    """Return the best judgement over all attempts, each outcome with the number of trainings."""
    checks = MODULES[part.number]
    if not attempts:
        artefacts = absent([q.id for q in exam.sheet.questions])
        return part, judge(part, exam, artefacts, rubric, checks), artefacts
    part = with_loading_problem(part, attempts[0])
    judged = [judge(part, exam, artefacts, rubric, checks) for artefacts in attempts]
    best = max(range(len(judged)), key=lambda i: (points(judged[i]), -i))
    trained = {check.id for check in rubric.of_part(part.number) if check.requires}
    count = len(attempts)
    outcomes = tuple(
        replace(o, attempts=count) if o.id in trained and o.status != "not_judged" else o
        for o in judged[best].outcomes
    )
    notes = judged[best].notes + retry_notes(part, attempts)
    return part, replace(judged[best], outcomes=outcomes, notes=notes), attempts[best]


def points(judgement: Judgement) -> int:
    """Return the points of a part."""
    return sum(outcome.score for outcome in judgement.outcomes)


def retry_notes(part: Part, attempts: list[Artefacts]) -> tuple[str, ...]:
    """Say that a part was trained again, and if its own seed made that useless."""
    if len(attempts) < 2:
        return ()
    losses = {repr(_history(artefacts)) for artefacts in attempts}
    seeded = " Your code sets its own seed, so each try gave the same network." * (len(losses) == 1)
    return (f"Part {part.number} was trained {len(attempts)} times, with other seeds.{seeded}",)


def _history(artefacts: Artefacts):
    reply = artefacts.replies.get("train")
    value = reply.value if isinstance(reply, Returned) else {}
    return value.get("history") if isinstance(value, dict) else None


def with_loading_problem(part: Part, artefacts: Artefacts) -> Part:
    """Return the part with a problem if its code never finished loading."""
    replies = artefacts.replies.values()
    causes = {reply.cause for reply in replies if isinstance(reply, Ended)}
    if artefacts.loaded or len(causes) != 1:
        return part
    hint = "Put demonstrations under `if __name__ == '__main__':`."
    return replace(part, problem=f"While the code was loading, {causes.pop()}. {hint}")


def ask(plan: Plan, part: Part, exam: Exam, attempt: int) -> Artefacts:
    """Ask the questions on the JAX backend; what raised there is asked once more on TensorFlow."""
    first = ask_once(plan, part, exam, attempt, "jax")
    wrong = tuple(q for q in exam.sheet.questions if deserves_second(q, first))
    if not wrong:
        return first
    second = ask_once(plan, part, only(exam, wrong), attempt, SECOND_BACKEND)
    better = {id_: r for id_, r in second.replies.items() if isinstance(r, Returned)}
    if not better:
        return first
    note = f"Part {part.number}: {', '.join(better)} ran on the TensorFlow backend."
    return replace(
        first,
        replies={**first.replies, **better},
        backend=SECOND_BACKEND,
        seconds=first.seconds + second.seconds,
        peak_mb=max(first.peak_mb, second.peak_mb),
        notes=(*first.notes, note),
    )


def deserves_second(question: Question, artefacts: Artefacts) -> bool:
    """Tell whether an exception could be due to the backend; that of a stub never is."""
    reply = artefacts.replies[question.id]
    if question.options.get("malformed"):
        return False  # an exception is the right reply
    if isinstance(reply, Absent):
        return any(error.type != NOT_WRITTEN for error in artefacts.load_errors)
    return isinstance(reply, Raised) and reply.type != NOT_WRITTEN


def ask_once(plan: Plan, part: Part, exam: Exam, attempt: int, backend: str) -> Artefacts:
    """Run the workers of one part on one backend and read what they left."""
    folder = plan.keep / f"part{part.number}" / f"attempt{attempt}-{backend}"
    job = Job(
        part=part,
        sheet=exam.sheet,
        seed=plan.seeds.training(part.number, attempt),
        backend=backend,
        isolation=plan.isolation,
        limits=plan.rubric.limits,
        modules=plan.submission.modules,
    )
    try:
        runs = run_part(job, folder, lambda event: plan.watch(part.number, event))
    except OSError as error:
        raise GraderError(f"No worker could be started ({error}). Run self-check.") from error
    return read_artefacts(
        folder,
        exam.sheet.questions,
        ended_in(runs),
        backend=backend,
        seconds=sum(run.seconds for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
    )


def ended_in(runs: list[Run]) -> dict[str, str]:
    """Return in which question each worker that died was, and by which cause."""
    died = [run for run in runs if run.cause or run.returncode]
    return {run.asked or "load": run.cause or "crash" for run in died}
