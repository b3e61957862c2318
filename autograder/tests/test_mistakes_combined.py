"""Several mistakes at once, and half-finished work: each is told, none hides what is right."""

import pytest

from autograder.release import template_of
from autograder.tests.desk import Desk, notebook_text, patched, rubric, solution
from autograder.tests.mistakes import BLOCKED, Mistake, asked, expect_verdicts, named
from autograder.tests.test_mistakes_figures import COST_LABELS
from autograder.tests.test_mistakes_networks import DENSE3, DROPOUT3, NO_MODEL1, PLAIN, rebuilt
from autograder.tests.test_mistakes_part1 import GAP, HEADER, MSE, R2, X1, Y1
from autograder.tests.test_mistakes_part2 import COLUMNS, OFFSET, RNG, STEP, X2
from autograder.tests.test_mistakes_part3 import COUNTED, LABELS, loader


def template(part: int, *filled: str) -> str:
    """The template of a part with some functions written below it."""
    text = template_of(solution(part), f"{rubric().parts[part].stem}.py")
    return "\n\n".join([text, *filled])


def function(part: int, name: str) -> str:
    """The reference's own function, and the constants it may use."""
    lines = solution(part).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"def {name}("))
    ends = (i for i in range(first + 1, len(lines)) if lines[i] and lines[i][0] not in " )")
    return "\n".join(lines[first : next(ends)])


