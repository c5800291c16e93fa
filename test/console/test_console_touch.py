"""People choose the target on the picture with a finger."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.browser import PHONE
from console.gestures import go_on
from console.gestures import hold
from console.gestures import wait_for_tracking
from console.served import Served
import pytest

from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import PointSelection
from rat_tracker.geometry import Box


def test_finger_draws_a_box(page: Page, console: Served) -> None:
    page.open(console.url, PHONE)
    page.cdp('Emulation.setTouchEmulationEnabled', {'enabled': True, 'maxTouchPoints': 5})
    page.shows_pictures()
    place = hold(page, console)

    page.touch('touchStart', (place.x, place.y))
    page.wait('the picture to stand still', lambda: page.text('#hint'))
    page.touch('touchMove', (place.center_x, place.center_y))
    page.touch('touchMove', (place.x + place.width, place.y + place.height))
    page.touch('touchEnd')
    go_on(console)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    # On a phone a pixel of the screen is one and a half of the image.
    assert Box(*selection.box).overlap(place) > 0.8


@pytest.mark.whole
def test_tap_of_a_finger_selects_what_lies_there(page: Page, console: Served) -> None:
    page.open(console.url, PHONE)
    page.cdp('Emulation.setTouchEmulationEnabled', {'enabled': True, 'maxTouchPoints': 5})
    page.shows_pictures()
    place = hold(page, console)

    page.touch('touchStart', (place.center_x, place.center_y))
    page.touch('touchEnd')
    go_on(console)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, PointSelection)


@pytest.mark.whole
def test_second_finger_is_no_selection(page: Page, console: Served) -> None:
    page.open(console.url, PHONE)
    page.cdp('Emulation.setTouchEmulationEnabled', {'enabled': True, 'maxTouchPoints': 5})
    page.shows_pictures()

    page.touch('touchStart', (100, 100))
    page.wait('a hint', lambda: 'A second finger gives up' in page.text('#hint'))
    page.touch('touchStart', (100, 100), (200, 200))
    page.wait('no hint', lambda: not page.text('#hint'))
    page.touch('touchMove', (120, 120), (250, 250))
    page.touch('touchEnd')

    page.shows_pictures()
    assert console.robot.selections == []


@pytest.mark.whole
def test_hint_does_not_cover_what_is_drawn(page: Page, console: Served) -> None:
    page.open(console.url, PHONE)
    page.cdp('Emulation.setTouchEmulationEnabled', {'enabled': True, 'maxTouchPoints': 5})
    page.shows_pictures()

    for y in (0.1 * clip.HEIGHT, 0.9 * clip.HEIGHT):
        page.touch('touchStart', (0.5 * clip.WIDTH, y))
        page.wait('a hint', lambda: page.text('#hint'))
        top, bottom = page.run(
            'const {top, bottom} = document.querySelector("#hint").getBoundingClientRect();'
            'return [top, bottom]')
        _, finger = page.on_screen(0.5 * clip.WIDTH, y)
        assert not top <= finger <= bottom
        page.press('Escape')
        page.wait('no hint', lambda: not page.text('#hint'))
        page.touch('touchEnd')
