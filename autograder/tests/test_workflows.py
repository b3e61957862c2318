"""The workflows pass actionlint, are pinned and minimal, and run step by step in a simulated runner."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from autograder.__main__ import write_report
from autograder.manifest import NAME, digest
from autograder.publish import annotations
from autograder.publish.classroom50 import NEEDED
from autograder.publish.summary import LIMIT
from autograder.release import secret_lines
from autograder.student_copy import LONG, check_student_repo, student_repo
from autograder.tests.classroom import result_of
from autograder.tests.contracts import CLASSROOM50
from autograder.tests.desk import ROOT
from autograder.tests.runner import Command, Ran, obeyed, run_job

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40}")
PART1 = "part1_one_to_one.py"
HOSTILE = r'''
print("::error::owned\n::set-output name=result::owned\n##[error]owned", flush=True)
print("::add-path::/tmp\r\n::notice title=Autograding report::{\"totalPoints\":80,\"maxPoints\":80}")
import os, sys
for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
    if name in os.environ:
        open(os.environ[name], "a").write("result=owned\n")
os.write(2, b"\n::warning::owned\n")

def createSynData(start=1, stop=21, const=15):
    raise ValueError("\n::error file=x::owned %0A::add-mask::a\n##[error]owned <script>owned</script>")
'''


def workflow(path: Path) -> dict:
    """Return a workflow; YAML reads its key `on` as a truth value."""
    return yaml.safe_load(path.read_text("utf-8"))


def lint(path: Path) -> subprocess.CompletedProcess:
    """Run actionlint of the package that carries its binary."""
    program = shutil.which("actionlint", path=str(Path(sys.executable).parent))
    assert program, "actionlint is missing. Run `python -m pip install -r requirements.txt`."
    command = [program, "-shellcheck=", "-pyflakes=", str(path)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.quick
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_workflows_pass_actionlint(path, tmp_path):
    """As they are; and a reference to an output that no step has is found in each."""
    done = lint(path)
    assert done.returncode == 0, done.stdout
    damaged = tmp_path / path.name
    text = path.read_text("utf-8")
    damaged.write_text(f"{text}      - run: echo ${{{{ steps.nobody.outputs.x }}}}\n", encoding="utf-8")
    assert 'property "nobody" is not defined' in lint(damaged).stdout


@pytest.mark.quick
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_workflows_are_pinned_and_may_only_read(path):
    """Actions by a commit's hash, no credentials left, a timeout, nothing of an event in a script."""
    read, text = workflow(path), path.read_text("utf-8")
    assert read["permissions"] == {"contents": "read"} and "secrets." not in text
    assert "pull_request_target" not in text
    assert "workflow_call" in read[True] or read["concurrency"]["cancel-in-progress"] is True
    for job in read["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 120 and "permissions" not in job
        for step in job["steps"]:
            assert PINNED.fullmatch(step["uses"]) if "uses" in step else "${{" not in step["run"]
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.quick
def test_each_check_of_this_repository_is_one_command_that_runs_locally():
    """Lint, quick tests, slow tests, self-check and the stale release are targets of the Makefile."""
    job = workflow(ROOT / ".github" / "workflows" / "check.yml")["jobs"]["check"]
    targets = job["strategy"]["matrix"]["target"]
    assert {*targets} == {"lint", "test-quick", "test", "self-check", "release-check"}
    rules = re.findall(r"^([\w-]+): \$\(READY\)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {*targets} <= {*rules}


@pytest.fixture(scope="module")
def handed_out(course, tmp_path_factory) -> Path:
    """Return a student's copy of the course."""
    return student_repo(course, tmp_path_factory.mktemp("handed-out") / "copy")


@pytest.fixture
def copy(handed_out, tmp_path) -> Path:
    """Return a student's copy that may be changed, with an environment as the cache gives it."""
    target = shutil.copytree(handed_out, tmp_path / "earthquakes-ada")
    (target / ".venv").symlink_to(sys.prefix)
    return target


def uploaded(workspace: Path) -> dict[str, str]:
    """Stand for the upload: keep the files of the report."""
    (workspace.parent / "uploaded").mkdir()
    for path in workspace.rglob("build/report/*"):
        if path.is_file():
            shutil.copy(path, workspace.parent / "uploaded")
    return {}


STUBS = {
    "actions/checkout": lambda workspace: {},
    "actions/setup-python": lambda workspace: {"python-version": "3.12.1"},
    "actions/cache": lambda workspace: {"cache-hit": "true"},
    "actions/upload-artifact": uploaded,
    "Install": lambda workspace: {},
    "Allow bubblewrap": lambda workspace: {},
}


def nothing(workspace: Path) -> dict[str, str]:
    """Stand for a step that is left out."""
    return {}


def full_marks(workspace: Path) -> dict[str, str]:
    """Stand for grading a submission that earns everything."""
    write_report(result_of({}), workspace / "build" / "report")
    return {}


def run(
    name: str, workspace: Path, floor: str = "", outside: Path | None = None, stubs: dict | None = None
) -> Ran:
    """Run a workflow of a folder in a workspace."""
    scratch = workspace.parent / "runner"
    scratch.mkdir()
    values = {"vars.FAIL_UNDER": floor, "inputs.fail_under": floor}
    path = (outside or workspace) / ".github" / "workflows" / name
    return run_job(path, workspace, scratch, STUBS | (stubs or {}), values)


def step_of(
    name: str, step: str, folder: Path, changes: dict | None = None
) -> subprocess.CompletedProcess:
    """Run the script of one step in a folder."""
    (job,) = workflow(ROOT / ".github" / "workflows" / name)["jobs"].values()
    (script,) = (s["run"] for s in job["steps"] if s.get("name") == step)
    return subprocess.run(["/bin/bash", "-e", "-c", script], cwd=folder, text=True, timeout=60,
                          env={**os.environ, **(changes or {})}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)  # fmt: skip


def shown(job: Ran) -> list[Command]:
    """Return the annotations of a job, after what holds for every job."""
    assert len(job.summary) <= LIMIT and not job.environment
    assert len(job.annotations()) <= annotations.MOST
    assert {command.name for command in job.obeyed} <= {"error", "warning", "notice"}
    public = job.log + job.summary.decode() + str(job.outputs)
    assert not [line for line in secret_lines(ROOT) if len(line) >= LONG and line in public]
    assert "not-for-students" not in public
    return job.annotations()


def test_a_push_of_the_template_is_graded_and_shown(copy):
    """Every step in order: a green run, 0 points, a summary, notices, base64 results, a report."""
    job = run("grade.yml", copy)
    assert job.failed is None, job.failed
    assert job.ran[-3:] == ["Grade", "Publish", "actions/upload-artifact"] and "Install" not in job.ran
    said = shown(job)
    assert [c.message for c in said if c.name == "notice"] == [
        "Points 0/80", '{"totalPoints":0,"maxPoints":80}',
    ]  # fmt: skip
    assert all(re.search(r"file=assignment/part\d\w+\.py", c.properties) for c in said[:-2])
    page = job.summary.decode()
    assert page.startswith("# 0/80 points") and "Edited files" not in page
    assert "result" in job.outputs["publish"]
    names = {path.name for path in (copy.parent / "uploaded").iterdir()}
    assert names == {"result.json", "views.json", "report.md", "summary.md", "junit.xml",
                     "classroom.json"}  # fmt: skip


def test_what_a_student_prints_is_no_command_and_what_they_edit_is_told(copy):
    """Commands on stdout, stderr and in exceptions; a forged report; edited files; a floor."""
    (copy / "assignment" / PART1).write_text(HOSTILE, encoding="utf-8")
    forged = copy / "build" / "report"
    forged.mkdir(parents=True)
    (forged / "forged.md").write_text("80/80")
    (copy / "data" / "README.md").write_text("mine")
    job = run("grade.yml", copy, floor="40")
    assert job.failed.startswith("Publish: 1")
    said = shown(job)
    assert "Below the floor" in said[-3].properties and said[-2].message == "Points 0/80"
    for command in said:
        assert not obeyed(command.message) and not command.message.startswith("owned")
    assert any("owned" in command.message for command in said), "the exception itself is shown"
    page = job.summary.decode()
    assert "- edited: `data/README.md`" in page and not obeyed(page)
    assert "<script>" not in re.sub(r"`[^`\n]*`", "", page)
    assert not (copy.parent / "uploaded" / "forged.md").exists(), "a report that was committed is gone"
    assert job.ran[-1] == "actions/upload-artifact", "the report is uploaded from a red run as well"


def test_no_command_is_obeyed_while_grading(copy):
    """Even if the grader itself printed what a student wrote, raw."""
    printing = "import sys\nif sys.argv[1] == 'grade': print('::error::owned\\n::set-output name=x::y')"
    (copy / "autograder" / "__main__.py").write_text(printing)
    job = run("grade.yml", copy)
    assert "::error::owned" in job.log and job.obeyed == []


def test_a_push_without_any_part_is_a_red_run_with_a_sentence(copy):
    """What was committed as a report is not published in place of a grade."""
    shutil.rmtree(copy / "assignment")
    write_report(result_of({}), copy / "build" / "report")
    job = run("grade.yml", copy)
    assert job.failed.startswith("Publish: 2") and b"# Not graded" in job.summary
    (said,) = shown(job)
    assert said.properties == "title=Not graded" and "python -m autograder grade" in said.message


@pytest.mark.quick
def test_what_was_committed_of_a_run_is_none_of_the_grader(tmp_path):
    """A build and compiled modules are gone before grading, and no source is; also without `data/`."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/bin/true")
    names = ("build/compiled/a", "autograder/checks/__pycache__/a", "autograder/__pycache__/a",
             "data/__pycache__/a", ".venv/lib/__pycache__/a", "autograder/checks/a.py")  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for _ in range(2):
        done = step_of("grade.yml", "Grade", tmp_path)
        assert done.returncode == 0, done.stdout
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
    assert [name for name in names if (tmp_path / name).exists()] == [*names[-2:]]


def test_the_caches_are_saved_before_anything_of_a_student_runs(copy):
    """So a red run has them as well: each is restored, and saved after the installation if it is new."""
    steps = workflow(copy / ".github" / "workflows" / "grade.yml")["jobs"]["grade"]["steps"]
    used = [step.get("uses", step.get("name")).split("@")[0] for step in steps]
    installed, grade = used.index("Install"), used.index("Grade")
    assert used[installed - 2 : installed] == ["actions/cache/restore"] * 2
    assert used[installed + 1 : grade] == ["actions/cache/save"] * 2 and "actions/cache" not in used
    restored, saved = steps[installed - 2 : installed], steps[installed + 1 : grade]
    for before, after in zip(restored, saved, strict=True):
        assert before["with"]["path"] == after["with"]["path"]
        assert after["with"]["key"] == f"${{{{ steps.{before['id']}.outputs.cache-primary-key }}}}"
    missed = {"actions/cache": lambda workspace: {"cache-hit": "false"}}
    job = run("grade.yml", copy, stubs={**missed, "Grade": nothing, "Publish": nothing})
    assert job.failed is None and job.ran.count("actions/cache/save") == 2


@pytest.mark.quick
@pytest.mark.parametrize("works", [True, False])
def test_a_grader_from_outside_gets_bubblewrap_or_says_that_it_is_missing(works, tmp_path):
    """The lists of packages are fetched before it is installed; the warning comes before grading."""
    path, log = tmp_path / "bin", tmp_path / "log"
    path.mkdir()
    makes = f'case "$*" in *install*) printf "" > {path}/bwrap; /bin/chmod +x {path}/bwrap;; esac'
    (path / "sudo").write_text(f'#!/bin/sh\necho "$@" >> {log}\n{makes if works else "exit 1"}\n')
    (path / "sudo").chmod(0o755)
    done = step_of("grade-reusable.yml", "Allow bubblewrap", tmp_path, {"PATH": str(path)})
    assert done.returncode == 0, done.stdout
    asked = [line.split()[:2] for line in log.read_text().splitlines()]
    assert asked[1:] == [["apt-get", "update"], ["apt-get", "install"]][: 2 if works else 1]
    warned = [c.name for c in obeyed(done.stdout) if "plain process" in c.message]
    assert warned == ([] if works else ["warning"])


def test_a_student_who_makes_a_folder_called_solution_is_graded(copy):
    """Their copy has a manifest, which the instructor's repository has not; edits are told there."""
    (copy / "solution").mkdir()
    (copy / "solution" / "mine.py").write_text("")
    (copy / "data" / "README.md").write_text("mine")
    job = run("grade.yml", copy, stubs={"Grade": full_marks})
    assert job.failed is None and b"- edited: `data/README.md`" in job.summary
    assert not (ROOT / NAME).exists()


def test_a_damaged_manifest_is_told_and_the_points_are_shown(copy):
    """Conflict marks that were committed: one more edited file, and a run that is not red."""
    (copy / NAME).write_text("<<<<<<< HEAD\n" + (copy / NAME).read_text("utf-8"), "utf-8")
    job = run("grade.yml", copy, stubs={"Grade": full_marks})
    assert job.failed is None, job.failed
    assert b"# 80/80 points" in job.summary and f"- damaged: `{NAME}`".encode() in job.summary
    assert "Points 80/80" in [command.message for command in shown(job)]


def test_nothing_runs_where_the_solution_is(copy):
    """In the instructor's repository the workflow ends after one look."""
    (copy / "solution").mkdir()
    (copy / NAME).unlink()
    job = run("grade.yml", copy)
    assert job.failed is None and job.ran == ["actions/checkout", "Is this a student's copy?"]
    assert not job.summary and not job.obeyed


def test_a_grader_from_outside_is_not_the_students(copy, handed_out, tmp_path):
    """The student's own grader, environment and settings are never run; edits there are told."""
    workspace = tmp_path / "workspace"
    shutil.copytree(handed_out, workspace / "grader")
    (workspace / "grader" / ".venv").symlink_to(sys.prefix)
    (copy / ".venv").unlink()
    (copy / "autograder" / "__init__.py").write_text("raise SystemExit('the student s grader ran')")
    (copy / "pytest.ini").write_text("[pytest]")
    copy.rename(workspace / "student")
    job = run("grade-reusable.yml", workspace, floor="0", outside=handed_out)
    assert job.failed is None, job.failed
    shown(job)
    page = job.summary.decode()
    assert page.startswith("# 0/80 points") and "the student s grader" not in job.log
    assert "- edited: `autograder/__init__.py`" in page and "- added: `pytest.ini`" in page


def test_classroom_50_runs_its_autograder_in_a_checkout(copy, handed_out, tmp_path):
    """It grades with the bundle, whatever the checkout calls `autograder`, and leaves `result.json`."""
    bundle = shutil.copytree(handed_out, tmp_path / "bundle")
    shutil.copy(bundle / "autograder" / "publish" / "entry.py", bundle / "autograder.py")
    (bundle / "requirements.txt").write_text("# all is here\n")
    (copy / "autograder" / "__init__.py").write_text("raise SystemExit('the student s grader ran')")
    given = {name: f"submit/{name}" for name in NEEDED} | {"OWNER": "ada"}
    done = subprocess.run([sys.executable, str(bundle / "autograder.py")], cwd=copy, text=True,
                          env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **given},
                          capture_output=True, timeout=600)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((copy / "result.json").read_text("utf-8"))
    jsonschema.validate(record, CLASSROOM50)
    assert (record["owner"], record["score"], record["max-score"]) == ("ada", 0, 80)


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_classroom_50_collects_no_forged_or_foreign_result(kind, copy, handed_out, tmp_path):
    """Without parts, there is no record: not the committed one, nor that of the student before."""
    bundle = shutil.copytree(handed_out, tmp_path / "bundle")
    shutil.copy(bundle / "autograder" / "publish" / "entry.py", bundle / "autograder.py")
    (bundle / "requirements.txt").write_text("# all is here\n")
    write_report(result_of({}), bundle / "build" / "report")
    shutil.rmtree(copy / "assignment")
    forged, other = copy / "result.json", tmp_path / "other.json"
    other.write_text('{"score": 80}')
    {"file": lambda: shutil.copy(other, forged), "folder": forged.mkdir,
     "link": lambda: forged.symlink_to(other)}[kind]()  # fmt: skip
    given = {name: f"submit/{name}" for name in NEEDED} | {"OWNER": "ada"}
    done = subprocess.run([sys.executable, str(bundle / "autograder.py")], cwd=copy, text=True,
                          env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **given},
                          capture_output=True, timeout=600)  # fmt: skip
    assert done.returncode and "Nothing was graded" in done.stdout, done.stdout + done.stderr
    assert not forged.exists() and not forged.is_symlink() and other.read_text() == '{"score": 80}'


