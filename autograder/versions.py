"""The versions of Python and of the packages that can move a number."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

PACKAGES = ("keras", "jax", "tensorflow", "tensorflow-cpu", "numpy", "scikit-learn", "matplotlib")


@cache
def versions() -> dict[str, str]:
    """Return name -> version of what is installed."""
    found = {"python": python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
