"""Part 2, 1 point: rows of thirty million numbers of eight bits, which are let through as 30 MB, and become 240 MB as
float64; differences, means and comparisons hold half a dozen of these at a time, and the next question's beside them."""
import numpy as np

def createSynData(nSequences=25, iLength=10, offset=0, seed=1, target="next"):
    return np.ones((15 * 2**20, 2, 1), "int8"), np.ones(3)
