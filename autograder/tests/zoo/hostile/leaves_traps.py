"""Part 1, 1 point: leaves files, environment and settings for whoever comes next: a preloaded library, a path for
Python, caches of JAX and matplotlib, start-up files in its home."""
import os
import pathlib

def createSynData(**_):
    os.environ |= {"LD_PRELOAD": "/tmp/zoo-planted.so", "PYTHONPATH": "/tmp", "PYTHONSTARTUP": "/tmp/zoo-planted.py"}
    home = pathlib.Path(os.environ["HOME"])
    places = [home, home / ".config", home / ".cache", pathlib.Path(os.environ["JAX_COMPILATION_CACHE_DIR"])]
    if os.path.exists("/job/out"):  # outside a bubble these are the machine's
        places += [pathlib.Path(p) for p in ("/tmp", "/dev/shm", "/var/tmp", "/root", "/work/main", os.__file__ + "/..")]
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name in ("zoo-planted.py", "sitecustomize.py", ".bashrc", "jit_train_step-cache"):
                (place / name).write_text("raise SystemExit")
        except OSError:
            pass
    return 1, 1
