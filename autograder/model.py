"""The records that travel down the pipeline. Values only: no files, no processes, no Keras."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Form = Literal["py", "ipynb"]
Status = Literal["passed", "failed", "not_judged"]
PARTS = (1, 2, 3)


@dataclass(frozen=True)
class Location:
    """A line in the student's own file; `file` names a notebook's cell as well."""

    file: str
    line: int


@dataclass(frozen=True)
class Check:
    """One graded claim, as the rubric states it."""

    id: str
    part: int
    title: str
    points: int
    hint: str
    function: str | None = None
    evidence: str = "recomputed"
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandTask:
    """A discussion that a person reads; `of_above`: its points are for what stands above it."""

    id: str
    part: int
    title: str
    points: int
    of_above: bool = False


@dataclass(frozen=True)
class Limits:
    """What one worker may use."""

    part_s: float
    call_s: float
    memory_mb: int
    output_mb: int
    disk_mb: int
    processes: int
    restarts: int
    trainings: int


@dataclass(frozen=True)
class PartPlan:
    """What the rubric says of a part: its title and the stem of its files."""

    number: int
    title: str
    stem: str


@dataclass(frozen=True)
class Rubric:
    """`rubric.toml`, read."""

    title: str
    parts: dict[int, PartPlan]
    checks: tuple[Check, ...]
    by_hand: tuple[HandTask, ...]
    floors: dict[str, float]
    limits: Limits
    practice_seed: int
    repository: str = ""
    misconceptions: dict[str, str] = field(default_factory=dict)

    def of_part(self, part: int) -> list[Check]:
        """Return the checks of one part in the order in which they are judged."""
        return [check for check in self.checks if check.part == part]


@dataclass(frozen=True)
class Cell:
    """A piece of the student's code: a whole script, or one code cell of a notebook."""

    code: str
    file: str


@dataclass(frozen=True)
class Part:
    """One part of a submission, either form, ready to run; or the reason why it is not."""

    number: int
    stem: str
    form: Form = "py"
    cells: tuple[Cell, ...] = ()
    header: str = ""
    code_hash: str = ""
    problem: str | None = None
    location: Location | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What `collect` found: its parts, and the scripts beside them that a part may import."""

    name: str
    parts: dict[int, Part]
    modules: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One thing the worker is asked to do with the student's code. Holds no answer.

    kind: `call` a function; `model` build twice and describe; `train` build, train and predict;
    `plot` call and describe the figures. In `args` and `kwargs`, `{"array": name}` stands for an
    array and `{"file": name}` for the path of a file of the question sheet.
    """

    id: str
    kind: Literal["call", "model", "train", "plot"]
    function: str
    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """The question sheet of one part, with the data its questions name."""

    questions: tuple[Question, ...]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Exam:
    """Questions for the worker and answers for the judge. Only the questions leave this process."""

    sheet: Sheet
    answers: dict[str, Any]


@dataclass(frozen=True)
class Returned:
    """A reply: what the function gave, as plain data.

    `changed` if an array that it was given is another now, `drew` if it drew from a global generator.
    """

    value: Any
    changed: bool = False
    drew: bool = False


@dataclass(frozen=True)
class Raised:
    """A reply: the function raised an exception."""

    type: str
    message: str
    location: Location | None = None
    code: str = ""
    bases: tuple[str, ...] = ()
    statement: str = ""  # at the top of the file, if that is what failed


@dataclass(frozen=True)
class Absent:
    """A reply: the submission defines no such function."""


@dataclass(frozen=True)
class Ended:
    """A reply: the worker ended before it could answer; `cause` says why, for the student."""

    cause: str


Reply = Returned | Raised | Absent | Ended


@dataclass(frozen=True)
class Other:
    """Stands for a returned object that is neither a number, text, array nor a container."""

    type: str


@dataclass(frozen=True)
class NotNumbers:
    """Stands for a returned array that cannot be used: objects, text, complex, or too large."""

    dtype: str
    shape: tuple[int, ...]
    too_large: bool = False


@dataclass(frozen=True)
class Artefacts:
    """What came back from the workers of one part: claims, checked for form but not for truth."""

    replies: dict[str, Reply]
    load_errors: tuple[Raised, ...] = ()
    loaded: bool = True
    backend: str = "jax"
    seconds: float = 0.0
    peak_mb: int = 0
    notes: tuple[str, ...] = ()
    witnesses: dict[str, np.ndarray | None] = field(default_factory=dict)  # question -> predicted again
    live: bool = False  # of a notebook's own network: nobody knows from which weights it started


@dataclass(frozen=True)
class Outcome:
    """The verdict on one check."""

    id: str
    part: int
    title: str
    status: Status
    score: int
    max_score: int
    called: str = ""
    got: str = ""
    expected: str = ""
    hint: str = ""
    misconception: str | None = None
    evidence: str = "recomputed"
    blocked_by: str | None = None
    location: Location | None = None
    attempts: int = 1


@dataclass(frozen=True)
class Judgement:
    """The verdicts on one part, and the numbers behind them."""

    outcomes: tuple[Outcome, ...]
    metrics: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    curves: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    by_chance: tuple[str, ...] = ()  # failed checks that another training could still pass
    disputed: tuple[str, ...] = ()  # trainings whose predictions the rebuilt network does not give

    @property
    def ready(self) -> tuple[Outcome, ...]:
        """The outcomes that wait for no reply."""
        return tuple(o for o in self.outcomes if not {o.id, o.blocked_by} & {*self.waiting})


@dataclass(frozen=True)
class Graded:
    """A judged part with what its run cost."""

    part: Part
    judgement: Judgement
    artefacts: Artefacts
    seconds: float


@dataclass(frozen=True)
class Result:
    """The grade: everything that the terminal, the JSON and the Markdown report show."""

    submission: str
    score: int | None
    max_score: int
    parts: tuple[dict[str, Any], ...]
    checks: tuple[Outcome, ...]
    pending: tuple[HandTask, ...]
    metrics: dict[str, Any]
    seconds: dict[str, Any]
    isolation: str
    backend: str
    form: dict[str, str]
    kept_from: str | None
    seed_kind: str
    hashes: dict[str, str]
    versions: dict[str, str]
    notes: tuple[str, ...]
    curves: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    readable: bool = True
    limit_s: float = 0.0
