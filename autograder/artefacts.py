"""Read what a worker left: bounded JSON and plain arrays. What is read is a claim, not a fact.

Nothing is unpickled, no link is followed, headers and unpacked sizes are read before data.
"""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograder.model import (
    Absent,
    Artefacts,
    Ended,
    Location,
    NotNumbers,
    Other,
    Question,
    Raised,
    Reply,
    Returned,
)

MAX_JSON = 4 * 2**20
MAX_ZIP = 80 * 2**20  # two sets of the weights of the largest network
MAX_HEADER = 256  # NumPy writes 128 bytes; to read a longer one may take the square of its length
MAX_ARRAYS = 2048
ENTRY = b"PK\1\2"  # what each entry of an archive's list begins with
MAX_TEXT = 2000
CAUSES = {
    "time": "it did not come back within its time limit",
    "memory": "it used more memory than is allowed",
    "output": "it printed more than is allowed",
    "disk": "it wrote more to disk than is allowed",
    "processes": "it started more processes than are allowed",
    "crash": "the Python process ended (os._exit, a signal, or a crash)",
}


class Malformed(Exception):
    """A file is not what a worker writes."""


def read_artefacts(
    folder: Path, questions: tuple[Question, ...], ended: dict[str, str], **rest
) -> Artefacts:
    """Return the replies to all questions.

    Args:
        folder: Where the worker's files were copied to.
        questions: The questions of the sheet, in order.
        ended: Question id -> key of `CAUSES`, for those in which a worker died; the id `load`
            stands for all of them.
        **rest: backend, seconds, peak_mb, notes.
    """
    load = _attempt(lambda: read_json(folder / "load.json")) or {}
    errors = load.get("errors") if isinstance(load, dict) else None
    errors = errors if isinstance(errors, list) else []
    return Artefacts(
        replies={
            question.id: read_reply(
                folder, str(index), ended.get(question.id, ended.get("load")), question.kind
            )
            for index, question in enumerate(questions)
        },
        loaded=bool(load),
        load_errors=tuple(_raised(e) for e in errors[:64] if isinstance(e, dict)),
        **rest,
    )


def read_reply(folder: Path, name: str, cause: str | None, kind: str = "call") -> Reply:
    """Return one reply; without a readable file, how the worker ended."""
    try:
        raw = read_json(folder / f"{name}.json")
        arrays = read_arrays(folder / f"{name}.npz")
        reply = _reply(raw, arrays)
        if isinstance(reply, Returned) and not well_formed(kind, reply.value):
            raise Malformed("not what a worker writes")
        return reply
    except FileNotFoundError:
        return Ended(CAUSES.get(cause or "crash", CAUSES["crash"]))
    except (Malformed, OSError, RecursionError) as error:
        return Ended(f"it left a reply that cannot be read ({error})")
    except Exception as error:  # zlib, tokenize and NumPy raise many kinds on what is malformed
        return Ended(f"it left a reply that cannot be read ({type(error).__name__})")


def _reply(raw: Any, arrays: dict[str, np.ndarray]) -> Reply:
    if not isinstance(raw, dict):
        raise Malformed("not a reply")
    if "value" in raw:
        changed, drew = (raw.get(key) is True for key in ("changed", "drew"))
        return Returned(decode(raw["value"], arrays), changed, drew)
    if isinstance(raw.get("raised"), dict):
        return _raised(raw["raised"])
    if raw.get("absent") is True:
        return Absent()
    raise Malformed("neither a value nor an error")


def listed(value: Any) -> list:
    """Return a list, an empty one for what is none."""
    return value if isinstance(value, list) else []


def _raised(raw: dict) -> Raised:
    line, file = raw.get("line"), raw.get("file")
    known = type(line) is int and 0 < line < 10**7 and isinstance(file, str)
    return Raised(
        type=text(raw.get("type"), 80),
        message=text(raw.get("message")),
        location=Location(text(file, 200), line) if known else None,
        bases=tuple(text(b, 80) for b in listed(raw.get("bases")) if isinstance(b, str))[:10],
        code=text(raw.get("code"), 200),
        statement=text(raw.get("statement"), 200),
    )


CLAIMS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "model": {
        "config": lambda v: isinstance(v, str),
        "weights": lambda v: _list_of(v, np.ndarray | NotNumbers),
        "again": lambda v: _list_of(v, np.ndarray | NotNumbers),
        "compiled": lambda v: v is None or (isinstance(v, dict) and _names(v, "optimizer", "loss")),
    },
    "train": {
        "config": lambda v: isinstance(v, str),
        "initial": lambda v: _list_of(v, np.ndarray | NotNumbers),
        "weights": lambda v: _list_of(v, np.ndarray | NotNumbers),
        "history": lambda v: True,
        "probe": lambda v: True,
        "predicted": lambda v: True,
    },
    "plot": {"axes": lambda v: _list_of(v, dict)},
}


