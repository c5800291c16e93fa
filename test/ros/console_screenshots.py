"""Make the pictures of docs/console.md: the page, before the real tracker and a clip.

Run it as ``PYTHONPATH=test:$PYTHONPATH python -m ros.console_screenshots``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
import os
from pathlib import Path
import tempfile

import cv2

os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'

from console.browser import Page
from console.browser import PHONE
from ros.client import Client
from ros.console_process import console
from ros.node_process import NodeProcess
from ros.node_process import REAL_NODE
from ros.node_process import ROOT
from std_srvs.srv import Trigger
from support_browser import open_browser

from rat_tracker.evaluation.clips import forth_and_back
from rat_tracker.evaluation.reference import reference_boxes
from rat_tracker.ros.runs.demo.playback import demonstration_clip
from rat_tracker.ros.runs.processes.domain import reserved_domain

PLAYER = ROOT / 'rat_tracker' / 'ros' / 'player' / 'node.py'
FOLDER = ROOT / 'docs' / 'images'
WINDOW = (1280, 800)
_LARGEST = 200_000  # bytes
_LOADING = 120.0    # seconds
_RESULTS = 300      # pictures with a box, for charts that have begun


@contextmanager
def nodes(folder: Path) -> Iterator[tuple[str, Client]]:
    """Run camera, tracker and console; yield the page's address."""
    with ExitStack() as stack:
        domain = stack.enter_context(reserved_domain())
        client = Client(domain)
        stack.callback(client.close)
        stack.enter_context(NodeProcess(domain, folder / 'tracker', program=REAL_NODE))
        client.ready(_LOADING)
        stack.enter_context(NodeProcess(domain, folder / 'player', program=PLAYER, parameters={
            'video': _clip(folder), 'loop': 'true', 'start_paused': 'true'}))
        # Not made smaller: so the mouse is where the box is in the clip.
        process = stack.enter_context(console(domain, folder / 'console', picture_width=4096))
        yield process.address, client


def _clip(folder: Path) -> Path:
    """Write what `make console` plays, which has no cuts, and return its path."""
    path = folder / 'clip.mp4'
    forth_and_back.write_clip(Path(demonstration_clip()), path)
    return path


def keep(page: Page, name: str) -> None:
    """Write what is seen as a JPEG that is small enough for a document."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'seen.png'
        page.picture(path)
        image = cv2.imread(str(path))
    assert image is not None
    for quality in (92, 85, 78, 70):
        data = cv2.imencode('.jpg', image, (cv2.IMWRITE_JPEG_QUALITY, quality))[1].tobytes()
        if len(data) < _LARGEST:
            break
    (FOLDER / name).write_bytes(data)
    print(f'{FOLDER / name}: {len(data) // 1000} kB at quality {quality}')


def follow(page: Page, pictures: int) -> None:
    """Wait until so many pictures had the target's box, the last of them in state TRACKING."""
    seen: set[str] = set()

    def enough() -> bool:
        if page.drawn('box'):
            seen.add(page.drawn('number'))
        return len(seen) >= pictures and page.drawn('state') == 'TRACKING'
    page.wait('the target to be followed', enough)


def main() -> None:
    """Draw the box on the first frame, let the clip go on, and keep what is seen."""
    box = reference_boxes(Path(demonstration_clip()))[0]
    with tempfile.TemporaryDirectory() as folder, nodes(Path(folder)) as (address, client):
        browser = open_browser(Path(folder) / 'browser')
        try:
            page = Page(browser)
            page.open(address, WINDOW)
            page.wait('the first frame', lambda: page.drawn('state'))
            page.drag(box)
            page.wait('the answer', lambda: 'as target' in page.answer())
            client.call(Trigger, '/clip_player/resume', Trigger.Request())
            follow(page, _RESULTS)
            page.open(address, WINDOW)  # charts anew: the first frame was shown for long
            follow(page, _RESULTS)
            page.click('#show-attention')
            page.wait('the attention', lambda: page.drawn('attention') == 'shown')
            follow(page, 20)
            keep(page, 'console.jpg')
            page.click('#show-attention')
            page.open(address, PHONE)
            page.shows_pictures()
            follow(page, _RESULTS)
            keep(page, 'console_phone.jpg')
        finally:
            browser.quit()


if __name__ == '__main__':
    main()
