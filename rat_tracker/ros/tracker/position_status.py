"""What became of the newest positions, in words, for the diagnostics."""

from __future__ import annotations

from rat_tracker.position.back_projection import Position
from rat_tracker.position.camera_model import Floats
from rat_tracker.target import State

_NOT_TRACKED = 'none: no target is tracked'
_NOBODY = 'none: nobody subscribes'


class PositionStatus:
    """Written by whichever thread publishes, read by the executor's: each word is replaced whole.

    :param source: what the distance comes from: bearing, where none is known, depth or size
    """

    def __init__(self, source: str) -> None:
        self.state = State.SEARCHING
        self._source = source
        self._bearing = self._pose = _NOBODY
        self._bearing_fault = self._pose_fault = ''

    def idle(self) -> None:
        """Nobody subscribes."""
        self._bearing = _NOBODY
        self._bearing_fault = ''
        self.idle_pose()

    def idle_pose(self) -> None:
        """Nobody subscribes to anything that a place is made for."""
        self._pose = _NOBODY
        self._pose_fault = ''

    def bearing(self, ray: Floats) -> None:
        """A direction was told."""
        self._bearing = 'x {:.3f}, y {:.3f}, z {:.3f}'.format(*ray)
        self._bearing_fault = ''
        if self._source == 'bearing':
            self._pose_fault = ('position_source is bearing; set it to depth or size for the '
                                'distance')

    def no_bearing(self, reason: str) -> None:
        """A direction, and with it a place, could not be told."""
        self._bearing_fault, self._pose_fault = reason, ''

    def pose(self, position: Position) -> None:
        """A place was told."""
        self._pose = 'x {:.3f}, y {:.3f}, z {:.3f} m'.format(*position.point)
        self._pose += f', deviation of z {position.deviation:.3f} m'
        self._pose_fault = ''

    def no_pose(self, reason: str) -> None:
        """A place could not be told."""
        self._pose_fault = reason

    def complaint(
        self, wanted: bool, pose_wanted: bool, depth_fault: str | None,
    ) -> str | None:
        """Return why somebody is told nothing although the target is tracked; else None.

        :param wanted: whether somebody subscribes to anything
        :param pose_wanted: whether somebody subscribes to what needs a distance
        :param depth_fault: why no depth images come
        """
        if self.state is not State.TRACKING or not wanted:
            return None
        if self._bearing_fault:
            return f'no bearing and no pose: {self._bearing_fault}'
        reason = depth_fault or self._pose_fault
        return f'no pose: {reason}' if reason and pose_wanted else None

    def values(self, depth_fault: str | None) -> list[tuple[str, str]]:
        """Return the entries of the diagnostics."""
        bearing, pose = self._bearing, self._pose
        if self._bearing_fault:
            bearing = pose = f'none: {self._bearing_fault}'
        elif depth_fault or self._pose_fault:
            pose = f'none: {depth_fault or self._pose_fault}'
        if self.state is not State.TRACKING:
            bearing = pose = _NOT_TRACKED
        return [('position_source', self._source), ('bearing', bearing), ('pose', pose)]