def well_formed(kind: str, value: Any) -> bool:
    """Tell whether a reply has the parts, of the types, that a worker writes for this question."""
    if kind == "call":
        return True
    if not isinstance(value, dict):
        return False
    no_model = set(value) == {"type"} and isinstance(value["type"], str)
    return no_model or _has(value, CLAIMS[kind])


def _has(value: dict, claims: dict[str, Callable[[Any], bool]]) -> bool:
    return all(key in value and fits(value[key]) for key, fits in claims.items())


def _names(value: dict, *keys: str) -> bool:
    return all(isinstance(value.get(key), str) for key in keys)


def _list_of(value: Any, kind: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def text(value: Any, limit: int = MAX_TEXT) -> str:
    """Return a claim as bounded text without control characters."""
    kept = str(value if value is not None else "")[:limit]
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in kept)


def decode(raw: Any, arrays: dict[str, np.ndarray], depth: int = 0) -> Any:
    """Turn a worker's description of a value into plain Python and NumPy values; use up the arrays."""
    if depth > 12:
        raise Malformed("nested too deeply")
    if isinstance(raw, list):
        return [decode(item, arrays, depth + 1) for item in raw[:4096]]
    if isinstance(raw, int) and abs(raw) >= 2**63:
        return Other("int of more than 64 bits")
    if not isinstance(raw, dict):
        return text(raw, 300_000) if isinstance(raw, str) else raw
    if "plain" in raw:
        plain = raw["plain"]
        if isinstance(plain, int) and abs(plain) >= 2**63:
            return Other("a huge int")
        return plain if isinstance(plain, int | float | bool | None) else text(plain)
    if "shape" in raw:
        return _array(raw, arrays)
    if "items" in raw and isinstance(raw["items"], list):
        if not isinstance(raw["items"], list):
            raise Malformed("items that are none")
        return tuple(decode(raw["items"], arrays, depth + 1))
    if "other" in raw:
        return Other(text(raw["other"], 80))
    pairs = raw["dict"] if isinstance(raw.get("dict"), list) else list(raw.items())
    return {text(k, 200): decode(v, arrays, depth + 1) for k, v in _pairs(pairs)}


def _pairs(pairs: list) -> list:
    if any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in pairs):
        raise Malformed("not pairs")
    return pairs[:256]


def _array(raw: dict, arrays: dict[str, np.ndarray]) -> np.ndarray | NotNumbers:
    if isinstance(raw.get("array"), str):
        if raw["array"] not in arrays:
            raise Malformed("an array is missing")
        return arrays.pop(raw["array"])  # the worker names each once; a forger, one for ever
    shape = raw["shape"] if isinstance(raw["shape"], list) else []
    dtype = text(raw.get("dtype"), 40)
    numeric = dtype.startswith(("float", "int", "uint", "bool"))
    return NotNumbers(dtype, tuple(n for n in shape[:8] if isinstance(n, int)), numeric)


def read_json(path: Path) -> Any:
    """Read a JSON file of bounded size; raise `Malformed` if it is none."""
    try:
        return json.loads(read_bytes(path, MAX_JSON).decode("utf-8"))
    except ValueError as error:
        raise Malformed("not JSON") from error


def read_bytes(path: Path, limit: int, folder: int | None = None) -> bytes:
    """Read a plain file without following a link or waiting on a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), dir_fd=folder)
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(stream.fileno())
        if not stat.S_ISREG(info.st_mode) or info.st_size > limit:
            raise Malformed("not a plain file of sensible size")
        return stream.read(limit)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read an `.npz` file member by member, header and sizes before data."""
    if not path.exists() and not path.is_symlink():
        return {}

    try:
        content = read_bytes(path, MAX_ZIP)
        if content.count(ENTRY) > MAX_ARRAYS:  # before a million names are made objects
            raise Malformed("too many arrays")
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
        if len(members) > MAX_ARRAYS or sum(m.file_size for m in members) > MAX_ZIP:
            raise Malformed("too many or too large arrays")
        return {m.filename.removesuffix(".npy"): _member(archive, m) for m in members}
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Malformed("not an archive of arrays") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in readers:
            raise Malformed("unknown array format")
        shape, fortran, dtype = readers[version](stream, max_header_size=MAX_HEADER)
        if dtype.kind not in "biuf" or len(shape) > 8:
            raise Malformed("an array that is no numbers")
        count = int(np.prod(shape, dtype=object))
        if count < 0 or count * dtype.itemsize > MAX_ZIP:
            raise Malformed("an array that is too large")
        data = stream.read(count * dtype.itemsize)
    if len(data) != count * dtype.itemsize:
        raise Malformed("an array that is cut off")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C").copy()


def _attempt(read) -> Any:
    try:
        return read()
    except Exception:  # zlib, tokenize and NumPy raise many kinds on what is malformed
        return None


def absent(ids: list[str]) -> Artefacts:
    """Return the artefacts of a part that was never run."""
    return Artefacts(replies={id_: Absent() for id_ in ids})
