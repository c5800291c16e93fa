"""OpenCV's own trackers behind our contract, to compare with.

They give whole pixels. Where one says that it lost the target, or fails, the last box stays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy
from rat_tracker.system.files import plain_path
from rat_tracker.system.files import start_of
from rat_tracker.system.pictures import silent_opencv
from rat_tracker.tracker import TrackResult

BASELINES = ('opencv:csrt', 'opencv:kcf', 'opencv:nano')
_NANO_BACKBONE = 'nanotrack_backbone_sim.onnx'
_NANO_HEAD = 'nanotrack_head_sim.onnx'


class OpenCvTracker:
    """Follow one target with a tracker of OpenCV; see ``rat_tracker.tracker.Tracker``.

    The score is the tracker's own where it has one (Nano); otherwise 1 for found and 0 for lost,
    which is all that it says.
    """

    engine = 'opencv on cpu'

    def __init__(self, create: Callable[[], cv2.Tracker]) -> None:
        """Keep how a tracker is made: OpenCV's cannot be started a second time."""
        self._create = create
        self._tracker: cv2.Tracker | None = None
        self._started = False
        self._box = Box(0, 0, 0, 0)
        self._image_size = (0, 0)

    def init(self, image: Image, box: Box) -> None:
        height, width = image.shape[:2]
        box.require_inside(width, height)
        self._tracker = self._create()
        self._box = box
        self._image_size = (width, height)
        try:
            self._tracker.init(image, _whole_pixels(box))
            self._started = True
        except cv2.error:
            # CSRT cannot start on a few pixels: the baseline failed, the box is not wrong.
            self._started = False

    def track(self, image: Image) -> TrackResult:
        if self._tracker is None:
            raise RuntimeError('there is no target to track; call init first')
        height, width = image.shape[:2]
        if (width, height) != self._image_size:
            raise ValueError(f'the image is {width}x{height}, the target was selected in one of '
                             f'{self._image_size[0]}x{self._image_size[1]}; select it again')
        watch = Stopwatch()
        score = self._update(self._tracker, image) if self._started else 0.0
        watch.lap('opencv')
        return TrackResult(self._box, score, None, watch.laps)

    def _update(self, tracker: cv2.Tracker, image: Image) -> float:
        """Move the box and return the score; a failure leaves the box and scores 0."""
        try:
            found, rectangle = tracker.update(image)
        except cv2.error:
            return 0.0
        if not found:
            return 0.0
        self._box = Box(*(float(value) for value in rectangle))
        return self._score(tracker)

    @staticmethod
    def _score(tracker: cv2.Tracker) -> float:
        if isinstance(tracker, cv2.TrackerNano):
            return min(max(float(tracker.getTrackingScore()), 0.0), 1.0)
        return 1.0


def create_baseline(name: str, nano_models: Path | None = None) -> OpenCvTracker:
    """Make one of the baselines.

    :param name: one of ``BASELINES``
    :param nano_models: folder with NanoTrack's two ONNX files
    :raises ValueError: the name is unknown, or Nano's files are not there or cannot be loaded
    """
    if name not in BASELINES:
        raise ValueError(f'unknown tracker {name!r}; choose one of: {", ".join(BASELINES)}')
    if name == 'opencv:nano':
        return OpenCvTracker(_nano(nano_models))
    return OpenCvTracker(
        cv2.TrackerCSRT.create if name == 'opencv:csrt' else cv2.TrackerKCF.create)


def _nano(folder: Path | None) -> Callable[[], cv2.Tracker]:
    if folder is None:
        raise ValueError("tracker 'opencv:nano' needs NanoTrack's networks; name the folder that "
                         f'holds {_NANO_BACKBONE} and {_NANO_HEAD} with --nano-models')
    for file in (_NANO_BACKBONE, _NANO_HEAD):
        path = folder / file
        if not path.is_file():
            raise ValueError(f"{path} is missing; tracker 'opencv:nano' needs {_NANO_BACKBONE} "
                             f'and {_NANO_HEAD} in the folder that --nano-models names')
        if is_lfs_pointer(start_of(path)):
            raise ValueError(f'{path} cannot be read: {lfs_remedy(path)}')
    create = partial(_create_nano, folder)
    try:
        with silent_opencv():
            create()
    except cv2.error:
        raise ValueError(
            f'{folder / _NANO_BACKBONE} and {folder / _NANO_HEAD} are not networks that OpenCV '
            "can load; get NanoTrack's files again") from None
    return create


def _create_nano(folder: Path) -> cv2.Tracker:
    # OpenCV ends the process on a path that is not UTF-8.
    with plain_path(folder) as plain:
        parameters = cv2.TrackerNano.Params()
        parameters.backbone = str(plain / _NANO_BACKBONE)
        parameters.neckhead = str(plain / _NANO_HEAD)
        return cv2.TrackerNano.create(parameters)


def _whole_pixels(box: Box) -> tuple[int, int, int, int]:
    return (round(box.x), round(box.y), max(round(box.width), 1), max(round(box.height), 1))
