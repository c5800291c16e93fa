"""What was received about the target, and whether a robot may act on it now."""

from __future__ import annotations

from dataclasses import dataclass
import math
from typing import Any

from rat_tracker.ros.follower.following import Vector
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.target import State

_AHEAD = 0.1  # s that a stamp may lie in the future: what clocks on a network differ by
_OTHER_CLOCK = 5.0  # s of age at arrival that no transport explains


class NothingToFollow(Exception):
    """There is nothing to act on; the message says why."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A time on both clocks."""

    stamp: int  # ROS time, nanoseconds
    seconds: float  # never jumps, except with simulated time


@dataclass(frozen=True, slots=True)
class Report:
    """A pose's position, m, or a direction, in the frame of its header."""

    header: Any
    vector: Vector
    stamp: int
    arrived: float


class Source:
    """One topic that says where the target is: its newest usable message."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.newest: Report | None = None
        self.refusal = ''  # why the last message was not taken; empty if it was

    def on_message(self, header: Any, point: Any, now: Instant, timeout: float) -> None:
        """Keep a message, unless it is unusable: then what was known goes on to count."""
        stamp = nanoseconds(header.stamp)
        vector = (float(point.x), float(point.y), float(point.z))
        self.refusal = self._fault(stamp, vector, now, timeout)
        last = self.newest
        late = last is not None and stamp < last.stamp <= now.stamp
        if not self.refusal and not late:
            self.newest = Report(header, vector, stamp, now.seconds)

    def forget(self) -> None:
        """Know nothing any more."""
        self.newest = None
        self.refusal = ''

    def fresh(self, now: Instant, timeout: float) -> Report | None:
        """Return the newest message, if it is young enough to act on."""
        seen = self.newest
        if seen is None or self._age(seen, now) > timeout:
            return None
        return seen

    def silence(self, now: Instant, timeout: float) -> str:
        """Return why there is nothing fresh; empty if nothing ever came."""
        if self.refusal:
            return self.refusal
        if self.newest is None:
            return ''
        return (f'the newest {self.what} is {self._age(self.newest, now):.2f} s old '
                f'(timeout {timeout:g} s)')

    def _age(self, seen: Report, now: Instant) -> float:
        """Return the age by the stamp or by the arrival, whichever is more, in seconds."""
        return max((now.stamp - seen.stamp) / NANOSECONDS, now.seconds - seen.arrived)

    def _fault(self, stamp: int, vector: Vector, now: Instant, timeout: float) -> str:
        """Return why a message cannot be acted on; empty if it can."""
        age = (now.stamp - stamp) / NANOSECONDS
        if not stamp:
            return (f'the {self.what} has a zero stamp, and nobody knows how old it is; let the '
                    'camera driver set header.stamp')
        if age < -_AHEAD:
            return f'the {self.what} is stamped {-age:.2f} s in the future; {_CLOCKS}'
        if age > max(timeout, _OTHER_CLOCK):
            return f'the {self.what} is {age:.2f} s old when it arrives; {_CLOCKS}'
        if age > timeout:
            return (f'the {self.what} is {age:.2f} s old when it arrives (timeout {timeout:g} '
                    's); make camera and tracker faster, or raise the timeout and drive slower')
        if not all(math.isfinite(value) for value in vector):
            return f'the {self.what} {vector} is not finite'
        if not any(vector):
            return f'the {self.what} is zero in all coordinates: nobody filled the message in'
        return ''


_CLOCKS = ('set the clocks of the machines by one source (chrony, NTP), and use_sim_time alike '
           'in all nodes')


class Reports:
    """Poses, bearings and states of one target."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self.pose = Source('pose')
        self.bearing = Source('bearing')
        self._state: State | None = None
        self._reason = ''
        self._tracked = -math.inf  # when a state with the target tracked arrived

    def on_state(self, state: int, reason: str, now: Instant) -> None:
        """Keep what the tracker says about the target; a state that is none counts as LOST."""
        known = state in set(State)
        self._state = State(state) if known else State.LOST
        self._reason = reason if known else f'its state is {state}, which is none'
        if self._state is State.TRACKING:
            self._tracked = now.seconds

    @property
    def given_up(self) -> bool:
        """Whether the last state is one without the target in sight."""
        return self._state in (State.LOST, State.SEARCHING)

    def forget(self) -> None:
        """Know nothing any more."""
        self.pose.forget()
        self.bearing.forget()
        self._state = None
        self._tracked = -math.inf

    def best(self, now: Instant) -> tuple[Source, Report]:
        """Return what to act on: a pose, else a bearing.

        :raises NothingToFollow: there is nothing that a robot may act on
        """
        for source in (self.pose, self.bearing):
            seen = source.fresh(now, self.timeout)
            if seen is not None:
                if self._gone(now):
                    break
                return source, seen
        raise NothingToFollow(self._cause(now))

    def _gone(self, now: Instant) -> bool:
        """Whether the tracker has given up a target that somebody still reports.

        What it said last counts until it says otherwise: ``~/state`` tells changes only.
        """
        if self._state in (None, State.TRACKING):
            return False
        return self._state is not State.UNCERTAIN or now.seconds - self._tracked > self.timeout

    def _cause(self, now: Instant) -> str:
        if self._state not in (None, State.TRACKING):
            assert self._state is not None
            reason = f': {self._reason}' if self._reason else ''
            return f'the target is {self._state.name}{reason}'
        said = [source.silence(now, self.timeout) for source in (self.pose, self.bearing)]
        return next(filter(None, said), '')
