"""Compile networks ahead, so that the next worker with the same architecture finds them compiled.

What is compiled is machine code, so no worker that runs a student's code ever writes what another
one reads. A worker only tells what it trained: a configuration, which goes through the judge's
allow-list, and the shapes, batch size and optimizer of `fit`, which are checked here. From these our
own code builds the network anew, in a worker of its own, and trains one epoch on zeros: what JAX
compiles for that is kept. Every worker gets a copy of its own.
"""

import atexit
import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from autograder.artefacts import read_artefacts
from autograder.errors import GraderError
from autograder.hosts import HOSTS
from autograder.isolation import ENVIRONMENT, own_user_possible
from autograder.model import Cell, Limits, Part, Question, Returned, Sheet
from autograder.network import read_config
from autograder.sandbox import Job, run_part

FOLDER = Path(__file__).parent.parent / "build" / "compiled"
SOURCE = Path(__file__).with_name("compile_ahead.py")
NAME, MAX_FOLDER = re.compile(r"jit_[\w-]{1,150}-cache"), 64 * 2**20
OPTIMIZERS = frozenset("SGD RMSprop Adam AdamW Adadelta Adagrad Adamax Nadam Ftrl Lion".split())
PLACES = {"optimizer": "keras.optimizers", "loss": "keras.losses", "metrics": "keras.metrics"}
REST = {"batch_size": 100_000, "validation_split": 1, "validation_batch_size": 100_000}
MAX_ELEMENTS, MAX_FITS = 5_000_000, 4


class Unknown(Exception):
    """A claim about a training is not of the kind that is compiled ahead."""


