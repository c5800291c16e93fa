"""The learning rate is that of torch's one-cycle policy, for any step without those before."""

from __future__ import annotations

import pytest
import torch

from rat_tracker.training.recipe import Schedule


@pytest.mark.parametrize(('steps', 'warm_up'), [(40, 0.1), (40, 0.3), (7, 0.5)])
def test_rates_are_those_of_torch(steps: int, warm_up: float) -> None:
    schedule = Schedule(steps, batch=1, peak_rate=2.5e-3, warm_up=warm_up, weight_decay=0.0,
                        largest_gradient=1.0)
    optimizer = torch.optim.AdamW([torch.ones(1, requires_grad=True)])
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 2.5e-3, total_steps=steps, pct_start=warm_up, cycle_momentum=False)
    expected = []
    for _ in range(steps):
        expected.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        cycle.step() if len(expected) < steps else None

    assert [schedule.rate(step, steps) for step in range(steps)] == pytest.approx(expected)


@pytest.mark.parametrize('steps', [1, 2, 3])
def test_the_shortest_trainings_have_rates(steps: int) -> None:
    schedule = Schedule(steps, 1, peak_rate=1.0, warm_up=0.1, weight_decay=0, largest_gradient=1)
    assert all(0 < schedule.rate(step, steps) <= 1 for step in range(steps))
