"""What a tracker's device does for one target: at once on a CPU, enqueued on a GPU."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import wait
from dataclasses import dataclass
import logging

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rat_tracker.engines.cuda_graph import CudaGraph
from rat_tracker.engines.engine import Engine
from rat_tracker.engines.streams import on
from rat_tracker.trackers.rat.model import RatModel

_LOG = logging.getLogger('rat_tracker.engines')

Localise = Callable[[], Iterable[Tensor]]


class DeviceWork:
    """Localise the target in a frame, wait for the outputs, then learn from the frame.

    On a GPU each is enqueued on the stream, as a CUDA graph where the engine allows that; once the
    graphs are captured, only ``outputs`` waits. On a CPU localising is done at once, and learning
    in a second thread while the network sees the next frame. What needs the result of learning
    waits for it, so that results do not depend on how fast it is.

    :param learner: that thread
    :param stream: None on a CPU
    :param output_count: how many values localising gives
    """

    def __init__(
        self, engine: Engine, model: RatModel, learner: Executor,
        stream: torch.cuda.Stream | None, output_count: int,
    ) -> None:
        self._engine = engine
        self._model = model
        self._learner = learner
        self._learning: Future[None] | None = None
        self._stream = stream
        self._done: torch.cuda.Event | None = None
        if stream is not None:
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
        # Page-locked, so that a GPU writes to it while the host goes on.
        self._buffer = torch.zeros(output_count, pin_memory=stream is not None)
        self._values: npt.NDArray[np.float32] = self._buffer.numpy()
        self._captured: _Captured | None = None
        self._generation = -1  # the engine's number when it was last asked whether to capture

    def localise(self, localise: Localise) -> None:
        """Call this function, or replay what was captured of it; ``outputs`` returns what it gave.

        :param localise: enqueues the same work on the same tensors in every frame; returns what
            the host is to read
        """
        def work() -> None:
            joined = torch.cat([output.flatten() for output in localise()])
            self._buffer.copy_(joined, non_blocking=True)

        generation = self._engine.swap_if_ready()
        if self._stream is not None and generation != self._generation:
            self._generation = generation
            self._capture(work)
        if self._captured is not None:
            self._captured.localise()
        else:
            work()
        if self._done is not None:
            self._done.record()

    def outputs(self) -> npt.NDArray[np.float32]:
        """Wait; return what localising gave last, as one line that the next frame overwrites."""
        if self._done is not None:
            self._done.synchronize()
        return self._values

    def learn(self, *, update: bool) -> None:
        """Learn from the frame that was localised last, and perhaps fit the filters, too."""
        if self._stream is None:
            self._learning = self._learner.submit(self._learn, update=update)
        else:
            self._learn(update=update)

    def wait_for_learning(self) -> None:
        """Wait where learning has a thread of its own; a stream keeps the order by itself.

        What went wrong while learning is raised here, until a target is selected anew.
        """
        if self._learning is not None:
            self._learning.result()

    def synchronize(self) -> None:
        """Wait until all is done; if learning failed, the next frame raises what it raised."""
        if self._learning is not None:
            wait([self._learning])
        if self._stream is not None:
            self._stream.synchronize()

    @torch.inference_mode()
    def _learn(self, *, update: bool) -> None:
        work = self._captured or self._model
        with on(self._stream):
            work.learn()
            if update:
                work.update()

    def _capture(self, localise: Callable[[], None]) -> None:
        """Capture the graphs, if the engine allows that."""
        self._captured = None  # graphs free what they held before others get it
        if not self._engine.capturable:
            return
        tensors = self._model.tensors
        try:
            captured = CudaGraph(localise)
            captured()  # learning reads what localising leaves behind
            self._captured = _Captured(captured, CudaGraph(self._model.learn, tensors),
                                       CudaGraph(self._model.update, tensors))
        except RuntimeError as error:
            _LOG.warning('the work of %s cannot be captured as CUDA graphs; it is started kernel '
                         'by kernel, which is slower: %s', self._engine.name,
                         ' '.join(str(error).split()))


@dataclass(frozen=True, slots=True)
class _Captured:
    """The graphs of one target; the last two are called as the model's methods are."""

    localise: CudaGraph
    learn: CudaGraph
    update: CudaGraph
