"""Where a lost target is searched, and in what order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rat_tracker.geometry import Box
from rat_tracker.redetection import SearchWindows

IMAGE = (640, 480)
LAST = Box(100, 200, 40, 60)
REGION = Box.from_center(LAST.center_x, LAST.center_y, 120, 120)


def distance(box: Box) -> float:
    return max(abs(box.center_x - LAST.center_x), abs(box.center_y - LAST.center_y))


def windows(count: int, speed: float = 0.1) -> list[Box]:
    order = SearchWindows(IMAGE, LAST, REGION, speed)
    return [order.next() for _ in range(count)]


def test_search_begins_where_the_target_was_seen_last() -> None:
    assert windows(2) == [LAST, LAST]


def test_search_grows() -> None:
    first, later = windows(10), windows(200)[-50:]

    assert max(map(distance, first)) <= 2 * 60
    assert max(map(distance, later)) > 4 * 60


def test_windows_near_by_are_evaluated_again_and_again() -> None:
    assert sum(distance(box) <= 60 for box in windows(400)[-100:]) >= 50


def test_size_varies_around_that_of_the_target() -> None:
    widths = {round(box.width / LAST.width, 2) for box in windows(2000)}

    assert {0.8, 1.0, 1.25} <= widths
    assert all(box.width / LAST.width == box.height / LAST.height for box in windows(500))


@given(x=st.floats(-50, 700), y=st.floats(-50, 520), width=st.floats(5, 300),
       height=st.floats(5, 300))
def test_every_part_of_the_image_is_searched_and_nothing_outside(
    x: float, y: float, width: float, height: float,
) -> None:
    last = Box.from_center(x, y, width, height)
    order = SearchWindows(IMAGE, last, Box(0, 0, 2.6 * width, 2.6 * height), speed=100.0)
    seen = [order.next() for _ in range(2 * len(order) + 20)]

    assert all(0 <= box.center_x <= 640 and 0 <= box.center_y <= 480 for box in seen)
    for corner_x, corner_y in ((0, 0), (640, 0), (0, 480), (640, 480), (320, 240)):
        assert any(abs(box.center_x - corner_x) <= 0.66 * width
                   and abs(box.center_y - corner_y) <= 0.66 * height for box in seen)


@given(width=st.floats(1, 640), height=st.floats(1, 480))
def test_every_position_may_be_that_of_a_target(width: float, height: float) -> None:
    last = Box.from_center(320, 240, width, height)
    order = SearchWindows(IMAGE, last, Box(0, 0, 2.6 * width + 40, 2.6 * height + 40), speed=100.0)
    for _ in range(500):
        order.next().require_inside(*IMAGE)
