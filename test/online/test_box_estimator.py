"""What the box head says is read around a point, corrected by the first frame, partly followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
import math

from hypothesis import given
from hypothesis import strategies
import pytest
import torch
from torch import Tensor

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion
from rat_tracker.networks.box_head import cell_points
from rat_tracker.online.box_estimator import BoxEstimate
from rat_tracker.online.box_estimator import BoxEstimator
from rat_tracker.online.box_estimator import BoxEstimatorParameters
from rat_tracker.online.box_estimator import looks_at
from rat_tracker.online.box_estimator import prior
from rat_tracker.online.box_estimator import read
from rat_tracker.online.box_estimator import VALUES

ROWS, COLUMNS = 7, 9  # 112×144 patch pixels
SEEN = Box(30, 20, 40, 50)  # the target in a patch, patch pixels
ALL = BoxEstimatorParameters(
    prior_power=1.0, prior_floor=0.1, strength_power=1.0, rate=1.0)
CELL = (3, 4)
ON_CELL = (3.5 * 16, 4.5 * 16)


def distances_to(box: Box) -> Tensor:
    """Return what a head says that sees a box from every cell."""
    x, y = cell_points(ROWS, COLUMNS).unbind(-1)
    return torch.stack(
        (x - box.x, y - box.y, box.x + box.width - x, box.y + box.height - y))[None]


def quality_of(value: float) -> Tensor:
    return torch.full((1, ROWS, COLUMNS), value)


def box_read(quality: Tensor, distances: Tensor, point: tuple[float, float]) -> Box:
    return Box(*read(quality, distances, torch.tensor(point)).tolist()[:4])


@pytest.mark.parametrize('point', [
    pytest.param(ON_CELL, id='on a cell'),
    pytest.param((60.0, 77.3), id='between cells'),
    pytest.param((64.0, 80.0), id='between four cells'),
    pytest.param((8.0, 8.0), id='on the first cell'),
    pytest.param((0.0, 144.0), id="at the map's corner"),
    pytest.param((112.0, 70.0), id="at the map's edge"),
    pytest.param((-20.0, 200.0), id='outside of the map'),
])
@pytest.mark.parametrize('quality', [1.0, 0.3, 0.01, 0.0])
def test_box_that_all_cells_see_is_read_wherever_the_point_is(
    point: tuple[float, float], quality: float,
) -> None:
    found = read(quality_of(quality), distances_to(SEEN), torch.tensor(point)).tolist()

    assert len(found) == VALUES
    assert found[:4] == pytest.approx(SEEN.values, abs=1e-3)
    assert found[4] == pytest.approx(quality)


def test_cells_of_higher_quality_count_for_more() -> None:
    """The cell to the left of the point and the one to the right see different boxes."""
    row, column = CELL
    other = Box(50, 40, 60, 70)
    distances = distances_to(SEEN)
    distances[..., column + 1] = distances_to(other)[..., column + 1]
    quality = quality_of(0.0)
    quality[0, row, column - 1] = 0.8
    quality[0, row, column + 1] = 0.4

    found = box_read(quality, distances, ON_CELL)

    # They are as near; so four parts of the one, by the squares, and one of the other.
    expected = [(4 * a + b) / 5 for a, b in zip(SEEN.values, other.values, strict=True)]
    assert found.values == pytest.approx(expected, rel=1e-3)


def test_nearer_cells_count_for_more() -> None:
    row, column = CELL
    other = Box(50, 40, 60, 70)
    distances = distances_to(other)
    distances[..., row, column] = distances_to(SEEN)[..., row, column]

    on_it, beside = (box_read(quality_of(1.0), distances, (ON_CELL[0], ON_CELL[1] + right))
                     for right in (0, 7))

    assert SEEN.x < on_it.x < beside.x < other.x


def test_what_cells_farther_away_see_does_not_count() -> None:
    row, column = CELL
    near = torch.zeros((ROWS, COLUMNS), dtype=torch.bool)
    near[row - 1:row + 2, column - 1:column + 2] = True
    distances = torch.where(near, distances_to(SEEN), distances_to(Box(0, 0, 5, 5)))
    quality = torch.where(near, quality_of(0.6), quality_of(1.0))

    found = read(quality, distances, torch.tensor(ON_CELL)).tolist()

    assert found == pytest.approx([*SEEN.values, 0.6], abs=1e-3)


def test_quality_is_that_of_the_best_cell_around_the_point() -> None:
    row, column = CELL
    quality = quality_of(0.2)
    quality[0, row + 1, column - 1] = 0.7

    assert float(read(quality, distances_to(SEEN), torch.tensor(ON_CELL))[4]) == (
        pytest.approx(0.7))


def test_each_patch_is_read_at_its_own_point() -> None:
    other = Box(60, 40, 20, 30)
    quality = torch.cat((quality_of(0.4), quality_of(0.9)))
    distances = torch.cat((distances_to(SEEN), distances_to(other)))

    looks = looks_at(quality, distances, [(45.0, 50.0), (55.0, 70.0)])

    assert looks[0] == pytest.approx([*SEEN.values, 0.4], abs=1e-3)
    assert looks[1] == pytest.approx([*other.values, 0.9], abs=1e-3)


def biased(box: Box, right: float, down: float, wider: float, taller: float) -> Box:
    """Return what a head says of a box that errs by the same parts of its size always."""
    return Box.from_center(
        box.center_x + right * box.width, box.center_y + down * box.height, box.width * wider,
        box.height * taller)


def estimator(looks: Sequence[Sequence[float]], boxes: Sequence[Box]) -> BoxEstimator:
    return BoxEstimator(ALL, looks, boxes)


@given(
    strategies.tuples(*[strategies.floats(-0.4, 0.4)] * 2, *[strategies.floats(0.5, 2.0)] * 2),
    strategies.tuples(*[strategies.floats(0, 100)] * 2, *[strategies.floats(5, 100)] * 2),
    strategies.tuples(*[strategies.integers(-300, 300)] * 2, *[strategies.integers(10, 900)] * 2))
def test_error_that_the_head_makes_in_the_first_frame_is_taken_off_later(
    errors: tuple[float, float, float, float], place: tuple[float, float, float, float],
    shown: tuple[int, int, int, int],
) -> None:
    """Another place, size and region: the error is a part of the target's size."""
    first = [Box(40, 40, 30, 20), Box(60, 44, 30, 20), Box(33, 52, 30, 20)]
    looks = [[*biased(box, *errors).values, 0.8] for box in first]
    region = SearchRegion(*shown, 128)
    later = Box(*place)

    found = estimator(looks, first).estimate([*biased(later, *errors).values, 0.4], region)

    assert found.box.values == pytest.approx(region.to_image(later).values, abs=1e-6)
    assert found.quality == pytest.approx(0.5)


