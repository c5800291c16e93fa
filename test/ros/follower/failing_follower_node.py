"""The follower with a fault in it: while it follows, it raises once a file is there."""

from __future__ import annotations

import argparse
from pathlib import Path
import sys

from rat_tracker.ros.follower.following import FollowingController
from rat_tracker.ros.follower.following import FollowingParameters
from rat_tracker.ros.follower.following import RelativePosition
from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.follower.node import FollowerNode
from rat_tracker.ros.follower.node import main


class FailingController(FollowingController):
    def __init__(self, parameters: FollowingParameters, fail_when: Path) -> None:
        super().__init__(parameters)
        self._fail_when = fail_when

    def follow(self, position: RelativePosition, seconds: float) -> Velocity:
        if self._fail_when.exists():
            raise RuntimeError('the controller is broken')
        return super().follow(position, seconds)


class FailingNode(FollowerNode):
    def __init__(self) -> None:
        super().__init__()
        self._controller = FailingController(self._settings, options.fail_when)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--fail-when', type=Path)
    options, _ = parser.parse_known_args()
    sys.exit(main(FailingNode))
