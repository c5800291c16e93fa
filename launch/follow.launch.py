"""Start tracker_node and follower_node: a robot that follows what is selected.

For example ``ros2 launch rat_tracker follow.launch.py camera:=/camera/camera/color
depth_topic:=/camera/camera/aligned_depth_to_color/image_raw``, without a robot
``simulation:=true``. The arguments of tracker.launch.py count, too.
"""

from __future__ import annotations

from launch.actions import DeclareLaunchArgument
from launch.actions import IncludeLaunchDescription
from launch.actions import OpaqueFunction
from launch.actions import SetLaunchConfiguration
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from launch import LaunchContext
from launch import LaunchDescription
from rat_tracker.ros.launching import existing
from rat_tracker.ros.launching import FOLLOWER
from rat_tracker.ros.launching import installed
from rat_tracker.ros.launching import option
from rat_tracker.ros.launching import our_node
from rat_tracker.ros.launching import stated
from rat_tracker.ros.launching import switch
from rat_tracker.ros.launching import TRACKER

_DEPTH = 'depth/image_raw'  # what the simulated camera publishes
_INPUTS = ('bearing', 'pose', 'target')


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and start the nodes."""
    simulation = IfCondition(LaunchConfiguration('simulation'))
    return LaunchDescription([
        DeclareLaunchArgument(
            'follower_params_file', default_value=installed('config', 'follower.yaml'),
            description="File of follower_node's parameters."),
        DeclareLaunchArgument(
            'cmd_vel_topic', default_value='cmd_vel',
            description='Topic on which the robot takes its velocity.'),
        switch('stamped', 'Whether that topic is a TwistStamped instead of a Twist.'),
        switch('enabled', 'Whether the robot may drive from the start; false: not before the '
               'parameter enabled is set to true.'),
        option('simulation', 'Whether simulated_robot is started as the robot and its camera.'),
        existing('follower_params_file'),
        SetLaunchConfiguration('depth_topic', _DEPTH, condition=simulation),
        IncludeLaunchDescription(installed('launch', 'tracker.launch.py')),
        OpaqueFunction(function=_simulation, condition=simulation),
        OpaqueFunction(function=_follower),
    ])


def _simulation(context: LaunchContext) -> list[Node]:
    return [Node(**our_node('simulated_robot', stated(context, 'stamped', 'use_sim_time')),
                 remappings=[('cmd_vel', LaunchConfiguration('cmd_vel_topic'))])]


def _follower(context: LaunchContext) -> list[Node]:
    override = stated(context, 'stamped', 'enabled', 'use_sim_time')
    return [Node(
        **our_node(FOLLOWER, override, 'follower_params_file'),
        remappings=[*((topic, f'{TRACKER}/{topic}') for topic in _INPUTS),
                    ('cmd_vel', LaunchConfiguration('cmd_vel_topic'))])]
