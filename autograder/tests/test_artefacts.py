"""What a worker leaves is a claim: hostile files are refused, odd values break no check."""

import io
import json
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.artefacts import MAX_JSON, Malformed, read_arrays, read_artefacts, read_json
from autograder.checks import MODULES
from autograder.judge import judge
from autograder.model import (
    Absent,
    Artefacts,
    Ended,
    NotNumbers,
    Other,
    Question,
    Raised,
    Reply,
    Returned,
)
from autograder.tests.desk import QUICK, Desk, Replies, exam, rubric, solution

QUESTION = (Question("q", "call", "f"),)


def reply_of(folder: Path) -> Reply:
    """The reply that is read from a worker's folder."""
    return read_artefacts(folder, QUESTION, {}).replies["q"]


def write_json(folder: Path, value: Any) -> None:
    """Write a reply as JSON text."""
    text = value if isinstance(value, str) else json.dumps(value)
    (folder / "0.json").write_text(text, encoding="utf-8")


def write_npz(folder: Path, members: dict[str, bytes], method=zipfile.ZIP_STORED) -> None:
    """Write an archive of raw members, and a reply that wants the first."""
    with zipfile.ZipFile(folder / "0.npz", "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    write_json(folder, {"value": {"dtype": "float64", "shape": [1], "array": "a0"}})


def npy(array: np.ndarray, **kwargs) -> bytes:
    """An array in NumPy's own format."""
    stream = io.BytesIO()
    np.save(stream, array, **kwargs)
    return stream.getvalue()


def header(shape: str, dtype: str = "'<f8'", version: bytes = b"\x01\x00") -> bytes:
    """The header of an array that may never come."""
    text = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}}}".encode()
    text += b" " * (64 - (len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text


class Bomb:
    """An object whose unpickling runs a command."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


PICKLE = npy(np.array([Bomb()], dtype=object), allow_pickle=True)
HOSTILE: dict[str, Callable[[Path], None]] = {
    "pickle in an archive": lambda f: write_npz(f, {"a0.npy": PICKLE}),
    "pickle in place of an archive": lambda f: (
        write_json(f, {"value": {"plain": 1}}), (f / "0.npz").write_bytes(PICKLE)),
    "header of 8 TB": lambda f: write_npz(f, {"a0.npy": header("(1000000000000,)")}),
    "header past 64 bits": lambda f: write_npz(f, {"a0.npy": header(f"({2**40}, {2**40})")}),
    "negative shape": lambda f: write_npz(f, {"a0.npy": header("(-1,)")}),
    "shape of floats": lambda f: write_npz(f, {"a0.npy": header("(1.5,)")}),
    "code for a shape": lambda f: write_npz(f, {"a0.npy": header("open('unpickled', 'w')")}),
    "objects without a pickle": lambda f: write_npz(f, {"a0.npy": header("(1,)", "'|O'") + bytes(8)}),
    "records": lambda f: write_npz(f, {"a0.npy": npy(np.zeros(2, "i4,f8"))}),
    "complex": lambda f: write_npz(f, {"a0.npy": npy(np.zeros(2, complex))}),
    "text": lambda f: write_npz(f, {"a0.npy": npy(np.array(["x"]))}),
    "dates": lambda f: write_npz(f, {"a0.npy": npy(np.zeros(2, "M8[s]"))}),
    "nine axes": lambda f: write_npz(f, {"a0.npy": npy(np.zeros((1,) * 9))}),
    "fewer numbers than announced": lambda f: write_npz(f, {"a0.npy": header("(100,)") + bytes(8)}),
    "an unknown version": lambda f: write_npz(f, {"a0.npy": header("(1,)", version=b"\x09\x00")}),
    "no array at all": lambda f: write_npz(f, {"a0.npy": b"hello"}),
    "zeros that unpack to 1 GB": lambda f: write_npz(
        f, {"a0.npy": header("(125000000,)") + bytes(2**27)}, zipfile.ZIP_DEFLATED),
    "ten thousand members": lambda f: write_npz(f, {f"a{i}.npy": b"" for i in range(10_000)}),
    "a million names": lambda f: (f / "0.npz").write_bytes(
        b"PK\1\2" + bytes(42) * 10**6 + b"PK\1\2" * 3000),
    "one array named twice": lambda f: (
        write_npz(f, {"a0.npy": npy(np.zeros(1))}),
        write_json(f, {"value": {"items": [{"shape": [1], "dtype": "f8", "array": "a0"}] * 2}})),
    "an array with another name": lambda f: write_npz(f, {"b.npy": npy(np.zeros(1))}),
    "an archive cut off": lambda f: (
        write_npz(f, {"a0.npy": npy(np.zeros(99))}),
        (f / "0.npz").write_bytes((f / "0.npz").read_bytes()[:300])),
    "a link to an archive": lambda f: (
        write_npz(f, {"a0.npy": npy(np.zeros(1))}), (f / "0.npz").rename(f / "x.npz"),
        (f / "0.npz").symlink_to(f / "x.npz")),
    "a pipe in place of an archive": lambda f: (
        write_json(f, {"value": {"dtype": "f8", "shape": [1], "array": "a0"}}), os.mkfifo(f / "0.npz")),
    "a link to a secret": lambda f: (f / "0.json").symlink_to("/etc/passwd"),
    "a link to nothing": lambda f: (f / "0.json").symlink_to("/nowhere"),
    "a pipe": lambda f: os.mkfifo(f / "0.json"),
    "a folder": lambda f: (f / "0.json").mkdir(),
    "JSON nested 100,000 deep": lambda f: write_json(f, "[" * 100_000),
    "values nested 20 deep": lambda f: write_json(f, '{"value": ' + '{"a": ' * 20 + "1" + "}" * 21),
    "5 MB of JSON": lambda f: write_json(f, json.dumps({"value": {"plain": "x" * 5 * 2**20}})),
    "JSON cut off": lambda f: write_json(f, '{"value": {"plain"'),
    "bytes that are no text": lambda f: (f / "0.json").write_bytes(b"\xff\xfe\x00"),
    "a number of 5000 digits": lambda f: write_json(f, '{"value": {"plain": ' + "9" * 5000 + "}}"),
    "a list for a reply": lambda f: write_json(f, [1, 2]),
    "an empty reply": lambda f: write_json(f, {}),
    "an absence that is not true": lambda f: write_json(f, {"absent": "yes"}),
    "pairs that are none": lambda f: write_json(f, {"value": {"dict": [1, 2]}}),
}  # fmt: skip


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused(tmp_path, monkeypatch, name):
    """A file that no worker writes costs its question; nothing is run, followed, or waited for."""
    monkeypatch.chdir(tmp_path)
    HOSTILE[name](tmp_path)
    tracemalloc.start()
    reply = reply_of(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(reply, Ended) and "root:" not in reply.cause, reply
    assert not (tmp_path / "unpickled").exists() and peak < 160 * 2**20


@pytest.mark.quick
def test_honest_files_are_read(tmp_path):
    """The same readers give back what an honest worker wrote, of every dtype, order and shape."""
    arrays = {
        "a0": np.arange(6.0).reshape(2, 3), "a1": np.asfortranarray(np.ones((3, 2), "f4")),
        "a2": np.array(7), "a3": np.array([True, False]), "a4": np.zeros((0, 5), "int16"),
    }  # fmt: skip
    np.savez(tmp_path / "0.npz", **arrays)
    entries = [[name, {"dtype": str(array.dtype), "shape": list(array.shape), "array": name}]
               for name, array in arrays.items()]  # fmt: skip
    write_json(tmp_path, {"value": {"dict": entries}})
    value = reply_of(tmp_path).value
    for name, array in arrays.items():
        np.testing.assert_array_equal(value[name], array)
        assert value[name].dtype == array.dtype and value[name].shape == array.shape


@pytest.mark.quick
def test_missing_reply_is_told_by_its_cause(tmp_path):
    """Without a file the reply is how the worker ended; an unknown cause is a crash."""
    causes = {"memory": "memory", "nonsense": "crash", None: "crash"}
    for cause, word in causes.items():
        ended = {"q": cause} if cause else {}
        text = read_artefacts(tmp_path, QUESTION, ended).replies["q"].cause
        assert text == read_artefacts(tmp_path, QUESTION, {"load": word}).replies["q"].cause


@pytest.mark.quick
def test_replies_are_bounded_text(tmp_path):
    """Messages and places come back without control characters and within a length."""
    raised = {"type": "\x1b[31mE" * 100, "message": "m" * 10**6, "file": "f" * 999, "line": 3, "code": 5}
    write_json(tmp_path, {"raised": raised})
    reply = reply_of(tmp_path)
    assert isinstance(reply, Raised) and "\x1b" not in reply.type and len(reply.type) <= 80
    assert len(reply.message) <= 2000 and len(reply.location.file) <= 200 and reply.code == "5"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from("value raised absent dict items plain shape dtype array other type".split())
        | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.quick
@settings(max_examples=400, deadline=None)
@given(value=JSON)
def test_any_json_is_a_reply_or_refused(tmp_path_factory, value):
    """Whatever JSON a worker leaves, reading it gives one of the known replies, never an exception."""
    folder = tmp_path_factory.mktemp("any", numbered=True)
    write_json(folder, {"value": value} if not isinstance(value, dict) else value)
    assert isinstance(reply_of(folder), Returned | Raised | Absent | Ended)
    write_json(folder, {"value": value})
    assert isinstance(reply_of(folder), Returned | Ended)


@pytest.mark.quick
def test_readers_refuse_by_one_exception(tmp_path):
    """A caller has one exception to catch, and a missing archive is no arrays."""
    (tmp_path / "x").write_bytes(b" " * (MAX_JSON + 1))
    with pytest.raises(Malformed, match="sensible size"):
        read_json(tmp_path / "x")
    with pytest.raises(Malformed):
        read_arrays(tmp_path / "x")
    assert read_arrays(tmp_path / "nothing") == {}


# What is read is well formed, but may still be anything: no value may break a check.
ODD: list[Any] = [
    None, True, 5, -1, float("nan"), float("inf"), "", "x" * 5000, [], {}, (), [[]], {"a": 1}, (1, 2, 3),
    Other("thing"), Other("a huge int"), NotNumbers("object", (3,)), NotNumbers("float64", (9,), True),
    np.zeros(0), np.zeros((0, 2)), np.array(3), np.zeros((2, 2, 2)), np.full((4, 2), np.nan),
    np.full((3, 3), np.inf), np.array([True]), np.ones((1, 3)), np.zeros((2, 0)), [1, "x", None],
    {"xlabel": 5, "series": 5, "bars": 5, "legend": 5, "images": 5, "outlines": 5, "ylabel": None},
    (np.zeros(3), np.zeros(4)), 2**62, -1e300,
    np.array([1e308, -1e308]), np.zeros((5, 3)), "{}", '{"class_name": "Sequential"}',
]  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Every place in nested dictionaries, lists and tuples."""
    inner = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list | tuple) else ())  # fmt: skip
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def put(value: Any, path: tuple, new: Any) -> Any:
    """A copy of a nested value with one place changed."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], new)
    return tuple(copy) if isinstance(value, tuple) else copy


def spots(desk: Desk) -> list[tuple[str, tuple]]:
    """Every place in the replies that came, as the question's id and a path."""
    return [(id_, path) for id_, reply in desk.artefacts.replies.items() if isinstance(reply, Returned)
            for path in places(reply.value)]  # fmt: skip


