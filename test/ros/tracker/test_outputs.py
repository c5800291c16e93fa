"""What comes out: headers, pictures while somebody looks, detections, the newest answer."""

from __future__ import annotations

from importlib.util import find_spec
import os
from pathlib import Path
import signal
import time

import cv2
import numpy as np
import pytest
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.client import NODE
from ros.node_process import NodeProcess
from ros.node_thread import NodeThread
from ros.starting import Start
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.geometry import Box
from rat_tracker.msg import Target
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds

LISTENER = Path(__file__).with_name('listener.py')
PICTURES = (f'{NODE}/attention', f'{NODE}/overlay')


def follow_until(client: Client, count: int) -> None:
    """Follow the red spot in images 0 to ``count`` - 1."""
    client.begin()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, count):
        client.show(index, scene.picture(index))


def picture_of(client: Client, topic: str, index: int) -> ImageMessage:
    """Wait for the picture of the image of this number."""
    return client.wait(f'{topic} of image {index}', lambda: next(
        (message for message in client.received[topic]
         if message.header.stamp == client.stamp(index)), None))


def test_pictures_are_made_only_for_subscribers(client: Client, node: NodeThread) -> None:
    follow_until(client, 5)
    subscriptions = [client.subscribe(ImageMessage, topic) for topic in PICTURES]
    frames = iter(range(5, 10_000))

    def both_came() -> bool:
        index = next(frames)
        client.show(index, scene.picture(index))
        return all(client.received[topic] for topic in PICTURES)
    client.wait('both pictures', both_came)
    first = {topic: client.received[topic][0].header.stamp for topic in PICTURES}
    # Those of image 4 may have been in the making when somebody began to look.
    assert all(stamp != client.stamp(index) for stamp in first.values() for index in range(4))
    for subscription in subscriptions:
        client.node.destroy_subscription(subscription)


def test_every_output_has_the_header_of_its_image(client: Client, node: NodeThread) -> None:
    subscriptions = [client.subscribe(ImageMessage, topic) for topic in PICTURES]
    follow_until(client, 3)

    frames = iter(range(3, 10_000))

    def all_came() -> bool:
        index = next(frames)
        client.show(index, scene.picture(index))
        return all(client.received[topic] for topic in PICTURES)
    client.wait('the pictures', all_came)
    index = next(frames)
    target = client.show(index, scene.picture(index))
    assert target.header == client.header(index)
    for topic in PICTURES:
        assert picture_of(client, topic, index).header == client.header(index)

    attention = picture_of(client, f'{NODE}/attention', index)
    assert (attention.encoding, attention.width, attention.height) == ('mono8', 320, 240)
    lit = np.argwhere(to_bgr(attention)[:, :, 0] > 127)
    (top, left), (bottom, right) = lit.min(axis=0), lit.max(axis=0) + 1
    seen = Box(left, top, right - left, bottom - top)
    assert seen.overlap(scene.red_box(index)) > 0.8  # the fake tracker looks at its box

    overlay = picture_of(client, f'{NODE}/overlay', index)
    assert (overlay.encoding, overlay.width, overlay.height) == ('bgr8', 320, 240)
    assert not np.array_equal(to_bgr(overlay), scene.picture(index))
    for subscription in subscriptions:
        client.node.destroy_subscription(subscription)


def test_of_two_results_under_one_stamp_the_later_one_counts(
    client: Client, node: NodeThread,
) -> None:
    """What a selection or a clear changes is published at once: no image may follow."""
    for index in range(3):
        assert client.show(index, scene.picture(index)).state == Target.SEARCHING
    selected = client.select(scene.red_box(2), index=2)
    client.wait('the second result', lambda: client.targets(2)[-1].id == selected.id)
    assert client.targets(2)[-1].state == Target.TRACKING
    client.clear()
    client.wait('the third result', lambda: client.targets(2)[-1].reason == (
        'the target was cleared'))
    again = client.select(scene.red_box(1), index=1)
    client.wait('what is followed up to the newest', lambda: (
        client.targets(2)[-1].id == again.id))
    # Of the image that was selected on, an older one, nothing is published any more.
    assert {target.id for target in client.targets(1)} == {''}
    stamps = [nanoseconds(target.header.stamp) for target in client.received[f'{NODE}/target']]
    assert stamps == sorted(stamps)


@pytest.mark.skipif(find_spec('vision_msgs') is None, reason='vision_msgs is not installed')
def test_detections_hold_the_target_and_nothing_once_it_is_lost(
    client: Client, node: NodeThread,
) -> None:
    from vision_msgs.msg import Detection2DArray  # noqa: PLC0415
    topic = f'{NODE}/detections'
    client.subscribe(Detection2DArray, topic)
    client.meet()
    follow_until(client, 3)
    target = client.show(3, scene.picture(3))
    message = picture_of(client, topic, 3)
    assert message.header == client.header(3)
    (detection,) = message.detections
    assert (detection.header, detection.id) == (client.header(3), target.id)
    center, box = detection.bbox.center.position, from_box(target.box)
    assert (center.x, center.y) == (box.center_x, box.center_y)
    assert (detection.bbox.size_x, detection.bbox.size_y) == (box.width, box.height)
    (result,) = detection.results
    assert result.hypothesis.class_id == 'target'
    assert result.hypothesis.score == pytest.approx(target.score)
    for index in range(4, 30):
        client.show(index, scene.picture(index, red=False))
    assert client.targets(29)[-1].state == Target.LOST
    assert len(picture_of(client, topic, 29).detections) == 0


