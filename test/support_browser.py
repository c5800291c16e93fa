"""Chromium, for tests of what somebody sees."""

from __future__ import annotations

from pathlib import Path
import shutil

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver import ChromeOptions
from selenium.webdriver import ChromeService

_ARGUMENTS = (
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync')


def open_browser(folder: Path) -> Chrome:
    """Start Chromium, with its files in a folder; skip where it is not installed."""
    chromium, driver = shutil.which('chromium'), shutil.which('chromedriver')
    if chromium is None or driver is None:
        pytest.skip('Chromium is missing; on Debian: apt-get install chromium chromium-driver')
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in (*_ARGUMENTS, f'--user-data-dir={folder}'):
        options.add_argument(argument)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
    return Chrome(options, ChromeService(driver))
