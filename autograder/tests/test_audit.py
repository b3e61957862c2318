"""Practice results are replayed: what an edited grader made is seen, and nothing of it is obeyed."""

import copy
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from autograder.__main__ import main
from autograder.errors import CallError
from autograder.gathering import audit_command
from autograder.gathering.audit import Audited, audit, drawn
from autograder.gathering.claims import DEEPEST, LIMIT, MOST, claims_in
from autograder.gathering.comparing import told
from autograder.gathering.gathered import Gathered, write_gathered
from autograder.model import Result
from autograder.publish import classroom50
from autograder.report import json_text, to_json
from autograder.tests.classroom import FAILED, STEMS, result_of
from autograder.tests.desk import ROOT, rubric

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCHEMA = json.loads((ROOT / "autograder/gathering/audit.schema.json").read_text(encoding="utf-8"))
HASHES = {"rubric": "r", "part1": "one", "part2": "two", "part3": "three"}
VERSIONS = {"python": "3.12.1", "keras": "3.15.1"}
OURS = replace(result_of(FAILED), hashes=HASHES, versions=VERSIONS)
RUNNER = {"CLASSROOM": "c", "ASSIGNMENT": "a", "SUBMISSION_TAG": "submit/1", "RELEASE_URL": "u",
          "COMMIT_URL": f"https://example.org/c/a-ada/commit/{COMMIT}"}  # fmt: skip


def replayed(path: Path, **options) -> Result:
    """Grade without training: everybody has 75 points."""
    return OURS


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    """A class of two, and the folder of their practice results, still empty."""
    for student in ("ada", "bob"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{STEMS[1]}.py").touch()
        (tmp_path / "practice" / student).mkdir(parents=True)
    return tmp_path / "class", tmp_path / "practice"


def claim(folders, student: str, record: Any, place: str = "report") -> None:
    """Leave a practice result of a student."""
    path = folders[1] / student / place / "result.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = record if isinstance(record, str) else json.dumps(record)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")


def honest(**changes) -> dict:
    """Return the practice result of who has edited nothing, with some keys changed."""
    return copy.deepcopy(to_json(OURS)) | changes


def boosted(scores: dict[str, int]) -> dict:
    """Return a practice result with other points, which adds up."""
    record = honest()
    for check in record["checks"]:
        check["score"] = scores.get(check["id"], check["score"])
    for part in record["parts"]:
        part["score"] = sum(c["score"] for c in record["checks"] if c["part"] == part["part"])
    return record | {"score": sum(check["score"] for check in record["checks"])}


def of_classroom(result: Result = OURS, **environment) -> dict:
    """Return a record of Classroom 50."""
    now = datetime(2027, 1, 1, tzinfo=UTC)
    return classroom50.record(result, RUNNER | environment, now, now)


def audited(folders, engine: Callable[..., Result] = replayed, **options) -> dict[str, Audited]:
    """Replay all practice results."""
    sample = drawn(*folders, 1, 0)
    found = audit(*folders, sample, engine=engine, isolation="process", **options)
    return {each.student: each for each in found}


def of_ada(folders, record: Any) -> str:
    """Return what is told of a student who left this."""
    claim(folders, "ada", record)
    found = audited(folders)["ada"]
    assert (found.verdict == "as claimed") == (told(found.results[0]) == "as claimed")
    return told(found.results[0])


@pytest.mark.quick
def test_honest_results_are_as_claimed(folders):
    """A result of ours, as the artifact holds it, and a record of Classroom 50."""
    claim(folders, "ada", json_text(OURS), "artifact/report")
    claim(folders, "bob", of_classroom(), ".")
    assert {each.verdict for each in audited(folders).values()} == {"as claimed"}


@pytest.mark.quick
def test_points_that_a_replay_does_not_give_are_listed(folders):
    """Above ours and below ours, check by check, in both kinds of record."""
    record = boosted({"1.data": 4, "1.model": 4, "2.data": 1})
    line = of_ada(folders, record)
    most = rubric().checks[[c.id for c in rubric().checks].index("2.data")].points
    assert line == (f"claims {75 + 5 + 1 - most}, replayed 75: 1.data 4 claimed, 3 replayed; "
                    f"1.model 4 claimed, 0 replayed; 2.data 1 claimed, {most} replayed")  # fmt: skip
    both = "1.data 4 claimed, 3 replayed; 1.model 4 claimed, 0 replayed"
    assert of_ada(folders, of_classroom(result_of({}))) == f"claims 80, replayed 75: {both}"


