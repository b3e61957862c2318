"""Part 1, 1 point: returns lists and dictionaries nested a million deep, and some that hold themselves; a recursive
describer, or a JSON reader on the other side, overflows its stack."""

def deep(make, depth=10**6):
    value = make(0)
    for _ in range(depth):
        value = make(value)
    return value

def createSynData(**_): return deep(lambda inner: [inner])
def createTestData(*_, **__): return deep(lambda inner: (inner, inner))
def evaluate(*_): return deep(lambda inner: {"r2": inner})
def linear_baseline(*_):
    endless = []
    endless += [endless, {"x": endless}]
    return endless
