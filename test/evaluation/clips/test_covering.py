"""Recorded sequences whose target gets covered by another piece of the image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_datasets import write_sequence

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.clips.covering import covered
from rat_tracker.evaluation.clips.covering import is_long_enough
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.states.scenarios import covered_scenarios

pytestmark = pytest.mark.needs('skimage')

HIDDEN = slice(70, 70 + 15)  # half a second


@pytest.fixture(scope='module')
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Sequence:
    folder = tmp_path_factory.mktemp('clips')
    write_sequence(folder / 'card', Scene(
        width=160, height=120, length=190, target_width=30, target_height=36))
    return next(iter(load_dataset(folder)))


def test_target_is_covered_for_as_long_as_was_asked(sequence: Sequence) -> None:
    frames = list(covered(sequence, 0.5))

    assert [frame.visible for frame in frames] == [1.0] * 70 + [0.0] * 15 + [1.0] * 105


def test_nothing_of_the_target_is_seen_and_the_rest_is_left_alone(sequence: Sequence) -> None:
    plain = list(sequence.frames)
    for index, frame in list(enumerate(covered(sequence, 0.5)))[HIDDEN]:
        box, changed = frame.box, frame.image != plain[index]
        inside = changed[int(box.y):int(box.y + box.height), int(box.x):int(box.x + box.width)]
        assert inside.any(axis=2).mean() > 0.8
        assert changed.sum() < 3 * 2 * box.area * 1.7


def test_frames_of_the_data_set_are_not_changed(sequence: Sequence) -> None:
    first = [frame.image.copy() for frame in covered(sequence, 0.5)][0:3]

    assert all(np.array_equal(image, plain)
               for image, plain in zip(first, sequence.frames, strict=False))


def test_short_sequences_are_left_out(sequence: Sequence, tmp_path: Path) -> None:
    write_sequence(tmp_path / 'short')
    short = next(iter(load_dataset(tmp_path)))

    assert is_long_enough(sequence, 0.5)
    assert not is_long_enough(short, 0.5)
    assert [scenario.name for scenario in covered_scenarios([sequence, short])] == [
        'recorded, covered for 0.5 s']
    assert covered_scenarios([short]) == []
