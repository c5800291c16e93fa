"""People choose the target on the picture: with the mouse, a finger, the keyboard."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.served import Served
import pytest

from rat_tracker.console.requests import BoxSelected
from rat_tracker.console.requests import PointSelected
from rat_tracker.geometry import Box

SHIFT = 8


def truth(page: Page) -> Box:
    """Return where the target is on the picture that is on the screen."""
    return clip.target_box(clip.index_of(page.drawn('stamp')))


def wait_for_tracking(page: Page) -> None:
    """Wait until the page says TRACKING, and draws the box where the target is on the picture."""
    page.wait('TRACKING', lambda: page.text('#state-name') == 'TRACKING')
    page.wait('a box', page.drawn_box)
    stamp, box = page.run('const {stamp, box} = document.querySelector("#stage").dataset;'
                          'return [stamp, box]')
    drawn = Box(*map(float, box.split(',')))
    assert drawn.overlap(clip.target_box(clip.index_of(stamp))) > 0.99


def test_box_drawn_with_the_mouse_is_followed(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    place = truth(page)

    page.mouse('mousePressed', place.x, place.y)
    still = page.drawn('stamp')
    place = clip.target_box(clip.index_of(still))
    page.mouse('mouseMoved', place.center_x, place.center_y)
    page.mouse('mouseMoved', place.x + place.width, place.y + place.height)
    page.mouse('mouseReleased', place.x + place.width, place.y + place.height, pressed=False)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelected)
    assert selection.stamp == still
    assert selection.frame_id == 'camera'
    assert Box(*selection.box).overlap(place) > 0.5
    assert page.answer() == 'following a box of 64x64'


@pytest.mark.parametrize('state', ['TRACKING', 'UNCERTAIN', 'LOST'])
def test_box_follows_the_target_in_the_colour_of_the_state(
    page: Page, console: Served, state: str,
) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.drag(truth(page))
    wait_for_tracking(page)

    def set_state() -> None:
        console.robot.state = state
    console.do(set_state)

    page.wait(state, lambda: page.drawn('state') == state)
    first = page.drawn_box()
    page.wait('a box that moves', lambda: page.drawn_box() != first)
    # The upper left corner of the box, where its line is drawn in every state.
    red, green, blue, _ = page.run("""
        const overlay = document.querySelector('#overlay');
        const [x, y] = document.querySelector('#stage').dataset.box.split(',').map(Number);
        const scale = overlay.width / document.querySelector('#image').width;
        return [...overlay.getContext('2d').getImageData(x * scale + 6, y * scale, 1, 1).data]""")
    color = {'TRACKING': (86, 180, 233), 'UNCERTAIN': (240, 228, 66), 'LOST': (213, 94, 0)}[state]
    assert max(abs(a - b) for a, b in zip((red, green, blue), color, strict=True)) < 40


def test_click_selects_what_lies_there(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    place = truth(page)

    page.mouse('mousePressed', place.center_x, place.center_y)
    page.mouse('mouseReleased', place.center_x, place.center_y, pressed=False)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, PointSelected)
    assert selection.point == pytest.approx((place.center_x, place.center_y), abs=2)
