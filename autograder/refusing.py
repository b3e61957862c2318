"""Refuse the system calls that no student's work needs, and with which a worker could reach past itself.

They use the internet, look into other processes, change the limits or the priority of the process that
forks the next worker, keep something where no folder is swept, hide memory from the watch, as large
buffers do, or make a namespace with rights of its own. They fail with EPERM; what a worker starts
inherits that, and cannot undo it. Linux only, on the two kinds of processor below. Stands alone: it
runs in workers.
"""

import ctypes
import errno
import platform
import struct
import sys

CALLS = {  # name -> its number on x86_64, on aarch64
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "perf_event_open": (298, 241), "bpf": (321, 280),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "mq_open": (240, 180),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "inotify_init1": (294, 26),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "open_by_handle_at": (304, 265),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "reboot": (169, 142), "swapon": (167, 224), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
}  # fmt: skip
CLONE, CLONE3, PRLIMIT, KILL, SECCOMP = (56, 220), (435, 435), (302, 261), (62, 129), (317, 277)
SOCKET, SETSOCKOPT, FCNTL, ON_THIS_MACHINE, SET_PIPE_SIZE = (41, 198), (54, 208), (72, 25), 1, 1031
BUFFERS = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and both by force
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, name for the kernel
NEW_NAMESPACES, EVERYBODY = 0x7E020000, 0xFFFFFFFF
NUMBER, MACHINE, FIRST, SECOND, THIRD = 0, 4, 16, 24, 32  # places in what a filter sees of a call
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
PR_SET_NO_NEW_PRIVS, SET_FILTER, NO_SLOWER = 38, 1, 4
OTHER_NUMBERS = 0x40000000  # the second table of calls that x86_64 has


class Program(ctypes.Structure):
    """A filter as the kernel takes it."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def refuse_calls() -> bool:
    """Refuse these calls to this process from now on; tell whether the kernel does so."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return False
    column, machine = MACHINES[platform.machine()]
    code = program(column, machine)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    wanted = Program(len(code) // 8, code)
    return libc.syscall(SECCOMP[column], SET_FILTER, NO_SLOWER, ctypes.byref(wanted)) == 0


def program(column: int, machine: int) -> bytes:
    """Return the filter: instructions of eight bytes each."""
    refuse = step(RETURN, REFUSE | errno.EPERM)
    return b"".join([
        step(LOAD, MACHINE), step(EQUAL, machine, 1, 0), refuse,
        step(LOAD, NUMBER), step(AT_LEAST, OTHER_NUMBERS, 0, 1), refuse,
        *(step(EQUAL, numbers[column], 0, 1) + refuse for numbers in CALLS.values()),
        step(EQUAL, CLONE3[column], 0, 1), step(RETURN, REFUSE | errno.ENOSYS),  # clone is taken then
        *on_argument(CLONE[column], FIRST, [step(ANY_BIT, NEW_NAMESPACES, 0, 1)], refuse),
        *on_argument(KILL[column], FIRST, [step(EQUAL, EVERYBODY, 0, 1)], refuse),
        *on_argument(PRLIMIT[column], FIRST, [step(EQUAL, 0, 1, 0)], refuse),  # its own limits only
        *on_argument(SOCKET[column], FIRST, [step(EQUAL, ON_THIS_MACHINE, 1, 0)], refuse),
        *on_argument(FCNTL[column], SECOND, [step(EQUAL, SET_PIPE_SIZE, 0, 1)], refuse),
        *on_argument(SETSOCKOPT[column], THIRD, [step(EQUAL, n, 0, 1) for n in BUFFERS], refuse),
        step(RETURN, ALLOW),
    ])  # fmt: skip


def on_argument(number: int, place: int, tests: list[bytes], refuse: bytes) -> list[bytes]:
    """Return the steps that refuse a call if an argument passes one of some tests, or else allow it."""
    inside = [step(LOAD, place), *(one for test in tests for one in (test, refuse)), step(RETURN, ALLOW)]
    return [step(EQUAL, number, 0, len(inside)), *inside]


def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one instruction."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
