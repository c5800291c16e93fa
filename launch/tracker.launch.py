"""Start tracker_node.

For example ``ros2 launch rat_tracker tracker.launch.py image_topic:=/camera/image_raw``; arguments
that are left empty are taken from the parameter file.
"""

from __future__ import annotations

from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.actions import SetEnvironmentVariable
from launch.substitutions import EnvironmentVariable
from launch.substitutions import LaunchConfiguration
from launch.substitutions import PathJoinSubstitution
from launch_ros.actions import LifecycleNode
from launch_ros.substitutions import FindPackageShare

from launch import LaunchContext
from launch import LaunchDescription

_FASTDDS_FILE = 'FASTRTPS_DEFAULT_PROFILES_FILE'
_SWITCHES = ('autostart', 'use_sim_time')
_OVERRIDES = ('image_transport', *_SWITCHES)


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and start the node, which configures and activates itself."""
    config = PathJoinSubstitution([FindPackageShare('rat_tracker'), 'config'])
    return LaunchDescription([
        DeclareLaunchArgument(
            'namespace', default_value='', description='Namespace of the node and its topics.'),
        DeclareLaunchArgument(
            'params_file', default_value=PathJoinSubstitution([config, 'tracker.yaml']),
            description="File of the node's parameters."),
        DeclareLaunchArgument(
            'image_topic', default_value='image_raw',
            description="Topic of the camera's raw images; /compressed is appended where "
            'image_transport is compressed.'),
        DeclareLaunchArgument(
            'camera_info_topic', default_value='camera_info',
            description="Topic of the camera's calibration."),
        DeclareLaunchArgument(
            'image_transport', default_value='', choices=['', 'raw', 'compressed'],
            description='Which images to subscribe to.'),
        DeclareLaunchArgument(
            'autostart', default_value='', choices=['', 'true', 'false'],
            description='Whether the node configures and activates itself; false where a '
            'lifecycle manager does that.'),
        DeclareLaunchArgument(
            'use_sim_time', default_value='', choices=['', 'true', 'false'],
            description='Whether time comes from /clock, as in simulation and playback.'),
        DeclareLaunchArgument(
            'log_level', default_value='info',
            choices=['debug', 'info', 'warn', 'error', 'fatal'],
            description='Least severity that is logged.'),
        # Without it the shared memory is too small for images, and most are lost.
        SetEnvironmentVariable(_FASTDDS_FILE, EnvironmentVariable(
            _FASTDDS_FILE, default_value=PathJoinSubstitution([config, 'fastdds.xml']))),
        OpaqueFunction(function=_node),
    ])


def _node(context: LaunchContext) -> list[LifecycleNode]:
    """Return the node with the parameters that the arguments state on top of the file's."""
    stated = {name: LaunchConfiguration(name).perform(context) for name in _OVERRIDES}
    overrides = {name: value == 'true' if name in _SWITCHES else value
                 for name, value in stated.items() if value}
    return [LifecycleNode(
        package='rat_tracker',
        executable='tracker_node',
        name='tracker_node',
        namespace=LaunchConfiguration('namespace'),
        parameters=[LaunchConfiguration('params_file'), *([overrides] if overrides else [])],
        remappings=[('image_raw', LaunchConfiguration('image_topic')),
                    ('camera_info', LaunchConfiguration('camera_info_topic'))],
        ros_arguments=['--log-level', LaunchConfiguration('log_level')],
        output='screen',
    )]
