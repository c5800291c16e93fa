"""Whether ROS 2 can start here: asked before its libraries are, some of which end the process."""

from __future__ import annotations

import sys

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.ros_environment import environment
from rat_tracker.doctor.ros_installation import messages
from rat_tracker.doctor.ros_installation import ros
from rat_tracker.system.standard_streams import take_any_text


def require_environment(name: str) -> None:
    """End the program with exit code 2 and one line, if no node could start in this environment.

    A module that is started as a program calls this before its other imports: those of messages
    fail where they are not found.

    :param name: the program's, for the message
    :raises SystemExit: one could not; the reason was told, with what to do about it
    """
    if (fault := environment_fault()) is not None:
        take_any_text()
        print(f'{name}: cannot be started: {fault.text}; {fault.remedy}', file=sys.stderr)
        raise SystemExit(2)


def environment_fault() -> Finding | None:
    """Return the first reason why no node could start here; None if there is none."""
    return next((finding for check in (ros, environment, messages) for finding in check()
                 if finding.level is Level.ERROR), None)
