"""Part 1, 1 point: attaches to its parents by ptrace, opens their memory and descriptors, and changes their limits and
priority, so that it runs in them, or every later worker inherits a trap."""
import ctypes
import os
import resource

def tried(function, *arguments):
    try:
        return function(*arguments) is not NotImplemented
    except OSError:
        return False

def createSynData(**_):
    libc, reached = ctypes.CDLL(None), []
    for parent in {1, os.getppid()}:
        reached += ["ptrace"] * (libc.ptrace(16, parent, 0, 0) == 0)
        reached += ["limits"] * tried(resource.prlimit, parent, resource.RLIMIT_CPU, (30, 30))
        reached += ["nice"] * tried(os.setpriority, os.PRIO_PROCESS, parent, 5)
        if os.path.exists("/job/out"):  # outside a bubble, root may open everything
            for name in ("mem", "environ", "maps", "root/job", "fd/0"):
                reached += [name] * tried(os.open, f"/proc/{parent}/{name}", os.O_RDONLY)
    raise PermissionError(f"reached: {reached}")
