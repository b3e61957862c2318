"""A class of students, each with another history: what is in their repositories, what is expected."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.tests.desk import rubric
from autograder.tests.repositories import Link, Repository, Submodule, new

DEADLINE = "2026-01-15 18:00 UTC"
EARLY, DAY, SOON, LATE = "2026-01-05 09:00", "2026-01-06 09:00", "2026-01-15 17:30", "2026-01-15 19:30"
STEMS = [plan.stem for plan in rubric().parts.values()]
PART1, PART2, PART3 = (f"{stem}.py" for stem in STEMS)
NAMES = tuple(sorted((PART1, PART2, PART3)))
HANDED_OUT = {f"assignment/{name}": b"x = 1\r\n" for name in NAMES} | {"README.md": b"Read me.\n"}
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
MARKS = b"x = 1\n\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> main\n"
ABSENT = "ab" * 20


@dataclass(frozen=True)
class Case:
    """A history, and what is gathered: `told` are the beginnings of all sentences, ? for any letter."""

    build: Callable[[Path], str | None]
    files: tuple[str, ...] = NAMES
    late_hours: float = 0.0
    told: tuple[str, ...] = ()


CASES: dict[str, Case] = {}


def case(**expected) -> Callable:
    """Put a history into the table, under the name of the function, with what is expected of it.

    The function makes a repository in the folder and returns the commit that counts.
    """

    def put(build: Callable[[Path], str | None]) -> Callable:
        CASES[build.__name__] = Case(build, **expected)
        return build

    return put


def started(folder: Path, *options: str) -> Repository:
    """Return a repository with what was handed out."""
    made = new(folder, *options)
    made.commit(HANDED_OUT, EARLY)
    return made


def edited(folder: Path, files: dict, at: str = SOON, **options) -> str:
    """Make a repository with one change of the student; return the commit."""
    changes = {f"assignment/{name}": data for name, data in files.items()}
    return started(folder).commit(changes, at, **options)


@case()
def in_time(folder: Path) -> str:
    """The last of three commits."""
    edited(folder, {PART1: b"x = 2\n"}, DAY)
    return Repository(folder).commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)


@case()
def in_a_bare_repository(folder: Path) -> str:
    """A repository without a working tree."""
    return started(folder, "--bare").commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)


@case()
def in_the_last_second(folder: Path) -> str:
    """The deadline itself is in time."""
    return edited(folder, {PART1: b"x = 2\n"}, "2026-01-15 18:00:00")


@case(told=("Left out: a later commit 1 min after the deadline. To take late ones, add --late-hours.",))
def a_second_late(folder: Path) -> str:
    """A commit after the deadline is left out; the one before it counts."""
    made = started(folder)
    made.commit({f"assignment/{PART1}": b"x = 2\n"}, "2026-01-15 18:00:01", "late")
    counts = made.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    made.commit({f"assignment/{PART1}": b"x = 2\n"}, "2026-01-15 18:00:01")
    made.git("branch", "-D", "late")
    return counts


@case(late_hours=1.5, told=("Late by 1.5 h: commit ??????? counts.",))
def only_late(folder: Path) -> str:
    """Nothing was there in time: the last commit counts, and is late."""
    made = new(folder)
    made.commit(HANDED_OUT, "2026-01-15 18:10")
    return made.commit({f"assignment/{PART1}": b"x = 2\n"}, LATE)


@case(told=("Left out: a later commit 1.5 h after",
            "Left out: commit ??????? is dated in time and was merged late; it may "))  # fmt: skip
def merged_late(folder: Path) -> str:
    """What was merged after the deadline was not on the branch before."""
    made = started(folder)
    counts = made.commit({f"assignment/{PART1}": b"x = 2\n"}, DAY)
    feature = made.commit({f"assignment/{PART2}": b"x = 2\n"}, SOON, "feature", after=counts)
    made.commit({f"assignment/{PART2}": b"x = 2\n"}, LATE, merged=feature)
    made.git("branch", "-D", "feature")
    return counts


def pulled_late(folder: Path, *arrived: str) -> tuple[str, str]:
    """Two computers, and a merge after the deadline by `git pull`; return what each had before.

    The first push was that of the desktop; the merge's first parent is the laptop's commit.
    """
    made = started(folder)
    base = made.git("rev-parse", "main")
    desktop = made.commit({f"assignment/{PART2}": b"x = 2\n"}, "2026-01-15 17:00", "desktop", after=base)
    laptop = made.commit({f"assignment/{PART1}": b"x = 2\n"}, SOON)
    merge = made.commit({f"assignment/{PART2}": b"x = 2\n"}, "2026-01-15 18:05", merged=desktop)
    made.git("branch", "-D", "desktop")
    for time, commit in zip(arrived, (desktop, merge), strict=False):
        made.git("tag", f"submit/2026-01-15T{time}Z-{commit[:7]}", commit)
    return desktop, laptop


@case(told=("Left out: a later commit 5 min after the deadline.",
            "Left out: commit ??????? is dated in time and was merged late; it may "))  # fmt: skip
def pulled_late_without_arrivals(folder: Path) -> str:
    """What was at the tip in time is not known, so the other side of the merge is told."""
    return pulled_late(folder)[1]


@case(told=("Commit ??????? is dated before the deadline, but had only arrived 6 min after it.",
            "Left out: 2 later commits, the first 6 min after the deadline."))  # fmt: skip
def pulled_late_after_a_submission(folder: Path) -> str:
    """What had arrived in time counts, also if a late pull made it a second parent."""
    return pulled_late(folder, "17-00-30", "18-05-30")[0]


@case(told=("Left out: a later commit 5 min after the deadline.",
            "Left out: commit ??????? is dated in time and was merged late; it may "))  # fmt: skip
def pulled_late_with_one_arrival(folder: Path) -> str:
    """Of two lines that were there in time by what is known, the later one counts, the other is told."""
    return pulled_late(folder, "17-00-30")[1]


@case(told=("Branch main was force-pushed; before, it was at ???????. Look at both.",))
def force_pushed(folder: Path) -> str:
    """A clone that has fetched a force-push tells of it in its own log."""
    origin = started(folder.parent / ".origins" / folder.name, "--bare")
    origin.commit({f"assignment/{PART1}": b"x = 2\n"}, DAY)
    clone = origin.clone(folder)
    clone.git("update-ref", "-d", "refs/heads/main")
    first = origin.git("rev-list", "--max-parents=0", "main")
    counts = origin.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON, after=first)
    clone.git("-c", "user.name=a", "-c", "user.email=a@b", "fetch", "--quiet")
    return counts


@case(told=("Branch main and its origin went different ways (commits ??????? and ???????): ",))
def diverged(folder: Path) -> str:
    """The clone's own branch is no longer its origin's: the origin's counts."""
    origin = started(folder.parent / ".origins" / folder.name, "--bare")
    clone = origin.clone(folder)
    clone.commit({f"assignment/{PART1}": b"x = 2\n"}, DAY)
    counts = origin.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    clone.git("fetch", "--quiet")
    return counts


