"""Which object is drawn, by the weights of the sources."""

from __future__ import annotations

from dataclasses import dataclass
import math

import numpy as np

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.training.sources import Clip
from rat_tracker.training.sources import Group
from rat_tracker.training.sources import Mixture
from rat_tracker.training.sources import Picture

_TRIES = 12


@dataclass(frozen=True, slots=True)
class ClipItem:
    """The target of a clip.

    :param frames: those that show it large enough, in order
    :param absent: those that the data set says do not show it
    """

    clip: Clip
    frames: tuple[int, ...]
    absent: tuple[int, ...]

    @property
    def scene(self) -> str:
        return self.clip.scene


@dataclass(frozen=True, slots=True)
class StillItem:
    """The objects of a picture.

    :param objects: indices of those that are large enough
    """

    picture: Picture
    objects: tuple[int, ...]

    @property
    def scene(self) -> str:
        return self.picture.scene


Item = ClipItem | StillItem


class ObjectSampler:
    """Draws clips and pictures: a source by its weight, and in it a picture or a clip.

    In a source each picture is as likely as the next, and a clip of n frames as √n pictures are.

    :param mixture: what is drawn from; what shows nothing large enough is passed over
    :param smallest: shorter side of an object in image pixels, from which on it is drawn
    :param clips_only: whether pictures, and clips that show it once only, are passed over, too
    :raises DatasetError: nothing is left
    """

    def __init__(self, mixture: Mixture, smallest: float, *, clips_only: bool = False) -> None:
        self._groups: list[Group] = []
        self._items: list[list[Item]] = []
        self._shares: list[np.ndarray] = []
        for group in mixture.groups:
            clips = (_clip_item(clip, smallest) for clip in group.clips)
            items: list[Item] = [item for item in clips if item and len(item.frames) > clips_only]
            if not clips_only:
                pictures = (_still_item(picture, smallest) for picture in group.pictures)
                items += [item for item in pictures if item]
            if items:
                self._groups.append(group)
                self._items.append(items)
                self._shares.append(_cumulated([
                    math.sqrt(len(item.frames)) if isinstance(item, ClipItem) else 1.0
                    for item in items]))
        if not self._groups:
            raise DatasetError(
                f'no {"target of a clip" if clips_only else "object"} is {smallest:g} pixels wide '
                'and high; name folders with larger ones with --data')
        self._weights = _cumulated([
            group.source.weight * math.sqrt(len(group)) for group in self._groups])
        self._scenes = {item.scene for items in self._items for item in items}

    def require_scenes(self) -> None:
        """Raise unless there is another scene, for patches that do not show the target.

        :raises DatasetError: that is so
        """
        if len(self._scenes) < 2:
            raise DatasetError('all that can be drawn from is one scene; patches without the '
                               'target need a second one: name more folders with --data')

    @property
    def shares(self) -> dict[str, float]:
        """How often each source is drawn, as a share of all draws."""
        return {group.name: float(share) for group, share in zip(
            self._groups, np.diff(self._weights, prepend=0.0), strict=True)}

    def draw(self, random: np.random.Generator) -> tuple[int, Item]:
        """Return the index of a group and one of its items."""
        group = _index(self._weights, random)
        return group, self._of(group, random)

    def draw_other(self, random: np.random.Generator, group: int, scene: str) -> Item:
        """Return an item of another scene, of the same group if there is one.

        There must be two scenes.
        """
        while True:
            for _ in range(_TRIES):
                item = self._of(group, random)
                if item.scene != scene:
                    return item
            group = int(random.integers(len(self._groups)))

    def group(self, index: int) -> Group:
        return self._groups[index]

    def _of(self, group: int, random: np.random.Generator) -> Item:
        return self._items[group][_index(self._shares[group], random)]


def _cumulated(weights: list[float]) -> np.ndarray:
    shares = np.cumsum(weights)
    return shares / shares[-1]


def _index(cumulated: np.ndarray, random: np.random.Generator) -> int:
    return int(np.searchsorted(cumulated, random.random(), side='right'))


def _clip_item(clip: Clip, smallest: float) -> ClipItem | None:
    sequence = clip.sequence
    shown = shows_target(sequence.boxes)
    shown[shown] &= sequence.boxes[shown, 2:].min(axis=1) >= smallest
    if sequence.absent is not None:
        shown &= ~sequence.absent
    frames = tuple(np.flatnonzero(shown).tolist())
    absent = () if sequence.absent is None else tuple(np.flatnonzero(sequence.absent).tolist())
    return ClipItem(clip, frames, absent) if frames else None


def _still_item(picture: Picture, smallest: float) -> StillItem | None:
    objects = tuple(index for index, found in enumerate(picture.still.objects)
                    if min(found.box.width, found.box.height) >= smallest)
    return StillItem(picture, objects) if objects else None
