"""A console with a robot in a double, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from console.browser import Page
    from console.served import Served
    from selenium.webdriver import Chrome


@pytest.fixture(scope='session')
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    from support_browser import open_browser  # noqa: PLC0415 - tests skip where it is missing
    chrome = open_browser(tmp_path_factory.mktemp('chromium'))
    try:
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    """A browser that remembers nothing of the tests before."""
    from console.browser import Page  # noqa: PLC0415 - as above
    page = Page(browser)
    yield page
    page.leave()


@pytest.fixture
def console() -> Iterator[Served]:
    from console.served import served  # noqa: PLC0415 - as above

    from rat_tracker.console.options import ConsoleOptions  # noqa: PLC0415
    with served(ConsoleOptions(port=0)) as console:
        yield console
