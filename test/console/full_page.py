"""The page with everything that it can show."""

from __future__ import annotations

from console.browser import Page
from console.served import Served


def open_all(page: Page, console: Served, size: tuple[int, int], theme: str = 'dark') -> None:
    """Open the page with everything that it can show."""
    page.open(console.url, size, theme)
    page.shows_pictures()
    page.wait('a diagnosis', lambda: '/s' in page.text('#charts'))
    # One after the other: what is loaded moves what lies below it.
    page.click('#topics summary')
    page.wait('topics', lambda: page.text('.topics'))
    page.click('#parameters summary')
    page.wait('parameters', lambda: page.text('fieldset'))
