"""The direction to the target, from the calibration beside the images."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
import math
from typing import Any

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import Vector3Stamped
import pytest
from ros import scene
from ros.calibrated_camera import alike
from ros.calibrated_camera import CalibratedCamera
from ros.calibrated_camera import following
from ros.calibrated_camera import of
from ros.calibrated_scene import direction
from ros.calibrated_scene import K
from ros.client import Client
from ros.client import NODE
from ros.node_thread import NodeThread
from ros.starting import Start
from sensor_msgs.msg import RegionOfInterest
from visualization_msgs.msg import Marker
from visualization_msgs.msg import MarkerArray

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.ros.messages import to_image

BEARING, MARKERS, POSE = f'{NODE}/bearing', f'{NODE}/markers', f'{NODE}/pose'


@pytest.fixture
def camera(client: Client, node: NodeThread) -> Iterator[CalibratedCamera]:
    """Subscribe to the bearing, and follow the red spot in image 0, without a calibration."""
    with following(client, Vector3Stamped, BEARING) as camera:
        yield camera


def show_until_published(
    client: Client, camera: CalibratedCamera, begin: int, **changes: Any,
) -> int:
    """Show images with this calibration until bearings come; return the last image's number."""
    return camera.flow(BEARING, begin, lambda index: camera.calibrate(index, **changes))


def test_without_a_calibration_the_diagnostics_say_so(
    client: Client, camera: CalibratedCamera,
) -> None:
    camera.explain(BEARING, 'bearing', ['no calibration came on /camera_info',
                                        'remap camera_info'], 1, lambda index: None)


