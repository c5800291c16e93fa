"""Layers become one map of the strongest directions, in unit RMS."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.projection import FeatureProjection

CHANNELS = 6


def layers(patches: int = 1, seed: int = 0) -> list[Tensor]:
    """Return a fine and a coarse layer of very different strength."""
    random = torch.Generator().manual_seed(seed)
    # Mixed, so that some directions are stronger than others.
    fine = torch.einsum(
        'nchw,cd->ndhw', torch.randn(patches, 5, 12, 12, generator=random),
        torch.randn(5, 5, generator=torch.Generator().manual_seed(1)))
    coarse = torch.einsum(
        'nchw,cd->ndhw', torch.randn(patches, 8, 6, 6, generator=random),
        torch.randn(8, 8, generator=torch.Generator().manual_seed(2)))
    return [1 + fine, 100 * coarse]


def resized_then_projected(first: list[Tensor], shown: list[Tensor]) -> Tensor:
    """Do what the projection stands for, in the order that is easy to see to be right."""
    scales = [layer.square().mean().sqrt() for layer in first]

    def joined(parts: list[Tensor]) -> Tensor:
        return torch.cat([
            F.interpolate(part / scale, (12, 12), mode='bilinear', align_corners=False)
            for part, scale in zip(parts, scales, strict=True)], 1)

    vectors = joined(first)[0].flatten(1).T
    mean = vectors.mean(0)
    _, _, directions = torch.linalg.svd(vectors - mean, full_matrices=False)
    basis = directions[:CHANNELS].T
    scale = ((vectors - mean) @ basis).square().mean().sqrt()
    return torch.einsum(
        'nchw,cd->ndhw', joined(shown) - mean[None, :, None, None], basis) / scale


def test_projecting_before_resizing_is_the_same_as_after() -> None:
    first, shown = layers(), layers(patches=3, seed=5)

    projected = FeatureProjection(first, CHANNELS)(shown)

    expected = resized_then_projected(first, shown)
    # A direction and its opposite are equally good.
    signs = (projected * expected).sum((0, 2, 3)).sign()[None, :, None, None]
    torch.testing.assert_close(projected, expected * signs, atol=1e-4, rtol=1e-4)


def test_first_frame_has_unit_rms_around_zero() -> None:
    first = layers()
    features = FeatureProjection(first, CHANNELS)(first)

    assert float(features.square().mean().sqrt()) == pytest.approx(1, abs=1e-5)
    assert features.mean((0, 2, 3)).abs().max() < 1e-5


def test_directions_are_the_strongest_and_independent() -> None:
    first = layers()
    features = FeatureProjection(first, CHANNELS)(first)[0].flatten(1)

    covariance = features @ features.T / features.shape[1]
    strengths = covariance.diagonal()
    assert strengths.tolist() == sorted(strengths.tolist(), reverse=True)
    torch.testing.assert_close(covariance, torch.diag(strengths), atol=1e-4, rtol=0)


@pytest.mark.parametrize('layer', [0, 1])
def test_strength_of_a_layer_does_not_matter(layer: int) -> None:
    first = layers()
    stronger = [part * (1000 if index == layer else 1) for index, part in enumerate(first)]

    torch.testing.assert_close(
        FeatureProjection(stronger, CHANNELS)(stronger).abs(),
        FeatureProjection(first, CHANNELS)(first).abs(), atol=1e-3, rtol=1e-3)


def test_patches_of_a_batch_are_projected_one_by_one() -> None:
    project = FeatureProjection(layers(), CHANNELS)
    shown = layers(patches=3, seed=5)

    together = project(shown)

    assert together.shape == (3, CHANNELS, 12, 12)
    for index in range(3):
        alone = project([layer[index:index + 1] for layer in shown])
        torch.testing.assert_close(together[index], alone[0])


def test_one_layer_alone_keeps_its_own_grid() -> None:
    _, coarse = layers()

    assert FeatureProjection([coarse], 4)([coarse]).shape == (1, 4, 6, 6)


def test_picture_without_any_contrast_gives_finite_features() -> None:
    flat = [torch.ones(1, 5, 12, 12), torch.zeros(1, 8, 6, 6)]

    assert FeatureProjection(flat, CHANNELS)(flat).isfinite().all()
