"""Take out of a student's cells what the browser of a grader, or nbgrader, would obey.

A cell is built anew from what is known to be harmless: its text, plain outputs, PNG pictures. All
else (metadata, tags, widgets, HTML, SVG, scripts) is left behind, so nothing need be recognised.
"""

import base64
import binascii
import re
from itertools import islice
from typing import Any

from nbformat import NotebookNode

INVISIBLE = "\u200b"  # a zero-width space: what it splits is read as before, and obeyed no more
PNG = b"\x89PNG\r\n\x1a\n"
MAX_TEXT, MAX_PICTURE, MAX_PICTURES, MAX_OUTPUTS = 20_000, 2 * 2**20, 10, 20
MOST_ATTACHED = 1000  # of a cell, looked for in its text
ALT = "a figure of the student"  # nbconvert draws a red frame around a picture without a word
CUT = "\n[… cut here by the grader …]\n"
COLOUR = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\x08")  # what a terminal's progress bar is drawn with
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
GAP = r"[\s\\]*"  # browsers read over white space in a scheme, Markdown over a backslash
SCHEMES = [GAP.join(word) for word in ("script", "data", "blob", "file")]
SPLIT = re.compile(
    r"(?P<tag><)(?=[A-Za-z/!?])"
    r"|(?P<entity>&)(?=#|\w+;)"
    rf"|(?P<scheme>{'|'.join(SCHEMES)}){GAP}(?=:)"
    r"|(?P<macro>\\)(?=(?:href|class|cssId|style|require|unicode|csname|def|let|(?:re)?new\w+)\b)"
    r"|(?P<drawing>m)(?=ermaid)"
    r"|(?P<picture>!)(?=\[)",  # one from elsewhere would be fetched
    re.IGNORECASE,
)
OURS = re.compile(rf"!{INVISIBLE}\[(?P<alt>(?:(?!!{INVISIBLE}\[)[^\n])*?)\]"
                  r"\((?P<place>attachment:picture-\d+\.png)\)")  # fmt: skip
MARKUP = re.compile(r"[][`<$\\]")
MARKERS = re.compile(r"(BEGIN|END) (?=MARK SCHEME|HIDDEN TESTS)")
ATTACHED = re.compile(r"attachment:", re.IGNORECASE)


def new_cell(cell_type: str, source: str, **more: Any) -> NotebookNode:
    """Return a cell as `nbformat.v4` makes one, but not validated: a notebook is when it is entered."""
    return NotebookNode(cell_type=cell_type, source=source, metadata=NotebookNode(), **more)


def stream(text: str) -> NotebookNode:
    """Return an output of printed text."""
    return NotebookNode(output_type="stream", name="stdout", text=text)


def display(picture: str, alt: str) -> NotebookNode:
    """Return an output that shows a PNG, given as base64; `alt` says in words what it is."""
    return NotebookNode(output_type="display_data", data=NotebookNode({"image/png": picture}),
                        metadata=NotebookNode(alt=alt))  # fmt: skip


def text_of(source: Any) -> str:
    """Return the text of a source or an output, which a notebook holds as a text or as its lines."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return CONTROL.sub("�", COLOUR.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def cut(text: str) -> str:
    """Return head and tail of a text that is too long to be read."""
    half = MAX_TEXT // 2
    return text if len(text) <= MAX_TEXT else text[:half] + CUT + text[-half:]


def unmarked(text: str) -> str:
    """Return a text in which nbgrader finds no marker of hidden tests or of a mark scheme."""
    return MARKERS.sub(lambda match: match[1] + INVISIBLE + " ", text)


def harmless_markdown(text: str) -> str:
    """Return Markdown that makes no tag, entity, link to a script, macro, drawing or foreign picture."""
    split = SPLIT.sub(lambda match: match[0] + INVISIBLE, unmarked(cut(text)))
    return ATTACHED.sub(f"attachment{INVISIBLE}:", split)  # nbconvert fails on a missing one


def markdown_cell(source: Any, attachments: Any = None) -> NotebookNode:
    """Return a Markdown cell with a student's text and attached pictures."""
    text, pictures = cut(text_of(source)), {}
    given = attachments if isinstance(attachments, dict) else {}
    shown = [name for name in islice(given, MOST_ATTACHED) if f"attachment:{name}" in text]
    for name in shown[: 5 * MAX_PICTURES]:
        picture = png_of(given[name])
        if picture and len(pictures) < MAX_PICTURES:
            pictures[f"picture-{len(pictures) + 1}.png"] = (name, picture)
    text = harmless_markdown(text)
    for new, (name, _) in pictures.items():
        old = harmless_markdown(f"attachment:{name}")
        text = text.replace(f"({old})", f"(attachment:{new})")
    text = OURS.sub(lambda match: f"![{MARKUP.sub('', match['alt'])}]({match['place']})", text)
    cell = new_cell("markdown", text)
    if pictures:
        cell.attachments = {new: {"image/png": picture} for new, (_, picture) in pictures.items()}
    return cell


def code_cell(source: Any, outputs: Any = None) -> NotebookNode:
    """Return a code cell with a student's code and what is harmless of its outputs."""
    kept = [harmless_output(o) for o in (outputs if isinstance(outputs, list) else [])[:MAX_OUTPUTS]]
    kept = [output for output in kept if output is not None]
    return new_cell("code", unmarked(text_of(source)), outputs=kept, execution_count=None)


def harmless_output(output: Any) -> NotebookNode | None:
    """Return an output as plain text or as a PNG picture, or None if it is neither."""
    if not isinstance(output, dict):
        return None
    data = output.get("data")
    if picture := png_of(data):
        return display(picture, ALT)
    text = text_of(output.get("text"))
    if isinstance(data, dict):
        text = text_of(data.get("text/plain"))
    elif output.get("output_type") == "error":
        text = f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
    return stream(cut(text)) if text else None


def png_of(data: Any) -> str | None:
    """Return the base64 text of a PNG in an output's data, or None if there is no valid one."""
    picture = text_of(data.get("image/png")) if isinstance(data, dict) else ""
    try:
        raw = base64.b64decode("".join(picture.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    valid = raw.startswith(PNG) and len(raw) <= MAX_PICTURE
    return base64.b64encode(raw).decode("ascii") if valid else None
