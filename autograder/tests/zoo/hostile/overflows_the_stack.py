"""Part 1, 3 points: takes the limit of recursion away and calls itself until the stack runs over: a crash in native
code that no except catches. The harmless linear_baseline keeps its points."""
import sys
import threading

import numpy as np

def falls(n=0): return repr(falls(n + 1)) + "x"

def createSynData(**_):
    sys.setrecursionlimit(10**9)
    threading.stack_size(64 * 1024)
    nested = []
    for _ in range(10**6):
        nested = [nested]
    thread = threading.Thread(target=repr, args=(nested,))
    thread.start()
    thread.join()
    return falls()

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start
