"""Pairs whose features are kept, so that they are learnt from more than once.

The backbone costs as much as what is trained on its features. So the newest pairs are in a pool;
new ones take the place of the oldest at a steady rate, and each step draws from those that are
there. What a step draws depends on the seed and the step alone: a training that is resumed makes
the same pool again. With one use of each pair and the size of a batch it is no pool any more, but
the same code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
import math
import os
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

import numpy as np

from rat_tracker.training.batch import Batch
from rat_tracker.training.features import MASK_CELLS
from rat_tracker.training.features import PairFeatures
from rat_tracker.training.features import PairSource
from rat_tracker.training.features import TRUTH_WIDTH

_LARGEST_CHUNK = 32  # pairs
_AHEAD = 1  # chunks that are made beforehand, besides those of a step


def chunk_pairs(batch: int) -> int:
    """Return how many pairs a chunk has, so that whole chunks make a batch."""
    return max(size for size in range(1, _LARGEST_CHUNK + 1) if batch % size == 0)


class Pool:
    """The newest pairs of a source; a context manager, which lets go of its memory.

    :param source: whose chunks make whole batches, see ``chunk_pairs``
    :param memory: for the features, in bytes; there are at least the pairs of one batch
    :param batch: pairs a step
    :param uses: how often each pair is drawn, on average
    :param seed: numbers, the same for the same steps
    :param folder: where a file without a name is for as long as the pool
    :raises OSError: there is no room for the file
    """

    def __init__(
        self, source: PairSource, memory: float, batch: int, uses: int, seed: tuple[int, ...],
        folder: Path,
    ) -> None:
        self._source, self._batch, self._seed = source, batch, seed
        size = source.backbone.size
        chunk_bytes = source.pairs * 2 * size * np.dtype(np.float16).itemsize
        self._first = batch // source.pairs  # chunks that are there before the first step
        self.chunks = max(int(memory / chunk_bytes), self._first)
        self._each_step = Fraction(batch, uses * source.pairs)
        pairs = self.chunks * source.pairs
        with TemporaryFile(dir=folder) as file:
            # Else a disk that gets full later would end the process by SIGBUS.
            os.posix_fallocate(file.fileno(), 0, self.chunks * chunk_bytes)
            self._kept = PairFeatures(
                np.memmap(file, np.float16, 'r+', shape=(pairs, 2, size)),
                np.zeros((pairs, TRUTH_WIDTH), np.float32),
                np.zeros((pairs, MASK_CELLS, MASK_CELLS), np.float16))
        self._end: int | None = None  # the number of the chunk to come; None: not begun
        self._made: deque[Future[PairFeatures]] = deque()
        self._maker = ThreadPoolExecutor(1, 'pool')

    def batch(self, step: int) -> Batch:
        """Return the pairs of a step; the next call is for a later one.

        :raises rat_tracker.datasets.DatasetError: hardly any picture can be read
        """
        end = self._first + math.floor(step * self._each_step)
        begin = max(end - self.chunks, 0)
        if self._end is None:
            self._end = begin
        while self._end < end:
            self._take_chunk(self._end)
            self._end += 1
        each = self._source.pairs
        random = np.random.default_rng((*self._seed, step))
        chosen = random.choice((end - begin) * each, self._batch, replace=False)
        places = (begin * each + chosen) % (self.chunks * each)
        return self._kept.batch(self._source.backbone, places)

    def _take_chunk(self, number: int) -> None:
        """Let a chunk take the place of the oldest, and have those after it made."""
        for later in range(number + len(self._made),
                           number + math.ceil(self._each_step) + _AHEAD):
            self._made.append(self._maker.submit(self._source.chunk, later))
        new = self._made.popleft().result()
        first = number % self.chunks * self._source.pairs
        rows = slice(first, first + self._source.pairs)
        self._kept.features[rows] = new.features
        self._kept.truth[rows] = new.truth
        self._kept.masks[rows] = new.masks

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._maker.shutdown(cancel_futures=True)


class FixedPairs:
    """The first pairs of a source, which stay the same; iterating yields them in batches."""

    def __init__(self, source: PairSource, pairs: int) -> None:
        self._source = source
        self._chunks = [source.chunk(number) for number in range(-(-pairs // source.pairs))]

    def __iter__(self) -> Iterator[Batch]:
        for chunk in self._chunks:
            yield chunk.batch(self._source.backbone, np.arange(self._source.pairs))
