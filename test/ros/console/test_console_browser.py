"""The page in a real browser, before a real tracker's node: select, clear, lose, find again."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
import signal

from console.browser import Page
import pytest
from ros import scene
from ros.client import Client
from ros.console_process import console
from ros.moving_camera import MovingCamera
from ros.node_process import NodeProcess
from selenium.webdriver import Chrome
from support_browser import open_browser

from rat_tracker.geometry import Box
from rat_tracker.ros.runs.processes.domain import reserved_domain

LONG = 60.0  # seconds for a process to start on a busy machine
BoxOf = Callable[[str], Box]


@pytest.fixture(scope='module')
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chrome = open_browser(tmp_path_factory.mktemp('chromium'))
    try:
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    page = Page(browser)
    yield page
    page.leave()


class Stage:
    """A camera, a tracker and a console on a domain of their own; the tracker may end before."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self._folder = folder
        self.domain = stack.enter_context(reserved_domain())
        self.client = Client(self.domain)
        stack.callback(self.client.close)
        self.camera = stack.enter_context(MovingCamera(self.domain))
        self.tracker = self._launch_tracker()
        self.console = stack.enter_context(console(self.domain, folder / 'console.log'))
        self.client.ready(LONG)

    def start_tracker(self) -> None:
        self.tracker = self._launch_tracker()
        self.client.received['/diagnostics'].clear()
        self.client.ready(LONG)

    def _launch_tracker(self) -> NodeProcess:
        return self._stack.enter_context(NodeProcess(
            self.domain, self._folder / 'tracker.log', parameters={
                'buffer_seconds': 20.0}))  # a mouse that is moved by a busy machine is slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(stack, tmp_path)


def open_page(page: Page, stage: Stage) -> None:
    page.open(stage.console.address)
    page.wait('an answer in the picture', lambda: page.drawn('state'))
    page.shows_pictures()


def press(page: Page, box_of: BoxOf) -> tuple[tuple[float, float], tuple[float, float]]:
    """Press the mouse at a corner of a spot.

    The picture stands still from the press on; until then the spot moves.

    :returns: where it was pressed, and the corner of the box that has the spot in its middle
    """
    start = box_of(page.drawn('stamp'))
    page.mouse('mousePressed', start.x, start.y)
    spot = box_of(page.drawn('stamp'))
    return (start.x, start.y), (2 * spot.center_x - start.x, 2 * spot.center_y - start.y)


def choose(page: Page, box_of: BoxOf) -> None:
    """Draw a box until it counts.

    A tracker that was just started may be known too late for the first one; who draws is told so.
    """
    while True:
        draw(page, box_of)
        page.wait('an answer', lambda: not page.answer().endswith('…'))
        answer = page.answer()
        if 'as target' in answer:
            return
        assert 'does not answer' in answer or 'is not offered' in answer, answer


def draw(page: Page, box_of: BoxOf) -> None:
    """Draw a box around a spot with the mouse."""
    start, end = press(page, box_of)
    while not 0 <= end[0] <= scene.WIDTH:  # the spot was too quick for this hand: once more
        page.press('Escape')
        page.mouse('mouseReleased', *start, pressed=False)
        start, end = press(page, box_of)
    page.mouse('mouseMoved', (start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse('mouseMoved', *end)
    page.mouse('mouseReleased', *end, pressed=False)


def follows(page: Page, box_of: BoxOf) -> None:
    """Wait until some pictures in a row have the target's box where the spot is in them."""
    seen: set[str] = set()

    def enough() -> bool:
        stamp, box = page.run('const {stamp, box} = document.querySelector("#stage").dataset;'
                              'return [stamp, box]')
        if not box or stamp in seen:
            return False
        drawn, true = Box(*map(float, box.split(','))), box_of(stamp)
        if abs(drawn.center_x - true.center_x) > 2 or abs(drawn.center_y - true.center_y) > 2:
            seen.clear()
            return False
        seen.add(stamp)
        return len(seen) >= 5
    page.wait('TRACKING', lambda: page.text('#state-name') == 'TRACKING')
    page.wait('a box that follows', enough)


def test_a_box_drawn_with_the_mouse_is_followed_until_it_is_cleared(
    page: Page, stage: Stage,
) -> None:
    open_page(page, stage)
    assert page.text('#state-name') == 'SEARCHING'
    choose(page, stage.camera.red_box)
    follows(page, stage.camera.red_box)
    page.click('#clear')
    page.wait('nothing to be followed', lambda: page.drawn('state') == 'SEARCHING')
    assert page.drawn('box') == ''
    page.wait('the answer to clearing', lambda: page.answer() == 'cleared')


@pytest.mark.whole
def test_the_tracker_ends_and_comes_back(page: Page, stage: Stage) -> None:
    open_page(page, stage)
    choose(page, stage.camera.red_box)
    follows(page, stage.camera.red_box)
    stage.tracker.stop(signal.SIGKILL)
    # The graph keeps a node that was killed for 20 s.
    page.wait('the problem', lambda: any(words in page.text('#problem') for words in (
        'says nothing on /diagnostics', 'there is no tracker')))
    page.shows_pictures()  # the camera is there, to look at
    page.wait('pictures without an answer', lambda: not page.drawn('state'))
    stage.start_tracker()
    page.wait('no problem', lambda: page.text('#problem') == '')
    page.wait('pictures with an answer', lambda: page.drawn('state') == 'SEARCHING')
    choose(page, stage.camera.green_box)
    follows(page, stage.camera.green_box)
