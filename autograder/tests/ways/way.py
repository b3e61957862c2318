"""One way to write what the reference writes in another, and the naive check that would refuse it."""

from dataclasses import dataclass, field

from autograder.tests.desk import notebook_text, patched

ALL = "the whole script"  # stands for it among the cells of a notebook


@dataclass(frozen=True)
class Way:
    """A changed reference that is as right as the reference, and a check that would refuse it.

    `code` is written below the reference, where it takes the place of what has the same name; in
    the `cells` of a notebook, `ALL` stands for the script that this makes.
    """

    name: str
    part: int
    naive: str
    code: str = ""
    changes: dict[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The student's script, or the notebook of these cells."""
        script = f"{patched(self.part, self.changes)}\n\nimport keras\n{self.code}\n"
        return notebook_text([c.replace(ALL, script) for c in self.cells]) if self.cells else script


def way(name: str, part: int, *, naive: str, code: str = "", cells=(), **changes: str) -> Way:
    """A reference in which a function is written in another way.

    Args:
        name: The style, in words.
        part: Number of the part.
        naive: The check that would have refused it.
        code: What takes the place of the reference's functions.
        cells: The cells of a notebook, in which `ALL` stands for the script.
        **changes: Lines of the reference, and what takes their place.
    """
    return Way(name, part, naive, code, changes, tuple(cells))
