"""``rat``: ranking based attention and a part-based filter.

Peng, Kamata, Breckon: A ranking based attention approach for visual tracking, ICIP 2019. This is
the online part of the paper. What needs offline training there (ConvLSTM, PreNet, the network
that makes the first kernels) is replaced as ``rat_tracker.online.kernel_ranking`` says;
docs/accuracy.md lists this and every other difference.

``RatTracker.track`` and ``RatTracker._localise`` tell the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import math
from typing import NamedTuple

import torch
from torch import Tensor

from rat_tracker.engines.cropping import create_cropper
from rat_tracker.engines.streams import create_stream
from rat_tracker.engines.streams import on
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import region_size
from rat_tracker.geometry import require_image
from rat_tracker.geometry import SearchRegion
from rat_tracker.networks.backbones.efficientnet_lite import FEATURE_LAYERS
from rat_tracker.online.augmentation import augment
from rat_tracker.online.augmentation import UPRIGHT
from rat_tracker.online.box_estimator import BoxEstimate
from rat_tracker.online.box_estimator import BoxEstimator
from rat_tracker.online.box_estimator import looks_at
from rat_tracker.online.box_estimator import prior
from rat_tracker.online.box_estimator import read
from rat_tracker.online.box_estimator import VALUES
from rat_tracker.online.color_model import ColorModel
from rat_tracker.online.distractors import Distractors
from rat_tracker.online.distractors import highest_peaks
from rat_tracker.online.scale_search import scale_candidates
from rat_tracker.online.scale_search import ScaleCandidate
from rat_tracker.online.target_motion import Expected
from rat_tracker.online.target_motion import TargetMotion
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.tracker import Attention
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.box import Peak
from rat_tracker.trackers.rat.box import RatBox
from rat_tracker.trackers.rat.device_work import DeviceWork
from rat_tracker.trackers.rat.model import RatModel
from rat_tracker.trackers.rat.network import RatNetwork
from rat_tracker.trackers.rat.parameters import RatParameters

# What localising gives first: index of the scale, row, column, value of the peak. What the box
# head says of it, the response that the peak was searched in, with the value of the one that was
# chosen, and the attention map follow.
_HEADER = 4
# Two places to look for a target are farther apart than so many times its side.
_LEAST_APART = 0.1


@dataclass(slots=True)
class RatTarget:
    """One target: what was learned of it, where it is, and the device's work for it."""

    model: RatModel
    box: RatBox
    motion: TargetMotion
    distractors: Distractors | None
    work: DeviceWork
    image_size: tuple[int, int]
    frames_to_learn: int = 0  # frames so far that were above the learning threshold


class _Peaks(NamedTuple):
    """What ``Distractors.follow`` wants to know of a response."""

    peaks: list[tuple[int, int, float]]
    value: float