@case()
def fetched_and_not_merged(folder: Path) -> str:
    """What a clone has fetched counts, wherever its own branch stands."""
    origin = started(folder.parent / ".origins" / folder.name, "--bare")
    clone = origin.clone(folder)
    counts = origin.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    clone.git("fetch", "--quiet")
    return counts


@case(told=("Branch main has commits that its origin did not have, and they count.",))
def never_pushed(folder: Path) -> str:
    """A clone in which somebody went on: that counts, and is told."""
    clone = started(folder.parent / ".origins" / folder.name, "--bare").clone(folder)
    return clone.commit({f"assignment/{PART1}": b"x = 2\n"}, DAY)


@case(late_hours=1.5, told=("The clone is shallow: ", "Late by 1.5 h"))
def shallow(folder: Path) -> str:
    """What was there in time is not known if the history is cut off."""
    origin = started(folder.parent / ".origins" / folder.name, "--bare")
    counts = origin.commit({f"assignment/{PART1}": b"x = 2\n"}, LATE)
    origin.clone(folder, "--depth=1")
    return counts


@case(told=("Another branch holds commits that main does not: dev. If one is meant, add --branch.",))
def on_another_branch(folder: Path) -> str:
    """Work that was never merged is told, not taken."""
    made = started(folder)
    counts = made.git("rev-parse", "main")
    made.commit({f"assignment/{PART1}": b"x = 2\n"}, SOON, "dev", after=counts)
    return counts


