"""The grade of a submission, or why it has none: in a batch, one that fails stops nobody else."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CallError
from autograder.grading import grade
from autograder.model import Result
from autograder.report import broken_notes

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@dataclass(frozen=True)
class Refused:
    """Why a submission has no grade: nothing to grade in it, or the grader broke."""

    why: str
    broke: bool = False


def grade_or_refuse(
    path: Path, *, engine: Callable[..., Result] = grade, **options
) -> Result | Refused:
    """Return the grade of a submission, or why it has none; raise nothing that is only about this one.

    Args:
        path: Its folder.
        engine: What grades.
        **options: As for `grade`.

    Raises:
        CallError: The disk is full, so that no other could be graded either.
    """
    try:
        result = engine(path, **options)
    except CallError as error:
        return Refused(str(error))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise CallError(f"The disk is full ({error}). Make room, and run this again.") from error
        return Refused(f"The grader broke, no mark is issued: {type(error).__name__}: {error}", True)
    return Refused(" ".join(broken_notes(result)), True) if result.broken else result