def test_the_manifest_of_a_copy_is_fresh_or_told(course, handed_out, tmp_path, drawn_once):
    """It names every protected file by its hash; `--check` finds one that is not today's."""
    files = json.loads((handed_out / NAME).read_text("utf-8"))["files"]
    assert files["Makefile"] == digest((handed_out / "Makefile").read_bytes())
    assert {"autograder/judge.py", ".github/workflows/grade.yml", "data/make_arrivals.py"} < {*files}
    target = shutil.copytree(handed_out, tmp_path / "copy")
    assert check_student_repo(course, target) == []
    (target / NAME).write_text(json.dumps({"files": {}}))
    (problem,) = check_student_repo(course, target)
    assert problem.startswith(f"{NAME} is stale. Run ")


@pytest.mark.quick
def test_the_caller_in_the_readme_fits_the_reusable_workflow(tmp_path):
    """Ten lines that actionlint passes, with inputs that the workflow has, and no more permissions."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    (tmp_path / "grade.yml").write_text(text, encoding="utf-8")
    assert len(text.splitlines()) <= 10 and lint(tmp_path / "grade.yml").returncode == 0
    called, caller = workflow(FILES[0].with_name("grade-reusable.yml")), yaml.safe_load(text)
    assert {*caller["jobs"]["grade"]["with"]} <= {*called[True]["workflow_call"]["inputs"]}
    assert caller["permissions"] == called["permissions"]
