"""The parameters of ``tracker_node``: those of its parts, and its own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.engines import PRECISIONS
from rat_tracker.parameters import parameter
from rat_tracker.parameters import same_as
from rat_tracker.position.parameters import GEOMETRIES
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.redetection import SearchParameters
from rat_tracker.target import TargetParameters
from rat_tracker.trackers import require_tracker
from rat_tracker.trackers import TRACKERS

TRANSPORTS = ('raw', 'compressed', 'compressedDepth')
TIME_JUMPS = ('clear', 'keep')


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """One moment's values of all parameters."""

    tracker: str = parameter(
        'rat', f'The tracker that follows the target, one of {", ".join(TRACKERS)}; what differs '
        'from its defaults may follow, as in rat:window=0.4.', at_configure=True)
    engine: str = parameter(
        'auto', 'What runs the network; auto takes the fastest that this machine has.',
        choices=ENGINES, at_configure=True)
    device: str = parameter(
        'auto', 'Where the network runs; auto takes the fastest that the engine finds.',
        choices=DEVICES, at_configure=True)
    precision: str = parameter(
        'auto', 'What the network computes with; auto takes float16 on GPUs, and on CPUs '
        'bfloat16 where they have it, float32 elsewhere.',
        choices=PRECISIONS, at_configure=True)
    image_transport: str = parameter(
        'raw', 'Which images to subscribe to: raw, image_raw; compressed, image_raw/compressed; '
        'compressedDepth, image_raw/compressedDepth.',
        choices=TRANSPORTS, at_configure=True)
    autostart: bool = parameter(
        True, 'Configure and activate at the start; false where a lifecycle manager does that.',
        read_only=True)
    buffer_seconds: float = parameter(
        2.0, 'How far back a selection may lie, in seconds of image time.', between=(0.0, 60.0))
    buffer_megabytes: int = parameter(
        256, 'The most memory that images kept for selection may take, in 10^6 bytes.',
        between=(1, 16000))
    catch_up_seconds: float = parameter(
        0.5, 'How long following a target from a past image to the newest may take, in seconds; '
        'images in between are left out to keep to it.', between=(0.0, 10.0))
    click_delay: float = parameter(
        0.0, 'How far behind the newest image a click or region without a stamp lies, in seconds '
        'of image time: what the picture takes to reach the person, and the person to click.',
        between=(0.0, 60.0))
    on_time_jump: str = parameter(
        'clear', 'What becomes of the target when the stamps of the images jump back by more than '
        '0.1 s, as they do when a recording starts anew.', choices=TIME_JUMPS)
    lost_after: int = same_as(TargetParameters, 'lost_after', at_configure=True)
    search_windows_per_frame: int = same_as(
        SearchParameters, 'windows_per_frame', at_configure=True)
    detection_class_id: str = parameter(
        'target', 'The class_id given to the target in ~/detections.')
    image_geometry: str = parameter(
        'auto', "Whether the lens's distortion is in the images (raw) or was taken out of them "
        "(rectified); auto tells by the topic's name, as image_rect.",
        choices=GEOMETRIES, at_configure=True)
    position_source: str = same_as(PositionParameters, 'source', at_configure=True)
    depth_transport: str = parameter(
        'raw', 'Which depth images to subscribe to: raw, depth/image_raw; compressed or '
        'compressedDepth, the same with that behind a slash.',
        choices=TRANSPORTS, at_configure=True)
    depth_tolerance: float = same_as(PositionParameters, 'depth_tolerance')
    target_height: float = same_as(PositionParameters, 'target_height')
    target_width: float = same_as(PositionParameters, 'target_width')
    box_deviation: float = same_as(PositionParameters, 'box_deviation')
    publish_tf: bool = parameter(
        False, "Publish the transform from the camera's optical frame to the target on /tf; needs "
        'tf2_msgs.',
        at_configure=True)
    target_frame: str = parameter(
        'target', "The target's frame on /tf, with publish_tf.")
    silence_period: float = parameter(
        5.0, 'After how many seconds without a result the log says why.', between=(0.5, 3600.0))
    diagnostics_warn_delay: float = parameter(
        0.5, 'Median age of the images at their result, in seconds, from which the diagnostics '
        'warn.', between=(0.0, 60.0))
    diagnostics_error_delay: float = parameter(
        1.0, 'Median age of the images at their result, in seconds, from which the diagnostics '
        'report an error.', between=(0.0, 60.0))

    @property
    def position(self) -> PositionParameters:
        """What positions are made from."""
        return PositionParameters(self.position_source, self.depth_tolerance, self.target_height,
                                  self.target_width, self.box_deviation)

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        try:
            require_tracker(self.tracker)
        except ValueError as error:
            return f'parameter tracker is {self.tracker!r}: {error}'
        if self.click_delay > self.buffer_seconds:
            return (f'parameter click_delay is {self.click_delay:g} s, above buffer_seconds, '
                    f'{self.buffer_seconds:g} s: no image is kept so long')
        if self.diagnostics_error_delay < self.diagnostics_warn_delay:
            return (f'parameter diagnostics_error_delay is {self.diagnostics_error_delay:g} s, '
                    f'below diagnostics_warn_delay, {self.diagnostics_warn_delay:g} s')
        return self._position_error()

    def _position_error(self) -> str | None:
        if self.position_source == 'size' and not (self.target_height or self.target_width):
            return ('parameter position_source is size, which needs target_height or '
                    'target_width in metres')
        if not _may_be_frame(self.target_frame):
            return (f'parameter target_frame is {self.target_frame!r}, which is no name of a '
                    'frame; take letters, digits and _, without blanks and without a / before it')
        if self.publish_tf and find_spec('tf2_msgs') is None:
            return ('parameter publish_tf is true, and tf2_msgs is not installed; install '
                    'ros-jazzy-tf2-msgs')
        if self.publish_tf and not self.target_frame:
            return 'parameter target_frame is empty; publish_tf needs the name of a frame'
        return None


def _may_be_frame(name: str) -> bool:
    """Return whether a frame on /tf can have this name; tf2 refuses those that begin with /."""
    return not name.startswith('/') and all(
        letter.isprintable() and not letter.isspace() for letter in name)
