"""Part 1, 1 point: long doubles of 1e4000 are finite for whoever asks before they become doubles, and infinite after that;
rounding them raises an exception."""
import numpy as np

def createTestData(X_train, n=20, const=15): return np.full(n, np.longdouble("1e4000")), np.zeros(n)
