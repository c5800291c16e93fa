"""Regions of the TraX protocol and the boxes around them, and images by their paths."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.trax.arguments import format_box
from rat_tracker.evaluation.trax.arguments import parse_region
from rat_tracker.evaluation.trax.arguments import read_image
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

REGIONS = {
    'rectangle': ('12.5,20,30,40.25', Box(12.5, 20, 30, 40.25)),
    'polygon': ('10,5,30,15,20,35,0,25', Box(0, 5, 30, 30)),
    'triangle': ('0,0,4,0,0,8', Box(0, 0, 4, 8)),
    'polygon left of the image': ('-8,-9,-2,-9,-2,-1', Box(-8, -9, 6, 8)),
}


@pytest.mark.parametrize('kind', REGIONS)
def test_box_around_a_region(kind: str) -> None:
    text, box = REGIONS[kind]

    assert parse_region(text) == box


FAULTS = {
    '': 'not a list of numbers',
    'a,b,c,d': 'not a list of numbers',
    '1,2,3': 'has 3 numbers',
    '1,2,3,4,5,6,7': 'has 7 numbers',
    '0': 'no target',
    'nan,nan,nan,nan': 'no target',
    '1,2,inf,4': 'no target',
    'mask:0,0,2,2,0,4': 'not a list of numbers; give a rectangle or a polygon',
}


@pytest.mark.parametrize('text', FAULTS)
def test_region_that_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(TraxError, match=FAULTS[text]) as refused:
        parse_region(text)

    assert '\n' not in str(refused.value)


def test_box_is_written_with_all_digits_of_single_precision() -> None:
    box = Box(123.456789, -0.1, 1 / 3, 4000.125)

    written = parse_region(format_box(box))

    assert np.array_equal(np.array(written.values, np.float32), np.array(box.values, np.float32))


# Three rows of two pixels: blue, green, red differ everywhere.
PIXELS: Image = np.arange(18, dtype=np.uint8).reshape(3, 2, 3) * 10


@pytest.mark.parametrize('name', ['an image=1 100%.png', 'ä%20.png'])
def test_image_is_read_by_its_path_as_it_is_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert cv2.imwrite(str(path), PIXELS)

    assert (read_image(f'file://{path}') == PIXELS).all()


@pytest.mark.parametrize(('text', 'reason'), [
    ('file:///nowhere/1.jpg', r'image /nowhere/1\.jpg is not there'),
    (f'file://{__file__}', 'cannot be read; give the path of a JPEG or PNG file'),
    ('image:2;3;rgb;AAAA', 'image image:2;3;rgb;AAAA is not there; give the path of a')])
def test_image_that_cannot_be_read_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(TraxError, match=reason) as refused:
        read_image(text)

    assert '\n' not in str(refused.value)
