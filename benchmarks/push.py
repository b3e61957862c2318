"""Time what a push takes beside the grading itself: `make benchmark-push`.

A student's copy goes through grade.yml step by step in the tests' simulated runner, the reference in
the student's place: once to install its environment, then, with that packed and unpacked as
actions/cache does it (tar and zstd), as every later push does. What a network takes is not in it: the
size to be fetched is stated instead. Prints and writes benchmarks/push.md.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.student_copy import student_repo  # noqa: E402 - after the path
from autograder.tests.runner import Ran, run_job  # noqa: E402

RESULTS = ROOT / "benchmarks" / "push.md"
PACK = ["tar", "--posix", "-cf", "-", "--use-compress-program", "zstd -T0", ".venv"]
UNPACK = ["tar", "-xf", "-", "--use-compress-program", "zstd -d"]
MB = 10**6
BOUND_S = 20  # what a push may take beside the grading


@dataclass(frozen=True)
class Push:
    """What was measured; `job` went through the steps in `job.seconds`."""

    packed_mb: float
    unpack_s: float
    job: Ran
    grader_s: float

    @property
    def beside_s(self) -> float:
        """Seconds beside the grader's own."""
        return self.unpack_s + sum(self.job.seconds.values()) - self.grader_s


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure(scratch: Path) -> Push:
    """Make the copy, let a push install its environment, fetch that from a cache, and push again."""
    copy = student_repo(ROOT, scratch / "earthquakes-ada")
    for script in (ROOT / "solution").glob("part*.py"):
        shutil.copy(script, copy / "assignment")
    pushed(copy, scratch, "false", {"Grade": nothing, "Publish": nothing})
    archive = scratch / "cache.tzst"
    with archive.open("wb") as packed:
        subprocess.run(PACK, cwd=copy, stdout=packed, check=True)
    shutil.rmtree(copy / ".venv")
    with archive.open("rb") as packed:
        unpack = timed(lambda: subprocess.run(UNPACK, cwd=copy, stdin=packed, check=True))
    job = pushed(copy, scratch, "true", {})
    result = json.loads((copy / "build" / "report" / "result.json").read_text(encoding="utf-8"))
    return Push(archive.stat().st_size / MB, unpack, job, result["seconds"]["total"])


def nothing(workspace: Path) -> dict[str, str]:
    """Stand for a step that is left out."""
    return {}


def pushed(copy: Path, scratch: Path, cached: str, left_out: dict) -> Ran:
    """Run the workflow; GitHub's own actions do nothing here, the cache hits if `cached` is "true"."""
    stubs = {
        **left_out,
        "actions/checkout": nothing,
        "actions/setup-python": lambda workspace: {"python-version": platform.python_version()},
        "actions/cache": lambda workspace: {"cache-hit": cached},
        "actions/upload-artifact": nothing,
    }
    workflow = copy / ".github" / "workflows" / "grade.yml"
    job = run_job(workflow, copy, scratch, stubs, {"vars.FAIL_UNDER": ""})
    if job.failed:
        raise SystemExit(job.failed)
    return job


def page(push: Push) -> str:
    """Return the measurements as a page."""
    lines = ["Written by `make benchmark-push`; run it for your own machine.", "",
             f"{platform.machine()}, {os.cpu_count()} processors, "
             f"{psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}, Python "
             f"{platform.python_version()}. The cached environment has {push.packed_mb:.0f} MB, to be "
             f"fetched within the data centre; that, and what GitHub's own actions take, is not in the "
             "table.", "",
             "| step | seconds |", "| --- | ---: |",
             f"| unpack the cached environment | {push.unpack_s:.1f} |"]  # fmt: skip
    lines += [f"| {name} | {seconds:.1f} |" for name, seconds in push.job.seconds.items()]
    lines += [f"| – of these, the grader's own time | {push.grader_s:.1f} |",
              f"| beside the grader's own time, at most {BOUND_S} | {push.beside_s:.1f} |"]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory() as scratch:
        text = page(measure(Path(scratch)))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
