"""Repositories, names and addresses made to harm: nothing of them is obeyed, all of it is told."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from autograder.gathering import files, git
from autograder.gathering.branches import forced
from autograder.gathering.git import without_secrets
from autograder.gathering.looking import conflict
from autograder.gathering.naming import apart, student_of
from autograder.tests.desk import ROOT
from autograder.tests.histories import DAY, HANDED_OUT, NAMES, PART1, SOON, edited, started
from autograder.tests.repositories import ALONE, Repository, new
from autograder.tests.test_gather import gather, rows_of, snapshot

TAB = "\t"
HOOKS = ("post-checkout pre-receive reference-transaction post-update pre-auto-gc post-merge "
         "fsmonitor-watchman post-index-change proc-receive update post-rewrite").split()  # fmt: skip
CONFIG = """
[core]
    fsmonitor = {evil}
    sshCommand = {evil}
    gitProxy = {evil}
    askPass = {evil}
    editor = {evil}
    pager = {evil}
    alternateRefsCommand = {evil}
    hooksPath = {hooks}
    attributesFile = {attributes}
[alias]
    fetch = !{evil}
    rev-list = !{evil}
    upload-pack = !{evil}
    cat-file = !{evil}
[filter "evil"]
    clean = {evil}
    smudge = {evil}
    process = {evil}
    required = true
[diff]
    external = {evil}
[credential]
    helper = !{evil}
[uploadpack]
    packObjectsHook = {evil}
[gpg]
    program = {evil}
[log]
    showSignature = true
[remote "origin"]
    url = {url}
    uploadpack = {evil}
    promisor = true
    partialclonefilter = blob:none
[extensions]
    partialClone = origin
[submodule "n"]
    update = !{evil}
    url = ext::{evil}
"""


def take(tmp_path: Path, *options: object) -> tuple[dict[str, dict], str]:
    """Gather the folder of clones; return the rows and what was printed."""
    code, shown = gather(tmp_path / "clones", "--out", tmp_path / "out", *options)
    assert code == 0, shown
    return rows_of(tmp_path / "out"), shown


@pytest.fixture()
def alone(monkeypatch) -> None:
    """No address reaches any machine: ssh is a program that fails, and no proxy is asked."""
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("no_proxy", "*")


def armed(folder: Path, owned: Path) -> Repository:
    """Return a student's repository in which every setting, hook and filter leaves a file."""
    attributes = b"* filter=evil diff=evil export-subst working-tree-encoding=UTF-16\n"
    edited(folder, {PART1: b"x = $Format:%H$\n", ".gitattributes": attributes})
    made, inside = Repository(folder), folder / ".git"
    evil = inside / "evil"
    evil.write_text(f"#!/bin/sh\ntouch '{owned}'\nexit 1\n", encoding="utf-8")
    evil.chmod(0o755)
    (inside / "hooks").mkdir(exist_ok=True)
    for hook in HOOKS:
        shutil.copy(evil, inside / "hooks" / hook)
    (inside / "info").mkdir(exist_ok=True)
    (inside / "info" / "attributes").write_bytes(attributes)
    with (inside / "config").open("a", encoding="utf-8") as config:
        config.write(CONFIG.format(evil=evil, hooks=inside / "hooks", url=folder.parent,
                                   attributes=inside / "info" / "attributes"))  # fmt: skip
    return made


