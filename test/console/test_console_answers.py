"""What became of a selection is shown, whoever made it."""

from __future__ import annotations

from console import clip
from console.browser import Page
from console.gestures import follow
from console.gestures import somebody_selects
from console.served import Served
import pytest

from rat_tracker.geometry import Box


def test_selection_of_somebody_else_is_reported(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    somebody_selects(console)

    page.wait('the event', lambda: 'Somebody else selected' in page.answer())
    assert 'select_point' in page.answer()
    console.do(lambda: console.robot.end_selection('somebody cleared it'))
    page.wait('the end', lambda: page.answer() == (
        'The target is not followed any more: somebody cleared it'))


@pytest.mark.whole
def test_what_was_selected_long_ago_is_not_announced(page: Page, console: Served) -> None:
    """The robot repeats its last selections to whoever comes, and whoever comes back."""
    def long_ago() -> None:
        console.robot.report_selection(
            str(clip.START - 60_000_000_000), 'set_target', True, Box(1, 2, 3, 4))
    console.do(long_ago)
    page.open(console.url)
    page.shows_pictures()
    somebody_selects(console)
    page.wait('the event', lambda: 'Somebody else selected' in page.answer())
    assert page.run('return document.querySelectorAll("#answers li").length') == 1

    looking = page.browser.current_window_handle
    page.browser.switch_to.new_window('tab')
    page.wait('the robot to rest', lambda: console.robot.watching is None)
    page.browser.close()
    page.browser.switch_to.window(looking)
    page.shows_pictures()
    assert page.run('return document.querySelectorAll("#answers li").length') == 1


@pytest.mark.whole
def test_what_became_of_earlier_selections_is_not_announced(page: Page, console: Served) -> None:
    """Who comes while a target is followed is not told that others are not."""
    def replaced() -> None:
        console.robot.report_selection(clip.stamp(0), 'set_target', True, Box(1, 2, 3, 4))
        console.robot.end_selection('replaced by selection 2 (set_target)')
        console.robot.report_selection(clip.stamp(0), 'set_target', True, Box(1, 2, 3, 4))
        console.robot.follow('TRACKING')
    console.do(replaced)
    page.open(console.url)
    page.shows_pictures()
    assert 'not followed any more' not in page.text('#answers')

    console.do(lambda: console.robot.end_selection('somebody cleared it'))
    page.wait('the end', lambda: page.answer() == (
        'The target is not followed any more: somebody cleared it'))
    assert page.run('return document.querySelectorAll("#answers li").length') == 1


@pytest.mark.whole
def test_own_selection_is_not_told_as_somebody_elses(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    follow(page, console)
    first = page.drawn('number')
    page.wait('more pictures', lambda: int(page.drawn('number')) > int(first) + 10)

    assert 'Somebody' not in page.text('#answers')


def test_robot_that_does_not_answer_is_reported_in_words(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    console.robot.silent = True

    page.drag(Box(100, 100, 50, 50))

    page.wait('the reason', lambda: page.answer() == (
        '/tracker_node does not answer; is it running?'))
