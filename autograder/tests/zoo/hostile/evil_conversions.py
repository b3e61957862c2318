"""Part 1, 1 point: hands over objects whose conversion to a number, an array or an index runs code: it exits, raises,
returns another object, or swaps numpy's functions in the middle."""
import os

import numpy as np

class Evil:
    def __float__(self): os._exit(0)
    __int__ = __index__ = __complex__ = __float__

class Array:
    def __array__(self, *_, **__):
        np.asarray = lambda *_, **__: 1
        return self
    dtype, shape, nbytes = "float64", (19, 1, 1), 0
    __array_interface__ = {"shape": (2**40,), "typestr": "<f8", "data": (0, False), "version": 3}

def createSynData(**_): return np.array([Evil()] * 19, object), [Evil()] * 19
def createTestData(*_, **__): return Array(), Array()
def evaluate(*_): return {"r2": Evil(), Evil(): 1, "mse": Array()}
def linear_baseline(*_): return [Array()]
