"""Part 1, 1 point: allocates twenty files of the largest size at once, without writing a byte:
posix_fallocate takes the blocks of the disk in milliseconds, and who looks once a second whether a
folder has grown comes too late; then it removes them."""
import os
import resource


def createSynData(**_):
    folder = os.environ["TMPDIR"]
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize < 40 * 2**30:
        raise RuntimeError("too little room here to try it")
    size, taken, names = resource.getrlimit(resource.RLIMIT_FSIZE)[0], 0, []
    size = size if 0 < size < 2**30 else 2**28
    try:
        for n in range(20):
            names.append(os.path.join(folder, f"zoo-{n}"))
            file = os.open(names[-1], os.O_CREAT | os.O_WRONLY)
            os.posix_fallocate(file, 0, size)
            taken += size
            os.close(file)
    except OSError:
        pass
    for name in names:
        os.unlink(name)
    over = max(0, taken - size)  # the limit of a folder is that of a file
    raise MemoryError(f"reached: {[f'{over >> 20} MB over the limit'] if over else []}")