def test_the_bearing_is_the_direction_to_the_box_under_the_images_header(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(client, camera, 1)
    message = alike(of(client, BEARING, index))
    assert message.header == client.header(index)
    vector = message.vector.x, message.vector.y, message.vector.z
    assert vector == pytest.approx(direction(scene.red_box(index)), abs=1e-6)
    assert math.hypot(*vector) == pytest.approx(1.0)


def test_no_bearing_is_published_once_the_target_is_hidden_until_it_is_back(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(client, camera, 1)
    hidden = range(index + 1, index + 20)
    for number in hidden:
        client.show(number, scene.picture(number, red=False))
    assert client.targets(hidden[-1])[-1].state == Target.LOST
    back = show_until_published(client, camera, hidden[-1] + 1)
    assert client.targets(back)[-1].state == Target.TRACKING
    assert not any(of(client, BEARING, number) for number in hidden)


def test_a_new_calibration_is_used_and_told_once(
    client: Client, camera: CalibratedCamera, node: NodeThread,
) -> None:
    index = show_until_published(client, camera, 1)
    before = node.log.count('/camera_info changed')
    doubled = (2 * K[0], *K[1:4], 2 * K[4], *K[5:])
    client.insist('the new calibration', lambda: camera.calibrate(index, k=doubled),
                  lambda: node.log.count('/camera_info changed') > before)
    index = show_until_published(client, camera, index + 1, k=doubled)
    message = alike(of(client, BEARING, index))
    x, y, z = direction(scene.red_box(index))
    assert message.vector.x == pytest.approx(x / 2 / math.hypot(x / 2, y / 2, z), abs=1e-6)
    show_until_published(client, camera, index + 1, k=doubled)
    assert node.log.count('/camera_info changed') == before + 1


@pytest.mark.parametrize(('changes', 'words'), [
    ({'k': (0.0,) * 9, 'p': (0.0,) * 12},
     ['only zeros in k', 'not calibrated', 'calibrate the camera']),
    ({'k': (math.nan,) * 9}, ['nan in k[0], which is not finite']),
    ({'d': (0.1, 0.2)}, ['2 numbers in d, and plumb_bob has 4, 5, 8, 12 or 14']),
    ({'distortion_model': 'magic', 'd': (0.1,) * 5}, ["'magic'", 'plumb_bob']),
    ({'frame_id': 'rear_camera'}, ["of frame 'rear_camera'", "'camera_optical_frame'"]),
    ({'width': 640, 'height': 360}, ['describes 640x360', '320x240']),
    ({'roi': RegionOfInterest(x_offset=300, width=100, height=100)}, ['region of interest']),
])
def test_a_calibration_that_does_not_help_is_explained(
    client: Client, camera: CalibratedCamera, changes: dict[str, Any], words: list[str],
) -> None:
    camera.explain(BEARING, 'bearing', words, 1,
                   lambda index: camera.calibrate(index, **changes))


def test_binned_images_are_understood(client: Client, camera: CalibratedCamera) -> None:
    twice = (2 * K[0], 0.0, 2 * K[2] + 0.5, 0.0, 2 * K[4], 2 * K[5] + 0.5, *K[6:])
    index = show_until_published(
        client, camera, 1, k=twice, width=640, height=480, binning_x=2, binning_y=2)
    message = alike(of(client, BEARING, index))
    assert message.vector.x == pytest.approx(direction(scene.red_box(index))[0], abs=1e-6)


def test_whoever_wants_a_pose_is_told_to_choose_its_source(
    client: Client, camera: CalibratedCamera,
) -> None:
    subscription = client.subscribe(PoseStamped, POSE)
    frames = count(show_until_published(client, camera, 1) + 1)

    def show() -> None:
        index = next(frames)
        client.show(index, scene.picture(index))
    # Images go on, or their silence would be explained instead.
    client.insist('the diagnostics', show, lambda: (
        'position_source is bearing; set it to depth or size' in client.diagnosis()[0]), 0.2)
    client.node.destroy_subscription(subscription)


def test_markers_show_the_ray_and_the_box_and_go_with_the_target(
    client: Client, camera: CalibratedCamera,
) -> None:
    subscription = client.subscribe(MarkerArray, MARKERS)
    messages = client.received[MARKERS]
    frames = count(1)

    def drawn() -> Any:
        index = next(frames)
        camera.calibrate(index)
        client.show(index, scene.picture(index))
        return messages and messages[-1].markers
    ray, frustum, label = client.wait('markers', drawn)
    index = next(i for i in count(1) if client.stamp(i) == ray.header.stamp)
    assert ray.header == frustum.header == label.header == client.header(index)
    assert {marker.action for marker in (ray, frustum, label)} == {Marker.ADD}
    assert all(marker.lifetime.sec == 1 for marker in (ray, frustum, label))
    end = ray.points[1]
    x, y, z = direction(scene.red_box(index))
    assert (end.x, end.y, end.z) == pytest.approx((2 * x, 2 * y, 2 * z), abs=1e-6)
    corner = direction(Box.from_center(scene.red_box(index).x, scene.red_box(index).y, 1, 1))
    start = frustum.points[1]
    assert (start.x, start.y) == pytest.approx((2 * corner[0], 2 * corner[1]), abs=1e-6)
    assert label.text == 'TRACKING 0.95'

    def gone() -> bool:
        number = next(frames)
        client.show(number, scene.picture(number, red=False))
        return {marker.action for marker in messages[-1].markers} == {Marker.DELETE}
    client.wait('the markers to be deleted', gone)
    assert [marker.id for marker in messages[-1].markers] == [ray.id, frustum.id, label.id]
    labels = [message.markers[-1].text for message in messages]
    assert 'UNCERTAIN 0.00' in labels  # an uncertain target is still shown, in another colour
    drawn_until_then = len(messages)
    for _ in range(3):
        number = next(frames)
        client.show(number, scene.picture(number, red=False))
    assert len(messages) == drawn_until_then
    client.node.destroy_subscription(subscription)


def test_of_images_that_are_named_rectified_the_rectified_calibration_counts(
    start: Start,
) -> None:
    topic = '/camera/image_rect'
    _, client = start('-r', f'image_raw:={topic}')
    client.ready()
    client.begin()
    client.subscribe(Vector3Stamped, BEARING)
    client.wait('the publisher', lambda: client.node.count_publishers(BEARING))
    camera = CalibratedCamera(client)
    distorted = (0.3, 0.2, 0.0, 0.0, 0.0)
    of_rectified = (2 * K[0], 0.0, K[2], 0.0, 0.0, 2 * K[4], K[5], 0.0, 0.0, 0.0, 1.0, 0.0)

    def show(index: int) -> None:
        camera.calibrate(index, d=distorted, p=of_rectified)
        message = to_image(scene.picture(index), 'bgr8', client.header(index))
        client.resend(index, lambda: client.camera(topic).publish(message))
    show(0)
    assert client.select(scene.red_box(0)).accepted
    frames = count(1)

    def show_until_published() -> int | None:
        index = next(frames)
        show(index)
        return next((seen for seen in range(1, index) if of(client, BEARING, seen)), None)
    index = client.wait('a bearing', show_until_published)
    message = alike(of(client, BEARING, index))
    x, y, z = direction(scene.red_box(index))
    length = math.hypot(x / 2, y / 2, z)
    assert (message.vector.x, message.vector.y, message.vector.z) == pytest.approx(
        (x / 2 / length, y / 2 / length, z / length), abs=1e-6)
