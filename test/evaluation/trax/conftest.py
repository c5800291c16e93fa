"""A clip as a client of the TraX protocol names it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

_SCENE = Scene(width=160, height=120, length=4, target_width=30, target_height=36)


@dataclass(frozen=True)
class TraxClip:
    """Images of 160×120 pixels.

    :param uris: as they stand between the quotes of a message
    :param region: the target in the first image, as it stands in a message
    """

    images: list[Image]
    uris: list[str]
    region: str

    def answers_of(self, tracker: str) -> list[tuple[Box, float]]:
        """Return what a tracker answers from the second image on that is called, not served."""
        made = create_tracker_or_baseline(tracker)
        made.init(self.images[0], Box.parse(self.region))
        return [(result.box, result.score) for result in map(made.track, self.images[1:])]


@pytest.fixture(scope='session')
def clip(tmp_path_factory: pytest.TempPathFactory) -> TraxClip:
    folder = tmp_path_factory.mktemp('clip "1" \\ = 2')
    frames = list(render(_SCENE))
    uris = []
    for number, frame in enumerate(frames):
        path: Path = folder / f'{number:08}.png'
        cv2.imwrite(str(path), frame.image)
        uris.append(f'file://{path}'.replace('\\', r'\\').replace('"', r'\"'))
    return TraxClip([frame.image for frame in frames], uris,
                    ','.join(f'{value:.4f}' for value in frames[0].box.values))
