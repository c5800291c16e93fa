"""A training from folders of data to a folder with weights, as the command asks for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
import time
from typing import Any

import torch

from rat_tracker.datasets import DatasetError
from rat_tracker.engines.choice import choose_engine
from rat_tracker.system.files import locked_folder
from rat_tracker.training.checkpoints import Checkpoint
from rat_tracker.training.checkpoints import NAME
from rat_tracker.training.checkpoints import read_checkpoint
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.features import Backbone
from rat_tracker.training.features import PairSource
from rat_tracker.training.loop import Listener
from rat_tracker.training.loop import Pace
from rat_tracker.training.loop import Training
from rat_tracker.training.pool import chunk_pairs
from rat_tracker.training.pool import FixedPairs
from rat_tracker.training.pool import Pool
from rat_tracker.training.processes import joined_processes
from rat_tracker.training.processes import Processes
from rat_tracker.training.provenance import commit
from rat_tracker.training.recipe import Recipe
from rat_tracker.training.sampling import PairSampler
from rat_tracker.training.sources import divide
from rat_tracker.training.sources import Division
from rat_tracker.training.sources import Mixture

# What pairs and steps are drawn for, beside the seed; no two of them draw the same.
_LEARNT, _STEPS, _HELD_BACK, _PREPARATION = range(4)
_HELD_BACK_SEED = 0  # of all trainings the same, so that their figures can be compared
_REHEARSED = 30  # steps by which the time of one is measured, of which the first ones do not count
_WARM = 10


@dataclass(frozen=True)
class Request:
    """What a command asks for.

    :param data: folders, see ``divide``
    :param output: the folder for checkpoints, curves and log
    :param steps: None: as many as the recipe says, or as fit into ``minutes``
    :param minutes: that learning is to take; None: as long as it takes
    :param memory: for the pool's features, in bytes, of each process
    :param device: see ``choose_engine``
    :param resume: whether to go on from the checkpoint in ``output``
    :param checkpoint: seconds from one checkpoint to the next
    """

    data: tuple[Path, ...]
    output: Path
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None
    memory: float = 1e9
    device: str = 'auto'
    resume: bool = False
    checkpoint: float = 180.0


@dataclass(frozen=True)
class Outcome:
    """What came of a training.

    :param checkpoint: the last one
    :param finished: whether the last step was reached
    :param division: what it learnt from
    :param unreadable: reasons why clips and pictures were passed over while it was drawn from them
    """

    checkpoint: Checkpoint
    finished: bool
    division: Division
    unreadable: tuple[str, ...]


def train(
    recipe: Recipe, request: Request, listener: Callable[[int], Listener],
) -> Outcome:
    """Train by a recipe; with ``torchrun``, as one of several processes.

    :param listener: makes who watches, of the number of steps that are to come
    :raises TrainingError: see ``Training.run``; or there is something to resume that was not asked
        to be, or nothing, or something else
    :raises DatasetError: the folders hold nothing to learn from, or nothing to validate with
    :raises ValueError: see ``choose_engine``
    :raises OSError: the output cannot be written
    """
    # Two threads make a step several times as expensive: the layers are small.
    torch.set_num_threads(1)
    _, kind = choose_engine('auto', request.device)
    with joined_processes(torch.device(kind)) as processes:
        lock = locked_folder(request.output, 'another training') if processes.rank == 0 \
            else nullcontext()
        with lock:
            before = _found(recipe, request)
            return _train(recipe, request, before, processes, listener)


def _found(recipe: Recipe, request: Request) -> Checkpoint | None:
    """Return the checkpoint that is gone on from; None if there is to be none."""
    path = request.output / NAME
    if request.resume:
        checkpoint = read_checkpoint(path)
        checkpoint.require(recipe, path)
        return checkpoint
    if path.exists():
        raise TrainingError(f'{path} is there already; go on from it with --resume, or name '
                            'another folder with --output')
    return None


def _train(
    recipe: Recipe, request: Request, before: Checkpoint | None, processes: Processes,
    listener: Callable[[int], Listener],
) -> Outcome:
    schedule = recipe.schedule
    share = processes.share(schedule.batch)
    division = divide(request.data, recipe.sources)
    learnt = PairSampler(division.training, recipe.sampling)
    held_back = _held_back_sampler(recipe, division)
    backbone = Backbone(
        recipe.layers, 2 * chunk_pairs(share), recipe.patch_side, processes.device.type)
    pairs = PairSource(learnt.batch, backbone, (request.seed, _LEARNT, processes.rank))

    def pool() -> Pool:
        return Pool(pairs, request.memory, share, recipe.uses,
                    (request.seed, _STEPS, processes.rank), request.output)
    settings = _settings(recipe, request, division, processes)
    if before is None:
        prepared = FixedPairs(
            PairSource(learnt.batch, backbone, (request.seed, _PREPARATION)), recipe.held_back)

        def begin(settings: dict[str, Any]) -> Training:
            training = Training(recipe, request.seed, settings, processes)
            training.prepare(prepared)
            return training
        steps = _steps(recipe, request, processes, pool, begin)
        training = begin({**settings, 'steps': steps})
    else:
        steps = _required_same(before, settings, request)
        training = Training(recipe, request.seed, before.settings, processes)
        training.restore(before)
    validation = FixedPairs(
        PairSource(held_back.batch, backbone, (_HELD_BACK_SEED, _HELD_BACK)),
        recipe.held_back if processes.rank == 0 else 0)
    with pool() as made:
        finished = training.run(
            made, validation, Pace(steps, recipe.validation, request.checkpoint),
            request.output, listener(steps - training.step))
    return Outcome(training.checkpoint(), finished, division, tuple(
        reason for sampler in (learnt, held_back) for reason in sampler.unreadable.reasons))


def _held_back_sampler(recipe: Recipe, division: Division) -> PairSampler:
    try:
        return PairSampler(division.validation, recipe.sampling)
    except DatasetError as error:
        raise DatasetError(f'nothing to validate with is held back of these folders: {error}'
                           ) from error


def _settings(
    recipe: Recipe, request: Request, division: Division, processes: Processes,
) -> dict[str, Any]:
    """Return what decides about the result, as JSON has it."""
    return {
        'commit': commit(),
        'seed': request.seed,
        'processes': processes.count,
        'device': processes.device.type,
        'pool': request.memory,
        'data': {'learnt from': _counts(division.training),
                 'held back': _counts(division.validation)},
    }


def _counts(mixture: Mixture) -> list[dict[str, Any]]:
    return [{'source': group.name, 'weight': group.source.weight, 'tight': group.source.tight,
             'clips': len(group.clips), 'pictures': len(group.pictures),
             'pictures and frames': len(group)} for group in mixture.groups]


def _required_same(before: Checkpoint, settings: dict[str, Any], request: Request) -> int:
    """Return the steps of the training that is gone on with.

    :raises TrainingError: something that decides about the result is not as it was
    """
    steps = int(before.settings['steps'])
    now = {**settings, 'steps': steps if request.steps is None else request.steps}
    for name, value in before.settings.items():
        # Other code may give the same result, and a fault has to be mended some day.
        if name != 'commit' and now.get(name) != value:
            what = 'other data' if name == 'data' else f'{name} {value}, not {now.get(name)}'
            raise TrainingError(f'{request.output / NAME} was begun with {what}; give the same '
                                'options, or name another folder with --output')
    return steps


def _steps(
    recipe: Recipe, request: Request, processes: Processes, pool: Callable[[], Pool],
    begin: Callable[[dict[str, Any]], Training],
) -> int:
    """Return how many steps there are to be; for minutes, measured on a network to throw away."""
    if request.minutes is None:
        return request.steps or recipe.schedule.steps
    rehearsal = begin({})
    with pool() as made:
        rehearsal.learn(made, _WARM, _REHEARSED)
        started = time.monotonic()
        rehearsal.learn(made, _REHEARSED, _REHEARSED)
        seconds = (time.monotonic() - started) / (_REHEARSED - _WARM)
    return processes.agree(max(int(60 * request.minutes / seconds), 1))