@pytest.mark.quick
def test_results_of_other_files_are_not_compared(folders):
    """A part whose hash differs, and a record of another commit, are told and count as differing."""
    record = boosted({"2.data": 0}) | {"hashes": HASHES | {"part2": "older"}}
    assert of_ada(folders, record).endswith(": of another version of part 2: not compared")
    write_gathered(folders[0], None, [Gathered("ada", "r", "main", COMMIT), Gathered("bob", "r")])
    assert of_ada(folders, of_classroom()) == "as claimed"
    other = of_classroom(COMMIT_URL=f"https://example.org/c/a-ada/commit/{'f' * 40}")
    assert "of another version of part 1: not compared" in of_ada(folders, other)


@pytest.mark.quick
def test_one_part_alone_is_compared_with_that_part(folders):
    """Who ran `--part 1` claims nothing of the others."""
    record = honest()
    record["checks"] = [check for check in record["checks"] if check["part"] == 1]
    record["parts"] = [part for part in record["parts"] if part["part"] == 1]
    record["score"] = record["parts"][0]["score"]
    assert of_ada(folders, record) == "as claimed"


WRONG = {
    "adds up to another score": (honest(score=80), "Its checks add up to 75, its score is 80"),
    "parts that do not add up": (honest(parts=[]), "Its parts do not add up to its score"),
    "no mark": (honest(score=None), "It has no score"),
    "an exam": (honest(seed_kind="exam"), "It says that it is of an exam"),
    "another rubric": (honest(hashes=HASHES | {"rubric": "s"}), "It was made with another rubric"),
    "other versions": (honest(versions=VERSIONS | {"keras": "3.14.0"}),
                       "It was made with other versions: keras 3.14.0, here 3.15.1"),
    "another backend": (honest(backend="tensorflow\n"), "It was made on tensorflow, the replay on jax"),
    "more points than there are": (boosted({"1.data": 10**300}), "1.data has 999 points of 4"),
    "half the checks": (honest(checks=to_json(OURS)["checks"][::2]), "Its checks are not those"),
    "checks twice": (honest(checks=to_json(OURS)["checks"] * 2), "Its checks are not those"),
    "no checks": (honest(checks=[]), "Its checks are not those"),
    "negative points": (boosted({"1.data": -4}), "It breaks its schema at checks.1.score: minimum"),
    "a key that none has": (honest(seed=7), "It breaks its schema at the top: additionalProperties"),
    "no schema": ({}, "It is none of moveout/result/v1 and classroom50/result/v1"),
    "a list as schema": ({"schema": []}, "It is none of"),
    "no object": ([1], "It is none of"),
    "no JSON": ("{", "It is no JSON that can be read"),
    "not UTF-8": ("\udc80", "It is no JSON that can be read"),
    "NaN": ('{"schema": NaN}', "It is no JSON that can be read"),
    "a number of a million digits": ("1" * 10**6, "It is no JSON that can be read"),
    "deep lists": ("[" * 10**5 + "]" * 10**5, "It is no JSON that can be read"),
    "deep metrics": (honest(metrics=json.loads('{"a":' * DEEPEST + "1" + "}" * DEEPEST)),
                     "It is no JSON that can be read"),
    "a large file": (honest(submission="x" * LIMIT), "It is no JSON that can be read"),
    "Classroom 50 with keys of ours": (of_classroom() | {"checks": 5, "parts": "x"}, "as claimed"),
    "Classroom 50 without tests": (of_classroom() | {"tests": []}, "Its checks are not those"),
}  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize(("record", "sentence"), WRONG.values(), ids=WRONG)
def test_a_result_that_is_odd_in_itself_is_told(folders, record, sentence):
    """Bounded size and depth, the schema, sums, versions: each in a sentence, none stops the audit."""
    assert sentence in of_ada(folders, record)