@pytest.mark.quick
@pytest.mark.skipif(os.name == "nt", reason="the trap is a shell script")
@pytest.mark.parametrize("incomplete", [False, True])
def test_no_hook_filter_or_setting_of_a_repository_is_obeyed(tmp_path, monkeypatch, incomplete):
    """Everyday commands of git step into the traps, and gathering does not; bytes are as committed.

    A repository that lacks objects has them fetched by a program of its own, before git 2.39.4.
    """
    older = git.UPLOAD.replace("=", "=GIT_NO_LAZY_FETCH=0 ", 1)
    monkeypatch.setattr(git, "UPLOAD", older)
    owned = tmp_path / "owned"
    made = armed(tmp_path / "clones" / "eve", owned)
    status = ["git", "-C", str(made.folder), "status"]
    subprocess.run(status, env=ALONE, capture_output=True, check=False)
    assert owned.exists(), "the trap does not work"
    owned.unlink()
    if incomplete:
        for pack in (made.folder / ".git" / "objects" / "pack").glob("*"):
            pack.unlink()
        for blob in (made.folder / ".git" / "objects").glob("??/*"):
            if zlib.decompress(blob.read_bytes()).startswith(b"blob "):
                blob.unlink()
    row = take(tmp_path)[0]["eve"]
    assert not owned.exists()
    if incomplete:
        assert row["files"] == [] and row["problems"][0].startswith("Nothing was taken: ")
    else:
        assert (tmp_path / "out" / "eve" / PART1).read_bytes() == b"x = $Format:%H$\n"


def lead_by_file(inside: Path, other: Path) -> None:
    """Let `.git` be a file that names another repository."""
    shutil.rmtree(inside)
    inside.write_text(f"gitdir: {other}\n", encoding="utf-8")


def lead_by_common_folder(inside: Path, other: Path) -> None:
    """Let names and objects be another repository's."""
    (inside / "commondir").write_text(f"{other}\n", encoding="utf-8")


def lead_by_alternates(inside: Path, other: Path) -> None:
    """Let objects be another repository's as well."""
    (inside / "objects" / "info").mkdir(exist_ok=True)
    (inside / "objects" / "info" / "alternates").write_text(f"{other / 'objects'}\n", encoding="utf-8")


def lead_by_link(inside: Path, other: Path, name: str = "") -> None:
    """Let a part of `.git`, or all of it, be a link."""
    target = inside / name if name else inside
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    target.symlink_to(other / name)


def lead_by_link_of_objects(inside: Path, other: Path) -> None:
    """Let `.git/objects` be a link."""
    lead_by_link(inside, other, "objects")


def lead_by_link_of_a_name(inside: Path, other: Path) -> None:
    """Let a branch be a link."""
    lead_by_link(inside, other, "refs/heads/main")


def wait_for_ever(inside: Path, other: Path) -> None:
    """Let HEAD be a pipe from which nothing comes."""
    (inside / "HEAD").unlink()
    os.mkfifo(inside / "HEAD")


@pytest.mark.quick
@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
@pytest.mark.parametrize("lead", [lead_by_file, lead_by_common_folder, lead_by_alternates,
                                  lead_by_link, lead_by_link_of_objects, lead_by_link_of_a_name,
                                  wait_for_ever])  # fmt: skip
def test_a_repository_that_leads_to_another_students_is_refused(tmp_path, lead):
    """Nobody hands in what lies beside their own folder."""
    ada = started(tmp_path / "clones" / "ada").folder / ".git"
    eve = started(tmp_path / "clones" / "eve").folder / ".git"
    lead(eve, ada)
    rows, _ = take(tmp_path)
    assert rows["ada"]["files"] == [*NAMES] and rows["eve"]["files"] == []
    assert rows["eve"]["problems"][0].endswith("leads to another place. Clone it again, in full.")


