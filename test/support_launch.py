"""Our launch files as a user starts them, and what becomes of their processes."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from launch.actions import DeclareLaunchArgument
from launch.actions import GroupAction
from launch.actions import IncludeLaunchDescription
from launch.actions import RegisterEventHandler
from launch.actions import SetLaunchConfiguration
from launch.event_handlers import OnProcessExit
from launch.event_handlers import OnProcessStart
from launch.events.process import ProcessExited
from launch.events.process import ProcessStarted
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch_pytest.actions import ReadyToTest
from rcl_interfaces.srv import GetParameters
from rclpy.parameter import parameter_value_to_python
from ros.client import Client

from launch import Action
from launch import LaunchContext
from launch import LaunchDescription

LAUNCH = Path(__file__).parents[1] / 'launch'
FILES = sorted(path.name for path in LAUNCH.glob('*.launch.py'))
LOADING = 60.0  # seconds that the real model may take on a busy machine
_ENDING = '60'  # seconds that a process may take to end before launch forces it


@dataclass
class Processes:
    """What was started, by the name of the executable, and how it ended."""

    ids: dict[str, list[int]] = field(default_factory=dict)
    exit_codes: dict[str, list[int]] = field(default_factory=dict)

    def handlers(self) -> list[Action]:
        """Return the actions that note it, and are patient with the end."""
        def note_start(event: ProcessStarted, _: object) -> None:
            self.ids.setdefault(_name(event), []).append(event.pid)

        def note_exit(event: ProcessExited, _: object) -> None:
            self.exit_codes.setdefault(_name(event), []).append(event.returncode)
        return [SetLaunchConfiguration('sigterm_timeout', _ENDING),
                RegisterEventHandler(OnProcessStart(on_start=note_start)),
                RegisterEventHandler(OnProcessExit(on_exit=note_exit))]


def _name(event: Any) -> str:
    """Return the executable's name of a process that launch calls ``tracker_node-1``."""
    return str(event.process_name).rpartition('-')[0]


def arguments(file: str) -> list[DeclareLaunchArgument]:
    """Return what ``ros2 launch --show-args`` lists, those of included files among them."""
    source = PythonLaunchDescriptionSource(str(LAUNCH / file))
    listed: list[DeclareLaunchArgument] = source.get_launch_description(
        LaunchContext()).get_launch_arguments()
    return listed


def included(file: str, **arguments: str) -> IncludeLaunchDescription:
    """Return one of our launch files with arguments."""
    return IncludeLaunchDescription(
        PythonLaunchDescriptionSource(str(LAUNCH / file)), launch_arguments=arguments.items())


def described(processes: Processes, file: str, **arguments: str) -> LaunchDescription:
    """Return one of our launch files alone."""
    return LaunchDescription([
        *processes.handlers(), included(file, **arguments), ReadyToTest()])


def embedded(processes: Processes, *actions: Action) -> LaunchDescription:
    """Return a launch file of somebody else's that includes ours."""
    return LaunchDescription([*processes.handlers(), GroupAction(list(actions)), ReadyToTest()])


def value(client: Client, node: str, name: str) -> object:
    """Return a parameter of a node."""
    response = client.call(
        GetParameters, f'{node}/get_parameters', GetParameters.Request(names=[name]))
    return parameter_value_to_python(response.values[0])


def subscribed(client: Client, node: str, namespace: str = '/') -> set[str]:
    """Return the topics that a node subscribes to; empty while it is unknown."""
    if (node, namespace) not in client.node.get_node_names_and_namespaces():
        return set()
    return {name for name, _ in client.node.get_subscriber_names_and_types_by_node(
        node, namespace)}


def published(client: Client, node: str, namespace: str = '/') -> set[str]:
    """Return the topics that a node publishes; empty while it is unknown."""
    if (node, namespace) not in client.node.get_node_names_and_namespaces():
        return set()
    return {name for name, _ in client.node.get_publisher_names_and_types_by_node(
        node, namespace)}
