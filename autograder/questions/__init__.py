"""What the worker is asked in each part, drawn from the exam seed; the answers stay here."""

from types import ModuleType

from autograder.questions import part1, part2, part3

MODULES: dict[int, ModuleType] = {1: part1, 2: part2, 3: part3}

__all__ = ["MODULES"]
