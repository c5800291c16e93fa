"""``ros2 run rat_tracker select_target``: have a running node follow something, and say so."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()
    require_environment('select_target')

from collections.abc import Iterator
from contextlib import suppress
import math
import signal
import sys
import time
from typing import Any

from builtin_interfaces.msg import Time
import click
from geometry_msgs.msg import Point
from rcl_interfaces.srv import GetParameters
import rclpy
from rclpy.client import Client
from rclpy.exceptions import InvalidServiceNameException
from rclpy.executors import ExternalShutdownException
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.node import NodeNameNonExistentError

from rat_tracker.geometry import Box
from rat_tracker.ros.execution.spin import join
from rat_tracker.ros.execution.spin import own_arguments
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_stamp
from rat_tracker.srv import SetTarget
from rat_tracker.stamps import parse_stamp
from rat_tracker.system.program import Program

_ANSWER = 2.0  # seconds that a node has to answer, and after which it is greeted again
_AGAIN = 1.0   # seconds until a node that is not ready yet is asked again
_TURN = 0.1    # seconds of waiting at a time
_SILENT = 1.0  # seconds of waiting for a node until it is said which others there are


class _NotFollowed(click.ClickException):
    exit_code = 1


def _box(context: click.Context, parameter: click.Parameter, text: str | None) -> Box | None:
    try:
        return None if text is None else Box.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _point(context: click.Context, parameter: click.Parameter, text: str | None) -> Point | None:
    if text is None:
        return None
    try:
        x, y = (float(part) for part in text.split(','))
    except ValueError:
        raise click.BadParameter(f'{text!r} is not two numbers; write x,y in pixels') from None
    return Point(x=x, y=y)


def _stamp(context: click.Context, parameter: click.Parameter, text: str) -> Time:
    try:
        return to_stamp(parse_stamp(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _seconds(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
    if not 0 <= seconds < math.inf:  # NaN is neither
        raise click.BadParameter(f'{seconds:g} is not a finite number of seconds, 0 or more')
    return seconds


@click.command(cls=Program, context_settings={'show_default': True})
@click.option('--box', metavar='X,Y,WIDTH,HEIGHT', callback=_box,
              help='What the box holds, in pixels of the image.')
@click.option('--point', metavar='X,Y', callback=_point,
              help='What lies at the point, in pixels of the image.')
@click.option('--detection', metavar='ID', help='What a detector published under this id.')
@click.option('--stamp', metavar='SECONDS.NANOSECONDS', default='0', callback=_stamp,
              help='The image on which it was chosen; 0 for the newest.')
@click.option('--node', metavar='NAME', default='/tracker_node',
              help='The node that is to follow it.')
@click.option('--wait', metavar='SECONDS', type=float, default=30.0, callback=_seconds,
              help='How long to wait for the node, its engine and its first image.')
def select_target(
    box: Box | None, point: Point | None, detection: str | None, stamp: Time, node: str,
    wait: float,
) -> None:
    """Have a running node follow what a box holds, what lies at a point, or a detection.

    The exit code is 0 if it is followed, 1 if it is not, and 2 if the command was wrong.
    """
    request = SetTarget.Request()
    request.header.stamp = stamp
    if [box, point, detection].count(None) != 2:
        raise click.UsageError('name one of --box, --point and --detection')
    if box is not None:
        request.kind, request.box = SetTarget.Request.BOX, to_box(box)
    elif point is not None:
        request.kind, request.point = SetTarget.Request.POINT, point
    else:
        request.kind, request.detection_id = SetTarget.Request.DETECTION, detection
    # As in tracker_node: an interrupt in the middle of a call turns into other errors.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not join('select_target'):
        raise SystemExit(2)
    caller = Node('select_target', enable_rosout=False, start_parameter_services=False)
    executor = SingleThreadedExecutor()
    executor.add_node(caller)
    try:
        response = _ask(executor, caller, node, request, wait)
    except InvalidServiceNameException as error:
        raise click.BadParameter(str(error).replace('\n', ' '), param_hint='--node') from None
    except ExternalShutdownException:
        raise _NotFollowed('interrupted') from None
    except RuntimeError:
        if rclpy.ok():  # else the signal came while a question was on its way
            raise
        raise _NotFollowed('interrupted') from None
    finally:
        executor.shutdown()  # before its context is: else the interpreter's end tells of it
        caller.destroy_node()
        rclpy.try_shutdown()
    if not response.accepted:
        raise _NotFollowed(response.message)
    click.echo(f'{node} follows {from_box(response.box)} as target {response.id}')


def _ask(
    executor: SingleThreadedExecutor, caller: Node, node: str, request: SetTarget.Request,
    wait: float,
) -> SetTarget.Response:
    """Ask until the response is final or the time is over; the last response counts.

    A node that is there is given time to respond, however short the wait. While it says nothing it
    is not asked again: what was chosen on the newest image would be chosen on a later one.
    """
    select = caller.create_client(SetTarget, f'{node}/set_target')
    # What a node responds to a client that it does not know yet is lost. It learns of clients in
    # the order in which they were made: who has a response here will get the other one.
    greet = caller.create_client(GetParameters, f'{node}/get_parameters')
    begin = time.monotonic()
    end = begin + wait
    logged = False
    while True:
        while not select.service_is_ready():
            now = time.monotonic()
            if now > end:
                raise _NotFollowed(f'{select.srv_name} is not offered (waited {wait:g} s); '
                                   f'{_trackers(caller)}')
            if now > begin + _SILENT and not logged:
                click.echo(f'waiting up to {wait:g} s for {select.srv_name}; {_trackers(caller)}',
                           err=True)
                logged = True
            executor.spin_once(timeout_sec=_TURN)
        response = None
        if _response(executor, greet, GetParameters.Request(), time.monotonic() + _ANSWER):
            asked = time.monotonic()
            response = _response(executor, select, request, max(end, asked + _ANSWER))
        if response is not None:
            if not response.not_ready or time.monotonic() + _AGAIN > end:
                return response
            while time.monotonic() < asked + _AGAIN:
                executor.spin_once(timeout_sec=_TURN)
        elif time.monotonic() > end:
            raise _NotFollowed(f'{select.srv_name} does not answer (waited {wait:g} s)')


def _trackers(caller: Node) -> str:
    """Say which nodes could be asked instead, and how."""
    names = sorted(_offering(caller))
    if not names:
        return 'no tracker is there; start tracker_node'
    return f'trackers that are there: {", ".join(names)}; to ask this one: --node {names[0]}'


def _offering(caller: Node) -> Iterator[str]:
    """Yield the full names of the nodes that take selections."""
    for name, namespace in caller.get_node_names_and_namespaces():
        node = f'{namespace.rstrip("/")}/{name}'
        # A list without nodes would have what is asked for by clients, too: by this one.
        with suppress(NodeNameNonExistentError):  # it has ended by now
            services = caller.get_service_names_and_types_by_node(name, namespace)
            if (f'{node}/set_target', ['rat_tracker/srv/SetTarget']) in services:
                yield node


def _response(
    executor: SingleThreadedExecutor, client: Client, request: Any, until: float,
) -> Any | None:
    """Call a service; returns None if it has not responded by then, or is gone."""
    future = client.call_async(request)
    while True:
        executor.spin_once(timeout_sec=_TURN)
        if future.done():
            return future.result()
        if not client.service_is_ready() or time.monotonic() > until:
            return None


def main() -> None:
    """Run the command; what is between ``--ros-args`` and ``--`` is for ROS."""
    select_target.main(own_arguments('select_target', sys.argv), prog_name='select_target')


if __name__ == '__main__':
    main()
