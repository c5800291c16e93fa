"""The QoS of the nodes' topics: any camera is heard, and whoever subscribes is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.subscription import Subscription


def newest(depth: int = 1) -> QoSProfile:
    """Return the QoS of a subscription of which only the newest messages count."""
    return QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=depth,
                      reliability=ReliabilityPolicy.BEST_EFFORT)


def reliable(depth: int, *, latched: bool = False) -> QoSProfile:
    """Return the QoS of a subscription of which every message counts, but of a flood.

    :param latched: receive what was published last before the subscription began, too
    """
    durability = DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE
    return QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=depth, durability=durability,
                      reliability=ReliabilityPolicy.RELIABLE)


def subscribe(
    node: Node, kind: type, topic: str, callback: Callable[..., Any],
    profile: QoSProfile, **options: Any,
) -> Subscription:
    """Return a subscription whose QoS the user may override."""
    return node.create_subscription(
        kind, topic, callback, profile,
        qos_overriding_options=QoSOverridingOptions.with_default_policies(), **options)


def reliable_publisher(
    node: Node, kind: type, topic: str, depth: int, *, latched: bool = False, **options: Any,
) -> Publisher:
    """Return a publisher whose QoS the user may override, as of everything we publish.

    :param latched: keep the last messages for whoever subscribes later
    """
    durability = DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE
    profile = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=depth, durability=durability,
                         reliability=ReliabilityPolicy.RELIABLE)
    return node.create_publisher(
        kind, topic, profile,
        qos_overriding_options=QoSOverridingOptions.with_default_policies(), **options)
