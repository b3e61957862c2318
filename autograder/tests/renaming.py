"""Rename what a student is free to name: verdicts may not hang on the names of variables."""

import ast
import builtins
import itertools
from collections.abc import Iterator

from autograder.tests.desk import rubric

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def renamed(source: str, part: int) -> str:
    """Return a script with other names for variables, helpers, constants and import aliases.

    The contract's functions and their parameters keep their names; so do attributes, methods and
    whatever a call names as a keyword.
    """
    tree = ast.parse(source)
    contract = {check.function for check in rubric().of_part(part)}
    fixed = {*contract, *(set(dir(builtins)) - {"_"}), *keywords(tree), *module_names(tree)}
    names = new_names(bound(tree.body) - fixed)
    return ast.unparse(ast.fix_missing_locations(Renamer(names, fixed).visit(tree)))


def keywords(tree: ast.AST) -> set[str]:
    """Return the names that calls use as keywords."""
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}


def module_names(tree: ast.AST) -> set[str]:
    """Return the first names of dotted imports, such as `os` in `import os.path`."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    aliases = [alias for node in imports for alias in node.names]
    return {alias.name.split(".")[0] for alias in aliases if "." in alias.name and not alias.asname}


def new_names(names: set[str]) -> dict[str, str]:
    """Return a new name for each name, in a script of its own, so that none exists already."""
    return {name: f"ж{number}" for number, name in zip(itertools.count(1), sorted(names))}


def bound(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements bind in their own scope: not inside functions or classes."""
    return {name for statement in body for name in binds(statement)}


def binds(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds in the scope it stands in."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        if not isinstance(node, ast.Lambda):
            yield node.name
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names if "." not in alias.name)
    for child in ast.iter_child_nodes(node):
        yield from binds(child)


class Renamer(ast.NodeTransformer):
    """Renames what is bound in a scope; functions add their own names to those around them."""

    def __init__(self, names: dict[str, str], fixed: set[str]):
        self.names, self.fixed, self.methods, self.depth = names, fixed, False, 0

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename a variable."""
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Rename a parameter."""
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.Global:
        """Rename what a global statement lists."""
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        """Rename a caught exception."""
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.alias:
        """Give an import another name here."""
        known = node.asname or node.name
        node.asname = self.names.get(known, node.asname)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Rename a class, but leave what is inside: libraries call methods by their names."""
        node.name = self.names.get(node.name, node.name)
        own = {name for statement in node.body for name in binds(statement)}
        before, self.methods = self.names, True
        self.names = {old: new for old, new in before.items() if old not in own}
        node = self.generic_visit(node)
        self.names, self.methods = before, False
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rename a helper; in any function, its variables."""
        contract = node.name in self.fixed or self.methods
        node.name = node.name if self.methods else self.names.get(node.name, node.name)
        return self._function(node, contract)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Rename the parameters of a lambda."""
        return self._function(node, contract=False)

    def _function(self, node, contract: bool):
        body = node.body if isinstance(node.body, list) else []
        given = node.args
        parameters = {a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs,
                                      given.vararg, given.kwarg) if a}  # fmt: skip
        shared = {name for inner in ast.walk(node) if isinstance(inner, ast.Global)
                  for name in inner.names}  # fmt: skip
        own = (bound(body) | parameters) - shared
        free = own - self.fixed - (parameters if contract else set())
        before = self.names
        kept = {old: new for old, new in before.items() if old not in own}
        self.depth += 1
        self.names = {**kept, **{name: new + "_" * self.depth for name, new in new_names(free).items()}}
        node = self.generic_visit(node)
        self.names, self.depth = before, self.depth - 1
        return node
