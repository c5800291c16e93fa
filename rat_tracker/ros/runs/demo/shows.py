"""What the demonstration shows: a clip, the target in it, and where the results go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rat_tracker.evaluation.clips import looking_away
from rat_tracker.evaluation.reference import reference_boxes
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.clip import demonstration_clip
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.video import open_video

RESULTS = ('annotated.mp4', 'attention.png', 'states.png', 'boxes.csv', 'summary.json')


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of a video before it plays."""

    path: str
    size: tuple[int, int]
    rate: float  # frames per second
    length: int | None
    live: bool


@dataclass(frozen=True, slots=True)
class Show:
    """One clip, its target, and where the results go.

    :param references: boxes drawn by hand, by frame number; may be empty
    """

    clip: Clip
    box: Box
    references: Mapping[int, Box]
    folder: Path


def shows(
    video: str | None, box: Box | None, rate: float | None, folder: Path,
) -> list[Show]:
    """Return the video's show; without a video the film's, and the one made of the film.

    The folders are there and hold no results of an earlier run.

    :raises VideoError: a video cannot be read
    :raises Refused: a box is needed
    """
    clip = _inspect(video or demonstration_clip(), rate)
    references = reference_boxes(Path(clip.path))
    box = box or references.get(0)
    if box is None:
        raise Refused('the video comes without a box; say where the target is in its first '
                         'frame: --box x,y,width,height (with make: BOX=x,y,width,height)')
    _empty(folder)
    first = Show(clip, box, references, folder)
    return [first] if video else [first, _looking_away(first, rate, folder / 'away')]


def _looking_away(film: Show, rate: float | None, folder: Path) -> Show:
    _empty(folder)
    path = folder / 'clip.mp4'
    looking_away.write_clip(Path(film.clip.path), path)
    assert film.clip.length is not None  # it is a file
    references = looking_away.references(film.clip.length, film.references)
    return Show(_inspect(str(path), rate), references[0], references, folder)


def _inspect(video: str, rate: float | None) -> Clip:
    with closing(open_video(video)) as opened:
        return Clip(video, opened.size, rate or opened.rate, opened.length, opened.live)


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in RESULTS:
        (folder / name).unlink(missing_ok=True)
