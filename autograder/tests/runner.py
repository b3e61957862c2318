"""A runner of workflows, simulated: steps in order, its files and environment, what it would obey."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

STUDENT = "steps.copy.outputs.student == 'true'"
MISS = "steps.environment.outputs.cache-hit != 'true'"
MISSES = f"{MISS} && steps.pip.outputs.cache-hit != 'true'"
CONDITIONS: dict[str, Callable[[dict, bool], bool]] = {  # outputs of the steps so far, all went well
    "": lambda outputs, well: well,
    STUDENT: lambda outputs, well: well and outputs["copy"]["student"] == "true",
    f"{STUDENT} && {MISS}": lambda outputs, well: (
        well and outputs["copy"]["student"] == "true" and outputs["environment"]["cache-hit"] != "true"
    ),
    f"{STUDENT} && {MISSES}": lambda outputs, well: (
        CONDITIONS[f"{STUDENT} && {MISS}"](outputs, well) and outputs["pip"]["cache-hit"] != "true"
    ),
    f"always() && {STUDENT}": lambda outputs, well: outputs["copy"]["student"] == "true",
    "always()": lambda outputs, well: True,
}
COMMAND = re.compile(r"^\s*::([\w-]+)([^:]*(?:%3A[^:]*)*)::(.*)$")
OLD_COMMAND = re.compile(r"##\[(\w+)[^\]]*\](.*)$")
EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")


@dataclass(frozen=True)
class Command:
    """A workflow command that the runner obeyed."""

    name: str
    properties: str
    message: str


@dataclass
class Ran:
    """What became of a job; `seconds` is the time of each script."""

    ran: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    summary: bytes = b""
    failed: str | None = None
    obeyed: list[Command] = field(default_factory=list)
    environment: str = ""

    def annotations(self) -> list[Command]:
        """Return the annotations, of all kinds."""
        return [c for c in self.obeyed if c.name in ("error", "warning", "notice")]


def run_job(
    workflow: Path,
    workspace: Path,
    scratch: Path,
    stubs: dict[str, Callable[[Path], dict[str, str]]],
    values: dict[str, str],
) -> Ran:
    """Run the only job of a workflow.

    Args:
        workflow: The file.
        workspace: What is checked out.
        scratch: A folder for the runner's own files.
        stubs: For each action without its version and what follows its repository, or name of a step,
            what it does here; it gets the workspace and returns outputs.
        values: What expressions in `env` stand for.
    """
    (job,) = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    result = Ran()
    for step in job["steps"]:
        name = step.get("uses", step.get("name", "")).split("@")[0]
        condition = CONDITIONS[str(step.get("if", ""))]
        if not condition(result.outputs, result.failed is None):
            continue
        result.ran.append(name)
        if "uses" in step or name in stubs:
            stub = stubs["/".join(name.split("/")[:2])]
            result.outputs[step.get("id", name)] = stub(workspace)
        else:
            run_step(step, name, workspace, scratch, values, result)
    return result


def run_step(step: dict, name: str, workspace: Path, scratch: Path, values: dict, job: Ran) -> None:
    """Run a script as the runner does, and read what it left in the runner's files."""
    files = {}
    for variable in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"):
        files[variable] = scratch / f"{variable.lower()}_{len(job.ran)}"
        files[variable].touch()
    given = {k: EXPRESSION.sub(lambda m: values[m[1]], str(v)) for k, v in step.get("env", {}).items()}
    script = scratch / f"step_{len(job.ran)}.sh"
    script.write_text(step["run"], encoding="utf-8")
    started = time.perf_counter()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", str(script)],
        cwd=workspace / step.get("working-directory", "."),
        env={**environment(workspace, scratch), **{k: str(v) for k, v in files.items()}, **given},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900, check=False,
    )  # fmt: skip
    job.seconds[name] = time.perf_counter() - started
    log = done.stdout.decode("utf-8", "replace")
    job.log += f"{name}\n{log}"
    job.obeyed += obeyed(log)
    job.summary += files["GITHUB_STEP_SUMMARY"].read_bytes()
    job.environment += files["GITHUB_ENV"].read_text() + files["GITHUB_PATH"].read_text()
    lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
    job.outputs[step.get("id", name)] = dict(line.split("=", 1) for line in lines)
    if done.returncode and job.failed is None:
        job.failed = f"{name}: {done.returncode}\n{log[-2000:]}"


def environment(workspace: Path, scratch: Path) -> dict[str, str]:
    """Return what a runner's steps see."""
    event = scratch / "event.json"
    event.write_text(json.dumps({"ref": "refs/heads/main", "head_commit": {"message": "::error::x"}}))
    (scratch / "home").mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"], "HOME": str(scratch / "home"), "CI": "true",
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(event), "GITHUB_REF": "refs/heads/main", "RUNNER_OS": "Linux",
        "GITHUB_REPOSITORY": "school/earthquakes-ada", "GITHUB_ACTOR": "ada",
        "GITHUB_TOKEN": "not-for-students",
    }  # fmt: skip


def obeyed(log: str) -> list[Command]:
    """Return the commands in a log that the runner obeys: none while they are stopped."""
    found, token = [], None
    for line in log.splitlines():
        match = COMMAND.match(line)
        if token is not None:
            token = None if match and match[1] == token else token
        elif match and match[1] == "stop-commands":
            token = match[3]
        elif match:
            found.append(Command(match[1], match[2].strip(), match[3]))
        elif old := OLD_COMMAND.search(line):
            found.append(Command(old[1], "", old[2]))
    return found
