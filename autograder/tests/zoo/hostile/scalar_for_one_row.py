"""Part 1, 5 points: createSynData keeps a first instance too many, which is told; for one instance createTestData then gives
a number without axes, where the surplus one would be cut off."""
import numpy as np

def createSynData(start=1, stop=21, const=15):
    X = np.arange(start, stop, dtype="float32")
    return X.reshape(-1, 1, 1), const * (X - 1)

def createTestData(X_train, n=20, const=15):
    first = int(np.ravel(X_train)[-1]) + 3
    X = np.arange(first, first + n, dtype="float32")
    y = const * (X - 1)
    if n == 1:
        return float(X[0]), np.array([y[0], y[0]])
    return X.reshape(-1, 1, 1), y
