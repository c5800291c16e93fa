"""Runs of frames, for networks with a memory."""

from __future__ import annotations

import numpy as np

from rat_tracker.training.draw import Draw
from rat_tracker.training.objects import ClipItem
from rat_tracker.training.objects import ObjectSampler
from rat_tracker.training.patches import Run
from rat_tracker.training.settings import Sampling
from rat_tracker.training.sources import Mixture
from rat_tracker.training.unreadable import Unreadable
from rat_tracker.training.views import Reader


class RunSampler:
    """Draws a template and the frames of a clip that follow it.

    The same generator draws the same bytes.

    :ivar unreadable: what was passed over so far

    :param mixture: what is drawn from; its pictures are not
    :param length: search patches in a run
    :param largest_step: frames of the clip from one to the next at most
    :raises rat_tracker.datasets.DatasetError: there are not two clips whose target is large enough
    """

    def __init__(
        self, mixture: Mixture, sampling: Sampling, length: int, largest_step: int = 3,
    ) -> None:
        self.sampling = sampling
        self.length = length
        self.largest_step = largest_step
        self.objects = ObjectSampler(mixture, sampling.smallest, clips_only=True)
        self.unreadable = Unreadable()
        self.objects.require_scenes()

    def draw(self, random: np.random.Generator) -> Run:
        """Draw a run. Where the clip ends it goes back; each region lies around the last place.

        Some of the targets with a mask (``Sampling.moved``) are cut out and carried across the
        frames of another clip; their template shows them there, too.

        :raises rat_tracker.datasets.DatasetError: hardly anything can be read
        """
        return self.unreadable.drawn(lambda: self._run(random))

    def _run(self, random: np.random.Generator) -> Run:
        group, item = self.objects.draw(random)
        draw = Draw(
            random, Reader(), self.objects, self.sampling, group, item, alike=True)
        assert isinstance(item, ClipItem)
        indices = self._frames(random, len(item.frames))
        views = [draw.frame(item, item.frames[index]) for index in indices]
        mirrored = bool(random.random() < self.sampling.warping.mirrored)
        carried = all(view.whole for view in views) and random.random() < self.sampling.moved
        template = draw.template(views[0], mirrored=mirrored, moved=carried)
        backgrounds = draw.passing(len(views)) if carried else [None] * len(views)
        patches = tuple(
            draw.search(view, last.box, mirrored=mirrored, background=background)
            for last, view, background in zip(views, views[1:], backgrounds, strict=False))
        return Run(template, patches, draw.source)

    def _frames(self, random: np.random.Generator, count: int) -> list[int]:
        """Return indices from 0 to count - 1 that go back and forth in equal steps."""
        step, start = random.integers(1, self.largest_step + 1), random.integers(count)
        cycle = [*range(count), *range(count - 2, 0, -1)]
        return [cycle[(start + step * index) % len(cycle)] for index in range(self.length + 1)]
