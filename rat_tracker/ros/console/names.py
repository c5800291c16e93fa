"""The full names of what the console is told to look at."""

from __future__ import annotations

from rclpy.node import Node


def full_name_of(node: Node, parameter: str, value: str) -> str:
    """Return a name with its namespace; an empty one stays empty.

    :param parameter: the parameter that states it
    :raises ValueError: nothing in ROS can have this name
    """
    if not value:
        return ''
    try:
        return str(node.resolve_topic_name(value))
    except RuntimeError as error:
        reason = str(error).partition(', at /')[0].rpartition('topic name ')[2]
        raise ValueError(f'parameter {parameter} is {value!r}: such a name {reason}') from None
