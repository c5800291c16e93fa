"""Places from registered depth images, in whichever order and state they come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
import math
from typing import Any

from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
import numpy as np
import pytest
from ros import scene
from ros.calibrated_camera import alike
from ros.calibrated_camera import CalibratedCamera
from ros.calibrated_camera import DEPTH
from ros.calibrated_camera import following
from ros.calibrated_camera import of
from ros.calibrated_scene import depth_picture
from ros.calibrated_scene import direction
from ros.calibrated_scene import NEAR
from ros.calibrated_scene import place
from ros.calibrated_scene import WALL
from ros.client import ACTIVATE
from ros.client import Client
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.fake_tracker_node import fake_tracker_node
from ros.node_thread import NodeThread
from visualization_msgs.msg import MarkerArray

from rat_tracker.geometry import Box
from rat_tracker.msg import Target

POSE, COVARIANCE, MARKERS = f'{NODE}/pose', f'{NODE}/pose_with_covariance', f'{NODE}/markers'


@pytest.fixture(scope='module')
def shared_node(domain: int) -> Iterator[NodeThread]:
    parameters = {'position_source': 'depth', 'silence_period': '1.0'}
    with NodeThread(domain, fake_tracker_node, parameters=parameters) as node:
        yield node


@pytest.fixture
def camera(client: Client, node: NodeThread) -> Iterator[CalibratedCamera]:
    """Subscribe to the pose, and follow the red spot in image 0."""
    with following(client, PoseStamped, POSE) as camera:
        yield camera


def show_until_published(camera: CalibratedCamera, begin: int = 1, topic: str = POSE) -> int:
    """Show images with calibration and depth until poses come; return the last one's number."""
    def publish_more(index: int) -> None:
        camera.calibrate(index)
        camera.measure(index, depth_picture(index))
    return camera.flow(topic, begin, publish_more)


def position(message: PoseStamped) -> tuple[float, float, float]:
    point = message.pose.position
    return point.x, point.y, point.z


def test_depth_is_subscribed_to_while_somebody_wants_to_know(
    client: Client, node: NodeThread,
) -> None:
    graph = client.node
    client.wait('no subscription to depth', lambda: not graph.count_subscribers(DEPTH))
    subscription = client.subscribe(PoseStamped, POSE)
    client.wait('a subscription to depth', lambda: graph.count_subscribers(DEPTH))
    graph.destroy_subscription(subscription)
    client.wait('no subscription to depth', lambda: not graph.count_subscribers(DEPTH))


def test_depth_that_nobody_publishes_is_explained(
    client: Client, camera: CalibratedCamera,
) -> None:
    camera.explain(POSE, 'pose', [f'there is no publisher on {DEPTH}', 'remap depth/image_raw'], 1,
                   camera.calibrate)


