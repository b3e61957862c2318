"""Run one part of a submission: the only place where a student's code runs.

    python -I worker.py JOB_DIR        (or forked by forkserver.py, where processes can fork)

JOB_DIR/job.json holds the code and the questions, JOB_DIR/inputs.npz their arrays. For question k
the reply is written to JOB_DIR/out/k.json and k.npz: data, never verdicts; nothing here knows an
answer. Before the first training it waits for JOB_DIR/go.json: a network whose layers are wrong is
not trained for nothing. This file and its siblings import nothing of the package, so that they can
be mounted alone.
"""

import ast
import contextlib
import importlib
import importlib.util
import json
import linecache
import os
import sys
import time
import traceback
import types
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np


def sibling(name: str) -> types.ModuleType:
    """Import a file that lies beside this one, without making its folder importable."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"moveout_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


packing = sibling("packing")
noting = sibling("noting")
model_claims = sibling("model_claims")
lazy_tensorflow = sibling("lazy_tensorflow")
Seeds = noting.Seeds
MAX_ITEMS, MAX_FITS, OPEN_FILES = 64, 4, 256
WAIT_S, GOLDEN = 0.01, 0.618


def prepare() -> None:
    """Import Keras; on its JAX backend, leave TensorFlow until it is needed."""
    keras = importlib.import_module("keras")
    if keras.backend.backend() == "jax":
        lazy_tensorflow.install()


def run(job_dir: str) -> None:
    """Load the part, then answer its questions one by one; each reply is on disk at once."""
    root = Path(job_dir)
    out = root / "out"
    job = json.loads((root / "job.json").read_text(encoding="utf-8"))
    bound_files(job["disk_mb"])
    with np.load(root / "inputs.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    libraries = [p for p in sys.path if p.startswith((sys.prefix, sys.base_prefix))]
    sys.path[:] = [*libraries, str(Path.cwd())]  # last: a numpy.py in the submission shadows nothing
    keras = sys.modules["keras"]
    predict = keras.Model.predict  # before the student's code can put another one there
    noting.leave_out_pictures(keras)
    watch = noting.Progress(out / "progress.jsonl", keras)
    seeds = Seeds(keras, job["seed"])
    seeds.shift = job["shift"]
    watch.tell(load=True)
    module, errors = load(job["module"], job["cells"], seeds)
    write(out, "load", {"errors": errors}, {})
    student = Student(module, {cell["file"] for cell in job["cells"]}, arrays, root, keras, seeds)
    student.predict = predict
    student.tell, student.fits = watch.tell, noting.Fits(keras).noted
    student.history = dict.fromkeys(job["history"])
    for question in allowed(job["questions"], root / "go.json", watch):
        watch.tell(question=question["id"], kind=question["kind"])
        write(out, str(question["index"]), *student.answer(question))


def bound_files(disk_mb: int) -> None:
    """Bound the size of each file and how many are open; write no core dumps (where the system can)."""
    with contextlib.suppress(ImportError):
        resource = importlib.import_module("resource")
        size = disk_mb * 2**20
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        most = hard if 0 <= hard < OPEN_FILES else OPEN_FILES
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # sockets hold memory of the system


def allowed(questions: list[dict], go: Path, watch: noting.Progress) -> Iterator[dict]:
    """Yield the questions; from the first training on, only those that the grader still wants."""
    wanted = None
    for question in questions:
        if wanted is None and question["kind"] == "train":
            watch.tell(pause=True)
            while not go.exists():
                time.sleep(WAIT_S)
            wanted = json.loads(go.read_text(encoding="utf-8"))
        if wanted is None or question["id"] in wanted:
            yield question


def leave(error: BaseException | None = None) -> None:
    """End this process at once: threads that a student's code left are not waited for."""
    with contextlib.suppress(Exception):
        if error is not None:
            traceback.print_exception(error)
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0 if error is None else 1)


