"""A console with a robot in a double, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

pytest.importorskip('aiohttp', reason='aiohttp is not installed: see requirements/console.txt')

from console.browser import Page
from console.served import Served
from console.served import served
from support_browser import open_browser

from rat_tracker.console.options import ConsoleOptions


@pytest.fixture(scope='session')
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chrome = open_browser(tmp_path_factory.mktemp('chromium'))
    try:
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    """A browser that remembers nothing of the tests before."""
    page = Page(browser)
    yield page
    page.leave()


@pytest.fixture
def console() -> Iterator[Served]:
    with served(ConsoleOptions(port=0)) as console:
        yield console
