"""The toolkit counts the same pixels as we do, for regions of every kind and place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from peers.vot_workspace import make_overlap_workspace
from peers.vot_workspace import TOOLKIT

from rat_tracker.datasets.sequence import Polygon
from rat_tracker.evaluation.vot.overlap import overlap
from rat_tracker.geometry import Box

SIZE = (60, 40)
PAIRS = 300


def test_overlaps_are_the_toolkits(tmp_path: Path) -> None:
    assert TOOLKIT.is_file(), f'{TOOLKIT} is not there; run `make test-peers`'
    random = np.random.default_rng(0)
    pairs = [(some_region(random), some_region(random)) for _ in range(PAIRS)]
    workspace = make_overlap_workspace(
        tmp_path, [(text(first), text(second)) for first, second in pairs], SIZE)

    metrics = workspace.analysis('Fixed')['results']['overlap']['results'][0]

    theirs = [metric for metric, in metrics]
    ours = [overlap(as_region(first), as_region(second), SIZE) for first, second in pairs]
    assert ours == theirs
    assert sum(0 < value < 1 for value in ours) > PAIRS / 4


def some_region(random: np.random.Generator) -> list[float]:
    """Return a rectangle or a polygon, in or partly out of the image, whole numbers or not."""
    if random.random() < 0.4:
        values = [*random.uniform(-20, 50, 2), *random.uniform(1, 50, 2)]
    elif random.random() < 0.5:
        values = list((random.uniform(-20, 70, (random.integers(3, 8), 2)) * (1, 0.7)).ravel())
    else:
        values = turned_rectangle(random)
    whole = random.random()
    if whole < 0.3:
        values = [round(value) + 0.5 for value in values]
    elif whole < 0.5:
        values = [float(round(value)) for value in values]
    return [float(value) for value in values]


def turned_rectangle(random: np.random.Generator) -> list[float]:
    angle = random.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * random.uniform(1, 20, 2)
    return list((corners @ turn + random.uniform(0, 50, 2)).ravel())


def as_region(values: list[float]) -> Box | Polygon:
    return Box(*values) if len(values) == 4 else np.array(values).reshape(-1, 2)


def text(values: list[float]) -> str:
    return ','.join(map(repr, values))
