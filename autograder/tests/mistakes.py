"""What the tests of typical mistakes share: the record of a mistake, and what to expect of it."""

from dataclasses import dataclass, field

import pytest

from autograder.tests.desk import Desk, patched, verdicts

BLOCKED = None  # the check waits for another one


@dataclass(frozen=True)
class Mistake:
    """A changed reference: what is lost of which check, and the mistake that is named.

    `code` is written below the reference, where it takes the place of what has the same name;
    `lost` gives the points that stay, or BLOCKED, for each check that does not pass.
    """

    name: str
    part: int
    lost: dict[str, int | None]
    why: str | None
    code: str = ""
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The student's script."""
        return f"{patched(self.part, self.changes)}\n\nimport keras\n{self.code}\n"


def mistake(name: str, part: int, old: str, new: str, lost: dict, why: str | None) -> Mistake:
    """A reference in which one line is replaced."""
    return Mistake(name, part, lost, why, changes={old: new})


def named(cases: list[Mistake]):
    """Parametrise a test with cases; their names say what the student did."""
    return pytest.mark.parametrize("case", cases, ids=lambda c: f"{c.part}: {c.name}")


def expect_verdicts(desk: Desk, case: Mistake, kinds: tuple[str, ...], ids=None) -> None:
    """Compare what was lost with what the case expects, and the mistake that was named first."""
    outcomes = desk.judge(case.part, case.source, kinds, ids)
    wanted = {
        id_: ("not_judged", 0) if kept is BLOCKED else ("failed", kept)
        for id_, kept in case.lost.items()
    }
    first = next(o for o in outcomes.values() if o.status == "failed")
    assert (verdicts(outcomes), first.misconception) == (wanted, case.why)
    assert first.got and first.expected and first.hint
    assert first.called or first.id.endswith(".header")
