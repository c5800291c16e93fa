"""The parameters of ``clip_player``."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.parameters import parameter


@dataclass(frozen=True, slots=True)
class PlayerSettings:
    """The values that the node was started with."""

    video: str = parameter(
        '', 'A video file, a folder of images or a camera such as /dev/video0.', read_only=True)
    rate: float = parameter(
        0.0, "Frames per second; 0 takes the clip's own.", between=(0.0, 1000.0), read_only=True)
    loop: bool = parameter(False, 'Start again when the clip ends.', read_only=True)
    preload: bool = parameter(
        False, 'Read and compress the whole clip before its first frame, and keep it in memory: '
        'so little work is left for each frame that fast rates are kept.', read_only=True)
    frame_id: str = parameter(
        'camera_optical_frame', "The camera's optical frame, in the header of every image.",
        read_only=True)
    wait_for_subscribers: int = parameter(
        0, 'Hold the first frame back until so many subscribe to the images.', between=(0, 100),
        read_only=True)
    start_paused: bool = parameter(
        False, 'Publish the first frame, and again every second with the same stamp, until '
        '~/resume is called: time to select a target on it.', read_only=True)
    journal: str = parameter(
        '', 'A file to write the stamp of every frame to, one line of nanoseconds each; empty for '
        'none.', read_only=True)

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        if not self.video:
            return ('no video is named; set the parameter video, for example '
                    '--ros-args -p video:=clip.mp4')
        return None
