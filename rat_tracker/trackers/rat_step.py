"""One frame's work on the engine's device, from the crop to the peak, and what follows it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import Future
from contextlib import AbstractContextManager
from contextlib import nullcontext
import math

import numpy as np
import numpy.typing as npt
import torch

from rat_tracker.engines import Engine
from rat_tracker.engines.cropping import Cropper
from rat_tracker.engines.cuda_graph import CudaGraph
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.trackers.rat_model import FOUND
from rat_tracker.trackers.rat_model import RatModel


class RatStep:
    """Look at a frame, wait for what was found, then learn from it.

    On a GPU each is enqueued on a stream of this step's own, as a CUDA graph where the engine
    allows that, and only ``found`` waits. On a CPU looking is done at once, and learning in a
    second thread while the network sees the next frame. What needs the result of learning waits
    for it, so that answers do not depend on how fast it is.

    :param learner: that thread
    :param attention_shape: rows and columns of the attention map; None if there is none
    :param graphs: whether to use CUDA graphs on a GPU
    """

    def __init__(
        self, engine: Engine, cropper: Cropper, model: RatModel, learner: Executor,
        attention_shape: tuple[int, int] | None, *, graphs: bool = True,
    ) -> None:
        self._engine = engine
        self._cropper = cropper
        self._model = model
        self._attention_shape = attention_shape
        self._on_gpu = engine.device.type == 'cuda'
        self._graphs = graphs and self._on_gpu
        self._stream: AbstractContextManager[object] = nullcontext()
        if self._on_gpu:
            stream = torch.cuda.Stream(engine.device)  # type: ignore[no-untyped-call]
            stream.wait_stream(torch.cuda.current_stream(engine.device))
            self._stream = torch.cuda.stream(stream)
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
        self._answer = torch.zeros(
            FOUND + math.prod(attention_shape or (0,)), pin_memory=self._on_gpu)
        self._values: npt.NDArray[np.float32] = self._answer.numpy()
        self._recorded = -1  # the engine's number when the graphs were recorded
        self._enqueue_look: Callable[[], object] = self._do_look
        self._enqueue_learn: Callable[[], object] = model.learn
        self._enqueue_update: Callable[[], object] = model.update
        self._learner = learner
        self._learning: Future[None] | None = None
        self._watch = Stopwatch()

    def look(self, image: Image, region: SearchRegion, watch: Stopwatch) -> None:
        """Begin to look for the target; ``found`` tells what came of it."""
        self._watch = watch
        with self._stream:
            self._cropper.put(image, region)
            watch.lap('crop')
            generation = self._engine.renew()
            if self._graphs and generation != self._recorded:
                self._record()
                self._recorded = generation
            self._enqueue_look()
            if self._on_gpu:
                self._done.record()

    def found(self) -> tuple[int, float, float, float]:
        """Wait; return the number of the size, and row, column and value of the peak in cells."""
        if self._on_gpu:
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
        if self._on_gpu:
            self._do_learn(update=update)
        else:
            self._learning = self._learner.submit(self._do_learn, update=update)

    @torch.inference_mode()
    def _do_learn(self, *, update: bool) -> None:
        with self._stream:
            self._enqueue_learn()
            if update:
                self._enqueue_update()

    def _do_look(self) -> None:
        layers = self._engine(self._cropper.patch())
        self._watch.lap('network')
        if self._learning is not None:
            self._learning.result()
        self._watch.lap('learning')
        self._answer.copy_(self._model.look(layers, self._watch), non_blocking=True)

    def _record(self) -> None:
        """Record the graphs; the image to look at has been put."""
        self._enqueue_look = self._do_look
        if self._engine.capturable:
            self._enqueue_look = CudaGraph(self._do_look)
        # Learning reads what looking left behind.
        self._enqueue_look()
        self._enqueue_learn = CudaGraph(self._model.learn, self._model.tensors)
        self._enqueue_update = CudaGraph(self._model.update, self._model.tensors)
