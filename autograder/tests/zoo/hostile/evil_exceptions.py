"""Part 1, 3 points: raises exceptions whose text, class name, trace or attributes raise, loop, lie or are gigantic;
whoever describes an error runs code of its author. The harmless linear_baseline keeps its points."""
import numpy as np

class Meta(type):
    @property
    def __name__(cls): raise RuntimeError("no name")
    @property
    def __mro__(cls): return 5

class Nameless(Exception, metaclass=Meta):
    pass

class Speechless(Exception):
    def __str__(self): raise KeyboardInterrupt
    __repr__ = __str__
    @property
    def msg(self): raise SystemExit(0)

class Gigantic(BaseException):
    def __str__(self): return "x" * 10**8

class Endless(Exception):
    def __str__(self):
        while True:
            pass

def createSynData(**_): raise Endless
def createTestData(*_, **__): raise Gigantic
def build_model(): raise Nameless
def evaluate(*_): raise Speechless

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start

raise Speechless
