"""Every mistake that a check can name has its sentence, and is shown by a mistaken submission."""

import ast
import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks import MODULES
from autograder.errors import CourseError, Failed
from autograder.judge import judge, sentence_of
from autograder.model import Artefacts, Ended
from autograder.rubric import contradictions
from autograder.tests.all_mistakes import EVERY_CASE, NETWORK_CASES, QUICK_CASES
from autograder.tests.desk import QUICK, ROOT, Desk, exam, rubric, solution, verdicts
from autograder.tests.mistakes import SCALING, Mistake, expect_verdicts, told

PACKAGE = ROOT / "autograder"
SOURCES = [*sorted((PACKAGE / "checks").glob("*.py")),
           *(PACKAGE / f"{name}.py" for name in
             ("agreement", "exceptions", "judge", "seen", "values"))]  # fmt: skip
ELSEWHERE = {
    "stopped-by-limit": "here",
    **dict.fromkeys(["backend-dependent", "pretrained"], "test_network"),
    **dict.fromkeys(
        ["another-network", "cannot-predict", "history-too-long", "rounding-noise",
         "rows-mixed", "rows-scaled-otherwise", "rule-in-layers"], "the hostile half of the zoo"),
    "predictions-not-from-weights": "test_network, and the hostile half of the zoo",
    "weights-from-elsewhere": "the tests of trained networks",
    "learns-the-next-number": "test_mistakes_training",
    "learns-one-too-far": "test_mistakes_training",
}
EXAM_SEEDS = [hashlib.sha256(f"mistakes {n}".encode()).hexdigest() for n in range(10)]


