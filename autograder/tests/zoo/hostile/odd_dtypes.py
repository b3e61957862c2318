"""Part 1, 2 points: returns structured, complex, text, date, void and long double arrays, other byte orders, and arrays
without rows; code that expects float64 breaks on them, and a broken grader gives no mark."""
import itertools

import numpy as np

KINDS = ["i4,f4", "c16", "U5", "M8[s]", "m8[s]", "V8", "S3", "g", ">f8", "f2", "?", "u8", "O"]
TURN = itertools.count()

def odd(*shape):
    return np.zeros(shape, KINDS[next(TURN) % len(KINDS)])

def createSynData(**_): return odd(19, 1, 1), odd(19)
def createTestData(*_, **__): return odd(0, 1, 1), odd(0)
def evaluate(*_): return {"r2": odd(), "mse": odd(1), "normality_p": odd(0)}
def linear_baseline(*_): return np.zeros(7, "U5")
