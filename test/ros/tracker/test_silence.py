"""A node that says nothing on its topics says why in its log and diagnostics."""

from __future__ import annotations

from collections.abc import Callable

from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.client import FRAME_ID
from ros.node_thread import NodeThread
from ros.starting import Start
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.ros.messages import to_image

IMPATIENT = {'silence_period': '1.0'}
# However slow the machine that tests: images count as fresh.
UNHURRIED = {'diagnostics_warn_delay': '60.0', 'diagnostics_error_delay': '60.0'}


def warned(client: Client, node: NodeThread, *words: str) -> str:
    """Wait for a warning of these words and return it."""
    def line() -> str | None:
        return next((line for line in node.log.splitlines()
                     if 'WARN' in line and all(word in line for word in words)), None)
    return str(client.wait(f'a warning of {words}', line))


def explained(client: Client, *words: str) -> bool:
    """Wait until the diagnostics say this."""
    return bool(client.wait(f'diagnostics of {words}', lambda: all(
        word in client.diagnosis()[0] for word in words)))


def test_each_cause_of_silence_is_named_as_it_comes_and_goes(start: Start) -> None:
    node, client = start(parameters=IMPATIENT | UNHURRIED)
    warned(client, node, 'no publisher on /image_raw', 'remap image_raw')
    assert explained(client, 'no publisher')

    client.camera()
    warned(client, node, '1 publisher on /image_raw sent no image')

    def broken() -> bool:
        message = to_image(scene.picture(0), 'bgr8', client.header(0))
        message.encoding = 'rgb9'
        client.camera().publish(message)
        return 'images on /image_raw were invalid' in node.log
    client.wait('the warning', broken)
    warned(client, node, "'rgb9' is not supported")

    frames = iter(range(10_000))

    def sound(until: str) -> Callable[[], bool]:
        def step() -> bool:
            client.send(next(frames), scene.picture(0))
            return until in node.log
        return step
    client.begin()
    client.wait('the warning', sound('no target is selected'))
    assert 'call /tracker_node/set_target' in warned(client, node, 'no target is selected')

    assert client.select(scene.red_box(0)).accepted

    def well() -> bool:
        client.send(next(frames), scene.picture(0))
        return client.diagnosis()[0].startswith('TRACKING')
    client.wait('diagnostics without complaint', well)
    assert client.received['/diagnostics'][-1].status[0].level == b'\x00'


def test_a_node_that_nobody_activates_says_how_to(start: Start) -> None:
    node, client = start(parameters=IMPATIENT | {'autostart': 'false'})
    warned(client, node, 'is unconfigured', 'ros2 lifecycle set /tracker_node configure')


def test_a_mismatch_of_qos_is_named(start: Start) -> None:
    override = {'qos_overrides./image_raw.subscription.reliability': 'reliable'}
    node, client = start(parameters=IMPATIENT | override)
    client.wait('the subscription', lambda: client.node.count_subscribers('/image_raw'))
    client.node.create_publisher(
        ImageMessage, '/image_raw', QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
    warned(client, node, 'QoS', 'RELIABILITY', '/image_raw', 'qos_overrides./image_raw')


def test_a_calibration_of_another_shape_is_complained_about(start: Start) -> None:
    node, client = start(parameters=IMPATIENT)
    client.ready()
    client.begin()
    client.show(0, scene.picture(0))
    client.select(scene.red_box(0))
    infos = client.node.create_publisher(CameraInfo, '/camera_info', 10)
    frames = iter(range(1, 10_000))

    def step() -> bool:
        index = next(frames)
        infos.publish(CameraInfo(
            header=Header(stamp=client.stamp(index), frame_id=FRAME_ID), width=640, height=360))
        client.send(index, scene.picture(0))
        return '/camera_info describes 640x360 images' in node.log
    client.wait('the warning', step)
    warned(client, node, 'those on /image_raw are 320x240')


def test_simulated_time_that_does_not_run_stops_no_diagnostics(start: Start) -> None:
    _, client = start(parameters={'use_sim_time': 'true'})
    client.ready()
    client.begin()
    assert client.show(0, scene.picture(0)).header.stamp == client.stamp(0)
