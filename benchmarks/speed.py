"""Time the grader against the training that it replaces: `make benchmark`.

In one run on one machine, the reference solution as it is:

(a) stock: its three notebooks, executed one after the other as a notebook executor does, each in a
    kernel of its own, on the TensorFlow backend;
(b) cold: a new command; once with nothing compiled ahead, once with it;
(c) warm: a later `grade()` in the same process; (d) another submission of the same architecture;
(e) ten submissions in a batch; and the untouched template, warm.

It prints seconds, ratios to (a), peak memory of the largest process and of the sum of all, and the
time in which no network was training. Prints and writes benchmarks/results.md.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
import nbclient
import psutil

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results.md"
BATCH = 10
TARGETS = {"b": 8, "c": 12, "d": 12, "e": 20}


@dataclass
class Memory:
    """The largest resident memory of all that this process starts, in MB: one process, and the sum."""

    largest: float = 0
    total: float = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Memory":
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.stop.wait(0.25):
            sizes = []
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    sizes.append(process.memory_info().rss / 1e6)
            self.largest = max(self.largest, *sizes, 0)
            self.total = max(self.total, sum(sizes))


def stock(folder: Path) -> dict:
    """Execute the notebooks of the reference one after the other."""
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg"}
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "solution").mkdir()
    seconds = []
    with Memory() as memory:
        for script in sorted((ROOT / "solution").glob("part*.py")):
            notebook = jupytext.read(script, fmt="py:percent")
            started = time.perf_counter()
            nbclient.NotebookClient(
                notebook,
                timeout=3600,
                kernel_name="python3",
                resources={"metadata": {"path": str(folder / "solution")}},
            ).execute()
            seconds.append(time.perf_counter() - started)
    return {"seconds": sum(seconds), "parts": seconds, "largest": memory.largest, "total": memory.total}


def command(folder: Path) -> dict:
    """Run the command line once; tell also when the first verdict was printed."""
    line = [sys.executable, "-m", "autograder", "grade", "solution", "--fresh", "--report", str(folder)]
    started, first = time.perf_counter(), None
    with Memory() as memory:
        run = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=clean())
        for text in run.stdout:
            if first is None and "✓" in text:
                first = time.perf_counter() - started
    seconds = time.perf_counter() - started
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return {"seconds": seconds, "first": first, "score": result["score"],
            "largest": memory.largest, "total": memory.total}  # fmt: skip


def clean() -> dict[str, str]:
    """Return the environment with which a command would be typed."""
    return {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "MPLBACKEND")}


class Training:
    """Notes when networks were trained, and when the first verdict was there."""

    def __init__(self):
        self.began, self.first = time.perf_counter(), None
        self.open: dict[int, float] = {}
        self.spans: list[tuple[float, float]] = []

    def progress(self, part: int, event: dict) -> None:
        """Take a worker's event."""
        now = time.perf_counter()
        if event.get("training"):
            self.open[part] = now
        elif part in self.open and ("training" in event or "end" in event):
            self.spans.append((self.open.pop(part), now))

    def judged(self, part, outcomes, final: bool) -> None:
        """Take the verdicts of a part."""
        if self.first is None and outcomes:
            self.first = time.perf_counter() - self.began

    def seconds(self) -> float:
        """Return the time in which at least one network was training."""
        total, reached = 0.0, 0.0
        for start, end in sorted(self.spans):
            total += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        return total


def session() -> None:
    """Grade again and again in one process; print the measurements as JSON."""
    from autograder import grade, grade_many
    from autograder.compiling import COMPILER

    def timed(path: Path) -> dict:
        display, started = Training(), time.perf_counter()
        result = grade(path, display=display)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "first": display.first, "score": result.score,
                "outside": seconds - display.seconds()}  # fmt: skip

    with tempfile.TemporaryDirectory() as scratch, Memory() as memory:
        copies = [another(Path(scratch) / str(n), n) for n in range(BATCH)]
        first = timed(ROOT / "solution")
        COMPILER.wait()
        found = {"first": first, "c": timed(ROOT / "solution"), "d": timed(copies[0])}
        found["template"] = timed(ROOT / "assignment")
        found["template"] = timed(ROOT / "assignment")
        started = time.perf_counter()
        scores = [result.score for result in grade_many(copies)]
        found["e"] = {"seconds": (time.perf_counter() - started) / BATCH, "score": min(scores)}
    found["memory"] = {"largest": memory.largest, "total": memory.total}
    print(json.dumps(found))


def another(folder: Path, number: int) -> Path:
    """Return another submission of the same architecture: other texts in the figures."""
    folder.mkdir(parents=True)
    for script in (ROOT / "solution").glob("part*.py"):
        source = script.read_text(encoding="utf-8").replace('"epoch"', f'"epoch ({number})"')
        (folder / script.name).write_text(source, encoding="utf-8")
    return folder


def compiled_folder() -> Path:
    """Return where networks are compiled ahead."""
    return ROOT / "build" / "compiled"


def measure() -> dict:
    """Return all measurements."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        shutil.rmtree(compiled_folder(), ignore_errors=True)
        found["b"] = command(Path(scratch) / "b")
        line = [sys.executable, __file__, "--session"]
        run = subprocess.run(line, cwd=ROOT, env=clean(), capture_output=True, text=True, check=True)
        found |= json.loads(run.stdout.splitlines()[-1])
        found["b2"] = command(Path(scratch) / "b2")
        found["a"] = stock(Path(scratch))
    return found


def page(found: dict) -> str:
    """Return the measurements as a page."""
    base = found["a"]["seconds"]
    names = {
        "a": "(a) stock: three notebooks, TensorFlow backend",
        "b": "(b) cold command, nothing compiled ahead",
        "b2": "(b) cold command, compiled ahead",
        "c": "(c) warm, same submission",
        "d": "(d) warm, another submission of the same architecture",
        "e": "(e) each of ten submissions in a batch",
        "template": "untouched template, warm",
    }
    lines = ["Written by `make benchmark`; run it for your own machine.", ""]
    lines += [f"{platform.machine()}, {os.cpu_count()} processors, "
              f"{psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}, "
              f"Python {platform.python_version()}; stock by part: "
              + ", ".join(f"{s:.1f} s" for s in found["a"]["parts"]), ""]  # fmt: skip
    lines += ["| what | seconds | times faster | target | first verdict | outside training | score |",
              "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for key, name in names.items():
        row = found[key]
        shown = [f"{row[k]:.1f}" if row.get(k) is not None else "" for k in ("first", "outside")]
        ratio = f"{base / row['seconds']:.1f}" if key not in ("a", "template") else ""
        target = TARGETS.get(key, "")
        score = row.get("score", "")
        lines.append(f"| {name} | {row['seconds']:.1f} | {ratio} | {target} | {shown[0]} | {shown[1]} "
                     f"| {score} |")  # fmt: skip
    lines += ["", "Peak memory in MB, largest process and sum of all that was started:", ""]
    for name, row in {"(a)": found["a"], "(b)": found["b"], "(c) to (e)": found["memory"]}.items():
        lines.append(f"- {name}: {row['largest']:.0f} and {row['total']:.0f}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--session", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().session:
        return session()
    text = page(measure())
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