@pytest.mark.quick
def test_python_of_another_patch_is_no_other_version(folders):
    """The last number of Python moves no grade, and differs between most machines."""
    assert of_ada(folders, honest(versions=VERSIONS | {"python": "3.12.9"})) == "as claimed"
    assert "python 3.11, here 3.12" in of_ada(folders, honest(versions=VERSIONS | {"python": "3.11.9"}))


@pytest.mark.quick
def test_values_of_any_kind_anywhere_stop_nothing(folders):
    """Records with a value somewhere replaced, drawn at random: each is read, and told on one line."""
    rng, odd = random.Random(7), (None, -1, 1e300, True, "", "::error::x", [], {}, [[]], {"a": None})
    for number in range(300):
        record = honest() if number % 2 else of_classroom()
        place, key = record, rng.choice([*record])
        while isinstance(place[key], dict | list) and place[key] and rng.random() < 0.8:
            place = place[key]
            key = rng.choice([*place]) if isinstance(place, dict) else rng.randrange(len(place))
        place[key] = rng.choice(odd)
        claim(folders, "ada", record)
        (read,), _ = claims_in(folders[1] / "ada", rubric())
        assert all(text.isprintable() for text in read.problems)


@pytest.mark.quick
def test_what_a_result_says_is_shown_harmless(folders):
    """No line of a student's reaches the terminal as a command, nor as a second line."""
    hostile = "\x1b]0;owned\x07\n::error::x ##[error]"
    record = honest(versions={hostile: hostile}, hashes={hostile: hostile})
    claim(folders, "ada", record, "a\n::error::b")
    claim(folders, "ada", honest(score=1), "c")
    code, said = command(folders, "--share", "1")
    assert code == 1 and "owned" in said
    assert not {"\x1b", "\x07"} & {*said} and "\n::error" not in said and "##[" not in said


@pytest.mark.quick
def test_folders_that_are_traps_are_bounded(folders):
    """Links are not followed, depth and number of files are limited, and that is told."""
    ada = folders[1] / "ada"
    (ada / "loop").symlink_to(ada)
    (ada / "result.json").symlink_to("/dev/zero")
    (ada.joinpath(*"abcdefghij")).mkdir(parents=True)
    claims, said = claims_in(ada, rubric())
    assert [c.problems for c in claims] == [("It is no JSON that can be read.",)]
    assert "more files or folders than are looked at" in said[0]
    for number in range(MOST + 5):
        claim(folders, "bob", honest(), f"run{number}")
    claims, said = claims_in(folders[1] / "bob", rubric())
    assert len(claims) == MOST and f"{MOST + 5} results" in said[0]


@pytest.mark.quick
def test_every_result_of_a_student_is_compared(folders):
    """An honest one does not hide a false one; each is named by its file."""
    claim(folders, "ada", honest(), "run1")
    claim(folders, "ada", boosted({"1.data": 4}), "run2")
    found = audited(folders)["ada"]
    assert found.verdict == "differs"
    assert [result.agrees for result in found.results] == [True, False]
    lines = [*audit_command.lines_of(found)]
    assert "as claimed (run1/result.json)" in lines[0] and "(run2/result.json)" in lines[1]


@pytest.mark.quick
def test_who_cannot_be_replayed_is_told(folders):
    """No submission, no practice result, a grader that breaks: nobody is passed over."""
    (folders[1] / "zoe").mkdir()
    claim(folders, "bob", honest())

    def engine(path: Path, **_) -> Result:
        if path.name == "bob":
            raise RuntimeError("no luck")
        return OURS

    found = audited(folders, engine)
    verdicts = {student: each.verdict for student, each in found.items()}
    assert verdicts == {"ada": "differs", "bob": "broke", "zoe": "differs"}
    assert "There is no practice result" in found["ada"].problems[0]
    assert "no luck" in found["bob"].problems[0] and "no submission" in found["zoe"].problems[0]


@pytest.mark.quick
def test_the_practice_seed_is_handed_to_the_engine(folders):
    """The rubric's if none is given; never an exam seed."""
    claim(folders, "ada", honest())
    seen = []

    def engine(path: Path, **options) -> Result:
        seen.append(options)
        return OURS

    for seed in (None, 7):
        audited(folders, engine, seed=seed)
    assert [options["seed"] for options in seen] == [None, None, 7, 7]
    assert not [options for options in seen if "exam_seed" in options]
    with pytest.raises(CallError, match="whole number from 0 on"):
        audited(folders, engine, seed=-1)


