"""The page in a real browser trusts nobody and needs nobody."""

from __future__ import annotations

import json

from console.browser import DESKTOP
from console.browser import Page
from console.full_page import open_all
from console.served import Served
import pytest


def test_console_stays_empty_and_nothing_comes_from_elsewhere(
    page: Page, console: Served,
) -> None:
    """Violations of the content security policy are written to the browser's console, too."""
    open_all(page, console, DESKTOP)
    page.click('#show-attention')
    page.wait('attention', lambda: page.drawn('attention'))

    assert page.log('browser') == []
    requested = page.requested()
    assert console.url in requested
    own = (console.url, console.url.replace('http', 'ws'), f'blob:{console.url}')
    assert [address for address in requested if not address.startswith(own)] == []


@pytest.mark.whole
def test_script_that_is_smuggled_in_does_not_run(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.run("""
        const smuggled = document.createElement('div');
        smuggled.innerHTML = '<img src="x" onerror="window.fooled = true">';
        document.body.append(smuggled);
        const script = document.createElement('script');
        script.textContent = 'window.fooled = true';
        document.body.append(script);""")

    page.wait('the refusals', lambda: 'Content Security Policy' in json.dumps(
        page.log('browser')))
    assert page.run('return window.fooled') is None


def test_text_from_the_robot_is_text(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    evil = '<img src=x onerror=alert(1)><b>bold</b>'

    console.do(lambda: console.robot.report_problem(evil))

    page.wait('the problem', lambda: page.text('#problem') == evil)
    assert page.run('return document.querySelectorAll("#problem *").length') == 0
