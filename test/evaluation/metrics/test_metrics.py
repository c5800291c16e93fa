"""Overlap and centre errors by hand, at their limits, and for what is no box."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest
from support_metrics import box_rows
from support_metrics import NO_BOX
from support_metrics import Row

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.evaluation.metrics.overlap import bounded
from rat_tracker.evaluation.metrics.overlap import center_errors
from rat_tracker.evaluation.metrics.overlap import norm_center_errors
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.geometry import Box

ROWS = strategies.tuples(
    strategies.floats(-500, 500), strategies.floats(-500, 500),
    strategies.floats(0.5, 500), strategies.floats(0.5, 500))
NO_BOXES = [NO_BOX, (math.nan, 1, 2, 3), (5, 5, 0, 0), (5, 5, -1, -4), (math.inf, 0, 1, 1)]


def test_overlaps_by_hand() -> None:
    truth = box_rows((0, 0, 20, 10), (0, 0, 20, 10), (0, 0, 20, 10), (0, 0, 20, 10))
    results = box_rows((0, 0, 20, 10), (10, 0, 20, 10), (100, 0, 20, 10), (0, 0, 10, 10))

    assert overlaps(results, truth).tolist() == pytest.approx([1, 1 / 3, 0, 1 / 2])


def test_center_errors_by_hand() -> None:
    truth = box_rows((0, 0, 20, 10), (0, 0, 20, 10), (0, 0, 20, 10))
    results = box_rows((0, 0, 20, 10), (3, 4, 20, 10), (0, 0, 26, 10))

    assert center_errors(results, truth).tolist() == pytest.approx([0, 5, 3])


def test_norm_center_errors_are_in_sizes_of_the_true_box() -> None:
    """Three tenths of its width across and four tenths of its height down are a half."""
    truth = box_rows((0, 0, 20, 10), (0, 0, 20, 10))
    results = box_rows((6, 4, 20, 10), (-40, -45, 100, 100))

    assert norm_center_errors(results, truth).tolist() == pytest.approx([0.5, 0])


@given(ROWS, ROWS)
def test_overlap_is_that_of_boxes(first: Row, second: Row) -> None:
    found, = overlaps(box_rows(first), box_rows(second))

    assert found == pytest.approx(Box(*first).overlap(Box(*second)), abs=1e-9)


@given(ROWS, ROWS)
def test_overlap_is_symmetric_and_a_share(first: Row, second: Row) -> None:
    found, = overlaps(box_rows(first), box_rows(second))

    assert 0 <= found <= 1
    assert found == overlaps(box_rows(second), box_rows(first))[0]


@given(ROWS)
def test_box_overlaps_itself_wholly_and_has_no_error(row: Row) -> None:
    boxes = box_rows(row)

    assert overlaps(boxes, boxes)[0] == pytest.approx(1)
    assert overlaps(boxes, boxes)[0] <= 1
    assert center_errors(boxes, boxes)[0] == 0
    assert norm_center_errors(boxes, boxes)[0] == 0


@pytest.mark.parametrize('row', NO_BOXES)
def test_where_there_is_no_true_box_every_result_is_a_miss(row: Row) -> None:
    truth, results = box_rows(row), box_rows((5, 5, 10, 10))

    assert not shows_target(truth)[0]
    assert overlaps(results, truth)[0] == 0
    assert center_errors(results, truth)[0] == math.inf
    assert norm_center_errors(results, truth)[0] == math.inf


@pytest.mark.parametrize('row', NO_BOXES)
def test_result_that_is_no_box_overlaps_nothing(row: Row) -> None:
    assert overlaps(box_rows(row), box_rows((5, 5, 10, 10)))[0] == 0


@pytest.mark.parametrize('row', [NO_BOX, (math.nan, 1, 2, 3), (math.inf, 0, 1, 1)])
def test_result_that_is_not_finite_is_infinitely_far(row: Row) -> None:
    truth = box_rows((5, 5, 10, 10))

    assert center_errors(box_rows(row), truth)[0] == math.inf
    assert norm_center_errors(box_rows(row), truth)[0] == math.inf


def test_bounded_box_beyond_right_and_bottom_edge_is_cut() -> None:
    found = bounded(box_rows((90, 40, 30, 30)), (100, 50))

    assert found.tolist() == [[90, 40, 10, 10]]


def test_bounded_box_beyond_left_and_top_edge_is_moved() -> None:
    """So the toolkit does it: the box is not cut and keeps its size."""
    found = bounded(box_rows((-10, -5, 30, 20)), (100, 50))

    assert found.tolist() == [[0, 0, 30, 20]]


def test_bounded_box_right_of_the_image_is_gone() -> None:
    found = bounded(box_rows((120, 10, 30, 20)), (100, 50))

    assert found.tolist() == [[100, 10, 0, 20]]
    assert not shows_target(found)[0]


@given(strategies.lists(ROWS, max_size=4))
def test_bounded_boxes_are_inside_the_image(rows: list[Row]) -> None:
    found = bounded(box_rows(*rows), (320, 240))

    assert (found >= 0).all()
    assert (found[:, :2] + found[:, 2:] <= np.array([320, 240]) + 1e-9).all()
