"""The recipes of corner head and IoU-Net: what their losses are, by hand."""

from __future__ import annotations

from dataclasses import replace
import math

import pytest
import torch
from torch import Tensor

from rat_tracker.networks.corner_head import CELLS
from rat_tracker.networks.corner_head import CornerHead
from rat_tracker.networks.corner_head import CornerPrediction
from rat_tracker.networks.fused_iou_net import FusedIouNet
from rat_tracker.networks.iou_net import CandidateFeatures
from rat_tracker.networks.iou_net import Modulation
from rat_tracker.training.batch import Batch
from rat_tracker.training.batch import corners
from rat_tracker.training.batch import far_corners
from rat_tracker.training.losses import overlap
from rat_tracker.training.recipes import corner_head
from rat_tracker.training.recipes import iou_net

TRUE = [136.0, 136.0, 64.0, 64.0]
HALF = [104.0, 104.0, 136.0, 168.0]  # left half of it, by its corners


def batch(*, present: bool = True, tight: bool = True, masked: bool = False) -> Batch:
    maps = torch.zeros(1, 40, 32, 32), torch.zeros(1, 112, 16, 16)
    return Batch(
        template=maps, template_boxes=torch.full((1, 4), 128.0), search=maps,
        boxes=torch.tensor([TRUE if present else [0.0] * 4]), present=torch.tensor([present]),
        tight=torch.tensor([tight]), expected=torch.full((1, 2), 64.0),
        masks=torch.ones(1, 32, 32), masked=torch.tensor([masked]))


def fused(*, present: bool = True, tight: bool = True) -> Batch:
    """Return a batch with the layers that are fused."""
    maps = torch.zeros(1, 40, 32, 32), torch.zeros(1, 80, 16, 16), torch.zeros(1, 112, 16, 16)
    return replace(batch(present=present, tight=tight), template=maps, search=maps)


class SayingCorners(CornerHead):
    """A head that says what it is told to."""

    def __init__(self, box: list[float], quality: float, mask: float = 0.0) -> None:
        super().__init__()
        self.said = CornerPrediction(torch.tensor([box]), torch.tensor([quality]),
                                     torch.full((1, CELLS, CELLS), mask))

    def forward(
        self, fine: Tensor, coarse: Tensor, template: Tensor, coarse_boxes: Tensor,
    ) -> CornerPrediction:
        return self.said


def test_a_true_box_of_certain_quality_costs_nothing() -> None:
    exact = corners(torch.tensor([TRUE]))[0].tolist()
    parts = corner_head.losses(SayingCorners(exact, 30.0), batch())
    assert parts['box'].item() == pytest.approx(0, abs=1e-6)
    assert parts['quality'].item() == pytest.approx(0, abs=1e-6)


def test_half_a_box_costs_its_overlap_and_how_far_its_corners_are_away() -> None:
    parts = corner_head.losses(SayingCorners(HALF, 0.0), batch())
    # One side of four is half of the box's width away; overlap and generalised overlap are 1/2.
    assert parts['box'].item() == pytest.approx(0.5 + 0.5 / 4)
    assert parts['quality'].item() == pytest.approx(math.log(2))


def test_a_loose_box_teaches_nothing() -> None:
    parts = corner_head.losses(SayingCorners(HALF, 3.0), batch(tight=False))
    assert parts['box'].item() == parts['quality'].item() == 0


def test_without_the_target_quality_is_to_be_zero_and_no_box_is_learnt() -> None:
    parts = corner_head.losses(SayingCorners(HALF, 3.0), batch(present=False))
    assert parts['box'].item() == 0
    assert parts['quality'].item() == pytest.approx(math.log1p(math.exp(3)), rel=1e-5)


@pytest.mark.parametrize(('masked', 'wanted'), [(True, 0.5 * math.log(2)), (False, 0.0)])
def test_a_mask_is_learnt_where_it_is_known(masked: bool, wanted: float) -> None:
    parts = corner_head.losses(SayingCorners(HALF, 0.0), batch(masked=masked))
    assert parts['mask'].item() == pytest.approx(wanted, rel=1e-5)


