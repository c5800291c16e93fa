"""The node under test with a tracker that needs no model: it finds spots of one colour."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
import time

import numpy as np
import numpy.typing as npt
from rclpy.context import Context

from rat_tracker.engines import DEVICES
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.tracker.node import main
from rat_tracker.ros.tracker.node import TrackerNode
from rat_tracker.segmentation import point_to_box as segmentation
from rat_tracker.tracker import Attention
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult

POISON = (255, 0, 255)  # an image of this colour in its first pixel makes the tracker raise
_TOLERANCE = 60  # of a channel, so that JPEG does not hide the spot


class SpotTracker:
    """Follow what has the colour of the first box's centre, at the first box's size."""

    engine = 'none (no model)'

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._color: npt.NDArray[np.int16] = np.zeros(3, np.int16)
        self._box = Box(0, 0, 1, 1)

    def init(self, image: Image, box: Box) -> None:
        box.require_inside(image.shape[1], image.shape[0])
        self._color = image[int(box.center_y), int(box.center_x)].astype(np.int16)
        self._box = box

    def track(self, image: Image) -> TrackResult:
        if tuple(image[0, 0]) == POISON:
            raise RuntimeError('the image is poisoned')
        time.sleep(self._delay)  # the time that a slow model would take
        distance = np.abs(image.astype(np.int16) - self._color).max(axis=2)
        rows, columns = np.nonzero(distance < _TOLERANCE)
        found = 20 < len(rows) < image.shape[0] * image.shape[1] // 4
        if found:
            self._box = Box.from_center(
                columns.mean() + 0.5, rows.mean() + 0.5, self._box.width, self._box.height)
        attention = Attention(np.full((8, 8), 1.0, np.float32), self._box)
        return TrackResult(self._box, 0.95 if found else 0.0, attention, {'track': self._delay})


def factory(
    load_delay: float, load_when: Path, delay: float, fault: str,
) -> Callable[..., Tracker]:
    """Return what creates the tracker.

    :param load_delay: seconds that loading takes, at least
    :param load_when: loading takes until this file exists
    :param delay: seconds that tracking takes
    :param fault: what loading fails with; empty: it does not
    """
    def create(name: str, *, engine: str, device: str, precision: str) -> Tracker:
        time.sleep(load_delay)
        while not load_when.exists():
            time.sleep(0.05)
        if fault:
            raise RuntimeError(fault)
        if device != 'auto':
            raise ValueError(f'device {device!r} is not here; choose one of {", ".join(DEVICES)}')
        return SpotTracker(delay)
    return create


def fake_tracker_node(
    *, context: Context, delay: float = 0.0, load_when: Path = Path('/'), fault: str = '',
) -> TrackerNode:
    """Create and start the node, so that it reports five times a second."""
    node = TrackerNode(tracker_factory=factory(0.0, load_when, delay, fault),
                       report_period=0.2, context=context)
    node.start()
    return node


def segment_when(exists: Path) -> Callable[[Image, float, float], Box]:
    """Return a ``box_around`` that takes until this file exists, at least.

    A file ``segmenting`` beside it tells that it has begun.
    """
    def box_around(image: Image, x: float, y: float) -> Box:
        while not exists.exists():
            exists.with_name('segmenting').touch()
            time.sleep(0.02)
        return segmentation.box_around(image, x, y)
    return box_around


if __name__ == '__main__':
    options = argparse.ArgumentParser()
    options.add_argument('--load-delay', type=float, default=0.0)
    options.add_argument('--delay', type=float, default=0.0)
    chosen, _ = options.parse_known_args()
    create_tracker = factory(chosen.load_delay, Path('/'), chosen.delay, '')
    main(lambda: TrackerNode(tracker_factory=create_tracker))
