"""The images that the tracker takes, while a page is open. All in the executor's thread."""

from __future__ import annotations

from collections.abc import Callable
import time
from typing import Any

from rclpy.node import Node
from rclpy.subscription import Subscription

from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.ros.qos import newest
from rat_tracker.ros.qos import subscribe
from rat_tracker.ros.survey.topics import full_name
from rat_tracker.ros.survey.topics import IMAGE_TYPES
from rat_tracker.ros.survey.topics import mismatch
from rat_tracker.ros.topic_types import topics_of
from rat_tracker.ros.topic_types import types_on


class ImageSubscription:
    """One subscription, to whichever topic is wanted."""

    def __init__(self, node: Node, on_image: Callable[[Any], None]) -> None:
        """Subscribe to nothing yet."""
        self._node = node
        self._on_image = on_image
        self._subscription: Subscription | None = None
        self._kind: type | None = None
        self.display_range = DisplayRange()  # of the topic's images
        self.topic = ''   # empty while there is none
        self.last = 0.0   # when the last image came, or the topic was taken up; steady clock

    def follow(self, topic: str) -> None:
        """Subscribe to this topic, raw or compressed as the graph says.

        Nothing changes where it is subscribed to already.
        """
        kind = self._kind_of(topic)
        if topic == self.topic and (kind is None or kind is self._kind):
            return
        self.close()
        if kind is not None:
            try:
                self._subscription = subscribe(self._node, kind, topic, self._take, newest())
            except RuntimeError:  # the list of topics subscribes to it with the other type
                return  # and soon it does not any more: this is called again and again
            self.topic, self._kind, self.last = topic, kind, time.monotonic()
            self.display_range = DisplayRange()

    @property
    def publishers(self) -> int:
        """How many publishers the topic has, whether they match or not."""
        return int(self._node.count_publishers(self.topic)) if self.topic else 0

    @property
    def incompatible(self) -> str:
        """The QoS policies by which no publisher matches; empty if one does, or there is none."""
        if self._subscription is None:
            return ''
        found = [mismatch(info.qos_profile, self._subscription.qos_profile)
                 for info in self._node.get_publishers_info_by_topic(self.topic)]
        return found[0] if found and all(found) else ''

    def type_fault(self, topic: str) -> str:
        """Return what a topic carries in place of images; empty if it carries some, or nothing."""
        here = types_on(self._node, topic) if topic else []
        if not here or not IMAGE_TYPES.keys().isdisjoint(here):
            return ''
        found = [name for name, _ in topics_of(self._node, *IMAGE_TYPES)]
        remedy = (f'ros2 run rat_tracker console_node --ros-args -p image_topic:={found[0]}'
                  if found else 'set image_topic of console_node to a topic of images')
        return f'{topic} carries {" and ".join(here)}, which holds no images; {remedy}'

    def close(self) -> None:
        """Subscribe to nothing any more."""
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)
        self._subscription, self._kind, self.topic = None, None, ''

    def _kind_of(self, topic: str) -> type | None:
        """Return the type of a topic's messages; None where nobody publishes or takes images."""
        infos = [*self._node.get_publishers_info_by_topic(topic),
                 *self._node.get_subscriptions_info_by_topic(topic)]
        own = self._node.get_fully_qualified_name()
        kinds = [IMAGE_TYPES[info.topic_type] for info in infos
                 if info.topic_type in IMAGE_TYPES and full_name(info) != own]
        return kinds[0] if kinds else None

    def _take(self, message: Any) -> None:
        self.last = time.monotonic()
        self._on_image(message)
