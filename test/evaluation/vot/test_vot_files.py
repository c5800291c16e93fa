"""Trajectories and truth in files, and boxes to start with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_vot
from support_vot import read_trajectory

from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import startable
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.regions import write_trajectory
from rat_tracker.geometry import Box


def test_trajectory_is_read_as_it_was_written(tmp_path: Path) -> None:
    polygon = np.array([(1.5, 2.0), (30.25, 2.0), (30.25, 40.0)])
    box = Box(0.1, -5.0, 100.125, 33.3333321)
    file = tmp_path / 'kcf' / 'supervised' / 'card_001.txt'

    write_trajectory(file, [Code.INITIALIZATION, box, polygon, Code.FAILURE, Code.UNKNOWN])
    codes = read_trajectory(file)

    assert file.read_text().splitlines()[:3] == [
        '1', '0.1,-5,100.125,33.3333321', '1.5,2,30.25,2,30.25,40']
    assert codes[1] == box
    assert np.array_equal(codes[2], polygon)  # type: ignore[arg-type]
    assert [codes[index] for index in (0, 3, 4)] == [
        Code.INITIALIZATION, Code.FAILURE, Code.UNKNOWN]


def test_rectangle_among_polygons_stays_a_rectangle(tmp_path: Path) -> None:
    truth = '1,2,11,2,11,22,1,22\n10,20,30.5,40\nnan,nan,nan,nan\n'
    write_vot(tmp_path / 'card', truth, 3)
    sequence, = load_dataset(tmp_path)

    polygon, box, nothing = truth_regions(sequence)

    assert np.array_equal(polygon, [(1, 2), (11, 2), (11, 22), (1, 22)])  # type: ignore[arg-type]
    assert box == Box(10, 20, 30.5, 40)
    assert nothing is None


@pytest.mark.parametrize(('box', 'start'), [
    (Box(10, 10, 20, 20), Box(10, 10, 20, 20)),
    (Box(-5, 10, 20, 20), Box(-5, 10, 20, 20)),
    (Box(-15, -30, 20, 40), Box(0, 0, 5, 10)),
    (Box(50, 40, 100, 100), Box(50, 40, 14, 8))])
def test_box_is_cut_only_where_a_tracker_would_refuse_it(box: Box, start: Box) -> None:
    assert startable(box, 64, 48) == start


@pytest.mark.parametrize('box', [
    Box(70, 10, 20, 20), Box(-19.5, 10, 20, 20), Box(10, 10, 0, 20), Box(10, 10, float('nan'), 2)])
def test_box_of_which_nothing_is_seen_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match=r'^box '):
        startable(box, 64, 48)
