"""Write a result where people and programs find it: JSON, page and figures in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EISDIR
from os import W_OK, access, strerror
from pathlib import Path
from tempfile import TemporaryFile

from autograder import report
from autograder.drawing import draw_figures
from autograder.errors import CallError
from autograder.model import Result


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Raise `CallError` where something cannot be written."""
    try:
        yield
    except OSError as error:
        what = error.strerror or error
        raise CallError(f"{path} cannot be written ({what}). Give another place for it.") from error


def demand_place(path: Path) -> None:
    """Raise `CallError` if there is no place for a file, before anything is run for it."""
    with telling(path):
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        if path.exists() and not access(path, W_OK):
            raise PermissionError(EACCES, strerror(EACCES))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=path.parent).close()


def write_report(result: Result, folder: Path) -> None:
    """Write result.json, what only views show, report.md and the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part*.png"):
        old.unlink()
    write_json(result, folder / report.RESULT)
    (folder / report.VIEWS).write_text(report.views_text(result), encoding="utf-8")
    figures = draw_figures(result, folder)
    page = report.to_markdown(result, figures)
    (folder / "report.md").write_text(page, encoding="utf-8", errors="replace")


def write_json(result: Result, path: Path) -> None:
    """Write the JSON of the contract."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.json_text(result), encoding="utf-8", errors="replace")
