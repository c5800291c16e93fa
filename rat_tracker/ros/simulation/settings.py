"""The parameters of ``simulated_robot``."""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.parameters import parameter


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """The values that the node was started with."""

    width: int = parameter(
        320, "Width of the camera's images, in pixels.", between=(64, 1920), read_only=True)
    height: int = parameter(
        240, "Height of the camera's images, in pixels.", between=(48, 1080), read_only=True)
    field_of_view: float = parameter(
        math.radians(80), "The camera's field of view from left to right, in radians.",
        between=(0.2, 2.5), read_only=True)
    rate: float = parameter(
        15.0, 'Images per second, in Hz.', between=(1.0, 60.0), read_only=True)
    frame_id: str = parameter(
        'camera_optical_frame', "The camera's optical frame, in every header.", read_only=True)
    depth_encoding: str = parameter(
        '16UC1', 'How depth is published: 16UC1, millimetres, or 32FC1, metres.',
        choices=('16UC1', '32FC1'), read_only=True)
    depth_range: float = parameter(
        10.0, 'The furthest that depth is known, in metres.', between=(1.0, 60.0),
        read_only=True)
    stamped: bool = parameter(
        False, 'Whether cmd_vel is a TwistStamped instead of a Twist.', read_only=True)
    command_timeout: float = parameter(
        0.5, 'How long a velocity is obeyed when no other follows, in seconds.',
        between=(0.05, 10.0), read_only=True)
    start_paused: bool = parameter(
        True, 'Let the person stand until the robot is told to move, or ~/resume is called: time '
        'to select.', read_only=True)

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        return None
