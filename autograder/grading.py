"""The engine: collect → worker → artefacts → judge → score, part by part.

`grade` is the only door; the command line, pytest and every later interface stand behind it.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from autograder import exam as exams
from autograder import questions
from autograder.artefacts import absent
from autograder.asking import (
    BACKENDS,
    Chooser,
    Display,
    Plan,
    ask,
    ask_witness,
    attempt_folder,
    only,
    read_attempt,
    show,
)
from autograder.checks import MODULES
from autograder.collect import collect
from autograder.compiling import COMPILER, Recipe, recipes, shared
from autograder.errors import CallError
from autograder.exam import Seeds
from autograder.hosts import HOSTS, at_once
from autograder.isolation import choose_isolation, own_user_possible
from autograder.judge import doubtful, judge, outcome_of, unlucky
from autograder.keeping import keep_submission, read_kept
from autograder.model import (
    PARTS,
    Artefacts,
    Ended,
    Exam,
    Form,
    Graded,
    Judgement,
    Part,
    Question,
    Returned,
    Submission,
)
from autograder.model import Result as Result
from autograder.rubric import read_rubric
from autograder.score import result_of

SHIFT = 1_000_003  # moves the seeds that a student's own code sets


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


def grade_many(paths: Iterable[str | Path], **options) -> Iterator[Result]:
    """Grade submissions, the next ones while the last parts of one are still training.

    Args:
        paths: Folders or files of parts.
        **options: As for `grade`.

    Yields:
        The results in the order of the paths.
    """
    with HOSTS.pinned(), ThreadPoolExecutor(max_workers=at_once()) as pool:
        yield from pool.map(lambda path: grade(path, **options), paths)


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
    if kept.seed_kind == "exam" and not exam_seed:
        raise CallError("These artefacts are of an exam. Add --exam-seed-file.")
    seeds = seeds_of(kept.seed, exam_seed, rubric.practice_seed)

    def judged(part: Part) -> Graded:
        exam, attempts, n = exam_of(part.number, seeds), [], 0
        while (folder := attempt_folder(keep, part.number, n)).is_dir():
            attempts.append(merged(attempts, folder, exam))
            n += 1
        return Graded(*judge_attempts(part, exam, attempts, rubric), 0.0)

    graded = side_by_side(kept.submission, judged)
    plan = Plan(kept.submission, rubric, seeds, kept.isolation, keep)
    return result_of(plan, graded, time.monotonic() - started)


def seeds_of(seed: int | None, exam_seed: str | None, default: int) -> Seeds:
    """Return the seeds of an exam or of a practice run."""
    if exam_seed:
        return exams.exam_seeds(exam_seed)
    return exams.practice_seeds(default if seed is None else seed)


def checked_parts(parts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the parts, or raise `CallError` for one that does not exist."""
    wrong = [part for part in parts if part not in PARTS]
    if wrong or not parts:
        raise CallError(f"There is no part {wrong}. Give {', '.join(map(str, PARTS))}.")
    return tuple(sorted(set(parts)))


