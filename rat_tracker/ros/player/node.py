"""A node that publishes a video file, a folder of images or a camera as a ROS camera.

Every frame carries the time of its publication as its stamp, as a camera's does.
"""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_node_if_interrupted()
    require_environment('clip_player')

from pathlib import Path
import sys
from typing import TextIO

import rclpy
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.task import Future
from std_msgs.msg import Header
from std_srvs.srv import Trigger

from rat_tracker.ros import parameters
from rat_tracker.ros.execution.spin import run_node
from rat_tracker.ros.player.camera_output import CameraOutput
from rat_tracker.ros.player.frames import clip_frames
from rat_tracker.ros.player.frames import ClipFrame
from rat_tracker.ros.player.settings import PlayerSettings
from rat_tracker.video import open_video
from rat_tracker.video import VideoError

_LEFT_OUT = 3  # exit code: the clip was played without the images that cannot be read
_SHOW_AGAIN = Duration(seconds=1)  # the period in which a held frame is repeated


class ClipPlayer(parameters.IdempotentParameters, Node):
    """Publish one frame per period, until the clip ends."""

    def __init__(self, *, context: Context | None = None) -> None:
        """Open the video.

        :param context: of ``rclpy``; None: the default one
        :raises VideoError: the video is missing or cannot be read
        :raises ValueError: parameters are of the wrong type or out of range, or no video is named
        """
        super().__init__('clip_player', context=context)
        self.finished = Future()
        self._settings = settings = parameters.declare(self, PlayerSettings)
        self._paused = settings.start_paused
        self._video = open_video(settings.video)
        self._frames = clip_frames(self._video, loop=settings.loop, preload=settings.preload)
        self._next: ClipFrame | None = None
        self._held: tuple[ClipFrame, Header] | None = None
        self._shown = self.get_clock().now()
        self._count = 0
        self._logged = 0  # faults of the clip
        self._journal: TextIO | None = None
        if settings.journal:
            self._journal = Path(settings.journal).open(  # noqa: SIM115 - destroy_node() closes it
                'w', 1, 'utf-8')
        self._output = CameraOutput(self)
        self.create_service(Trigger, '~/resume', self._resume)
        rate = settings.rate or self._video.rate
        self._timer = self.create_timer(1 / rate, self._tick)
        self.get_logger().info(
            f'playing {settings.video}: {"x".join(map(str, self._video.size))} at {rate:g} Hz')

    @property
    def faults(self) -> list[str]:
        """Which images of the clip were left out so far, and why."""
        return self._video.faults

    def finish(self) -> None:
        """Wait until the last frame has arrived."""
        self._output.flush()

    def destroy_node(self) -> None:
        """Let go of the video, too."""
        self._video.close()
        if self._journal is not None:
            self._journal.close()
        super().destroy_node()

    def _resume(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = self._paused
        response.message = '' if self._paused else 'the clip is not paused'
        self._paused, self._held = False, None
        return response

    def _tick(self) -> None:
        if self._count == 0 and self._output.subscribers < self._settings.wait_for_subscribers:
            return
        if self._count > 0 and self._paused:
            self._show_again()
            return
        try:
            # A clip's frame was read ahead, so that its stamp is not old by the time of reading.
            frame = self._next if self._next is not None else next(self._frames, None)
            if frame is None:
                self._end()
                return
            self._publish(frame)
            self._next = None if self._video.live else next(self._frames, None)
        except VideoError as error:
            self._timer.cancel()
            self.finished.set_exception(error)
        self._log_faults()

    def _log_faults(self) -> None:
        for fault in self.faults[self._logged:]:
            self.get_logger().warn(f'left out: {fault}')
        self._logged = len(self.faults)

    def _end(self) -> None:
        self._timer.cancel()
        self.get_logger().info(f'the clip ended after {self._count} frames')
        self.finished.set_result(None)

    def _publish(self, frame: ClipFrame) -> None:
        now = self.get_clock().now()
        header = Header(stamp=now.to_msg(), frame_id=self._settings.frame_id)
        # First: of a frame that a signal lets through in part, the stamp is there.
        if self._journal is not None:
            self._journal.write(f'{now.nanoseconds}\n')
        self._output.publish(frame, header)
        if self._count == 0 and self._paused:
            self._held, self._shown = (frame, header), now
        self._count += 1

    def _show_again(self) -> None:
        """Send the held frame, unchanged, once more.

        Who knows of us later than we of him has missed it, and best effort does not repeat.
        """
        now = self.get_clock().now()
        if self._held is not None and now - self._shown >= _SHOW_AGAIN:
            self._output.publish(*self._held)
            self._shown = now


def _play(executor: Executor, player: ClipPlayer) -> int:
    while rclpy.ok() and not player.finished.done():
        executor.spin_once()
    if player.finished.done() and (fault := player.finished.exception()) is not None:
        player.get_logger().fatal(str(fault))
        return 2
    if rclpy.ok():
        player.finish()
    return _LEFT_OUT if player.faults else 0


def main() -> int:
    """Run the node of ``ros2 run rat_tracker clip_player``.

    :return: 2 for a video that cannot be read, 3 if some of its images could not be
    """
    return run_node('clip_player', ClipPlayer, _play, refusals=(VideoError, OSError))


if __name__ == '__main__':
    sys.exit(main())
