"""The command `calibrate`: measure what is missing, then write rows, page and picture."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.calibration import page
from autograder.calibration.runs import Row, Task, fresh, measure_all, read, tasks, write
from autograder.errors import GraderError

SAVE_EVERY = 20  # rows; what is not saved is lost when the command is stopped


def run(seeds: int, backend: str, parts: Iterable[int], console: Console) -> int:
    """Measure every case with seeds 1..N, but for rows that are there; write the evidence.

    Args:
        seeds: N; near misses take a third of them.
        backend: `jax`, or `tensorflow` for the reference alone.
        parts: The parts to be measured; the evidence is written for all.
        console: Shows the progress.

    Returns:
        0, or 1 where a training broke; that, as Ctrl-C, ends the measuring early, and keeps what is
        done.
    """
    rows = fresh(read())
    known = {row.key for row in rows}
    todo = [task for task in tasks(seeds, backend, parts) if task.key not in known]
    console.print(f"{len(rows)} rows are there and fresh, {len(todo)} to be measured.")
    broken = False
    try:
        measure_shown(todo, rows, console)
    except (KeyboardInterrupt, GraderError) as stop:
        broken = isinstance(stop, GraderError)
        console.print(f"Stopped: {stop}" if broken else "Stopped.", markup=False)
        console.print("The same command goes on from here.")
    write(rows)
    page.write(rows)
    console.print("Evidence: autograder/calibration/evidence/README.md", markup=False)
    return int(broken)


def measure_shown(todo: list[Task], rows: list[Row], console: Console) -> None:
    """Measure tasks below a progress bar; rows are added, and saved now and then."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
               TimeRemainingColumn(elapsed_when_finished=True))  # fmt: skip
    with Progress(*columns, console=console) as bar:
        shown = bar.add_task("training", total=len(todo))

        def add(row: Row) -> None:
            rows.append(row)
            bar.update(shown, advance=1, description=f"part {row.part}, {row.case}, seed {row.seed}")
            if len(rows) % SAVE_EVERY == 0:
                write(rows)

        measure_all(todo, add)
