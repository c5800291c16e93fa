"""The parameters of the tracker's node, listed and changed by its own services."""

from __future__ import annotations

import re
from typing import Any

from rcl_interfaces.msg import Parameter as ParameterMessage
from rcl_interfaces.msg import ParameterDescriptor
from rcl_interfaces.msg import ParameterType
from rcl_interfaces.srv import DescribeParameters
from rcl_interfaces.srv import GetParameters
from rcl_interfaces.srv import ListParameters
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.parameter import parameter_value_to_python

from rat_tracker.console.replies import ParameterInfo
from rat_tracker.console.replies import Reply
from rat_tracker.console.requests import ParameterChange
from rat_tracker.ros.console.ros_bridge import RosBridge
from rat_tracker.ros.console.ros_bridge import Service
from rat_tracker.ros.parameters import AT_CONFIGURE
from rat_tracker.ros.parameters import CHOICES

# What is the middleware's, or no user's concern.
_HIDDEN = re.compile(r'qos_overrides\..*|start_type_description_service')
_TYPES = {
    ParameterType.PARAMETER_BOOL: bool, ParameterType.PARAMETER_INTEGER: int,
    ParameterType.PARAMETER_DOUBLE: float, ParameterType.PARAMETER_STRING: str,
}
_WORDS = {bool: 'true or false', int: 'a whole number', float: 'a number', str: 'text'}
_WHOLE = 2 ** 63  # the first whole number that a parameter cannot hold


class TrackerParameters:
    """Read and set."""

    def __init__(self, bridge: RosBridge, tracker: str) -> None:
        """Look out for the services of the tracker of this full name."""
        self._list = Service(bridge, ListParameters, f'{tracker}/list_parameters')
        self._describe = Service(bridge, DescribeParameters, f'{tracker}/describe_parameters')
        self._get = Service(bridge, GetParameters, f'{tracker}/get_parameters')
        self._set = Service(bridge, SetParameters, f'{tracker}/set_parameters')
        self._tracker = tracker

    async def read(self) -> list[ParameterInfo]:
        """Return all, in order of their names.

        :raises RobotUnavailable: nobody answered
        """
        listed = await self._list.ask(self._list.Request())
        names = sorted(name for name in listed.result.names if not _HIDDEN.fullmatch(name))
        described = await self._describe.ask(self._describe.Request(names=names))
        values = await self._get.ask(self._get.Request(names=names))
        return [_info(descriptor, parameter_value_to_python(value))
                for descriptor, value in zip(described.descriptors, values.values, strict=True)
                if descriptor.type in _TYPES and value.type in _TYPES]

    async def change(self, change: ParameterChange) -> Reply:
        """Set one to a value of the type that it was declared with.

        :raises RobotUnavailable: nobody answered
        """
        name = change.name
        kind = None
        if not _HIDDEN.fullmatch(name):
            described = await self._describe.ask(self._describe.Request(names=[name]))
            # A name that is not known makes the whole answer empty.
            kind = _TYPES.get(described.descriptors[0].type) if described.descriptors else None
        if kind is None:
            return Reply(False, f'{self._tracker} has no parameter {name}; see the list of its '
                         'parameters')
        try:
            message = _message(name, _typed(change.value, kind))
        except ValueError as refusal:
            return Reply(False, f'parameter {name} {refusal}')
        response = await self._set.ask(self._set.Request(parameters=[message]))
        verdict = response.results[0]
        if not verdict.successful:
            return Reply(False, verdict.reason or f'{self._tracker} refuses this value for {name}')
        return Reply(True, f'{name} is {_shown(parameter_value_to_python(message.value))}')


def _info(descriptor: ParameterDescriptor, value: Any) -> ParameterInfo:
    low = high = None
    for bounds in (*descriptor.integer_range, *descriptor.floating_point_range):
        low, high = float(bounds.from_value), float(bounds.to_value)
    constraints, description = descriptor.additional_constraints, descriptor.description
    choices = (tuple(constraints.removeprefix(CHOICES).split(', '))
               if constraints.startswith(CHOICES) else ())
    return ParameterInfo(
        name=descriptor.name, value=value, description=description, choices=choices, low=low,
        high=high,
        changeable=not (descriptor.read_only or description.endswith(AT_CONFIGURE)))


def _typed(value: Any, kind: type) -> Any:
    """Return a value as the type that a parameter has.

    :raises ValueError: it is not of this type
    """
    if kind is float and type(value) is int and abs(value) < _WHOLE:
        return float(value)
    if kind is int and type(value) is float and value.is_integer():
        value = int(value)
    fits = type(value) is not int or -_WHOLE <= value < _WHOLE
    if type(value) is not kind or not fits:
        raise ValueError(f'is {_WORDS[kind]}, and {_shown(value)} is not')
    return value


def _message(name: str, value: Any) -> ParameterMessage:
    message: ParameterMessage = Parameter(name, value=value).to_parameter_msg()
    return message


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
