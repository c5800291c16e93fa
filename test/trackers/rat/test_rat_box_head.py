"""The box head in ``rat``: whose template it has, what it does to the peak, and how it is off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
import shutil

import pytest
from support_rat import bits
from support_rat import follow
from support_rat import IMAGES
from support_rat import OTHER_CLIP
from support_rat import SMALL
from support_rat import START
import torch
from torch import Tensor

from rat_tracker.engines.workload import noting_workloads
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.conditioned import BackboneWithBoxHead
from rat_tracker.online.scale_search import scale_candidates
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import tracker_parameters
from rat_tracker.trackers.rat import network
from rat_tracker.trackers.rat import tracker as rat
from rat_tracker.trackers.rat.model import RatModel
from rat_tracker.trackers.rat.parameters import RatBoxEstimator
from rat_tracker.trackers.rat.parameters import RatParameters
from rat_tracker.trackers.rat.parameters import RatScale
from rat_tracker.weights import WeightsError
from rat_tracker.weights.trained import TrainedWeights

OFF = 'box_estimator.prior_power=0:box_estimator.strength_power=0:box_estimator.rate=0'
HEAD_OFF = RatBoxEstimator(prior_power=0.0, strength_power=0.0, rate=0.0)
OTHER_IMAGES = [frame.image for frame in OTHER_CLIP]
create_small = partial(create_tracker, engine='torch', device='cpu')


@pytest.mark.parametrize(('options', 'fault'), [
    ('layers=stride16', r'layers are stride16; the box head needs stride8\+stride16, or turn it '
                        r'off: box_estimator\.prior_power=0, box_estimator\.strength_power=0 and '
                        r'box_estimator\.rate=0'),
    ('layers=stride4+stride8:channels=8:ranking_channels=8',
     r'layers are stride4\+stride8; the box head needs'),
    ('patch_side=120', 'patch_side is 120; the box head needs a multiple of 16, or turn it off'),
])
def test_features_that_the_head_does_not_know_are_refused_and_taken_without_it(
    options: str, fault: str,
) -> None:
    with pytest.raises(ValueError, match=fault) as failure:
        tracker_parameters(f'rat:{options}')
    assert '\n' not in str(failure.value)

    assert not tracker_parameters(f'rat:{OFF}:{options}').box_estimator.used
    assert not tracker_parameters(f'rat:{options}:{OFF}').box_estimator.used


def unreadable(name: str, folder: Path) -> TrainedWeights:
    """Return weights of a folder that is empty."""
    return TrainedWeights(name, folder)


def corrupt(name: str, folder: Path) -> TrainedWeights:
    """Return the package's own weights with a byte changed."""
    shutil.copy(TrainedWeights(name).manifest_path, folder)
    content = bytearray(TrainedWeights(name).path.read_bytes())
    content[-1] ^= 1
    (folder / TrainedWeights(name).path.name).write_bytes(content)
    return TrainedWeights(name, folder)


@pytest.mark.parametrize(('weights', 'fault'), [
    (unreadable, r'box_head\.toml cannot be read .*; install rat_tracker again'),
    (corrupt, r'box_head\.safetensors is corrupt: .*; install rat_tracker again'),
])
def test_head_whose_weights_are_not_there_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    weights: Callable[[str, Path], TrainedWeights], fault: str,
) -> None:
    monkeypatch.setattr(network, 'TrainedWeights', lambda name: weights(name, tmp_path))

    with pytest.raises(WeightsError, match=fault) as failure:
        create_small(SMALL)
    assert '\n' not in str(failure.value)


def test_tracker_without_the_head_needs_none_and_runs_the_backbone_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    monkeypatch.setattr(network, 'TrainedWeights', lambda name: unreadable(name, tmp_path))

    with noting_workloads() as noted:
        tracker = create_small(f'{SMALL}:{OFF}')

    assert [(type(each.network), each.inputs) for each in noted] == [(EfficientNetLite0, ())]
    assert 'box' not in follow(tracker, IMAGES, START)[-1].timings


def test_tracker_with_the_head_has_it_in_the_same_engine_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with noting_workloads() as noted:
        tracker = create_small(SMALL)
    made = noted[0].network
    assert isinstance(made, BackboneWithBoxHead)
    assert [each.inputs for each in noted] == [made.input_shapes()]

    tracker.init(IMAGES[0], START)
    calls: list[tuple[Tensor, ...]] = []
    engine = tracker._network.engine

    def noting(*inputs: Tensor) -> tuple[Tensor, ...]:
        calls.append(inputs)
        return engine(*inputs)

    monkeypatch.setattr(tracker._network, 'engine', noting)
    result = tracker.track(IMAGES[1])

    assert [len(inputs) for inputs in calls] == [1 + 3]
    assert result.timings['box'] > 0


