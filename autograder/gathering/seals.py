"""Know again what a result was made of, and that nobody has edited it.

Both are HMAC-SHA256 keyed with the exam seed: only who holds the secret can make them, and they say
nothing of it, nor of a submission.
"""

import hmac
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.collect import FORMS, MAX_NOTEBOOK, neighbours, safe_read
from autograder.errors import SubmissionError
from autograder.isolation import HERE
from autograder.model import Rubric
from autograder.report import RESULT
from autograder.unchanged import digest
from autograder.versions import versions

NAME = "graded.json"
SCHEMA = "moveout/graded/v1"
NOT_GRADING = {"tests", "calibration", "course", "gathering", "publish", "__pycache__"}
LIMIT = 16 * 2**20


@dataclass(frozen=True)
class Seals:
    """Makes and knows the seals of one secret, for grades with the same options."""

    secret: str
    rubric: Rubric
    options: dict[str, Any]

    def of_input(self, folder: Path) -> str:
        """Return the seal of all that a grade is made of, which begins with that of the files.

        The rest is of options, grader, data and versions.
        """
        rest = json.dumps([self.options, grader_files(), versions()], sort_keys=True).encode()
        return self.of_files(folder) + self._seal("input", rest)

    def of_files(self, folder: Path) -> str:
        """Return the seal of the files of a submission."""
        made_of = json.dumps(files_of(folder, self.rubric), sort_keys=True)
        return self._seal("files", made_of.encode())

    def write(self, report: Path, of_input: str) -> None:
        """Seal a finished report, as one that was made of this input."""
        result = self._seal("result", of_input.encode() + (report / RESULT).read_bytes())
        text = json.dumps({"schema": SCHEMA, "input": of_input, "result": result}, indent=2) + "\n"
        (report / NAME).write_text(text, encoding="utf-8")

    def read(self, report: Path, of_input: str) -> dict | None:
        """Return the result of a report, if it was made of this input, and by us."""
        try:
            sealed = json.loads(limited(report / NAME))
            result = limited(report / RESULT)
            known = sealed["schema"] == SCHEMA and hmac.compare_digest(sealed["input"], of_input)
            own = self._seal("result", of_input.encode() + result)
            return json.loads(result) if known and hmac.compare_digest(sealed["result"], own) else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def earlier(self, report: Path, folder: Path) -> tuple[dict | None, bool]:
        """Return the result of a report that was made by us, and whether of the files in a folder."""
        try:
            made_of = json.loads(limited(report / NAME))["input"]
            return self.read(report, made_of), made_of.startswith(self.of_files(folder))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None, False

    def _seal(self, purpose: str, content: bytes) -> str:
        key = self.secret.strip().encode()
        return hmac.new(key, f"{SCHEMA} {purpose}\n".encode() + content, "sha256").hexdigest()


def limited(path: Path) -> bytes:
    """Return the bytes of a small regular file; raise `OSError` or `ValueError` otherwise."""
    if path.is_symlink() or path.stat().st_size > LIMIT:
        raise ValueError("no file of ours")
    return path.read_bytes()


def files_of(folder: Path, rubric: Rubric) -> dict[str, str]:
    """Return the hashes of the files of a submission that reach a worker, or why they do not."""
    found = {name: digest(content) for name, content in neighbours(folder).items()}
    names = [f"{plan.stem}.{form}" for plan in rubric.parts.values() for form in FORMS]
    for name in names:
        path = folder / name
        if path.exists() or path.is_symlink():
            try:
                found[name] = digest(safe_read(path, MAX_NOTEBOOK))
            except SubmissionError as error:
                found[name] = str(error)
    return found


@cache
def grader_files() -> dict[str, str]:
    """Return the hashes of the grader's own files that can move a grade: code, rubric, data."""
    own = [path for path in HERE.rglob("*") if path.suffix in (".py", ".toml", ".json")
           and not NOT_GRADING & {*path.relative_to(HERE).parts}]  # fmt: skip
    data = [path for path in (HERE.parent / "data").iterdir() if path.suffix in (".py", ".txt")]
    return {path.relative_to(HERE.parent).as_posix(): digest(path.read_bytes())
            for path in sorted([*own, *data])}  # fmt: skip