def fall_to_the_folder(eve: Path, ada: Path) -> None:
    """Let the folder around an empty `.git` be a repository, of links."""
    (eve / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    for name in ("objects", "refs"):
        (eve / name).symlink_to(ada / ".git" / name)


def fall_to_a_like_name(eve: Path, ada: Path) -> None:
    """Let a folder beside it, which git tries as well, be a copy of another student's repository."""
    shutil.copytree(ada / ".git", eve.with_name("eve.git"))


@pytest.mark.quick
@pytest.mark.skipif(os.name == "nt", reason="links")
@pytest.mark.parametrize("fall", [fall_to_the_folder, fall_to_a_like_name])
def test_git_reads_no_other_folder_than_was_looked_at(tmp_path, fall):
    """Where `.git` is no repository, git is not let to look for one around it or beside it."""
    ada = started(tmp_path / "clones" / "ada").folder
    eve = tmp_path / "clones" / "eve"
    (eve / ".git").mkdir(parents=True)
    fall(eve, ada)
    rows, _ = take(tmp_path)
    assert rows["ada"]["files"] == [*NAMES] and rows["eve"]["files"] == []
    assert rows["eve"]["problems"][0].startswith("Nothing was taken: ")


@pytest.mark.quick
@pytest.mark.skipif(os.name == "nt", reason="sockets")
def test_a_socket_that_git_left_is_no_lead(tmp_path, monkeypatch):
    """On macOS git watches files by a socket in `.git`; elsewhere in it, there is none."""
    inside = started(tmp_path / "clones" / "ada").folder / ".git"
    monkeypatch.chdir(inside)
    with socket.socket(socket.AF_UNIX) as watch:
        watch.bind("fsmonitor--daemon.ipc")
    row = take(tmp_path)[0]["ada"]
    assert row["files"] == [*NAMES] and row["problems"] == []
    (inside / "fsmonitor--daemon.ipc").rename(inside / "refs" / "heads" / "x")
    assert "leads to another place" in take(tmp_path)[0]["ada"]["problems"][0]


@pytest.mark.quick
@pytest.mark.skipif(os.name == "nt", reason="limits of processes")
def test_a_fetch_that_fills_the_disk_is_ended(tmp_path, monkeypatch):
    """A repository may hold any number of bytes: its student is told, and nobody else is stopped."""
    started(tmp_path / "clones" / "ada")
    edited(tmp_path / "clones" / "eve", {"noise.bin": os.urandom(2**20)})
    small = [part.replace(str(git.BLOCKS), "200") for part in git.LIMITED]
    monkeypatch.setattr(git, "LIMITED", small)
    rows, _ = take(tmp_path)
    assert rows["ada"]["files"] == [*NAMES] and rows["eve"]["files"] == []
    told = "Nothing was taken: It holds too much: more than 2 GB. Look at the repository."
    assert rows["eve"]["problems"] == [told]


@pytest.mark.quick
def test_without_git_every_student_is_told_to_have_it_installed(tmp_path, monkeypatch):
    """A machine without git is no broken repository."""
    started(tmp_path / "clones" / "ada")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = take(tmp_path)[0]["ada"]["problems"]
    assert told == ["Nothing was taken: git cannot be found. Install git."]


@pytest.mark.quick
def test_a_log_made_of_tabs_is_read_in_time(tmp_path):
    """The log of a clone is its student's: a line of it costs what it is long, no more."""
    log = tmp_path / ".git" / "logs" / "refs" / "remotes" / "origin" / "main"
    log.parent.mkdir(parents=True)
    old = "a" * 40
    log.write_text(f"{old} {'b' * 40} {TAB * 2**17}\n", encoding="ascii")
    start = time.monotonic()
    assert [*forced(str(tmp_path), "main")] == [] and time.monotonic() - start < 2
    log.write_text(f"{old} {'b' * 40} Ada{TAB}fetch: forced-update\n", encoding="ascii")
    (told,) = forced(str(tmp_path), "main")
    assert told.startswith("Branch main was force-pushed; before, it was at aaaaaaa.")


@pytest.mark.quick
def test_a_link_beside_the_clones_is_told(tmp_path):
    """A folder of clones that was unpacked may hold links, also to folders of the instructor."""
    started(tmp_path / "secret")
    (tmp_path / "clones").mkdir()
    (tmp_path / "clones" / "eve").symlink_to(tmp_path / "secret")
    assert take(tmp_path)[0]["eve"]["problems"][0].startswith("eve is a link. Clone it")


@pytest.mark.quick
def test_replaced_and_grafted_commits_count_as_they_were_made(tmp_path):
    """`refs/replace/` and `info/grafts` change what git shows of a history, not what is gathered."""
    made = started(tmp_path / "clones" / "eve")
    counts = made.git("rev-parse", "main")
    late = made.commit({f"assignment/{PART1}": b"x = 2\n"}, "2026-01-20 00:00")
    other = made.commit({f"assignment/{PART1}": b"x = 3\n"}, DAY, "other", after=None)
    made.git("branch", "-D", "other")
    made.git("update-ref", f"refs/replace/{late}", other)
    (made.folder / ".git" / "info").mkdir(exist_ok=True)
    (made.folder / ".git" / "info" / "grafts").write_text(f"{late}\n", encoding="ascii")
    row = take(tmp_path, "--deadline", "2026-01-15 18:00 UTC")[0]["eve"]
    assert row["commit"] == counts
    assert row["problems"][0].startswith("Left out: a later commit")


@pytest.mark.quick
def test_an_object_that_is_not_what_its_name_says_is_not_taken(tmp_path):
    """Git's names are hashes; another content under the same name ends the fetch."""
    made = started(tmp_path / "clones" / "eve")
    blob = made.blob(b"x = 2\n")
    made.commit({f"assignment/{PART1}": b"x = 2\n"}, SOON)
    path = made.folder / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob 6\0x = 9\n"))
    for pack in (made.folder / ".git" / "objects" / "pack").glob("*"):
        pack.chmod(0o644)
        pack.write_bytes(b"PACK" + pack.read_bytes()[4:-20] + b"\0" * 20)
    row = take(tmp_path)[0]["eve"]
    assert row["files"] == [] and row["problems"][0].startswith("Nothing was taken: ")


UNSAFE = [b"..", b".", b".git", b".GIT", b"git~1", b"a\\b", b"c:", b"CON", b"nul.py", b"com1.txt",
          b"end.", b"end ", b"a\nb", b"\x1b[2J", "\u202eyp".encode(), ".g\u200cit".encode(), b"\xff.py",
          b"what?", b"*", b'"', b"::error::x"]  # fmt: skip


@pytest.mark.quick
def test_names_that_lead_elsewhere_on_any_system_are_left_out(tmp_path):
    """Such files, and folders of such names, are told in one sentence; nothing is printed raw."""
    made = new(tmp_path / "clones" / "eve")
    blob = made.blob(b"x = 1\n")
    inside = made.tree([("100644", b"config", blob)])
    entries = [("100644", PART1.encode(), blob), ("100644", b"/etc/owned", blob),
               *[("40000", name, inside) for name in UNSAFE]]  # fmt: skip
    made.crafted([("40000", b"assignment", made.tree(entries))], SOON)
    rows, shown = take(tmp_path)
    assert rows["eve"]["files"] == [PART1] and {*snapshot(tmp_path / "out" / "eve")} == {PART1}
    (told,) = [problem for problem in rows["eve"]["problems"] if problem.startswith("Left out")]
    assert told.startswith("Left out for a name that some systems do not take: ") and "more" in told
    assert "\x1b" not in shown and "\u202e" not in shown and "\n::" not in shown


@pytest.mark.quick
def test_of_names_that_are_one_on_some_disks_the_part_is_taken(tmp_path):
    """Upper case, and accents written in two ways: the exact name of a part comes first."""
    changes = {PART1.upper(): b"bad\n", "\u00e9.txt": b"1", "e\u0301.txt": b"2", "Data/a": b"3",
             "data/a": b"4"}  # fmt: skip
    edited(tmp_path / "clones" / "eve", changes)
    row = take(tmp_path)[0]["eve"]
    assert row["files"] == sorted([*NAMES, "Data/a", "e\u0301.txt"])
    (told,) = row["problems"]
    assert told.startswith("Left out as only upper and lower case tell them from others: ")
    assert (tmp_path / "out" / "eve" / PART1).read_bytes() == HANDED_OUT[f"assignment/{PART1}"]


@pytest.mark.quick
def test_a_tree_that_stands_for_endless_files_costs_its_student_only(tmp_path, monkeypatch):
    """Ten folders of ten folders, twelve deep, weigh a kilobyte; the parts beside them are taken."""
    made = new(tmp_path / "clones" / "eve")
    blob = made.blob(b"x = 1\n")
    level = made.tree([("100644", b"%d" % n, blob) for n in range(10)])
    for _ in range(12):
        level = made.tree([("40000", b"%d" % n, level) for n in range(10)])
    parts = [("100644", name.encode(), blob) for name in NAMES]
    made.crafted([("40000", b"assignment", made.tree([("40000", b"a", level), *parts]))], SOON)
    started(tmp_path / "clones" / "ada")
    monkeypatch.setattr(files, "MOST", 50)
    start = time.monotonic()
    rows, _ = take(tmp_path)
    assert time.monotonic() - start < 60
    assert {*NAMES} <= {*rows["eve"]["files"]} and rows["ada"]["problems"] == []
    (told,) = rows["eve"]["problems"]
    assert told.startswith("Left out beyond 50 files or 400 MB: a/")


@pytest.mark.quick
def test_thousands_of_branches_and_submissions_are_read(tmp_path):
    """As many names as a student likes: packed, with tags of a submission that are none."""
    made = started(tmp_path / "clones" / "eve")
    commit = made.git("rev-parse", "main")
    names = [f"{commit} refs/heads/b{n:05}" for n in range(3000)]
    names += [f"{commit} refs/tags/submit/2026-01-{n % 28 + 1:02}T00-00-{n % 60:02}Z-{n:07x}"
              for n in range(3000)]  # fmt: skip
    names += [f"{commit} refs/tags/submit/soon", f"{commit} refs/tags/submit/2026-99-99T00-00-00Z"]
    (made.folder / ".git" / "packed-refs").write_text("\n".join(sorted(names)) + "\n", encoding="ascii")
    row = take(tmp_path)[0]["eve"]
    assert (row["commit"], row["pushed"]) == (commit, "2026-01-01T00:00:00Z")
    (told,) = row["problems"]
    assert told.startswith(f"Commit {commit[:7]} arrived 105.0 h before it was committed, by its own ")


@pytest.mark.quick
def test_addresses_are_never_options_or_programs(tmp_path, alone):
    """A list may hold anything: no transport but the usual ones, nothing that looks like an option."""
    owned = tmp_path / "owned"
    lines = [f"ext::sh -c touch% {owned}", f"-u:touch {owned};", f"--upload-pack=touch {owned}",
             f"ssh://-oProxyCommand=touch%20{owned}/x", f"fd::17,touch {owned}", "file:///nowhere", "-",
             "file::/x", "\\\\host\\share", "a" * 5000]  # fmt: skip
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    code, shown = gather(tmp_path / "list.txt", "--out", tmp_path / "out")
    assert code == 0 and not owned.exists()
    assert f"0 gathered, 0 late, {len(lines)} without files, of {len(lines)} repositories." in shown
    assert all(row["problems"] for row in rows_of(tmp_path / "out").values())


@pytest.mark.quick
def test_passwords_in_a_list_are_never_shown(tmp_path, alone):
    """Neither in what is printed nor in any file: of users, of queries, also where git repeats them."""
    lines = ["https://user:s3cret@127.0.0.1:1/x/ada.git", "https://s3cret@127.0.0.1:1/bo",
             "https://u:s3cret@127.0.0.1:1", "https://127.0.0.1:1/cleo.git?token=s3cret",
             "user:s3cret@127.0.0.1:x/dora", "https://u:p@s3cret@127.0.0.1:1/eve",
             "ext::s3cret@x"]  # fmt: skip
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    code, shown = gather(tmp_path / "list.txt", "--out", tmp_path / "out")
    assert code == 0 and "s3cret" not in shown, shown
    assert not any(b"s3cret" in data for data in snapshot(tmp_path / "out").values())
    assert {"ada", "bo", "cleo", "dora", "eve"} <= {*rows_of(tmp_path / "out")}


@pytest.mark.quick
def test_an_address_is_shown_without_its_secrets():
    """What names the repository stays."""
    shown = {
        "https://u:p@host/a@b/c.git": "https://host/a@b/c.git",
        "git@host:a/b": "host:a/b",
        "/home/me@x/a?b": "/home/me@x/a?b",
        "C:\\me@x\\a": "C:\\me@x\\a",
        "cannot read 'https://u@host/x?t=1': no": "cannot read 'https://host/x': no",
    }
    assert {url: without_secrets(url) for url in shown} == shown


@pytest.mark.quick
def test_ids_of_students_are_names_of_folders_of_their_own():
    """No path, no name of a system or of our files, no two that are one on some disk."""
    given = ["../../etc/passwd", "/root", "a\\b", "CON", "gathered.json", ".git", "-rf", "", "..",
             "a\nb", "x" * 999, "\u202e", "mary-ann", "ada@x.org", "Zoë"]  # fmt: skip
    ids = [student_of(name) for name in given]
    assert ids == ["_.._etc_passwd", "_root", "a_b", "_CON", "_gathered.json", "git", "rf", "unnamed",
                   "unnamed", "a_b", "x" * 80, "_", "mary-ann", "ada@x.org", "Zoë"]  # fmt: skip
    assert student_of("hw1-ada", "hw1-") == "ada" and student_of("hw1-ada", "hw1") == "ada"
    assert apart(["a", "A", "a-2", "b"]) == ["a", "A-3", "a-2", "b"]


@pytest.mark.quick
def test_marks_of_a_conflict_are_found_in_time():
    """Files that are nothing but beginnings of a conflict, or nothing but space, take no second."""
    start = time.monotonic()
    for data in (b"<<<<<<< a\n" * 400_000, b"\n" * 2**22, b" " * 2**22, b"<<<<<<< \n=======\n" * 99999):
        assert conflict(data) is None
    assert time.monotonic() - start < 5
    assert conflict(b'1\n   "<<<<<<< a\\n",\n"=======\\n",\n">>>>>>> b\\n"\n') == 2


@pytest.mark.quick
def test_the_callers_own_repository_is_never_touched(tmp_path, monkeypatch):
    """Where git's variables name a repository of the instructor, as in a hook, nothing goes there."""
    mine = started(tmp_path / "mine")
    before = snapshot(mine.folder)
    for name, value in {"GIT_DIR": mine.folder / ".git", "GIT_INDEX_FILE": tmp_path / "index",
                        "GIT_OBJECT_DIRECTORY": mine.folder / ".git" / "objects"}.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    edited(tmp_path / "clones" / "ada", {PART1: b"x = 2\n"})
    assert take(tmp_path)[0]["ada"]["files"] and snapshot(mine.folder) == before


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_server_that_never_answers_is_left_at_once(tmp_path, alone):
    """Ctrl-C ends the fetches that still wait; what was gathered so far is in `gathered.json`."""
    started(tmp_path / "ada")
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = ["ada", *(f"git://127.0.0.1:{server.getsockname()[1]}/{name}" for name in "bcdefg")]
        (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
        call = [sys.executable, "-m", "autograder", "gather", str(tmp_path / "list.txt"), "--out",
                str(tmp_path / "out")]  # fmt: skip
        with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout.readline().startswith("ada ")
                server.accept()
                process.send_signal(signal.SIGINT)
                assert process.wait(60) == 130
            finally:
                process.kill()  # where Ctrl-C is ignored, as in the background of a shell
    assert {*rows_of(tmp_path / "out")} == {"ada"}
