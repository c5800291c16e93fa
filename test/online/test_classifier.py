"""ATOM's classifier against direct solutions, and its Gauss–Newton steps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from support_maps import Readings
import torch
from torch import Tensor

from rat_tracker.online.classifier import ClassifierParameters
from rat_tracker.online.classifier import Samples
from rat_tracker.online.classifier import TargetClassifier
from rat_tracker.online.response import gaussian_label

SIZE, CHANNELS = 10, 6
PARAMETERS = ClassifierParameters(
    kernel_size=3, projection_regularisation=1e-3, filter_regularisation=0.1,
    bend=0.05, first_steps=0, first_iterations=0)
# What the target looks like.
TARGET = torch.randn(CHANNELS, generator=torch.Generator().manual_seed(3)) * 6
# So large that φ is the identity but for rounding.
LINEAR = replace(PARAMETERS, bend=1e9)


def samples(count: int = 4, kernel_size: int = 3, channels: int = CHANNELS) -> Samples:
    random = torch.Generator().manual_seed(1)
    rows = SIZE + 1 - kernel_size % 2
    labels = [gaussian_label(torch.tensor([3.0 + index, 5.0]).double(), rows, rows, 1.0)
              for index in range(count)]
    return Samples(
        torch.randn(count, channels, SIZE, SIZE, generator=random).double(),
        torch.stack(labels), torch.rand(count, generator=random).double() + 0.5)


def sighted() -> Samples:
    """Return samples that show a target among noise, each at another place."""
    known = samples(count=7)
    places = [(3 + index % 3, 2 + index) for index in range(7)]
    for features, (row, column) in zip(known.features, places, strict=True):
        features[:, row, column] += TARGET
    return known._replace(labels=torch.stack([
        gaussian_label(torch.tensor(place).double(), SIZE, SIZE, 1.0) for place in places]))


def projection() -> Tensor:
    return torch.randn(3, CHANNELS, generator=torch.Generator().manual_seed(2)).double()


def ridge(projected: Tensor, known: Samples, size: int, weight: float) -> Tensor:
    """Return the filter that minimises the loss without φ, D×k×k, by a direct solution."""
    channels = projected.shape[1]
    columns = torch.nn.functional.unfold(projected, size, padding=size // 2)
    root = known.weights.sqrt()[:, None]
    design = (columns * root[..., None]).permute(0, 2, 1).flatten(0, 1)
    wanted = (known.labels.flatten(1) * root).flatten()
    normal = design.T @ design + weight * torch.eye(channels * size ** 2).double()
    return torch.linalg.solve(normal, design.T @ wanted).view(channels, size, size)


@pytest.mark.parametrize('size', [3, 4])
def test_the_filter_of_a_linear_classifier_is_that_of_ridge_regression(size: int) -> None:
    known = samples(kernel_size=size)
    classifier = TargetClassifier(replace(LINEAR, kernel_size=size), known, projection())
    projected = classifier.project(known.features)
    classifier.update(known._replace(features=projected), iterations=60)

    torch.testing.assert_close(
        classifier.filter, ridge(projected, known, size, PARAMETERS.filter_regularisation),
        rtol=1e-6, atol=1e-8)


def test_each_step_of_gauss_newton_lowers_the_loss() -> None:
    known = sighted()
    classifier = TargetClassifier(PARAMETERS, known, projection())
    losses = [classifier.loss(known)]
    for _ in range(6):
        classifier.fit(known, iterations=10)
        losses.append(classifier.loss(known))

    assert all(after < before for before, after in pairwise(losses))
    assert losses[-1] < 0.5 * losses[0]


def test_the_first_direction_is_the_slope_of_the_loss_over_the_regularisation() -> None:
    known = samples()
    random = torch.Generator().manual_seed(5)
    made = [TargetClassifier(PARAMETERS, known, projection()) for _ in range(2)]
    for classifier in made:
        classifier.filter = torch.randn(3, 3, 3, generator=random.manual_seed(5)).double() / 9
    sloped, moved = made
    sloped.projection.requires_grad_()
    sloped.filter.requires_grad_()
    sloped.loss(known).backward()  # type: ignore[no-untyped-call]
    before = moved.projection.clone(), moved.filter.clone()
    moved.fit(known, iterations=1)

    change = torch.cat([(after - old).flatten() for after, old in zip(
        (moved.projection, moved.filter), before, strict=True)])
    slopes = sloped.projection.grad, sloped.filter.grad
    downhill = torch.cat([-each.flatten() / weight for each, weight in zip(
        slopes, (PARAMETERS.projection_regularisation, PARAMETERS.filter_regularisation),
        strict=True) if each is not None])
    torch.testing.assert_close(change / change.norm(), downhill / downhill.norm())


def test_learning_the_filter_alone_leaves_the_projection() -> None:
    known = samples()
    classifier = TargetClassifier(replace(PARAMETERS, first_steps=2, first_iterations=5), known,
                                  projection())
    before = classifier.projection.clone()
    loss = classifier.loss(known)
    classifier.update(known._replace(features=classifier.project(known.features)), 5)

    assert torch.equal(classifier.projection, before)
    assert classifier.loss(known) < loss


def test_a_sample_of_no_weight_teaches_nothing() -> None:
    known = samples()
    ignored = known._replace(weights=known.weights * torch.tensor([1, 1, 0, 1]).double())
    other = ignored._replace(features=ignored.features.clone())
    other.features[2] = 7.0
    started = replace(PARAMETERS, first_steps=2, first_iterations=5)

    torch.testing.assert_close(TargetClassifier(started, ignored, projection()).filter,
                               TargetClassifier(started, other, projection()).filter)


def test_it_answers_where_the_target_is() -> None:
    classifier = TargetClassifier(
        replace(PARAMETERS, first_steps=6, first_iterations=10), sighted(), projection())
    seen = torch.randn(1, CHANNELS, SIZE, SIZE, generator=torch.Generator().manual_seed(4))
    seen[0, :, 7, 2] += TARGET
    cell = int(classifier.respond(classifier.project(seen.double())).argmax())

    assert divmod(cell, SIZE) == (7, 2)


def test_it_reads_nothing_back() -> None:
    known = samples()
    with Readings() as readings:
        classifier = TargetClassifier(
            replace(PARAMETERS, first_steps=1, first_iterations=2), known, projection())
        classifier.update(known._replace(features=classifier.project(known.features)), 2)
    assert not readings.names