def test_the_pose_is_the_position_of_the_box_under_the_images_header(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(camera)
    message = alike(of(client, POSE, index))
    assert message.header == client.header(index)
    assert position(message) == pytest.approx(place(scene.red_box(index), NEAR), abs=1e-3)
    # x of the pose's frame is the ray: the first column of the quaternion's matrix.
    q = message.pose.orientation
    forward = (1 - 2 * (q.y ** 2 + q.z ** 2), 2 * (q.x * q.y + q.z * q.w),
               2 * (q.x * q.z - q.y * q.w))
    assert forward == pytest.approx(direction(scene.red_box(index)), abs=1e-6)
    client.wait('the diagnostics', lambda: 'z 2.000 m' in client.value('pose'))


def test_depth_may_come_after_the_result(client: Client, camera: CalibratedCamera) -> None:
    index = show_until_published(camera) + 1
    for number in (index, index + 1):
        client.show(number, scene.picture(number))
    assert not of(client, POSE, index)

    for number, z in ((index, 3.0), (index + 1, 4.0)):
        client.insist(
            'the pose', partial(camera.measure, number, depth_picture(number, z)),
            partial(of, client, POSE, number))
    assert [position(of(client, POSE, number)[0])[2] for number in (index, index + 1)] == [3, 4]


def test_each_image_gets_the_depth_of_its_own_time(
    client: Client, camera: CalibratedCamera,
) -> None:
    show_until_published(camera)

    def measure(index: int) -> None:
        camera.measure(index, depth_picture(index, 2.0 + index % 10 / 10))
    for index in range(100, 110):
        measure(index)
        client.show(index, scene.picture(index))
        client.insist('the pose', partial(measure, index), partial(of, client, POSE, index))
    found = [position(of(client, POSE, index)[0])[2] for index in range(100, 110)]
    assert found == pytest.approx([2.0 + index % 10 / 10 for index in range(100, 110)], abs=1e-3)


def test_the_covariance_tells_how_sure_the_position_is(
    client: Client, camera: CalibratedCamera,
) -> None:
    subscription = client.subscribe(PoseWithCovarianceStamped, COVARIANCE)
    index = show_until_published(camera, topic=COVARIANCE)
    message = alike(of(client, COVARIANCE, index))
    assert message.header == client.header(index)
    covariance = message.pose.covariance.reshape(6, 6)
    box = scene.red_box(index)
    # A flat spot: the sensor's own hundredth. Across, a tenth of the box's side over √2.
    assert math.sqrt(covariance[2, 2]) == pytest.approx(0.01 * NEAR, rel=1e-3)
    across = 0.1 * box.height / math.sqrt(2) / 300 * NEAR
    y_by_z = place(box, 1.0)[1] * 0.01 * NEAR
    assert math.sqrt(covariance[1, 1]) == pytest.approx(math.hypot(across, y_by_z), rel=1e-3)
    assert np.diag(covariance)[3:] == pytest.approx(math.pi ** 2 / 3)
    client.node.destroy_subscription(subscription)


def test_markers_are_drawn_at_the_targets_distance(
    client: Client, camera: CalibratedCamera,
) -> None:
    subscription = client.subscribe(MarkerArray, MARKERS)
    messages = client.received[MARKERS]
    index = 0

    def drawn() -> Any:
        nonlocal index
        index = show_until_published(camera, index + 1)
        stamps = [pose.header.stamp for pose in client.received[POSE]]
        return [message.markers for message in messages
                if message.markers[0].header.stamp in stamps]
    ray, frustum, _ = client.wait('markers', drawn)[-1]
    assert ray.points[1].z == pytest.approx(NEAR, abs=1e-3)
    assert len(frustum.points) == 16
    client.node.destroy_subscription(subscription)


@pytest.mark.parametrize('scale', [0.5, 1.0, 2.0])
def test_metres_at_another_scale_with_holes_are_understood(
    client: Client, camera: CalibratedCamera, scale: float,
) -> None:
    show_until_published(camera)

    def publish_more(index: int) -> None:
        fine = depth_picture(index, 2.5).repeat(2, axis=0).repeat(2, axis=1)
        step = round(2 / scale)
        depth = (fine[::step, ::step] / 1000).astype(np.float32)
        depth[::3] = np.nan
        camera.measure(index, depth)
    index = camera.flow(POSE, 100, publish_more)
    message = alike(of(client, POSE, index))
    assert position(message) == pytest.approx(place(scene.red_box(index), 2.5), abs=1e-3)


@pytest.mark.parametrize(('changes', 'words'), [
    ({'encoding': 'rgb8'}, ["depth encoding 'rgb8'", '16UC1, 32FC1']),
    ({'frame_id': 'depth_optical_frame'}, ["of frame 'depth_optical_frame'", 'register']),
    ({'step': 100}, ['step of 100']),
])
def test_a_depth_image_that_does_not_help_is_explained_and_costs_nothing_else(
    client: Client, camera: CalibratedCamera, changes: dict[str, Any], words: list[str],
) -> None:
    show_until_published(camera)
    last = camera.explain(POSE, 'pose', words, 100, lambda index: camera.measure(
        index, depth_picture(index), **changes))
    assert show_until_published(camera, last + 1) > last


def test_depth_of_another_view_is_explained(client: Client, camera: CalibratedCamera) -> None:
    show_until_published(camera)
    camera.explain(POSE, 'pose', ['100x240', 'another view'], 100, lambda index: camera.measure(
        index, np.full((240, 100), 2000, np.uint16)))


def test_holes_alone_are_explained(client: Client, camera: CalibratedCamera) -> None:
    show_until_published(camera)
    camera.explain(POSE, 'pose', ['only 0 of 576 pixels', 'range of the sensor'], 100,
                   lambda index: camera.measure(index, np.zeros((240, 320), np.uint16)))


def test_depth_of_another_time_is_explained(client: Client, camera: CalibratedCamera) -> None:
    show_until_published(camera)
    # Ten seconds ahead, as by a clock of its own.
    camera.explain(POSE, 'pose', ['s from the image', 'depth_tolerance is 0.05 s', 'one clock'],
                   100, lambda index: camera.measure(index + 300, depth_picture(index)))


def test_depth_without_a_stamp_is_explained(client: Client, camera: CalibratedCamera) -> None:
    show_until_published(camera)

    camera.explain(POSE, 'pose', [f'on {DEPTH} have a zero stamp'], 100, lambda index: (
        camera.measure(index, depth_picture(index), stamp=Time())))


def test_no_pose_is_published_of_images_in_which_the_target_is_hidden(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(camera)
    hidden = range(index + 1, index + 20)
    for number in hidden:
        camera.measure(number, depth_picture(number))
        client.show(number, scene.picture(number, red=False))
    assert client.targets(hidden[-1])[-1].state == Target.LOST
    back = show_until_published(camera, hidden[-1] + 1)
    assert client.targets(back)[-1].state == Target.TRACKING
    assert not any(of(client, POSE, number) for number in hidden)


def test_positions_end_with_the_nodes_activity_and_begin_anew(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(camera)
    assert client.change_state(DEACTIVATE)
    assert client.change_state(ACTIVATE)
    client.show(index + 1, scene.picture(index + 1))
    assert client.select(scene.red_box(index + 1)).accepted
    assert not of(client, POSE, index + 1)
    assert show_until_published(camera, index + 2) > index


def test_a_box_over_the_images_edge_has_a_position(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = show_until_published(camera)
    box = Box(280, 100, 60, 60)  # the image is 320 pixels wide, and shows the wall there
    assert client.select(box).accepted
    client.wait('the pose', lambda: any(
        position(message) == pytest.approx(place(box, WALL), abs=1e-3)
        for message in of(client, POSE, index)))
