"""The full names of the tracker and of the topic that the parameters state."""

from __future__ import annotations

from rclpy.exceptions import InvalidTopicNameException
from rclpy.node import Node
from rclpy.validate_full_topic_name import validate_full_topic_name

_LONGEST = 247  # characters of a topic or service: 255 in DDS, 8 of which ROS needs
# A node's own name is shorter by the longest one that every node has below it.
_ROOM = {'tracker': len('/set_parameters_atomically')}


def full_name_of(node: Node, parameter: str, value: str) -> str:
    """Return a name with its namespace; an empty one stays empty.

    :param parameter: the parameter that states it
    :raises ValueError: nothing in ROS can have this name
    """
    if not value:
        return ''
    longest = _LONGEST - _ROOM.get(parameter, 0)
    try:
        name = str(node.resolve_topic_name(value))
    except RuntimeError as error:
        if 'length' not in str(error):
            reason = str(error).partition(', at /')[0].rpartition('topic name ')[2]
            raise ValueError(f'parameter {parameter} is {value!r}: such a name {reason}') from None
    else:
        if len(name) <= longest:
            return name
    raise ValueError(f'parameter {parameter} is {value!r}: such a name has {longest} characters '
                     'at most, its namespace included')


def is_full_name(name: str) -> bool:
    """Return whether a topic can have this name, with its namespace."""
    try:
        validate_full_topic_name(name)
    except InvalidTopicNameException:
        return False
    return True