@pytest.mark.quick
def test_the_draw_is_a_hash_of_names(tmp_path):
    """The same seed draws the same students, others others; at least one; a share of 1 is all; who
    else is in the class changes the order of nobody; who left no result may be drawn."""
    folder, practice = tmp_path / "class", tmp_path / "practice"
    for number in range(40):
        (folder / f"s{number}").mkdir(parents=True)
        if number > 5:
            (practice / f"s{number}").mkdir(parents=True)
    ten = drawn(folder, practice, 0.25, 1)
    assert len(ten.students) == 10 and ten == drawn(folder, practice, 0.25, 1)
    assert ten != drawn(folder, practice, 0.25, 2)
    assert {*drawn(folder, practice, 0.1, 1).students} < {*ten.students}
    assert len(drawn(folder, practice, 0.001, 1).students) == 1
    assert len(drawn(folder, practice, 1, 1).students) == 40
    everybody = {name for seed in range(60) for name in drawn(folder, practice, 0.1, seed).students}
    assert len(everybody) == 40
    for share in (0, -1, 1.1, float("nan")):
        with pytest.raises(CallError, match=r"--share 0\.1"):
            drawn(folder, practice, share, 1)
    with pytest.raises(CallError, match="There is no folder"):
        drawn(folder, tmp_path / "nowhere", 1, 1)
    with pytest.raises(CallError, match="holds no folder of a student"):
        drawn(folder, practice / "s9", 1, 1)


def command(folders, *more: str, engine: Callable[..., Result] = replayed) -> tuple[int, str]:
    """Run the command with an engine that trains nothing; return its exit code and what it printed."""
    said = io.StringIO()
    words = [str(folders[0]), "--practice", str(folders[1]), "--isolation", "process",
             "--json", str(folders[0].with_name("audit.json")), *more]  # fmt: skip
    console = Console(file=said, width=200, highlight=False)
    return audit_command.run(words, console, partial(audit, engine=engine)), said.getvalue()


@pytest.mark.quick
def test_the_command_tells_each_student_and_says_by_its_exit_code(folders):
    """0 if nothing differs, 1 if something does, 3 if the grader broke; audit.json keeps its schema."""
    claim(folders, "ada", honest())
    claim(folders, "bob", honest())
    code, said = command(folders, "--share", "1", "--sample-seed", "5")
    assert code == 0 and said.splitlines()[:3] == [
        "2 of 2 students are drawn: --sample-seed 5.", "ada              as claimed",
        "bob              as claimed"]  # fmt: skip
    assert "2 as claimed, 0 differ, 0 broke, of 2 students." in said
    claim(folders, "bob", boosted({"1.data": 4}) | {"hashes": HASHES | {"part3": "x"}})
    code, said = command(folders, "--share", "1")
    assert code == 1
    assert "bob              claims 76, replayed 75: 1.data 4 claimed, 3 replayed; of another" in said
    record = json.loads(folders[0].with_name("audit.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    assert [each["verdict"] for each in record["students"]] == ["as claimed", "differs"]
    assert record["students"][1]["results"][0]["not_compared"] == [3]
    assert f"--sample-seed {record['sample_seed']}." in said and record["share"] == 1

    def breaks(path: Path, **_) -> Result:
        raise RuntimeError("no luck")

    assert command(folders, engine=breaks)[0] == 3


@pytest.mark.quick
def test_the_door_of_the_command(folders, capsys):
    """A wrong call ends with exit 2 and what to type."""
    words = ["audit", "--practice", str(folders[1] / "nowhere"), str(folders[0])]
    assert main(words) == 2 and "There is no folder" in capsys.readouterr().err
    assert main(["audit", str(folders[0]), "--practice", str(folders[1]), "--share", "0"]) == 2
    with pytest.raises(SystemExit) as end:
        main(["audit", str(folders[0])])
    assert end.value.code == 2


@pytest.mark.quick
def test_a_record_that_cannot_be_written_ends_in_the_next_thing_to_do(folders):
    """A folder given with `--json` is a wrong call, and no grader that broke."""
    claim(folders, "ada", honest())
    with pytest.raises(CallError, match="--json"):
        command(folders, "--json", str(folders[1]))
