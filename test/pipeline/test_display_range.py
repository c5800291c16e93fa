"""What is black and white in images of numbers is decided once, and does not flicker."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
from hypothesis.extra import numpy as arrays
import numpy as np
import numpy.typing as npt
import pytest

from rat_tracker.pipeline.display_range import DisplayRange

KINDS = ('u1', 'i1', 'u2', 'i2', 'i4', 'f4', 'f8')


def thermal(offset: int = 0, spread: int = 100) -> npt.NDArray[np.uint16]:
    """Return counts as of a thermal camera: a slope about 7000."""
    slope = np.linspace(0, spread, 64 * 48).reshape(48, 64)
    return (7000 + offset + slope).astype(np.uint16)


def test_the_values_that_are_used_fill_the_range() -> None:
    shown = DisplayRange().to_8_bit(thermal(), '16UC1')
    assert (shown.min(), shown.max()) == (0, 255)
    assert np.all(np.diff(shown.astype(int).ravel()) >= 0)
    assert len(np.unique(shown)) >= 100


def test_the_first_images_decide_and_the_same_value_is_the_same_grey_from_then_on() -> None:
    logged: list[str] = []
    view = DisplayRange(logged.append)
    for offset in range(10):
        assert logged == []
        view.to_8_bit(thermal(offset), '16UC1')
    assert logged == ['16UC1 images do not say what is black and what is white: by the first 10 '
                    'images 7000 is black and 7108 is white; so it is from now on']
    before = view.to_8_bit(thermal(), '16UC1')
    view.to_8_bit(thermal(5000, 9000), '16UC1')
    np.testing.assert_array_equal(view.to_8_bit(thermal(), '16UC1'), before)
    assert view.to_8_bit(thermal(5000), '16UC1').min() == 255
    assert len(logged) == 1


def test_while_it_is_decided_the_range_only_widens() -> None:
    view = DisplayRange()
    view.to_8_bit(thermal(0, 200), '16UC1')
    narrow = view.to_8_bit(thermal(100, 50), '16UC1')
    assert (int(narrow.min()), int(narrow.max())) == (128, 192)


def test_images_of_one_value_decide_nothing() -> None:
    view = DisplayRange()
    for _ in range(20):  # as while a thermal camera's shutter is closed
        assert not view.to_8_bit(np.full((48, 64), 6500, np.uint16), '16UC1').any()
    assert view.text == ''
    assert view.to_8_bit(thermal(), '16UC1').max() == 255


def test_a_small_target_on_an_even_ground_is_seen() -> None:
    ground = np.full((480, 640), 7000, np.uint16)
    ground[100:108, 200:208] = 7050
    shown = DisplayRange().to_8_bit(ground, '16UC1')
    assert (shown[0, 0], shown[104, 204]) == (0, 255)


def test_dead_pixels_and_holes_do_not_decide() -> None:
    few = thermal()
    few[3, 3] = 65535
    hot = DisplayRange()
    assert hot.to_8_bit(few, '16UC1')[3, 3] == 255
    assert '7099 is white' in hot.text
    holes = DisplayRange()
    hollow = thermal()
    hollow[5:20] = 0
    assert not holes.to_8_bit(hollow, '16UC1')[5:20].any()
    assert '7000 is black' in holes.text


@pytest.mark.parametrize('kind', ['f4', 'f8'])
def test_what_is_not_finite_is_black_or_white(kind: str) -> None:
    depth = np.linspace(0.5, 4.5, 64 * 48).reshape(48, 64).astype(kind)
    depth[0, 0], depth[0, 1], depth[0, 2] = np.nan, np.inf, -np.inf
    shown = DisplayRange().to_8_bit(depth, '32FC1')
    assert shown[0, :3].tolist() == [0, 255, 0]
    assert shown[-1, -1] == 255


def test_another_encoding_and_another_camera_decide_anew() -> None:
    view = DisplayRange()
    view.to_8_bit(thermal(), '16UC1')
    assert view.to_8_bit(thermal().astype(np.float32) / 1000, '32FC1').max() == 255
    assert view.text.startswith('32FC1 images')
    view.forget()
    assert view.text == ''


@pytest.mark.parametrize('kind', KINDS)
@given(data=strategies.data())
def test_any_numbers_become_grey_in_their_order(kind: str, data: strategies.DataObject) -> None:
    values = data.draw(arrays.arrays(np.dtype(kind), (4, 5)))
    view = DisplayRange()
    shown = view.to_8_bit(values, 'any')
    assert shown.shape == values.shape
    assert shown.dtype == np.uint8
    known = ~np.isnan(values) if values.dtype.kind == 'f' else np.ones(values.shape, bool)
    order = np.argsort(values[known], kind='stable')
    assert np.all(np.diff(shown[known][order].astype(int)) >= 0)
