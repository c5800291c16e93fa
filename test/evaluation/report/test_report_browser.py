"""The page in a real browser: it loads nothing, says nothing on the console, and fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
import json
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from support_browser import open_browser
from support_report import clips
from support_report import lost
from support_report import near
from support_report import results_of

from rat_tracker.evaluation.report import write_report
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.system.missing import Missing

LONG_NAME = 'rat:filters.grid=1:filters.kernel_size=7:attention_gain=0.25'
PHONE, DESKTOP = 390, 1280  # pixels across


@pytest.fixture(scope='module')
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    sequences = clips(tmp_path_factory.mktemp('clips'), ['cat', 'dog', 'a' * 60])
    return results_of(sequences, {
        'near': map(near, sequences),
        LONG_NAME: [lost(sequence, 16) for sequence in sequences],
        'broken': [near(sequences[0]), lost(sequences[1]), Failure('no memory ' + 'x' * 200)],
        'other': map(lost, sequences)})


@pytest.fixture(scope='module')
def page(results: Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp('report')
    write_report(folder, results, Missing())
    return (folder / 'report.html').as_uri()


@pytest.fixture(scope='module')
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chrome = open_browser(tmp_path_factory.mktemp('chromium'))
    try:
        yield chrome
    finally:
        chrome.quit()


def show(browser: Chrome, page: str, width: int = DESKTOP) -> None:
    """Open the page in a window of this width and return when all of it is loaded."""
    browser.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
        'width': width, 'height': 844, 'deviceScaleFactor': 1, 'mobile': width == PHONE})
    browser.get(page)


def run(browser: Chrome, script: str) -> Any:
    return browser.execute_script(script)


def log(browser: Chrome, kind: str) -> list[Any]:
    """Return what was logged since the last call."""
    return browser.get_log(kind)  # type: ignore[no-untyped-call]


def test_console_stays_empty(browser: Chrome, page: str) -> None:
    log(browser, 'browser')  # empties it

    show(browser, page)

    assert log(browser, 'browser') == []


def test_nothing_is_requested_but_the_page(browser: Chrome, page: str) -> None:
    log(browser, 'performance')

    show(browser, page)

    messages = [json.loads(entry['message'])['message'] for entry in log(browser, 'performance')]
    requested = {message['params']['request']['url'] for message in messages
                 if message['method'] == 'Network.requestWillBeSent'
                 # The page with which Chromium starts has requests of its own.
                 and not message['params']['documentURL'].startswith('chrome')}
    assert page in requested
    assert {url for url in requested if not url.startswith('data:')} == {page}


def test_every_picture_is_shown_and_described(browser: Chrome, page: str) -> None:
    show(browser, page)

    pictures = run(browser, 'return [...document.images].map('
                            'image => [image.naturalWidth, image.complete, image.alt])')
    assert len(pictures) == 8 + 11 * 5
    for width, complete, text in pictures:
        assert width > 0
        assert complete
        assert len(text) > 20


def test_tables_hold_the_very_metrics_of_the_summary(
    browser: Chrome, page: str, results: Results,
) -> None:
    show(browser, page)
    totals = [row for row in results.lines if row.sequence == 'ALL']

    for label, metrics in (
            ('success (AUC)', [f'{row.auc:.3f}' for row in totals]),
            ('precision, 20 px', [f'{row.precision_20:.3f}' for row in totals]),
            ('success rate, 0.75', [f'{row.sr_75:.3f}' for row in totals]),
            ('frames per second', [f'{row.fps:.1f}' for row in totals]),
            ('calibration error (ECE)', [f'{row.ece:.3f}' for row in totals])):
        shown = run(browser, f"""
            const line = [...document.querySelectorAll('#summary tbody tr')].find(
                line => line.cells[0].textContent.trim() === {json.dumps(label)});
            return [...line.querySelectorAll('td')].map(cell => cell.innerText);""")
        assert [text.replace('★', '').replace('best', '').strip() for text in shown] == metrics


def test_best_is_marked_by_a_sign_and_not_by_colour_alone(browser: Chrome, page: str) -> None:
    show(browser, page)

    best = run(browser, """
        return [...document.querySelectorAll('#summary td strong')].map(
            mark => [mark.textContent, getComputedStyle(mark).fontWeight])""")
    assert best
    for text, weight in best:
        assert text.startswith('★')
        assert 'best' in text
        assert int(weight) >= 600


@pytest.mark.parametrize('width', [PHONE, DESKTOP])
def test_page_is_not_wider_than_the_window(browser: Chrome, page: str, width: int) -> None:
    show(browser, page, width)
    run(browser, 'document.querySelectorAll("details").forEach(each => { each.open = true })')

    assert run(browser, 'return document.documentElement.scrollWidth') <= width
    outside = run(browser, f"""
        return [...document.querySelectorAll('body *')]
            .filter(each => !each.closest('.scroll'))
            .filter(each => each.getBoundingClientRect().right > {width})
            .map(each => each.outerHTML.slice(0, 80))""")
    assert outside == []


def test_letters_stay_readable_on_a_phone(browser: Chrome, page: str) -> None:
    show(browser, page, PHONE)

    smallest = run(browser, """
        return Math.min(...[...document.querySelectorAll('p, td, th, li, dd, figcaption')].map(
            each => parseFloat(getComputedStyle(each).fontSize)))""")
    assert smallest >= 13


def test_name_of_a_sequence_leads_to_its_worst_moments(browser: Chrome, page: str) -> None:
    show(browser, page)

    browser.find_element(By.LINK_TEXT, 'dog').click()

    heading = run(browser, 'return document.querySelector(":target h3").textContent')
    assert heading == 'dog'


def test_page_can_be_printed_with_all_its_tables(browser: Chrome, page: str) -> None:
    """Tables that are folded away on the screen are not missing on paper."""
    show(browser, page)
    browser.execute_cdp_cmd('Emulation.setEmulatedMedia', {'media': 'print'})
    try:
        hidden = run(browser, """
            return [...document.querySelectorAll('details table')].filter(
                table => !table.checkVisibility()).length""")
    finally:
        browser.execute_cdp_cmd('Emulation.setEmulatedMedia', {'media': ''})
    assert hidden == 0
