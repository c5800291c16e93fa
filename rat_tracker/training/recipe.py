"""What a recipe is: all that makes the result of a training, but for the pictures and the seed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
import math

from torch import nn
from torch import Tensor

from rat_tracker.training.batch import Batch
from rat_tracker.training.settings import Sampling
from rat_tracker.training.sources import Source

# Sets what a new network has to know of its data before the first step, such as their mean.
Prepare = Callable[[nn.Module, Iterable[Batch]], None]
# Of a network and a batch: the parts of the loss by name, each a scalar; their sum is minimised.
Loss = Callable[[nn.Module, Batch], dict[str, Tensor]]
# Of a network in evaluation mode and batches of held-back pairs: figures by name.
Figures = Callable[[nn.Module, Iterable[Batch]], dict[str, float]]


@dataclass(frozen=True)
class Schedule:
    """How the weights are changed: AdamW (Loshchilov and Hutter, ICLR 2019) in one cycle.

    :param steps: of the optimiser, unless the command says otherwise
    :param batch: pairs a step, those of all processes together
    :param peak_rate: the largest learning rate
    :param warm_up: part of the steps that the rate rises in
    :param weight_decay: AdamW's; what is a vector (biases, normalisation) does not decay
    :param largest_gradient: norm of the gradient above which it is shortened to this
    """

    steps: int
    batch: int
    peak_rate: float
    warm_up: float
    weight_decay: float
    largest_gradient: float

    def rate(self, step: int, steps: int) -> float:
        """Return the learning rate of a step, counted from 0, of so many.

        One cycle (Smith and Topin, "Super-Convergence", 2018): along half a cosine from a 25th of
        the peak up to it, and along another one down to a 10,000th of where it began, as in
        ``torch.optim.lr_scheduler.OneCycleLR``. It knows no state, so that a training that is
        resumed goes on with the same rates.
        """
        first, last = self.peak_rate / 25, self.peak_rate / 25 / 1e4
        peak_step = max(self.warm_up * steps - 1, 0.0)
        if step < peak_step:
            return _along_cosine(first, self.peak_rate, step / peak_step)
        return _along_cosine(
            self.peak_rate, last, (step - peak_step) / max(steps - 1 - peak_step, 1.0))


def _along_cosine(begin: float, end: float, part: float) -> float:
    return end + (begin - end) / 2 * (1 + math.cos(math.pi * part))


@dataclass(frozen=True)
class Recipe:
    """A training, as one file of ``rat_tracker/training/recipes`` states it.

    :param name: of the file, the command and the weights
    :param version: another number where another network, or another meaning of its weights, comes
        of it: a checkpoint is read by the same version only
    :param description: one line
    :param layers: of the frozen backbone, names from ``FEATURE_LAYERS``
    :param patch_side: pixels
    :param sources: what is known of the data, by pattern of their names, see ``divide``
    :param sampling: what pairs are drawn
    :param uses: how often a pair is learnt from before another takes its place
    :param held_back: pairs that validation looks at
    :param validation: steps from one validation to the next; there is one at the end, too
    :param schedule: see ``Schedule``
    :param build: makes the network with the weights to begin with, from torch's random numbers
    :param prepare: see ``Prepare``
    :param loss: see ``Loss``; every trainable weight takes part in it whatever the batch shows
    :param figures: see ``Figures``
    :param chosen_by: the figure by which the best weights are chosen; more of it is better
    """

    name: str
    version: int
    description: str
    layers: tuple[str, ...]
    patch_side: int
    sources: Mapping[str, Source]
    sampling: Sampling
    uses: int
    held_back: int
    validation: int
    schedule: Schedule
    build: Callable[[], nn.Module]
    prepare: Prepare
    loss: Loss
    figures: Figures
    chosen_by: str
