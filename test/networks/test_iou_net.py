"""IoU-Net: overlaps that are predicted, and boxes that are refined by them."""

from __future__ import annotations

import torch
from torch import nn
from torch import Tensor

from rat_tracker.networks.iou_net import IouNet
from rat_tracker.training.losses import overlap

TARGET = torch.tensor([[90.0, 80, 64, 72]])


def layers(seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(1, 40, 32, 32, generator=generator),
            torch.randn(1, 112, 16, 16, generator=generator))


def network() -> IouNet:
    """Return a network in which every weight matters."""
    torch.manual_seed(0)
    made = IouNet()
    with torch.no_grad():
        for value in made.parameters():
            value.add_(0.02 * torch.randn(value.shape))
    return made


def looked(made: IouNet) -> tuple[Tensor, Tensor]:
    """Return what ``made`` sees of a later frame, given the target in the first."""
    fine, coarse = layers(2)
    return made.look(fine, coarse, made.encode(*layers(1), TARGET))


def test_the_gradient_of_the_overlap_in_the_box_is_that_of_finite_differences() -> None:
    made = network().double()
    fine, coarse = (layer.double() for layer in layers(2))
    first_fine, first_coarse = (layer.double() for layer in layers(1))
    template = made.encode(first_fine, first_coarse, TARGET.double())
    seen = made.look(fine, coarse, template)
    boxes = torch.tensor([[[91.0, 77, 60, 75], [60.3, 100.1, 20, 30]]]).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda boxes: made.predict(seen, boxes), boxes)


def test_refined_boxes_are_predicted_to_overlap_more_than_the_start() -> None:
    made = network()
    start = torch.tensor([[70.0, 100, 80, 50]])
    with torch.no_grad():  # as in validation: the gradient in the box is taken all the same
        seen = looked(made)
        _, predicted = made.refine(seen, start)
        assert predicted > made.predict(seen, start[:, None])[:, 0]


def test_another_target_is_modulated_otherwise() -> None:
    made = network()
    first, second = (made.encode(*layers(seed), TARGET) for seed in (1, 3))
    assert (first.fine - second.fine).abs().max() > 1e-3
    assert (first.coarse - second.coarse).abs().max() > 1e-3


def test_it_learns_how_much_boxes_overlap_and_so_finds_the_box() -> None:
    made = network()
    optimizer = torch.optim.AdamW(made.parameters(), 4e-3)
    generator = torch.Generator().manual_seed(1)
    # Features that know of each cell whether the target is there.
    fine, coarse = _blot(TARGET, 8, 40), _blot(TARGET, 16, 112)
    for _ in range(50):
        deviation = torch.tensor([0.05, 0.2, 0.4])[torch.randint(3, (32, 1), generator=generator)]
        moved = torch.randn(32, 4, generator=generator) * deviation
        sides = (1 + moved[:, 2:]).clamp(min=0.2) * TARGET[:, 2:]
        corner = TARGET[:, :2] + moved[:, :2] * TARGET[:, 2:] + (TARGET[:, 2:] - sides) / 2
        boxes = torch.cat((corner, sides), 1)
        predicted = made.predict(
            made.look(fine, coarse, made.encode(fine, coarse, TARGET)), boxes[None])
        loss = nn.functional.mse_loss(predicted[0], overlap(_corners(boxes), _corners(TARGET)))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    start = torch.tensor([[100.0, 70, 56, 84]])
    with torch.no_grad():
        seen = made.look(fine, coarse, made.encode(fine, coarse, TARGET))
        box, predicted = made.refine(seen, start)

    before, after = (overlap(_corners(each), _corners(TARGET)) for each in (start, box))
    assert after > before + 0.05
    assert (predicted - after).abs() < 0.15


def _blot(box: Tensor, stride: int, channels: int) -> Tensor:
    points = (torch.arange(256 // stride) + 0.5) * stride
    x = ((points > box[:, :1]) & (points < box[:, :1] + box[:, 2:3])).float()
    y = ((points > box[:, 1:2]) & (points < box[:, 1:2] + box[:, 3:])).float()
    return (y[:, None, :, None] * x[:, None, None, :]).expand(-1, channels, -1, -1)


def _corners(boxes: Tensor) -> Tensor:
    return torch.cat((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), 1)
