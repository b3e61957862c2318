"""Part 1, 3 points: does its work at definition: decorators, default arguments, class bodies, annotations and
`from __future__`; a grader that imports to look at signatures has run it. The harmless function keeps its points."""
from __future__ import annotations
from __future__ import barry_as_FLUFL
from __future__ import no_such_feature

import os
import pathlib

import numpy as np

def at_once(function):
    for place in ("..", "../..", "../../out"):
        pathlib.Path(place, "zoo-planted-now").write_text("x")
    return lambda *_, **__: "passed"

@at_once
def createSynData(value=at_once(1), *_, **__): pass

class evaluate:
    os.environ["PASSED"] = "1"
    def __new__(cls, *_): return {"r2": 1.0}

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start

__name__ = "__main__"
exit(0)
