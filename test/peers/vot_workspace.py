"""A small workspace for VOT's toolkit, made without network, and the toolkit's run in it.

The toolkit is GPL: it has an environment of its own and is only ever started as a program.
"""

from __future__ import annotations

from collections.abc import Sequence as List
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import cv2
import numpy as np

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLKIT = REPOSITORY / '.venv-peers' / 'bin' / 'vot'

EAO_RANGE = (20, 60)
PUBLISHED_RANGE = (100, 356)  # VOT2017 and VOT2018

# Name in the toolkit, name here.
TRACKERS = {'Rat': 'rat', 'Kcf': 'opencv:kcf'}

# A name for results that the toolkit did not make.
CALLED = 'Called'

# What makes both lose the target, KCF more often: a post before it, and turns at speed.
SCENES = {
    'behind': Scene(
        length=100, target='cat', target_width=26, target_height=30, occlusion=1.0, speed=9.0),
    'turning': Scene(
        length=80, target='cup', target_width=26, target_height=30, turn=90.0, zoom=1.8,
        speed=10.0, exposure=1.0),
}

_STACK = f"""\
title: A small stack
experiments:
  supervised:
    type: supervised
    repetitions: 1
    skip_initialize: 5
    analyses:
      - {{type: supervised_ar, name: ar}}
      - {{type: supervised_average_ar, name: average_ar, sensitivity: 30}}
      - {{type: supervised_eao_curve, name: eao_curve}}
      - {{type: supervised_eao_score, name: eao, low: {EAO_RANGE[0]},
          high: {EAO_RANGE[1]}}}
      - {{type: supervised_eao_score, name: published_eao, low: {PUBLISHED_RANGE[0]},
          high: {PUBLISHED_RANGE[1]}}}
"""


_OVERLAP_STACK = """\
title: Overlaps
experiments:
  overlap:
    type: unsupervised
    analyses:
      - {type: accuracy, name: overlap, burnin: 1}
"""


@dataclass(frozen=True)
class Workspace:
    """A workspace in which the toolkit can run."""

    folder: Path

    @property
    def sequences(self) -> Path:
        return self.folder / 'sequences'

    def trajectory(self, tracker: str, experiment: str, sequence: str) -> Path:
        """Return the file of a tracker's run through a sequence."""
        return (self.folder / 'results' / tracker / experiment / sequence
                / f'{sequence}_001.txt')

    def toolkit(self, *arguments: str) -> None:
        """Run the toolkit; its output is shown if the test fails."""
        environment = {
            **{name: value for name, value in os.environ.items() if name != 'PYTHONPATH'},
            'VOT_RESULTS_BINARY': 'false',
            # It asks for a newer version of itself; nobody is to answer.
            'HTTPS_PROXY': 'http://127.0.0.1:9',
        }
        outcome = subprocess.run(
            [TOOLKIT, *arguments], cwd=self.folder, env=environment, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1200)
        print(outcome.stdout, outcome.stderr)
        assert outcome.returncode == 0

    def evaluate(self, *trackers: str) -> None:
        self.toolkit('evaluate', *trackers)

    def analysis(self, *trackers: str) -> dict[str, dict[str, Any]]:
        """Let the toolkit make its figures; return them by experiment and name of analysis."""
        self.toolkit('analysis', *trackers, '--name', 'figures', '--format', 'json')
        file = self.folder / 'analysis' / 'figures.json'
        return json.loads(file.read_text(encoding='utf-8'))


def make_workspace(folder: Path) -> Workspace:
    """Write clips, stack and trackers."""
    _write_workspace(folder, _STACK, ''.join(
        _registration(name, tracker)
        for name, tracker in (*TRACKERS.items(), (CALLED, 'opencv:kcf'))))
    for name, scene in SCENES.items():
        _write_sequence(folder / 'sequences' / name, scene, polygons=name == 'behind')
    (folder / 'sequences' / 'list.txt').write_text('\n'.join(SCENES))
    return Workspace(folder)


def make_overlap_workspace(folder: Path, pairs: List[tuple[str, str]], size: tuple[int, int]) -> (
        Workspace):
    """Write a sequence of two frames for each pair of regions, and results of a tracker ``Fixed``.

    The truth of the second frame is the pair's first region, and the tracker's answer is the
    second one: the toolkit's accuracy on the sequence is the overlap of the two.
    """
    _write_workspace(folder, _OVERLAP_STACK, _registration('Fixed', 'opencv:kcf'))
    workspace = Workspace(folder)
    names = [f'pair{number}' for number in range(len(pairs))]
    for name, (truth, answer) in zip(names, pairs, strict=True):
        sequence = workspace.sequences / name
        (sequence / 'color').mkdir(parents=True)
        for number in (1, 2):
            cv2.imwrite(str(sequence / 'color' / f'{number:08}.jpg'),
                        np.zeros((size[1], size[0], 3), np.uint8))
        (sequence / 'groundtruth.txt').write_text(f'5,5,10,10\n{truth}')
        (sequence / 'sequence').write_text('channels.color=color/%08d.jpg\n')
        file = workspace.trajectory('Fixed', 'overlap', name)
        file.parent.mkdir(parents=True)
        file.write_text(f'1\n{answer}\n')
    (workspace.sequences / 'list.txt').write_text('\n'.join(names))
    return workspace


def _write_workspace(folder: Path, stack: str, trackers: str) -> None:
    (folder / 'config.yaml').write_text(
        'stack: ./stack.yaml\nregistry: ["./trackers.ini"]\nsequences: ./sequences\n')
    (folder / 'stack.yaml').write_text(stack)
    (folder / 'trackers.ini').write_text(trackers)


def _registration(name: str, tracker: str) -> str:
    return (f'[{name}]\nlabel = {name}\nprotocol = trax\n'
            f'command = {sys.executable} -m rat_tracker trax --tracker {tracker}\n'
            f'env_PYTHONPATH = {REPOSITORY}\n\n')


def _write_sequence(folder: Path, scene: Scene, *, polygons: bool) -> None:
    (folder / 'color').mkdir(parents=True)
    truth = []
    for number, frame in enumerate(render(scene, seed=3), 1):
        cv2.imwrite(str(folder / 'color' / f'{number:08}.jpg'), frame.image)
        values = _slanted(frame.box) if polygons else frame.box.values
        # No more digits than survive single precision and the protocol's four decimals.
        truth.append(','.join(f'{value:.3f}' for value in values))
    (folder / 'groundtruth.txt').write_text('\n'.join(truth))
    (folder / 'sequence').write_text('channels.color=color/%08d.jpg\n')


def _slanted(box: Box) -> list[float]:
    """Return the corners of a parallelogram that touches all sides of a box."""
    corners = box.values[:2] + np.array([[0.2, 0], [1, 0.3], [0.8, 1], [0, 0.7]]) * box.values[2:]
    return [float(value) for value in corners.ravel()]
