"""People choose the target on the picture: with the mouse, a finger, the keyboard."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.browser import PHONE
from console.served import Served
import pytest

from rat_tracker.console.requests import BoxSelected
from rat_tracker.console.requests import PointSelected
from rat_tracker.geometry import Box

CTRL, SHIFT = 2, 8


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
        console.robot.told(
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


def test_box_drawn_with_the_mouse_is_followed(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    place = hold(page, console)

    page.drag(place)
    go_on(console)

    wait_for_tracking(page)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelected)
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
    assert isinstance(selection, BoxSelected)
    assert selection.stamp == still
    assert selection.box == pytest.approx((100, 50, 200, 200), abs=2)
    page.wait('later pictures', lambda: int(page.drawn('stamp')) > int(still))


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
    assert isinstance(selection, PointSelected)
    assert selection.point == pytest.approx((place.center_x, place.center_y), abs=2)


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
    assert isinstance(selection, BoxSelected)
    # On a phone a pixel of the screen is one and a half of the image.
    assert Box(*selection.box).overlap(place) > 0.8


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
    assert isinstance(selection, PointSelected)


def test_second_finger_is_no_selection(page: Page, console: Served) -> None:
    page.open(console.url, PHONE)
    page.cdp('Emulation.setTouchEmulationEnabled', {'enabled': True, 'maxTouchPoints': 5})
    page.shows_pictures()

    page.touch('touchStart', (100, 100))
    page.wait('a hint', lambda: page.text('#hint'))
    page.touch('touchStart', (100, 100), (200, 200))
    page.wait('no hint', lambda: not page.text('#hint'))
    page.touch('touchMove', (120, 120), (250, 250))
    page.touch('touchEnd')

    page.shows_pictures()
    assert console.robot.selections == []


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
    assert isinstance(selection, PointSelected)
    assert selection.point == (358, 154)
    assert page.drawn('aim') == ''


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
    assert isinstance(selection, BoxSelected)
    assert selection.box == (294, 128, 52, 104)
    assert clip.index_of(selection.stamp) >= before


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
    assert isinstance(selection, BoxSelected)
    assert selection.box == (640 - 39, 360 - 39, 39, 39)


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


def test_box_drawn_out_of_the_picture_ends_at_its_edge(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.mouse('mousePressed', 600, 300)
    page.mouse('mouseMoved', 700, 400)
    page.mouse('mouseReleased', 700, 400, pressed=False)

    page.wait('an answer', lambda: console.robot.selections)
    [selection] = console.robot.selections
    assert isinstance(selection, BoxSelected)
    x, y, width, height = selection.box
    assert (x, y) == pytest.approx((600, 300), abs=2)
    assert x + width == pytest.approx(clip.WIDTH)
    assert y + height == pytest.approx(clip.HEIGHT)
    page.wait('a refusal', lambda: 'nothing there differs' in page.answer())
    assert page.text('#state-name') == 'SEARCHING'


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


def test_selection_of_somebody_else_is_told(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    somebody_selects(console)

    page.wait('the news', lambda: 'Somebody else selected' in page.answer())
    assert 'select_point' in page.answer()
    console.do(lambda: console.robot.given_up('somebody cleared it'))
    page.wait('the end', lambda: page.answer() == (
        'The target is not followed any more: somebody cleared it'))


def test_what_was_selected_long_ago_is_no_news(page: Page, console: Served) -> None:
    """The robot repeats its last selections to whoever comes, and whoever comes back."""
    def long_ago() -> None:
        console.robot.told(str(clip.START - 60_000_000_000), 'set_target', True, Box(1, 2, 3, 4))
    console.do(long_ago)
    page.open(console.url)
    page.shows_pictures()
    somebody_selects(console)
    page.wait('the news', lambda: 'Somebody else selected' in page.answer())
    assert page.run('return document.querySelectorAll("#answers li").length') == 1

    looking = page.browser.current_window_handle
    page.browser.switch_to.new_window('tab')
    page.wait('the robot to rest', lambda: console.robot.watching is None)
    page.browser.close()
    page.browser.switch_to.window(looking)
    page.shows_pictures()
    assert page.run('return document.querySelectorAll("#answers li").length') == 1


def test_own_selection_is_not_told_as_somebody_elses(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    follow(page, console)
    first = page.drawn('number')
    page.wait('more pictures', lambda: int(page.drawn('number')) > int(first) + 10)

    assert 'Somebody' not in page.text('#answers')


def test_robot_that_does_not_answer_is_told_in_words(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    console.robot.silent = True

    page.drag(Box(100, 100, 50, 50))

    page.wait('the reason', lambda: page.answer() == (
        '/tracker_node does not answer; is it running?'))
