"""The follower with a fault in it: while it follows, it raises in the tenth period."""

from __future__ import annotations

import sys

from rat_tracker.following import Follower
from rat_tracker.following import FollowingParameters
from rat_tracker.following import Place
from rat_tracker.following import Velocity
from rat_tracker.ros.follower_node import FollowerNode
from rat_tracker.ros.follower_node import main


class FailingFollower(Follower):
    def __init__(self, parameters: FollowingParameters) -> None:
        super().__init__(parameters)
        self._left = 10

    def follow(self, place: Place, seconds: float) -> Velocity:
        self._left -= 1
        if not self._left:
            raise RuntimeError('the controller is broken')
        return super().follow(place, seconds)


class FailingNode(FollowerNode):
    def __init__(self) -> None:
        super().__init__()
        self._follower = FailingFollower(self._settings.following)


if __name__ == '__main__':
    sys.exit(main(FailingNode))
