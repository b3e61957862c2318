"""Find the parts of a submission and bring both forms, script and notebook, to code cells.

Nothing is run or imported here. A part that cannot be read becomes a `Part` with a `problem`: one
sentence for the student, who loses that part and no other.
"""

import ast
import codecs
import hashlib
import io
import json
import os
import re
import tokenize
from pathlib import Path

from autograder.artefacts import text
from autograder.colab import BEGINS
from autograder.errors import CallError, CourseError, SubmissionError
from autograder.model import PARTS, Cell, Form, Location, Part, Rubric, Submission
from autograder.syntax import parsed

TEMPLATE = Path(__file__).with_name("template.json")
MAX_SCRIPT = 2**18  # code of a part: ten times the reference; parsing it takes three seconds at most
MAX_NOTEBOOK = 64 * 2**20  # with its outputs; as Python objects, a hostile one takes 25 times as much
MAX_MODULES, MAX_CELLS = 40, 2000
TEXT = re.compile(r"utf-8(-sig)?|ascii|iso8859-\d+|cp\d+")  # encodings; some others decode for hours
TEST_CELL = "check-"  # begins the grade_id of a notebook's cell that asks for a check
FORMS: tuple[Form, ...] = ("py", "ipynb")
MAGIC = re.compile(r"(?P<name>\w[\w, ]*=\s*)?(?:(?:%{1,2}(?=[A-Za-z])|[!?]).*|[\w.]+\?{1,2}\s*)")
COMMENT = re.compile(  # or a string, which is kept; an open one goes on to its end: this is linear
    r'''(?P<string>"""(?:\\.?|[^\\])*?(?:"""|\Z)|\'\'\'(?:\\.?|[^\\])*?(?:\'\'\'|\Z)|'''
    r'''"(?:\\.?|[^"\\\n])*+"?|'(?:\\.?|[^'\\\n])*+'?)|#[^\n]*''',
    re.DOTALL,
)
WHOLE_CELL = re.compile(r"^\s*%%(?!time|timeit|capture|prun)\w+")


def collect(
    path: Path, rubric: Rubric, parts: tuple[int, ...] = PARTS, form: Form | None = None
) -> Submission:
    """Return the submission in a folder, or in a single part's file.

    Raises:
        CallError: There is no such folder, or nothing of the assignment is in it.
    """
    if not path.exists():
        raise CallError(f"There is no {path}. Check the path, or run it from the course folder.")
    folder, only = (path, None) if path.is_dir() else (path.parent, path)
    if only is not None:
        stems = {plan.stem: number for number, plan in rubric.parts.items()}
        if only.stem not in stems or only.suffix not in (".py", ".ipynb"):
            names = ", ".join(f"{stem}.py" for stem in stems)
            raise CallError(f"{only.name} is no part of the assignment. Give a folder or {names}.")
        parts, form = (stems[only.stem],), only.suffix.removeprefix(".")
    found = {number: read_part(folder, number, rubric, form) for number in parts}
    if not any(_files(folder, rubric.parts[number].stem) for number in parts):
        stems = [rubric.parts[n].stem for n in parts]
        like = [p.name for p in sorted(folder.glob("part*")) if p.name.startswith(tuple(stems))]
        names = "".join(filter(str.isprintable, ", ".join(like)))[:200]
        renamed = f"Rename {names}" if like else "Give the folder with your part files"
        raise CallError(f"{path} holds none of {', '.join(stems)} as .py or .ipynb. {renamed}.")
    return Submission((only or path).resolve().name, found, neighbours(folder))


def _files(folder: Path, stem: str) -> list[Path]:
    return [p for form in FORMS if os.path.lexists(p := folder / f"{stem}.{form}")]


def read_part(folder: Path, number: int, rubric: Rubric, form: Form | None) -> Part:
    """Return one part in the form that counts, or with the reason why it cannot be graded."""
    stem = rubric.parts[number].stem
    paths = [p for p in _files(folder, stem) if form is None or p.suffix == f".{form}"]
    if not paths:
        return Part(number, stem, form or "py", problem=f"{stem}.py is missing. Put it back.")
    read = [read_file(path, number) for path in paths]
    return read[0] if len(read) == 1 else choose_form(*read, released_hashes())


def choose_form(script: Part, notebook: Part, released: set[str]) -> Part:
    """Return the form that differs from the template; refuse two that differ and disagree."""
    changed = [part for part in (script, notebook) if part.code_hash not in released]
    if len(changed) < 2 or script.code_hash == notebook.code_hash:
        return changed[0] if changed else script
    problem = (
        f"{script.stem}.py and {script.stem}.ipynb were both edited and disagree. "
        "Delete the one that does not count, or choose with --form py or --form ipynb."
    )
    return Part(script.number, script.stem, "py", problem=problem)


def released_hashes() -> set[str]:
    """Return the code hashes of every template released so far."""
    if not TEMPLATE.exists():
        return set()
    try:
        releases = json.loads(TEMPLATE.read_text(encoding="utf-8"))["releases"]
        return {digest for release in releases for digest in release["hashes"].values()}
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{TEMPLATE.name} is damaged. Run `git checkout` on it.") from error


