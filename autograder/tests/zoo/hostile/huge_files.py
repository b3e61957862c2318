"""Part 1, 1 point: writes files, removes their names and keeps them open: they fill the disk and stand in no folder;
a watch that adds up what is listed sees an empty one."""
import os
import time

FILES = []

def createSynData(**_):
    folder = os.environ["TMPDIR"]
    for n in range(8):
        FILES.append(open(os.path.join(folder, f"{n}"), "wb"))
        os.unlink(os.path.join(folder, f"{n}"))
        for _ in range(30):
            FILES[-1].write(bytes(2**20))
        FILES[-1].flush()
    time.sleep(20)
    return 1, 1
