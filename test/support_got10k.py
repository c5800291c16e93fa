"""GOT-10k's toolkit on small data sets, without a network."""

from __future__ import annotations

from pathlib import Path

import cv2
from got10k.datasets import OTB
from got10k.experiments import ExperimentGOT10k
from got10k.experiments import ExperimentOTB
import numpy as np
import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult


class Wanderer:
    """A tracker that wanders off the target by chance, over the image's edges too."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def init(self, image: Image, box: Box) -> None:
        self._random = np.random.default_rng(self._seed)
        self._values = np.array(box.values)

    def track(self, image: Image) -> TrackResult:
        self._values += self._random.normal(0, (6, 6, 2, 2))
        self._values[2:] = np.maximum(self._values[2:], 4)
        return TrackResult(Box(*(float(value) for value in self._values)), 0.5, None, {})


def otb_experiment(
    monkeypatch: pytest.MonkeyPatch, data: Path, folders: list[str], output: Path,
) -> ExperimentOTB:
    """Return OTB's experiment on these folders; as all are there nothing is downloaded."""
    monkeypatch.setattr(OTB, '_OTB__version_dict', {'small': folders})
    return ExperimentOTB(
        str(data), 'small', result_dir=str(output / 'results'), report_dir=str(output / 'reports'))


def got10k_experiment(data: Path, output: Path) -> ExperimentGOT10k:
    return ExperimentGOT10k(
        str(data), 'val', result_dir=str(output / 'results'), report_dir=str(output / 'reports'))


def write_got10k(folder: Path, scenes: dict[str, Scene]) -> None:
    """Write clips as GOT-10k's validation set, where a hidden target has cover 0."""
    val = folder / 'val'
    for name, scene in scenes.items():
        _write_got10k_sequence(val / name, scene)
    (val / 'list.txt').write_text('\n'.join(scenes) + '\n')


def _write_got10k_sequence(folder: Path, scene: Scene) -> None:
    folder.mkdir(parents=True)
    boxes, cover = [], []
    for number, frame in enumerate(render(scene), 1):
        cv2.imwrite(str(folder / f'{number:08}.jpg'), frame.image)
        boxes.append(frame.box.values)
        cover.append(int(np.ceil(8 * max(frame.visible - 0.01, 0))))
    np.savetxt(folder / 'groundtruth.txt', boxes, fmt='%.4f', delimiter=',')
    np.savetxt(folder / 'cover.label', cover, fmt='%d')
    np.savetxt(folder / 'absence.label', [value == 0 for value in cover], fmt='%d')
    np.savetxt(folder / 'cut_by_image.label', np.zeros(len(cover)), fmt='%d')
    (folder / 'meta_info.ini').write_text(
        f'[METAINFO]\nresolution: ({scene.width}, {scene.height})\n')
