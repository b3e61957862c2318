"""Part 1, 1 point: fills pairs of sockets that nobody reads: their buffers are memory of the kernel,
which no process's resident memory counts. It takes two gigabytes, waits for the watch, and says how
much it has."""
import contextlib
import socket
import time

WANTED = 2200 * 2**20  # bytes; more than a worker may have


def createSynData(**_):
    kept, sent, block = [], 0, bytes(2**16)
    try:
        while sent < WANTED and len(kept) < 4000:
            pair = socket.socketpair()
            kept.append(pair)
            for end in pair:
                end.setblocking(False)
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)
                try:
                    while True:
                        sent += end.send(block)
                except BlockingIOError:
                    pass
    except OSError:
        pass
    time.sleep(2)
    raise MemoryError(f"reached: {[f'{sent >> 20} MB that no process owns'] if sent > 2**28 else []}")
