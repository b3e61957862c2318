"""From a seed to questions and answers.

A seed of many bits gives independent streams, one per part and purpose. The practice seed is
public; an exam seed is read from a file and stands nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.random import Generator, SeedSequence

from autograder.errors import CallError
from autograder.model import Exam

MIN_SECRET = 32  # characters; 32 hexadecimal digits hold 128 bits
MAKE_SECRET = 'python -c "import secrets; print(secrets.token_hex(32))" > exam_seed.txt'
PURPOSES = {"questions": 0, "rows": 1, "training": 2}


@dataclass(frozen=True)
class Seeds:
    """The seed of a grade; `entropy` never leaves this process when `kind` is `exam`."""

    entropy: int = field(repr=False)
    kind: str = "practice"

    def sequence(self, part: int, purpose: str, attempt: int = 0) -> SeedSequence:
        """Return the seed sequence of one purpose: the same for the same seed, part, attempt."""
        return SeedSequence(self.entropy, spawn_key=(part, PURPOSES[purpose], attempt))

    def rng(self, part: int, purpose: str) -> Generator:
        """Return a generator of its own for one purpose."""
        return np.random.default_rng(self.sequence(part, purpose))

    def training(self, part: int, attempt: int) -> int:
        """Return the seed (32 bits) with which the worker seeds before each question."""
        return int(self.sequence(part, "training", attempt).generate_state(1)[0])


def practice_seeds(seed: int) -> Seeds:
    """Return the seeds of a practice run."""
    if not isinstance(seed, int) or seed < 0:
        raise CallError(f"The seed is {seed!r}; give a whole number from 0 on, as in --seed 1234.")
    return Seeds(seed)


def exam_seeds(secret: str) -> Seeds:
    """Return the seeds of an exam from a secret of at least 128 bits."""
    secret = secret.strip()
    if len(secret) < MIN_SECRET or len(set(secret)) < 8:
        raise CallError(f"The exam seed is too easy to guess. Make one: {MAKE_SECRET}")
    return Seeds(int.from_bytes(secret.encode(), "big"), "exam")


def read_exam_seed(path: Path) -> str:
    """Return the secret in a file; raise `CallError` for one that is empty or easy to guess."""
    try:
        secret = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"No exam seed can be read from {path}. Make one: {MAKE_SECRET}") from error
    exam_seeds(secret)
    return secret


def set_exam(part: int, seeds: Seeds, questions: Callable[[Generator, SeedSequence], Exam]) -> Exam:
    """Return the exam of one part."""
    return questions(seeds.rng(part, "questions"), seeds.sequence(part, "rows"))
