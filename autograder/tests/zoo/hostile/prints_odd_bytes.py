"""Part 1, 3 points: prints bytes that are no text, lone surrogates, zero bytes and half a character at the end; readers
that decode strictly stop there. The harmless linear_baseline keeps its points."""
import os
import sys

import numpy as np

os.write(1, b"\x00\xff\xfe\xed\xa0\x80\x1b[2J\xc3")

def createSynData(**_):
    sys.stdout.buffer.write(b"\x80" * 10_000 + b"\n")
    print("\ud800" if sys.stdout.errors == "surrogatepass" else "\u202e\u2066")
    raise ValueError("\ud800\udfff\x00\u202e\x9b2J")

def linear_baseline(X_train, y_train, X_test):
    print("\x00", end="")
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start
