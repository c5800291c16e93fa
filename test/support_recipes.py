"""Trainings that take a moment: a recipe cut down, and clips made on the spot."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.training.check import cut_down
from rat_tracker.training.check import write_check_data
from rat_tracker.training.loop import Listener
from rat_tracker.training.recipe import Recipe
from rat_tracker.training.recipes.box_head import RECIPE
from rat_tracker.training.run import Request

STEPS = 14
# Bytes of three chunks of four pairs, of which the pool's oldest one is replaced from step 8 on.
_MEMORY = 3.5e6


def small_recipe() -> Recipe:
    return cut_down(RECIPE)


def request(folder: Path, output: str, *, seed: int = 0, resume: bool = False) -> Request:
    """Return a request for one of the trainings in a folder, which share its data."""
    if not (folder / 'data').exists():
        write_check_data(folder / 'data')
    return Request((folder / 'data',), folder / output, seed=seed, steps=STEPS, memory=_MEMORY,
                   resume=resume)


def until(last: int = STEPS) -> Listener:
    """Return who ends a training after so many steps more."""
    steps: list[int] = []
    return Listener(lambda: sum(steps) >= last, steps.append, lambda _: None)
