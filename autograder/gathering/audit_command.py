"""The command `python -m autograder audit`."""

import argparse
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from autograder.asking import BACKENDS
from autograder.gathering.audit import AS_CLAIMED, BROKE, DIFFERS, Audited, audit, drawn, write_audit
from autograder.gathering.comparing import told

NOTHING_DIFFERS, SOMETHING_DIFFERS, GRADER_BROKE = 0, 1, 3


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    top = argparse.ArgumentParser(prog="python -m autograder audit",
                                  description="Replay a share of the practice results.")  # fmt: skip
    top.add_argument("folder", type=Path, metavar="DIR", help="holds a folder for each student")
    top.add_argument("--practice", type=Path, required=True, metavar="FOLDER",
                     help="holds FOLDER/STUDENT/**/result.json, as pushes left them")  # fmt: skip
    top.add_argument("--share", type=float, default=0.1, help="of the students; at least one is drawn")
    top.add_argument("--sample-seed", type=int, help="draws the same students again; else a random one")
    top.add_argument("--seed", type=int, help="practice seed, if it is not the rubric's")
    top.add_argument("--json", type=Path, default=Path("build/audit.json"), metavar="FILE")
    top.add_argument("--isolation", choices=("auto", "process", "bwrap"), default="auto")
    top.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    return top


def run(given: list[str], console: Console, auditor: Callable[..., Iterator[Audited]] = audit) -> int:
    """Replay, a line for each student; write what came out; return the exit code."""
    asked = parser().parse_args(given)
    seed = secrets.randbelow(2**32) if asked.sample_seed is None else asked.sample_seed
    sample = drawn(asked.folder, asked.practice, asked.share, seed)
    console.print(f"{len(sample.students)} of {sample.of} students are drawn: --sample-seed {seed}.",
                  markup=False)  # fmt: skip
    found = []
    for each in auditor(asked.folder, asked.practice, sample, seed=asked.seed,
                        isolation=asked.isolation, backend=asked.backend):  # fmt: skip
        found.append(each)
        write_audit(asked.json, sample, found)
        for line in lines_of(each):
            console.print(line, markup=False, soft_wrap=True)
    counts = Counter(each.verdict for each in found)
    numbers = f"{counts[AS_CLAIMED]} as claimed, {counts[DIFFERS]} differ, {counts[BROKE]} broke"
    console.print(f"{numbers}, of {len(found)} students.", markup=False)
    console.print(str(asked.json), markup=False, soft_wrap=True)
    return GRADER_BROKE if counts[BROKE] else SOMETHING_DIFFERS if counts[DIFFERS] else NOTHING_DIFFERS


def lines_of(each: Audited) -> Iterator[str]:
    """Yield a line for a student; with several results, one for each of them, named by its file."""
    for problem in each.problems:
        yield f"{each.student:<16} {problem}"
    for result in each.results:
        name = f" ({result.file})" if len(each.results) > 1 else ""
        yield f"{each.student:<16} {told(result)}{name}"
