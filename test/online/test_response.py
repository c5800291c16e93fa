"""Labels, peaks between cells, and how clear a peak is."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies
import pytest
from support_maps import label
from support_maps import NEVER
from support_maps import peak_of
from support_maps import Readings
import torch

from rat_tracker.online.response import cosine_window
from rat_tracker.online.response import gaussian_lines
from rat_tracker.online.response import peak_to_noise_ratio
from rat_tracker.online.response import PeakFinder


def test_label_is_one_at_its_peak_and_falls_to_all_sides() -> None:
    made = label(9, 11, 4, 6, 1.5)

    assert made.shape == (9, 11)
    assert made[4, 6] == 1
    assert made[4, 6] == made.max()
    # One standard deviation off, a Gaussian is at exp(-1/2).
    assert label(9, 11, 4, 6, 2.0)[4, 8] == pytest.approx(0.60653, abs=1e-5)
    assert made[3, 6] == made[5, 6] == made[4, 5] == made[4, 7]


@given(strategies.floats(2, 13), strategies.floats(2, 13), strategies.floats(1, 4))
def test_peak_between_cells_is_found(row: float, column: float, sigma: float) -> None:
    peak = peak_of(label(16, 16, row, column, sigma))

    assert peak.row == pytest.approx(row, abs=0.05)
    assert peak.column == pytest.approx(column, abs=0.05)


@given(strategies.floats(-2, 18), strategies.floats(-2, 18))
def test_peak_is_never_outside_the_map(row: float, column: float) -> None:
    peak = peak_of(label(16, 16, row, column, 1.5))

    assert 0 <= round(peak.row) <= 15
    assert 0 <= round(peak.column) <= 15


def test_peak_has_the_value_of_its_cell() -> None:
    assert peak_of(3 * label(8, 8, 2, 5, 1.0)).value == 3


def test_peak_of_a_flat_map_is_a_cell() -> None:
    peak = peak_of(torch.zeros(5, 5))

    assert peak.row == round(peak.row)
    assert peak.column == round(peak.column)


def test_highest_map_is_named_and_weights_decide_which_it_is() -> None:
    responses = torch.stack([label(9, 9, 4, 4, 1.0), 1.1 * label(9, 9, 6, 2, 1.0)])

    number, place, value = PeakFinder(torch.ones(2, 9, 9))(responses, NEVER)
    assert (int(number), place.tolist()) == (1, [6, 2])
    assert float(value) == pytest.approx(1.1)

    weights = torch.tensor([1.0, 0.9])[:, None, None].expand(2, 9, 9)
    number, place, value = PeakFinder(weights)(responses, NEVER)
    assert (int(number), place.tolist(), float(value)) == (0, [4, 4], 1)


def test_weights_choose_the_cell_and_change_neither_position_nor_value() -> None:
    response = label(17, 17, 8.3, 8.4, 1.2) + 1.2 * label(17, 17, 2, 2, 1.2)

    _, place, value = PeakFinder(cosine_window(17, 0.9)[None])(response[None], NEVER)

    assert place.tolist() == pytest.approx([8.3, 8.4], abs=0.05)
    assert value == response[8, 8]


def test_first_map_alone_counts_where_that_is_asked() -> None:
    responses = torch.stack([0.1 * label(9, 9, 4, 4, 1.0) - 1, label(9, 9, 6, 2, 1.0)])
    find = PeakFinder(torch.ones(2, 9, 9))

    assert find(responses, torch.tensor(data=True))[0] == 0
    assert find(responses, NEVER)[0] == 1


def test_peak_that_is_no_number_says_so() -> None:
    response = label(9, 9, 4, 4, 1.0)
    response[2, 3] = math.nan

    assert math.isnan(peak_of(response).value)


def test_finder_reads_nothing_back_from_the_device() -> None:
    find = PeakFinder(torch.ones(2, 9, 9))
    responses = torch.rand(2, 9, 9)

    with Readings() as readings:
        find(responses, responses[0].amax() < 0.5)
        assert readings.names == []
        float(responses[0, 0, 0])
        assert readings.names == ['_local_scalar_dense']


def test_lines_never_hold_numbers_that_slow_products_down() -> None:
    lines = gaussian_lines(torch.tensor([-50.0, 3.0]), 40, 0.5)

    assert (lines[0][:, None] * lines[1]).min() >= torch.finfo(torch.float32).tiny


def test_pnr_by_hand() -> None:
    # (max − min) / mean(m / max): 4 / (4/4 + 2/4 + 0 + 0)/4 = 4 / 0.375; below zero is nothing.
    responses = torch.tensor([[[4.0, 2.0], [0.0, -7.0]]])

    assert peak_to_noise_ratio(responses).tolist() == pytest.approx([4 / 0.375])


def test_pnr_is_higher_for_a_clear_peak() -> None:
    clear = label(16, 16, 8, 8, 1.0)
    broad = label(16, 16, 8, 8, 4.0)
    double = torch.maximum(clear, label(16, 16, 3, 3, 1.0))
    noisy = clear + 0.2

    ratios = peak_to_noise_ratio(torch.stack([clear, broad, double, noisy])).tolist()

    assert ratios[0] == max(ratios)
    assert ratios[0] > 1.5 * sorted(ratios)[-2]


@pytest.mark.parametrize('value', [0.0, -1.0])
def test_pnr_of_no_response_is_zero(value: float) -> None:
    assert peak_to_noise_ratio(torch.full((1, 4, 4), value)).tolist() == [0]
