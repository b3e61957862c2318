"""Replay a share of the practice results, to see those that an edited grader has made."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from autograder.errors import CallError
from autograder.exam import practice_seeds
from autograder.gathering.claims import claims_in
from autograder.gathering.comparing import Comparison, compared
from autograder.gathering.placing import place_text
from autograder.gathering.submissions import Handed, handed_in
from autograder.grading import choose_backends, grade, grade_many
from autograder.isolation import choose_isolation
from autograder.model import Result, Rubric
from autograder.refused import Refused, grade_or_refuse
from autograder.report import harmless, to_json
from autograder.rubric import read_rubric

SCHEMA = "moveout/audit/v1"
AS_CLAIMED, DIFFERS, BROKE = "as claimed", "differs", "broke"
NO_RESULT = "There is no practice result. Look whether the student's runs were gathered."


@dataclass(frozen=True)
class Audited:
    """What came out of a student's practice results; `problems` are about all of them."""

    student: str
    verdict: str
    results: tuple[Comparison, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """Whose practice results are replayed: the share of all that a seed draws by their names."""

    students: tuple[str, ...]
    of: int
    share: float
    seed: int


def drawn(class_dir: Path, practice: Path, share: float, seed: int) -> Sample:
    """Draw the students whose results are replayed: those whose hashed names come first.

    Who has a submission and no practice result may be drawn as well: deleted runs are told.

    The hash is SHA-256 of "SEED NAME"; another seed draws others, the same seed the same.

    Raises:
        CallError: There is nobody to draw, or the share is none.
    """
    if not 0 < share <= 1:
        raise CallError(f"The share is {share}; give one above 0 and up to 1, as in --share 0.1.")
    if not practice.is_dir():
        raise CallError(f"There is no folder {practice}. Give one with a folder of results a student.")
    left = {path.name for path in practice.iterdir()
            if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")}  # fmt: skip
    if not left:
        raise CallError(f"{practice} holds no folder of a student. Give one with a folder each.")
    names = left.union(each.student for each in handed_in(class_dir))
    ranked = sorted(names, key=lambda name: rank(seed, name))
    picked = ranked[: max(1, round(share * len(names)))]
    return Sample(tuple(sorted(picked)), len(names), share, seed)


def rank(seed: int, student: str) -> bytes:
    """Return where a student stands in the draw of a seed."""
    return hashlib.sha256(f"{seed} {student}".encode("utf-8", "surrogateescape")).digest()


def audit(
    class_dir: Path,
    practice: Path,
    sample: Sample,
    *,
    seed: int | None = None,
    engine: Callable[..., Result] = grade,
    **options,
) -> Iterator[Audited]:
    """Replay the practice results of a sample, and yield what came out of each student's.

    Args:
        class_dir: A folder with a folder for each student, as for `grade_all`.
        practice: A folder with a folder for each student, with `result.json` somewhere below.
        sample: Whose results are replayed.
        seed: The practice seed; the rubric's if not given.
        engine: What grades.
        **options: As for `grade`: `isolation` and `backend`.

    Raises:
        CallError: The call is wrong.
    """
    rubric = read_rubric()
    practice_seeds(rubric.practice_seed if seed is None else seed)
    choose_backends(options.get("backend", "auto"))
    options["isolation"] = choose_isolation(options.get("isolation", "auto"))
    known = {each.student: each for each in handed_in(class_dir)}
    handed = [known.get(name, Handed(name, None, "There is no submission.")) for name in sample.students]
    replays = grade_many(handed, grader=partial(replay, engine), seed=seed, **options)
    for each, replayed in zip(handed, replays, strict=True):
        yield audited(each, replayed, practice / each.student, rubric)


def replay(engine: Callable[..., Result], handed: Handed, **options) -> Result | Refused:
    """Return the grade of a submission, or why it has none."""
    if handed.folder is None or handed.why:
        return Refused(handed.why)
    return grade_or_refuse(handed.folder, engine=engine, **options)


def audited(handed: Handed, replayed: Result | Refused, folder: Path, rubric: Rubric) -> Audited:
    """Return how a student's practice results differ from the replay."""
    student = harmless(handed.student)
    if isinstance(replayed, Refused):
        why = f"Nothing was replayed: {harmless(replayed.why)}"
        return Audited(student, BROKE if replayed.broke else DIFFERS, problems=(why,))
    claims, told = claims_in(folder, rubric)
    record, commit = to_json(replayed), handed.gathered.commit if handed.gathered else None
    results = tuple(compared(claim, record, commit) for claim in claims)
    problems = (*told, *((NO_RESULT,) if not claims else ()))
    fine = not problems and all(result.agrees for result in results)
    return Audited(student, AS_CLAIMED if fine else DIFFERS, results, problems)


def write_audit(path: Path, sample: Sample, found: list[Audited]) -> None:
    """Write what came out, as `audit.schema.json` describes it; raise `CallError` if it cannot be."""
    record = {"schema": SCHEMA, "share": sample.share, "sample_seed": sample.seed, "of": sample.of,
              "students": [asdict(each) for each in found]}  # fmt: skip
    try:
        place_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", path)
    except OSError as error:
        raise CallError(f"{path} cannot be written ({error.strerror}). Give another file with --json."
                        ) from error  # fmt: skip
