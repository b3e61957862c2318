"""nbgrader's formgrader as a person opens it: its server on a free port, its pages in a browser."""

import contextlib
import functools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from autograder.tests.browser import as_root

WAIT_S = 60
CELL = "return document.getElementById(arguments[0]).closest('div.cell')"
TRAPS = """return [...document.querySelectorAll('*')].filter(element =>
    element.matches('iframe, object, embed, svg script, [src="x"]')
    || element.getAttributeNames().some(name => name.startsWith('on')
        && !element.getAttribute(name).startsWith('toggle_name('))
    || element.matches('a') && !['http:', 'https:', 'file:', ':'].includes(element.protocol)
    || element.matches('script') && element.textContent.includes('owned')).map(e => e.outerHTML)"""
FILLED = """const page = window.formgrader;
    return page && [page, page.grades, page.comments].every(what => what && what.loaded)"""


class Formgrader:
    """What a person sees and does in formgrader.

    Args:
        browser: The browser.
        url: Where the server answers.
        token: The word that lets the browser in.
    """

    def __init__(self, browser: WebDriver, url: str, token: str):
        self.browser, self.url = browser, url
        browser.get(f"{url}/formgrader/manage_assignments?token={token}")

    def open(self, page: str) -> None:
        """Load a page of formgrader."""
        self.browser.get(f"{self.url}/formgrader/{page}")

    def wait(self, ready: Callable[[WebDriver], object]):
        """Return what a condition gives as soon as it is true."""
        return WebDriverWait(self.browser, WAIT_S, 0.05).until(ready)

    def rows(self, page: str) -> list[list[str]]:
        """Load a page and return its table, once it is filled, as the texts of its cells."""
        self.open(page)
        self.wait(lambda browser: browser.execute_script("return window.models && models.loaded"))
        lines = self.browser.find_elements(By.CSS_SELECTOR, "#main-table tr")
        return [[cell.text for cell in line.find_elements(By.TAG_NAME, "td")] for line in lines]

    def open_submission(self, assignment: str, notebook: str, student: str) -> None:
        """Go from the list of submissions of a notebook to a student's, as a click does."""
        self.rows(f"gradebook/{assignment}/{notebook}")
        known = "return models.toJSON().filter(m => m.student === arguments[0])[0].id"
        self.open(f"submissions/{self.browser.execute_script(known, student)}")
        self.wait_for_grades()

    def wait_for_grades(self) -> None:
        """Wait until the page of a submission has its points and comments."""
        self.wait(lambda browser: browser.execute_script(FILLED))

    def reload(self) -> None:
        """Load the page of a submission anew."""
        self.browser.refresh()
        self.wait_for_grades()

    def field(self, id_: str) -> WebElement:
        """Return the field for points or for a comment."""
        return self.browser.find_element(By.ID, id_)

    def type_into(self, id_: str, text: str) -> None:
        """Type into a field in place of what it holds, leave it, and wait until it is saved."""
        self.browser.execute_script("window.saved = 0; $(document).on('finished_saving', () => saved++)")
        field = self.field(id_)
        field.clear()
        field.send_keys(text)
        self.browser.execute_script("arguments[0].blur()", field)
        self.wait(lambda browser: browser.execute_script("return saved > 0"))

    def panel(self, id_: str) -> str:
        """Return the text of the cell whose points have this id."""
        return self.browser.execute_script(CELL, id_).text

    def press(self, assignment: str, student: str, what: str) -> str:
        """Press a button in the list of submissions, and return what the window says that then opens."""
        self.rows(f"manage_submissions/{assignment}")
        lines = self.browser.find_elements(By.CSS_SELECTOR, "#main-table tr")
        line = next(n for n in lines if n.find_element(By.CLASS_NAME, "student-id").text == student)
        line.find_element(By.CSS_SELECTOR, f".{what} a").click()
        opened = self.wait(lambda browser: browser.find_elements(By.CLASS_NAME, "modal-content"))
        return opened[0].get_attribute("textContent")  # also what is still fading in

    def traps(self) -> list[str]:
        """Return what on the page would run a script if it were loaded, clicked, or drawn."""
        return self.browser.execute_script(TRAPS)

    def text(self) -> str:
        """Return all text of the page that can be seen."""
        return self.browser.find_element(By.TAG_NAME, "body").text


@contextlib.contextmanager
def served(course: Path, scratch: Path) -> Iterator[tuple[str, str]]:
    """Start the server with which an instructor opens formgrader; give its address and token.

    Args:
        course: The course's folder, with its nbgrader_config.py.
        scratch: A folder for the server's home, settings and log.
    """
    port, token = free_port(), secrets.token_hex(16)
    log = scratch / "server.log"
    line = [sys.executable, "-m", "jupyter_server", "--no-browser", f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]  # fmt: skip
    line += ["--allow-root"] if as_root() else []
    with log.open("wb") as output:
        server = subprocess.Popen(line, cwd=course, stdout=output, stderr=output,
                                  env=surroundings(scratch), start_new_session=True)  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(server, f"{url}/api/status?token={token}", log)
            yield url, token
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def surroundings(home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the person's own settings is read or written."""
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | own | {"HOME": str(home), "PATH": path}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(server: subprocess.Popen, url: str, log: Path) -> None:
    """Wait until a server answers; fail with its log if it ends or says nothing."""
    limit = time.monotonic() + WAIT_S
    while time.monotonic() < limit and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            opener().open(url, timeout=5).close()
            return
        time.sleep(0.1)
    pytest.fail(f"The server does not answer:\n{log.read_text(errors='replace')[-3000:]}")


@functools.cache
def opener() -> urllib.request.OpenerDirector:
    """Return what opens addresses of this machine, past any proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