def test_one_look_that_errs_otherwise_than_the_rest_does_not_count() -> None:
    looks = [[*SEEN.values, 0.8], [*SEEN.values, 0.8], [0.0, 0.0, 300.0, 300.0, 0.01]]

    found = estimator(looks, [SEEN] * 3).estimate(looks[0], SearchRegion(0, 0, 128, 128, 128))

    assert found.box.values == pytest.approx(SEEN.values)
    assert found.quality == pytest.approx(1)


def test_first_frame_that_the_head_does_not_recognise_leaves_the_estimate_finite() -> None:
    looks = [[*SEEN.values, 0.0]] * 3

    found = estimator(looks, [SEEN] * 3).estimate(
        [*SEEN.values, 0.0], SearchRegion(0, 0, 128, 128, 128))

    assert found.box.values == pytest.approx(SEEN.values)
    assert found.quality == 0


BOX = Box(100, 80, 40, 60)
TO = Box.from_center(130, 100, 160, 15)


def refined(quality: float, rate: float = 1.0) -> Box:
    one = BoxEstimator(replace(ALL, rate=rate), [[*SEEN.values, 1.0]], [SEEN])
    return one.refine(BOX, BoxEstimate(TO, quality))


@pytest.mark.parametrize('quality', [1.0, 1.8])
def test_box_is_the_heads_at_full_quality_and_rate(quality: float) -> None:
    assert refined(quality).values == pytest.approx(TO.values)


