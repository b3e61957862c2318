"""What keeps a worker apart from the rest: its environment, its user, or a bubble of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from autograder.errors import CallError

HERE = Path(__file__).parent
MEMORY_DISK = str(64 * 2**20)  # bytes in /tmp and in /dev/shm of a bubble
WORKER = ("worker.py", "packing.py", "noting.py", "model_claims.py", "lazy_tensorflow.py")
MOUNTED = ("forkserver.py", "refusing.py", *WORKER)
SWEPT = ("/tmp", "/dev/shm")  # what the workers of a bubble share, one after the other
FIRST_UID = 61_000  # a user per part, so that one worker cannot touch another
ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2",  # what a worker compiles, it compiles once
    "JAX_PERSISTENT_CACHE_ENABLE_XLA_CACHES": "none",
    "LC_ALL": "C.UTF-8",
}


@cache
def own_user_possible() -> bool:
    """Tell whether a worker can have a user of its own: we are root, and it may run Python."""
    if os.name != "posix" or os.geteuid() != 0:
        return False
    probe = "import sys, numpy, importlib.util as u; u.find_spec('keras').name, open(sys.argv[1])"
    command = [sys.executable, "-I", "-B", "-c", probe, str(HERE / "packing.py")]
    user = {"user": FIRST_UID, "group": FIRST_UID, "extra_groups": [], "cwd": "/"}
    try:
        return subprocess.run(command, capture_output=True, timeout=60, **user).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def give_away(root: Path, uid: int) -> None:
    """Make a worker's folder the property of the worker's user."""
    for path in [root, *root.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)


def bare_environment() -> dict[str, str]:
    """Return the environment without anything that could hold a secret."""
    if os.name == "posix":
        return {"PATH": os.defpath}
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "PATHEXT")
    return {name: os.environ[name] for name in keep if name in os.environ}


def environment(root: Path, backend: str) -> dict[str, str]:
    """Return the environment of a worker whose folder is `root`; nothing of the grader's own."""
    home = {name: str(root / "tmp") for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME")}
    home |= {"TEMP": home["HOME"], "TMP": home["HOME"], "KERAS_BACKEND": backend}
    home["JAX_COMPILATION_CACHE_DIR"] = str(root / "compiled")
    return {**ENVIRONMENT, **bare_environment(), **home}


def bubble(root: Path) -> list[str]:
    """Return the bwrap command: interpreter, libraries and the worker's files only; no network."""
    system = [Path("/usr"), Path("/lib"), Path("/lib64"), Path("/bin"), Path("/etc/ld.so.cache")]
    python = {Path(sys.prefix), Path(sys.base_prefix)}
    read_only = [*system, *sorted(python), *(HERE / name for name in MOUNTED)]
    binds = [word for path in read_only for word in ("--ro-bind-try", str(path), str(path))]
    return [
        shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        "--as-pid-1",  # an init of bwrap's own could be written to by its workers, and outlives them
        "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534",
        "--proc", "/proc", "--dev", "/dev", "--size", MEMORY_DISK, "--tmpfs", "/dev/shm",
        "--size", MEMORY_DISK, "--tmpfs", "/tmp", *binds,
        "--bind", str(root), "/job", "--chdir", "/job", "--remount-ro", "/dev", "--remount-ro", "/",
    ]  # fmt: skip


@cache
def bwrap_works() -> bool:
    """Tell whether bubblewrap is installed and allowed here, by running the interpreter in it."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        probe = [*bubble(Path(folder)), sys.executable, "-I", "-c", "import threadpoolctl"]
        return subprocess.run(probe, capture_output=True, timeout=60, check=False).returncode == 0


def choose_isolation(wanted: str) -> str:
    """Return `bwrap` or `process`; raise `CallError` if what is wanted is not to be had."""
    if wanted not in ("auto", "process", "bwrap"):
        raise CallError(f"No isolation is called {wanted!r}. Use auto, process or bwrap.")
    if wanted == "bwrap" and not bwrap_works():
        raise CallError("bwrap does not work here. Install bubblewrap, or use --isolation process.")
    return "bwrap" if wanted != "process" and bwrap_works() else "process"
