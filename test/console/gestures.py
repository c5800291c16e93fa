"""What people do on the page, at the pace of a test."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.served import Served

from rat_tracker.geometry import Box


def hold(page: Page, console: Served) -> Box:
    """Stop the camera; return where the target is on the picture that is on the screen.

    Tests are slower than hands: until a test has pressed a button, the target would be elsewhere.
    """
    def stop() -> int:
        console.robot.camera_runs = False
        return console.robot.newest
    newest = console.do(stop)
    page.wait('the last picture', lambda: page.drawn('number') == str(newest))
    return clip.target_box(clip.index_of(page.drawn('stamp')))


def go_on(console: Served) -> None:
    """Let the camera run again."""
    console.robot.camera_runs = True


def follow(page: Page, console: Served) -> None:
    """Draw a box around the target, and wait until it is followed."""
    page.drag(hold(page, console))
    go_on(console)
    wait_for_tracking(page)


def somebody_selects(console: Served) -> None:
    """Select something that is seen now, but not on a page."""
    def select() -> None:
        console.robot.report_selection(
            clip.stamp(console.robot.index()), 'select_point', True, Box(1, 2, 3, 4))
    console.do(select)


def wait_for_tracking(page: Page) -> None:
    """Wait until the page says TRACKING, and draws the box where the target is on the picture."""
    page.wait('TRACKING', lambda: page.text('#state-name') == 'TRACKING')
    page.wait('a box', page.drawn_box)
    stamp, box = page.run('const {stamp, box} = document.querySelector("#stage").dataset;'
                          'return [stamp, box]')
    drawn = Box(*map(float, box.split(',')))
    assert drawn.overlap(clip.target_box(clip.index_of(stamp))) > 0.99