def write(out: Path, name: str, reply: dict, arrays: dict) -> None:
    """Write a reply: its arrays first, so that a reply that can be read is complete."""
    if arrays:
        np.savez(out / f"{name}.npz", **arrays)
    scratch = out / f"{name}.tmp"
    scratch.write_text(json.dumps(reply), encoding="utf-8")
    scratch.replace(out / f"{name}.json")


def load(name: str, cells: list[dict], seeds: Seeds) -> tuple[types.ModuleType, list[dict]]:
    """Run the student's top-level statements one by one; a broken one costs what it defines."""
    module = types.ModuleType(name)
    module.__file__ = str(Path.cwd() / f"{name}.py")
    module.display = print  # what a notebook has without an import
    sys.modules[name] = module
    sys.argv[:] = [module.__file__]  # for argparse: no options were given
    errors, flags, files = [], 0, {cell["file"] for cell in cells}
    seeds.reset()
    for cell in cells:
        linecache.cache[cell["file"]] = (len(cell["code"]), None, _lines(cell["code"]), "")
        try:
            statements = ast.parse(cell["code"]).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            errors.append(packing.described(error, files))
            continue
        for statement in statements:
            flags |= _future(statement)
            try:
                tree = ast.Module([statement], [])
                exec(compile(tree, cell["file"], "exec", flags, True), module.__dict__)
            except BaseException as error:  # sys.exit() at top level as well
                source = ast.get_source_segment(cell["code"], statement) or ""
                told = {"statement": source[: packing.MAX_TEXT]}
                errors.append(packing.described(error, files) | told)
    return module, errors[:MAX_ITEMS]


def _lines(code: str) -> list[str]:
    return code.splitlines(keepends=True)


