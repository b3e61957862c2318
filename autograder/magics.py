"""IPython's %magics, !shell and ?help lines, which Python cannot read: they are taken out, never run."""

import re

from autograder.syntax import parsed

MAGIC = re.compile(r"(?P<name>\w[\w, ]*=\s*)?(?:(?:%{1,2}(?=[A-Za-z])|[!?]).*|[\w.]+\?{1,2}\s*)")
WHOLE_CELL = re.compile(r"^\s*%%(?!time|timeit|capture|prun)\w+")


def without_magics(code: str) -> str:
    """Replace IPython's %magics, !shell and ?help lines by nothing; line numbers stay."""
    try:
        parsed(code)
        return code
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    if WHOLE_CELL.match(code):
        return "# a magic was here"
    lines, goes_on = [], False
    for line in code.split("\n"):
        lines.append("# it went on here" if goes_on else without_magic(line))
        goes_on = line.endswith("\\") and (goes_on or lines[-1] != line)
    return "\n".join(lines)


def without_magic(line: str) -> str:
    """Return a line, or what stands for it if it is a magic: None, pass in a block, a comment."""
    bare = line.lstrip()
    indent, match = line[: len(line) - len(bare)], MAGIC.fullmatch(bare)
    if not match:
        return line
    if match["name"]:
        return f"{indent}{match['name']}None"
    return f"{indent}pass" if indent else "# a magic was here"
