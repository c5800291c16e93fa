"""Anchors and trajectories in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_vot
from support_vot import read_trajectory
from support_vot import still_sequence

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.vot.anchors import Anchor
from rat_tracker.evaluation.vot.anchors import find_anchors
from rat_tracker.evaluation.vot.anchors import regular_anchors
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.regions import write_trajectory
from rat_tracker.evaluation.vot.start import startable
from rat_tracker.geometry import Box


def test_anchors_are_read_from_beside_the_truth_forward_ones_first(tmp_path: Path) -> None:
    write_vot(tmp_path / 'card', '10,20,30,40\n' * 5, 5, **{'anchor.value': '1\n-1\n0\n0.5\n'})
    sequence, = load_dataset(tmp_path)

    assert find_anchors(sequence) == (Anchor(0), Anchor(3), Anchor(1, backward=True))


@pytest.mark.parametrize(('text', 'message'), [
    ('0\n0\n', r'anchor\.value has no anchor; write 1 or -1'),
    ('yes\n', r"anchor\.value, line 1: 'yes' is not a number: 1, 0 or -1")])
def test_anchors_that_are_none_are_named(tmp_path: Path, text: str, message: str) -> None:
    write_vot(tmp_path / 'card', '10,20,30,40\n' * 2, 2, **{'anchor.value': text})
    sequence, = load_dataset(tmp_path)

    with pytest.raises(DatasetError, match=message):
        find_anchors(sequence)


def test_anchors_beyond_the_frames_that_are_run_are_not_called_none(tmp_path: Path) -> None:
    write_vot(tmp_path / 'card', '10,20,30,40\n' * 5, 5, **{'anchor.value': '0\n0\n0\n1\n-1\n'})
    sequence, = load_dataset(tmp_path)

    with pytest.raises(DatasetError, match=r'anchor\.value has its first anchor in frame 3 '
                       r'\(from 0\), and only 3 frames are run; take 5 or more'):
        find_anchors(sequence.first(3))
    assert find_anchors(sequence.first(4)) == (Anchor(3),)


def test_data_set_without_anchors_gets_one_every_50_frames() -> None:
    """Forward in the first half, backward in the second, so that runs are long."""
    assert find_anchors(still_sequence(171)) == (
        Anchor(0), Anchor(50), *(Anchor(frame, backward=True) for frame in (100, 150, 170)))


def test_anchor_waits_for_a_target() -> None:
    shown = np.ones(10, np.bool_)
    shown[[4, 9]] = False

    assert regular_anchors(shown, 4) == (Anchor(0), Anchor(5, True), Anchor(8, True))


def test_anchor_gives_the_order_of_its_run() -> None:
    assert list(Anchor(2).order(5)) == [2, 3, 4]
    assert list(Anchor(2, backward=True).order(5)) == [2, 1, 0]


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
