"""A browser without a window, for as long as a test needs it.

Chromium and its driver come with the machine; nothing is downloaded, and no page reaches a network.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVERS = ("chromedriver", "chromium.chromedriver")
REQUIRED = "MOVEOUT_REQUIRE_BROWSER"  # set by .ci/run: there, a browser that is missing is a failure
WIDTH, HEIGHT, TALLEST = 1300, 1000, 12_000  # of the window, of a picture: pixels
FLAGS = (
    "--headless=new",
    f"--window-size={WIDTH},{HEIGHT}",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no page reaches a network
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
# Pages load MathJax from the network, and formgrader waits for its word that it has begun.
MATHJAX = """window.MathJax = {Hub: {Config() {}, Queue() {}, Configured() {},
    Startup: {signal: {Interest(told) { setTimeout(() => told("End")); }}}}};"""


def found(names: tuple[str, ...]) -> str | None:
    """Return the path of the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def demand_browser() -> None:
    """Skip the test where there is no browser; fail it where one is required."""
    if found(BROWSERS) and found(DRIVERS):
        return
    reason = "no chromium and chromedriver here: `apt-get install chromium chromium-driver`"
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def chromium(scratch: Path) -> Iterator[WebDriver]:
    """Give a browser with a profile of its own that reaches this machine only."""
    options = webdriver.ChromeOptions()
    options.binary_location = found(BROWSERS)
    for line in (*FLAGS, f"--user-data-dir={scratch / 'profile'}"):
        options.add_argument(line)
    if as_root():
        options.add_argument("--no-sandbox")  # chromium refuses to start as root with one
    options.set_capability("unhandledPromptBehavior", "ignore")  # an alert stays, to be seen
    service = webdriver.ChromeService(found(DRIVERS), env=os.environ | {"HOME": str(scratch)})
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": MATHJAX})
        yield driver
    finally:
        driver.quit()


def as_root() -> bool:
    """Tell whether this is root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def photograph(browser: WebDriver, path: Path) -> None:
    """Write a picture of the whole page, also of what must be scrolled to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height = browser.execute_script("return document.body.scrollHeight")
    browser.set_window_size(WIDTH, min(height + HEIGHT, TALLEST))
    browser.save_screenshot(str(path))
    browser.set_window_size(WIDTH, HEIGHT)
