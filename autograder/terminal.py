"""The report on a terminal, and the display while parts train."""

import threading
from collections import Counter
from dataclasses import replace

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from autograder import report
from autograder.asking import Display
from autograder.model import Outcome, Part, Result

MOST_LINES = 200  # that tell the epochs of a part; a worker may tell what it likes

def show(result: Result, console: Console, shown: dict[str, Outcome] | None = None) -> None:
    """Print the result: per part, per check, and why points are missing; not what was shown."""
    for part in result.parts:
        total = report.points(part["score"], part["max_score"])
        console.print()
        console.print(f"[bold]Part {part['part']}  {escape(part['title'])}[/]  {total}")
        for outcome in report.of_part(result, part["part"]):
            if not same((shown or {}).get(outcome.id), outcome):
                show_outcome(outcome, console)
        if rows := report.measured(result, part["part"]):
            console.print(Padding(lines(rows), (0, 0, 0, 4)))
    console.print()
    first, *rest = report.summary(result)
    console.print(Text(first, style="bold"))
    for line in rest:
        console.print(Text(line))


def same(shown: Outcome | None, outcome: Outcome) -> bool:
    """Tell whether an outcome was shown, if perhaps after fewer trainings."""
    return shown is not None and replace(shown, attempts=outcome.attempts) == outcome


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
        console.print(Padding(lines(report.explanation(outcome)), (0, 0, 0, 11)))


def lines(named: list[tuple[str, str]]) -> Table:
    """Return named lines below each other; a long one goes on below its own beginning."""
    table = Table.grid(padding=(0, 1))
    for name, text in named:
        table.add_row(Text(name, "dim"), Text(" ".join(text.split())))
    return table


class Plain(Display):
    """Prints verdicts as soon as they are known, and a line now and then, so that a log shows life."""

    def __init__(self, console: Console):
        self.console, self.last, self.lines = console, {}, Counter()
        self.shown: dict[str, Outcome] = {}
        self.lock = threading.Lock()

    def progress(self, part: int, event: dict) -> None:
        """Print an event if its part is at a new tenth of its training."""
        if event.get("epochs"):
            tenth = 10 * event["epoch"] // event["epochs"]
            if tenth != self.last.get(part) and self.lines[part] < MOST_LINES:
                self.last[part] = tenth
                self.lines[part] += 1
                self.console.print(f"Part {part}: epoch {event['epoch']} of {event['epochs']}")

    def judged(self, part: Part, outcomes: tuple[Outcome, ...], final: bool) -> None:
        """Print the verdicts of a part that were not printed yet."""
        with self.lock:
            begun = any(o.part == part.number for o in self.shown.values())
            new = [o for o in outcomes if not same(self.shown.get(o.id), o)]
            self.shown |= {o.id: o for o in new}
            if new:
                when = ", after training" if begun else "" if final else ", before training"
                self.console.print(f"[bold]Part {part.number}[/]{when}")
            for outcome in new:
                show_outcome(outcome, self.console)


class Live(Plain):
    """Shows a line per part below the verdicts, in which the epoch number advances."""

    def __init__(self, console: Console, parts: tuple[int, ...]):
        super().__init__(console)
        columns = (
            TextColumn("Part {task.fields[number]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
        )
        self.bars = Progress(*columns, console=console, transient=True)
        self.tasks = {n: self.bars.add_task("starting", number=n, total=None) for n in parts}

    def __enter__(self) -> "Live":
        self.bars.start()
        return self

    def __exit__(self, *_) -> None:
        self.bars.stop()

    def progress(self, part: int, event: dict) -> None:
        """Put an event on a part's line."""
        task = self.tasks[part]
        if event.get("epochs"):
            epoch, epochs = event["epoch"], event["epochs"]
            told = f"epoch {epoch} of {epochs}"
            self.bars.update(task, completed=epoch, total=epochs, description=told)
        elif event.get("training"):
            self.bars.update(task, completed=0, total=None, description="compiling the network")
        elif "question" in event:
            told = escape(event["question"][:40])
            self.bars.update(task, completed=0, total=None, description=told)
        elif event.get("end"):
            self.bars.update(task, completed=1, total=1, description="judging")

    def judged(self, part: Part, outcomes: tuple[Outcome, ...], final: bool) -> None:
        """Print verdicts above the lines; a part that is done needs no line."""
        super().judged(part, outcomes, final)
        if final:
            self.bars.update(self.tasks[part.number], visible=False)