def _future(statement: ast.stmt) -> int:
    """Return the compiler flags of a `from __future__ import …` statement."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    future = importlib.import_module("__future__")
    features = [getattr(future, alias.name, None) for alias in statement.names]
    return sum(feature.compiler_flag for feature in features if feature)


class Student:
    """The student's module, and the ways in which it is asked."""

    def __init__(self, module, files: set[str], arrays: dict, root: Path, keras, seeds: Seeds):
        self.module, self.files, self.arrays = module, files, arrays
        self.root, self.keras, self.seeds = root, keras, seeds
        self.predict, self.tell = keras.Model.predict, lambda **event: None
        self.fits: list[dict] = []
        self.history: dict = {}
        self.changed = self.drew = False

    def answer(self, question: dict) -> tuple[dict, dict]:
        """Return a reply and its arrays; an exception is a reply as well."""
        if not callable(getattr(self.module, question["function"], None)):
            return {"absent": True}, {}
        pack = packing.Pack()
        own = zlib.crc32(question["id"].encode()) if question["kind"] == "call" else 0
        self.seeds.reset(own)  # what draws without a seed of its own gives other numbers in each call
        try:
            value = getattr(self, f"_{question['kind']}")(question, pack)
            reply = {"value": value, "changed": self.changed, "drew": self.drew}
            return json.loads(json.dumps(reply)), pack.arrays
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            return {"raised": packing.described(error, self.files, self.root)}, {}

    def _argument(self, given):
        if isinstance(given, dict) and "array" in given:
            return self.arrays[given["array"]].copy()
        if isinstance(given, dict) and "file" in given:
            return str(self.root / "questions" / given["file"])
        if isinstance(given, dict) and "history" in given:
            return self._history(given["history"])
        return given

    def _history(self, history: dict) -> dict:
        """Add the further keys of the student's own history, filled with a curve like no other."""
        curve = [GOLDEN * value for value in next(iter(history.values()))]
        return {**{key: list(curve) for key in self.history}, **history}

    def _apply(self, question: dict):
        args = [self._argument(value) for value in question["args"]]
        kwargs = {name: self._argument(value) for name, value in question["kwargs"].items()}
        before = [given.copy() for given in args if isinstance(given, np.ndarray)]
        state = noting.global_state()
        value = getattr(self.module, question["function"])(*args, **kwargs)
        self.drew = noting.global_state() != state
        after = [given for given in args if isinstance(given, np.ndarray)]
        self.changed = not all(map(np.array_equal, before, after))
        return value

    def _call(self, question: dict, pack) -> dict:
        return pack.value(self._apply(question))

    def _model(self, question: dict, pack) -> dict:
        shape = question["options"]["input_shape"]
        model = self._built(question, shape)
        if not isinstance(model, self.keras.Model):
            return {"type": type(model).__name__}
        first = pack.weights(model)
        self.seeds.shift = 1_000_003
        self.seeds.reset()
        try:
            again = self._built(question, shape)
        finally:
            self.seeds.shift = 0
        loss = [self.arrays[name] for name in question["options"]["loss_on"]]
        return {
            "config": model_claims.config_of(model, self.keras),
            "weights": first,
            "again": pack.weights(again) if isinstance(again, self.keras.Model) else [],
            "compiled": model_claims.compiled(model, self.keras, *loss),
        }

    def _built(self, question: dict, shape: list[int]):
        """Call build_model; give a model without an input layer the shape of its input."""
        model = self._apply(question)
        if isinstance(model, self.keras.Model) and not model.built:
            model.build((None, *shape))
        return model

    def _train(self, question: dict, pack) -> dict:
        X, y, probe = self._scaled(question["options"])
        model = self._built(question, X.shape[1:])
        if not isinstance(model, self.keras.Model):
            return {"type": type(model).__name__}
        initial = pack.weights(model)
        self.fits.clear()
        self.tell(training=True)
        try:
            history = getattr(self.module, question["options"]["fit"])(model, X, y)
        finally:
            self.tell(training=False)
        return self._described(model, initial, history, probe, pack)

    def _scaled(self, options: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return training rows, targets and probe, the rows as the student's preprocess scales them."""
        X, y, probe = (self.arrays[options[name]].copy() for name in ("X", "y", "probe"))
        scale = getattr(self.module, options.get("preprocess", ""), None)
        if callable(scale):
            X, probe = prepared(scale, X, X), prepared(scale, X, probe)
        return X, y, probe

    def _described(self, model, initial: list, history, probe: np.ndarray, pack) -> dict:
        """Return what is claimed of a trained model."""
        if isinstance(history, dict):
            self.history = history
        return {
            "config": model_claims.config_of(model, self.keras),
            "initial": initial,
            "history": pack.value(history),
            "fits": json.dumps(self.fits[:MAX_FITS], default=lambda value: None),
            "weights": pack.weights(model),
            "probe": pack.store(probe),
            "predicted": pack.value(
                np.asarray(self.predict(model, probe, batch_size=512, verbose=0), "float32")
            ),
        }

    def _plot(self, question: dict, pack) -> dict:
        plt = importlib.import_module("matplotlib.pyplot")
        plt.close("all")
        close, plt.close = plt.close, lambda *_, **__: None  # a figure closed after saving still counts
        try:
            returned = self._apply(question)
            open_ = [plt.figure(number) for number in plt.get_fignums()]
        finally:
            plt.close = close
        figures = packing.unique_figures(returned, open_)
        described = [packing.axes(ax, pack) for ax in packing.all_axes(figures)[:MAX_ITEMS]]
        close("all")
        return {"figures": len(figures), "axes": described}


def prepared(scale, fitted_on: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the student's scaled rows, or the rows as they are if what came is unusable."""
    try:
        scaled = np.asarray(scale(fitted_on.copy(), X.copy()))
        if scaled.shape == X.shape and np.isfinite(scaled).all():
            return scaled.astype("float32")
    except Exception:  # judged by questions of its own
        pass
    return X


if __name__ == "__main__":
    try:
        prepare()
        run(sys.argv[1])
    finally:
        leave(sys.exc_info()[1])
