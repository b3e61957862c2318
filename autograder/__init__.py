"""Moveout: an auto-graded assignment on recurrent networks for earthquake detection.

solution --release--> assignment --> student --> submission
submission --collect--> parts --run in worker--> artefacts --judge--> outcomes --score--> report
"""

import importlib

__all__ = ["Result", "grade", "grade_many"]


def __getattr__(name: str):
    """Import the engine when it is asked for: the supervisor of the workers does not need it."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(importlib.import_module("autograder.grading"), name)
