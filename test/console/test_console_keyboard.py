"""People choose the target on the picture without a mouse."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.served import Served
import pytest

from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import PointSelection

CTRL, SHIFT = 2, 8


def test_keyboard_selects_a_point(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.run('document.querySelector("#stage").focus()')

    page.press('Enter')  # a cross-hair in the middle
    assert page.drawn('aim') == '320,180,0,0'
    page.press('ArrowRight', 3)
    page.press('ArrowUp', 2)
    page.press('ArrowLeft', 1, CTRL)
    assert page.drawn('aim') == f'{320 + 3 * 13 - 1},{180 - 2 * 13},0,0'
    assert page.text('#hint') == 'Point 358, 154. Enter selects, Esc gives up.'
    page.press('Enter')

    page.wait('an answer', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, PointSelection)
    assert selection.point == (358, 154)
    assert page.drawn('aim') == ''


@pytest.mark.whole
def test_keyboard_selects_a_box_on_the_picture_that_is_seen(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.run('document.querySelector("#stage").focus()')
    page.press('Enter')
    page.press('ArrowRight', 1, SHIFT)  # a point becomes a box
    page.press('ArrowDown', 1, SHIFT)
    page.press('ArrowLeft', 1, SHIFT)
    assert page.drawn('aim') == '294,128,52,104'
    assert page.text('#hint') == 'Box 52 × 104 at 320, 180. Enter selects, Esc gives up.'

    # The picture goes on meanwhile: nobody is quick enough with keys for one that is kept.
    page.shows_pictures()
    before = clip.index_of(page.drawn('stamp'))
    page.press('Enter')

    page.wait('an answer', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    assert selection.box == (294, 128, 52, 104)
    assert clip.index_of(selection.stamp) >= before


@pytest.mark.whole
def test_keyboard_leaves_the_image_nowhere(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.run('document.querySelector("#stage").focus()')
    page.press('Enter')
    page.press('ArrowRight', 1, SHIFT)
    page.press('ArrowRight', 40)
    page.press('ArrowDown', 40)
    page.press('Enter')

    page.wait('an answer', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    assert selection.box == (640 - 39, 360 - 39, 39, 39)
