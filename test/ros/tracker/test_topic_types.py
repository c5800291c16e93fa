"""Topics of another type, and images on another topic, are named with the remap that works."""

from __future__ import annotations

from array import array
import shlex
from typing import Any

import cv2
from geometry_msgs.msg import PointStamped
from geometry_msgs.msg import PoseStamped
import pytest
from ros import scene
from ros.calibrated_camera import following
from ros.client import Client
from ros.client import NODE
from ros.starting import Start
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import String

from rat_tracker.ros.messages import to_image
from rat_tracker.ros.topic_types import tracker_command

IMPATIENT = {'silence_period': '1.0'}
RAW, COMPRESSED = 'sensor_msgs/msg/Image', 'sensor_msgs/msg/CompressedImage'


def explained(client: Client, *words: str) -> str:
    """Wait until the diagnostics say this, and return it."""
    client.wait(f'diagnostics of {words}', lambda: all(
        word in client.diagnosis()[0] for word in words))
    return client.diagnosis()[0]


def arguments(sentence: str) -> list[str]:
    """Return what follows --ros-args in the command that a sentence ends with."""
    return shlex.split(sentence.partition('--ros-args')[2])


@pytest.mark.parametrize(('topic', 'kind', 'words'), [
    ('/esp32/image', CompressedImage,
     'start it so: ros2 run rat_tracker tracker_node --ros-args -p image_transport:=compressed '
     '-r image_raw/compressed:=/esp32/image'),
    ('/chatter', String, 'which holds no images; remap image_raw to a topic of images'),
])
def test_another_type_on_the_topic_of_the_images_is_named(
    start: Start, topic: str, kind: type, words: str,
) -> None:
    node, client = start('-r', f'image_raw:={topic}', parameters=IMPATIENT)
    client.node.create_publisher(kind, topic, 1)

    message = explained(client, f'{topic} carries ', kind.__name__)

    assert message.endswith(words)
    client.wait('the log', lambda: message in node.log)


@pytest.mark.parametrize(('topic', 'kind'), [
    ('/esp32/image', CompressedImage), ('/cam/image_raw', ImageMessage),
    ('/cam/image_raw/compressed', CompressedImage)])
def test_images_elsewhere_are_named_and_the_command_leads_to_them(
    start: Start, topic: str, kind: type,
) -> None:
    _, client = start(parameters=IMPATIENT)
    client.node.create_publisher(kind, topic, 1)
    cause = explained(client, 'there is no publisher on /image_raw', f'images are on {topic};')

    _, again = start(*arguments(cause))

    again.ready()
    again.begin()
    publisher = again.camera(topic, kind=kind)
    image = to_image(scene.picture(0), 'bgr8', again.header(0))
    message: Any = image if kind is ImageMessage else CompressedImage(
        header=image.header, format='bgr8; jpeg compressed bgr8',
        data=array('B', cv2.imencode('.jpg', scene.picture(0))[1].tobytes()))
    again.insist('a result', lambda: publisher.publish(message), lambda: again.targets(0))


def test_a_click_of_another_type_is_named_with_the_topic_that_takes_it(start: Start) -> None:
    _, client = start(parameters=IMPATIENT)
    client.ready()
    client.begin()
    client.node.create_publisher(PointStamped, f'{NODE}/select_point', 1)

    def explained_so() -> bool:
        client.send(0, scene.picture(0))
        return 'select_point carries' in client.diagnosis()[0]
    client.wait('diagnostics of the click', explained_so)

    assert client.diagnosis()[0] == (
        f'{NODE}/select_point carries geometry_msgs/msg/PointStamped, and the node takes '
        "geometry_msgs/msg/Point there; for that, start the node with --ros-args -r "
        f"'~/select_point_stamped:={NODE}/select_point'")


def test_a_calibration_of_another_type_and_one_elsewhere_are_named(start: Start) -> None:
    _, client = start(parameters=IMPATIENT)
    client.ready()
    client.begin()
    client.node.create_publisher(String, '/camera_info', 1)
    client.node.create_publisher(CameraInfo, '/cam/camera_info', 1)

    def explained_so() -> bool:
        client.send(0, scene.picture(0))
        return '/camera_info carries' in client.diagnosis()[0]
    client.wait('diagnostics of the calibration', explained_so)

    assert client.diagnosis()[0].endswith(
        'and the node takes sensor_msgs/msg/CameraInfo there; sensor_msgs/msg/CameraInfo comes on '
        '/cam/camera_info; start the node with --ros-args -r camera_info:=/cam/camera_info')


def test_depth_elsewhere_and_of_another_transport_is_named(start: Start) -> None:
    _, client = start(parameters=IMPATIENT | {'position_source': 'depth'})
    client.ready()
    client.begin()
    client.node.create_publisher(
        CompressedImage, '/cam/aligned_depth/image_raw/compressedDepth', 1)
    with following(client, PoseStamped, f'{NODE}/pose') as camera:
        camera.explain(f'{NODE}/pose', 'pose', [
            'there is no publisher on /depth/image_raw, and depth may be on /cam/aligned_depth/',
            '--ros-args -p depth_transport:=compressedDepth '
            '-r depth/image_raw:=/cam/aligned_depth/image_raw'], 1, camera.calibrate)


@pytest.mark.parametrize(('node', 'topic', 'kind', 'expected'), [
    ('/tracker_node', '/image_raw', RAW, ''),
    ('/tracker_node', '/cam/image', RAW, ' --ros-args -r image_raw:=/cam/image'),
    ('/front/eye', '/cam/image', COMPRESSED, ' --ros-args -r __ns:=/front -r __node:=eye '
     '-p image_transport:=compressed -r image_raw/compressed:=/cam/image'),
    ('/tracker_node', '/image_raw/compressed', COMPRESSED,
     ' --ros-args -p image_transport:=compressed'),
    ('/tracker_node', '/cam/depth/compressedDepth', COMPRESSED,
     ' --ros-args -p image_transport:=compressedDepth -r image_raw:=/cam/depth'),
])
def test_the_command_takes_the_images_of_any_topic(
    node: str, topic: str, kind: str, expected: str,
) -> None:
    assert tracker_command(node, topic, kind) == f'ros2 run rat_tracker tracker_node{expected}'