def emptied_folder(folder: Path) -> Path:
    """Return an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
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


def grade_part(plan: Plan, part: Part) -> Graded:
    """Run and judge one part; a missed floor is tried again with other training seeds."""
    started = time.monotonic()
    exam = exam_of(part.number, plan.seeds)
    attempts = [] if part.problem else [ask(plan, part, exam, 0, chooser(plan, part, exam))]
    judged = settled(plan, part, exam, attempts)
    while attempts and time.monotonic() - started < plan.rubric.limits.part_s:
        doubt = doubtful(judged[1]) and len(attempts) == 1
        if len(attempts) == plan.rubric.limits.trainings or not (doubt or unlucky(judged[1])):
            break
        attempts.append(train_again(replace(plan, shift=SHIFT * doubt), part, exam, attempts))
        judged = settled(plan, part, exam, attempts)
    show(plan.display.judged, part, judged[1].outcomes, final=True)
    return Graded(*judged, time.monotonic() - started)


def grade_part_alone(plan: Plan, part: Part) -> Graded:
    """Grade one part; if the grader breaks there, the other parts keep their results."""
    try:
        return grade_part(plan, part)
    except Exception as error:
        nothing = absent([])
        outcomes = tuple(
            outcome_of(check, "not_judged", hint="The grader broke here.")
            for check in plan.rubric.of_part(part.number)
        )
        trouble = f"part {part.number}: {type(error).__name__}: {error}"
        return Graded(part, Judgement(outcomes, broken=(trouble,)), nothing, 0.0)


def exam_of(part: int, seeds: Seeds) -> Exam:
    """Return the exam of a part."""
    return exams.set_exam(part, seeds, questions.MODULES[part].questions)


def train_again(plan: Plan, part: Part, exam: Exam, attempts: list[Artefacts]) -> Artefacts:
    """Ask for the trainings once more, with another training seed."""
    trainings = tuple(q for q in exam.sheet.questions if q.kind == "train")
    ask(plan, part, only(exam, trainings), len(attempts))
    return merged(attempts, attempt_folder(plan.keep, part.number, len(attempts)), exam)


def settled(
    plan: Plan, part: Part, exam: Exam, attempts: list[Artefacts]
) -> tuple[Part, Judgement, Artefacts]:
    """Judge all attempts; where a rebuilt network predicts something else, hear a witness first."""
    judged = judge_attempts(part, exam, attempts, plan.rubric)
    if not judged[1].disputed:
        return judged
    for n in range(len(attempts)):
        ask_witness(plan, part, exam, n, judged[1].disputed)
        attempts[n] = merged(attempts[:n], attempt_folder(plan.keep, part.number, n), exam)
    return judge_attempts(part, exam, attempts, plan.rubric)


def chooser(plan: Plan, part: Part, exam: Exam) -> Chooser:
    """Return who judges what is known before the training, and leaves out what cannot count."""
    return lambda early: still_wanted(plan, part, exam, early)


def still_wanted(plan: Plan, part: Part, exam: Exam, early: Artefacts) -> list[str]:
    """Judge and show what is known before training; leave out a training that cannot count."""
    part = with_loading_problem(part, early)
    judgement = judge(part, exam, early, plan.rubric, MODULES[part.number])
    show(plan.display.judged, part, judgement.ready, final=False)
    known = {outcome.id: outcome for outcome in judgement.ready}

    def futile(question: Question) -> bool:
        fit = question.options.get("fit")
        resting = [c.id for c in plan.rubric.of_part(part.number) if c.function == fit]
        return all(id_ in known and known[id_].status == "not_judged" for id_ in resting)

    return [q.id for q in exam.sheet.questions if q.kind != "train" or not futile(q)]


def merged(attempts: list[Artefacts], folder: Path, exam: Exam) -> Artefacts:
    """Return an attempt from its folder; what it did not ask again is taken from the first one."""
    attempt = read_attempt(folder, exam)
    if not attempts:
        return attempt
    return replace(attempt, replies={**attempts[0].replies, **attempt.replies})


def judge_attempts(
    part: Part, exam: Exam, attempts: list[Artefacts], rubric
) -> tuple[Part, Judgement, Artefacts]:
    """Return the best judgement over all attempts, each outcome with the number of trainings."""
    checks = MODULES[part.number]
    if not attempts:
        nothing = absent([q.id for q in exam.sheet.questions])
        return part, judge(part, exam, nothing, rubric, checks), nothing
    part = with_loading_problem(part, attempts[0])
    judged = [
        judge(part, exam, artefacts, rubric, checks, (*attempts[:n], *attempts[n + 1 :]))
        for n, artefacts in enumerate(attempts)
    ]
    if any(judgement.waiting for judgement in judged):
        raise CallError("These artefacts lack a training that the rubric now asks for. Grade again.")
    best = max(range(len(judged)), key=lambda i: (points(judged[i]), -i))
    trained = {check.id for check in rubric.of_part(part.number) if check.requires}
    outcomes = tuple(
        replace(o, attempts=len(attempts)) if o.id in trained and o.status != "not_judged" else o
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
    same = len({repr(_history(artefacts)) for artefacts in attempts}) == 1
    seeded = " Your code sets its own seed, so each try gave the same network." * same
    return (f"Part {part.number} was trained {len(attempts)} times, with other seeds.{seeded}",)


def _history(artefacts: Artefacts):
    reply = artefacts.replies.get("train")
    value = reply.value if isinstance(reply, Returned) else {}
    return value.get("history") if isinstance(value, dict) else None


def with_loading_problem(part: Part, artefacts: Artefacts) -> Part:
    """Return the part with a problem if its code never finished loading."""
    causes = {reply.cause for reply in artefacts.replies.values() if isinstance(reply, Ended)}
    if artefacts.loaded or len(causes) != 1:
        return part
    hint = "Look at what runs outside functions; demonstrations go under `if __name__ == '__main__':`."
    return replace(part, problem=f"While the code was loading, {causes.pop()}. {hint}")