@pytest.mark.parametrize('reliability', [
    ReliabilityPolicy.BEST_EFFORT, ReliabilityPolicy.RELIABLE])
def test_cameras_of_both_kinds_of_qos_are_received(
    client: Client, node: NodeThread, reliability: ReliabilityPolicy,
) -> None:
    if '/image_raw' in client.cameras:
        client.remove_camera()
    client.camera(reliability=reliability)
    follow_until(client, 10)
    assert client.targets(9)[-1].state == Target.TRACKING
    client.remove_camera()


def test_compressed_images_are_followed(start: Start) -> None:
    _, client = start(parameters={'image_transport': 'compressed'})
    client.ready()

    def show(index: int) -> Target:
        data = cv2.imencode('.jpg', scene.picture(index))[1].tobytes()
        return client.resend(index, lambda: client.send_compressed(index, data))
    client.begin()
    show(0)
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, 10):
        target = show(index)
        assert target.header == client.header(index)
        assert from_box(target.box).overlap(scene.red_box(index)) > 0.8
    client.insist('the fault to be counted', lambda: client.send_compressed(10, b'no picture'),
                  lambda: client.value('invalid') not in ('', '0'))
    assert 'cannot be decoded' in client.value('last_error')
    assert show(11).state == Target.TRACKING


def test_a_slow_tracker_works_on_the_newest_image(start: Start) -> None:
    _, client = start(delay=0.15)
    client.ready()
    client.begin()
    client.show(0, scene.picture(0))
    selected = client.select(scene.red_box(0))
    client.wait('the selection', lambda: client.targets(0)[-1].id == selected.id)
    frames = iter(range(1, 100_000))

    def overtaken() -> bool:
        index = next(frames)
        client.send(index, scene.picture(index))
        return int(client.value('dropped')) > 20
    # The camera sends an image whenever the client has spun once: far faster than the tracker.
    client.wait('images to be passed over', overtaken)
    last = next(frames)
    target = client.show(last, scene.picture(last))
    assert from_box(target.box).overlap(scene.red_box(last)) > 0.9
    stamps = [target.header.stamp.sec + target.header.stamp.nanosec / 1e9
              for target in client.received[f'{NODE}/target']]
    assert stamps == sorted(stamps)
    tracked = len(set(stamps))
    assert tracked < last / 2

    def accounts() -> bool:
        received, answered, dropped = (
            int(client.value(key)) for key in ('received', 'tracked', 'dropped'))
        return received == answered + dropped and dropped > 20
    client.wait('every image to be accounted for', accounts)


def test_catching_up_keeps_to_its_time(start: Start) -> None:
    _, client = start(delay=1.0, parameters={'catch_up_seconds': '0.3'})
    client.ready()
    client.begin()
    for index in range(50):
        client.show(index, scene.picture(index))
    selected = client.select(scene.red_box(5), index=5)
    assert selected.accepted, selected.message
    frames = iter(range(50, 10_000))

    def caught_up() -> bool:
        index = next(frames)
        target = client.show(index, scene.picture(index))
        return (target.id == selected.id
                and from_box(target.box).overlap(scene.red_box(index)) > 0.9)
    begin = time.monotonic()
    client.wait('the target in the newest image', caught_up)
    # Following it through all the images since would take 44 s.
    assert time.monotonic() - begin < 22


def test_a_subscriber_that_pauses_receives_every_result_all_the_same(
    start: Start, tmp_path: Path,
) -> None:
    _, client = start()
    client.ready()
    client.begin()
    frames = iter(range(100_000))

    def show() -> int:
        index = next(frames)
        client.show(index, scene.picture(index).repeat(3, axis=0).repeat(3, axis=1))
        return index
    show()
    assert client.select(Box(60, 180, 72, 72)).accepted
    with NodeProcess(client.node.context.get_domain_id(), tmp_path / 'listener.log',
                     program=LISTENER) as listener:
        client.wait('answers to be heard', lambda: str(
            nanoseconds(client.stamp(show()))) in listener.log)
        os.kill(listener.number, signal.SIGSTOP)
        try:
            # Their attention does not fit into the shared memory, which pushes answers out.
            shown = [show() for _ in range(40)]
        finally:
            os.kill(listener.number, signal.SIGCONT)
        missed = {str(nanoseconds(client.stamp(index))) for index in shown}
        # The camera goes on, and with the next answer those that are missing are sent again.
        client.wait('all answers to be heard', lambda: (
            show() and not missed - set(listener.log.split())))
