"""Part 1, 1 point: forks in every process it has forked; the children are orphans and in sessions of their own, so
that killing the process group of the worker reaches none of them."""
import ctypes
import os
import signal

def createSynData(**_):
    signal.alarm(15)
    ctypes.CDLL(None).prctl(15, b"zoo-left")
    for _ in range(8):
        if os.fork() == 0:
            signal.alarm(15)
            os.setsid()
    while True:
        signal.pause()