def test_second_target_has_a_template_of_its_own_where_the_first_one_was() -> None:
    tracker = create_small(SMALL)
    tracker.init(IMAGES[0], START)
    places = [value.data_ptr() for value in tracker._network._template]
    first = [value.clone() for value in tracker._network._template]

    tracker.init(OTHER_IMAGES[0], OTHER_CLIP[0].box)

    fresh = create_small(SMALL)
    fresh.init(OTHER_IMAGES[0], OTHER_CLIP[0].box)
    assert [value.data_ptr() for value in tracker._network._template] == places
    for value, before, wanted in zip(
            tracker._network._template, first, fresh._network._template, strict=True):
        assert torch.equal(value, wanted)
        assert not torch.equal(value, before)


# All that the head says counts as much as it may.
@pytest.mark.parametrize('options', ['', ':' + ':'.join(f'box_estimator.{option}' for option in (
    'rate=1', 'prior_power=4', 'strength_power=4'))])
def test_second_target_is_followed_as_by_a_fresh_tracker(options: str) -> None:
    tracker = create_small(SMALL + options)
    follow(tracker, IMAGES, START)

    again = follow(tracker, OTHER_IMAGES, OTHER_CLIP[0].box)

    fresh = follow(create_small(SMALL + options), OTHER_IMAGES, OTHER_CLIP[0].box)
    assert bits(again) == bits(fresh)


def test_target_whose_learning_fails_leaves_the_one_before_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_: object) -> RatModel:
        raise FloatingPointError('no number')

    tracker = create_small(SMALL)
    tracker.init(IMAGES[0], START)
    with monkeypatch.context() as patched:
        patched.setattr(rat, 'RatModel', failing)
        with pytest.raises(FloatingPointError):
            tracker.init(OTHER_IMAGES[0], OTHER_CLIP[0].box)

    wanted = follow(create_small(SMALL), IMAGES, START)
    assert bits([tracker.track(image) for image in IMAGES[1:]]) == bits(wanted)


SIZE = 16  # cells of stride 8 in a patch of 128
PARAMETERS = RatParameters(
    patch_side=8 * SIZE, channels=8, attention_gain=0.0, box_estimator=HEAD_OFF)
LOOK = torch.randn(12, 4, 4, generator=torch.Generator().manual_seed(0))
# Only the response at the scale before.
PLAIN = replace(PARAMETERS, scale=RatScale(step=1.0, aspect_step=1.0))


def layers(seed: int, *targets: tuple[int, int, float]) -> list[Tensor]:
    """Return a network's layers that show targets: row and column of the centre; how bright."""
    fine = 0.05 * torch.randn(
        1, 12, SIZE, SIZE, generator=torch.Generator().manual_seed(seed))
    for row, column, brightness in targets:
        fine[0, :, row - 2:row + 2, column - 2:column + 2] += brightness * LOOK
    return [fine, torch.zeros(1, 4, SIZE // 2, SIZE // 2)]


def model_of(parameters: RatParameters) -> RatModel:
    """Return the model of a target in the middle of its patch."""
    return RatModel(parameters, layers(1, (8, 8, 1.0)), [(64.0, 64.0)], (0.25, 0.25))


def test_prior_leads_away_from_a_distractor_that_answers_higher() -> None:
    model = model_of(PLAIN)
    features, deep = model.project(layers(2, (8, 4, 1.0), (8, 12, 1.3)))
    response = model.respond(features)
    against = torch.ones(1, SIZE, SIZE)
    against[..., SIZE // 2:] = 0.2

    def found(prior: Tensor | None) -> tuple[tuple[float, float], float]:
        index, position, value = model.search_scales(features, deep, response, prior)
        row, column = model.peak_point(index, position).tolist()
        return (row, column), float(value)

    distractor, higher = found(None)
    target, lower = found(against)

    assert distractor == pytest.approx((64, 96), abs=4)
    assert target == pytest.approx((64, 32), abs=4)
    # What the peaks are worth is the response's own.
    assert higher == pytest.approx(float(response.amax()))
    assert lower == pytest.approx(float(response[..., :SIZE // 2].amax()))
    assert lower < higher


def test_prior_that_is_the_same_everywhere_changes_nothing() -> None:
    model = model_of(PARAMETERS)
    features, deep = model.project(layers(2, (9, 6, 1.0)))
    response = model.respond(features)

    plain = model.search_scales(features, deep, response)
    weighted = model.search_scales(
        features, deep, response, torch.full((1, SIZE, SIZE), 0.3))

    assert all(torch.equal(one, other) for one, other in zip(plain, weighted, strict=True))


def test_point_of_a_peak_is_where_it_is_at_the_scale_before() -> None:
    """Cells at another scale are resampled around the middle of the patch."""
    model = model_of(PARAMETERS)
    corner = torch.tensor((0.0, 0.0))
    scales = scale_candidates(PARAMETERS.scale)
    assert scales[0].width == scales[0].height == 1

    for index, scale in enumerate(scales):
        point = model.peak_point(torch.tensor([index]), corner).tolist()

        assert point == pytest.approx(
            [64 - 60 * scale.height, 64 - 60 * scale.width], abs=1e-3)
