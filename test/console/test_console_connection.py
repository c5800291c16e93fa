"""What is old is not taken for new, and whatever was lost comes back by itself."""

from __future__ import annotations

from contextlib import ExitStack

from console.browser import Page
from console.clients import bare
from console.fake_robot import FakeRobot
from console.served import Served
from console.served import served
import pytest

from rat_tracker.console import live
from rat_tracker.console.options import ConsoleOptions

TOKEN = 'correct-horse-battery'


def test_page_comes_back_when_the_server_does(page: Page) -> None:
    with served(ConsoleOptions(port=0)) as console:
        port = console.port
        page.open(console.url)
        page.shows_pictures()
        page.click('#show-attention')
        page.wait('attention', lambda: page.drawn('attention'))
        page.run('window.untouched = true')
    page.wait('the loss', lambda: page.text('#connection') == 'reconnecting')
    assert page.text('#veil') == 'Connection to the console lost; trying again.'
    assert page.run('return document.querySelector("#stage").classList.contains("stale")')
    page.wait('an old state', lambda: 'No result for' in page.text('#state-old'))

    with served(ConsoleOptions(port=port)) as console:
        page.wait('the return', lambda: page.text('#connection') == 'live')
        page.shows_pictures()
        page.wait('attention', lambda: page.drawn('attention'))
        assert page.run('return window.untouched')
        page.wait('no veil', lambda: not page.run(
            'return document.querySelector("#veil").checkVisibility()'))
        page.run('document.querySelector("#stage").focus()')
        page.press('Enter', 2)  # and it selects, as before
        page.wait('a selection', lambda: console.robot.selections)


@pytest.mark.whole
def test_server_that_ends_while_somebody_draws_loses_the_box_only(page: Page) -> None:
    with served(ConsoleOptions(port=0)) as console:
        port = console.port
        page.open(console.url)
        page.shows_pictures()
        page.mouse('mousePressed', 100, 100)
        page.mouse('mouseMoved', 200, 200)
    page.wait('the loss', lambda: page.text('#connection') == 'reconnecting')
    page.mouse('mouseReleased', 200, 200, pressed=False)
    page.wait('the reason', lambda: page.answer() == (
        'The console does not answer; is it still running?'))
    with served(ConsoleOptions(port=port)):
        page.shows_pictures()


def test_camera_that_stops_is_reported_with_the_reason(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    def stop() -> None:
        console.robot.camera_runs = console.robot.tracker_runs = False
        console.robot.report_problem('/camera/image_raw has no publisher: start the camera')
    console.do(stop)

    page.wait('its age', lambda: page.text('#veil').startswith('No picture for '))
    page.wait('the words', lambda: page.text('#connection') == 'no new picture')
    page.wait('an old state', lambda: 'No result for' in page.text('#state-old'))
    assert page.text('#problem') == '/camera/image_raw has no publisher: start the camera'

    def start() -> None:
        console.robot.camera_runs = console.robot.tracker_runs = True
        console.robot.report_problem('')
    console.do(start)

    page.shows_pictures()
    page.wait('no veil', lambda: not page.run(
        'return document.querySelector("#veil").checkVisibility()'))
    page.wait('no problem', lambda: not page.run(
        'return document.querySelector("#problem").checkVisibility()'))
    page.wait('a state of now', lambda: not page.run(
        'return document.querySelector("#state-old").checkVisibility()'))


@pytest.mark.whole
def test_page_that_opens_while_the_camera_is_off_says_what_it_waits_for(page: Page) -> None:
    robot = FakeRobot()
    robot.camera_runs = False
    robot.report_problem('start the camera')
    with served(ConsoleOptions(port=0), robot) as console:
        page.open(console.url)
        page.wait('the problem', lambda: page.text('#problem') == 'start the camera')
        page.wait('the words', lambda: page.text('#veil') == 'Waiting for the first picture …')
        page.press('Enter')  # there is nothing to draw on
        page.mouse('mousePressed', 100, 100)
        page.mouse('mouseReleased', 100, 100, pressed=False)
        robot.camera_runs = True
        page.shows_pictures()
        assert robot.selections == []
        assert page.log('browser') == []


@pytest.mark.whole
def test_picture_that_cannot_be_read_is_reported_and_the_next_one_shown(page: Page) -> None:
    robot = FakeRobot()
    with served(ConsoleOptions(port=0), robot) as console:
        page.open(console.url)
        page.shows_pictures()
        robot.spoils = True
        page.wait('the words', lambda: 'cannot be shown' in page.text('#veil'))
        robot.spoils = False
        page.shows_pictures()
        page.wait('live', lambda: page.text('#connection') == 'live')


@pytest.mark.whole
def test_hidden_page_costs_nothing_and_comes_back(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    hidden = page.browser.current_window_handle
    page.browser.switch_to.new_window('tab')
    other = page.browser.current_window_handle
    try:
        page.wait('the robot to rest', lambda: console.robot.watching is None)
    finally:
        page.browser.switch_to.window(other)
        page.browser.close()
        page.browser.switch_to.window(hidden)
    page.shows_pictures()


@pytest.mark.whole
def test_page_that_finds_no_place_says_so_and_waits_for_one(
    page: Page, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, '_HEARTBEAT', 1000.0)  # the first page answers none
    with served(ConsoleOptions(port=0, viewers=1)) as console, ExitStack() as stack:
        first = stack.enter_context(bare(console.port))
        first.sendall(
            b'GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n'
            b'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
            b'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n'
            b'\x81\x93\0\0\0\0{"pictures": false}')  # hidden: it is never given up
        assert first.recv(100).startswith(b'HTTP/1.1 101')

        page.open(console.url)

        page.wait('the reason', lambda: 'enough pages are open' in page.text('#veil'))
        stack.close()
        page.shows_pictures()


def test_token_is_asked_for_and_leaves_the_address_bar(page: Page) -> None:
    with served(ConsoleOptions(port=0, token=TOKEN)) as console:
        page.open(console.url)
        assert 'needs the token' in page.text('p')
        page.run('document.querySelector("#token").value = "wrong-token"')
        page.click('button')
        page.wait('the refusal', lambda: page.text('p') == 'This is not the token.')
        assert page.run('return document.querySelector("#stage")') is None

        page.run('document.querySelector("#token").value = arguments[0]', TOKEN)
        page.click('button')
        page.wait('the page', lambda: page.run('return document.querySelector("#stage")'))
        page.shows_pictures()
        assert page.run('return location.href') == console.url

        page.browser.delete_all_cookies()
        page.open(f'{console.url}?token={TOKEN}')
        page.shows_pictures()
        assert page.run('return location.href') == console.url
        assert page.run('return document.cookie') == ''  # no script reads it


@pytest.mark.whole
def test_page_with_the_token_of_before_says_what_to_do(page: Page) -> None:
    with served(ConsoleOptions(port=0, token=TOKEN)) as console:
        port = console.port
        page.open(f'{console.url}?token={TOKEN}')
        page.shows_pictures()
    with served(ConsoleOptions(port=port, token=TOKEN)):
        page.shows_pictures()  # the same token: nothing to do
    with served(ConsoleOptions(port=port, token='another-horse-battery')):
        page.wait('what to do', lambda: page.text('#veil') == (
            'The console wants its token: reload the page.'))
