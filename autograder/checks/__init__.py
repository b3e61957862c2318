"""What is judged of each part: questions to the worker, and checks on what comes back."""

from types import ModuleType

from autograder.checks import part1, part2, part3

MODULES: dict[int, ModuleType] = {1: part1, 2: part2, 3: part3}

__all__ = ["MODULES"]
