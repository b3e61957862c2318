"""JUnit XML, which editors and other services read: a suite for each part, a case for each check."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from autograder.model import Outcome, Result, Rubric
from autograder.publish.loss import missing, place, reasons
from autograder.report import blocked_text, counted, of_part


def junit(result: Result, rubric: Rubric, folder: str) -> str:
    """Return the result as a document of JUnit's kind."""
    top = Element("testsuites", {"name": rubric.title, **counts(list(result.checks))})
    top.set("time", seconds(result.seconds["total"]))
    for part in result.parts:
        outcomes = of_part(result, part["part"])
        suite = SubElement(top, "testsuite", {"name": f"Part {part['part']}", **counts(outcomes)})
        suite.set("time", seconds(result.seconds["parts"].get(str(part["part"]), 0)))
        for outcome in outcomes:
            add_case(suite, outcome, result, rubric, folder)
    indent(top)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(top, encoding='unicode')}\n"


def counts(outcomes: list[Outcome]) -> dict[str, str]:
    """Return the counts of a suite."""
    found = [outcome.status for outcome in outcomes]
    return {"tests": str(len(found)), "failures": str(found.count("failed")), "errors": "0",
            "skipped": str(found.count("not_judged"))}  # fmt: skip


def seconds(value: float) -> str:
    """Return a time as JUnit writes it."""
    return f"{value:.3f}"


def add_case(suite: Element, outcome: Outcome, result: Result, rubric: Rubric, folder: str) -> None:
    """Add one check: nothing below it if it passed, else why not."""
    where = place(outcome, result, rubric, folder)
    given = {"classname": f"part{outcome.part}", "name": f"{outcome.id} {outcome.title}",
             "file": where.file, "time": seconds(0)}  # fmt: skip
    case = SubElement(suite, "testcase", given | ({"line": str(where.line)} if where.line else {}))
    if outcome.status == "failed":
        said = f"{missing(outcome)} of {counted(outcome.max_score)} missing"
        SubElement(case, "failure", {"message": said, "type": "failed"}).text = reasons(outcome)
    elif outcome.status == "not_judged":
        SubElement(case, "skipped", {"message": blocked_text(outcome)})