TEMPLATE1 = {"1.header": 0, "1.data": 0, "1.test_data": 0, "1.evaluate": 0, "1.linear": 0,
             "1.figure_cost": 0, "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED}  # fmt: skip
TEMPLATE3 = {"3.header": 0, "3.load": 0, "3.load_errors": BLOCKED, "3.labels": 0, "3.evaluate": 0,
             "3.figure_loss": 0, "3.figure_accuracy": BLOCKED,
             "3.figure_confusion": BLOCKED}  # fmt: skip
LATER = '    if target != "next": raise NotImplementedError("later")\n    columns = {'
BROKEN_CELL = "def linear_baseline(X_train, y_train, X_test:\n    return 1\n"


def without(lost: dict, *ids: str) -> dict:
    """What is lost, but for some checks."""
    return {id_: kept for id_, kept in lost.items() if id_ not in ids}


TOGETHER = [
    Mistake("no shift and one axis too few", 1, {"1.data": 2}, "no-shift", changes={
            X1: "X = numbers[1:].reshape(-1, 1)", Y1: "y = const * numbers[1:]"}),
    Mistake("no shift in the data, an overlap in the test data", 1, {"1.data": 3, "1.test_data": 2},
            "no-shift", changes={Y1: "y = const * numbers[1:]", GAP: "gap = 0"}),
    Mistake("two wrong scores and no axis labels", 1, {"1.evaluate": 1, "1.figure_cost": 1},
            "r2-arguments-swapped", changes={R2: "r2_score(y_pred, y_true)", MSE: f"{MSE} ** 0.5",
            COST_LABELS: 'ax.set(title="Cost function")\n'}),
    Mistake("no header, integers, a line through the origin", 1, {"1.header": 0, "1.data": 3,
            "1.linear": 1}, "header-missing", changes={HEADER: "",
            "np.arange(start, stop, dtype=np.float32)": "np.arange(start, stop)",
            "LinearRegression()": "LinearRegression(fit_intercept=False)"}),
    Mistake("one step for all and the offset ignored", 2, {"2.data": 3}, "one-step-for-all",
            changes={STEP: "rng.uniform(0.1, 0.5)", OFFSET: "endpoint=True)"}),
    Mistake("y in X, the seed ignored, the wrong penultimate", 2, {"2.data": 3, "2.penultimate": 0},
            "target-in-features", changes={X2: "rows[:, :, np.newaxis]", COLUMNS: '"penultimate": 1}',
            RNG: "rng = np.random.default_rng(7)"}),
    Mistake("labels inverted and the matrix transposed", 3, {"3.labels": 0, "3.evaluate": 0},
            "labels-inverted", changes={LABELS: LABELS.replace(">", "<"),
            COUNTED: "count_confusions(labels, y_true, labels=[0, 1])"}),
    Mistake("threshold ignored, classes swapped, five stations", 3, {"3.load": 1, "3.load_errors": 0,
            "3.labels": 1, "3.evaluate": 1}, "station-missing", loader(times=":5", shape="-1, 5, 1"),
            changes={LABELS: "return (np.ravel(probabilities) > 0.5).astype(int)",
                     COUNTED: "count_confusions(y_true, labels, labels=[1, 0])"}),
]  # fmt: skip
UNFINISHED = [
    Mistake("the template", 1, TEMPLATE1, "header-unchanged", base=template(1)),
    Mistake("createSynData alone", 1, without(TEMPLATE1, "1.data"), "header-unchanged",
            base=template(1, function(1, "createSynData"))),
    Mistake("data and line, the rest of the template", 1,
            without(TEMPLATE1, "1.data", "1.test_data", "1.linear"), "header-unchanged",
            base=template(1, *(function(1, name) for name in
                               ("createSynData", "createTestData", "linear_baseline")))),
    Mistake("to_labels alone, and a header", 3, without(TEMPLATE3, "3.header", "3.labels"),
            "not-written", base=template(3, function(3, "to_labels")).replace(
                "Task 3.0: say here what this program does", "Earthquake or noise? " * 9)),
    Mistake("evaluate calls a to_labels that is not written", 3,
            {"3.labels": 0, "3.evaluate": BLOCKED}, "not-written",
            changes={LABELS: 'raise NotImplementedError("Task 3.3")'}),
    Mistake("a stub behind an if on one line", 2, {"2.penultimate": 0}, "not-written",
            changes={"    columns = {": LATER}),
    Mistake("one stub forgotten", 1, {"1.linear": 0}, "not-written",
            "def linear_baseline(X_train, y_train, X_test):\n"
            '    raise NotImplementedError("Task 1.5d")'),
    Mistake("a syntax error in one cell of the notebook", 1, {"1.linear": 0}, "syntax-error",
            base=notebook_text([patched(1, {"def linear_baseline(": "def another("}), BROKEN_CELL])),
    Mistake("a script that Python cannot read", 1, {"1.header": 0, **dict.fromkeys(
            ["1.data", "1.test_data", *NO_MODEL1, "1.evaluate", "1.linear", "1.figure_cost",
             "1.figure_residuals", "1.figure_target"], BLOCKED)}, "part-unreadable",
            base=patched(1, {GAP: "gap = (3"})),
]  # fmt: skip
NETWORKS = asked([
    Mistake("no dropout, no sigmoid, another loss", 3, {"3.model": 2, "3.compile": 1}, "dropout-missing",
            rebuilt(3, {DROPOUT3: "", DENSE3: "model.add(Dense(1))",
                        '"binary_crossentropy"': '"mse"'})),
    Mistake("40 units and sgd", 1, {"1.model": 3, "1.compile": 0}, "wrong-units", PLAIN[1].replace(
            "50", "40").replace('"adam"', '"sgd"')),
], ("model",))  # fmt: skip
CASES = [*TOGETHER, *UNFINISHED]


@pytest.mark.quick
@named(CASES)
def test_mistakes_together_cost_what_each_costs(desk: Desk, case: Mistake):
    """What several mistakes cost is what each of them costs; half-finished work keeps its points."""
    expect_verdicts(desk, case)


@named(NETWORKS)
def test_mistakes_in_one_network_cost_what_each_costs(desk: Desk, case: Mistake):
    """The same for the layers and the compilation of a network."""
    expect_verdicts(desk, case)


@pytest.mark.quick
def test_a_syntax_error_leads_its_message(desk: Desk):
    """The first check of a part that Python cannot read tells the error, its line, and to mend it."""
    outcome = desk.judge(1, patched(1, {GAP: "gap = (3"}))["1.header"]
    line = solution(1).splitlines().index(f"    {GAP}") + 1
    error = f"part1_one_to_one.py, line {line}: SyntaxError: '(' was never closed at `gap = (3`"
    assert outcome.got.startswith(error) and f"Mend line {line}, " in outcome.hint