def test_box_stays_where_there_is_no_quality() -> None:
    assert refined(0.0) == BOX


@pytest.mark.parametrize(('quality', 'rate'), [(0.5, 1.0), (1.0, 0.5)])
def test_half_the_way_is_that_of_the_centre_and_of_the_sizes_logarithm(
    quality: float, rate: float,
) -> None:
    found = refined(quality, rate)

    assert found.center_x == pytest.approx((BOX.center_x + TO.center_x) / 2)
    assert found.center_y == pytest.approx((BOX.center_y + TO.center_y) / 2)
    assert found.width == pytest.approx(math.sqrt(BOX.width * TO.width))
    assert found.height == pytest.approx(math.sqrt(BOX.height * TO.height))


def test_peak_counts_by_how_usual_its_quality_is() -> None:
    one = estimator([[*SEEN.values, 1.0]], [SEEN])  # strength_power is 1

    assert one.weight(BoxEstimate(BOX, 0.4)) == pytest.approx(0.4)

    for _ in range(300):
        one.learn(BoxEstimate(BOX, 0.4))
    assert one.weight(BoxEstimate(BOX, 0.4)) == pytest.approx(1, abs=1e-3)
    assert one.weight(BoxEstimate(BOX, 0.1)) == pytest.approx(0.25, abs=1e-3)


def test_a_quality_of_nothing_at_all_times_weighs_nothing() -> None:
    one = estimator([[*SEEN.values, 1.0]], [SEEN])
    for _ in range(50_000):
        one.learn(BoxEstimate(BOX, 0.0))

    assert one.weight(BoxEstimate(BOX, 0.0)) == 0


def test_box_stays_at_rate_zero() -> None:
    assert refined(1.0, rate=0.0) == BOX


def test_prior_has_the_size_of_the_response_and_is_higher_where_quality_is() -> None:
    quality = torch.linspace(0, 1, 8).expand(1, 8, 8)

    found = prior(ALL, quality, 16)

    assert found.shape == (1, 16, 16)
    assert (found.diff(dim=2) >= 0).all()
    assert (found[..., 1:-1].diff(dim=2) > 0).all()
    torch.testing.assert_close(found, found[:, :1].expand(-1, 16, -1))


def test_prior_is_a_power_of_the_quality_and_nowhere_zero() -> None:
    parameters = replace(ALL, prior_power=2.0, prior_floor=0.05)

    assert prior(parameters, quality_of(0.0), 12).numpy() == pytest.approx(0.05)
    assert prior(parameters, quality_of(0.5), 12).numpy() == pytest.approx(0.3)


def test_prior_of_power_zero_prefers_no_place() -> None:
    found = prior(replace(ALL, prior_power=0.0), torch.rand(1, ROWS, COLUMNS), 12)

    assert found.numpy() == pytest.approx(1.1)


@pytest.mark.parametrize(('changes', 'used'), [
    ({}, True),
    ({'prior_power': 0.0, 'strength_power': 0.0}, True),
    ({'prior_power': 0.0, 'rate': 0.0}, True),
    ({'strength_power': 0.0, 'rate': 0.0}, True),
    ({'prior_power': 0.0, 'strength_power': 0.0, 'rate': 0.0}, False),
])
def test_head_is_used_if_anything_is_asked_of_it(changes: dict[str, float], used: bool) -> None:
    assert replace(ALL, **changes).used is used
