"""``rat``: ranking based attention and a part-based filter.

Peng, Kamata, Breckon: A ranking based attention approach for visual tracking, ICIP 2019. This is
the online part of the paper. What needs offline training there (ConvLSTM, PreNet, the network
that makes the first kernels) is replaced as ``rat_tracker.online.kernel_ranking`` says;
docs/accuracy.md lists this and every other difference.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from rat_tracker.engines import create_engine
from rat_tracker.engines import Patches
from rat_tracker.engines.cropping import create_cropper
from rat_tracker.engines.streams import create_stream
from rat_tracker.engines.streams import on
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import require_image
from rat_tracker.geometry import SearchRegion
from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.online.augmentation import vary
from rat_tracker.online.colors import Colors
from rat_tracker.online.shape_search import hypotheses
from rat_tracker.online.shape_search import Hypothesis
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.tracker import Attention
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.box import Peak
from rat_tracker.trackers.rat.box import RatBox
from rat_tracker.trackers.rat.box import region_size
from rat_tracker.trackers.rat.model import RatModel
from rat_tracker.trackers.rat.parameters import RatParameters
from rat_tracker.trackers.rat.step import RatStep
from rat_tracker.weights import EFFICIENTNET_LITE0


class RatTracker:
    """Follow one target; see ``rat_tracker.tracker.Tracker`` for the contract.

    ``track`` is ``begin`` and ``finish``; with several targets on one GPU, all may be begun before
    the first is finished (``rat_tracker.trackers.rat.together``).

    :param parameters: see ``RatParameters``
    :param engine: one of ``rat_tracker.engines.ENGINES``
    :param device: one of ``rat_tracker.engines.DEVICES``
    :param precision: one of ``rat_tracker.engines.PRECISIONS``
    :param graphs: whether a GPU's work is recorded as CUDA graphs; off, it is started kernel by
        kernel, which is slower and easier to look into
    :raises ValueError: an engine, device or precision that is unknown or cannot run here
    :raises rat_tracker.weights.WeightsError: the network's weights are missing or corrupt
    """

    def __init__(
        self, parameters: RatParameters | None = None, *, engine: str = 'auto',
        device: str = 'auto', precision: str = 'auto', graphs: bool = True,
    ) -> None:
        self.parameters = parameters = parameters or RatParameters()
        self._graphs = graphs
        self._sizes = hypotheses(parameters.shape)
        network = EfficientNetLite0(parameters.layers, parameters.patch_side)
        network.load_weights(EFFICIENTNET_LITE0.load())
        side = parameters.patch_side
        self._engine = create_engine(network, (1, side, side, 3), engine, device, precision)
        self._cropper = create_cropper(side, self._engine.device)
        # Targets on a GPU do not wait for each other.
        self._stream = create_stream(self._engine.device)
        strides = [FEATURE_LAYERS[name].stride for name in parameters.layers]
        self._cells = -(-side // min(strides))
        self._deep_cells = -(-side // strides[-1])
        # Its thread ends with this tracker.
        self._learner = ThreadPoolExecutor(1, 'learn')
        self._image_size = (0, 0)
        self._target: tuple[RatModel, RatBox, RatStep] | None = None
        self._begun: tuple[Image, SearchRegion, Stopwatch] | None = None
        self._trusted = 0  # frames that might be learned from

    @property
    def engine(self) -> str:
        return self._engine.name

    @property
    def memory_bytes(self) -> int:
        kept = (self._target[0].memory_bytes + self._target[1].colors.memory_bytes
                if self._target else 0)
        return self._cropper.memory_bytes + kept

    @torch.inference_mode()
    def init(self, image: Image, box: Box) -> None:
        width, height = require_image(image)
        box.require_inside(width, height)
        parameters = self.parameters
        self.settle()
        region = region_size(box, parameters.region_factor)
        views, centers = vary(image, box, *region, parameters.patch_side)
        with on(self._stream):
            model = RatModel(parameters, self._run(views), centers,
                             (box.height / region[1], box.width / region[0]))
        attention = (self._deep_cells,) * 2 if parameters.attention_gain else None
        step = RatStep(self._engine, self._cropper, model, self._learner, self._stream,
                       attention, graphs=self._graphs)
        placed = RatBox(
            parameters, (width, height), box, model.confidence, Colors(image, box))
        self._target = model, placed, step
        self._image_size = (width, height)
        self._begun = None
        self._trusted = 0
        if self._stream is not None:
            # Graphs are recorded now, not while the target moves; only an engine that takes over
            # later has them recorded anew in mid-track.
            step.look(image, placed.region, Stopwatch())
            step.found()

    def track(self, image: Image, *, learn: bool = True) -> TrackResult:
        self.begin(image)
        return self.finish(learn=learn)

    def view(self, box: Box) -> Box:
        return self._started()[1].region_around(box).box

    @torch.inference_mode()
    def evaluate_at(self, image: Image, box: Box) -> TrackResult:
        placed, step = self._require(image)
        region, watch = placed.region_around(box), Stopwatch()
        step.look(image, region, watch)
        peak, size, attention = self._found(region)
        found = placed.place(region, peak, size, box)
        score = placed.confidence.recognition(peak.value, placed.colors.likeness(image, found))
        return TrackResult(found, score, attention, watch.laps)

    def resume(self, box: Box) -> None:
        box.require_inside(*self._image_size)
        self._started()[1].box = box

    @torch.inference_mode()
    def begin(self, image: Image) -> None:
        """Begin with the next frame; what a GPU has to do goes on after this returned.

        A frame that was begun and not finished is given up. What went wrong while it learned from
        an earlier frame is raised here, until a target is selected anew.

        :param image: as it is until the frame is finished; see ``Tracker.track``
        :raises RuntimeError: ``init`` was not called
        :raises ValueError: the image is not H×W×3 uint8, or its size changed
        """
        box, step = self._require(image)
        region, watch = box.region, Stopwatch()
        step.look(image, region, watch)
        self._begun = image, region, watch

    @torch.inference_mode()
    def finish(self, *, learn: bool = True) -> TrackResult:
        """Return what came of the frame that was begun.

        :param learn: see ``SearchingTracker.track``
        :raises RuntimeError: none was begun since ``init`` or the last call
        :raises FloatingPointError: the filters gave no number
        """
        if self._target is None or self._begun is None:
            raise RuntimeError('no frame was begun; call begin first')
        _, box, step = self._target
        (image, region, watch), self._begun = self._begun, None
        watch.resume()  # other targets may have been begun and finished meanwhile
        peak, size, attention = self._found(region)
        if box.move(region, peak, size, learn=learn):
            self._learn(image, box, step)
        return TrackResult(box.box, box.confidence.score(peak.value), attention, watch.laps)

    def _started(self) -> tuple[RatModel, RatBox, RatStep]:
        if self._target is None:
            raise RuntimeError('there is no target to track; call init first')
        return self._target

    def _require(self, image: Image) -> tuple[RatBox, RatStep]:
        """Check that this image can be looked at, and give up a frame that was begun."""
        _, box, step = self._started()
        width, height = require_image(image)
        if (width, height) != self._image_size:
            raise ValueError(f'the image is {width}x{height}, the target was selected in one of '
                             f'{self._image_size[0]}x{self._image_size[1]}; select it again')
        if self._begun is not None:
            step.found()
            self._begun = None
        return box, step

    def _found(self, region: SearchRegion) -> tuple[Peak, Hypothesis, Attention | None]:
        """Wait for what was found in a region: the peak, the size there, the attention."""
        step = self._started()[2]
        number, row, column, value = step.found()
        middle = (self._cells - 1) / 2
        peak = Peak((row - middle) / self._cells, (column - middle) / self._cells, value)
        attention = step.attention
        return (peak, self._sizes[number],
                None if attention is None else Attention(attention, region.box))

    def settle(self) -> None:
        """Wait until all that was begun is done, learning included."""
        if self._target is not None:
            self._target[2].settle()

    def _learn(self, image: Image, box: RatBox, step: RatStep) -> None:
        self._trusted += 1
        learned, left_out = divmod(self._trusted, self.parameters.learn_period)
        if not left_out:
            update = learned % self.parameters.update_period == 0
            step.learn(update=update)
            if update:
                box.colors.learn(image, box.box)

    def _run(self, views: Patches) -> list[Tensor]:
        """Run views one by one, as the engine takes them; the results are copies."""
        shown = torch.from_numpy(views).to(self._engine.device)
        outputs = [[layer.clone() for layer in self._engine(view[None])] for view in shown]
        return [torch.cat(parts) for parts in zip(*outputs, strict=True)]
