"""Declare the node's parameters, read them, and check their changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from rcl_interfaces.msg import FloatingPointRange
from rcl_interfaces.msg import IntegerRange
from rcl_interfaces.msg import ParameterDescriptor
from rclpy.node import Node
from rclpy.parameter import Parameter

from rat_tracker.ros.settings import Settings
from rat_tracker.trackers import tracker_parameters


def declare(node: Node) -> Settings:
    """Declare every parameter and return the values that the node was started with.

    :raises rclpy.exceptions.ParameterException: a value of the wrong type or out of range
    """
    for item in fields(Settings):
        node.declare_parameter(item.name, item.default, _descriptor(item.metadata))
    return read(node)


def read(node: Node) -> Settings:
    """Return the values of this moment."""
    return Settings(**{
        item.name: node.get_parameter(item.name).value for item in fields(Settings)})


def fault(settings: Settings) -> str | None:
    """Return what is wrong with these values, and what would be right; None if all is well."""
    for item in fields(Settings):
        choices, value = item.metadata['choices'], getattr(settings, item.name)
        if choices and value not in choices:
            return f'parameter {item.name} is {value!r}; it must be one of {", ".join(choices)}'
    try:
        tracker_parameters(settings.tracker)
    except ValueError as error:
        return f'parameter tracker is {settings.tracker!r}: {error}'
    if settings.diagnostics_error_delay < settings.diagnostics_warn_delay:
        return (f'parameter diagnostics_error_delay is {settings.diagnostics_error_delay:g} s, '
                f'below diagnostics_warn_delay, {settings.diagnostics_warn_delay:g} s')
    return None


def refusal(
    current: Settings, changes: Iterable[Parameter], configured: bool,
) -> str | None:
    """Return why these changes cannot be made now; None if they can.

    :param configured: whether the node has been configured, and not cleaned up since
    """
    known = {item.name: item.metadata for item in fields(Settings)}
    changed = {change.name: change.value for change in changes if change.name in known}
    for name in changed:
        if configured and known[name]['at_configure']:
            return (f'parameter {name} is read when the node is configured; '
                    'deactivate and clean up the node first')
    values = {item.name: getattr(current, item.name) for item in fields(Settings)}
    return fault(Settings(**(values | changed)))


def _descriptor(metadata: Any) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(
        description=metadata['description'], read_only=metadata['read_only'])
    if metadata['choices']:
        descriptor.additional_constraints = f'one of {", ".join(metadata["choices"])}'
    if metadata['at_configure']:
        descriptor.description += ' Read when the node is configured.'
    match metadata['between']:
        case (int(low), int(high)):
            descriptor.integer_range = [IntegerRange(from_value=low, to_value=high)]
        case (low, high):
            descriptor.floating_point_range = [
                FloatingPointRange(from_value=low, to_value=high)]
    return descriptor
