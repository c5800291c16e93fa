"""The loop of every training: steps, validation, checkpoints; it ends and goes on as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
import math
from pathlib import Path
import time
from typing import Any

import numpy as np
import torch
from torch import nn
from torch import Tensor

from rat_tracker.training.batch import Batch
from rat_tracker.training.checkpoints import Checkpoint
from rat_tracker.training.checkpoints import NAME
from rat_tracker.training.checkpoints import write_checkpoint
from rat_tracker.training.curves import HELD_BACK_LOSS
from rat_tracker.training.curves import LOSS
from rat_tracker.training.curves import Row
from rat_tracker.training.curves import write_curves
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.pool import Pool
from rat_tracker.training.processes import Processes
from rat_tracker.training.recipe import Loss
from rat_tracker.training.recipe import Recipe


@dataclass(frozen=True)
class Pace:
    """How long it goes on, and when what happens besides learning.

    :param steps: of the optimiser, in all
    :param validation: steps from one validation to the next; there is one at the end, too
    :param checkpoint: seconds from one checkpoint to the next; there is one at the end, too
    """

    steps: int
    validation: int
    checkpoint: float


@dataclass(frozen=True)
class Listener:
    """Who watches a training.

    :param interrupted: whether it is to end now; what is done is kept
    :param advance: is told how many more steps are done
    :param validated: is told the newest row of the history
    """

    interrupted: Callable[[], bool]
    advance: Callable[[int], None]
    validated: Callable[[Row], None]


class Training:
    """A network in training. All processes make one; the first alone validates and writes.

    :param seed: of the weights to begin with, and of what is random in the network
    :param settings: what the command chose, for its checkpoints
    """

    def __init__(
        self, recipe: Recipe, seed: int, settings: dict[str, Any], processes: Processes,
    ) -> None:
        self._recipe, self._seed = recipe, seed
        self._settings, self._processes = settings, processes
        torch.manual_seed(seed)
        self.network = recipe.build().to(processes.device)
        self._optimizer = _optimizer(self.network, recipe)
        self.step = 0
        self.best: dict[str, Tensor] = {}
        self.figures: dict[str, float] = {}
        self.history: list[Row] = []
        self._sums: defaultdict[str, float] = defaultdict(float)

    @torch.no_grad()
    def prepare(self, batches: Iterable[Batch]) -> None:
        """Let a network that begins anew know what it has to know of the data."""
        self._recipe.prepare(self.network, batches)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint, to the same result as if there had been no break."""
        self.network.load_state_dict(checkpoint.network)
        parameters = dict(self.network.named_parameters())
        for name, value in checkpoint.optimizer.items():
            of, _, kind = name.rpartition('.')
            # AdamW counts its steps on the CPU.
            self._optimizer.state[parameters[of]][kind] = (
                value if kind == 'step' else value.to(self._processes.device))
        self.step, self.history = checkpoint.step, checkpoint.history
        self.best, self.figures = checkpoint.best, checkpoint.figures
        self._sums.update(checkpoint.sums)

    def checkpoint(self) -> Checkpoint:
        """Return what ``restore`` takes; its tensors are those of the network, no copies."""
        return Checkpoint(
            self._recipe.name, self._recipe.version, self._settings, self.step,
            self.network.state_dict(),
            {f'{name}.{kind}': value
             for name, parameter in self.network.named_parameters()
             for kind, value in self._optimizer.state[parameter].items()},
            self.best, self.figures, self.history, dict(self._sums))

    def run(
        self, pool: Pool, held_back: Iterable[Batch], pace: Pace, output: Path,
        listener: Listener,
    ) -> bool:
        """Go on to the last step; return whether it was reached, and not interrupted before.

        Checkpoints, curves and log are in the folder in the end, whatever ended it but an error.

        :param held_back: only the first process needs any
        :raises TrainingError: the loss is no number any more; the last checkpoint stays
        :raises OSError: nothing can be written any more; the last checkpoint stays
        :raises rat_tracker.datasets.DatasetError: hardly any picture can be read
        """
        learner = self._processes.together(_Learner(self.network, self._recipe.loss))
        first = self._processes.rank == 0
        written = time.monotonic()
        stopped = False
        while self.step < pace.steps and not stopped:
            self._learn(learner, pool, pace.steps)
            done = self.step == pace.steps
            if done or self.step % pace.validation == 0:
                if first:
                    self._validate(held_back, pace.steps)
                    listener.validated(self.history[-1])
                self._sums.clear()
            listener.advance(1)
            stopped = self._processes.any(listener.interrupted())
            if first and (done or stopped or time.monotonic() - written >= pace.checkpoint):
                write_checkpoint(output / NAME, self.checkpoint())
                write_curves(output, self.history)
                written = time.monotonic()
        return self.step == pace.steps

    def learn(self, pool: Pool, until: int, steps: int) -> None:
        """Do the steps up to one, of so many, and nothing else.

        :raises TrainingError: see ``run``
        """
        learner = self._processes.together(_Learner(self.network, self._recipe.loss))
        while self.step < until:
            self._learn(learner, pool, steps)

    def _learn(self, learner: nn.Module, pool: Pool, steps: int) -> None:
        batch = pool.batch(self.step)
        schedule = self._recipe.schedule
        for group in self._optimizer.param_groups:
            group['lr'] = schedule.rate(self.step, steps)
        seeds = np.random.SeedSequence((self._seed, self._processes.rank, self.step))
        torch.manual_seed(int(seeds.generate_state(1)[0]))
        parts = learner.train()(batch)
        loss = torch.stack(tuple(parts.values())).sum()
        if self._processes.any(not math.isfinite(loss.item())):
            raise TrainingError(
                f'the loss of step {self.step + 1} is no finite number; what was learnt until the '
                'last checkpoint is kept. Lower peak_rate in the recipe, or look for pictures '
                'that it cannot be learnt from')
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), schedule.largest_gradient)
        self._optimizer.step()
        for name, part in parts.items():
            self._sums[name] += part.item()
        self.step += 1

    @torch.no_grad()
    def _validate(self, held_back: Iterable[Batch], steps: int) -> None:
        """Add a row to the history, and keep the weights if none were better."""
        self.network.eval()
        since = self.step - (int(self.history[-1]['step']) if self.history else 0)
        held: defaultdict[str, list[float]] = defaultdict(list)
        for batch in held_back:
            for name, part in self._recipe.loss(self.network, batch).items():
                held[name].append(part.item())
        figures = self._recipe.figures(self.network, held_back)
        self.history.append({
            'step': self.step, 'rate': self._recipe.schedule.rate(self.step - 1, steps),
            **{LOSS + name: total / since for name, total in self._sums.items()},
            **{HELD_BACK_LOSS + name: float(np.mean(values)) for name, values in held.items()},
            **figures})
        if not self.best or self._goodness(self.history[-1]) > self._goodness(self.figures):
            self.figures = self.history[-1]
            self.best = {name: value.detach().cpu().clone()
                         for name, value in self.network.state_dict().items()}

    def _goodness(self, row: Row) -> float:
        value = row[self._recipe.chosen_by]
        return -math.inf if math.isnan(value) else value


class _Learner(nn.Module):
    """A network and its loss as one module, whose call DistributedDataParallel can watch."""

    def __init__(self, network: nn.Module, loss: Loss) -> None:
        super().__init__()
        self._network, self._loss = network, loss

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        return self._loss(self._network, batch)


def _optimizer(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Return AdamW, whose decay passes over biases and normalisation."""
    parameters = list(network.parameters())
    return torch.optim.AdamW([
        {'params': [each for each in parameters if each.ndim > 1],
         'weight_decay': recipe.schedule.weight_decay},
        {'params': [each for each in parameters if each.ndim <= 1], 'weight_decay': 0.0}])
