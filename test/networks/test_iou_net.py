"""IoU-Net: overlaps that are predicted, and boxes that are refined by them."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.fused_levels import Levels
from rat_tracker.networks.iou_net import IouNet
from rat_tracker.training.losses import overlap

TARGET = torch.tensor([[90.0, 80, 64, 72]])


def levels(seed: int) -> Levels:
    generator = torch.Generator().manual_seed(seed)
    return Levels(torch.randn(1, 64, 32, 32, generator=generator),
                  torch.randn(1, 64, 16, 16, generator=generator))


def network(*, attention: bool = True) -> IouNet:
    """Return a network in which every weight matters, as it is while tracking."""
    torch.manual_seed(0)
    made = IouNet(attention=attention).eval()
    with torch.no_grad():
        for value in made.parameters():
            value.add_(0.02 * torch.randn(value.shape))
    return made


def test_the_gradient_of_the_overlap_in_the_box_is_that_of_finite_differences() -> None:
    made = network().double()
    first, later = (Levels(*(level.double() for level in levels(seed))) for seed in (1, 2))
    modulation, seen = made.encode(first, TARGET.double()), made.candidate_features(later)
    boxes = torch.tensor([[[91.0, 77, 60, 75], [60.3, 100.1, 20, 30]]]).double()
    assert torch.autograd.gradcheck(
        lambda boxes: made.predict(seen, modulation, boxes), boxes.requires_grad_())
    predicted = made.predict(seen, modulation, boxes)
    wanted, = torch.autograd.grad(predicted.sum(), boxes)

    with torch.inference_mode():  # no graph is needed
        overlaps, gradient = made.predict_with_gradient(seen, modulation, boxes)
    torch.testing.assert_close(overlaps, predicted.detach())
    torch.testing.assert_close(gradient, wanted)


def test_refined_boxes_are_predicted_to_overlap_more_than_the_start() -> None:
    made = network()
    start = torch.tensor([[70.0, 100, 80, 50]])
    with torch.no_grad():
        seen, modulation = made.candidate_features(levels(2)), made.encode(levels(1), TARGET)
        _, predicted = made.refine(seen, modulation, start)
        assert predicted > made.predict(seen, modulation, start[:, None])[:, 0]


def test_another_target_is_modulated_otherwise() -> None:
    made = network()
    first, second = (made.encode(levels(seed), TARGET) for seed in (1, 3))
    assert (first.fine - second.fine).abs().max() > 1e-3
    assert (first.coarse - second.coarse).abs().max() > 1e-3


def test_it_learns_how_much_boxes_overlap_and_so_finds_the_box() -> None:
    made = network()
    optimizer = torch.optim.AdamW(made.parameters(), 4e-3)
    generator = torch.Generator().manual_seed(1)
    # Features that know of each cell whether the target is there.
    known = Levels(_blot(TARGET, 8), _blot(TARGET, 16))
    for _ in range(50):
        deviation = torch.tensor([0.05, 0.2, 0.4])[torch.randint(3, (32, 1), generator=generator)]
        moved = torch.randn(32, 4, generator=generator) * deviation
        sides = (1 + moved[:, 2:]).clamp(min=0.2) * TARGET[:, 2:]
        corner = TARGET[:, :2] + moved[:, :2] * TARGET[:, 2:] + (TARGET[:, 2:] - sides) / 2
        boxes = torch.cat((corner, sides), 1)
        predicted = made.predict(
            made.candidate_features(known), made.encode(known, TARGET), boxes[None])
        loss = nn.functional.mse_loss(predicted[0], overlap(_corners(boxes), _corners(TARGET)))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    start = torch.tensor([[100.0, 70, 56, 84]])
    with torch.no_grad():
        box, predicted = made.refine(
            made.candidate_features(known), made.encode(known, TARGET), start)

    before, after = (overlap(_corners(each), _corners(TARGET)) for each in (start, box))
    assert after > before + 0.05
    assert (predicted - after).abs() < 0.15


def test_levels_pass_ms_cam_which_leaves_them_as_they_are_at_first() -> None:
    fresh = IouNet().eval()
    torch.testing.assert_close(fresh.attend(levels(1)), levels(1))
    made = network()
    gates = made.gate(levels(1))
    assert gates is not None
    for attended, level, gate in zip(made.attend(levels(1)), levels(1), gates, strict=True):
        torch.testing.assert_close(attended, 2 * gate * level)
        assert gate.std() > 1e-4
    without = network(attention=False)
    assert without.gate(levels(1)) is None
    known = levels(1)
    assert without.attend(known) is known


def _blot(box: Tensor, stride: int) -> Tensor:
    points = (torch.arange(256 // stride) + 0.5) * stride
    x = ((points > box[:, :1]) & (points < box[:, :1] + box[:, 2:3])).float()
    y = ((points > box[:, 1:2]) & (points < box[:, 1:2] + box[:, 3:])).float()
    return (y[:, None, :, None] * x[:, None, None, :]).expand(-1, 64, -1, -1)


def _corners(boxes: Tensor) -> Tensor:
    return torch.cat((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), 1)
