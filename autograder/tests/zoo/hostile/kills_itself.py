"""Part 1, 3 points: sends itself signals that end it at once, also from a destructor and a crash in native code; the
runner must neither hang nor lose what other functions earn."""
import ctypes
import os
import signal

import numpy as np

def createSynData(**_): os.kill(os.getpid(), signal.SIGKILL)
def createTestData(*_, **__): ctypes.string_at(0)

class Dying:
    def __del__(self): os.abort()

def evaluate(*_): return {"r2": Dying()}

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start
