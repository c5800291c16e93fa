"""The topics on which people select with a mouse; the answers go to ``~/selection``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from geometry_msgs.msg import Point
from geometry_msgs.msg import PointStamped
from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node
from sensor_msgs.msg import RegionOfInterest
from std_msgs.msg import Header

from rat_tracker.ros.qos import reliable
from rat_tracker.ros.qos import subscribe
from rat_tracker.ros.selection.requests import request_from_point
from rat_tracker.ros.selection.requests import request_from_region
from rat_tracker.ros.selection.requests import request_from_stamped_point
from rat_tracker.ros.selection.requests import SelectionRequest
from rat_tracker.ros.selection.requests import SelectTarget

_KINDS: dict[str, tuple[type, Callable[[Any], SelectionRequest]]] = {
    'select_point': (Point, request_from_point),
    'select_point_stamped': (PointStamped, request_from_stamped_point),
    'select_roi': (RegionOfInterest, request_from_region),
}
_DEPTH = 10  # clicks that wait while one is looked at; of a flood the oldest go


class ClickInputs:
    """Subscribe from ``configure`` to ``cleanup``: who clicks too early is told so."""

    def __init__(self, node: Node, group: CallbackGroup, select: SelectTarget) -> None:
        """Pass on what comes.

        :param group: one in which other callbacks go on while this one waits
        """
        self._node = node
        self._select = select
        # A click is not repeated, and it is a person who waits for it.
        self._subscriptions = [
            subscribe(node, kind, f'~/{name}', partial(self._on_message, name, read),
                      reliable(_DEPTH), callback_group=group)
            for name, (kind, read) in _KINDS.items()]

    async def _on_message(
        self, name: str, read: Callable[[Any], SelectionRequest], message: Any,
    ) -> None:
        header = message.header if hasattr(message, 'header') else Header()
        with suppress(ValueError):  # everybody was told on ~/selection
            await self._select(name, header, lambda: read(message))

    @property
    def inputs(self) -> dict[str, type]:
        """The types of the topics, by name before it is remapped."""
        return {f'~/{name}': kind for name, (kind, _) in _KINDS.items()}

    def close(self) -> None:
        """Unsubscribe."""
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
