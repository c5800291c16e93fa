"""A node that publishes a video file, a folder of images or a camera as a ROS camera.

Every frame carries the time of its publication as its stamp, as a camera's does.
"""

from __future__ import annotations

from rat_tracker import interrupts

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()

from pathlib import Path
import sys
from typing import Any
from typing import TextIO

from rcl_interfaces.msg import FloatingPointRange
from rcl_interfaces.msg import IntegerRange
from rcl_interfaces.msg import ParameterDescriptor
import rclpy
from rclpy.duration import Duration
from rclpy.exceptions import ParameterException
from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.task import Future
from std_msgs.msg import Header
from std_srvs.srv import Trigger

from rat_tracker.ros.player.camera_output import CameraOutput
from rat_tracker.ros.player.frames import clip_frames
from rat_tracker.ros.player.frames import ClipFrame
from rat_tracker.ros.spin import run_node
from rat_tracker.video import open_video
from rat_tracker.video import VideoError

_SHOW_AGAIN = Duration(seconds=1)  # the period in which a held frame is repeated


class ClipPlayer(Node):
    """Publish one frame per period, until the clip ends."""

    def __init__(self) -> None:
        """Open the video.

        :raises VideoError: the video is missing or cannot be read
        :raises ParameterException: a parameter is out of range
        """
        super().__init__('clip_player')
        self.finished = Future()
        video = self._parameter('video', '', (
            'A video file, a folder of images or a camera such as /dev/video0.'))
        rate = self._parameter('rate', 0.0, (
            "Frames per second; 0 takes the clip's own."), (0.0, 1000.0))
        loop = self._parameter('loop', False, 'Start again when the clip ends.')
        preload = self._parameter('preload', False, (
            'Read and compress the whole clip before its first frame, and keep it in memory: so '
            'little work is left for each frame that fast rates are kept.'))
        self._frame_id = self._parameter('frame_id', 'camera_optical_frame', (
            "The camera's optical frame, in the header of every image."))
        self._wait_for = self._parameter('wait_for_subscribers', 0, (
            'Hold the first frame back until so many subscribe to the images.'), (0, 100))
        self._paused = self._parameter('start_paused', False, (
            'Publish the first frame, and again every second, until ~/resume is called: time to '
            'select a target on it.'))
        journal = self._parameter('journal', '', (
            'A file to write the stamp of every frame to, one line of nanoseconds each; '
            'empty for none.'))
        if not video:
            raise VideoError('no video is named; set the parameter video, for example '
                             '--ros-args -p video:=clip.mp4')
        self._video = open_video(video)
        self._frames = clip_frames(self._video, loop=loop, preload=preload)
        self._next: ClipFrame | None = None
        self._held: tuple[ClipFrame, Header] | None = None
        self._shown = self.get_clock().now()
        self._count = 0
        self._journal: TextIO | None = None
        if journal:
            self._journal = Path(journal).open('w', 1, 'utf-8')  # noqa: SIM115 - close() does
        self._output = CameraOutput(self)
        self.create_service(Trigger, '~/resume', self._resume)
        self._timer = self.create_timer(1 / (rate or self._video.rate), self._tick)
        self.get_logger().info(
            f'playing {video}: {"x".join(map(str, self._video.size))} at '
            f'{rate or self._video.rate:g} Hz')

    def finish(self) -> None:
        """Wait until the last frame has arrived."""
        self._output.flush()

    def destroy_node(self) -> None:
        """Let go of the video, too."""
        self._video.close()
        if self._journal is not None:
            self._journal.close()
        super().destroy_node()

    def _parameter(
        self, name: str, default: Any, description: str,
        between: tuple[float, float] | None = None,
    ) -> Any:
        descriptor = ParameterDescriptor(description=description, read_only=True)
        match between:
            case (int(low), int(high)):
                descriptor.integer_range = [IntegerRange(from_value=low, to_value=high)]
            case (low, high):
                descriptor.floating_point_range = [
                    FloatingPointRange(from_value=low, to_value=high)]
        return self.declare_parameter(name, default, descriptor).value

    def _resume(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = self._paused
        response.message = '' if self._paused else 'the clip is not paused'
        self._paused, self._held = False, None
        return response

    def _tick(self) -> None:
        if self._count == 0 and self._output.subscribers < self._wait_for:
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

    def _end(self) -> None:
        self._timer.cancel()
        self.get_logger().info(f'the clip ended after {self._count} frames')
        self.finished.set_result(None)

    def _publish(self, frame: ClipFrame) -> None:
        now = self.get_clock().now()
        header = Header(stamp=now.to_msg(), frame_id=self._frame_id)
        # First: of a frame that a signal lets through in part, the stamp is there.
        if self._journal is not None:
            self._journal.write(f'{now.nanoseconds}\n')
        self._output.send(frame, header)
        if self._count == 0 and self._paused:
            self._held, self._shown = (frame, header), now
        self._count += 1

    def _show_again(self) -> None:
        """Send the held frame, unchanged, once more.

        Who knows of us later than we of him has missed it, and best effort does not repeat.
        """
        now = self.get_clock().now()
        if self._held is not None and now - self._shown >= _SHOW_AGAIN:
            self._output.send(*self._held)
            self._shown = now


def _play(executor: Executor, player: ClipPlayer) -> int:
    while rclpy.ok() and not player.finished.done():
        executor.spin_once()
    if player.finished.done() and (fault := player.finished.exception()) is not None:
        player.get_logger().fatal(str(fault))
        return 2
    if rclpy.ok():
        player.finish()
    return 0


def main() -> int:
    """Run the node of ``ros2 run rat_tracker clip_player``; 2 for a video that cannot be read."""
    return run_node(
        'clip_player', ClipPlayer, _play, refusals=(VideoError, ParameterException, OSError))


if __name__ == '__main__':
    sys.exit(main())
