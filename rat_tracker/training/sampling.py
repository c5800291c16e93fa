"""Pairs of patches, drawn from a mixture of sources by a generator of random numbers."""

from __future__ import annotations

import numpy as np

from rat_tracker.training.draw import Draw
from rat_tracker.training.objects import ObjectSampler
from rat_tracker.training.patches import Pair
from rat_tracker.training.settings import Sampling
from rat_tracker.training.sources import Mixture
from rat_tracker.training.unreadable import Unreadable
from rat_tracker.training.views import Reader
from rat_tracker.training.views import View

_ROUND = 32  # pairs that share one reader, which bounds the memory for images


class PairSampler:
    """Draws pairs of a template and a search patch.

    The same generator draws the same bytes: what is read is read anew for each round of 32 pairs.
    A core of a 2-core cloud machine draws 420 patches a second of its time, decoding included
    (192 pairs of 977 pictures and 39 clips, side 320 to 480), with ``cv2.setNumThreads(1)``: for
    images of this size more threads of OpenCV's only wait for each other.

    :ivar unreadable: what was passed over so far

    :param mixture: what is drawn from, see ``rat_tracker.training.sources.divide``
    :raises rat_tracker.datasets.DatasetError: nothing in it is large enough, or it shows one scene
        only: patches without the target come from another one
    """

    def __init__(self, mixture: Mixture, sampling: Sampling) -> None:
        self.sampling = sampling
        self.objects = ObjectSampler(mixture, sampling.smallest)
        self.unreadable = Unreadable()
        self.objects.require_scenes()

    def batch(self, random: np.random.Generator, count: int) -> list[Pair]:
        """Draw so many pairs, in no order.

        :raises rat_tracker.datasets.DatasetError: hardly anything can be read
        """
        pairs: list[Pair] = []
        for start in range(0, count, _ROUND):
            reader, until = Reader(), min(start + _ROUND, count)
            while len(pairs) < until:
                pairs += self._pairs(random, reader, until - len(pairs))
        return [pairs[index] for index in random.permutation(count)]

    def _pairs(self, random: np.random.Generator, reader: Reader, most: int) -> list[Pair]:
        def draw() -> list[Pair]:
            group, item = self.objects.draw(random)
            draw = Draw(random, reader, self.objects, self.sampling, group, item)
            # Either view is the template of some, so that two images serve for several pairs.
            views = draw.views()
            return [self._pair(random, draw, *views[::1 if index % 2 else -1])
                    for index in range(min(self.sampling.views, most))]

        return self.unreadable.drawn(draw)

    def _pair(
        self, random: np.random.Generator, draw: Draw, first: View, second: View,
    ) -> Pair:
        sampling, warping = self.sampling, self.sampling.warping
        kind, moved, alone, mirror, away = random.random(5)
        mirrored = bool(mirror < warping.mirrored)
        cut_out = second.whole and moved < sampling.moved
        template = draw.template(
            first, mirrored=mirrored, moved=cut_out and first.whole and alone < 0.5)
        if kind < sampling.others:
            return Pair(template, draw.other(template), draw.source)
        if kind < sampling.others + sampling.nothing:
            return Pair(template, draw.nothing(template), draw.source)
        search = draw.search(
            second, second.box, mirrored=mirrored != bool(away < warping.turned_away),
            background=draw.background() if cut_out else None)
        return Pair(template, search, draw.source)
