"""No verdict hangs on names that a student is free to choose."""

import ast

import pytest

from autograder.tests.all_mistakes import QUICK_CASES, SLOW_CASES
from autograder.tests.desk import Desk, solution, verdicts
from autograder.tests.mistakes import Mistake, named_in_shares, told, told_of
from autograder.tests.renaming import renamed

PLAIN = """
import numpy as np, os.path
from math import sqrt
LIMIT = 3
def helper(value, *, scale=1):
    return value * scale
def createSynData(start=1, stop=21, const=15):
    '''Keeps its name.'''
    numbers = [helper(start, scale=const) for _ in range(LIMIT)]
    try:
        total = (lambda number: number + start)(np.sum(numbers))
    except ValueError as error:
        raise error
    return os.path.join(str(total), str(sqrt(4)))
class Thing:
    size = 1
    def method(self, other=LIMIT):
        local = other
        return self.size + local
"""


def of_script(case: Mistake) -> bool:
    """Tell whether a case is a script that can be parsed."""
    try:
        return bool(ast.parse(case.source)) and not case.source.startswith("{")
    except SyntaxError:
        return False


def names_in(source: str) -> set[str]:
    """Every name that stands in a script."""
    nodes = list(ast.walk(ast.parse(source)))
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return parameters | {node.id for node in nodes if isinstance(node, ast.Name)}


@pytest.mark.quick
def test_only_free_names_are_renamed():
    """Helpers, variables, constants and aliases get other names; the contract and libraries do not."""
    text = renamed(PLAIN, 1)
    free = set("np LIMIT helper value numbers _ total number error sqrt Thing".split())
    kept = {"start", "stop", "const", "scale", "self", "other", "range", "os"}
    assert not names_in(text) & free and kept <= names_in(text)
    for words in ("def createSynData(start=1, stop=21, const=15)", ".sum(", "scale=const", "def method(",
                  "Keeps its name."):  # fmt: skip
        assert words in text
    before, after = {}, {}
    exec(PLAIN, before)
    exec(text, after)
    assert before["createSynData"](2) == after["createSynData"](2) == "92/2.0"


@pytest.mark.quick
def test_captured_names_stay_apart():
    """A nested function's own names do not hide those that it takes from the function around it."""
    scope, body = {}, "def inner(c):\n        d = c + 10 * b\n        return d + 100 * a"
    exec(renamed(f"def evaluate():\n    a, b = 1, 2\n    {body}\n    return inner(3)", 1), scope)
    assert scope["evaluate"]() == 123


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_renamed_reference_passes(desk: Desk, part):
    """The reference under other names loses nothing."""
    assert verdicts(desk.judge(part, renamed(solution(part), part))) == {}


def expect_the_same(desk: Desk, case: Mistake) -> None:
    """Judge a case under other names; status, score, blocking check and mistake are the same."""
    before = told_of(desk, case)
    after = told(desk.judge(case.part, renamed(case.source, case.part), case.kinds, case.ids))
    assert after == before


@named_in_shares(
    [case for case in QUICK_CASES if of_script(case)], 3, seldom=pytest.mark.exhaustive
)
def test_names_change_no_verdict(desk: Desk, case: Mistake):
    """Whatever variables and helpers are called, a mistake is told in the same way."""
    expect_the_same(desk, case)


@named_in_shares(
    [case for case in SLOW_CASES if of_script(case)], 8, seldom=pytest.mark.exhaustive
)
def test_names_change_no_verdict_on_a_network(desk: Desk, case: Mistake):
    """The same for mistakes in networks and trainings."""
    expect_the_same(desk, case)
