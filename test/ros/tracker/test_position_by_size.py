"""Places from the target's known size, as transforms, and as Nav2 takes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

from geometry_msgs.msg import Point
from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
from geometry_msgs.msg import Vector3Stamped
import pytest
from ros import scene
from ros.calibrated_camera import alike
from ros.calibrated_camera import CalibratedCamera
from ros.calibrated_camera import following
from ros.calibrated_camera import of
from ros.calibrated_scene import FOCAL
from ros.calibrated_scene import place
from ros.client import ACTIVATE
from ros.client import Client
from ros.client import CONFIGURE
from ros.client import FRAME_ID
from ros.client import NODE
from ros.fake_tracker_node import fake_tracker_node
from ros.node_thread import NodeThread
from ros.starting import Start

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.ros.messages import Detections
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_image
from rat_tracker.srv import SetTarget

POSE, TF = f'{NODE}/pose', '/tf'
Z = 2.0  # metres
HEIGHT = Z * scene.red_box(0).height / FOCAL  # metres
BY_SIZE = {'position_source': 'size', 'target_height': HEIGHT, 'silence_period': '1.0'}
HAS_TF = find_spec('tf2_msgs') is not None


@pytest.fixture(scope='module')
def shared_node(domain: int) -> Iterator[NodeThread]:
    parameters = BY_SIZE | {'publish_tf': str(HAS_TF).lower(), 'target_frame': 'person'}
    with NodeThread(domain, fake_tracker_node, parameters=parameters) as node:
        yield node


@pytest.fixture
def camera(client: Client, node: NodeThread) -> Iterator[CalibratedCamera]:
    """Subscribe to the pose, and follow the red spot in image 0."""
    with following(client, PoseStamped, POSE) as camera:
        yield camera


def first(client: Client) -> Any:
    """Return the first message about a target."""
    return next(target for target in client.received[f'{NODE}/target'] if target.id)


def position(message: Any) -> tuple[float, float, float]:
    point = message.pose.position
    return point.x, point.y, point.z


def poses_received(client: Client) -> set[tuple[int, tuple[float, float, float]]]:
    """Return stamp and position of all poses: an image that is sent twice has two that agree."""
    return {(nanoseconds(pose.header.stamp), position(pose)) for pose in client.received[POSE]}


def test_the_pose_is_where_a_target_of_this_height_looks_as_high_as_the_box(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = camera.flow(POSE, 1, camera.calibrate)
    message = alike(of(client, POSE, index))
    assert message.header == client.header(index)
    assert position(message) == pytest.approx(place(scene.red_box(index), Z), abs=1e-3)


@pytest.mark.skipif(Detections is None, reason='vision_msgs is not installed')
def test_a_detection_has_the_pose_that_is_published_beside_it(
    client: Client, camera: CalibratedCamera,
) -> None:
    client.subscribe(PoseWithCovarianceStamped, f'{POSE}_with_covariance')
    client.subscribe(Detections, f'{NODE}/detections')
    client.meet()
    index = camera.flow(f'{NODE}/detections', 1, camera.calibrate)
    message = client.wait('the pose', lambda: of(client, f'{POSE}_with_covariance', index))[-1]
    detection, = of(client, f'{NODE}/detections', index)[-1].detections
    assert detection.results[0].pose == message.pose


def test_a_target_over_the_images_edge_is_explained(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = camera.flow(POSE, 1, camera.calibrate)
    poses = poses_received(client)
    low = Box(100, 200, 60, 60)  # the image is 240 pixels high
    assert client.select(low).accepted
    target = client.wait('the result', lambda: next(
        (target for target in client.targets(index) if target.box.y == low.y), None))
    assert target.state == Target.TRACKING
    client.wait('the diagnostics', lambda: "over the image's edge" in client.value('pose'))
    assert poses_received(client) == poses


def test_a_clicked_box_gives_no_distance_for_it_may_hold_a_part_of_the_target(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = camera.flow(POSE, 1, camera.calibrate)
    spot = scene.red_box(index)
    assert client.set_target(kind=SetTarget.Request.POINT, point=Point(
        x=spot.center_x, y=spot.center_y)).accepted
    client.wait('the new target', lambda: client.targets(index)[-1].id != first(client).id)
    poses = poses_received(client)
    for later in range(index + 1, index + 6):
        camera.calibrate(later)
        client.show(later, scene.picture(later))

    client.wait('the diagnostics', lambda: 'around a point' in client.value('pose'))
    assert poses_received(client) == poses


def test_a_height_may_change_while_the_node_runs(
    client: Client, camera: CalibratedCamera,
) -> None:
    index = camera.flow(POSE, 1, camera.calibrate)
    assert client.set_parameter('target_height', 2 * HEIGHT).successful
    index = camera.flow(POSE, index + 1, camera.calibrate)
    assert position(of(client, POSE, index)[0])[2] == pytest.approx(2 * Z, abs=1e-3)
    assert client.set_parameter('target_height', HEIGHT).successful
    verdict = client.set_parameter('target_height', 0.0)
    assert not verdict.successful
    assert 'needs target_height or target_width' in verdict.reason


def test_diagnostics_keep_no_pose_that_nobody_subscribes_to_now(start: Start) -> None:
    _, client = start(parameters=BY_SIZE)
    client.ready()
    client.begin()
    client.subscribe(Vector3Stamped, f'{NODE}/bearing')
    poses = client.subscribe(PoseStamped, POSE)
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    camera = CalibratedCamera(client)
    index = camera.flow(POSE, 1, camera.calibrate)
    client.wait('a pose in the diagnostics', lambda: 'deviation' in client.value('pose'))
    client.node.destroy_subscription(poses)
    frames = iter(range(index + 1, 10_000))

    def forgotten() -> bool:
        index = next(frames)
        client.show(index, scene.picture(index))
        return client.value('pose') == 'none: nobody subscribes'
    client.wait('the diagnostics', forgotten)
    assert 'z' in client.value('bearing')


class Follower:
    """Nav2's FollowObject, as far as it judges a pose: by the age of its stamp."""

    detection_timeout = 2_000_000_000  # nanoseconds, its default

    def __init__(self) -> None:
        self.stamp = 0

    def take(self, message: PoseStamped) -> None:
        self.stamp = nanoseconds(message.header.stamp)

    def follows(self, now: int) -> bool:
        """Whether there is a pose that is young enough; a zero stamp is none."""
        return bool(self.stamp) and now - self.stamp <= self.detection_timeout


