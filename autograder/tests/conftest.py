"""What several test modules share: quiet libraries, the desk, one full grading, repository copies."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  loads the BLAS that JAX calls from threads of its own
from threadpoolctl import threadpool_limits

from autograder.model import Result
from autograder.tests.desk import ROOT, Desk, rubric

os.environ |= {  # nothing has imported Keras so far
    "KERAS_BACKEND": "jax",
    "MPLBACKEND": "Agg",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}
threadpool_limits(1, user_api="blas")  # several threads of it, called from two at once, wait for ever
SPREAD = ("::test_an_honest_submission_earns", "::test_every_other_honest_submission_earns")
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", "build", "__pycache__", ".*_cache", ".hypo*")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep the tests of a module in one process; long ones that share nothing go to either."""
    from xdist.scheduler import LoadFileScheduling

    class Spreading(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if any(name in nodeid for name in SPREAD) else super()._split_scope(nodeid)

    return Spreading(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def nothing_is_compiled_ahead() -> None:
    """Leave the processors to the tests, and every submission without the networks of another."""
    from autograder.compiling import COMPILER

    COMPILER.ask = lambda *_: None
    COMPILER.compiled = lambda: None


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """Return a copy of this repository with a release of its own; not to be changed."""
    from autograder.release import release

    root = tmp_path_factory.mktemp("course") / "repository"
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    shutil.rmtree(root / "assignment", ignore_errors=True)
    release(root)
    return root


@pytest.fixture
def repository(course, tmp_path) -> Path:
    """Return a copy of the course in which something may be changed."""
    return shutil.copytree(course, tmp_path / "repository")


@pytest.fixture
def drawn_once(course, monkeypatch) -> None:
    """Let the figures be those of the course's release, so that a test need not draw them."""
    from autograder import release

    figures = sorted((course / "assignment" / "figures").glob("*.png"))
    drawn = {f"figures/{path.name}": path.read_bytes() for path in figures}
    monkeypatch.setattr(release, "draw_figures", lambda folder: drawn)


@pytest.fixture(scope="module", params=["process", "bwrap"])
def isolation(request) -> str:
    """Each isolation that works here."""
    from autograder.isolation import bwrap_works

    if request.param == "bwrap" and not bwrap_works():
        pytest.skip("bubblewrap is not installed, or not allowed here")
    return request.param


@pytest.fixture
def trained_once(monkeypatch) -> None:
    """Let a missed floor not be tried again: what is tested shows in one training."""
    from autograder import grading

    once = replace(rubric(), limits=replace(rubric().limits, trainings=1))
    monkeypatch.setattr(grading, "read_rubric", lambda: once)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a folder of its own."""
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The reference solution graded once, in full, and the folder of what was kept."""
    from autograder import grade

    keep = tmp_path_factory.mktemp("reference") / "artefacts"
    return grade(ROOT / "solution", keep=keep, isolation="process"), keep
