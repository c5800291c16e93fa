"""The QoS of the nodes' topics: any camera is heard, and whoever subscribes is served."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions


def newest() -> QoSProfile:
    """Return the QoS of a subscription of which only the newest message counts."""
    return QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=1,
                      reliability=ReliabilityPolicy.BEST_EFFORT)


def reliable_publisher(node: Node, kind: Any, topic: str, depth: int, **options: Any) -> Publisher:
    """Return a publisher whose QoS the user may override, as of everything we publish."""
    profile = QoSProfile(
        history=HistoryPolicy.KEEP_LAST, depth=depth, reliability=ReliabilityPolicy.RELIABLE)
    return node.create_publisher(
        kind, topic, profile,
        qos_overriding_options=QoSOverridingOptions.with_default_policies(), **options)
