"""Regions of the TraX protocol and the boxes around them."""

from __future__ import annotations

import numpy as np
import pytest

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.regions import format_box
from rat_tracker.evaluation.trax.regions import parse_region
from rat_tracker.geometry import Box

REGIONS = {
    'rectangle': ('12.5,20,30,40.25', Box(12.5, 20, 30, 40.25)),
    'rectangle with its name': ('rect:1,2,3,4', Box(1, 2, 3, 4)),
    'polygon': ('10,5,30,15,20,35,0,25', Box(0, 5, 30, 30)),
    'polygon with its name': ('poly:0,0,4,0,0,8', Box(0, 0, 4, 8)),
    'polygon left of the image': ('-8,-9,-2,-9,-2,-1', Box(-8, -9, 6, 8)),
    # Two rows of four pixels: .##. and ..#.
    'mask': ('mask:10,20,4,2,1,2,3,1', Box(11, 20, 2, 2)),
    'mask that begins inside': ('mask:10,20,2,2,0,3', Box(10, 20, 2, 2)),
    'mask with zeros at its end': ('mask:0,0,3,1,1,1,1', Box(1, 0, 1, 1)),
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
    'mask:0,0,2,2': 'not a mask',
    'mask:0,0,2,2,0.5': 'not a mask',
    'mask:0,0,2,2,-1': 'not a mask',
    'mask:0,0,2,2,0,5': '5 pixels, which do not fit into 2x2',
    'mask:0,0,99999,99999,0,5': 'do not fit into',
    'mask:0,0,2,2,4': 'without a pixel',
    'mask:0,0,100,100,5,1e300': '1e\\+300 pixels, which do not fit into 100x100',
    'mask:0,0,2,2,1e308,1e308': 'inf pixels, which do not fit into 2x2',
    'mask:0,0,1e200,1e200,0,4': '4 pixels, which do not fit into 1e\\+200x1e\\+200',
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
