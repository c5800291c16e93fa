"""Start tracker_node, and RViz or the page in the browser if wanted.

For example ``ros2 launch rat_tracker tracker.launch.py camera:=/camera``.
"""

from __future__ import annotations

from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch.substitutions import PathJoinSubstitution
from launch_ros.actions import LifecycleNode
from launch_ros.actions import Node

from launch import LaunchContext
from launch import LaunchDescription
from rat_tracker.ros.launching import AS_THE_FILE_SAYS
from rat_tracker.ros.launching import CONSOLE
from rat_tracker.ros.launching import existing
from rat_tracker.ros.launching import fastdds
from rat_tracker.ros.launching import installed
from rat_tracker.ros.launching import option
from rat_tracker.ros.launching import our_node
from rat_tracker.ros.launching import stated
from rat_tracker.ros.launching import switch
from rat_tracker.ros.launching import TRACKER

# What config/rat_tracker.rviz shows of the node.
_SHOWN = ('attention', 'markers', 'overlay', 'pose', 'pose_with_covariance')


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and start the node, which configures and activates itself."""
    camera = LaunchConfiguration('camera')
    return LaunchDescription([
        DeclareLaunchArgument(
            'namespace', default_value='', description='Namespace of the nodes and their topics.'),
        DeclareLaunchArgument(
            'params_file', default_value=installed('config', 'tracker.yaml'),
            description="File of tracker_node's parameters."),
        DeclareLaunchArgument(
            'camera', default_value='',
            description="The camera's namespace, in which image_raw and camera_info are, for "
            'example /camera/camera/color.'),
        DeclareLaunchArgument(
            'image_topic', default_value=PathJoinSubstitution([camera, 'image_raw']),
            description="Topic of the camera's raw images; /compressed or /compressedDepth is "
            'appended where image_transport is that.'),
        DeclareLaunchArgument(
            'camera_info_topic', default_value=PathJoinSubstitution([camera, 'camera_info']),
            description="Topic of the camera's calibration."),
        DeclareLaunchArgument(
            'depth_topic', default_value='',
            description='Topic of depth images registered to the images; naming it sets '
            f'position_source to depth. {AS_THE_FILE_SAYS}'),
        DeclareLaunchArgument(
            'detections_topic', default_value='detections',
            description="Topic of a detector's vision_msgs/Detection2DArray, to select from."),
        DeclareLaunchArgument(
            'image_transport', default_value='',
            choices=['', 'raw', 'compressed', 'compressedDepth'],
            description=f'Which images to subscribe to. {AS_THE_FILE_SAYS}'),
        switch('autostart', 'Whether tracker_node configures and activates itself; false where a '
               'lifecycle manager does that.'),
        switch('use_sim_time', 'Whether time comes from /clock, as in simulation and playback.'),
        option('respawn', 'Whether a node that ended by itself is started again.'),
        option('rviz', 'Whether RViz is started, too.'),
        DeclareLaunchArgument(
            'rviz_config', default_value=installed('config', 'rat_tracker.rviz'),
            description='What RViz shows.'),
        DeclareLaunchArgument(
            'fixed_frame', default_value='',
            description="RViz's fixed frame: the camera's optical frame, which its images name. "
            'Empty: as rviz_config says.'),
        option('console', 'Whether console_node is started, too: the page in the browser.'),
        DeclareLaunchArgument(
            'console_params_file', default_value=installed('config', 'console.yaml'),
            description="File of console_node's parameters."),
        DeclareLaunchArgument(
            'log_level', default_value='info',
            choices=['debug', 'info', 'warn', 'error', 'fatal'],
            description='Least severity that is logged.'),
        fastdds(),
        existing('params_file'),
        existing('console_params_file'),
        # First: where rviz2 is not installed launch gives up, and may leave behind what it has
        # begun to start.
        OpaqueFunction(function=_rviz, condition=IfCondition(LaunchConfiguration('rviz'))),
        OpaqueFunction(function=_tracker),
        OpaqueFunction(function=_console, condition=IfCondition(LaunchConfiguration('console'))),
    ])


def _tracker(context: LaunchContext) -> list[Node]:
    override = stated(context, 'image_transport', 'autostart', 'use_sim_time')
    depth = LaunchConfiguration('depth_topic').perform(context)
    if depth:
        override['position_source'] = 'depth'
    return [LifecycleNode(
        **our_node(TRACKER, override, 'params_file'),
        remappings=[('image_raw', LaunchConfiguration('image_topic')),
                    ('camera_info', LaunchConfiguration('camera_info_topic')),
                    ('detections', LaunchConfiguration('detections_topic')),
                    *([('depth/image_raw', depth)] if depth else [])])]


def _console(context: LaunchContext) -> list[Node]:
    override = {'tracker': TRACKER, **stated(context, 'use_sim_time')}
    return [Node(**our_node(CONSOLE, override, 'console_params_file'))]


def _rviz(context: LaunchContext) -> list[Node]:
    frame = LaunchConfiguration('fixed_frame').perform(context)
    override = stated(context, 'use_sim_time')
    return [Node(
        package='rviz2', executable='rviz2', name='rviz',
        namespace=LaunchConfiguration('namespace'),
        arguments=['-d', LaunchConfiguration('rviz_config'), *(['-f', frame] if frame else [])],
        parameters=[override] if override else [],
        # The file names the topics of a node that has no namespace.
        remappings=[('/image_raw', LaunchConfiguration('image_topic')),
                    *((f'/{TRACKER}/{topic}', f'{TRACKER}/{topic}') for topic in _SHOWN)])]
