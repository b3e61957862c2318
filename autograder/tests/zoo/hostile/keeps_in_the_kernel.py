"""Part 1, 1 point: keeps a message for the next submission where no folder is: in the kernel's keys, System V memory,
POSIX queues and an abstract socket; two students of one course could hand answers on."""
import ctypes
import os
import platform
import socket

NUMBERS = {"x86_64": (29, 64, 68, 240, 248), "aarch64": (194, 190, 186, 180, 217)}

def createSynData(**_):
    call, kept = ctypes.CDLL(None).syscall, []
    shmget, semget, msgget, mq_open, add_key = NUMBERS[platform.machine()]
    kept += ["memory"] * (call(shmget, 4711, 4096, 0o1666) >= 0)
    kept += ["semaphore"] * (call(semget, 4711, 1, 0o1666) >= 0)
    kept += ["messages"] * (call(msgget, 4711, 0o1666) >= 0)
    kept += ["queue"] * (call(mq_open, b"zoo-planted", os.O_CREAT | os.O_RDWR, 0o600, None) >= 0)
    for ring in (-3, -4, -5):
        added = call(add_key, b"user", b"zoo-planted", b"x", ctypes.c_size_t(1), ctypes.c_int(ring))
        kept += [f"key {ring}"] * (added >= 0)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0zoo-planted")  # gone with the process
    raise PermissionError(f"kept: {kept}")
