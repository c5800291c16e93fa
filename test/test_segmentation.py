from __future__ import annotations

import math

import numpy as np
import pytest

from rat_tracker.evaluation.synthetic import render
from rat_tracker.evaluation.synthetic import Scene
from rat_tracker.segmentation import box_around


def test_a_click_on_a_card_gives_a_box_around_much_of_it() -> None:
    overlaps = []
    for seed in range(4):
        frame = next(render(Scene(length=1), seed))
        found = box_around(frame.image, frame.box.center_x, frame.box.center_y)
        overlaps.append(found.overlap(frame.box))
    assert np.mean(overlaps) > 0.4, overlaps


@pytest.mark.parametrize(('x', 'y', 'reason'), [
    (math.nan, 1, 'not finite'), (1, math.inf, 'not finite'), (-1, 5, 'outside of the 320x240'),
    (320, 5, 'outside of the 320x240'), (5, 240, 'outside of the 320x240')])
def test_a_point_that_is_none_of_the_image_is_refused(x: float, y: float, reason: str) -> None:
    frame = next(render(Scene(length=1)))
    with pytest.raises(ValueError, match=reason):
        box_around(frame.image, x, y)


def test_a_uniform_image_is_refused() -> None:
    with pytest.raises(ValueError, match='differs from its surroundings'):
        box_around(np.full((240, 320, 3), 90, np.uint8), 100, 100)