def test_nav2_follows_while_the_target_is_seen_gives_up_and_follows_again(
    client: Client, camera: CalibratedCamera,
) -> None:
    follower = Follower()
    assert not follower.follows(nanoseconds(client.stamp(0)))
    subscription = client.node.create_subscription(PoseStamped, POSE, follower.take, 10)
    client.meet()
    seconds = 30  # images

    def follows(first: int, count: int, *, red: bool) -> list[bool]:
        """Show images and return after each whether the follower follows; time is the images'."""
        verdicts = []
        for index in range(first, first + count):
            target = client.show(index, scene.picture(index, red=red))
            now = nanoseconds(client.stamp(index))
            if target.state == Target.TRACKING:
                client.wait('the pose', partial(lambda now: follower.stamp == now, now))
            verdicts.append(follower.follows(now))
        return verdicts
    begin = camera.flow(POSE, 1, camera.calibrate) + 1
    assert all(follows(begin, 2 * seconds, red=True))
    hidden = begin + 2 * seconds
    verdicts = follows(hidden, 4 * seconds, red=False)
    assert client.targets(hidden + 4 * seconds - 1)[-1].state == Target.LOST
    # The last pose is of the image before; the 60th image after it is not yet 2 s younger.
    assert verdicts == [True] * 2 * seconds + [False] * 2 * seconds
    back = hidden + 4 * seconds
    assert follows(back, seconds, red=True)[-1]
    client.node.destroy_subscription(subscription)


@pytest.mark.skipif(not HAS_TF, reason='tf2_msgs is not installed')
def test_the_transform_is_the_pose(client: Client, camera: CalibratedCamera) -> None:
    from tf2_msgs.msg import TFMessage  # noqa: PLC0415
    subscription = client.subscribe(TFMessage, TF)
    client.meet()
    index = 0

    def came() -> Any:
        nonlocal index
        index = camera.flow(POSE, index + 1, camera.calibrate)
        return [(message.transforms[0], pose) for message in client.received[TF]
                for pose in client.received[POSE]
                if message.transforms[0].header.stamp == pose.header.stamp]
    transform, pose = client.wait('the transform', came)[-1]
    assert transform.header == pose.header
    assert (transform.header.frame_id, transform.child_frame_id) == (FRAME_ID, 'person')
    moved = transform.transform.translation
    assert (moved.x, moved.y, moved.z) == position(pose)
    assert transform.transform.rotation == pose.pose.orientation
    client.node.destroy_subscription(subscription)


@pytest.mark.skipif(not HAS_TF, reason='tf2_msgs is not installed')
def test_images_without_stamps_give_a_pose_and_no_transform(
    client: Client, camera: CalibratedCamera,
) -> None:
    from tf2_msgs.msg import TFMessage  # noqa: PLC0415
    subscription = client.subscribe(TFMessage, TF)
    client.meet()
    index = camera.flow(POSE, 1, camera.calibrate)

    def without_stamp() -> bool:
        message = to_image(scene.picture(index), 'bgr8', client.header(index))
        message.header.stamp.sec = message.header.stamp.nanosec = 0
        client.camera().publish(message)
        return any(not nanoseconds(pose.header.stamp) for pose in client.received[POSE])
    client.wait('a pose without a stamp', without_stamp)
    later = camera.flow(POSE, index + 1, camera.calibrate)
    client.wait('a later transform', lambda: any(
        message.transforms[0].header.stamp == client.stamp(later)
        for message in client.received[TF]))
    assert all(nanoseconds(message.transforms[0].header.stamp)
               for message in client.received[TF])
    client.node.destroy_subscription(subscription)


@pytest.mark.skipif(HAS_TF, reason='tf2_msgs is installed')
def test_without_tf2_msgs_a_node_that_shall_publish_transforms_says_what_is_missing(
    start: Start,
) -> None:
    node, client = start(parameters=BY_SIZE | {'publish_tf': 'true'})
    client.wait('the error', lambda: 'cannot be configured: parameter publish_tf' in node.log)
    assert 'install ros-jazzy-tf2-msgs' in node.log
    assert client.lifecycle() == 'unconfigured'
    assert client.set_parameter('publish_tf', False).successful
    assert client.change_state(CONFIGURE)
    assert client.change_state(ACTIVATE)
    client.ready()
