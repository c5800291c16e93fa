"""Bearings and positions, written into a new bag as the node publishes them."""

from __future__ import annotations

from dataclasses import dataclass

from rosbags.typesys.store import Typestore

from rat_tracker.bags.errors import in_one_line
from rat_tracker.bags.results import ResultBag
from rat_tracker.bags.sensor_context import SensorContext
from rat_tracker.messages.position import BEARING
from rat_tracker.messages.position import POSE
from rat_tracker.messages.position import POSE_WITH_COVARIANCE
from rat_tracker.messages.position import write_bearing
from rat_tracker.messages.position import write_pose
from rat_tracker.messages.position import write_pose_with_covariance
from rat_tracker.messages.target import HISTORY_DEPTH
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.position.locator import seen_target
from rat_tracker.position.locator import SeenTarget
from rat_tracker.target import State

_LATE = 'its depth image had not come when this ended'


@dataclass(slots=True)
class PositionTally:
    """What became of the images in which the target was tracked."""

    tracked: int = 0
    bearings: int = 0
    poses: int = 0
    bearing_fault: str = ''  # why the first one without a bearing has none
    pose_fault: str = ''     # why the first one with a bearing and without a pose has none

    def notes(self, pose_wanted: bool) -> list[str]:
        """Return what was not written and why."""
        notes = []
        if self.bearings < self.tracked:
            notes.append(f'{self.tracked - self.bearings} of {self.tracked} images in state '
                         f'TRACKING have no bearing, the first because: {self.bearing_fault}')
        if pose_wanted and self.poses < self.bearings:
            notes.append(f'{self.bearings - self.poses} of {self.bearings} images with a bearing '
                         f'have no pose, the first because: {self.pose_fault or _LATE}')
        return notes


class PositionWriter:
    """Write a bearing, and a pose where the distance is known, of each result in TRACKING.

    :raises BagError: the bag cannot be written
    """

    def __init__(
        self, context: SensorContext, results: ResultBag, store: Typestore,
    ) -> None:
        self.tally = PositionTally()
        self._context = context
        self._results = results
        self._types = store.types.__getitem__
        self._bearing = results.topic('bearing', BEARING, HISTORY_DEPTH)
        self._located = context.parameters.source != 'bearing'
        if self._located:
            self._pose = results.topic('pose', POSE, HISTORY_DEPTH)
            self._covariance = results.topic(
                'pose_with_covariance', POSE_WITH_COVARIANCE, HISTORY_DEPTH)
        context.begin()

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How much was written."""
        poses = [('poses', self.tally.poses)] if self._located else []
        return [('bearings', self.tally.bearings), *poses]

    @property
    def notes(self) -> list[str]:
        """What the user should know."""
        return self._context.notes + self.tally.notes(self._located)

    def at_once(self, result: TrackingResult) -> Position | None:
        """Return where a TRACKING target is, if that is known before its depth has come."""
        if result.estimate.state is not State.TRACKING:
            return None
        height, width = result.image.shape[:2]
        try:
            return self._context.locator.position_at_once(seen_target(
                result, self._context.calibration.model(
                    width, height, result.frame.message.header.frame_id)))
        except Exception:  # noqa: BLE001 - write, which comes next, says why
            return None

    def write(self, result: TrackingResult, time: int) -> None:
        """Write where the target of a result is, now or when its depth has come.

        :param time: when its image was recorded, nanoseconds
        :raises BagError: it cannot be written
        """
        self._write_decided()
        if self._context.locator.on_result(result):
            self._miss('its depth image had not come when the target was no longer TRACKING')
        if result.estimate.state is State.TRACKING:
            self.tally.tracked += 1
            target = self._seen(result, time)
            if target is not None:
                self._results.put(self._bearing, time, write_bearing(
                    target.header, target.ray, self._types))
                self.tally.bearings += 1
                if self._located:
                    self._locate(target)
        self._write_decided()

    def end(self) -> None:
        """Write what waits: no depth is to come any more.

        :raises BagError: it cannot be written
        """
        self._context.decided.extend(self._context.locator.end())
        self._write_decided()

    def _seen(self, result: TrackingResult, time: int) -> SeenTarget | None:
        height, width = result.image.shape[:2]
        try:
            model = self._context.calibration.model(
                width, height, result.frame.message.header.frame_id)
            return seen_target(result, model, time)
        except Exception as error:  # noqa: BLE001 - as in the node, one image must not end it
            self.tally.bearing_fault = self.tally.bearing_fault or in_one_line(error)
            return None

    def _locate(self, target: SeenTarget) -> None:
        try:
            self._context.decided.extend(self._context.locator.push_target(target))
        except ValueError as error:
            self._miss(str(error))

    def _write_decided(self) -> None:
        decided = self._context.decided
        while decided:
            located = decided.popleft()
            try:
                position = self._context.locator.position(located)
            except Exception as error:  # noqa: BLE001 - as above
                self._miss(in_one_line(error))
                continue
            target = located.target
            self._results.put(self._pose, target.recorded, write_pose(
                target.header, position, self._types))
            self._results.put(self._covariance, target.recorded, write_pose_with_covariance(
                target.header, position, self._types))
            self.tally.poses += 1

    def _miss(self, fault: str) -> None:
        self.tally.pose_fault = self.tally.pose_fault or fault
