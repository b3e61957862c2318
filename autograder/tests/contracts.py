"""The contracts of those who read a result, as JSON Schemas, and JUnit's by structure."""

from xml.etree.ElementTree import Element

POINTS = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}

CLASSROOM = {
    "type": "object", "additionalProperties": False,
    "required": ["version", "status", "max_score", "tests"],
    "properties": {
        "version": {"const": 1},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": POINTS,
        "tests": {"type": "array", "items": {
            "type": "object", "additionalProperties": False,
            "required": ["name", "status", "score", "message", "test_code", "filename", "line_no",
                         "duration"],
            "properties": {
                "name": TEXT, "status": {"enum": ["pass", "fail", "error"]}, "score": POINTS,
                "max_score": POINTS, "message": {"type": "string"}, "test_code": {"type": "string"},
                "filename": {"type": "string"}, "line_no": POINTS, "duration": {"type": "number"}}}}},
}  # fmt: skip

CLASSROOM50 = {
    "type": "object", "additionalProperties": False,
    "required": ["schema", "classroom", "assignment", "assignment_type", "owner", "submission",
                 "commit", "release", "review", "datetime", "score", "max-score", "tests"],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": TEXT, "assignment": TEXT, "owner": TEXT,
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": TEXT, "release": TEXT, "review": TEXT, "datetime": TIME, "graded_at": TIME,
        "score": POINTS, "max-score": POINTS,
        "tests": {"type": "array", "items": {
            "type": "object", "required": ["test-name", "passed", "score", "max-score"],
            "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": POINTS,
                           "max-score": POINTS}}}},
}  # fmt: skip

JUNIT = {  # element -> attributes it must have, attributes it may have, children it may have
    "testsuites": ({"name", "tests", "failures"}, {"errors", "skipped", "time"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time"}, {"testcase"}),
    "testcase": ({"name", "classname"}, {"time", "file", "line"}, {"failure", "skipped"}),
    "failure": ({"message", "type"}, set(), set()),
    "skipped": ({"message"}, set(), set()),
}


def junit_problems(top: Element) -> list[str]:
    """Return where a document is not as the common schemas of JUnit XML have it."""
    problems = [] if top.tag == "testsuites" else [f"<{top.tag}> at the top"]
    for element in top.iter():
        needed, allowed, children = JUNIT.get(element.tag, (set(), set(), set()))
        given = set(element.attrib)
        problems += [f"<{element.tag}> lacks {name}" for name in needed - given]
        problems += [f"<{element.tag}> has {name}" for name in given - needed - allowed]
        problems += [f"<{c.tag}> in <{element.tag}>" for c in element if c.tag not in children]
        if element.tag in ("testsuites", "testsuite"):
            problems += wrong_counts(element)
    return problems


def wrong_counts(element: Element) -> list[str]:
    """Return the counts that are not those of what stands below."""
    cases = list(element.iter("testcase"))
    counted = {"tests": len(cases), "errors": 0}
    counted |= {f"{kind}s": sum(case.find(kind) is not None for case in cases) for kind in ("failure",)}
    counted["skipped"] = sum(case.find("skipped") is not None for case in cases)
    return [f"{element.get('name')}: {name}" for name, count in counted.items()
            if int(element.get(name, -1)) != count]  # fmt: skip
