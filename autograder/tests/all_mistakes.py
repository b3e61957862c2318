"""Every typical mistake, gathered from the tests that show each of them alone."""

from autograder.tests import (
    test_mistakes_combined,
    test_mistakes_errors,
    test_mistakes_figures,
    test_mistakes_networks,
    test_mistakes_part1,
    test_mistakes_part2,
    test_mistakes_part3,
    test_mistakes_training,
)
from autograder.tests.mistakes import Mistake

PARTS = (test_mistakes_part1, test_mistakes_part2, test_mistakes_part3)
QUICK_MODULES = (*PARTS, test_mistakes_figures, test_mistakes_errors, test_mistakes_combined)
QUICK_CASES: list[Mistake] = [case for module in QUICK_MODULES for case in module.CASES]
NETWORK_CASES = [*test_mistakes_networks.CASES, *test_mistakes_errors.MODELS,
                 *test_mistakes_combined.NETWORKS]  # fmt: skip
TRAINING_CASES = test_mistakes_training.CASES
SLOW_CASES = [*NETWORK_CASES, *TRAINING_CASES]
EVERY_CASE = [*QUICK_CASES, *SLOW_CASES]
