"""Part 1, 1 point: keeps memory where no process owns it: anonymous files, shared segments, pipes and sockets; who
watches resident memory alone sees nothing of it."""
import ctypes
import os

def createSynData(**_):
    taken = 0
    for _ in range(20):
        try:
            file = os.memfd_create("zoo")
            taken += os.write(file, bytes(32 * 2**20))
        except OSError:
            break
    segment = ctypes.CDLL(None).shmget(0, 64 * 2**20, 0o1600)
    raise MemoryError(f"hidden: {taken + (segment >= 0)}")
