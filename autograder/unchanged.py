"""What has not changed is not run again: replies are kept on the student's own machine.

All replies of a part are kept by its exact code; those to a training also by the code that it rests
on, so that a better figure does not train the network anew. Other data, questions, seeds, versions
or workers are another key. What is kept is what a worker wrote: claims, judged anew each time.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.isolation import HERE, MOUNTED
from autograder.model import Question, Sheet
from autograder.sandbox import DATA, DATA_FILES, Job, Run
from autograder.slicing import training_code

FOLDER = HERE.parent / "build" / "kept"
MAX_KEPT = 90
DONE = "done.json"


@dataclass(frozen=True)
class Keeper:
    """Knows where the replies to a job are kept, if they are."""

    job: Job
    versions: dict[str, str]
    folder: Path = FOLDER

    def place(self) -> Path:
        """Return where all replies to the job are kept."""
        return self._place([cell.code for cell in self.job.part.cells], self.job.sheet)

    def place_of(self, training: Question) -> Path:
        """Return where the reply to one training is kept."""
        named = [training.function, *map(str, training.options.values())]
        code = training_code((cell.code for cell in self.job.part.cells), named)
        arrays = {name: array for name, array in self.job.sheet.arrays.items() if name in named}
        return self._place([code], Sheet((training,), arrays))

    def _place(self, code: list[str], sheet: Sheet) -> Path:
        own = f"{self.job.part.stem}.{self.job.part.form}"  # beside a notebook, a script may be imported
        modules = {n: digest(source) for n, source in self.job.modules.items() if n != own}
        public = [*(HERE / name for name in MOUNTED), *sorted(DATA.glob(DATA_FILES))]
        files = [digest(path.read_bytes()) for path in public]
        job = [self.job.seed, self.job.shift, self.job.backend, self.job.isolation]
        rest = [*job, self.versions, files, modules]
        text = json.dumps([code, digest_of(sheet), rest], sort_keys=True)
        return self.folder / digest(text.encode())[:32]

    def trainings(self) -> dict[str, Path]:
        """Return the trainings whose replies are kept, and where."""
        found = {q.id: self.place_of(q) for q in self.job.sheet.questions if q.kind == "train"}
        return {id_: place for id_, place in found.items() if (place / DONE).is_file()}

    def keep(self, out: Path, runs: list[Run], skipped: list[str]) -> None:
        """Keep the replies of a run in which nothing went wrong."""
        if any(run.cause or run.returncode for run in runs):
            return
        with contextlib.suppress(OSError):  # for speed only
            for index, question in enumerate(self.job.sheet.questions):
                if question.kind == "train" and answered(out / f"{index}.json"):
                    put(self.place_of(question), {"0": f"{index}"}, out, {})
            names = {path.stem: path.stem for path in out.glob("*.json")}
            put(self.place(), names, out, {"runs": [asdict(run) for run in runs], "skipped": skipped})
            prune(self.folder)


def take(place: Path, out: Path, index: int | None = None) -> dict:
    """Copy kept replies to a folder, one of them under another number; return what is said of them."""
    for path in place.iterdir():
        if path.name != DONE:
            name = path.name if index is None else f"{index}{path.suffix}"
            shutil.copyfile(path, out / name)
    os.utime(place)
    return json.loads((place / DONE).read_text(encoding="utf-8"))


def put(place: Path, names: dict[str, str], out: Path, said: dict) -> None:
    """Keep replies under a name each; the last file says that all are there."""
    place.mkdir(parents=True, exist_ok=True)
    for new, old in names.items():
        for suffix in (".json", ".npz"):
            if (out / f"{old}{suffix}").exists():
                shutil.copyfile(out / f"{old}{suffix}", place / f"{new}{suffix}")
    (place / DONE).write_text(json.dumps(said), encoding="utf-8")


def answered(path: Path) -> bool:
    """Tell whether a reply is a value: an exception has lines that may have moved."""
    with contextlib.suppress(OSError, ValueError):
        reply = json.loads(path.read_text(encoding="utf-8"))
        return isinstance(reply, dict) and "value" in reply
    return False


def keys_of(trainings: Iterable[Path]) -> tuple[str, ...]:
    """Return the keys of the history of kept trainings, which a figure may draw."""
    found: list[str] = []
    for place in trainings:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            value = json.loads((place / "0.json").read_text(encoding="utf-8"))["value"]
            found += [key for key, _ in value["history"]["dict"] if isinstance(key, str)]
    return tuple(dict.fromkeys(found))


def prune(folder: Path) -> None:
    """Keep the latest replies only."""
    places = sorted(folder.iterdir(), key=lambda place: place.stat().st_mtime, reverse=True)
    for place in places[MAX_KEPT:]:
        shutil.rmtree(place, ignore_errors=True)


def digest(content: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_of(sheet: Sheet) -> str:
    """Return a hash of all that a worker is asked; it tells nothing of the answers."""
    text = json.dumps([[asdict(q) for q in sheet.questions], sheet.files], sort_keys=True)
    found = hashlib.sha256(text.encode())
    for name, array in sorted(sheet.arrays.items()):
        found.update(name.encode() + str(array.dtype).encode() + array.tobytes())
    return found.hexdigest()
