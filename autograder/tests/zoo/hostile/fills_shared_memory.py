"""Part 1, 1 point: fills /dev/shm and /tmp, which are memory that no process owns, with more than it may have; all
programs of a machine share them."""
import os
import pathlib

def createSynData(**_):
    if not pathlib.Path("/job/out").exists():
        raise RuntimeError("outside a bubble this would take the memory of the whole machine")
    written = 0
    for folder in ("/dev/shm", "/tmp"):
        for n in range(20):
            try:
                with open(f"{folder}/zoo-planted-{n}", "wb") as file:
                    written += file.write(bytes(16 * 2**20))
            except OSError:
                break
    raise MemoryError(f"hidden: {max(0, written // 2**20 - 128)}")