def anything(desk: Desk, seed: tuple, tries: int) -> Iterator[tuple[str, tuple, Any]]:
    """Random places, an odd value for each."""
    rng, found = np.random.default_rng(seed), spots(desk)
    for _ in range(tries):
        yield *found[rng.integers(len(found))], ODD[rng.integers(len(ODD))]


def broken_by(desk: Desk, part: int, changes: Iterable[tuple[str, tuple, Any]]) -> list[str]:
    """Put odd values at places of honest replies, one at a time; return what broke in the judge."""
    student, set_, honest = desk.student, exam(part), desk.artefacts
    broken = []
    for id_, path, odd in changes:
        replies = Replies(honest.replies)
        replies[id_] = Returned(put(replies[id_].value, path, odd))
        judged = judge(student, set_, replace(honest, replies=replies), rubric(), MODULES[part])
        notes = [note for note in judged.notes if "; tell the staff" in note]
        broken += [f"{line} <- {id_} {path} = {odd!r}" for line in (*judged.broken, *notes)
                   if ": NotAsked:" not in line and ": Disagree:" not in line]  # fmt: skip
    return broken


@pytest.mark.parametrize(("tries", "seed"), [
    (30, 0), pytest.param(2000, 1, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("part", [1, 2, 3])
def test_no_value_breaks_a_check(desk: Desk, part, tries, seed):
    """Odd values anywhere in the replies fail checks, but never break the grader."""
    desk.judge(part, solution(part), QUICK)
    assert broken_by(desk, part, anything(desk, (seed, part), tries)) == []


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize(
    "odd", [np.array(3), np.zeros(2), NotNumbers("object", (3,)), (np.zeros(3), np.zeros(4)),
            (np.ones(1), np.ones(1))],
    ids=["a number", "two numbers", "no numbers", "ragged", "one and one"])  # fmt: skip
def test_odd_reply_breaks_no_check(desk: Desk, part, odd):
    """No array, or one without axes, in the place of a whole reply or of one of its values."""
    desk.judge(part, solution(part), QUICK)
    top = [(id_, path, odd) for id_, path in spots(desk) if len(path) < 2]
    assert broken_by(desk, part, top) == []


@pytest.mark.exhaustive
def test_no_value_breaks_a_check_of_a_network(desk: Desk):
    """The same for what is said of networks and trainings."""
    desk.judge(1, f"{solution(1)}\nEPOCHS = 2\n", ("model", "train"))
    assert broken_by(desk, 1, anything(desk, (1,), 60)) == []


@pytest.mark.quick
@pytest.mark.parametrize("reply", [Absent(), Ended("ended"), Raised("E", "m"), Returned(None)], ids=repr)
@pytest.mark.parametrize("part", [1, 2, 3])
def test_no_reply_breaks_a_check(desk: Desk, part, reply):
    """All questions answered by the same failure: every check fails or waits, with a sentence."""
    set_ = exam(part)
    desk.judge(part, "A = 1", ())
    replies = {question.id: reply for question in set_.sheet.questions}
    judged = judge(desk.student, set_, Artefacts(replies), rubric(), MODULES[part])
    assert judged.broken == () and not any(o.score for o in judged.outcomes)
    assert all(o.got and o.expected and o.hint for o in judged.outcomes if o.status == "failed")
