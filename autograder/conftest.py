"""Refuse to go on where pytest has read the settings of another folder than this repository.

The option --submission is then unknown, and in `--submission PATH` pytest takes PATH for one more
folder of tests, whose conftest.py it would run: in this process, with all its rights.
"""

import sys

import pytest

if "autograder.plugin" not in sys.modules:
    raise pytest.UsageError(
        "pytest has not read the settings of this repository, but those of a folder above it. "
        "Write --submission=PATH in one word, and add: -c pyproject.toml --rootdir ."
    )
