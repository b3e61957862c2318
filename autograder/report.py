"""Show a result: JSON for programs, Markdown for pages, lines for the terminal. Views only."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from autograder.lookalikes import spaced
from autograder.model import Outcome, Result

SCHEMA = "moveout/result/v1"
RESULT, VIEWS = "result.json", "views.json"  # in a report's folder
HIDDEN = ("curves", "broken", "readable", "limit_s")
INTERNAL = ("memory", "other_target")  # numbers that only tell how a mistake was recognised
MARKS = {"passed": "✓", "failed": "✗", "not_judged": "–"}
STYLES = {"passed": "green", "failed": "red", "not_judged": "yellow"}


def to_json(result: Result) -> dict:
    """Return the result as the JSON of `result.schema.json`."""
    record = {k: v for k, v in asdict(result).items() if k not in HIDDEN}
    record["pending"] = [
        {"id": t.id, "part": t.part, "title": t.title, "max_score": t.points} for t in result.pending
    ]
    return {"schema": SCHEMA, **record, "notes": [*result.notes, *broken_notes(result)]}


def broken_notes(result: Result) -> list[str]:
    """Return what to tell if the grader itself broke."""
    return [f"The grader broke, no mark is issued: {line}" for line in result.broken]


def points(score: int | None, max_score: int) -> str:
    """Return points over points, a dash where no mark is issued."""
    return f"{'–' if score is None else score}/{max_score}"


def counted(number: int) -> str:
    """Return a number of points in words."""
    return f"{number} point{'s' * (number != 1)}"


def explanation(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the four lines that say why points are missing, those that have something to say."""
    lines = [
        ("Called", outcome.called),
        ("Got", outcome.got),
        ("Expected", outcome.expected),
        ("Hint", outcome.hint),
    ]
    where = outcome.location
    if where is not None and where.file not in outcome.hint:
        lines.append(("Where", f"{where.file}, line {where.line}"))
    return [(name, harmless(text)) for name, text in lines if text]


def harmless(text: str) -> str:
    """Return a student's text on one line, without what terminals or workflow runners would obey.

    A runner takes `::error::` at the start of a line for a command, also of a wrapped one, and
    `##[error]` anywhere.
    """
    flat = "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
    return spaced(flat)


def blocked_text(outcome: Outcome) -> str:
    """Return why a check was not judged."""
    return f"waits for {outcome.blocked_by}" if outcome.blocked_by else harmless(outcome.hint)


def json_text(result: Result) -> str:
    """Return the JSON as a text that may be printed in a workflow's log, or stand in a page."""
    text = json.dumps(to_json(result), indent=2, ensure_ascii=False)
    return text.replace("##", "#\\u0023").replace("</", "<\\/").replace("<!", "\\u003c!") + "\n"


def views_text(result: Result) -> str:
    """Return as JSON what stands in no contract, for views that are made from files later."""
    return json.dumps({name: getattr(result, name) for name in HIDDEN}) + "\n"


def of_part(result: Result, part: int) -> list[Outcome]:
    """Return the outcomes of one part."""
    return [outcome for outcome in result.checks if outcome.part == part]


def summary(result: Result) -> Iterator[str]:
    """Yield the closing sentences: score, what a person reads, time, seed, isolation."""
    yield f"Score {points(result.score, result.max_score)}"
    by_hand = sum(task.points for task in result.pending)
    yield f"{by_hand} more points for discussion and header are given by a person."
    if result.seed_kind == "practice":
        yield "This is a practice score; the exam asks with other numbers."
    limit, used = f"{result.limit_s:.0f} s", result.seconds["parts"].items()
    parts = ", ".join(f"part {n} used {s:.0f} of {limit}" for n, s in used)
    yield f"Took {result.seconds['total']:.0f} s: {parts}."
    yield f"Isolation: {result.isolation}; backend: {result.backend}."
    if result.kept_from:
        yield f"Kept from an earlier run of the same code: {result.kept_from}. --fresh runs all again."
    yield from map(harmless, [*result.notes, *broken_notes(result)])


def measured(result: Result, part: int) -> list[tuple[str, str]]:
    """Return what the judge measured in a part: a row for each comparison, then the plain numbers."""
    prefix = f"part{part}."
    found = {k.removeprefix(prefix): v for k, v in result.metrics.items() if k.startswith(prefix)}
    found = {k: v for k, v in found.items() if not k.startswith(INTERNAL)}
    tables = {k: v for k, v in found.items() if isinstance(v, dict)}
    compared = {k.removesuffix("_compared") for k in tables}  # they show the number themselves
    plain = {k: v for k, v in found.items() if k not in {*tables, *compared}}
    rows = [(_words(name.removesuffix("_compared")), _numbers(table)) for name, table in tables.items()]
    return [*rows, ("measured", _numbers(plain))] if plain else rows


def _words(name: str) -> str:
    return name.replace("_", " ").replace("r2", "R²")


def _numbers(table: dict) -> str:
    return " · ".join(f"{_words(name)} {_number(value)}" for name, value in table.items())


def _number(value) -> str:
    if isinstance(value, list | tuple) and len(value) == 2 and all(type(v) is int for v in value):
        return f"{value[0]} of {value[1]}"
    if value is None:
        return "not finite"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def to_markdown(result: Result, figures: dict[str, str] | None = None) -> str:
    """Return the report as Markdown.

    Args:
        result: What `grade` returned.
        figures: File name -> alternative text of the pictures beside the report.
    """
    lines = [f"# {points(result.score, result.max_score)} points", ""]
    lines += ["| part | points |", "| --- | --- |"]
    lines += [f"| {p['part']} {p['title']} | {points(p['score'], p['max_score'])} |"
              for p in result.parts]  # fmt: skip
    for part in result.parts:
        lines += ["", f"## Part {part['part']}: {part['title']}", ""]
        for outcome in of_part(result, part["part"]):
            lines += markdown_outcome(outcome)
        if rows := measured(result, part["part"]):
            lines += ["", "| number | value |", "| --- | --- |"]
            lines += [f"| {name} | {numbers} |" for name, numbers in rows]
    for name, text in (figures or {}).items():
        lines += ["", f"![{text}]({name})"]
    _, *notes = summary(result)
    lines += ["", "## Notes", "", *(f"- {plain(line)}" for line in notes), ""]
    return "\n".join(lines)


def markdown_outcome(outcome: Outcome) -> list[str]:
    """Return one check as a list item, with the reason in a block below if points are missing."""
    head = f"- {MARKS[outcome.status]} **{outcome.id}** {outcome.title} "
    head += f"({points(outcome.score, outcome.max_score)})"
    if outcome.status == "not_judged":
        return [f"{head}: not judged, {blocked_text(outcome)}"]
    reasons = explanation(outcome) if outcome.status == "failed" else []
    return [head, *(f"  - {name}: {plain(text)}" for name, text in reasons)]


def plain(text: str) -> str:
    """Return a student's text as Markdown code, so that none of it is read as markup or HTML."""
    flat = harmless(text).replace("`", "'")
    return f"`{flat}`"