@dataclass(frozen=True, slots=True)
class _Localised:
    """Where a response has its peak, at which scale, and what else localising gave."""

    peak: Peak
    scale: ScaleCandidate
    estimate: BoxEstimate | None
    peaks: _Peaks | None
    attention: Attention | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A frame that a target is looked for in."""

    image: Image
    start: Box  # where the target was in the frame before
    expected: Expected
    region: SearchRegion
    watch: Stopwatch


class RatTracker:
    """Follow one target; see ``rat_tracker.tracker.Tracker`` for the contract.

    :param parameters: see ``RatParameters``
    :param engine: one of ``rat_tracker.engines.ENGINES``
    :param device: one of ``rat_tracker.engines.DEVICES``
    :param precision: one of ``rat_tracker.engines.PRECISIONS``
    :raises ValueError: an engine, device or precision that is unknown or cannot run here
    :raises rat_tracker.weights.WeightsError: the network's weights are missing or corrupt
    """

    def __init__(
        self, parameters: RatParameters | None = None, *, engine: str = 'auto',
        device: str = 'auto', precision: str = 'auto',
    ) -> None:
        self.parameters = parameters = parameters or RatParameters()
        self._scales = scale_candidates(parameters.scale)
        self._network = RatNetwork(parameters, engine, device, precision)
        side = parameters.patch_side
        device_used = self._network.engine.device
        self._cropper = create_cropper(side, device_used)
        # Targets on a GPU do not wait for each other.
        self._stream = create_stream(device_used)
        strides = [FEATURE_LAYERS[name].stride for name in parameters.layers]
        self._cells = -(-side // min(strides))
        self._deep_cells = -(-side // strides[-1]) if parameters.attention_gain else 0
        # Its thread ends with this tracker.
        self._learner = ThreadPoolExecutor(1, 'learn')
        self._target: RatTarget | None = None

    @property
    def engine(self) -> str:
        return self._network.engine.name

    @property
    def memory_bytes(self) -> int:
        """The bytes that are kept of a target from frame to frame; they do not grow.

        The network's weights and the engine's buffers, which all targets share, are not among
        them.
        """
        target = self._target
        kept = (target.model.memory_bytes + target.box.colors.memory_bytes
                + target.motion.memory_bytes if target else 0)
        return self._cropper.memory_bytes + kept

    @torch.inference_mode()
    def init(self, image: Image, box: Box) -> None:
        width, height = require_image(image)
        box.require_inside(width, height)
        if self._target is not None:
            self._target.work.synchronize()
        side = self.parameters.patch_side
        region = region_size(box, self.parameters.region_factor)
        fraction = box.height / region[1], box.width / region[0]
        samples, centers = augment(image, box, *region, side)
        with on(self._stream), self._network.template_of(image, box):
            layers, said = self._network.see_all(samples)
            model = RatModel(self.parameters, layers, centers, fraction)
            estimator = self._estimator(said, centers, fraction)
        distractors = None
        if self.parameters.distractors.suppression:
            distractors = Distractors(self.parameters.distractors, self._cells)
        values = 0 if estimator is None else VALUES
        searched = 0 if distractors is None else self._cells ** 2 + 1
        work = DeviceWork(self._network.engine, model, self._learner, self._stream,
                          _HEADER + values + searched + self._deep_cells ** 2)
        located = RatBox(self.parameters, (width, height), box, model.confidence,
                         ColorModel(image, box), estimator)
        self._target = target = RatTarget(
            model, located, TargetMotion(self.parameters.motion, image), distractors, work,
            (width, height))
        if self._stream is not None:
            # Graphs are captured now, not while the target moves; only an engine that takes over
            # later has them captured anew in mid-track.
            self._start(target, image, located.region, Stopwatch())
            work.outputs()

    @torch.inference_mode()
    def track(self, image: Image, *, learn: bool = True) -> TrackResult:
        """Find the target in the next frame, then learn from it.

        Crop, features, ranking, attention, response and scale are ``_localise``, in doubt twice
        (``_look_again``); then come the box and what is learned from it.

        :param learn: see ``SearchingTracker.track``
        :raises FloatingPointError: the filters gave no number
        """
        target = self._require_target(image)
        begun = self._begin(target, image)  # crop, then ``_localise``
        found = self._finish(target, begun.region, begun.watch)  # waits for its peak and scale
        region, found = self._look_again(target, begun, found)
        target.box.box = begun.expected.carried
        hidden = (target.distractors is not None and found.peaks is not None
                  and target.distractors.hidden(*found.peaks))
        trusted = target.box.update(
            region, found.peak, found.scale, found.estimate, learn=learn)
        target.motion.follow(begun.expected, target.box.box, trusted=trusted)
        if target.distractors is not None and found.peaks is not None:
            target.distractors.follow(*found.peaks, region, target.box.box, trusted=trusted)
        if trusted:
            self._learn(target, image)  # w and c^(N), from its own result
        strength = 0.0 if hidden else target.box.strength(found.peak, found.estimate)
        score = target.box.confidence.score(strength)
        return TrackResult(target.box.box, score, found.attention, begun.watch.laps)

    def _look_again(
        self, target: RatTarget, begun: Begun, found: _Localised,
    ) -> tuple[SearchRegion, _Localised]:
        """In doubt, look where the camera's motion and the target's own lead.

        Frames above the learning threshold cost no second look, and nothing changes in them.

        :return: the region with the higher peak, and what was found in it
        """
        start, ahead = begun.start, begun.expected.box
        apart = math.hypot(ahead.center_x - start.center_x, ahead.center_y - start.center_y)
        if (apart <= _LEAST_APART * math.sqrt(start.area)
                or target.box.confidence.may_learn(found.peak.value)):
            return begun.region, found
        region = target.box.region_around(ahead)
        self._aim(target, region)
        self._start(target, begun.image, region, begun.watch)
        again = self._finish(target, region, begun.watch)
        if again.peak.value > found.peak.value:
            return region, again
        return begun.region, found

    def _begin(self, target: RatTarget, image: Image) -> Begun:
        """Begin with the next frame, around where the target was, and say where motion leads."""
        watch = Stopwatch()
        start = target.box.box
        expected = target.motion.expect(image, start)
        region = target.box.region
        watch.lap('motion')
        self._aim(target, region)
        self._start(target, image, region, watch)
        return Begun(image, start, expected, region, watch)

    def _aim(self, target: RatTarget, region: SearchRegion | None) -> None:
        """Let distractors count for little in what is localised next.

        :param region: that is looked at next; None: they count as anything else there
        """
        if target.distractors is not None:
            weights = None
            if region is not None:
                weights = target.distractors.weights(region, target.box.box)
            with on(self._stream):
                target.model.set_distractor_weights(weights)

    def _localise(self, target: RatTarget, watch: Stopwatch) -> Iterable[Tensor]:
        """Find the peak of the response in the search patch.

        Nothing here waits for a GPU or decides by what it gives, so that all of it can be captured
        as one CUDA graph.

        :return: index of the scale, position and value of the peak; then, if any, what the box
            head says of it, the response that it was searched in, and the attention map
        """
        model = target.model
        # Conv Layers1 and 2 of the H×W search patch, and what the box head says of them.
        layers, said = self._network.see(self._cropper.patch())
        watch.lap('network')
        target.work.wait_for_learning()  # from the frame before
        watch.lap('learning')
        features, deep = model.project(layers)  # x^L, x^S
        watch.lap('projection')
        ranked = model.rank(deep)  # c^1 … c^N by their scores s^i
        attention = model.attend(ranked)  # m_t
        features = model.modulate(features, attention)  # x^L ⊙ (1 + g m_t)
        watch.lap('attention')
        response = model.respond(features)  # w * x^L, combined from the parts
        watch.lap('response')
        likely = prior(self.parameters.box_estimator, said[0], self._cells) if said else None
        # The scale with the best response.
        index, position, value = model.search_scales(features, deep, response, likely)
        found = [index, position, value]
        watch.lap('scales')
        if said:
            quality, distances = said
            found.append(read(quality, distances, model.peak_point(index, position)))
            watch.lap('box')
        if target.distractors is not None:
            found += model.sought()
        if attention is not None:
            found.append(attention)
        return found

    def _start(
        self, target: RatTarget, image: Image, region: SearchRegion, watch: Stopwatch,
    ) -> None:
        """Crop and localise; what a GPU has to do goes on after this returned."""
        with on(self._stream):
            self._cropper.put(image, region)
            watch.lap('crop')
            target.work.localise(lambda: self._localise(target, watch))

    def _finish(self, target: RatTarget, region: SearchRegion, watch: Stopwatch) -> _Localised:
        """Wait for what ``_start`` began."""
        outputs = target.work.outputs()
        if self._stream is not None:
            watch.lap('gpu')
        index, row, column, value = outputs[:_HEADER].tolist()
        middle = (self._cells - 1) / 2
        peak = Peak((row - middle) / self._cells, (column - middle) / self._cells, value)
        estimate, peaks, attention, rest = None, None, None, outputs[_HEADER:]
        if target.box.estimator is not None:
            estimate = target.box.estimator.estimate(rest[:VALUES].tolist(), region)
            rest = rest[VALUES:]
        if target.distractors is not None:
            count = self._cells ** 2
            searched = rest[:count].reshape(self._cells, self._cells)
            peaks = _Peaks(highest_peaks(searched), float(rest[count]))
            rest = rest[count + 1:]
        if self._deep_cells:
            side = self._deep_cells
            attention = Attention(rest.reshape(side, side).copy(), region.box)
        return _Localised(peak, self._scales[int(index)], estimate, peaks, attention)

    def _learn(self, target: RatTarget, image: Image) -> None:
        target.frames_to_learn += 1
        learned, left_out = divmod(target.frames_to_learn, self.parameters.learn_period)
        if not left_out:
            update = learned % self.parameters.update_period == 0
            target.work.learn(update=update)
            if update:
                target.box.colors.learn(image, target.box.box)

    def search_region(self, box: Box) -> Box:
        return self._started().box.region_around(box).box

    @torch.inference_mode()
    def evaluate_at(self, image: Image, box: Box) -> TrackResult:
        target = self._require_target(image)
        region = target.box.region_around(box)
        watch = Stopwatch()
        self._aim(target, None)  # where the distractors are by now is not known
        self._start(target, image, region, watch)
        found = self._finish(target, region, watch)
        at_peak = target.box.box_at(region, found.peak, found.scale, box)
        score = target.box.confidence.reidentification_score(
            found.peak.value, target.box.colors.similarity(image, at_peak))
        return TrackResult(at_peak, score, found.attention, watch.laps)

    def resume(self, box: Box) -> None:
        target = self._started()
        box.require_inside(*target.image_size)
        target.box.box = box
        target.motion.forget()
        if target.distractors is not None:
            target.distractors.forget()

    def _started(self) -> RatTarget:
        if self._target is None:
            raise RuntimeError('there is no target to track; call init first')
        return self._target

    def _require_target(self, image: Image) -> RatTarget:
        """Return the target that is to be found in an image, and check the image."""
        target = self._started()
        width, height = require_image(image)
        if (width, height) != target.image_size:
            raise ValueError(f'the image is {width}x{height}, the target was selected in one of '
                             f'{target.image_size[0]}x{target.image_size[1]}; select it again')
        return target

    def _estimator(
        self, said: Sequence[Tensor], centers: Sequence[tuple[float, float]],
        fraction: tuple[float, float],
    ) -> BoxEstimator | None:
        """Return what reads the head's outputs, by what it says of samples of the first frame.

        :param centers: and ``fraction``, see ``RatModel``
        """
        if not said:
            return None
        side = self.parameters.patch_side
        height, width = fraction[0] * side, fraction[1] * side
        quality, distances = (values[list(UPRIGHT)] for values in said)
        points = [centers[index] for index in UPRIGHT]
        return BoxEstimator(
            self.parameters.box_estimator, looks_at(quality, distances, points),
            [Box.from_center(column, row, width, height) for row, column in points])
