"""The candidates that are tried in each frame, and their features."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.scale_search import FeatureResampler
from rat_tracker.online.scale_search import scale_candidates
from rat_tracker.online.scale_search import ScaleCandidate
from rat_tracker.trackers.rat.parameters import RatScale


def test_scale_of_the_frame_before_comes_first_and_without_penalty() -> None:
    assert scale_candidates(RatScale())[0] == ScaleCandidate(1, 1, 1)


def test_scale_search_tries_a_larger_and_a_smaller_target() -> None:
    _, larger, smaller = scale_candidates(
        RatScale(step=1.05, penalty=0.9, aspect_step=1))

    assert larger == ScaleCandidate(1.05, 1.05, 0.9)
    assert smaller == ScaleCandidate(1 / 1.05, 1 / 1.05, 0.9)


def test_aspect_ratio_search_keeps_the_area() -> None:
    _, wider, taller = scale_candidates(
        RatScale(step=1, aspect_step=1.1, aspect_penalty=0.8))

    assert wider.width > 1 > wider.height
    assert taller.height > 1 > taller.width
    assert wider.penalty == taller.penalty == 0.8
    for scale in (wider, taller):
        assert scale.width * scale.height == pytest.approx(1)


def test_scale_and_aspect_ratio_are_searched_together() -> None:
    assert len(scale_candidates(RatScale())) == 5


def test_step_of_one_turns_the_search_off() -> None:
    assert scale_candidates(RatScale(step=1, aspect_step=1)) == (ScaleCandidate(1, 1, 1),)


def whole(resample: FeatureResampler, features: Tensor, count: int) -> list[Tensor]:
    return [resample.whole(features, torch.tensor([index])) for index in range(count)]


@pytest.mark.parametrize(('rows', 'columns'), [(16, 16), (12, 20)])
def test_features_are_those_that_torch_samples_bicubically(rows: int, columns: int) -> None:
    candidates = scale_candidates(RatScale(step=1.1, aspect_step=1.2))
    features = torch.rand(1, 3, rows, columns)

    made = whole(FeatureResampler(candidates, rows, columns, (2, 2)), features, len(candidates))

    for scale, found in zip(candidates, made, strict=True):
        grid = F.affine_grid(
            torch.tensor([[[scale.width, 0, 0], [0, scale.height, 0]]]), [1, 3, rows, columns],
            align_corners=False)
        expected = F.grid_sample(
            features, grid, mode='bicubic', padding_mode='border', align_corners=False)[0]
        assert torch.allclose(found, expected, atol=1e-5)


def test_features_of_the_scale_before_are_left_as_they_are() -> None:
    features = torch.rand(1, 3, 16, 16)
    resample = FeatureResampler(scale_candidates(RatScale()), 16, 16, (2, 2))

    assert torch.equal(resample.whole(features, torch.tensor([0])), features[0])


@pytest.mark.parametrize(('row', 'column'), [(8, 9), (0, 0), (15, 3), (2, 15)])
def test_features_near_a_cell_are_those_of_the_whole_and_nothing_beyond_it(
    row: int, column: int,
) -> None:
    down, across = 3, 5
    features = torch.rand(1, 4, 16, 16)
    candidates = scale_candidates(RatScale())
    resample = FeatureResampler(candidates, 16, 16, (down, across))

    near = resample.near(features, torch.tensor(row), torch.tensor(column))

    padded = [F.pad(made, (across, across, down, down))
              for made in whole(resample, features, len(candidates))]
    expected = torch.stack([
        made[:, row:row + 2 * down + 1, column:column + 2 * across + 1] for made in padded])
    torch.testing.assert_close(near, expected)


def test_larger_target_is_seen_smaller() -> None:
    """What fills its share of a patch at one scale fills less of a patch for a larger one."""
    features = torch.zeros(1, 1, 32, 32)
    features[..., 8:24, 8:24] = 1
    _, larger, smaller = scale_candidates(RatScale(step=1.25, aspect_step=1))
    resample = FeatureResampler((ScaleCandidate(1, 1, 1), larger, smaller), 32, 32, (0, 0))

    plain, at_larger, at_smaller = (
        made.clamp(0, 1).sum() for made in whole(resample, features, 3))

    assert at_larger < plain < at_smaller