class SayingOverlaps(FusedIouNet):
    """A network that knows the overlap with a box, and errs by so much."""

    def __init__(self, wrong: float = 0.0) -> None:
        super().__init__('sum', attention=False)
        self.wrong = wrong
        self.asked = torch.zeros(0)
        self.iou_net.predict = self.predict  # type: ignore[method-assign]

    def predict(
        self, features: CandidateFeatures, modulation: Modulation, boxes: Tensor,
    ) -> Tensor:
        self.asked = boxes
        return overlaps_of(boxes) + self.wrong


def overlaps_of(boxes: Tensor) -> Tensor:
    return overlap(far_corners(boxes), corners(torch.tensor([TRUE]))[:, None])


def test_overlaps_that_are_right_cost_nothing_and_errors_count_on_a_scale_of_two() -> None:
    assert iou_net.losses(SayingOverlaps(), fused())['overlap'].item() == pytest.approx(
        0, abs=1e-10)
    assert iou_net.losses(SayingOverlaps(0.1), fused())['overlap'].item() == pytest.approx(0.04)


def test_candidates_are_around_the_target_and_of_many_overlaps() -> None:
    torch.manual_seed(0)
    network = SayingOverlaps()
    found = []
    for _ in range(50):
        iou_net.losses(network, fused())
        found.append(overlaps_of(network.asked))
    overlaps = torch.cat(found).flatten()
    assert network.asked.shape == (1, 16, 4)
    assert overlaps.quantile(0.9) > 0.9
    assert overlaps.quantile(0.1) < 0.5


@pytest.mark.parametrize(('present', 'tight', 'teaches'), [
    (True, False, False), (False, True, True)])
def test_loose_boxes_teach_nothing_and_absent_targets_that_nothing_overlaps(
        present: bool, tight: bool, teaches: bool) -> None:
    class Always(SayingOverlaps):
        def predict(
            self, features: CandidateFeatures, modulation: Modulation, boxes: Tensor,
        ) -> Tensor:
            return torch.ones(boxes.shape[:2])

    found = iou_net.losses(Always(), fused(present=present, tight=tight))['overlap'].item()
    assert found == (pytest.approx(4) if teaches else 0)


# The target in the search patch is at 136, 136: between places of either stride.
def shown_at(place: float, *, present: bool = True) -> Batch:
    """Return a pair that shows a pattern in the template's box, and at a place of the search."""
    size = 64.0
    pattern = torch.randn(64, 4, 4, generator=torch.Generator().manual_seed(3))

    def maps(center: float) -> tuple[Tensor, ...]:
        found = []
        for channels, stride in ((40, 8), (80, 16), (112, 16)):
            points = (torch.arange(256 // stride) + 0.5) * stride
            part = ((points - center + size / 2) / (size / 4)).floor().long()
            inside = (part >= 0) & (part < 4)
            index = part.clamp(0, 3)
            values = pattern.repeat(2, 1, 1)[:channels][:, index][:, :, index]
            found.append((values * (inside[:, None] & inside))[None])
        return tuple(found)

    return replace(
        fused(present=present), template=maps(128), search=maps(place),
        template_boxes=torch.tensor([[128.0, 128, size, size]]))


def test_the_loss_of_places_is_small_where_the_template_is_found_at_the_target() -> None:
    torch.manual_seed(0)
    network = FusedIouNet('sum', attention=False)
    there, elsewhere = (
        iou_net.losses(network, shown_at(place))['place'].item() for place in (136.0, 72.0))
    assert there < elsewhere - 0.1
    assert iou_net.losses(network, shown_at(136.0, present=False))['place'].item() == 0


def test_figures_say_how_often_the_template_is_found_at_the_target() -> None:
    torch.manual_seed(0)
    network = FusedIouNet('sum', attention=False).eval()
    with torch.no_grad():
        found = iou_net.figures(network, [shown_at(136.0), shown_at(136.0), shown_at(72.0)])
    assert found['place_fine'] == found['place_coarse'] == pytest.approx(2 / 3)
