"""What an editor reads in a student's copy, so that the checks stand in its Testing tab at once.

Settings hold wherever the copy is opened: on Linux, macOS and Windows, and in a container. They are
no part of the grader: a student may change them.
"""

import json

IMAGE = "mcr.microsoft.com/devcontainers/python:1-3.12-bookworm"
EXTENSIONS = ("ms-python.python", "ms-toolsai.jupyter")
READY = "make .venv/.requirements-installed"
SETTINGS = {
    # a folder: the extension finds bin/python or Scripts/python.exe in it
    "python.defaultInterpreterPath": "${workspaceFolder}/.venv",
    "python.testing.pytestEnabled": True,
    "python.testing.unittestEnabled": False,
    "python.testing.pytestArgs": ["autograder/checks"],
    "python.testing.autoTestDiscoverOnSaveEnabled": False,  # the checks stay the same
    "files.exclude": {"**/__pycache__": True},
    "search.exclude": {".venv": True, "build": True},
    "files.watcherExclude": {"**/.venv/**": True},
}


def editor_files(comment: str) -> dict[str, str]:
    """Return the files of a container and of VS Code by their name, a comment in the first line.

    The container adds no sandbox: a student's own code runs in the student's own container.
    """
    container = {
        "name": "Moveout",
        "image": IMAGE,
        "hostRequirements": {"cpus": 2, "memory": "8gb"},
        "postCreateCommand": READY,
        "customizations": {"vscode": {"extensions": EXTENSIONS}},
    }
    extensions = {"recommendations": EXTENSIONS}
    files = {".devcontainer/devcontainer.json": container, ".vscode/settings.json": SETTINGS,
             ".vscode/extensions.json": extensions}  # fmt: skip
    return {name: f"// {comment}\n{json.dumps(held, indent=2)}\n" for name, held in files.items()}
