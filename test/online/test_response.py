"""Labels, peaks between cells, and how clear a peak is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import pytest
import torch

from rat_tracker.online.response import find_peak
from rat_tracker.online.response import gaussian_label
from rat_tracker.online.response import peak_to_noise_ratio


def test_label_is_one_at_its_peak_and_falls_to_all_sides() -> None:
    label = gaussian_label(9, 11, 4, 6, 1.5)

    assert label.shape == (9, 11)
    assert label[4, 6] == 1
    assert label[4, 6] == label.max()
    # One standard deviation off, a Gaussian is at exp(-1/2).
    assert gaussian_label(9, 11, 4, 6, 2.0)[4, 8] == pytest.approx(0.60653, abs=1e-5)
    assert label[3, 6] == label[5, 6] == label[4, 5] == label[4, 7]


@given(strategies.floats(2, 13), strategies.floats(2, 13), strategies.floats(1, 4))
def test_peak_between_cells_is_found(row: float, column: float, sigma: float) -> None:
    peak = find_peak(gaussian_label(16, 16, row, column, sigma))

    assert peak.row == pytest.approx(row, abs=0.05)
    assert peak.column == pytest.approx(column, abs=0.05)


@given(strategies.floats(-2, 18), strategies.floats(-2, 18))
def test_peak_is_never_outside_the_map(row: float, column: float) -> None:
    peak = find_peak(gaussian_label(16, 16, row, column, 1.5))

    assert 0 <= round(peak.row) <= 15
    assert 0 <= round(peak.column) <= 15


def test_peak_has_the_value_of_its_cell() -> None:
    assert find_peak(3 * gaussian_label(8, 8, 2, 5, 1.0)).value == 3


def test_peak_of_a_flat_map_is_a_cell() -> None:
    peak = find_peak(torch.zeros(5, 5))

    assert peak.row == round(peak.row)
    assert peak.column == round(peak.column)


def test_pnr_by_hand() -> None:
    # (max − min) / mean(m / max): 4 / (4/4 + 2/4 + 0 + 0)/4 = 4 / 0.375; below zero is nothing.
    responses = torch.tensor([[[4.0, 2.0], [0.0, -7.0]]])

    assert peak_to_noise_ratio(responses).tolist() == pytest.approx([4 / 0.375])


def test_pnr_is_higher_for_a_clear_peak() -> None:
    clear = gaussian_label(16, 16, 8, 8, 1.0)
    broad = gaussian_label(16, 16, 8, 8, 4.0)
    double = torch.maximum(clear, gaussian_label(16, 16, 3, 3, 1.0))
    noisy = clear + 0.2

    ratios = peak_to_noise_ratio(torch.stack([clear, broad, double, noisy])).tolist()

    assert ratios[0] == max(ratios)
    assert ratios[0] > 1.5 * sorted(ratios)[-2]


@pytest.mark.parametrize('value', [0.0, -1.0])
def test_pnr_of_no_response_is_zero(value: float) -> None:
    assert peak_to_noise_ratio(torch.full((1, 4, 4), value)).tolist() == [0]
