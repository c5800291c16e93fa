"""A robot in a double: a synthetic clip, and a tracker that knows where its square is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console import clip

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import Picture
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.console.replies import ParameterInfo
from rat_tracker.console.replies import Reply
from rat_tracker.console.replies import TopicInfo
from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import Selection
from rat_tracker.console.robot import RobotUnavailable
from rat_tracker.geometry import Box


class FakeRobot:
    """Follows the clip's square once it is selected; remembers what it was asked."""

    def __init__(self) -> None:
        self.watching: bool | None = None  # with attention or without; None: it is not watched
        self.calls: list[str] = []
        self.selections: list[Selection] = []
        self.encoded = 0
        self.newest = 0  # number of the picture that was encoded last
        self.asked_at_once = 0
        self.camera_runs = True
        self.tracker_runs = True
        self.silent = False
        self.breaks = False
        self.spoils = False  # the images
        self.state = 'TRACKING'  # while something is followed
        self.changed: list[ParameterChange] = []
        self._problem = ''
        self._selections: list[SelectionEvent] = []  # latched
        self._pictures_asked = 0
        self._since: int | None = None  # the image on which the target was selected
        self._id = 0
        self._begin: float | None = None
        self._on_event: Callable[[RobotEvent], None] | None = None
        self._reporter: asyncio.Task[None] | None = None

    def watch(self, on_event: Callable[[RobotEvent], None], attention: bool) -> None:
        self.calls.append('watch')
        self.watching = attention
        self._on_event = on_event
        on_event(ProblemEvent(self._problem))
        for event in self._selections:
            on_event(event)
        if self._reporter is None:
            self._reporter = asyncio.ensure_future(self._diagnose())

    def unwatch(self) -> None:
        self.calls.append('unwatch')
        self.watching = None
        self._on_event = None
        if self._reporter is not None:
            self._reporter.cancel()
            self._reporter = None

    async def picture(self, after: int, attention: bool) -> Picture:
        self._pictures_asked += 1
        self.asked_at_once = max(self.asked_at_once, self._pictures_asked)
        try:
            while not self.camera_runs or self.index() + 1 <= after:
                await asyncio.sleep(0.005)
            if self.breaks:
                raise ValueError('the camera speaks in tongues')
        finally:
            self._pictures_asked -= 1
        index = self.index()
        self.encoded += 1
        self.newest = index + 1
        return Picture(
            index + 1, clip.stamp(index), 'camera', clip.WIDTH, clip.HEIGHT,
            b'no image' if self.spoils else clip.jpeg(clip.picture(index)), self.target(index),
            clip.jpeg(clip.attention(index)) if attention else b'')

    async def select(self, selection: Selection) -> Reply:
        self.check()
        self.selections.append(selection)
        index = clip.index_of(selection.stamp)
        truth = clip.target_box(index)
        if isinstance(selection, BoxSelection):
            hit = Box(*selection.box).overlap(truth) > 0.3
        else:
            x, y = selection.point
            hit = (0 <= x - truth.x < truth.width) and (0 <= y - truth.y < truth.height)
        self.report_selection(selection.stamp, 'set_target', hit, truth)
        if not hit:
            return Reply(False, 'nothing there differs from its surroundings; draw a box')
        self._since = index
        return Reply(True, f'following a box of {truth.width:g}x{truth.height:g}')

    def report_selection(
        self, stamp: str, source: str, accepted: bool, box: Box, message: str = '',
    ) -> None:
        """Report a selection to all pages."""
        self._id += accepted
        self._publish(SelectionEvent(
            stamp, source, accepted, str(self._id) if accepted else '', box.values, message))

    def end_selection(self, reason: str) -> None:
        """Follow nothing any more, and report that to all pages."""
        self._since = None
        self._publish(SelectionEvent(
            clip.stamp(0), 'set_target', False, str(self._id), None, reason))

    def _publish(self, event: SelectionEvent) -> None:
        self._selections = [*self._selections[-9:], event]
        self.report(event)

    async def clear(self) -> Reply:
        self.check()
        self.calls.append('clear')
        self._since = None
        return Reply(True, 'cleared')

    async def parameters(self) -> list[ParameterInfo]:
        self.check()
        return PARAMETERS

    async def change(self, change: ParameterChange) -> Reply:
        self.check()
        self.changed.append(change)
        if change.name == 'buffer_seconds' and change.value == 3:
            return Reply(False, 'buffer_seconds: three is a bad number; try another')
        return Reply(True, f'{change.name} is {change.value} now')

    async def image_topics(self) -> list[TopicInfo]:
        self.check()
        return TOPICS

    def follow(self, state: str) -> None:
        """Follow the square from now on, in this state."""
        self.state = state
        self._since = self.index()

    def check(self) -> None:
        """Raise what is to be raised."""
        if self.breaks:
            raise ValueError('the robot fell over')
        if self.silent:
            raise RobotUnavailable('/tracker_node does not answer; is it running?')

    def report_problem(self, message: str) -> None:
        """Report why nothing can be seen."""
        self._problem = message
        self.report(ProblemEvent(message))

    def report(self, event: RobotEvent) -> None:
        """Report to whoever watches."""
        if self._on_event is not None:
            self._on_event(event)

    def index(self) -> int:
        """Return the number of the camera's newest image."""
        now = asyncio.get_running_loop().time()
        if self._begin is None:
            self._begin = now
        return int((now - self._begin) * clip.RATE)

    def target(self, index: int) -> TargetEvent:
        """Return the tracker's answer for an image."""
        stamp = clip.stamp(index)
        if self._since is None:
            return TargetEvent(
                stamp, '', 'SEARCHING', 0.0, None, 0.0, '0', 'no target is selected')
        box = clip.target_box(index)
        score = {'TRACKING': 0.93, 'UNCERTAIN': 0.41, 'LOST': 0.12}[self.state]
        return TargetEvent(
            stamp, str(self._id), self.state, score, (box.x, box.y, box.width, box.height),
            (index - self._since) / clip.RATE, stamp if self.state == 'TRACKING' else clip.stamp(
                self._since), 'the response is clear')

    async def _diagnose(self) -> None:
        while True:
            if self._on_event is not None and self.tracker_runs:
                self._on_event(self.target(self.index()))
                wave = self.index() % 40
                self._on_event(DiagnosticsEvent('OK', 'TRACKING: the response is clear', {
                    'pipeline_latency_ms_p50': f'{21 + wave / 10:.1f}',
                    'pipeline_latency_ms_p99': f'{34 + wave / 3:.1f}',
                    'tracked_per_second': f'{clip.RATE - 0.3:.1f}', 'engine': 'openvino'}))
            await asyncio.sleep(0.2)


