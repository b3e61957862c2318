"""Which lines of a part its training rests on: what else changes, the network need not be trained anew.

Top-level statements are kept as they are, for anything may depend on them; a function or class is
kept if its name is used by what is kept, directly or not. Comments and docstrings do not count.
"""

import ast
from collections.abc import Iterable

from autograder.syntax import parsed

ROUNDABOUT = {"globals", "locals", "vars", "eval", "exec", "importlib", "inspect", "__import__", "sys"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def training_code(cells: Iterable[str], roots: Iterable[str]) -> str:
    """Return the code that some functions rest on, in a form that has no comments.

    Args:
        cells: The code of a part, cell by cell; one that cannot be parsed is kept as text.
        roots: Names of the functions that are called.

    Returns:
        The code; all of it if names are looked up in a roundabout way.
    """
    texts = list(cells)
    try:
        return sliced(texts, set(roots))
    except (RecursionError, ValueError):  # a sum of five hundred terms; a no-break space in an f-string
        return "\n".join(texts)


def sliced(cells: list[str], roots: set[str]) -> str:
    """Return the code that some functions rest on; raise `RecursionError` or `ValueError` where
    `ast.unparse` cannot write it."""
    trees, broken = [], []
    for cell in cells:
        try:
            trees.append(without_docstrings(parsed(cell)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            broken.append(cell)
    statements = [s for tree in trees for s in tree.body if not under_main_guard(s)]
    wanted = reached(statements, roots)
    kept = [s for s in statements if not isinstance(s, Definition) or s.name in wanted]
    return "\n".join([*map(ast.unparse, kept), *broken])


def reached(statements: list[ast.stmt], roots: set[str]) -> set[str]:
    """Return the names that roots and top-level statements use, directly or through definitions."""
    definitions: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        if isinstance(statement, Definition):
            definitions.setdefault(statement.name, []).append(statement)
    wanted = set(roots)
    todo = [s for s in statements if not isinstance(s, Definition)]
    todo += [d for name in roots for d in definitions.get(name, [])]
    while todo:
        found = names(todo.pop()) - wanted
        wanted |= found
        todo += [d for name in found for d in definitions.get(name, [])]
    return wanted | set(definitions) if wanted & ROUNDABOUT else wanted


def names(statement: ast.stmt) -> set[str]:
    """Return every name, attribute and word in quotes that could mean a definition."""
    found = set()
    only_asked = {id(part) for node in ast.walk(statement) for part in asked_of(node)}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and id(node) not in only_asked:
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.alias):
            found |= {node.name.split(".")[0], node.asname or ""}
    return found


def asked_of(node: ast.AST) -> Iterable[ast.AST]:
    """Return the nodes of `globals()` in `"name" in globals()`: nothing is looked up by that."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
        return ()
    asked = node.comparators[0]
    return ast.walk(asked) if ast.unparse(asked) == "globals()" else ()


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Return a module in which no definition has a docstring; nor has the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | Definition) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def under_main_guard(statement: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == "__main__":`, which a worker does not run."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    return ast.unparse(statement.test) == "__name__ == '__main__'"
