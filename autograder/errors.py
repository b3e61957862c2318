"""Everything that can go wrong, sorted by who can mend it.

    MoveoutError
    ├── SubmissionError   the student can mend it; costs one part
    ├── CallError         whoever typed the command can mend it; exit code 2
    ├── CourseError       the instructor can mend it (rubric, release, data); exit code 2
    └── GraderError       we must mend it; no mark is issued, exit code 3
    Failed                not an error but a verdict: what a check raises through `expect`

Every message ends with the next thing to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.model import Location


class MoveoutError(Exception):
    """Base of all errors that Moveout raises on purpose."""


class SubmissionError(MoveoutError):
    """A part of a submission cannot be read; the message is for the student."""

    def __init__(self, message: str, location: Location | None = None):
        super().__init__(message)
        self.location = location


class CallError(MoveoutError):
    """The command or the call is wrong: a missing folder, a bad option."""


class CourseError(MoveoutError):
    """The course material contradicts itself: a stale release, a rubric that does not add up."""


class GraderError(MoveoutError):
    """The grader itself broke. Never the student's fault."""


class Failed(Exception):
    """A check's verdict that something the student can mend is missing."""

    def __init__(
        self,
        got: str,
        expected: str,
        hint: str = "",
        *,
        keep: int = 0,
        misconception: str | None = None,
        called: str | None = None,
        location: Location | None = None,
        root: tuple | str | None = None,
        others: tuple[str, ...] = (),
        by_chance: bool = False,
    ):
        super().__init__(got)
        self.got, self.expected, self.hint = got, expected, hint
        self.keep, self.misconception = keep, misconception
        self.called, self.location = called, location
        self.root = root  # what two failures share if they are one mistake
        self.others = others  # further misconceptions, which cost points but are not told now
        self.by_chance = by_chance  # another training, with another seed, may not show this


def expect(condition: object, got: str, expected: str, hint: str = "", **more) -> None:
    """Raise `Failed` unless the condition holds: the one way for a check to fail.

    Args:
        condition: Anything with a truth value.
        got: What the student's code gave.
        expected: What it should have given.
        hint: The next thing to try.
        **more: `keep` (points that stay), `misconception` (id of a typical mistake), `called`,
            `location`, `by_chance` (another training may not show it).
    """
    if not condition:
        raise Failed(got, expected, hint, **more)
