"""What ends a training early leaves what was learnt until then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support_recipes import request
from support_recipes import small_recipe
from support_recipes import STEPS
from support_recipes import until
import torch
from torch import nn
from torch import Tensor

from rat_tracker.training.batch import Batch
from rat_tracker.training.checkpoints import NAME
from rat_tracker.training.checkpoints import read_checkpoint
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.run import train

pytestmark = pytest.mark.needs('matplotlib')


def test_a_loss_that_is_no_number_is_refused_and_the_last_checkpoint_stays(
    tmp_path: Path,
) -> None:
    recipe = small_recipe()
    calls: list[int] = []

    def breaking(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        parts = recipe.loss(network, batch)
        if network.training:
            calls.append(len(batch))
        return {name: part * (torch.nan if len(calls) == 4 else 1)
                for name, part in parts.items()}
    asked = replace(request(tmp_path, 'out'), checkpoint=0.0)

    with pytest.raises(TrainingError, match='the loss of step 4 is no finite number') as fault:
        train(replace(recipe, loss=breaking), asked, lambda _: until())

    assert '\n' not in str(fault.value)
    assert read_checkpoint(tmp_path / 'out' / NAME).step == 3


def test_the_best_weights_are_those_of_the_best_figure(tmp_path: Path) -> None:
    figures = iter([0.1, 0.5, 0.3, float('nan'), 0.2, 0.4, 0.5])
    recipe = replace(small_recipe(), figures=lambda *_: {'goodness': next(figures)},
                     chosen_by='goodness')

    outcome = train(recipe, request(tmp_path, 'out'), lambda _: until())

    assert outcome.checkpoint.figures['goodness'] == 0.5
    assert outcome.checkpoint.figures['step'] == 2 * recipe.validation
    assert [row['step'] for row in outcome.checkpoint.history] == list(
        range(recipe.validation, STEPS + 1, recipe.validation))


def test_minutes_become_as_many_steps_as_they_hold(tmp_path: Path) -> None:
    asked = replace(request(tmp_path, 'out'), steps=None, minutes=1e-6)
    outcome = train(small_recipe(), asked, lambda _: until())

    assert outcome.finished
    assert outcome.checkpoint.settings['steps'] == outcome.checkpoint.step == 1
