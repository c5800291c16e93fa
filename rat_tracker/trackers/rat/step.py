"""One frame's work on the engine's device, from the crop to the peak, and what follows it."""

from __future__ import annotations

from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import wait
from dataclasses import dataclass
import logging
import math

import numpy as np
import numpy.typing as npt
import torch

from rat_tracker.engines import Engine
from rat_tracker.engines.cropping import Cropper
from rat_tracker.engines.cuda_graph import CudaGraph
from rat_tracker.engines.streams import on
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.trackers.rat.model import FOUND
from rat_tracker.trackers.rat.model import RatModel

_LOG = logging.getLogger('rat_tracker.engines')


class RatStep:
    """Look at a frame, wait for what was found, then learn from it.

    On a GPU each is enqueued on the stream, as a CUDA graph where the engine allows that; once the
    graphs are recorded, only ``found`` waits. On a CPU looking is done at once, and learning in a
    second thread while the network sees the next frame. What needs the result of learning waits
    for it, so that answers do not depend on how fast it is.

    :param learner: that thread
    :param stream: None on a CPU
    :param attention_shape: rows and columns of the attention map; None if there is none
    :param graphs: whether to use CUDA graphs on a GPU
    """

    def __init__(
        self, engine: Engine, cropper: Cropper, model: RatModel, learner: Executor,
        stream: torch.cuda.Stream | None, attention_shape: tuple[int, int] | None, *,
        graphs: bool = True,
    ) -> None:
        self._engine = engine
        self._cropper = cropper
        self._model = model
        self._learner = learner
        self._learning: Future[None] | None = None
        self._stream = stream
        self._done: torch.cuda.Event | None = None
        if stream is not None:
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
        self._attention_shape = attention_shape
        self._answer = torch.zeros(
            FOUND + math.prod(attention_shape or (0,)), pin_memory=stream is not None)
        self._values: npt.NDArray[np.float32] = self._answer.numpy()
        self._graphs = graphs and stream is not None
        self._recorded: _Recorded | None = None
        self._generation = -1  # the engine's number when it was last asked whether to record
        self._watch = Stopwatch()

    def look(self, image: Image, region: SearchRegion, watch: Stopwatch) -> None:
        """Begin to look for the target; ``found`` tells what came of it."""
        self._watch = watch
        with on(self._stream):
            self._cropper.put(image, region)
            watch.lap('crop')
            generation = self._engine.swap_if_ready()
            if self._graphs and generation != self._generation:
                self._generation = generation
                self._record()
            if self._recorded is not None:
                self._recorded.look()
            else:
                self._look()
            if self._done is not None:
                self._done.record()

    def found(self) -> tuple[int, float, float, float]:
        """Wait; return the number of the size, and row, column and value of the peak in cells."""
        if self._done is not None:
            self._done.synchronize()
            self._watch.lap('gpu')
        number, row, column, value = self._values[:FOUND].tolist()
        return int(number), row, column, value

    @property
    def attention(self) -> npt.NDArray[np.float32] | None:
        """A copy of the attention map of the frame that was found last."""
        if self._attention_shape is None:
            return None
        return self._values[FOUND:].reshape(self._attention_shape).copy()

    def learn(self, *, update: bool) -> None:
        """Learn from the frame that was found last, and perhaps fit the filters, too."""
        if self._stream is None:
            self._learning = self._learner.submit(self._learn, update=update)
        else:
            self._learn(update=update)

    def settle(self) -> None:
        """Wait until all that was begun is done; if learning failed, the next frame says so."""
        if self._learning is not None:
            wait([self._learning])
        if self._stream is not None:
            self._stream.synchronize()

    @torch.inference_mode()
    def _learn(self, *, update: bool) -> None:
        work = self._recorded or self._model
        with on(self._stream):
            work.learn()
            if update:
                work.update()

    def _look(self) -> None:
        layers = self._engine(self._cropper.patch())
        self._watch.lap('network')
        if self._learning is not None:
            self._learning.result()
        self._watch.lap('learning')
        self._answer.copy_(self._model.look(layers, self._watch), non_blocking=True)

    def _record(self) -> None:
        """Record what the engine allows to; the image to look at has been put."""
        self._recorded = None  # graphs free what they held before others get it
        if not self._engine.capturable:
            return
        tensors = self._model.tensors
        try:
            look = CudaGraph(self._look)
            look()  # learning reads what looking leaves behind
            self._recorded = _Recorded(look, CudaGraph(self._model.learn, tensors),
                                       CudaGraph(self._model.update, tensors))
        except RuntimeError as error:
            _LOG.warning('the work of %s cannot be recorded as CUDA graphs; it is started kernel '
                         'by kernel, which is slower: %s', self._engine.name,
                         ' '.join(str(error).split()))


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The graphs of one model, called as its methods are."""

    look: CudaGraph
    learn: CudaGraph
    update: CudaGraph
