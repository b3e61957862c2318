"""Parse Python one text at a time: CPython's parser fails now and then in several threads at once.

It then raises "SystemError: AST constructor recursion depth mismatch", which is nobody's code's fault;
the lock makes it rare, another try makes it harmless.
"""

import ast
import threading

LOCK = threading.Lock()
TRIES = 5


def parsed(code: str) -> ast.Module:
    """Return the syntax tree of a text; raise what `ast.parse` raises."""
    for _ in range(TRIES - 1):
        try:
            with LOCK:
                return ast.parse(code)
        except SystemError:
            continue
    return ast.parse(code)
