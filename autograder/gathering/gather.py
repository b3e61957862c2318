"""From repositories to submissions: a folder for each student, and `gathered.json` about them all."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CallError
from autograder.gathering.branches import Branch, fetched
from autograder.gathering.doubts import doubts
from autograder.gathering.files import written
from autograder.gathering.gathered import NAME, STAMP, Gathered, read_gathered, write_gathered
from autograder.gathering.git import Scratch, end_all, scratch, without_secrets
from autograder.gathering.history import counting, history_of, hours_late
from autograder.gathering.looking import looked_at
from autograder.gathering.placing import FULL, place, told_if_unwritable
from autograder.gathering.sources import Source
from autograder.report import harmless
from autograder.rubric import read_rubric

AT_ONCE = 4
LOOK_S = 0.1
AGAIN = "gather again"
STAYS = "What was gathered before stays."
GONE = "which was gathered before, is no longer on"


@dataclass(frozen=True)
class Rules:
    """What counts: the deadline, how late is still taken, and which branch."""

    deadline: datetime | None = None
    late_hours: float = 0.0
    branch: str | None = None


def parse_deadline(text: str) -> datetime:
    """Return a deadline such as "2027-01-15 18:00 UTC"; one without hour or zone is refused."""
    bare = text.strip()
    try:
        moment = datetime.fromisoformat(f"{bare[:-3].rstrip()}+00:00" if bare.endswith("UTC") else bare)
        if moment.tzinfo is None or ":" not in bare:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        example = '"2027-01-15 18:00 UTC" or 2027-01-15T19:00+01:00'
        raise CallError(f"{text!r} is no time with its zone. Write it as {example}.") from error


def gather(sources: list[Source], out: Path, rules: Rules) -> Iterator[Gathered]:
    """Gather repositories, and yield a row for each in their order; one never stops the others.

    Rows and folders of earlier calls stay, unless they are of the same student.

    Raises:
        CallError: The folder holds something else than what was gathered, or takes no files.
    """
    before = started(out, rules)
    rows = dict(before)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(gathered, s, out, rules, before.get(s.student))
                   for s in with_twins(sources, before)]  # fmt: skip
        try:
            for future in futures:
                row = future.result()
                entered(rows, [row], out, rules)
                yield row
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):  # stopped by Ctrl-C
                end_all()
                time.sleep(LOOK_S)
            done = [future.result() for future in futures if not future.cancelled()]
            entered(rows, [row for row in done if row.files and STAYS not in row.problems], out, rules)


def started(out: Path, rules: Rules) -> dict[str, Gathered]:
    """Return what was gathered into a folder before; make it if it is not there."""
    with told_if_unwritable(out, AGAIN):
        if out.exists() and not (out / NAME).is_file() and not (out.is_dir() and not any(out.iterdir())):
            raise CallError(f"{out} holds something else than what was gathered. Give a new folder.")
        before = read_gathered(out)
        write_gathered(out, rules.deadline, before.values())
    return before


def entered(rows: dict[str, Gathered], more: list[Gathered], out: Path, rules: Rules) -> None:
    """Add rows, and write all of them."""
    rows |= {row.student: row for row in more}
    with told_if_unwritable(out, AGAIN):
        write_gathered(out, rules.deadline, rows.values())


def with_twins(sources: list[Source], before: dict[str, Gathered]) -> Iterator[Source]:
    """Yield the sources, with a sentence if an earlier call took a repository as another student's."""
    names = {source.student for source in sources}
    earlier = {row.repository: row.student for row in before.values()
               if row.files and row.student not in names}  # fmt: skip
    for source in sources:
        if other := earlier.get(shown(source)):
            told = (f"It was gathered as {other} before, and both are graded. If they are one student, "
                    "gather into a new folder.")  # fmt: skip
            source = replace(source, problems=(*source.problems, told))
        yield source


def shown(source: Source) -> str:
    """Return the name of a repository as it is told."""
    return harmless(without_secrets(source.repository))


def gathered(source: Source, out: Path, rules: Rules, before: Gathered | None) -> Gathered:
    """Take a student's files from their repository; what goes wrong is told, never raised."""
    row = Gathered(source.student, shown(source), problems=source.problems)
    if before and before.repository != row.repository:
        row = with_problem(row, f"Before, {source.student} was gathered from {before.repository}. Look "
                                "which one counts.")  # fmt: skip
    try:
        if source.usable:
            row = taken(source, row, out, rules, before)
    except CallError as error:
        row = with_problem(row, sentence(f"Nothing was taken: {error}"))
    except OSError as error:
        todo = f"Make room, then {AGAIN}." if error.errno in FULL else "Look at the repository."
        row = with_problem(row, sentence(f"Nothing was taken: {error.strerror or error}. {todo}"))
    except Exception as error:  # whatever a stranger's repository is made of
        row = with_problem(row, sentence(f"Nothing was taken: {type(error).__name__}: {error}"))
    if not row.files and before and before.files and (out / source.student).is_dir():
        rewritten = [told for told in before.problems if GONE in told]
        return replace(before, problems=(*row.problems, *rewritten, STAYS))
    return row


def taken(source: Source, row: Gathered, out: Path, rules: Rules, before: Gathered | None) -> Gathered:
    """Fetch a repository and write what counts."""
    stems = [plan.stem for plan in read_rubric().parts.values()]
    with tempfile.TemporaryDirectory(prefix="moveout-git-") as folder:
        own, files = scratch(Path(folder)), Path(folder) / "files"
        branch = fetched(own, source.repository, rules.branch)
        history = history_of(own, branch, source.pushed)
        commit = counting(history, rules.deadline, rules.late_hours)
        names, told = written(own, commit.sha, files, stems)
        told = [*row.problems, *branch.problems, *doubts(history, branch, commit, rules.deadline),
                *gone(own, branch, row, before, rules, history.shallow),
                *told, *looked_at(files, names, stems)]  # fmt: skip
        if names:
            place(files, out / source.student)
    return replace(
        row,
        branch=harmless(branch.name),
        commit=commit.sha,
        committed=commit.committed.strftime(STAMP),
        pushed=commit.pushed.strftime(STAMP) if commit.pushed else None,
        late_hours=hours_late(commit, rules.deadline),
        files=tuple(names),
        problems=tuple(told),
    )


def gone(
    own: Scratch, branch: Branch, row: Gathered, before: Gathered | None, rules: Rules, shallow: bool
) -> Iterator[str]:
    """Yield that a commit which counted before is no longer there; what was told once stays told.

    Nothing is said where staff chose another branch, nothing new where a history is cut.
    """
    name = harmless(branch.name)
    if not before or not before.commit or before.repository != row.repository:
        return
    if rules.branch and before.branch != name:
        return
    yield from (told for told in before.problems if GONE in told)
    if not shallow and not own.known([before.commit]):
        why = "a force-push" if before.branch == name else f"{before.branch} counted before"
        yield f"Commit {before.commit[:7]}, {GONE} {name}: {why}. Look at both."


def with_problem(row: Gathered, told: str) -> Gathered:
    """Return a row with one more sentence."""
    return replace(row, problems=(*row.problems, told))


def sentence(text: str) -> str:
    """Return a harmless text that ends as a sentence, with what to do."""
    told = without_secrets(harmless(text))[:500]
    return told if told.endswith(".") else f"{told}. Look at the repository."
