"""Whether a recipe can be trained: all of it, in little, on clips that are made on the spot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from torch import Tensor

from rat_tracker.geometry import Image
from rat_tracker.system.pictures import write_picture
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.export import export
from rat_tracker.training.loop import Listener
from rat_tracker.training.recipe import Recipe
from rat_tracker.training.run import Request
from rat_tracker.training.run import train
from rat_tracker.training.sources import Source

_STEPS = 4
_CLIPS = {'learnt': 3, 'held_back': 2}
_FRAMES = 3
_WIDTH, _HEIGHT, _TARGET = 160, 120, (40, 32)  # pixels
_BATCH = 4


def run_check(recipe: Recipe, folder: Path, device: str = 'auto') -> dict[str, Tensor]:
    """Train a little in a folder, break off, go on, and make weights; return those.

    :param folder: an empty one
    :param device: see ``choose_engine``
    :raises TrainingError: the loss does not depend on a weight, or see ``train``
    """
    write_check_data(folder / 'data')
    request = Request(
        (folder / 'data',), folder / 'out', steps=_STEPS, memory=0, device=device)
    small = cut_down(recipe)
    train(small, request, lambda _: _stopping(after=_STEPS // 2))
    outcome = train(small, replace(request, resume=True), lambda _: _stopping(after=_STEPS))
    network = recipe.build()
    weights = export(outcome.checkpoint, recipe.name, folder).load()
    network.load_state_dict(weights)
    still = [name for name, _ in network.named_parameters()
             if not outcome.checkpoint.optimizer[f'{name}.exp_avg_sq'].any()]
    if still:
        raise TrainingError(f'the loss does not depend on {", ".join(still)}; every weight of a '
                            'recipe takes part in its loss')
    return weights


def _stopping(after: int) -> Listener:
    """Return who ends a training after so many steps."""
    steps: list[int] = []
    return Listener(lambda: sum(steps) >= after, steps.append, lambda _: None)


def write_check_data(folder: Path) -> None:
    """Write clips with masks in OTB's layout: blotches that move over other blotches.

    :raises OSError: they cannot be written
    """
    for clip, name in enumerate(f'{kind}{number}' for kind, count in _CLIPS.items()
                                for number in range(count)):
        random = np.random.default_rng(clip)
        images, masks = folder / name / 'img', folder / name / 'mask'
        images.mkdir(parents=True)
        masks.mkdir()
        ground, target = _blotches(random, _WIDTH, _HEIGHT), _blotches(random, *_TARGET)
        boxes = []
        for frame in range(_FRAMES):
            left, top = 50 + 4 * frame, 40 + 2 * frame
            image = ground.copy()
            image[top:top + _TARGET[1], left:left + _TARGET[0]] = target
            mask = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)
            mask[top:top + _TARGET[1], left:left + _TARGET[0]] = 255
            write_picture(images / f'{frame + 1:04}.png', image)
            write_picture(masks / f'{frame + 1:05}.png', mask)
            # OTB counts pixels from 1.
            boxes.append(f'{left + 1},{top + 1},{_TARGET[0]},{_TARGET[1]}\n')
        (folder / name / 'groundtruth_rect.txt').write_text(''.join(boxes), 'utf-8')


def cut_down(recipe: Recipe) -> Recipe:
    """Return a recipe for those clips: the same but for its size."""
    return replace(
        recipe, schedule=replace(recipe.schedule, batch=_BATCH),
        held_back=_BATCH, validation=_STEPS // 2,
        sources={'learnt*': Source(validation=False), 'held_back*': Source(validation=True)})


def _blotches(random: np.random.Generator, width: int, height: int) -> Image:
    coarse = random.integers(0, 256, (6, 8, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]