PARAMETERS = [
    ParameterInfo('buffer_seconds', 2.0, 'how far back a selection may lie, in seconds',
                  low=0.0, high=60.0),
    ParameterInfo('detection_class_id', 'target', 'the class_id in ~/detections'),
    ParameterInfo('on_time_jump', 'clear', 'what to do when stamps jump back',
                  choices=('clear', 'keep')),
    ParameterInfo('publish_tf', False, "publish the target's frame on /tf; read at configure",
                  changeable=False),
    ParameterInfo('search_windows_per_frame', 3,
                  'search windows evaluated in each image while it is LOST',
                  low=1, high=20, changeable=False),
    ParameterInfo('buffer_megabytes', 256, 'the most memory that the kept images may take',
                  low=1),
    ParameterInfo('use_sim_time', False, 'take the time from /clock'),
    ParameterInfo('qos_overrides./image_raw.subscription.reliability', 'best_effort', '',
                  changeable=False)]

TOPICS = [
    TopicInfo('/camera/image_raw', 'raw', ('/camera',), 'reliable, volatile, keep last 5', 29.97,
              '1280x720 bgr8', '', True),
    TopicInfo('/camera/image_raw/compressed', 'compressed', ('/camera',), 'best effort', 30.0,
              '1280x720 jpeg', '', False),
    TopicInfo('/depth/image_raw', 'raw', ('/depth_camera', '/recorder'), 'reliable', None, '',
              '/depth_camera publishes, but no image came in 1 s; look at the camera', False)]
