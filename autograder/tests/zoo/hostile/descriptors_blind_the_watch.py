"""Part 1, 1 point: opens every descriptor it may have and hands them on to nine children: looking at
them takes a second or more, and who spends at most a tenth of its time on looking does not look for
ten seconds then. In these it goes past its time and fills its folder; before the next look it has
tidied up."""
import os
import resource
import signal
import time


def createSynData(**_):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept = []
    try:
        while len(kept) < 1_000_000:
            kept.append(os.dup(0))
    except OSError:
        pass
    for number in kept[-30:]:
        os.close(number)
    children = []
    for _ in range(9):
        child = os.fork()
        if child == 0:
            time.sleep(40)
            os._exit(0)
        children.append(child)
    time.sleep(3.5)  # a look at all descriptors has begun, or is over; the next one comes nine times as long after
    names = [os.path.join(os.environ["TMPDIR"], f"zoo-{n}") for n in range(30)]
    for name in names:
        with open(name, "wb") as file:
            file.write(bytes(20 * 2**20))
    time.sleep(1.5)
    for name in names:
        os.unlink(name)
    for child in children:
        os.kill(child, signal.SIGKILL)
    raise MemoryError("reached: ['600 MB in the folder for two seconds, unseen']")