@case()
def on_master(folder: Path) -> str:
    """The default branch counts, whatever it is called."""
    made = new(folder)
    made.git("symbolic-ref", "HEAD", "refs/heads/master")
    return made.commit(HANDED_OUT, SOON, "master")


@case(told=("It stands on no branch: branch main counts.",))
def on_no_branch(folder: Path) -> str:
    """A clone that stands on a commit."""
    made = started(folder)
    made.git("update-ref", "--no-deref", "HEAD", made.git("rev-parse", "main"))
    (folder / ".git" / "HEAD").write_text(made.git("rev-parse", "main") + "\n", encoding="ascii")
    return made.commit({f"assignment/{PART1}": b"x = 2\n"}, SOON)


@case()
def on_a_strange_branch(folder: Path) -> str:
    """The name of a branch is never an option, a path or a command."""
    made = new(folder)
    name = "-u;touch${IFS}owned;/\u202eCON/$(touch owned)'\"".replace(" ", "")
    made.git("symbolic-ref", "HEAD", f"refs/heads/{name}")
    return made.commit(HANDED_OUT, SOON, name)


@case(told=("Commit ??????? is dated 2.0 h before ???????, on which it is based: ",))
def dated_back(folder: Path) -> str:
    """A commit that is older than the one on which it is based."""
    made = started(folder)
    made.commit({f"assignment/{PART1}": b"x = 2\n"}, LATE)
    return made.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)


@case(told=("Commit ??????? was written 2.0 h after it was committed, by its own dates: ",))
def written_after_it_was_committed(folder: Path) -> str:
    """One of two dates was set by hand."""
    return edited(folder, {PART1: b"x = 2\n"}, SOON, written=LATE)


@case(told=("Left out: a later commit ",
            "Commit ??????? is dated in the future, 2999-01-01 00:00 UTC: "))  # fmt: skip
def dated_in_the_future(folder: Path) -> str:
    """A date that no clock has shown yet: the commit before it counts."""
    counts = edited(folder, {PART1: b"x = 2\n"})
    Repository(folder).commit({f"assignment/{PART1}": b"x = 3\n"}, "2999-01-01 00:00")
    return counts


@case(late_hours=2.0,
      told=("Commit ??????? is dated before the deadline, but had only arrived 2.0 h after it.",
            "Late by 2.0 h: commit ??????? counts. Decide what that costs."))  # fmt: skip
def pushed_late(folder: Path) -> str:
    """A submission's tag tells when a push arrived; a date before the deadline does not help."""
    made = new(folder)
    counts = made.commit(HANDED_OUT, SOON)
    made.git("tag", f"submit/2026-01-15T20-00-00Z-{counts[:7]}", counts)
    return counts


@case(told=("Commit ??????? was submitted and is no longer on main: a force-push.",))
def submitted_and_replaced(folder: Path) -> str:
    """A commit that was submitted, and is no longer on the branch."""
    made = started(folder)
    first = made.git("rev-parse", "main")
    gone = made.commit({f"assignment/{PART1}": b"x = 2\n"}, DAY)
    made.git("update-ref", f"refs/tags/submit/2026-01-06T09-01-00Z-{gone[:7]}", gone)
    return made.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON, after=first)


@case(files=("Part 1 one-to-one.py", PART2, PART3),
      told=("part1_one_to_one is missing, as .py and as .ipynb. Part 1 one-to-one.py ",))  # fmt: skip
def renamed(folder: Path) -> str:
    """A part under another name is taken, and told."""
    return edited(folder, {PART1: None, "Part 1 one-to-one.py": b"x = 2\n"})