def ids_in(path: Path) -> set[str]:
    """The misconceptions that a module names: texts like `no-shift`, and what stands for a name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = [node.value for node in ast.walk(tree)
             if isinstance(node, ast.keyword) and node.arg == "misconception"]  # fmt: skip
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    hyphened = {text for text in texts if re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)+", text)}
    return hyphened | {value.value for value in given
                       if isinstance(value, ast.Constant) and isinstance(value.value, str)}  # fmt: skip


@pytest.mark.quick
def test_every_misconception_has_its_sentence():
    """What the checks name stands in the rubric, and nothing else does."""
    used = set().union(*map(ids_in, SOURCES))
    assert used == set(rubric().misconceptions)


@pytest.mark.quick
def test_every_misconception_is_shown():
    """Each one is named first by some mistaken submission."""
    shown = {case.why for case in EVERY_CASE} | set(ELSEWHERE)
    assert set(rubric().misconceptions) - shown == set()


@pytest.mark.quick
def test_every_mistake_is_named():
    """No mistaken submission is left without a name, and none is listed twice."""
    assert [case.name for case in EVERY_CASE if case.why is None] == []
    counts = Counter((case.part, case.source, case.kinds) for case in EVERY_CASE)
    assert [source for source, count in counts.items() if count > 1] == []


@pytest.mark.quick
def test_every_function_has_five_mistakes():
    """Each function of each part is got wrong in at least five ways; so is the header."""
    functions = {check.id: check.function or "header" for check in rubric().checks}
    counts = Counter()
    for case in EVERY_CASE:
        found = {(case.part, functions[id_]) for id_, kept in case.lost.items() if kept is not None}
        counts.update({("header" if name == "header" else f"{part} {name}") for part, name in found})
    wanted = {"header" if not check.function else f"{check.part} {check.function}"
              for check in rubric().checks}  # fmt: skip
    assert {name: counts[name] for name in wanted if counts[name] < 5} == {}


@pytest.mark.quick
def test_sentences_are_for_a_tired_student():
    """One sentence each, short, that ends; no two mistakes share one."""
    sentences = rubric().misconceptions.values()
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert 15 < len(sentence) < 100 and sentence.endswith(".") and ". " not in sentence


@pytest.mark.quick
def test_the_sentence_comes_before_the_next_step(desk: Desk):
    """The hint first says what was done, then what to do."""
    source = solution(1).replace("y = const * numbers[:-1]", "y = const * numbers[1:]")
    outcome = desk.judge(1, source)["1.data"]
    sentence = rubric().misconceptions["no-shift"]
    assert outcome.hint == f"{sentence} Shift back by one: 2 belongs to 15 · 1."


@pytest.mark.quick
def test_misconception_without_a_sentence_is_the_courses_error():
    """A name that the rubric does not know is told to the instructor; so is an unfinished sentence."""
    with pytest.raises(CourseError, match="no sentence for no-such-mistake"):
        sentence_of("no-such-mistake", rubric())
    (problem,) = contradictions(replace(rubric(), misconceptions={"no-shift": "Not shifted"}))
    assert "no-shift lacks its sentence" in problem
    assert sentence_of(Failed("a", "b").misconception, rubric()) == ""


@pytest.mark.quick
def test_a_call_that_is_stopped_is_named(desk: Desk):
    """What ends a worker is told as such, with its cause."""
    desk.judge(1, solution(1), ())
    replies = {question.id: Ended("it did not come back") for question in exam(1).sheet.questions}
    found = judge(desk.student, exam(1), Artefacts(replies), rubric(), MODULES[1])
    names = {outcome.misconception for outcome in found.outcomes if outcome.status == "failed"}
    assert names == {"stopped-by-limit"}


OLDER = {
    "fails-for-one-instance": ("data.one", "test.one"),
    "fails-below-zero": ("data.negative",),
    "same-start-for-all": ("test.one",),
    "fails-for-one-sequence": ("data.one", "penultimate.one"),
    "negative-offset-lost": ("data.below",),
    "odd-times-lost": ("load.arrivals_impulse.txt",),
    "repeated-row-lost": ("load.arrivals_ramp.txt",),
    "comment-not-skipped": ("load.arrivals_windows.txt",),
}  # misconception -> the questions without which it is not seen


@pytest.mark.parametrize("why", OLDER)
def test_question_that_no_one_hard_codes_is_needed(desk: Desk, why):
    """Answered as by the reference, these questions leave the mistake unseen: no other shows it."""
    case = next(case for case in QUICK_CASES if case.why == why)
    desk.judge(case.part, solution(case.part))
    right = {id_: desk.artefacts.replies[id_] for id_ in OLDER[why]}
    assert why in {name for *_, name in told(desk.judge(case.part, case.source)).values()}
    replies = type(desk.artefacts.replies)({**desk.artefacts.replies, **right})
    artefacts = replace(desk.artefacts, replies=replies)
    found = judge(desk.student, exam(case.part), artefacts, rubric(), MODULES[case.part])
    assert why not in {outcome.misconception for outcome in found.outcomes}


def cases_of_a_seed() -> list[Mistake]:
    """What is judged at every seed: all but the trainings."""
    return [*QUICK_CASES, *NETWORK_CASES]


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(len(EXAM_SEEDS)))
@pytest.mark.parametrize("case", cases_of_a_seed(), ids=lambda c: f"{c.part}: {c.name}")
def test_mistake_is_told_the_same_in_every_exam(desk: Desk, case: Mistake, number):
    """Ten exams with other numbers: the same points are lost, and the same mistake is named."""
    expect_verdicts(desk, case, EXAM_SEEDS[number])


def alternatives() -> list[tuple[Mistake, tuple[str, ...], tuple[str, ...] | None]]:
    """Honest alternatives, with the questions they are asked."""
    from autograder.tests import test_alternatives as honest

    return [
        *((way, QUICK, None) for way in honest.QUICK_WAYS),
        *((way, ("model",), None) for way in honest.MODEL_WAYS),
        *((way, ("call", "model"), SCALING) for way in honest.SCALED_WAYS),
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(len(EXAM_SEEDS)))
@pytest.mark.parametrize("way", alternatives(), ids=lambda w: f"{w[0].part}: {w[0].name}")
def test_another_way_costs_nothing_in_any_exam(desk: Desk, way, number):
    """Ten exams with other numbers: honest alternatives lose nothing."""
    case, kinds, ids = way
    assert verdicts(desk.judge(case.part, case.source, kinds, ids, EXAM_SEEDS[number])) == {}
