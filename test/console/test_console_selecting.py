"""People choose the target on the picture with the mouse, and let it go."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.gestures import follow
from console.gestures import go_on
from console.gestures import hold
from console.gestures import wait_for_tracking
from console.served import Served
import pytest

from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import PointSelection
from rat_tracker.geometry import Box


def test_box_drawn_with_the_mouse_is_followed(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    place = hold(page, console)

    page.drag(place)
    go_on(console)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    assert selection.frame_id == 'camera'
    assert Box(*selection.box).overlap(place) > 0.9
    assert page.answer() == 'following a box of 64x64'


def test_box_counts_for_the_picture_on_which_the_drawing_began(
    page: Page, console: Served,
) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.mouse('mousePressed', 100, 50)
    still = page.drawn('stamp')
    encoded = console.robot.encoded
    page.wait('pictures that come meanwhile', lambda: console.robot.encoded > encoded + 5)
    assert page.drawn('stamp') == still
    assert 'stands still' in page.text('#hint')
    page.mouse('mouseMoved', 200, 150)
    page.mouse('mouseReleased', 300, 250, pressed=False)

    page.wait('a selection', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    assert selection.stamp == still
    assert selection.box == pytest.approx((100, 50, 200, 200), abs=2)
    page.wait('later pictures', lambda: int(page.drawn('stamp')) > int(still))


@pytest.mark.whole
@pytest.mark.parametrize('state', ['TRACKING', 'UNCERTAIN', 'LOST'])
def test_box_follows_the_target_in_the_colour_of_the_state(
    page: Page, console: Served, state: str,
) -> None:
    page.open(console.url)
    page.shows_pictures()
    follow(page, console)

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
    place = hold(page, console)

    page.mouse('mousePressed', place.center_x, place.center_y)
    page.mouse('mouseReleased', place.center_x, place.center_y, pressed=False)
    go_on(console)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, PointSelection)
    assert selection.point == pytest.approx((place.center_x, place.center_y), abs=2)


@pytest.mark.parametrize(('width', 'height'), [(38, 1), (1, 38), (38, 0), (200, 3)])
def test_a_box_too_thin_to_hold_anything_is_refused_in_words(
    page: Page, console: Served, width: int, height: int,
) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.drag(Box(300, 100, width, height))

    page.wait('the refusal', lambda: 'is too thin' in page.answer())
    assert 'draw it around the whole target, or tap the target' in page.answer()
    page.drag(Box(300, 100, 40, 40))  # and what is no slip is sent
    page.wait('a selection', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    assert selection.box == pytest.approx((300, 100, 40, 40), abs=2)


@pytest.mark.whole
@pytest.mark.parametrize('way', ['button', 'key'])
def test_target_is_cleared(page: Page, console: Served, way: str) -> None:
    page.open(console.url)
    page.shows_pictures()
    follow(page, console)

    if way == 'button':
        page.click('#clear')
    else:
        page.run('document.querySelector("#stage").focus()')
        page.press('Delete')

    page.wait('SEARCHING', lambda: page.text('#state-name') == 'SEARCHING')
    page.wait('no box', lambda: page.drawn_box() is None)
    page.wait('an answer', lambda: page.answer() == 'cleared')


@pytest.mark.whole
def test_box_drawn_out_of_the_picture_ends_at_its_edge(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.mouse('mousePressed', 600, 300)
    page.mouse('mouseMoved', 700, 400)
    page.mouse('mouseReleased', 700, 400, pressed=False)

    page.wait('an answer', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelection)
    x, y, width, height = selection.box
    assert (x, y) == pytest.approx((600, 300), abs=2)
    assert x + width == pytest.approx(clip.WIDTH)
    assert y + height == pytest.approx(clip.HEIGHT)
    page.wait('a refusal', lambda: 'nothing there differs' in page.answer())
    assert page.text('#state-name') == 'SEARCHING'


@pytest.mark.whole
def test_drawing_outside_of_the_picture_selects_nothing(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.mouse('mousePressed', -10, 500)
    page.mouse('mouseMoved', 200, 200)
    page.mouse('mouseReleased', 300, 300, pressed=False)

    page.shows_pictures()
    assert console.robot.selections == []
    assert page.text('#hint') == ''


def test_escape_gives_the_drawing_up_and_the_picture_goes_on(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.mouse('mousePressed', 100, 100)
    page.mouse('mouseMoved', 200, 200)
    still = page.drawn('number')
    encoded = console.robot.encoded
    page.wait('pictures that come meanwhile', lambda: console.robot.encoded > encoded + 3)
    assert page.drawn('number') == still
    assert 'stands still' in page.text('#hint')

    page.press('Escape')
    page.mouse('mouseMoved', 250, 250)
    page.mouse('mouseReleased', 250, 250, pressed=False)

    page.shows_pictures()
    assert int(page.drawn('number')) > int(still)
    assert page.drawn('aim') == ''
    assert page.text('#hint') == ''
    assert console.robot.selections == []


@pytest.mark.whole
def test_browser_that_closes_in_mid_draw_harms_nobody(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.mouse('mousePressed', 100, 100)
    page.mouse('mouseMoved', 200, 200)

    page.browser.get('about:blank')
    page.wait('the robot to rest', lambda: console.robot.watching is None)

    assert console.robot.selections == []
    page.open(console.url)
    page.shows_pictures()
