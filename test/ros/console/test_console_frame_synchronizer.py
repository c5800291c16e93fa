"""Which image is shown, with which answer: the newest that is answered, and never none."""

from __future__ import annotations

import pytest
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from rat_tracker.console.events import TargetEvent
from rat_tracker.ros.console.frame_synchronizer import FrameSynchronizer
from rat_tracker.ros.messages import to_stamp

MILLISECOND = 1_000_000


class Play:
    """A frames and the time; an image's stamp is the time at which it comes, unless named."""

    def __init__(self) -> None:
        self.frames = FrameSynchronizer()
        self.now = 100.0

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def image(self, stamp: int, size: int = 100) -> Image:
        message = Image(header=Header(stamp=to_stamp(stamp * MILLISECOND)), data=bytes(size))
        self.frames.put_image(message, self.now)
        return message

    def answer(self, stamp: int) -> TargetEvent:
        event = TargetEvent(
            str(stamp * MILLISECOND), '1', 'TRACKING', 0.9, (1, 2, 3, 4), 0, '0', '')
        self.frames.put_target(event, self.now)
        return event

    def shown(self) -> tuple[int, Image, TargetEvent | None]:
        view = self.frames.newest(self.now)
        assert view is not None
        return view.number, view.message, view.target


@pytest.fixture
def play() -> Play:
    return Play()


def test_nothing_is_shown_before_the_first_image(play: Play) -> None:
    play.answer(1)
    assert play.frames.newest(play.now) is None


def test_without_a_tracker_every_image_is_shown_at_once(play: Play) -> None:
    for number in (1, 2, 3):
        image = play.image(number * 33)
        assert play.shown() == (number, image, None)
        play.wait(0.033)


def test_a_result_makes_a_new_picture_of_its_image(play: Play) -> None:
    image = play.image(33)
    assert play.shown() == (1, image, None)
    answer = play.answer(33)
    assert play.shown() == (2, image, answer)
    assert play.shown() == (2, image, answer)


def test_a_result_may_come_before_its_image(play: Play) -> None:
    answer = play.answer(33)
    image = play.image(33)
    assert play.shown() == (1, image, answer)


def test_while_results_come_only_images_with_one_are_shown(play: Play) -> None:
    for index in range(1, 21):
        image = play.image(index * 33)
        play.wait(0.03)
        before = play.frames.newest(play.now)
        assert index == 1 or (before is not None and before.target is not None)
        answer = play.answer(index * 33)
        assert play.shown()[1:] == (image, answer)
        play.wait(0.003)


def test_a_tracker_that_is_slower_than_the_camera_still_sets_what_is_shown(play: Play) -> None:
    """It answers each tenth image after 0.35 s, which is what a machine without power does."""
    shown = set()
    for index in range(100):
        play.image(index)
        if index % 10 == 5 and index > 10:
            play.answer(index - 11)
        if index > 30:
            view = play.frames.newest(play.now)
            assert view is not None
            assert view.target is not None
            shown.add(view.number)
        play.wait(0.033)
    assert len(shown) == 8


def test_when_results_stop_the_images_go_on(play: Play) -> None:
    play.image(1)
    play.answer(1)
    play.wait(0.05)
    image = play.image(2)
    assert play.shown()[0] == 1
    play.wait(0.25)
    assert play.shown()[1:] == (image, None)
    play.wait(2.0)
    image = play.image(3)
    assert play.shown()[1:] == (image, None), 'nobody answers any more; nothing is waited for'


def test_it_returns_when_an_image_without_a_result_is_due(play: Play) -> None:
    play.image(1)
    play.answer(1)
    play.shown()
    play.image(2)
    due = play.frames.next_due(play.now)
    assert due == pytest.approx(0.2)
    play.wait(due + 0.001)
    assert play.shown()[0] == 2


def test_no_picture_is_older_than_the_one_before(play: Play) -> None:
    play.image(1)
    newer = play.image(2)
    assert play.shown() == (1, newer, None)
    play.answer(1)
    assert play.shown() == (1, newer, None)


def test_stamps_that_jump_back_are_shown_all_the_same(play: Play) -> None:
    """A recording that starts anew."""
    play.image(5000)
    play.answer(5000)
    play.shown()
    play.wait(0.033)
    image = play.image(10)
    answer = play.answer(10)
    assert play.shown() == (2, image, answer)


def test_a_repeated_image_gets_the_result_of_its_repetition(play: Play) -> None:
    """A clip that is paused."""
    play.image(7)
    play.answer(7)
    number, _, _ = play.shown()
    play.wait(1.0)
    image, answer = play.image(7), play.answer(7)
    assert play.shown() == (number + 1, image, answer)


def test_images_without_stamps_are_shown_without_results(play: Play) -> None:
    play.image(0)
    play.answer(0)
    image = play.image(0)
    assert play.shown()[1:] == (image, None)


def test_what_is_kept_is_bounded_in_time_and_in_bytes(play: Play) -> None:
    for index in range(100):
        play.image(index, size=10_000_000)
        play.wait(0.01)
    assert sum(image.size for image in play.frames._images) <= 64_000_000
    play.wait(5.0)
    play.image(200)
    assert len(play.frames._images) == 1


def test_an_image_larger_than_all_that_is_kept_is_shown(play: Play) -> None:
    image = play.image(1, size=70_000_000)
    assert play.shown()[1] is image


def test_numbers_go_on_after_everything_was_let_go(play: Play) -> None:
    play.image(1)
    assert play.shown()[0] == 1
    play.frames.clear()
    assert play.frames.newest(play.now) is None
    play.image(2)
    assert play.shown()[0] == 2


def test_the_attention_is_that_of_the_image_or_one_hardly_older(play: Play) -> None:
    def attention(stamp: int) -> Image:
        message = Image(header=Header(stamp=to_stamp(stamp * MILLISECOND)))
        play.frames.put_attention(message)
        return message
    assert play.frames.attention(100 * MILLISECOND) is None
    first, second = attention(100), attention(133)
    assert play.frames.attention(100 * MILLISECOND) is first
    assert play.frames.attention(133 * MILLISECOND) is second
    assert play.frames.attention(600 * MILLISECOND) is second
    assert play.frames.attention(700 * MILLISECOND) is None
