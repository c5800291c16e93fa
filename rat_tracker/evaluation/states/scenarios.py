"""What may become of a target, each scenario with clips of its own."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence as List
from dataclasses import dataclass
from functools import partial

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.clips import covering
from rat_tracker.evaluation.clips import hiding
from rat_tracker.evaluation.clips.hiding import HidingScene
from rat_tracker.evaluation.clips.hiding import render_hiding
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame

SCENES: dict[str, HidingScene] = {
    'in sight all the time': HidingScene(0),
    'behind a wall, 0.5 s': HidingScene(0.5),
    'behind a wall, 2 s': HidingScene(2),
    'behind a wall, 5 s': HidingScene(5),
    'out of the image, 2 s': HidingScene(2, leaves=True),
    'out of the image, 5 s': HidingScene(5, leaves=True),
    'behind a wall, 2 s, distractor in sight': HidingScene(2, distractor=0.5),
    'behind a wall, 2 s, twin in sight': HidingScene(2, distractor=1.0),
}
COVERED = (0.5, 2.0, 5.0)  # seconds


@dataclass(frozen=True)
class Scenario:
    """Clips that differ in nothing but chance, or in what was recorded."""

    name: str
    clips: tuple[Callable[[], Iterator[SyntheticFrame]], ...]
    rate: float  # frames per second


def synthetic_scenarios(clips: int) -> list[Scenario]:
    """Return the scenarios of ``SCENES``, each with so many clips."""
    return [Scenario(name, tuple(partial(render_hiding, scene, seed) for seed in range(clips)),
                      hiding.RATE)
            for name, scene in SCENES.items()]


def covered_scenarios(sequences: List[Sequence]) -> list[Scenario]:
    """Return recorded sequences, as far as they are long enough, whose target gets covered."""
    scenarios = []
    for seconds in COVERED:
        chosen = [sequence for sequence in sequences
                  if covering.is_long_enough(sequence, seconds)]
        scenarios.append(Scenario(
            f'recorded, covered for {seconds:g} s',
            tuple(partial(covering.covered, sequence, seconds) for sequence in chosen),
            covering.RATE))
    return [scenario for scenario in scenarios if scenario.clips]
