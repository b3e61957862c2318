"""One part, from its questions to the best of its attempts.

A missed floor is trained again with other seeds; what two trainings share was brought along; where
predictions are disputed, a witness is heard.
"""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from autograder import exam as exams
from autograder import questions
from autograder.artefacts import absent
from autograder.asking import (
    Chooser,
    Plan,
    ask,
    ask_witness,
    attempt_folder,
    only,
    read_attempt,
    show,
)
from autograder.checks import MODULES
from autograder.errors import CallError
from autograder.exam import Seeds
from autograder.judge import doubtful, judge, outcome_of
from autograder.model import (
    Artefacts,
    Ended,
    Exam,
    Graded,
    Judgement,
    Part,
    Question,
    Returned,
    Rubric,
)

SHIFT = 1_000_003  # moves the seeds that a student's own code sets


def grade_part(plan: Plan, part: Part) -> Graded:
    """Run and judge one part; a missed floor is tried again with other training seeds."""
    started = time.monotonic()
    exam = exam_of(part.number, plan.seeds)
    attempts = [] if part.problem else [ask(plan, part, exam, 0, chooser(plan, part, exam))]
    judged = settled(plan, part, exam, attempts)
    while attempts and time.monotonic() - started < plan.rubric.limits.part_s:
        doubt = doubtful(judged[1]) and len(attempts) == 1
        if len(attempts) == plan.rubric.limits.trainings or not (doubt or judged[1].by_chance):
            break
        shift = SHIFT * (doubt or alike(attempts))
        attempts.append(train_again(replace(plan, shift=shift), part, exam, attempts))
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
    """Ask for the trainings once more, with another training seed, and for what scales their rows."""
    trainings = [q for q in exam.sheet.questions if q.kind == "train"]
    scaling = {question.options.get("preprocess") for question in trainings}
    again = tuple(q for q in exam.sheet.questions if q in trainings or q.function in scaling)
    ask(plan, part, only(exam, again), len(attempts))
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
    part: Part, exam: Exam, attempts: list[Artefacts], rubric: Rubric
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
    seeded = " Your code sets its own seed, so each try gave the same network." * alike(attempts)
    return (f"Part {part.number} was trained {len(attempts)} times, with other seeds.{seeded}",)


def alike(attempts: list[Artefacts]) -> bool:
    """Tell whether several attempts gave the same losses: the code sets a seed of its own."""
    losses = {_losses(artefacts) for artefacts in attempts}
    return len(attempts) > 1 and len(losses) == 1 and losses != {b""}


def _losses(artefacts: Artefacts) -> bytes:
    """Return the losses of a training, as they came; nothing if none came."""
    reply = artefacts.replies.get("train")
    value = reply.value if isinstance(reply, Returned) else None
    history = value.get("history") if isinstance(value, dict) else None
    loss = history.get("loss") if isinstance(history, dict) else None
    return loss.tobytes() if isinstance(loss, np.ndarray) else b""


def with_loading_problem(part: Part, artefacts: Artefacts) -> Part:
    """Return the part with a problem if its code never finished loading."""
    causes = {reply.cause for reply in artefacts.replies.values() if isinstance(reply, Ended)}
    if artefacts.loaded or len(causes) != 1:
        return part
    hint = "Look at what runs outside functions; demonstrations go under `if __name__ == '__main__':`."
    return replace(part, problem=f"While the code was loading, {causes.pop()}. {hint}")
