"""One object, its companion from another scene, and the patches that are made of them.

Whatever reads an image raises ``rat_tracker.datasets.DatasetError`` where it cannot be read.
"""

from __future__ import annotations

from functools import cached_property
import math

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.training.objects import ClipItem
from rat_tracker.training.objects import Item
from rat_tracker.training.objects import ObjectSampler
from rat_tracker.training.pasting import blend
from rat_tracker.training.pasting import put_before
from rat_tracker.training.pasting import put_beside
from rat_tracker.training.patches import Patch
from rat_tracker.training.settings import Sampling
from rat_tracker.training.views import Reader
from rat_tracker.training.views import View
from rat_tracker.training.warping import Look
from rat_tracker.training.warping import look_at
from rat_tracker.training.warping import look_near
from rat_tracker.training.warping import PATCH_SIDE

_SHOWN = 0.5  # of a pixel; from here on it belongs to a mask
_PLACE = 0.08, 0.3  # side of a place without the target, in sides of the image
_LARGEST = 1.5  # side of a search region, in longer sides of the image


class Draw:
    """Makes patches of an item.

    :param group: of the item
    :param alike: whether all patches change in the same way (light, colour, blur), as in a video
    """

    def __init__(
        self, random: np.random.Generator, reader: Reader, objects: ObjectSampler,
        sampling: Sampling, group: int, item: Item, *, alike: bool = False,
    ) -> None:
        self._random = random
        self._reader = reader
        self._objects = objects
        self._sampling = sampling
        self._group = group
        self._item = item
        self._tight = objects.group(group).source.tight
        self._alike = int(random.integers(2 ** 32)) if alike else None

    @property
    def source(self) -> str:
        return self._objects.group(self._group).name

    def views(self) -> tuple[View, View]:
        """Return the object twice: in two frames within the gap, or in the same picture."""
        random, item = self._random, self._item
        if not isinstance(item, ClipItem):
            view = self._reader.still(
                item.picture, item.objects[random.integers(len(item.objects))], self._tight)
            return view, view
        first = item.frames[random.integers(len(item.frames))]
        near = [frame for frame in item.frames
                if abs(frame - first) <= self._sampling.largest_gap]
        second = near[random.integers(len(near))]
        return self.frame(item, first), self.frame(item, second)

    def frame(self, item: ClipItem, index: int) -> View:
        """Return the target in a frame of a clip."""
        return self._reader.frame(item.clip, index, self._tight)

    @cached_property
    def companion(self) -> View:
        """An object of another scene, of the same source if it has one."""
        item = self._companion_item
        if isinstance(item, ClipItem):
            return self._reader.frame(
                item.clip, item.frames[self._random.integers(len(item.frames))], tight=False)
        return self._reader.still(
            item.picture, item.objects[self._random.integers(len(item.objects))], tight=False)

    @cached_property
    def _companion_item(self) -> Item:
        return self._objects.draw_other(self._random, self._group, self._item.scene)

    def template(self, view: View, *, mirrored: bool, moved: bool) -> Patch:
        """Return the patch that the object is known from.

        :param moved: whether its surroundings are those of another scene
        """
        look = look_at(view.box, self._sampling.template_factor, mirrored)
        return self._patch(view, look, self.background() if moved else None)

    def search(
        self, view: View, around: Box, *, mirrored: bool, background: Image | None,
    ) -> Patch:
        """Return a search patch that shows the object, maybe beside or behind something else.

        :param around: where it was, in the image
        :param background: what it is cut out and put on, side×side×3; None: it stays where it is
        """
        random, sampling = self._random, self._sampling
        look = look_near(random, around, self._factor(view.image, around), sampling.warping,
                         may_turn=view.mask is not None, mirrored=mirrored)
        beside, before = random.random(2)
        return self._patch(view, look, background, beside=beside < sampling.beside,
                           before=before < sampling.before)

    def other(self, template: Patch) -> Patch:
        """Return a search patch that shows the companion in place of the object."""
        view = self.companion
        factor = self._factor(view.image, view.box)
        look = look_near(self._random, view.box, factor, self._sampling.warping, may_turn=False,
                         mirrored=bool(self._random.integers(2)))
        return self._without(view.image, look, template)

    def nothing(self, template: Patch) -> Patch:
        """Return a search patch of a place without the object.

        That is where it was last before it was gone, or any place of another scene.
        """
        random, item = self._random, self._item
        if isinstance(item, ClipItem) and item.absent and random.random() < 0.5:
            gone = item.absent[random.integers(len(item.absent))]
            last = max((frame for frame in item.frames if frame < gone), default=item.frames[0])
            image = self._reader.image(item.clip, gone)
            box = Box(*map(float, item.clip.sequence.boxes[last]))
        else:
            image = self.companion.image
            box = self._place(image)
        look = look_near(
            random, box, self._factor(image, box), self._sampling.warping, may_turn=False)
        return self._without(image, look, template)

    def background(self) -> Image:
        """Return some part of the companion's image, side×side×3 uint8."""
        image = self.companion.image
        return self._somewhere(image).pixels(image)

    def passing(self, count: int) -> list[Image]:
        """Return backgrounds that follow each other, of the companion's clip.

        :return: of its frames around the companion the same part each, side×side×3 uint8
        """
        item = self._companion_item
        if not isinstance(item, ClipItem):
            return [self.background()] * count
        length = len(item.clip.sequence.frames)
        start = int(self._random.integers(length))
        cycle = [*range(length), *range(length - 2, 0, -1)]
        look = self._somewhere(self.companion.image)
        return [look.pixels(self._reader.image(item.clip, cycle[(start + index) % len(cycle)]))
                for index in range(count)]

    def _somewhere(self, image: Image) -> Look:
        return look_at(self._place(image), float(self._random.uniform(1.5, 3.0)))

    def _place(self, image: Image) -> Box:
        random, (height, width) = self._random, image.shape[:2]
        side = max(min(height, width) * random.uniform(*_PLACE), 8.0)
        x, y = random.random(2) * (width, height)
        return Box.from_center(float(x), float(y), side, side)

    def _factor(self, image: Image, box: Box) -> float:
        factors = self._sampling.search_factors
        largest = _LARGEST * max(image.shape[:2]) / math.sqrt(box.area)
        fitting = [factor for factor in factors if factor <= largest] or [min(factors)]
        return fitting[self._random.integers(len(fitting))]

    def _patch(
        self, view: View, look: Look, background: Image | None, *, beside: bool = False,
        before: bool = False,
    ) -> Patch:
        pixels, box = look.pixels(view.image), look.box(view.box, view.mask)
        coverage = look.coverage(view.mask) if view.mask is not None else None
        if background is not None and coverage is not None:
            pixels = blend(background, pixels, coverage)
        mask = None if coverage is None else coverage >= _SHOWN
        covered = []
        if beside:
            covered.append(put_beside(self._random, pixels, box, self.companion))
        if before:
            covered.append(put_before(
                self._random, pixels, box, self.companion, self.companion.image))
        if mask is not None:
            for part in covered:
                mask &= part < _SHOWN
        return Patch(self._varied(pixels), box, look.expected, True, view.tight,
                     look.region_factor, mask)

    def _varied(self, pixels: Image) -> Image:
        random = self._random if self._alike is None else np.random.default_rng(self._alike)
        return self._sampling.appearance.vary(random, pixels)

    def _without(self, image: Image, look: Look, template: Patch) -> Patch:
        pixels = self._varied(look.pixels(image))
        size = template.box[2:] * (self._sampling.template_factor / look.region_factor)
        side = PATCH_SIDE / look.region_factor
        expected = size * (side / math.sqrt(float(size[0] * size[1])))
        return Patch(pixels, np.zeros(4, np.float32), expected.astype(np.float32), False, False,
                     look.region_factor)
