"""Declare a node's parameters, read them, and check their changes.

A node states its parameters as a frozen dataclass whose fields are made by
``rat_tracker.parameters``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import Field
from dataclasses import fields
from typing import Any
from typing import ClassVar
from typing import Protocol
from typing import TypeVar

from rcl_interfaces.msg import FloatingPointRange
from rcl_interfaces.msg import IntegerRange
from rcl_interfaces.msg import ParameterDescriptor
from rcl_interfaces.msg import SetParametersResult
from rclpy.exceptions import InvalidParameterTypeException
from rclpy.exceptions import ParameterException
from rclpy.node import Node
from rclpy.parameter import Parameter


class NodeSettings(Protocol):
    """A dataclass of one moment's values of all parameters."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""


SettingsT = TypeVar('SettingsT', bound=NodeSettings)

# How descriptors say what they have no field for: whoever reads them may look for it.
AT_CONFIGURE = 'Read when the node is configured.'  # ends the description
CHOICES = 'one of '  # begins the additional constraints; names follow, by comma and blank


class IdempotentParameters:
    """Stands before ``Node`` among a class's bases: a parameter can be set to the value it has.

    rclpy refuses that of those that are read at the start, and with it a file that
    ``ros2 param dump`` wrote of the node itself.
    """

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        """Set what changes; the services of ``rclpy.node.Node`` lead here."""
        node: Any = super()
        changes = [one for one in parameter_list if not (
            node.has_parameter(one.name)
            and node.get_parameter(one.name).to_parameter_msg() == one.to_parameter_msg())]
        if parameter_list and not changes:
            return SetParametersResult(successful=True)
        return node.set_parameters_atomically(changes)


def declare(node: Node, kind: type[SettingsT], *, check: bool = True) -> SettingsT:
    """Declare every parameter and return the values that the node was started with.

    :param check: False where ``validation_error`` is asked for later
    :raises ValueError: values are of the wrong type, out of range, or not possible together; it
        names the node and all of them
    """
    wrong, unknown = [], []
    for item in fields(kind):
        try:
            value = node.declare_parameter(
                item.name, item.default, _descriptor(item.metadata)).value
        except ParameterException as error:
            reason = error_text(error)
            if isinstance(error, InvalidParameterTypeException):
                reason += f'; write it as its default is written, {_as_yaml(item.default)}'
            wrong.append(reason)
        else:
            unknown += _choice_errors(item, value)
    if wrong:
        wrong += unknown
    else:
        settings = read(node, kind)
        if not check or (reason_of_all := validation_error(settings)) is None:
            return settings
        wrong = [reason_of_all]
    raise ValueError(f'{node.get_fully_qualified_name()}: {". ".join(wrong)}')


def error_text(error: ParameterException) -> str:
    """Return what rclpy says of a parameter without its name at the end, which it says twice."""
    return str(error).rpartition(': ')[0]


def read(node: Node, kind: type[SettingsT]) -> SettingsT:
    """Return the values of this moment."""
    return kind(**{item.name: node.get_parameter(item.name).value for item in fields(kind)})


def validation_error(settings: NodeSettings) -> str | None:
    """Return what is wrong with these values, and what would be right; None if all is well."""
    wrong = [error for item in fields(settings)
             for error in _choice_errors(item, getattr(settings, item.name))]
    return '. '.join(wrong) or settings.consistency_error()


def _choice_errors(item: Field[Any], value: Any) -> list[str]:
    choices = item.metadata['choices']
    if not choices or value in choices:
        return []
    return [f'parameter {item.name} is {value!r}; it must be one of {", ".join(choices)}']


def change_error(
    current: NodeSettings, changes: Iterable[Parameter], configured: bool,
) -> str | None:
    """Return why these changes cannot be made now; None if they can.

    :param configured: whether the node has been configured, and not cleaned up since
    """
    known = {item.name: item.metadata for item in fields(current)}
    changed = {change.name: change.value for change in changes if change.name in known}
    for name in changed:
        if configured and known[name]['at_configure']:
            return (f'parameter {name} is read when the node is configured; '
                    'deactivate and clean up the node first')
    values = {name: getattr(current, name) for name in known}
    try:
        return validation_error(type(current)(**(values | changed)))
    except ValueError as error:  # a number out of its range
        return f'parameter {error}'


def _as_yaml(value: Any) -> str:
    """Return a parameter's value as a parameter file has it."""
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _descriptor(metadata: Any) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(
        description=metadata['description'], read_only=metadata['read_only'])
    if metadata['choices']:
        descriptor.additional_constraints = CHOICES + ', '.join(metadata['choices'])
    if metadata['at_configure']:
        descriptor.description += f' {AT_CONFIGURE}'
    match metadata['between']:
        case (int(low), int(high)):
            descriptor.integer_range = [IntegerRange(from_value=low, to_value=high)]
        case (low, high):
            descriptor.floating_point_range = [
                FloatingPointRange(from_value=low, to_value=high)]
    return descriptor