def read_file(path: Path, number: int) -> Part:
    """Return a part from its script or its notebook."""
    form: Form = "ipynb" if path.suffix == ".ipynb" else "py"
    try:
        source = safe_read(path, MAX_NOTEBOOK if form == "ipynb" else MAX_SCRIPT)
        cells, notes = from_notebook(source, path.name) if form == "ipynb" else (
            from_script(source, path.name), ())  # fmt: skip
    except SubmissionError as error:
        return Part(number, path.stem, form, problem=str(error), location=error.location,
                    code_hash=_digest(str(error)))  # fmt: skip
    code = "\n".join(cell.code for cell in cells)
    return Part(number, path.stem, form, cells, header_of(cells), code_hash(code), notes=notes)


def safe_read(path: Path, limit: int) -> bytes:
    """Read a regular file that lies in the submission's own folder."""
    try:
        inside = path.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError):  # a link to itself
        inside = False
    if not inside:
        raise SubmissionError(f"{path.name} is a link out of the folder. Hand in the file itself.")
    try:
        if not path.is_file():
            raise SubmissionError(f"{path.name} is not a regular file. Hand in the file itself.")
        if path.stat().st_size > limit:
            raise SubmissionError(f"{path.name} is larger than {limit >> 10} KiB. Clear its outputs.")
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path.name} cannot be read ({error.strerror}).") from error


def from_script(source: bytes, name: str) -> tuple[Cell, ...]:
    """Return a script as one cell; raise `SubmissionError` with the line of a syntax error."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        if not TEXT.fullmatch(codecs.lookup(encoding).name):
            raise LookupError(encoding)
        code = _newlines(source.decode(encoding))
    except (SyntaxError, UnicodeError, LookupError) as error:
        message = f"{name} is not UTF-8 text. Save it with the encoding UTF-8."
        raise SubmissionError(message) from error
    try:
        parsed(code)
    except SyntaxError as error:
        line = error.lineno or 1
        where = Location(name, line)
        text = "".join(filter(str.isprintable, error.text or "")).strip()[:80]
        what = f"{name}, line {line}: {type(error).__name__}: {error.msg}" + f" at `{text}`" * bool(text)
        message = f"{what}. Nothing of this part can run until it is mended."
        raise SubmissionError(message, where) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SubmissionError(f"{name} cannot be parsed ({error}). Simplify it.") from error
    return (Cell(without_setup(code), name),)


def from_notebook(source: bytes, name: str) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return a notebook's code cells, magics skipped, and a note on what was skipped."""
    try:
        raw = json.loads(source.decode("utf-8-sig"))
        cells = [c for c in raw["cells"] if c.get("cell_type") == "code" and not is_test(c)]
        codes = [_newlines("".join(c["source"])) for c in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{name} is not a notebook that can be read. Open it in Jupyter and save it again."
        raise SubmissionError(message) from error
    if len(codes) > MAX_CELLS or sum(map(len, codes)) > MAX_SCRIPT:
        raise SubmissionError(f"{name} holds more than {MAX_SCRIPT >> 10} KiB of code. Shorten it.")
    codes = [without_setup(code) for code in codes]
    plain = [without_magics(code) for code in codes]
    skipped = sum(before != after for before, after in zip(codes, plain, strict=True))
    notes = (f"{name}: magics and shell lines in {skipped} cell(s) were skipped.",) * bool(skipped)
    return tuple(Cell(c, f"{name}[cell {n}]") for n, c in enumerate(plain, 1)), notes


def is_test(cell: dict) -> bool:
    """Tell whether a cell of a notebook only asks for a check: a student's worker never runs it."""
    marked = cell.get("metadata")
    marked = marked.get("nbgrader") if isinstance(marked, dict) else None
    return isinstance(marked, dict) and str(marked.get("grade_id")).startswith(TEST_CELL)


def without_setup(code: str) -> str:
    """Return code without what prepares Colab, which is not the student's; line numbers stay."""
    if BEGINS not in code:
        return code
    try:
        first = parsed(code).body[0]
        if not isinstance(first, ast.Try) or ast.unparse(first.body) != BEGINS:
            return code
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return code
    lines = code.split("\n")
    count = first.end_lineno - first.lineno + 1
    return "\n".join([*lines[: first.lineno - 1], *[""] * count, *lines[first.end_lineno :]])


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


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def header_of(cells: tuple[Cell, ...]) -> str:
    """Return the module docstring: the first string of the first cell that holds any code."""
    for cell in cells:
        try:
            tree = parsed(cell.code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ""
        if tree.body:
            return text(ast.get_docstring(tree))
    return ""


def code_hash(code: str) -> str:
    """Return the hash of code without comments, blank lines and trailing space."""
    lines = COMMENT.sub(lambda found: found["string"] or "", code).split("\n")
    return _digest("\n".join(line.rstrip() for line in lines if line.strip()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def neighbours(folder: Path) -> dict[str, bytes]:
    """Return the scripts beside the parts, so that a part may import them."""
    found = {}
    for path in sorted(folder.glob("*.py"))[:MAX_MODULES]:
        try:
            found[path.name] = safe_read(path, MAX_SCRIPT)
        except SubmissionError:
            continue
    return found