@case(told=(f"{PART2} holds the marks of a merge conflict, from line 3.",))
def in_conflict(folder: Path) -> str:
    """Merge conflict markers."""
    return edited(folder, {PART2: MARKS})


@case(files=(".gitattributes", *NAMES), told=(f"{PART1} is a pointer of Git LFS",))
def in_large_file_storage(folder: Path) -> str:
    """An LFS pointer in place of a script."""
    return edited(folder, {PART1: POINTER, ".gitattributes": b"*.py filter=lfs\n"})


@case(told=(f"{PART3} is binary, no text.",))
def binary(folder: Path) -> str:
    """A binary in place of a script."""
    return edited(folder, {PART3: b"\x7fELF\0\1\2"})


@case(told=("Left out as submodules: network.",))
def with_a_submodule(folder: Path) -> str:
    """A submodule beside the parts; its address is never asked."""
    modules = b'[submodule "n"]\n\tpath = assignment/network\n\turl = ext::touch owned\n'
    counts = edited(folder, {"network": Submodule(ABSENT)}, DAY)
    return Repository(folder).commit({".gitmodules": modules}, SOON) or counts


@case(files=(), told=("Left out as submodules: assignment.",))
def all_a_submodule(folder: Path) -> str:
    """The assignment itself is a submodule."""
    return new(folder).commit({"assignment": Submodule(ABSENT)}, SOON)


@case(files=(), told=("Left out as links: assignment.",
                      "Parts stand in solution, and only assignment/ is taken."))  # fmt: skip
def all_a_link(folder: Path) -> str:
    """The assignment itself is a link, to a folder with parts."""
    return new(folder).commit({"assignment": Link("solution"), f"solution/{PART1}": b"x\n"}, SOON)


@case(files=(), told=("Left out as a file where the folder should be: assignment.",))
def all_a_file(folder: Path) -> str:
    """The assignment itself is a file."""
    return new(folder).commit({"assignment": b"x = 1\n"}, SOON)


@case(files=(PART2, PART3),
      told=(f"Left out as links: {PART1}, seeds.", "part1_one_to_one is missing"))  # fmt: skip
def with_links(folder: Path) -> str:
    """Links out of the folder are never followed, nor made."""
    return edited(folder, {PART1: Link("/etc/passwd"), "seeds": Link("../../exam_seed.txt")})


@case(files=(PART2, PART3),
      told=(f"Left out as larger than 1 MB: {PART1}.", "part1_one_to_one is missing"))  # fmt: skip
def huge(folder: Path) -> str:
    """A file above the limit (which the test lowers)."""
    return edited(folder, {PART1: b"#" * (2**20 + 1)})


@case(files=tuple(sorted((*NAMES, *(f"a/{n:03}.txt" for n in range(7))))),
      told=("Left out beyond 10 files or 400 MB: a/007.txt, a/008.txt, a/009.txt and 50 ",))  # fmt: skip
def many(folder: Path) -> str:
    """Parts come first, however many files there are (the test lowers the limit)."""
    return edited(folder, {f"a/{n:03}.txt": b"" for n in range(60)})


@case(files=(), told=("It holds no commit: nothing was pushed. Ask the student.",))
def empty(folder: Path) -> None:
    """A repository without a commit."""
    new(folder)


@case(files=(), told=("The commit holds no assignment/.",))
def without_an_assignment(folder: Path) -> str:
    """A commit with other files only."""
    return new(folder).commit({"README.md": b"Mine.\n"}, SOON)


@case(files=(), told=("Parts stand in the top folder, and only assignment/ is taken.",
                      "The commit holds no assignment/."))  # fmt: skip
def beside_the_assignment(folder: Path) -> str:
    """Parts in another folder are told, not taken."""
    return new(folder).commit({PART1: b"x = 1\n"}, SOON)


@case(files=(), told=("no_repository is no git repository.",))
def no_repository(folder: Path) -> None:
    """A folder of files."""
    folder.mkdir(parents=True)
    (folder / PART1).write_text("x = 1\n", encoding="utf-8")