@dataclass(frozen=True)
class Recipe:
    """What compiled steps rest on: JSON texts, all checked; without `fit` the weights only."""

    network: str
    compiled: str = ""
    fit: str = ""
    probe: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Return the same name for the same recipe."""
        text = json.dumps([self.network, self.compiled, self.fit, self.probe])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def recipes(replies: dict, sheet: Sheet) -> list[Recipe]:
    """Return the recipes of the networks among some replies; what is unusual is left out."""
    found = []
    for question in sheet.questions:
        reply = replies.get(question.id)
        with contextlib.suppress(Exception):  # claims of any form; this is for speed only
            if question.kind == "train" and isinstance(reply, Returned):
                found += recipes_of(reply.value, sheet.arrays[question.options["probe"]].shape)
            if question.kind == "model" and isinstance(reply, Returned):
                found.append(Recipe(network_of(reply.value)))
    return found


def recipes_of(claims: dict, probe: tuple[int, ...]) -> list[Recipe]:
    """Return the recipes in the claims about one training."""
    config = json.loads(claims["config"])
    network = network_of(claims)
    compiled = json.dumps(checked_compilation(config["compile_config"]), sort_keys=True)
    fits = [json.dumps(checked_fit(fit), sort_keys=True)
            for fit in json.loads(claims["fits"])[:MAX_FITS]]  # fmt: skip
    return [Recipe(network, compiled, fit, probe) for fit in dict.fromkeys(fits)]


def network_of(claims: dict) -> str:
    """Return the configuration of a network, every class in it looked up."""
    return json.dumps(read_config(claims["config"]), sort_keys=True)


def checked_compilation(claim: dict) -> dict:
    """Return how a model is compiled, if it is by built-in names and plain numbers only."""
    found = {key: claim.get(key) for key in PLACES}
    optimizer = found["optimizer"]
    if not isinstance(optimizer, str) and optimizer["class_name"] not in OPTIMIZERS:
        raise Unknown("an optimizer that Keras does not have")
    for key, value in found.items():
        for item in value if isinstance(value, list) else [value]:
            built_in(item, PLACES[key])
    if claim.get("run_eagerly") or claim.get("loss_weights") or claim.get("weighted_metrics"):
        raise Unknown("an unusual compilation")
    return {**found, "jit_compile": bool(claim.get("jit_compile"))}


def built_in(item: object, place: str) -> None:
    """Raise `Unknown` unless an item is a name, or a class of Keras with plain settings."""
    if item is None or (isinstance(item, str) and item.isidentifier()):
        return
    settings = item["config"].values() if isinstance(item, dict) else [{}]
    plain = all(value is None or isinstance(value, str | int | float | bool) for value in settings)
    named = isinstance(item, dict) and str(item["class_name"]).isidentifier()
    if not (plain and named and item["module"] == place and item.get("registered_name") is None):
        raise Unknown("not a built-in class of Keras")


def checked_fit(claim: dict) -> dict:
    """Return shapes and numbers of a call of `fit`, each checked."""
    checked = {}
    for key in ("data", "validation_data"):
        checked[key] = [[shape(a["shape"]), dtype(a["dtype"])] for a in claim[key]]
        if len(checked[key]) not in (0, 2):
            raise Unknown("data in an unusual form")
    for key, value in claim["rest"].items():
        if key not in REST or not (isinstance(value, int | float) and 0 <= value <= REST[key]):
            raise Unknown(f"an unusual setting {str(key)[:40]}")
    return {**checked, "rest": claim["rest"]}


def shape(claim: list) -> list[int]:
    """Return a shape of sensible size."""
    size = 1
    for n in claim:
        if type(n) is not int or not 0 < n <= MAX_ELEMENTS:
            raise Unknown("not a shape")
        size *= n
    if size > MAX_ELEMENTS:
        raise Unknown("too large")
    return claim


def dtype(claim: str) -> str:
    """Return the name of a dtype of numbers."""
    if claim not in ("float32", "float64", "int32", "int64", "bool"):
        raise Unknown("an unusual dtype")
    return claim


def shared(isolation: str, seed_kind: str) -> bool:
    """Tell whether compiled networks may be kept from one submission to the next.

    Not in an exam in which workers are the grader's own user: they could change what is kept, as
    they could change the grader itself.
    """
    return isolation == "bwrap" or own_user_possible() or seed_kind == "practice"


def kind_of_machine() -> str:
    """Return a name for all that machine code depends on."""
    flags: list[str] = []
    with contextlib.suppress(OSError):  # Linux only
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        flags = [line for line in text.splitlines() if "flags" in line]
    versions = [version(package) for package in ("jax", "jaxlib", "keras", "numpy")]
    about = [platform.machine(), platform.processor(), platform.python_version(), *versions,
             ENVIRONMENT["XLA_FLAGS"], SOURCE.read_text(encoding="utf-8"), *flags[:1]]  # fmt: skip
    return hashlib.sha256("\n".join(about).encode()).hexdigest()[:16]


@dataclass
class Compiler:
    """Compiles recipes, each once, in the background."""

    folder: Path = FOLDER
    waiting: list[tuple[Recipe, str, Limits]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None

    def compiled(self) -> Path | None:
        """Return the folder of what is compiled, None if there is nothing."""
        found = self.folder / kind_of_machine()
        return found if found.is_dir() else None

    def ask(self, found: Iterable[Recipe], isolation: str, limits: Limits) -> None:
        """Compile recipes that are new, in the background."""
        with self.lock:
            known = {recipe.name for recipe, _, _ in self.waiting}
            for recipe in found:
                if recipe.name not in known and not self.known(recipe):
                    self.waiting.append((recipe, isolation, limits))
            if self.waiting and self.thread is None:
                self.thread = threading.Thread(target=self._work, daemon=True)
                self.thread.start()

    def wait(self) -> None:
        """Wait until all that was asked for is compiled."""
        while (thread := self.thread) is not None:
            thread.join()

    def end(self) -> None:
        """Give up what waits, end the hosts, and wait until nothing is written any more."""
        with self.lock:
            del self.waiting[1:]
        HOSTS.end()
        if (thread := self.thread) is not None:
            thread.join(timeout=10)

    def known(self, recipe: Recipe) -> bool:
        """Tell whether a recipe was compiled, or tried."""
        return (self.folder / kind_of_machine() / f"{recipe.name}.json").exists()

    def _work(self) -> None:
        while True:
            with self.lock:
                if not self.waiting:
                    self.thread = None
                    return
                recipe, isolation, limits = self.waiting[0]
            with contextlib.suppress(GraderError, OSError):  # it is for speed only
                compile_ahead(recipe, self.folder / kind_of_machine(), isolation, limits)
            with self.lock:
                self.waiting.pop(0)


def compile_ahead(recipe: Recipe, folder: Path, isolation: str, limits: Limits) -> None:
    """Compile one recipe in a worker that runs our own code only; keep what JAX wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    if sum(path.stat().st_size for path in folder.iterdir()) > MAX_FOLDER:
        shutil.rmtree(folder)
        folder.mkdir()
    part = Part(0, SOURCE.stem, cells=(Cell(SOURCE.read_text(encoding="utf-8"), SOURCE.name),))
    arguments = (recipe.network, recipe.compiled, recipe.fit, list(recipe.probe))
    sheet = Sheet((Question("compile", "call", "compile_ahead", arguments),))
    limits = replace(limits, call_s=limits.part_s)
    with tempfile.TemporaryDirectory(prefix="moveout-compiled-") as keep:
        run_part(Job(part, sheet, 0, "jax", isolation, limits, compiled=folder), Path(keep))
        reply = read_artefacts(Path(keep), sheet.questions, {}).replies["compile"]
    found = reply.value if isinstance(reply, Returned) else {}
    for name, content in found.items():
        if NAME.fullmatch(name) and isinstance(content, np.ndarray) and content.dtype == "uint8":
            put(folder / name, content.tobytes())
    put(folder / f"{recipe.name}.json", json.dumps(sorted(found)).encode())


def put(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it reads all of it."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    scratch.write_bytes(content)
    scratch.replace(path)


COMPILER = Compiler()
atexit.register(COMPILER.end)  # registered after HOSTS.end, so it runs before that
