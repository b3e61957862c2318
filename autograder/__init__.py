"""Moveout: an auto-graded assignment on recurrent networks for earthquake detection.

solution --release--> assignment --> student --> submission
submission --collect--> parts --run in worker--> artefacts --judge--> outcomes --score--> report
"""

from autograder.grading import grade
from autograder.model import Result

__all__ = ["Result", "grade"]
