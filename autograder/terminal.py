"""The report on a terminal, and the display while parts train."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from autograder import report
from autograder.asking import Watcher
from autograder.model import Outcome, Result


def show(result: Result, console: Console) -> None:
    """Print the result: per part, per check, and why points are missing."""
    for part in result.parts:
        total = report.points(part["score"], part["max_score"])
        console.print()
        console.print(f"[bold]Part {part['part']}  {escape(part['title'])}[/]  {total}")
        for outcome in report.of_part(result, part["part"]):
            show_outcome(outcome, console)
        if numbers := report.measured(result, part["part"]):
            console.print(Padding(Text(f"Measured: {numbers}", "dim"), (0, 0, 0, 4)))
    console.print()
    first, *rest = report.summary(result)
    console.print(Text(first, style="bold"))
    for line in rest:
        console.print(Text(line))


def show_outcome(outcome: Outcome, console: Console) -> None:
    """Print one check: mark, points, title; the four lines if it failed."""
    style, mark = report.STYLES[outcome.status], report.MARKS[outcome.status]
    score = report.points(outcome.score, outcome.max_score)
    line = Text.assemble((f"  {mark} ", style), f"{score:>4}  ", (f"{outcome.id:19}", "dim"))
    line.append(outcome.title)
    if outcome.status == "not_judged":
        line.append(f"  ({report.blocked_text(outcome)})", "dim")
    console.print(line)
    if outcome.status == "failed":
        console.print(Padding(reasons(outcome), (0, 0, 0, 11)))


def reasons(outcome: Outcome) -> Table:
    """Return the four lines of a failed check; a long line goes on below its own beginning."""
    table = Table.grid(padding=(0, 1))
    for name, text in report.explanation(outcome):
        table.add_row(Text(name, "dim"), Text(" ".join(text.split())))
    return table


@contextmanager
def progress_display(parts: dict[int, str], console: Console) -> Iterator[Watcher]:
    """Show a line per part in which the epoch number advances; yield the watcher that feeds it."""
    columns = (
        TextColumn("Part {task.fields[number]}"),
        BarColumn(bar_width=24),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        tasks = {
            number: progress.add_task("starting", number=number, total=None) for number in parts
        }

        def watch(part: int, event: dict) -> None:
            describe(progress, tasks[part], event)

        yield watch


def describe(progress: Progress, task, event: dict) -> None:
    """Put an event on a part's line."""
    if event.get("epochs"):
        epoch, epochs = event["epoch"], event["epochs"]
        progress.update(
            task, completed=epoch, total=epochs, description=f"epoch {epoch} of {epochs}"
        )
    elif "question" in event:
        progress.update(task, completed=0, total=None, description=escape(event["question"][:40]))
    elif event.get("end"):
        progress.update(task, completed=1, total=1, description="judging")


class Plain:
    """The watcher where there is no terminal: a line now and then, so that a log shows life."""

    def __init__(self, console: Console):
        self.console, self.last = console, {}

    def __call__(self, part: int, event: dict) -> None:
        """Print an event if its part is at a new tenth of its training."""
        if event.get("epochs"):
            tenth = 10 * event["epoch"] // event["epochs"]
            if tenth != self.last.get(part):
                self.last[part] = tenth
                self.console.print(f"Part {part}: epoch {event['epoch']} of {event['epochs']}")
