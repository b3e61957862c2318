"""What the tests of typical mistakes share: the record of a mistake, and what to expect of it."""

from dataclasses import dataclass, field, replace

import pytest

from autograder.model import Outcome
from autograder.tests.desk import QUICK, Desk, patched, verdicts

BLOCKED = None  # the check waits for another one
SCALING = ("model", "model.other", "scale", "scale.row", "scale.moved", "scale.moved_row")
Told = dict[str, tuple[str, int, str | None, str | None]]
judged_before: dict[tuple[int, int | str], Told] = {}


@dataclass(frozen=True)
class Mistake:
    """A changed reference: what is lost of which check, and the mistake that is named.

    `code` is written below the reference, where it takes the place of what has the same name;
    `lost` gives the points that stay, or BLOCKED, for each check that does not pass; `kinds` and
    `ids` say which questions are asked; `base` takes the place of the reference's source.
    """

    name: str
    part: int
    lost: dict[str, int | None]
    why: str | None
    code: str = ""
    changes: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = QUICK
    ids: tuple[str, ...] | None = None
    base: str = ""

    @property
    def source(self) -> str:
        """The student's script."""
        return self.base or f"{patched(self.part, self.changes)}\n\nimport keras\n{self.code}\n"


def mistake(name: str, part: int, old: str, new: str, lost: dict, why: str | None) -> Mistake:
    """A reference in which one line is replaced."""
    return Mistake(name, part, lost, why, changes={old: new})


def asked(cases: list[Mistake], kinds: tuple[str, ...], ids=None) -> list[Mistake]:
    """Cases of which other questions are asked."""
    return [replace(case, kinds=kinds, ids=ids) for case in cases]


def named(cases: list[Mistake]):
    """Parametrise a test with cases; their names say what the student did."""
    return pytest.mark.parametrize("case", cases, ids=lambda c: f"{c.part}: {c.name}")


def named_in_shares(cases: list[Mistake], n: int, often=(), seldom=()):
    """Parametrise a test with cases; every n-th has the marks `often`, the others `seldom`."""
    marked = [pytest.param(case, marks=seldom if number % n else often, id=f"{case.part}: {case.name}")
              for number, case in enumerate(cases)]  # fmt: skip
    return pytest.mark.parametrize("case", marked)


def told(outcomes: dict[str, Outcome]) -> Told:
    """Return status, score, blocking check and misconception of each check that did not pass."""
    return {
        id_: (o.status, o.score, o.blocked_by, o.misconception)
        for id_, o in outcomes.items()
        if o.status != "passed"
    }


def told_of(desk: Desk, case: Mistake, seed: int | str = 1234) -> Told:
    """Return what is told of a case; asked once, however many tests look at it."""
    key = id(case), seed
    if key not in judged_before:
        judged_before[key] = told(desk.judge(case.part, case.source, case.kinds, case.ids, seed))
    return judged_before[key]


def expect_verdicts(desk: Desk, case: Mistake, seed: int | str = 1234) -> None:
    """Compare what was lost with what the case expects, and the mistake that was named first."""
    outcomes = desk.judge(case.part, case.source, case.kinds, case.ids, seed)
    judged_before[id(case), seed] = told(outcomes)
    wanted = {
        id_: ("not_judged", 0) if kept is BLOCKED else ("failed", kept)
        for id_, kept in case.lost.items()
    }
    first = next(o for o in outcomes.values() if o.status == "failed")
    assert (verdicts(outcomes), first.misconception) == (wanted, case.why)
    for outcome in outcomes.values():
        if outcome.status == "failed":
            assert outcome.got and outcome.expected and outcome.hint and outcome.misconception
            assert outcome.called or outcome.id.endswith(".header")
